/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_RUN_TO_FILE_H
#define PLANB_TESTS_RUN_TO_FILE_H

#include "models/outcomes.h"

#include <stddef.h>
#include <stdint.h>

/** Runs a scenario given as text, with `draws` draws, into a new file of its own; returns its path.
 */
const char *run_to_file(const char *yaml, int64_t draws, pb_keep keep, int threads);

/** The same for a scenario file. */
const char *run_file(const char *scenario, int64_t draws, pb_keep keep, int threads);

/** The same with PATH=VALUE changes, as by --set. */
const char *run_changed(const char *scenario, const char *const *changes, size_t n_changes,
                        int64_t draws, pb_keep keep, int threads);

/** Reads a whole dataset as doubles; *n_values is what it holds. Owned by the caller. */
double *read_dataset(const char *path, const char *name, size_t *n_values);

/** Item `item` of `items` of a dataset is `expected` in every draw, to 1e-8. */
void expect_everywhere(const char *path, const char *name, size_t items, size_t item,
                       double expected);

/** Reads a text file below the source directory; owned by the caller. */
char *read_source(const char *name);

/** `text` with its first `from`, which must be there, replaced by `to`; owned by the caller. */
char *replaced(const char *text, const char *from, const char *to);

#endif
