/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_DEPFILE_H
#define PLANB_SIM_DEPFILE_H

#include "models/error.h"

/**
 * Writes the rule `TARGET: FILE FILE ...` that make and ninja read to know what a result depends
 * on. `files` is a list of names, each with a newline behind it (pb_loaded.files).
 * Errors: PB_CANNOT_CREATE, PB_IO.
 */
PB_MUST_CHECK pb_status pb_depfile_write(const char *path, const char *target, const char *files,
                                         pb_error *err);

#endif
