/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_AGAIN_H
#define PLANB_SIM_AGAIN_H

#include "sim/options.h"
#include "sim/run.h"

#include <stdio.h>

/**
 * --more: how many draws the file `path` has, *base; and run.draws becomes what it shall have. A
 * run that is resumed after it was finished is told by *base being all of them.
 * Errors: PB_NO_INPUT, PB_DATA, PB_PERMISSION.
 */
PB_MUST_CHECK pb_status pb_draws_to_extend(const char *path, pb_options *options, int64_t *base,
                                           pb_error *err);

/**
 * --resume: whether `path` is already what `run` is to make, and only its work directory, which
 * is then removed, may be left. Another file in its place is refused unless it is to be replaced.
 * Errors: PB_CANNOT_CREATE, PB_DATA, PB_PERMISSION.
 */
PB_MUST_CHECK pb_status pb_is_finished(const char *path, const pb_options *options,
                                       const pb_run *run, int64_t base, bool *finished,
                                       pb_error *err);

/** Prints a command line as a shell takes it, with one more word (NULL: none). */
void pb_print_command(int argc, char **argv, const char *more, FILE *out);

#endif
