/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/histogram.h"

#include <math.h>
#include <string.h>

/* The exponent and the top six bits of the significand number the bins of one sign. */
static size_t magnitude_bin(double magnitude)
{
    const int first = (1023 + PB_SMALLEST_EXPONENT) * PB_BINS_PER_OCTAVE;
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    const int64_t bin = (int64_t)(bits >> 46) - first;
    return bin < 0 ? 0 : bin >= PB_BINS_A_SIDE ? PB_BINS_A_SIDE : (size_t)bin + 1;
}

size_t pb_bin_of(double x)
{
    const size_t bin = magnitude_bin(fabs(x));
    return x < 0.0 ? PB_BINS_A_SIDE - bin : PB_BINS_A_SIDE + bin;
}

static void add_range(pb_bin *bin, int64_t count, double lowest, double highest)
{
    if (bin->count == 0 || lowest < bin->lowest) {
        bin->lowest = lowest;
    }
    if (bin->count == 0 || highest > bin->highest) {
        bin->highest = highest;
    }
    bin->count += count;
}

void pb_histogram_add(pb_histogram *histogram, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add_range(&histogram->bin[pb_bin_of(x[i])], 1, x[i], x[i]);
    }
    histogram->n += (int64_t)n;
}

void pb_histogram_merge(pb_histogram *histogram, const pb_histogram *part)
{
    for (size_t b = 0; b < PB_BINS; b++) {
        if (part->bin[b].count > 0) {
            add_range(&histogram->bin[b], part->bin[b].count, part->bin[b].lowest,
                      part->bin[b].highest);
        }
    }
    histogram->n += part->n;
}

double pb_histogram_quantile(const pb_histogram *histogram, double q)
{
    const double wanted = q * (double)histogram->n;
    double below = 0.0;
    for (size_t b = 0; b < PB_BINS; b++) {
        const pb_bin *bin = &histogram->bin[b];
        const double count = (double)bin->count;
        if (bin->count > 0 && below + count >= wanted) {
            return bin->lowest + (wanted - below) / count * (bin->highest - bin->lowest);
        }
        below += count;
    }
    return NAN;
}
