/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/lock.h"

#include "results/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOST_SIZE = 64 };

static void host_name(char *host)
{
    if (gethostname(host, HOST_SIZE) != 0) {
        (void)snprintf(host, HOST_SIZE, "?");
    }
    host[HOST_SIZE - 1] = '\0';
    host[strcspn(host, " \n")] = '\0';
}

/* What stands in the file: "PID HOST\n"; "" in `host` if it cannot be read. */
static long read_owner(int file, char *host)
{
    char text[PB_OWNER_SIZE] = "", *end = NULL;
    const ssize_t n = pread(file, text, sizeof text - 1, 0);
    const long process = n > 0 ? strtol(text, &end, 10) : 0;
    (void)snprintf(host, HOST_SIZE, "%s", process > 0 && *end == ' ' ? end + 1 : "");
    host[strcspn(host, "\n")] = '\0';
    return host[0] == '\0' ? 0 : process;
}

/* A lock that nobody could sign still locks: its text is only for messages. */
static void write_owner(int file)
{
    char host[HOST_SIZE], text[PB_OWNER_SIZE];
    host_name(host);
    const int n = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), host);
    if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)n, 0) != n) {
        return;
    }
}

/* Whether a process on this host has ended; of other hosts nobody knows. */
static bool is_gone(long process, const char *host)
{
    char own[HOST_SIZE];
    host_name(own);
    return process > 0 && strcmp(host, own) == 0 && kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

static void let_go(pb_lock *lock)
{
    if (lock->file >= 0) {
        (void)close(lock->file);
        lock->file = -1;
    }
}

static pb_status refuse(pb_lock *lock, const char *wanted, bool busy, pb_error *err)
{
    char host[HOST_SIZE], owner[PB_OWNER_SIZE] = "another run";
    const long process = read_owner(lock->file, host);
    if (process > 0) {
        (void)snprintf(owner, sizeof owner, "process %ld on %s", process, host);
    }
    let_go(lock);
    return pb_fail(err, PB_CANNOT_CREATE, "%s is being written by %s%s%s", wanted, owner,
                   busy ? "" : "; if that has ended, remove ", busy ? "" : lock->path);
}

static int open_file(const char *path, bool *is_new)
{
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    *is_new = file >= 0;
    return file < 0 && errno == EEXIST ? open(path, O_RDWR | O_CLOEXEC, 0666) : file;
}

/* Whether the file still has its name: a run that ends removes its own. */
static bool is_current(const pb_lock *lock)
{
    struct stat held, named;
    return fstat(lock->file, &held) == 0 && stat(lock->path, &named) == 0
           && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/* One try; *again: somebody removed the file or the directory meanwhile. */
static pb_status try_once(const char *directory, const char *wanted, pb_lock *lock, bool *again,
                          pb_error *err)
{
    bool is_new = false;
    char host[HOST_SIZE];
    *again = false;
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
        return pb_fail_create(wanted, err);
    }
    lock->file = open_file(lock->path, &is_new);
    if (lock->file < 0) {
        *again = errno == ENOENT;
        return *again ? PB_OK : pb_fail_create(wanted, err);
    }
    const long process = is_new ? 0 : read_owner(lock->file, host);
    lock->without_kernel = false;
    if (flock(lock->file, LOCK_EX | LOCK_NB) != 0) {
        const bool busy = errno == EWOULDBLOCK;
        lock->without_kernel = !busy;
        if (busy || !(is_new || is_gone(process, host))) {
            return refuse(lock, wanted, busy, err);
        }
    }
    *again = !is_current(lock);
    if (!*again && process > 0) {
        (void)snprintf(lock->left_by, sizeof lock->left_by, "process %ld on %s", process, host);
    }
    return PB_OK;
}

pb_status pb_lock_take(const char *directory, const char *path, const char *wanted, pb_lock *lock,
                       pb_error *err)
{
    bool again = true;
    pb_status status = PB_OK;
    memset(lock, 0, sizeof *lock);
    lock->file = -1;
    (void)snprintf(lock->path, sizeof lock->path, "%s", path);
    while (status == PB_OK && again) {
        let_go(lock);
        status = try_once(directory, wanted, lock, &again, err);
    }
    if (status == PB_OK) {
        write_owner(lock->file);
    }
    return status;
}

void pb_lock_drop(pb_lock *lock)
{
    if (lock->file >= 0) {
        (void)unlink(lock->path);
        let_go(lock);
    }
}
