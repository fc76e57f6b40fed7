/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double GRID = 0x1p-32;

/* Which sum of a series stands where. */
enum { SUM, SQUARES, OVER, OVER_SQUARES, PRODUCTS, N_SUMS };

pb_status pb_statistics_init(const pb_series_list *list, pb_statistics *statistics, pb_error *err)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->list = list;
    statistics->block = calloc(N_SUMS * list->n + 1, sizeof *statistics->block);
    statistics->sums = calloc(list->n + 1, sizeof *statistics->sums);
    statistics->histogram = calloc(list->n_histograms + 1, sizeof *statistics->histogram);
    if (!statistics->block || !statistics->sums || !statistics->histogram) {
        pb_statistics_free(statistics);
        return pb_fail(err, PB_INTERNAL, "out of memory for the statistics");
    }
    return PB_OK;
}

void pb_statistics_free(pb_statistics *statistics)
{
    free(statistics->block);
    free(statistics->sums);
    free(statistics->histogram);
    memset(statistics, 0, sizeof *statistics);
}

/* ---- from columns to numbers ---- */

static void read_column(const pb_outcomes *out, pb_column_id id, size_t item, double *x)
{
    const pb_column *column = &PB_COLUMNS[id];
    const char *values =
        (const char *)pb_column_values(out, column) + item * PB_LANES * column->width;
    switch (column->kind) {
#define READ(KIND, type)                                                  \
    case KIND:                                                            \
        for (size_t lane = 0; lane < PB_LANES; lane++) {                  \
            x[lane] = (double)((const type *)(const void *)values)[lane]; \
        }                                                                 \
        break;
        READ(PB_U8, uint8_t)
        READ(PB_I32, int32_t)
        READ(PB_F32, float)
        READ(PB_F64, double)
#undef READ
    }
}

/* The measure's column at one item of its axes. */
static void read_item(const pb_outcomes *out, const pb_measure *measure, size_t item, double *x)
{
    read_column(out, measure->column, item, x);
    if (measure->with_reserve_use) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            x[lane] += out->reserve_use[item * PB_LANES + lane];
        }
    }
}

/* x holds the deal branch's values and gets the no-deal branch's where there is no deal. */
static void pick_realised(const pb_outcomes *out, const pb_measure *measure, double *x)
{
    double no_deal[PB_LANES];
    read_item(out, measure, measure->item + measure->stride, no_deal);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const uint8_t outcome = out->outcome[lane];
        const bool deal = outcome == PB_DEAL_ROUND_1 || outcome == PB_DEAL_ROUND_2;
        x[lane] = deal ? x[lane] : no_deal[lane];
    }
}

static void apply_test(const pb_measure *measure, double *x)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        switch (measure->test) {
            case PB_TEST_NONE:
                break;
            case PB_TEST_ONE_OF:
                x[lane] = measure->values >> (unsigned)x[lane] & 1;
                break;
            case PB_TEST_EQUAL:
                x[lane] = x[lane] == measure->values;
                break;
            case PB_TEST_NOT_POSITIVE:
                x[lane] = x[lane] <= 0.0;
                break;
            case PB_TEST_NOT_NEGATIVE:
                x[lane] = x[lane] >= 0.0;
                break;
            case PB_TEST_COMPLEMENT:
                x[lane] = 1.0 - x[lane];
                break;
        }
    }
}

static void take(const pb_outcomes *out, const pb_measure *measure, double *x)
{
    read_item(out, measure, measure->item, x);
    if (measure->realised) {
        pick_realised(out, measure, x);
    }
    apply_test(measure, x);
}

/* ---- sums ---- */

/* Moves the values of the draws that `kept` marks to the front; returns how many. */
static size_t keep_marked(const double *kept, double *x, size_t n_lanes)
{
    size_t n = 0;
    for (size_t lane = 0; lane < n_lanes; lane++) {
        if (kept[lane] != 0.0) {
            x[n++] = x[lane];
        }
    }
    return n;
}

/* The values of `measure` in the draws in which `given` holds; returns how many. */
static size_t take_given(const pb_outcomes *out, const pb_measure *measure, const pb_measure *given,
                         size_t n_lanes, double *x)
{
    double kept[PB_LANES];
    take(out, measure, x);
    if (given->test == PB_TEST_NONE) {
        return n_lanes;
    }
    take(out, given, kept);
    return keep_marked(kept, x, n_lanes);
}

static void add_products(const double *x, const double *y, size_t n, double *sum, double *products)
{
    for (size_t k = 0; k < n; k++) {
        *sum += x[k];
        *products += x[k] * y[k];
    }
}

static void add_over(const pb_outcomes *out, const pb_series *series, const double *x,
                     size_t n_lanes, double *block)
{
    double y[PB_LANES], unused = 0.0;
    const size_t n = take_given(out, &series->over, &series->given, n_lanes, y);
    add_products(y, y, n, &block[OVER], &block[OVER_SQUARES]);
    add_products(x, y, n, &unused, &block[PRODUCTS]);
}

