/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_STATISTICS_H
#define PLANB_RESULTS_STATISTICS_H

#include "models/kernels.h"
#include "models/outcomes.h"
#include "results/histogram.h"
#include "results/series.h"
#include "results/summary.h"

/** Wide enough for the squares of any number of draws. */
__extension__ typedef __int128 pb_int128;

/** Sums of one series: exact integers on a fixed grid, so that any order gives the same bits. */
typedef struct pb_sums {
    int64_t n; /**< draws in which `given` holds */
    /** In units of 2^-32: of `what`, its squares, of `over`, its squares, of the products. */
    pb_int128 of[5];
} pb_sums;

/** The running sums of a run, or of a part of it. */
typedef struct pb_statistics {
    const pb_series_list *list; /**< borrowed */
    double *block;              /**< the same sums of the block at work, shape [n_series][5] */
    pb_sums *sums;              /**< owned, [n_series] */
    pb_histogram *histogram;    /**< owned, [n_histograms] */
} pb_statistics;

PB_MUST_CHECK pb_status pb_statistics_init(const pb_series_list *list, pb_statistics *statistics,
                                           pb_error *err);
void pb_statistics_free(pb_statistics *statistics);

/** Adds the first `n_lanes` draws of a batch to the block at work. */
void pb_statistics_add(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes);

/**
 * Ends a block: rounds its sums to the grid and adds them to the totals.
 * Errors: PB_INTERNAL if a sum is not finite; the series is named.
 */
PB_MUST_CHECK pb_status pb_statistics_end_block(pb_statistics *statistics, pb_error *err);

/** Adds the totals of `part`, made with the same list. */
void pb_statistics_merge(pb_statistics *statistics, const pb_statistics *part);

/** Appends an estimate for every series, with standard errors for independent draws. */
void pb_statistics_summarise(const pb_statistics *statistics, pb_summary *summary);

#endif
