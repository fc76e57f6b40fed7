/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SUMMARY_TABLE_H
#define PLANB_RESULTS_SUMMARY_TABLE_H

#include "results/summary.h"

#include <stdbool.h>

/** A summary as columns: what is stored. Text members point into entries or are HDF5's. */
typedef struct pb_summary_table {
    size_t n;
    char **path, **text;
    uint8_t *kind, *method;
    double *value, *se;
    int64_t *draws;
} pb_summary_table;

/** All columns with room for `n` entries, zeroed. False: no memory, what is there is to be freed.
 */
bool pb_summary_table_alloc(pb_summary_table *t, size_t n);

/** Frees the columns, not what the texts point to; legal on a zeroed table. */
void pb_summary_table_free(pb_summary_table *t);

/**
 * Makes a summary of a table from elsewhere, with its own copies of the texts. False: no memory,
 * or an entry that no run writes; the summary is then to be freed.
 */
bool pb_summary_table_take(const pb_summary_table *t, pb_summary *summary);

#endif