void pb_statistics_add(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        const pb_series *series = &statistics->list->series[i];
        double *block = &statistics->block[N_SUMS * i], x[PB_LANES];
        const size_t n = take_given(out, &series->what, &series->given, n_lanes, x);
        add_products(x, x, n, &block[SUM], &block[SQUARES]);
        statistics->sums[i].n += (int64_t)n;
        if (series->is_ratio) {
            add_over(out, series, x, n_lanes, block);
        }
        if (series->histogram >= 0) {
            pb_histogram_add(&statistics->histogram[series->histogram], x, n);
        }
    }
}

pb_status pb_statistics_end_block(pb_statistics *statistics, pb_error *err)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        for (size_t s = 0; s < N_SUMS; s++) {
            const double sum = statistics->block[N_SUMS * i + s];
            if (!isfinite(sum)) {
                return pb_fail(err, PB_INTERNAL, "%s is not a finite number",
                               statistics->list->series[i].path);
            }
            statistics->sums[i].of[s] += (pb_int128)rint(sum / GRID);
        }
    }
    memset(statistics->block, 0, N_SUMS * statistics->list->n * sizeof *statistics->block);
    return PB_OK;
}

void pb_statistics_merge(pb_statistics *statistics, const pb_statistics *part)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        statistics->sums[i].n += part->sums[i].n;
        for (size_t s = 0; s < N_SUMS; s++) {
            statistics->sums[i].of[s] += part->sums[i].of[s];
        }
    }
    for (size_t h = 0; h < statistics->list->n_histograms; h++) {
        pb_histogram_merge(&statistics->histogram[h], &part->histogram[h]);
    }
}

/* ---- estimates ---- */

static double mean_of(const pb_sums *sums, int which)
{
    return (double)sums->of[which] * GRID / (double)sums->n;
}

static double value_of(const pb_series *series, const pb_sums *sums)
{
    const double mean = mean_of(sums, SUM);
    return series->is_ratio ? mean / mean_of(sums, OVER) : mean;
}

/* Variance of what is averaged: of `what` about its mean or, for a ratio, of what - ratio over,
 * divided by the mean of `over` squared (the delta method). */
static double variance_of(const pb_series *series, const pb_sums *sums, double value)
{
    const double n = (double)sums->n;
    double variance = mean_of(sums, SQUARES);
    if (series->is_ratio) {
        const double over = mean_of(sums, OVER);
        variance += value * (value * mean_of(sums, OVER_SQUARES) - 2.0 * mean_of(sums, PRODUCTS));
        variance /= over * over;
    } else {
        variance -= value * value;
    }
    return variance * n / (n - 1.0);
}

/* Standard error of a mean of n independent draws. Where all draws agree on a probability the
 * sample says 0; (k + 1) / (n + 2) in its place (Laplace) keeps the error true. */
static double standard_error(const pb_series *series, const pb_sums *sums, double value)
{
    const double n = (double)sums->n;
    if (series->method == PB_METHOD_EXACT) {
        return 0.0;
    }
    if (series->is_probability && !(value > 0.0 && value < 1.0)) {
        const double p = 1.0 / (n + 2.0);
        return sqrt(p * (1.0 - p) / n);
    }
    const double variance = n > 1.0 ? variance_of(series, sums, value) : NAN;
    return variance > 0.0 ? sqrt(variance / n) : variance <= 0.0 ? 0.0 : NAN;
}

static void summarise_quantiles(const pb_series *series, const pb_histogram *histogram,
                                pb_summary *summary)
{
    static const struct {
        double q;
        const char *key;
    } QUANTILES[] = {{0.05, "0.05"}, {0.25, "0.25"}, {0.5, "0.5"}, {0.75, "0.75"}, {0.95, "0.95"}};
    const int stem = (int)(strrchr(series->path, '/') - series->path); /* without "/mean" */

    for (size_t i = 0; i < sizeof QUANTILES / sizeof QUANTILES[0]; i++) {
        const double q = QUANTILES[i].q, half = sqrt(q * (1.0 - q) / (double)histogram->n);
        const double low = pb_histogram_quantile(histogram, fmax(q - half, 0.0));
        const double high = pb_histogram_quantile(histogram, fmin(q + half, 1.0));
        pb_summary_estimate(summary, pb_histogram_quantile(histogram, q), 0.5 * (high - low),
                            PB_METHOD_PLAIN, histogram->n, "%.*s/quantiles/%s", stem, series->path,
                            QUANTILES[i].key);
    }
}

void pb_statistics_summarise(const pb_statistics *statistics, pb_summary *summary)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        const pb_series *series = &statistics->list->series[i];
        const pb_sums *sums = &statistics->sums[i];
        const double value = sums->n > 0 ? value_of(series, sums) : NAN;
        const double se = sums->n > 0 ? standard_error(series, sums, value) : NAN;
        pb_summary_estimate(summary, value, se, series->method, sums->n, "%s", series->path);
        if (series->histogram >= 0 && sums->n > 0) {
            summarise_quantiles(series, &statistics->histogram[series->histogram], summary);
        }
    }
}
