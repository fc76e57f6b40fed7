/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int pb_sync_path(const char *path)
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

int pb_publish(const char *temporary, const char *path, const char *directory)
{
    if (pb_sync_path(temporary) != 0 || rename(temporary, path) != 0) {
        return -1;
    }
    return pb_sync_path(directory);
}

pb_status pb_status_of_errno(void)
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

pb_status pb_fail_create(const char *path, pb_error *err)
{
    return pb_fail(err, pb_status_of_errno(), "cannot create %s: %s", path, strerror(errno));
}
