/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/output.h"

#include "results/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char MANIFEST[] = "manifest";

bool pb_output_place(const pb_output *output, const char *name, char *place)
{
    const int n = snprintf(place, PB_OUTPUT_PATH_SIZE, "%s/%s", output->work, name);
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
    if (snprintf(output->work, PB_OUTPUT_PATH_SIZE, "%s.part", path) >= PB_OUTPUT_PATH_SIZE
        || !pb_output_place(output, "result.h5", output->temporary)) {
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
        return errno == ENOENT ? PB_OK : pb_fail_create(output->path, err);
    }
    if (S_ISDIR(found.st_mode)) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %s: it is a directory", output->path);
    }
    if (!S_ISREG(found.st_mode)) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %s: it exists and is not a file",
                       output->path);
    }
    if (!(output->may_find & PB_OUTPUT_REPLACE)) {
        return pb_fail(err, PB_CANNOT_CREATE, "%s exists; --overwrite replaces it", output->path);
    }
    if (!is_result_or_empty(output->path, &found)) {
        return pb_fail(err, PB_CANNOT_CREATE, "%s is not a result: --overwrite does not replace it",
                       output->path);
    }
    return PB_OK;
}

static bool is_ours(const char *name)
{
    static const char *const BEGINNINGS[] = {"result.h5", "manifest", "shard"};
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++) {
        if (strncmp(name, BEGINNINGS[i], strlen(BEGINNINGS[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Everything in the work directory but the lock; the manifest first, without which the rest means
 * nothing. */
static void clear_work(const pb_output *output)
{
    char place[PB_OUTPUT_PATH_SIZE];
    if (pb_output_place(output, MANIFEST, place)) {
        (void)unlink(place);
    }
    DIR *directory = opendir(output->work);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        if (is_ours(entry->d_name) && pb_output_place(output, entry->d_name, place)) {
            (void)unlink(place);
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
}

static bool has_manifest(const pb_output *output)
{
    char place[PB_OUTPUT_PATH_SIZE];
    return pb_output_place(output, MANIFEST, place) && access(place, F_OK) == 0;
}

/* What an earlier run left in the work directory. */
static pb_status check_work(const pb_output *output, pb_error *err)
{
    const bool unfinished = has_manifest(output);
    if (unfinished && !(output->may_find & (PB_OUTPUT_DISCARD | PB_OUTPUT_RESUME))) {
        return pb_fail(err, PB_CANNOT_CREATE,
                       "%s holds an unfinished run; --resume continues it, --overwrite starts anew",
                       output->work);
    }
    if (!unfinished || !(output->may_find & PB_OUTPUT_RESUME)) {
        clear_work(output);
    }
    if (unlink(output->temporary) != 0 && errno != ENOENT) {
        return pb_fail_create(output->path, err);
    }
    return PB_OK;
}

static pb_status take_lock(pb_output *output, pb_error *err)
{
    char place[PB_OUTPUT_PATH_SIZE];
    (void)pb_output_place(output, "LOCK", place);
    return pb_lock_take(output->work, place, output->path, &output->lock, err);
}

pb_status pb_output_open(const char *path, int may_find, pb_output *output, pb_error *err)
{
    memset(output, 0, sizeof *output);
    output->lock.file = -1;
    output->may_find = may_find;
    pb_status status = split_path(path, output, err);
    status = status == PB_OK ? check_directory(output, err) : status;
    status = status == PB_OK ? check_target(output, err) : status;
    status = status == PB_OK ? take_lock(output, err) : status;
    status = status == PB_OK ? check_work(output, err) : status;
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

/* A hard link refuses to replace what meanwhile appeared under the name; rename does not. */
static int give_name(const pb_output *output)
{
    if (!(output->may_find & PB_OUTPUT_REPLACE)) {
        if (link(output->temporary, output->path) == 0) {
            return 0; /* its other name goes when the output is closed */
        }
        struct stat found;
        if (errno == EEXIST || stat(output->path, &found) == 0) {
            errno = EEXIST;
            return -1;
        }
    }
    return rename(output->temporary, output->path);
}

pb_status pb_output_publish(pb_output *output, pb_error *err)
{
    if (pb_sync_path(output->temporary) != 0) {
        return pb_fail(err, PB_IO, "cannot write %s: %s", output->path, strerror(errno));
    }
    if (give_name(output) != 0) {
        return pb_fail_create(output->path, err);
    }
    if (pb_sync_path(output->directory) != 0) {
        return pb_fail(err, PB_IO, "cannot write the directory %s: %s", output->directory,
                       strerror(errno));
    }
    output->published = true;
    return PB_OK;
}

void pb_output_close(pb_output *output)
{
    if (output->lock.file < 0) {
        return;
    }
    (void)unlink(output->temporary);
    if (output->published || !has_manifest(output)) {
        clear_work(output);
    }
    pb_lock_drop(&output->lock);
    (void)rmdir(output->work); /* fails where there is something to continue from */
}
