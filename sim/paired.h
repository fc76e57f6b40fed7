/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_PAIRED_H
#define PLANB_SIM_PAIRED_H

#include "sim/reload.h"

/** An estimate that two results have in common, and by how much the second is larger. */
typedef struct pb_difference {
    const pb_entry *a, *b; /**< of the results' summaries; borrowed */
    double value, se;      /**< of b - a */
} pb_difference;

typedef struct pb_differences {
    pb_difference *of; /**< owned, in the order of the first summary */
    size_t n;
    bool paired;      /**< the results share their random numbers, and `se` counts on it */
    char reason[256]; /**< if not: why they do not */
} pb_differences;

/**
 * Compares two results. If seed, sampling and number of draws are the same, draw i of one has the
 * same random numbers as draw i of the other: both scenarios are simulated again, draw by draw, and
 * the standard error is that of the difference, from the replicates (sobol) or the draws (random).
 * Otherwise the results are as if independent. Quantiles are compared like the rest, the bins of
 * histograms are not.
 *
 * On success `differences` is owned by the caller, pb_differences_free.
 * Errors: PB_DATA (a file holds other estimates than this planb computes), PB_INTERNAL.
 */
PB_MUST_CHECK pb_status pb_compare(const pb_reloaded *a, const pb_reloaded *b, int threads,
                                   pb_differences *differences, pb_error *err);
void pb_differences_free(pb_differences *differences);

#endif
