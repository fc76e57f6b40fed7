/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_PROVENANCE_H
#define PLANB_RESULTS_PROVENANCE_H

#include "models/outcomes.h"

#include <stdint.h>

/** Version of the result file, see FORMAT.md. */
enum { PB_RESULT_FORMAT = 1 };

/**
 * Where a result comes from: what is needed to make it again, and nothing that may differ
 * between two runs that must give the same bytes (threads, paths, times of day). All borrowed.
 */
typedef struct pb_provenance {
    const char *planb_version, *git_revision;
    const char *scenario_yaml; /**< resolved: base files merged, overrides and defaults in it */
    const char *command;       /**< canonical: scenario, overrides, seed, draws, sampling, keep */
    const char *sampling;      /**< "random" */
    const char *rule_methods;  /**< how ratify_probability was had, a word a round */
    const char *fingerprint;   /**< of the numbers that this planb computes; NULL: not stored */
    uint64_t seed;
    int64_t draws;      /**< of the whole run */
    int64_t first, end; /**< the draws in this file; end 0: all */
    pb_keep keep;
} pb_provenance;

/** How many draws the file is to hold, whether or not they are kept. */
int64_t pb_provenance_draws(const pb_provenance *provenance);

/** SHA-256 of `size` bytes in lower-case hex; `hex` has shape [65]. */
void pb_sha256_hex(const void *bytes, size_t size, char *hex);

/** The same of a file's first `size` bytes, or of all (-1). -1 with errno set if it cannot be read.
 */
int pb_sha256_file(const char *path, int64_t size, char *hex);

/** "2011-06-24T00:00:00Z": SOURCE_DATE_EPOCH if that is set and valid, else now. */
void pb_creation_time(char *text, size_t size);

#endif
