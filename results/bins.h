/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_BINS_H
#define PLANB_RESULTS_BINS_H

#include "results/histogram.h"
#include "results/summary.h"

enum { PB_MAX_BINS = 16 };

/** A histogram to look at: n bins from `from` on, the first and last with all beyond them. */
typedef struct pb_bins {
    double from, width; /**< width 1, 2 or 5 times a power of ten; 0 is an edge if it is inside */
    int n;
    double share[PB_MAX_BINS]; /**< of the values counted; they add up to 1 */
} pb_bins;

/** Bins that show what lies between the 1% and 99% quantiles; none (n = 0) of an empty histogram.
 */
pb_bins pb_bins_of(const pb_histogram *histogram);

/** Appends them as "STEM/histogram/from", "STEM/histogram/width", "STEM/histogram/share/[i]". */
void pb_bins_summarise(const pb_histogram *histogram, const char *stem, pb_summary *summary);

#endif
