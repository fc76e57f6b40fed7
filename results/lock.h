/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_LOCK_H
#define PLANB_RESULTS_LOCK_H

#include "models/error.h"

#include <stdbool.h>

enum { PB_LOCK_PATH_SIZE = 4096, PB_OWNER_SIZE = 96 };

/**
 * A file that says who is writing: "process 123 on HOST". The kernel holds a lock on it as long
 * as that process lives, so that only the file is left of a killed one; the next run takes it
 * over. On a file system without locks the file alone must do.
 */
typedef struct pb_lock {
    char path[PB_LOCK_PATH_SIZE];
    char left_by[PB_OWNER_SIZE]; /**< whose file was taken over; "": nobody's */
    int file;                    /**< descriptor, -1: not held */
    bool without_kernel;         /**< the file system has no locks */
} pb_lock;

/**
 * Takes the lock or refuses at once. `wanted` names what is to be written, for the message;
 * `directory` is that of `path` and is made where it is missing.
 * Errors: PB_CANNOT_CREATE (another run has it), PB_PERMISSION, PB_IO.
 */
PB_MUST_CHECK pb_status pb_lock_take(const char *directory, const char *path, const char *wanted,
                                     pb_lock *lock, pb_error *err);

/** Removes the file and gives the lock back; legal when it is not held. */
void pb_lock_drop(pb_lock *lock);

#endif
