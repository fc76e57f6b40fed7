/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_PAIRED_ERROR_H
#define PLANB_SIM_PAIRED_ERROR_H
/* The standard error of a difference between two results that share their draws. */

#include "results/series.h"
#include "results/statistics.h"

/** The sides of a comparison. */
enum { A, B, SIDES };

/** What an estimate of one result is the mean of. */
typedef struct pb_measured {
    const pb_entry *entry;
    const pb_series *series; /**< NULL: not simulated, the same in every draw */
    double quantile;         /**< of which the entry is the value; NaN: it is a mean or a ratio */
    double centre;           /**< value = centre x weight on average */
} pb_measured;

typedef struct pb_pair {
    pb_measured of[SIDES];
} pb_pair;

/** Sums over draws of a pair: values and weights by replicate, and the products of what remains of
 * both sides' values less centre x weight. */
typedef struct pb_pair_sums {
    double value[SIDES][PB_REPLICATES], weight[SIDES][PB_REPLICATES];
    double product[SIDES][SIDES];
} pb_pair_sums;

/** The sum over the replicates, shape [PB_REPLICATES]. */
double pb_sum_of_replicates(const double *x);

/** `x`, or 0 where it is no more than the rounding of the difference of two equal numbers. */
double pb_without_rounding(const pb_pair *p, double x);

/**
 * Of B less A: from the spread of the replicates under sobol, of the draws otherwise. That of a
 * quantile is the error of the share of draws below it times how far the quantile moves for it.
 */
double pb_paired_error(const pb_run_params *run, const pb_pair *p, const pb_pair_sums *sums);

#endif
