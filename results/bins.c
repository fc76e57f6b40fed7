/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/bins.h"

#include <math.h>

/* The narrowest round width of which `most` cover `range`. */
static double round_width(double range, int most)
{
    static const double STEPS[] = {1.0, 2.0, 5.0};
    if (!(range > 0.0)) {
        return 1.0; /* one value in every draw */
    }
    for (double decade = 1e-3;; decade *= 10.0) {
        for (int i = 0; i < 3; i++) {
            if (STEPS[i] * decade * most >= range) {
                return STEPS[i] * decade;
            }
        }
    }
}

pb_bins pb_bins_of(const pb_histogram *histogram)
{
    pb_bins bins = {0};
    if (histogram->n == 0) {
        return bins;
    }
    const double low = pb_histogram_quantile(histogram, 0.01);
    const double high = pb_histogram_quantile(histogram, 0.99);
    bins.width = round_width(high - low, PB_MAX_BINS - 2);
    const double first = floor(low / bins.width), last = floor(high / bins.width);
    bins.from = first * bins.width;
    bins.n = (int)(last - first) + 1;
    double below = 0.0;
    for (int i = 0; i < bins.n; i++) {
        const double edge = (first + i + 1.0) * bins.width;
        const double up_to =
            i + 1 == bins.n ? (double)histogram->n : pb_histogram_below(histogram, edge);
        bins.share[i] = (up_to - below) / (double)histogram->n;
        below = up_to;
    }
    return bins;
}

void pb_bins_summarise(const pb_histogram *histogram, const char *stem, pb_summary *summary)
{
    const pb_bins bins = pb_bins_of(histogram);
    const double n = (double)histogram->n;
    if (bins.n == 0) {
        return;
    }
    pb_summary_number(summary, bins.from, "%s/histogram/from", stem);
    pb_summary_number(summary, bins.width, "%s/histogram/width", stem);
    for (int i = 0; i < bins.n; i++) {
        const double p = bins.share[i];
        /* as of independent draws: with Sobol points the error is not larger */
        pb_summary_estimate(summary, p, sqrt(fmax(p * (1.0 - p), 0.0) / n), PB_METHOD_PLAIN,
                            histogram->n, "%s/histogram/share/[%d]", stem, i);
    }
}
