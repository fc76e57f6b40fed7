/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_OUTPUT_H
#define PLANB_RESULTS_OUTPUT_H

#include "models/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { PB_OUTPUT_PATH_SIZE = 4096 };

/**
 * A file that has its final name only when it is whole. Until then it stands beside it as
 * `.NAME.tmp`, under a lock `.NAME.lock` that a second run on the same output meets at once.
 * Whatever a killed run left behind is taken over by the next one.
 */
typedef struct pb_output {
    char path[PB_OUTPUT_PATH_SIZE];
    char directory[PB_OUTPUT_PATH_SIZE];
    char temporary[PB_OUTPUT_PATH_SIZE]; /**< to be created by the caller, exclusively */
    char lock_path[PB_OUTPUT_PATH_SIZE];
    int lock; /**< file descriptor, -1: none */
    bool overwrite;
} pb_output;

/**
 * Takes the lock for `path`, after which `temporary` does not exist. An existing file is refused
 * unless `overwrite`; what is neither a result nor an empty file always is, so that no slip
 * replaces a scenario. Ended by pb_output_close.
 * Errors: PB_CANNOT_CREATE, PB_PERMISSION, PB_IO.
 */
PB_MUST_CHECK pb_status pb_output_open(const char *path, bool overwrite, pb_output *output,
                                       pb_error *err);

/** Refuses what the disk has no room for. Errors: PB_IO. */
PB_MUST_CHECK pb_status pb_output_check_space(const pb_output *output, uint64_t bytes,
                                              pb_error *err);

/** Makes the temporary file durable and gives it its final name. */
PB_MUST_CHECK pb_status pb_output_publish(const pb_output *output, pb_error *err);

/** Removes the temporary file if it is still there, and the lock. */
void pb_output_close(pb_output *output);

#endif
