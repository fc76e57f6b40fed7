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

/** Sums are kept in units of this. */
#define PB_SUM_GRID 0x1p-32

/** What is summed of a series: `what`, its squares, `over`, its squares, the products. */
enum { PB_SUM, PB_SUM_SQUARES, PB_SUM_OVER, PB_SUM_OVER_SQUARES, PB_SUM_PRODUCTS, PB_N_SUMS };

/** Sums of one series: exact integers on a fixed grid, so that any order gives the same bits. */
typedef struct pb_sums {
    int64_t n[PB_REPLICATES];               /**< draws in which `given` holds, by replicate */
    pb_int128 of[PB_N_SUMS][PB_REPLICATES]; /**< in units of PB_SUM_GRID */
} pb_sums;

/** The draws of a batch in which a condition holds. */
typedef struct pb_marks {
    pb_measure given; /**< the condition */
    uint8_t flag[PB_LANES];
    double number[PB_LANES]; /**< the same, 0 or 1 */
    int64_t n[PB_REPLICATES];
} pb_marks;

/** The running sums of a run, or of a part of it. */
typedef struct pb_statistics {
    const pb_series_list *list;                /**< borrowed */
    double (*block)[PB_N_SUMS][PB_REPLICATES]; /**< the same sums of the block at work, owned */
    size_t n_marks;
    pb_marks *marks;         /**< owned, of the batch at work, [n_marks] */
    size_t *marks_of;        /**< owned, which of them counts for a series, [n_series] */
    pb_sums *sums;           /**< owned, [n_series] */
    pb_histogram *histogram; /**< owned, [n_histograms] */
} pb_statistics;

/** What pb_statistics_init will allocate. */
size_t pb_statistics_bytes(const pb_series_list *list);

PB_MUST_CHECK pb_status pb_statistics_init(const pb_series_list *list, pb_statistics *statistics,
                                           pb_error *err);
void pb_statistics_free(pb_statistics *statistics);

/** Adds the first `n_lanes` draws of a batch to the block at work. */
void pb_statistics_add(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes);

/** The same of the draws only for which where[lane], shape [n_lanes], is 1; else it is 0. */
void pb_statistics_add_where(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes,
                             const double *where);

/**
 * What a series sums up of a batch: its estimate is the sum of `value` over that of `weight`, both
 * of shape [PB_LANES] and 0 where a draw does not count or is not among the first n_lanes.
 */
void pb_series_values(const pb_outcomes *out, const pb_series *series, size_t n_lanes,
                      double *value, double *weight);

/**
 * Ends a block: rounds its sums to the grid and adds them to the totals.
 * Errors: PB_INTERNAL if a sum is not finite; the series is named.
 */
PB_MUST_CHECK pb_status pb_statistics_end_block(pb_statistics *statistics, pb_error *err);

/** Forgets the totals. */
void pb_statistics_clear(pb_statistics *statistics);

/** Adds the totals of `part`, made with the same list. */
void pb_statistics_merge(pb_statistics *statistics, const pb_statistics *part);

/**
 * Appends an estimate for every series. Standard errors are those of independent draws
 * (PB_SAMPLING_RANDOM) or come from the spread of the replicates (PB_SAMPLING_SOBOL).
 */
void pb_statistics_summarise(const pb_statistics *statistics, pb_sampling sampling,
                             pb_summary *summary);

#endif
