/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/seal.h"

#include "results/provenance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char WORD[] = "\nplanb-sha256 ";
enum { WORD_SIZE = sizeof WORD - 1, SEAL_SIZE = WORD_SIZE + 64 + 1 };

int pb_seal(const char *path)
{
    char seal[SEAL_SIZE + 1], hash[65];
    if (pb_sha256_file(path, -1, hash) != 0) {
        return -1;
    }
    (void)snprintf(seal, sizeof seal, "%s%s\n", WORD, hash);
    const int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    const ssize_t written = write(file, seal, SEAL_SIZE);
    const int cause = written < 0 ? errno : ENOSPC;
    if (close(file) != 0) {
        return -1;
    }
    errno = cause;
    return written == SEAL_SIZE ? 0 : -1;
}

pb_sealed pb_seal_check(const char *path)
{
    char seal[SEAL_SIZE + 1] = "", hash[65];
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const off_t size = file < 0 ? -1 : lseek(file, 0, SEEK_END);
    const ssize_t got = size < SEAL_SIZE ? -1 : pread(file, seal, SEAL_SIZE, size - SEAL_SIZE);
    if (file >= 0) {
        (void)close(file);
    }
    if (got != SEAL_SIZE || strncmp(seal, WORD, WORD_SIZE) != 0) {
        return PB_SEAL_NONE;
    }
    const int bad = pb_sha256_file(path, size - SEAL_SIZE, hash);
    return bad == 0 && seal[SEAL_SIZE - 1] == '\n' && strncmp(seal + WORD_SIZE, hash, 64) == 0
               ? PB_SEAL_INTACT
               : PB_SEAL_BROKEN;
}
