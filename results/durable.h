/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_DURABLE_H
#define PLANB_RESULTS_DURABLE_H

#include "models/error.h"

/** What survives a power cut: a file after pb_sync_path of itself, its name after pb_sync_path of
 * its directory. Both return 0, or -1 with errno set. */
int pb_sync_path(const char *path);

/** Makes `temporary` durable and gives it the name `path` in `directory`, replacing what has it. */
int pb_publish(const char *temporary, const char *path, const char *directory);

/** What a failed system call on the way to a new file means for the caller. */
pb_status pb_status_of_errno(void);

/** "cannot create PATH: No space left on device", with that status. */
PB_MUST_CHECK pb_status pb_fail_create(const char *path, pb_error *err);

#endif
