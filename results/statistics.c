/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double GRID = 0x1p-32;

pb_status pb_statistics_init(const pb_series_list *list, pb_statistics *statistics, pb_error *err)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->list = list;
    statistics->block = calloc(list->n + 1, sizeof *statistics->block);
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

/* Marks the draws that count: the first n_lanes in which `given` holds. */
static void mark(const pb_outcomes *out, const pb_measure *given, size_t n_lanes, double *kept)
{
    if (given->test == PB_TEST_NONE) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            kept[lane] = 1.0;
        }
    } else {
        take(out, given, kept);
    }
    for (size_t lane = n_lanes; lane < PB_LANES; lane++) {
        kept[lane] = 0.0;
    }
}

/* Adds x[lane] y[lane] to the sum of the lane's replicate. */
static void add_products(const double *x, const double *y, double *sum)
{
    for (size_t first = 0; first < PB_LANES; first += PB_REPLICATES) {
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            sum[r] += x[first + r] * y[first + r];
        }
    }
}

static void count_marks(const double *kept, int64_t *n)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        n[lane % PB_REPLICATES] += kept[lane] != 0.0;
    }
}

static void add_over(const pb_outcomes *out, const pb_series *series, const double *kept,
                     const double *x, double (*block)[PB_REPLICATES])
{
    double y[PB_LANES];
    take(out, &series->over, y);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        y[lane] *= kept[lane];
    }
    add_products(y, kept, block[PB_SUM_OVER]);
    add_products(y, y, block[PB_SUM_OVER_SQUARES]);
    add_products(x, y, block[PB_SUM_PRODUCTS]);
}

static void add_series(pb_statistics *statistics, const pb_outcomes *out, size_t i, size_t n_lanes)
{
    const pb_series *series = &statistics->list->series[i];
    double(*block)[PB_REPLICATES] = statistics->block[i], x[PB_LANES], kept[PB_LANES];

    mark(out, &series->given, n_lanes, kept);
    take(out, &series->what, x);
    if (series->histogram >= 0) {
        pb_histogram_add(&statistics->histogram[series->histogram], x, kept, n_lanes);
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        x[lane] *= kept[lane];
    }
    count_marks(kept, statistics->sums[i].n);
    add_products(x, kept, block[PB_SUM]);
    add_products(x, x, block[PB_SUM_SQUARES]);
    if (series->is_ratio) {
        add_over(out, series, kept, x, block);
    }
}

void pb_statistics_add(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        add_series(statistics, out, i, n_lanes);
    }
}

static bool add_rounded(double sum, pb_int128 *total)
{
    *total += isfinite(sum) ? (pb_int128)rint(sum / GRID) : 0;
    return isfinite(sum);
}

pb_status pb_statistics_end_block(pb_statistics *statistics, pb_error *err)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        bool finite = true;
        for (size_t s = 0; s < PB_N_SUMS; s++) {
            for (size_t r = 0; r < PB_REPLICATES; r++) {
                finite &= add_rounded(statistics->block[i][s][r], &statistics->sums[i].of[s][r]);
            }
        }
        if (!finite) {
            return pb_fail(err, PB_INTERNAL, "%s is not a finite number",
                           statistics->list->series[i].path);
        }
    }
    memset(statistics->block, 0, statistics->list->n * sizeof *statistics->block);
    return PB_OK;
}

void pb_statistics_merge(pb_statistics *statistics, const pb_statistics *part)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            statistics->sums[i].n[r] += part->sums[i].n[r];
            for (size_t s = 0; s < PB_N_SUMS; s++) {
                statistics->sums[i].of[s][r] += part->sums[i].of[s][r];
            }
        }
    }
    for (size_t h = 0; h < statistics->list->n_histograms; h++) {
        pb_histogram_merge(&statistics->histogram[h], &part->histogram[h]);
    }
}

/* ---- estimates ---- */

/* A series' sums over all replicates, as numbers. */
typedef struct total {
    double n, mean[PB_N_SUMS];
} total;

static int64_t draws_of(const pb_sums *sums)
{
    int64_t n = 0;
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        n += sums->n[r];
    }
    return n;
}

static total total_of(const pb_sums *sums)
{
    total all = {.n = (double)draws_of(sums)};
    for (size_t s = 0; s < PB_N_SUMS; s++) {
        pb_int128 sum = 0;
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            sum += sums->of[s][r];
        }
        all.mean[s] = (double)sum * GRID / all.n;
    }
    return all;
}

static double value_of(const pb_series *series, const total *all)
{
    return series->is_ratio ? all->mean[PB_SUM] / all->mean[PB_SUM_OVER] : all->mean[PB_SUM];
}

