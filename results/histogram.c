/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/histogram.h"

#include <math.h>
#include <stdbool.h>
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
    return x < 0.0 ? PB_BINS_A_SIDE - bin : PB_BINS_A_SIDE + 1 + bin;
}

/* ---- which bins are used ---- */

void pb_histogram_clear(pb_histogram *histogram)
{
    histogram->n = 0;
    memset(histogram->used, 0, sizeof histogram->used);
}

size_t pb_histogram_next(const pb_histogram *histogram, size_t bin)
{
    size_t word = bin / 64;
    if (bin >= PB_BINS) {
        return PB_BINS;
    }
    uint64_t left = histogram->used[word] >> bin % 64 << bin % 64;
    while (left == 0 && word + 1 < sizeof histogram->used / sizeof histogram->used[0]) {
        left = histogram->used[++word];
    }
    return left == 0 ? PB_BINS : 64 * word + (size_t)__builtin_ctzll(left);
}

size_t pb_histogram_next_coarse(const pb_histogram *histogram, size_t coarse)
{
    const size_t bin = pb_histogram_next(histogram, coarse * PB_BINS_A_COARSE);
    return bin == PB_BINS ? PB_COARSE_BINS : bin / PB_BINS_A_COARSE;
}

static inline bool is_used(const pb_histogram *histogram, size_t bin)
{
    return histogram->used[bin / 64] >> bin % 64 & 1;
}

static bool coarse_is_used(const pb_histogram *histogram, size_t coarse)
{
    const size_t first = coarse * PB_BINS_A_COARSE;
    return (histogram->used[first / 64] >> first % 64 & ((1 << PB_BINS_A_COARSE) - 1)) != 0;
}

/* The first count of a bin. */
static void begin_bin(pb_histogram *histogram, size_t bin, const pb_bin *content)
{
    const size_t coarse = bin / PB_BINS_A_COARSE;
    if (!coarse_is_used(histogram, coarse)) {
        memset(histogram->coarse[coarse], 0, sizeof histogram->coarse[coarse]);
    }
    histogram->used[bin / 64] |= UINT64_C(1) << bin % 64;
    histogram->bin[bin] = *content;
}

/* ---- counting ---- */

static void join_bins(pb_bin *bin, const pb_bin *part)
{
    if (part->lowest < bin->lowest) {
        bin->lowest = part->lowest;
        bin->n_lowest = 0;
    }
    if (part->highest > bin->highest) {
        bin->highest = part->highest;
        bin->n_highest = 0;
    }
    bin->n_lowest += part->lowest == bin->lowest ? part->n_lowest : 0;
    bin->n_highest += part->highest == bin->highest ? part->n_highest : 0;
    bin->count += part->count;
}

void pb_histogram_add_bin(pb_histogram *histogram, size_t bin, const pb_bin *part)
{
    if (is_used(histogram, bin)) {
        join_bins(&histogram->bin[bin], part);
    } else {
        begin_bin(histogram, bin, part);
    }
}

/* The same of a single value; most fall between the ends of their bin. */
static inline void add_value(pb_bin *bin, double x)
{
    bin->count++;
    if (x <= bin->lowest) {
        bin->n_lowest = x < bin->lowest ? 1 : bin->n_lowest + 1;
        bin->lowest = x;
    }
    if (x >= bin->highest) {
        bin->n_highest = x > bin->highest ? 1 : bin->n_highest + 1;
        bin->highest = x;
    }
}

/* Values at a time: their bins are known, and on their way from memory, before any is counted. */
enum { GROUP = 64 };

static void add_group(pb_histogram *histogram, const double *x, const double *kept, size_t first,
                      size_t n)
{
    uint32_t bin[GROUP];
    for (size_t i = 0; i < n; i++) {
        bin[i] = (uint32_t)pb_bin_of(x[i]);
        __builtin_prefetch(&histogram->bin[bin[i]], 1);
        __builtin_prefetch(histogram->coarse[bin[i] / PB_BINS_A_COARSE], 1);
    }
    for (size_t i = 0; i < n; i++) {
        if (kept[i] != 0.0) {
            if (is_used(histogram, bin[i])) {
                add_value(&histogram->bin[bin[i]], x[i]);
            } else {
                begin_bin(histogram, bin[i], &(pb_bin){1, 1, 1, x[i], x[i]});
            }
            histogram->coarse[bin[i] / PB_BINS_A_COARSE][(first + i) % PB_REPLICATES]++;
            histogram->n++;
        }
    }
}

