/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_HISTOGRAM_H
#define PLANB_RESULTS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/**
 * A histogram with fixed bins, so that histograms of any parts of a run add up to the same
 * counts: 256 bins an octave of |x| from 2^-4 to 2^20, mirrored, and one bin around zero. A bin
 * keeps its smallest and largest value and how often they came, so that the quantiles of a point
 * mass at the edge of what else is in its bin are exact.
 */
enum { PB_BINS_PER_OCTAVE = 256, PB_OCTAVES = 24, PB_SMALLEST_EXPONENT = -4 };
enum { PB_BINS_A_SIDE = PB_BINS_PER_OCTAVE * PB_OCTAVES, PB_BINS = 2 * PB_BINS_A_SIDE + 1 };

typedef struct pb_bin {
    int64_t count;
    int64_t n_lowest, n_highest; /**< how many of them have the lowest, the highest value */
    double lowest, highest;      /**< of the values in it; undefined while count is 0 */
} pb_bin;

typedef struct pb_histogram {
    int64_t n;
    pb_bin bin[PB_BINS];
} pb_histogram;

/** Index of the bin of x, 0..PB_BINS-1, not decreasing in x; values beyond the range go to the
 * ends. */
size_t pb_bin_of(double x);

/** Counts x[0..n). */
void pb_histogram_add(pb_histogram *histogram, const double *x, size_t n);

/** Adds what `part` has counted; any order of parts gives the same result. */
void pb_histogram_merge(pb_histogram *histogram, const pb_histogram *part);

/** The q-quantile, 0 < q < 1, interpolated within its bin; NaN if nothing was counted. */
double pb_histogram_quantile(const pb_histogram *histogram, double q);

#endif
