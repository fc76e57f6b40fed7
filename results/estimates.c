/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the sums of a run to values and their standard errors. */
#include "results/bins.h"
#include "results/statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
        all.mean[s] = (double)sum * PB_SUM_GRID / all.n;
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
            series->is_ratio ? (double)sums->of[PB_SUM_OVER][r] * PB_SUM_GRID : (double)sums->n[r];
        const double value = (double)sums->of[PB_SUM][r] * PB_SUM_GRID / below;
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

/* The shape of what is looked at most. */
static void summarise_shape(const pb_series *series, const pb_histogram *histogram,
                            pb_summary *summary)
{
    static const char *const DRAWN[] = {"balance/", "layoffs/"};
    for (size_t i = 0; i < sizeof DRAWN / sizeof DRAWN[0]; i++) {
        if (strncmp(series->path, DRAWN[i], strlen(DRAWN[i])) == 0) {
            char stem[PB_PATH_SIZE];
            snprintf(stem, sizeof stem, "%.*s", (int)(strrchr(series->path, '/') - series->path),
                     series->path);
            pb_bins_summarise(histogram, stem, summary);
        }
    }
}

void pb_statistics_summarise(const pb_statistics *statistics, pb_sampling sampling,
                             pb_summary *summary)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        const pb_series *series = &statistics->list->series[i];
        const pb_sums *sums = &statistics->sums[i];
        if (series->is_term) {
            continue;
        }
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
            summarise_shape(series, &statistics->histogram[series->histogram], summary);
        }
    }
}
