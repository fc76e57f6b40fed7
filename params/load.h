/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_LOAD_H
#define PLANB_PARAMS_LOAD_H

#include "params/scenario.h"

#include <stdio.h>

/** A fact that was left out: dated too late, or contained in another. */
typedef struct pb_ignored {
    char group[PB_ID_SIZE]; /**< the unit or union, or "all" */
    pb_date date;
} pb_ignored;

/** A scenario as loaded, with what the user should be told about it. */
typedef struct pb_loaded {
    pb_scenario *scenario; /**< owned */
    char *yaml;            /**< owned: the resolved scenario; loading it gives the same values */
    char *files;           /**< owned: every file that was read, each with a newline behind it */
    pb_ignored *ignored;   /**< owned */
    size_t n_ignored;
} pb_loaded;

/** What to load. */
typedef struct pb_load_options {
    const char *path;             /**< the scenario file; of a `text` its name in messages */
    const char *text;             /**< the scenario itself, which must not extend; NULL: a file */
    const char *counts;           /**< a CSV file of counts, see params/counts_file.h; NULL: none */
    const char *const *overrides; /**< PATH=VALUE, shape [n_overrides] */
    size_t n_overrides;
} pb_load_options;

/**
 * Loads and validates a scenario: reads `path` and what it extends, lays the counts and then the
 * overrides over it, fills in defaults, checks every value and how they fit together.
 * Errors (up to 20, with file:line:column, source line and caret), warnings and notes go to
 * `messages` (NULL: nowhere). On success `loaded` is owned by the caller (pb_loaded_free); after
 * an error it is empty. GSL's error handler must be off, as main has it.
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA, PB_IO, PB_INTERNAL (no memory).
 */
PB_MUST_CHECK pb_status pb_load_scenario_with(const pb_load_options *options, FILE *messages,
                                              pb_loaded *loaded);

/** The same without a file of counts. */
PB_MUST_CHECK pb_status pb_load_scenario(const char *path, const char *const *overrides,
                                         size_t n_overrides, FILE *messages, pb_loaded *loaded);

/** The same from a text in memory, called `name` in messages; `extends` is refused there. */
PB_MUST_CHECK pb_status pb_load_scenario_text(const char *text, const char *name, FILE *messages,
                                              pb_loaded *loaded);

void pb_loaded_free(pb_loaded *loaded);

#endif
