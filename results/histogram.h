/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_HISTOGRAM_H
#define PLANB_RESULTS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/**
 * A histogram with fixed bins, so that histograms of any parts of a run add up to the same
 * counts: 256 bins an octave of |x| from 2^-4 to 2^20, mirrored, and between them one bin of
 * smaller negative numbers and one of smaller others: so that the sign of a value shows in its bin.
 * A bin keeps its smallest and largest value and how often they came, so that the quantiles of a
 * point mass at the edge of what else is in its bin are exact.
 */
enum { PB_BINS_PER_OCTAVE = 256, PB_OCTAVES = 24, PB_SMALLEST_EXPONENT = -4 };
enum { PB_BINS_A_SIDE = PB_BINS_PER_OCTAVE * PB_OCTAVES, PB_BINS = 2 * (PB_BINS_A_SIDE + 1) };

/** Draw i belongs to replicate i mod 16 (of a scrambled point set; else just a batch of draws). */
enum { PB_REPLICATES = 16 };

/** Some bins together, counted apart for each replicate: for the errors of quantiles. */
enum { PB_BINS_A_COARSE = 4, PB_COARSE_BINS = PB_BINS / PB_BINS_A_COARSE + 1 };

typedef struct pb_bin {
    int64_t count;
    int64_t n_lowest, n_highest; /**< how many of them have the lowest, the highest value */
    double lowest, highest;      /**< of the values in it */
} pb_bin;

/**
 * Few of the bins are ever used, so that the others are neither cleared nor looked at: their
 * content is undefined, and a coarse bin's that has none in use.
 */
typedef struct pb_histogram {
    int64_t n;
    uint64_t used[(PB_BINS + 63) / 64]; /**< a bit for each bin with a count, lowest first */
    pb_bin bin[PB_BINS];
    uint32_t coarse[PB_COARSE_BINS][PB_REPLICATES];
} pb_histogram;

/** Index of the bin of x, 0..PB_BINS-1, not decreasing in x; values beyond the range go to the
 * ends. */
size_t pb_bin_of(double x);

/** Counts the x[i], i < n, for which kept[i] is not 0; x[i] belongs to replicate i mod 16. */
void pb_histogram_add(pb_histogram *histogram, const double *x, const double *kept, size_t n);

/** Makes it empty; its bins need not be cleared before. */
void pb_histogram_clear(pb_histogram *histogram);

/** Adds what a bin of another histogram has counted, but not the counts of its coarse bin. */
void pb_histogram_add_bin(pb_histogram *histogram, size_t bin, const pb_bin *part);

/** The first bin from `bin` on that has a count, PB_BINS if there is none. */
size_t pb_histogram_next(const pb_histogram *histogram, size_t bin);

/** The same of the coarse bins; PB_COARSE_BINS if there is none. */
size_t pb_histogram_next_coarse(const pb_histogram *histogram, size_t coarse);

/** Adds what `part` has counted; any order of parts gives the same result. */
void pb_histogram_merge(pb_histogram *histogram, const pb_histogram *part);

/** The q-quantile, 0 < q < 1, interpolated within its bin; NaN if nothing was counted. */
double pb_histogram_quantile(const pb_histogram *histogram, double q);

/** How many values are below x; within the bin of x they are taken as spread evenly. */
double pb_histogram_below(const pb_histogram *histogram, double x);

/** The standard error of that quantile if all draws are independent. */
double pb_histogram_quantile_error(const pb_histogram *histogram, double q);

/** The same from the spread of the replicates; NaN if one of them has counted nothing. */
double pb_histogram_replicate_error(const pb_histogram *histogram, double q);

#endif