void pb_histogram_add(pb_histogram *histogram, const double *x, const double *kept, size_t n)
{
    for (size_t first = 0; first < n; first += GROUP) {
        const size_t length = n - first < GROUP ? n - first : GROUP;
        add_group(histogram, x + first, kept + first, first, length);
    }
}

void pb_histogram_merge(pb_histogram *histogram, const pb_histogram *part)
{
    for (size_t b = 0; (b = pb_histogram_next(part, b)) < PB_BINS; b++) {
        pb_histogram_add_bin(histogram, b, &part->bin[b]);
    }
    for (size_t c = 0; (c = pb_histogram_next_coarse(part, c)) < PB_COARSE_BINS; c++) {
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            histogram->coarse[c][r] += part->coarse[c][r];
        }
    }
    histogram->n += part->n;
}

/* ---- quantiles ---- */

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
    for (size_t b = 0; (b = pb_histogram_next(histogram, b)) < PB_BINS; b++) {
        const pb_bin *bin = &histogram->bin[b];
        if (below + (double)bin->count >= wanted) {
            return value_at_rank(bin, wanted - below);
        }
        below += (double)bin->count;
    }
    return NAN;
}

double pb_histogram_below(const pb_histogram *histogram, double x)
{
    const size_t at = pb_bin_of(x);
    double below = 0.0;
    for (size_t b = 0; (b = pb_histogram_next(histogram, b)) < at; b++) {
        below += (double)histogram->bin[b].count;
    }
    const pb_bin *bin = &histogram->bin[at];
    if (!is_used(histogram, at) || x <= bin->lowest) {
        return below;
    }
    if (x > bin->highest) {
        return below + (double)bin->count;
    }
    const double inside = (double)(bin->count - bin->n_lowest - bin->n_highest);
    return below + (double)bin->n_lowest
           + inside * (x - bin->lowest) / (bin->highest - bin->lowest);
}

/* dx/dq around the q-quantile, over one standard error of q to either side. */
static double slope_of_quantile(const pb_histogram *histogram, double q)
{
    const double half = sqrt(q * (1.0 - q) / (double)histogram->n);
    const double low = fmax(q - half, 0.0), high = fmin(q + half, 1.0);
    return (pb_histogram_quantile(histogram, high) - pb_histogram_quantile(histogram, low))
           / (high - low);
}

double pb_histogram_quantile_error(const pb_histogram *histogram, double q)
{
    return slope_of_quantile(histogram, q) * sqrt(q * (1.0 - q) / (double)histogram->n);
}

/* How many draws of a replicate lie below coarse bin `end`. */
static double below(const pb_histogram *histogram, size_t r, size_t end)
{
    double sum = 0.0;
    for (size_t c = 0; (c = pb_histogram_next_coarse(histogram, c)) < end; c++) {
        sum += histogram->coarse[c][r];
    }
    return sum;
}

/* The coarse bin of the q-quantile, and which part of its draws lies below the quantile;
 * PB_COARSE_BINS if nothing was counted. */
static size_t place_of_quantile(const pb_histogram *histogram, double q, double *part)
{
    const double wanted = q * (double)histogram->n;
    double sum = 0.0;
    for (size_t c = 0; (c = pb_histogram_next_coarse(histogram, c)) < PB_COARSE_BINS; c++) {
        double inside = 0.0;
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            inside += histogram->coarse[c][r];
        }
        if (sum + inside >= wanted) {
            *part = (wanted - sum) / inside;
            return c;
        }
        sum += inside;
    }
    return PB_COARSE_BINS;
}

double pb_histogram_replicate_error(const pb_histogram *histogram, double q)
{
    double part, sum = 0.0, squares = 0.0;
    const size_t bin = place_of_quantile(histogram, q, &part);
    if (bin == PB_COARSE_BINS) {
        return NAN;
    }
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        const double n = below(histogram, r, PB_COARSE_BINS);
        const double share = (below(histogram, r, bin) + part * histogram->coarse[bin][r]) / n;
        sum += share;
        squares += share * share;
    }
    const double mean = sum / PB_REPLICATES;
    const double variance = (squares / PB_REPLICATES - mean * mean) / (PB_REPLICATES - 1);
    const double spread = variance > 0.0 ? sqrt(variance) : variance <= 0.0 ? 0.0 : NAN;
    return slope_of_quantile(histogram, q) * spread;
}
