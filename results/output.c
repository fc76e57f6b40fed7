/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What a failed system call on the way to a new file means for the caller. */
static pb_status status_of_errno(void)
{
    switch (errno) {
        case EACCES:
        case EPERM:
        case EROFS:
            return PB_PERMISSION;
        case EIO:
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return PB_IO;
        default:
            return PB_CANNOT_CREATE;
    }
}

static pb_status fail_create(const char *path, pb_error *err)
{
    return pb_fail(err, status_of_errno(), "cannot create %s: %s", path, strerror(errno));
}

/* DIRECTORY/.NAME + suffix */
static bool beside(const pb_output *output, const char *name, const char *suffix, char *place)
{
    const int n = snprintf(place, PB_OUTPUT_PATH_SIZE, "%s/.%s%s", output->directory, name, suffix);
    return n >= 0 && n < PB_OUTPUT_PATH_SIZE;
}

static pb_status split_path(const char *path, pb_output *output, pb_error *err)
{
    const size_t length = strlen(path);
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    if (length >= PB_OUTPUT_PATH_SIZE || *name == '\0') {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create \"%.200s\": %s", path,
                       *name == '\0' ? "a file name is missing" : "the path is too long");
    }
    memcpy(output->path, path, length + 1);
    (void)snprintf(output->directory, PB_OUTPUT_PATH_SIZE, "%.*s",
                   slash == NULL ? 1 : (int)(slash - path + 1), slash == NULL ? "." : path);
    if (!beside(output, name, ".tmp", output->temporary)
        || !beside(output, name, ".lock", output->lock_path)) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %.200s: the path is too long", path);
    }
    return PB_OK;
}

static pb_status check_directory(const pb_output *output, pb_error *err)
{
    struct stat found;
    if (stat(output->directory, &found) != 0) {
        return pb_fail(err, errno == EACCES ? PB_PERMISSION : PB_CANNOT_CREATE,
                       "cannot create %s: the directory %s: %s", output->path, output->directory,
                       strerror(errno));
    }
    if (!S_ISDIR(found.st_mode)) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %s: %s is not a directory",
                       output->path, output->directory);
    }
    return PB_OK;
}

/* Whether a file may be replaced: a result, or nothing yet; never the scenario by a slip. */
static bool is_result_or_empty(const char *path, const struct stat *found)
{
    static const char SIGNATURE[8] = "\x89HDF\r\n\x1a\n";
    char start[sizeof SIGNATURE] = {0};
    const int file = found->st_size == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    const bool same = file >= 0 && read(file, start, sizeof start) == (ssize_t)sizeof start
                      && memcmp(start, SIGNATURE, sizeof start) == 0;
    if (file >= 0) {
        (void)close(file);
    }
    return same || found->st_size == 0;
}

static pb_status check_target(const pb_output *output, pb_error *err)
{
    struct stat found;
    if (stat(output->path, &found) != 0) {
        return errno == ENOENT ? PB_OK : fail_create(output->path, err);
    }
    if (S_ISDIR(found.st_mode)) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %s: it is a directory", output->path);
    }
    if (!S_ISREG(found.st_mode)) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %s: it exists and is not a file",
                       output->path);
    }
    if (!output->overwrite) {
        return pb_fail(err, PB_CANNOT_CREATE, "%s exists; --overwrite replaces it", output->path);
    }
    if (!is_result_or_empty(output->path, &found)) {
        return pb_fail(err, PB_CANNOT_CREATE, "%s is not a result: --overwrite does not replace it",
                       output->path);
    }
    return PB_OK;
}

