/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/provenance.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t pb_provenance_draws(const pb_provenance *provenance)
{
    return (provenance->end == 0 ? provenance->draws : provenance->end) - provenance->first;
}

static void put_digest(struct sha256_ctx *state, char *hex)
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(state, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}

void pb_sha256_hex(const void *bytes, size_t size, char *hex)
{
    struct sha256_ctx state;
    sha256_init(&state);
    sha256_update(&state, size, bytes);
    put_digest(&state, hex);
}

int pb_sha256_file(const char *path, int64_t size, char *hex)
{
    uint8_t piece[1 << 16];
    struct sha256_ctx state;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return -1;
    }
    sha256_init(&state);
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0 && size != 0;) {
        const size_t counted = size < 0 || (int64_t)n < size ? n : (size_t)size;
        sha256_update(&state, counted, piece);
        size -= size < 0 ? 0 : (int64_t)counted;
    }
    const bool bad = ferror(file) != 0;
    (void)fclose(file);
    put_digest(&state, hex);
    return bad ? -1 : 0;
}

/* Source: https://reproducible-builds.org/specs/source-date-epoch/ */
static time_t creation_epoch(void)
{
    const long long end_of_year_9999 = 253402300799;
    const char *given = getenv("SOURCE_DATE_EPOCH");
    if (given == NULL || given[0] < '0' || given[0] > '9') {
        return time(NULL);
    }
    char *end = NULL;
    errno = 0;
    const long long seconds = strtoll(given, &end, 10);
    const bool valid = errno == 0 && *end == '\0' && seconds <= end_of_year_9999;
    return valid ? (time_t)seconds : time(NULL);
}

void pb_creation_time(char *text, size_t size)
{
    const time_t now = creation_epoch();
    struct tm utc;
    if (gmtime_r(&now, &utc) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        (void)snprintf(text, size, "unknown");
    }
}
