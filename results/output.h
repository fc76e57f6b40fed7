/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_OUTPUT_H
#define PLANB_RESULTS_OUTPUT_H

#include "results/lock.h"

#include <stdint.h>

enum { PB_OUTPUT_PATH_SIZE = PB_LOCK_PATH_SIZE };

/** What an output may find in its place. */
enum {
    PB_OUTPUT_NEW = 0,     /**< neither a file nor an unfinished run */
    PB_OUTPUT_REPLACE = 1, /**< a file, which is replaced at the end */
    PB_OUTPUT_DISCARD = 2, /**< an unfinished run, which is thrown away */
    PB_OUTPUT_RESUME = 4   /**< an unfinished run, which stays to be continued */
};

/**
 * A file that has its final name only when it is whole. Until then there is a work directory
 * `NAME.part` beside it, with a lock that a second run on the same output meets at once, the
 * file as it grows, and what a later run can go on from: see results/shards.h. Of a killed run
 * the next one takes over the directory.
 */
typedef struct pb_output {
    char path[PB_OUTPUT_PATH_SIZE];
    char directory[PB_OUTPUT_PATH_SIZE]; /**< in which `path` lies */
    char work[PB_OUTPUT_PATH_SIZE];      /**< the work directory */
    char temporary[PB_OUTPUT_PATH_SIZE]; /**< to be created by the caller, exclusively */
    pb_lock lock;
    int may_find; /**< PB_OUTPUT_... */
    bool published;
} pb_output;

/**
 * Takes the lock for `path`, after which `temporary` does not exist. What is neither a result nor
 * an empty file is always refused, so that no slip replaces a scenario; what else is there unless
 * `may_find` has its bit. Ended by pb_output_close.
 * Errors: PB_CANNOT_CREATE, PB_PERMISSION, PB_IO.
 */
PB_MUST_CHECK pb_status pb_output_open(const char *path, int may_find, pb_output *output,
                                       pb_error *err);

/** A file in the work directory; false if the path is too long. */
bool pb_output_place(const pb_output *output, const char *name, char *place);

/** Refuses what the disk has no room for. Errors: PB_IO. */
PB_MUST_CHECK pb_status pb_output_check_space(const pb_output *output, uint64_t bytes,
                                              pb_error *err);

/** Makes the temporary file durable and gives it its final name. */
PB_MUST_CHECK pb_status pb_output_publish(pb_output *output, pb_error *err);

/**
 * Gives the lock back. The work directory goes too, unless the file was not published and there
 * is something in it to continue from.
 */
void pb_output_close(pb_output *output);

#endif