/* Whether the lock file still has its name: a run that ends removes its own. */
static bool lock_is_current(const pb_output *output)
{
    struct stat held, named;
    return fstat(output->lock, &held) == 0 && stat(output->lock_path, &named) == 0
           && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

static void drop_lock(pb_output *output)
{
    if (output->lock >= 0) {
        (void)close(output->lock);
        output->lock = -1;
    }
}

static int open_lock(const char *path, bool *is_new)
{
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    *is_new = file >= 0;
    return file < 0 && errno == EEXIST ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : file;
}

/* The kernel frees a lock with its process, so that only its file may be left of a killed run.
 * Where the file system has no locks, the mere existence of that file must do. */
static pb_status lock_once(pb_output *output, pb_error *err)
{
    bool is_new = false;
    output->lock = open_lock(output->lock_path, &is_new);
    if (output->lock < 0) {
        return fail_create(output->path, err);
    }
    if (flock(output->lock, LOCK_EX | LOCK_NB) == 0) {
        return PB_OK;
    }
    const bool busy = errno == EWOULDBLOCK;
    if (!busy && is_new) {
        return PB_OK;
    }
    drop_lock(output);
    return pb_fail(err, PB_CANNOT_CREATE, "%s is being written by another run%s%s", output->path,
                   busy ? "" : "; if there is none, remove ", busy ? "" : output->lock_path);
}

static pb_status take_lock(pb_output *output, pb_error *err)
{
    pb_status status;
    do {
        drop_lock(output);
        status = lock_once(output, err);
    } while (status == PB_OK && !lock_is_current(output));
    if (status == PB_OK && unlink(output->temporary) != 0 && errno != ENOENT) {
        status = fail_create(output->path, err);
    }
    return status;
}

pb_status pb_output_open(const char *path, bool overwrite, pb_output *output, pb_error *err)
{
    memset(output, 0, sizeof *output);
    output->lock = -1;
    output->overwrite = overwrite;
    pb_status status = split_path(path, output, err);
    status = status == PB_OK ? check_directory(output, err) : status;
    status = status == PB_OK ? check_target(output, err) : status;
    status = status == PB_OK ? take_lock(output, err) : status;
    if (status != PB_OK) {
        pb_output_close(output);
    }
    return status;
}

pb_status pb_output_check_space(const pb_output *output, uint64_t bytes, pb_error *err)
{
    struct statvfs disk;
    if (statvfs(output->directory, &disk) != 0 || disk.f_frsize == 0 || disk.f_blocks == 0) {
        return PB_OK; /* not every file system tells */
    }
    const uint64_t unit = disk.f_frsize, room = disk.f_bavail;
    if (bytes / unit >= room) {
        return pb_fail(err, PB_IO, "%s needs %.0f MB, and the disk has %.0f MB left", output->path,
                       1e-6 * (double)bytes, 1e-6 * (double)room * (double)unit);
    }
    return PB_OK;
}

static int sync_path(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    const bool failed = fsync(file) != 0 && errno != EINVAL; /* EINVAL: has nothing to sync */
    const int cause = errno;
    (void)close(file);
    errno = cause;
    return failed ? -1 : 0;
}

/* A hard link refuses to replace what meanwhile appeared under the name; rename does not. */
static int give_name(const pb_output *output)
{
    if (!output->overwrite) {
        if (link(output->temporary, output->path) == 0) {
            return unlink(output->temporary);
        }
        struct stat found;
        if (errno == EEXIST || stat(output->path, &found) == 0) {
            errno = EEXIST;
            return -1;
        }
    }
    return rename(output->temporary, output->path);
}

pb_status pb_output_publish(const pb_output *output, pb_error *err)
{
    if (sync_path(output->temporary) != 0) {
        return pb_fail(err, PB_IO, "cannot write %s: %s", output->path, strerror(errno));
    }
    if (give_name(output) != 0) {
        return fail_create(output->path, err);
    }
    if (sync_path(output->directory) != 0) {
        return pb_fail(err, PB_IO, "cannot write the directory %s: %s", output->directory,
                       strerror(errno));
    }
    return PB_OK;
}

void pb_output_close(pb_output *output)
{
    if (output->lock >= 0) {
        (void)unlink(output->temporary);
        (void)unlink(output->lock_path);
        drop_lock(output);
    }
}
