/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_PARAMETERS_H
#define PLANB_PARAMS_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Every value of a resolved scenario as a line `PATH=VALUE`, in the file's order, without how
 * many draws are wanted (run.draws, run.max_draws, run.target_se): runs with the same lines are
 * the beginnings of one another. Values are compared as they are written, since the result file
 * stores them so. Owned by the caller; NULL: no memory, or `yaml` does not parse.
 */
char *pb_parameter_lines(const char *yaml);

/**
 * Says in words where two such lists first differ, e.g. "vote.mu0 is 0.5 there and 0.6 here";
 * false if they do not.
 */
bool pb_parameter_difference(const char *there, const char *here, char *text, size_t size);

/**
 * Everything in which two such lists differ, a line each: "vote.mu0: 0.6 in A, 0.5 in B" or
 * "revenue.bias: 0.1 only in A", and of a block that the other has nothing of its path alone,
 * "unions[police] only in A". Names, titles and sources, which no number hangs on, are left
 * out. Owned by the caller; NULL: no memory.
 */
char *pb_parameter_changes(const char *a, const char *b);

#endif
