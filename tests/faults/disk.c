/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk that can be watched and made to fail, for a program that is started with this in
 * LD_PRELOAD. It sees the calls by which planb and HDF5 change what lies below FAULT_ROOT:
 *
 *   FAULT_LOG=FILE   writes each of them down, so that power.py can build what a power cut leaves;
 *                    what goes to stderr is written down too, since it acknowledges
 *   FAULT_AT=K       the K-th of them fails, the disk being full
 *   FAULT_STAYS=1    and so do all after it that need room
 *   FAULT_COUNT=FILE writes how many there were
 *   FAULT_LOCKS=none the file system has no locks
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#undef open
#undef open64

enum { MAX_FILES = 1024, PATH_SIZE = 1024 };

static char path_of[MAX_FILES][PATH_SIZE]; /* of open files below the root; else "" */
static int log_file = -1;
static long calls, fail_at;
static bool stays;
static const char *root;

static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_open)(const char *, int, ...);

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("FAULT_LOG"), *at = getenv("FAULT_AT");
    *(void **)&real_write = dlsym(RTLD_NEXT, "write");
    *(void **)&real_open = dlsym(RTLD_NEXT, "open");
    root = getenv("FAULT_ROOT");
    fail_at = at == NULL ? 0 : atol(at);
    stays = getenv("FAULT_STAYS") != NULL;
    if (log != NULL) {
        log_file = real_open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
}

static void note(char what, const char *path, const char *other, off_t at, const void *bytes,
                 size_t n)
{
    struct {
        char what, fill[7];
        uint64_t at, n, path, other;
    } head = {what, {0}, (uint64_t)at, n, strlen(path), other == NULL ? 0 : strlen(other)};
    if (log_file < 0) {
        return;
    }
    bool good = real_write(log_file, &head, sizeof head) == (ssize_t)sizeof head
                && real_write(log_file, path, head.path) == (ssize_t)head.path
                && (other == NULL || real_write(log_file, other, head.other) >= 0)
                && (bytes == NULL || real_write(log_file, bytes, n) == (ssize_t)n);
    if (!good) {
        abort();
    }
}

__attribute__((destructor)) static void end(void)
{
    const char *count = getenv("FAULT_COUNT");
    FILE *out = count == NULL ? NULL : fopen(count, "w");
    if (out != NULL) {
        fprintf(out, "%ld\n", calls);
        fclose(out);
    }
    note('E', "", NULL, 0, NULL, 0);
}

static bool is_below(const char *path)
{
    return root != NULL && strncmp(path, root, strlen(root)) == 0;
}

static bool is_watched(int file)
{
    return file >= 0 && file < MAX_FILES && path_of[file][0] != '\0';
}

/* Counts a call on the watched files and says whether it is to fail. */
static bool fails(void)
{
    calls++;
    if (fail_at > 0 && (calls == fail_at || (stays && calls > fail_at))) {
        errno = ENOSPC;
        return true;
    }
    return false;
}

/* Giving up room works on a full disk. */
static bool fails_once(void)
{
    calls++;
    if (fail_at > 0 && calls == fail_at) {
        errno = EIO;
        return true;
    }
    return false;
}

static int open_watched(const char *name, const char *path, int flags, mode_t mode)
{
    int (*real)(const char *, int, ...);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if (is_below(path) && (flags & O_CREAT) && fails()) {
        return -1;
    }
    const int file = real(path, flags, mode);
    if (file >= 0 && file < MAX_FILES) {
        path_of[file][0] = '\0';
        if (is_below(path)) {
            snprintf(path_of[file], PATH_SIZE, "%s", path);
            if (flags & O_TRUNC) {
                note('T', path, NULL, 0, NULL, 0);
            } else if (flags & O_CREAT) {
                note('C', path, NULL, 0, NULL, 0);
            }
        }
    }
    return file;
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & O_CREAT ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return open_watched("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return open_watched("open64", path, flags, mode);
}

int close(int file)
{
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "close");
    if (file >= 0 && file < MAX_FILES) {
        path_of[file][0] = '\0';
    }
    return real(file);
}

ssize_t pwrite64(int file, const void *bytes, size_t n, off_t at)
{
    ssize_t (*real)(int, const void *, size_t, off_t);
    *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    if (is_watched(file) && fails()) {
        return -1;
    }
    const ssize_t done = real(file, bytes, n, at);
    if (done > 0 && is_watched(file)) {
        note('W', path_of[file], NULL, at, bytes, (size_t)done);
    }
    return done;
}

ssize_t pwrite(int file, const void *bytes, size_t n, off_t at)
{
    return pwrite64(file, bytes, n, at);
}

ssize_t write(int file, const void *bytes, size_t n)
{
    if (is_watched(file) && fails()) {
        return -1;
    }
    const ssize_t done = real_write(file, bytes, n);
    if (done > 0 && file == STDERR_FILENO) {
        note('A', "", NULL, 0, bytes, (size_t)done);
    } else if (done > 0 && is_watched(file)) {
        note('W', path_of[file], NULL, lseek(file, 0, SEEK_CUR) - done, bytes, (size_t)done);
    }
    return done;
}

int ftruncate64(int file, off_t size)
{
    int (*real)(int, off_t);
    *(void **)&real = dlsym(RTLD_NEXT, "ftruncate64");
    if (is_watched(file) && fails()) {
        return -1;
    }
    const int result = real(file, size);
    if (result == 0 && is_watched(file)) {
        note('S', path_of[file], NULL, size, NULL, 0);
    }
    return result;
}

int ftruncate(int file, off_t size)
{
    return ftruncate64(file, size);
}

int fsync(int file)
{
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    if (is_watched(file) && fails_once()) {
        return -1;
    }
    const int result = real(file);
    if (result == 0 && is_watched(file)) {
        note('F', path_of[file], NULL, 0, NULL, 0);
    }
    return result;
}

static int two_names(const char *name, char what, const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if (is_below(to) && fails()) {
        return -1;
    }
    const int result = real(from, to);
    if (result == 0 && is_below(to)) {
        note(what, from, to, 0, NULL, 0);
    }
    return result;
}

int rename(const char *from, const char *to)
{
    return two_names("rename", 'R', from, to);
}

int link(const char *from, const char *to)
{
    return two_names("link", 'L', from, to);
}

static int one_name(const char *name, char what, const char *path)
{
    int (*real)(const char *);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if (is_below(path) && fails_once()) {
        return -1;
    }
    const int result = real(path);
    if (result == 0 && is_below(path)) {
        note(what, path, NULL, 0, NULL, 0);
    }
    return result;
}

int unlink(const char *path)
{
    return one_name("unlink", 'U', path);
}

int rmdir(const char *path)
{
    return one_name("rmdir", 'U', path);
}

int mkdir(const char *path, mode_t mode)
{
    int (*real)(const char *, mode_t);
    *(void **)&real = dlsym(RTLD_NEXT, "mkdir");
    if (is_below(path) && fails()) {
        return -1;
    }
    const int result = real(path, mode);
    if (result == 0 && is_below(path)) {
        note('D', path, NULL, 0, NULL, 0);
    }
    return result;
}

int flock(int file, int operation)
{
    int (*real)(int, int);
    *(void **)&real = dlsym(RTLD_NEXT, "flock");
    const char *locks = getenv("FAULT_LOCKS");
    if (locks != NULL && strcmp(locks, "none") == 0 && is_watched(file)) {
        errno = ENOLCK;
        return -1;
    }
    return real(file, operation);
}