/* Variance of what is averaged: of `what` about its mean or, for a ratio, of what - ratio over,
 * divided by the mean of `over` squared (the delta method). */
static double variance_of(const pb_series *series, const total *all, double value)
{
    double variance = all->mean[PB_SUM_SQUARES];
    if (series->is_ratio) {
        const double over = all->mean[PB_SUM_OVER];
        variance +=
            value * (value * all->mean[PB_SUM_OVER_SQUARES] - 2.0 * all->mean[PB_SUM_PRODUCTS]);
        variance /= over * over;
    } else {
        variance -= value * value;
    }
    return variance * all->n / (all->n - 1.0);
}

static double independent_error(const pb_series *series, const pb_sums *sums, double value)
{
    const total all = total_of(sums);
    const double variance = all.n > 1.0 ? variance_of(series, &all, value) : NAN;
    return variance > 0.0 ? sqrt(variance / all.n) : variance <= 0.0 ? 0.0 : NAN;
}

/* Standard error of the mean of the replicates' estimates, each of them unbiased. */
static double replicate_error(const pb_series *series, const pb_sums *sums)
{
    double sum = 0.0, squares = 0.0;
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        const double below =
            series->is_ratio ? (double)sums->of[PB_SUM_OVER][r] * GRID : (double)sums->n[r];
        const double value = (double)sums->of[PB_SUM][r] * GRID / below;
        sum += value;
        squares += value * value;
    }
    const double mean = sum / PB_REPLICATES;
    const double variance = (squares / PB_REPLICATES - mean * mean) / (PB_REPLICATES - 1);
    return variance > 0.0 ? sqrt(variance) : variance <= 0.0 ? 0.0 : NAN;
}

/* Where all draws agree on a probability the sample says 0; the error of (k + 1) / (n + 2) in its
 * place (Laplace) keeps it true. Replicates without a draw to look at leave the plain formula. */
static double standard_error(const pb_series *series, const pb_sums *sums, pb_sampling sampling,
                             double value)
{
    const double n = (double)draws_of(sums);
    if (series->method == PB_METHOD_EXACT) {
        return 0.0;
    }
    if (series->is_probability && !(value > 0.0 && value < 1.0)) {
        const double p = 1.0 / (n + 2.0);
        return sqrt(p * (1.0 - p) / n);
    }
    const double spread = sampling == PB_SAMPLING_SOBOL ? replicate_error(series, sums) : NAN;
    return isnan(spread) ? independent_error(series, sums, value) : spread;
}

static void summarise_quantiles(const pb_series *series, const pb_histogram *histogram,
                                pb_sampling sampling, pb_summary *summary)
{
    static const struct {
        double q;
        const char *key;
    } QUANTILES[] = {{0.05, "0.05"}, {0.25, "0.25"}, {0.5, "0.5"}, {0.75, "0.75"}, {0.95, "0.95"}};
    const bool sobol = sampling == PB_SAMPLING_SOBOL;
    const int stem = (int)(strrchr(series->path, '/') - series->path); /* without "/mean" */

    for (size_t i = 0; i < sizeof QUANTILES / sizeof QUANTILES[0]; i++) {
        const double q = QUANTILES[i].q;
        const double spread = sobol ? pb_histogram_replicate_error(histogram, q) : NAN;
        const double se = isnan(spread) ? pb_histogram_quantile_error(histogram, q) : spread;
        pb_summary_estimate(summary, pb_histogram_quantile(histogram, q), se,
                            sobol ? PB_METHOD_RQMC : PB_METHOD_PLAIN, histogram->n,
                            "%.*s/quantiles/%s", stem, series->path, QUANTILES[i].key);
    }
}

void pb_statistics_summarise(const pb_statistics *statistics, pb_sampling sampling,
                             pb_summary *summary)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        const pb_series *series = &statistics->list->series[i];
        const pb_sums *sums = &statistics->sums[i];
        const int64_t n = draws_of(sums);
        const total all = total_of(sums);
        const double value = n > 0 ? value_of(series, &all) : NAN;
        const double se = n > 0 ? standard_error(series, sums, sampling, value) : NAN;
        const pb_method method = sampling == PB_SAMPLING_SOBOL && series->method != PB_METHOD_EXACT
                                     ? PB_METHOD_RQMC
                                     : series->method;
        pb_summary_estimate(summary, value, se, method, n, "%s", series->path);
        if (series->histogram >= 0 && n > 0) {
            summarise_quantiles(series, &statistics->histogram[series->histogram], sampling,
                                summary);
        }
    }
}
