/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/histogram.h"

#include <math.h>
#include <string.h>

/* The exponent and the top eight bits of the significand number the bins of one sign. */
static size_t magnitude_bin(double magnitude)
{
    const int first = (1023 + PB_SMALLEST_EXPONENT) * PB_BINS_PER_OCTAVE;
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    const int64_t bin = (int64_t)(bits >> 44) - first;
    return bin < 0 ? 0 : bin >= PB_BINS_A_SIDE ? PB_BINS_A_SIDE : (size_t)bin + 1;
}

size_t pb_bin_of(double x)
{
    const size_t bin = magnitude_bin(fabs(x));
    return x < 0.0 ? PB_BINS_A_SIDE - bin : PB_BINS_A_SIDE + bin;
}

static void add_bin(pb_bin *bin, const pb_bin *part)
{
    if (bin->count == 0 || part->lowest < bin->lowest) {
        bin->lowest = part->lowest;
        bin->n_lowest = 0;
    }
    if (bin->count == 0 || part->highest > bin->highest) {
        bin->highest = part->highest;
        bin->n_highest = 0;
    }
    bin->n_lowest += part->lowest == bin->lowest ? part->n_lowest : 0;
    bin->n_highest += part->highest == bin->highest ? part->n_highest : 0;
    bin->count += part->count;
}

void pb_histogram_add(pb_histogram *histogram, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const pb_bin one = {1, 1, 1, x[i], x[i]};
        add_bin(&histogram->bin[pb_bin_of(x[i])], &one);
    }
    histogram->n += (int64_t)n;
}

void pb_histogram_merge(pb_histogram *histogram, const pb_histogram *part)
{
    for (size_t b = 0; b < PB_BINS; b++) {
        if (part->bin[b].count > 0) {
            add_bin(&histogram->bin[b], &part->bin[b]);
        }
    }
    histogram->n += part->n;
}

/* The value below which `rank` of a bin's values lie; between its edges they are taken as
 * spread evenly. */
static double value_at_rank(const pb_bin *bin, double rank)
{
    const double inside = (double)(bin->count - bin->n_lowest - bin->n_highest);
    const double from_lowest = rank - (double)bin->n_lowest;
    if (from_lowest <= 0.0) {
        return bin->lowest;
    }
    if (from_lowest >= inside) {
        return bin->highest;
    }
    return bin->lowest + from_lowest / inside * (bin->highest - bin->lowest);
}

double pb_histogram_quantile(const pb_histogram *histogram, double q)
{
    const double wanted = q * (double)histogram->n;
    double below = 0.0;
    for (size_t b = 0; b < PB_BINS; b++) {
        const pb_bin *bin = &histogram->bin[b];
        if (bin->count > 0 && below + (double)bin->count >= wanted) {
            return value_at_rank(bin, wanted - below);
        }
        below += (double)bin->count;
    }
    return NAN;
}
