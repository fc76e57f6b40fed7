/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t pb_statistics_bytes(const pb_series_list *list)
{
    const pb_statistics *none = NULL; /* only for the types of its members */
    return (list->n + 1) * (sizeof *none->block + sizeof *none->sums)
           + (list->n_histograms + 1) * sizeof *none->histogram;
}

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

/* Marks the draws that count: of the first n_lanes those in which `given` holds and `where`, if
 * it is not NULL, is 1. */
static void mark(const pb_outcomes *out, const pb_measure *given, size_t n_lanes,
                 const double *where, double *kept)
{
    if (given->test == PB_TEST_NONE) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            kept[lane] = 1.0;
        }
    } else {
        take(out, given, kept);
    }
    for (size_t lane = 0; lane < n_lanes && where != NULL; lane++) {
        kept[lane] *= where[lane];
    }
    for (size_t lane = n_lanes; lane < PB_LANES; lane++) {
        kept[lane] = 0.0;
    }
}

void pb_series_values(const pb_outcomes *out, const pb_series *series, size_t n_lanes,
                      double *value, double *weight)
{
    double over[PB_LANES];
    mark(out, &series->given, n_lanes, NULL, weight);
    take(out, &series->what, value);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        value[lane] *= weight[lane];
    }
    if (series->is_ratio) {
        take(out, &series->over, over);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            weight[lane] *= over[lane];
        }
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

static void add_series(pb_statistics *statistics, const pb_outcomes *out, size_t i, size_t n_lanes,
                       const double *where)
{
    const pb_series *series = &statistics->list->series[i];
    double(*block)[PB_REPLICATES] = statistics->block[i], x[PB_LANES], kept[PB_LANES];

    mark(out, &series->given, n_lanes, where, kept);
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
    pb_statistics_add_where(statistics, out, n_lanes, NULL);
}

void pb_statistics_add_where(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes,
                             const double *where)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        add_series(statistics, out, i, n_lanes, where);
    }
}

static bool add_rounded(double sum, pb_int128 *total)
{
    *total += isfinite(sum) ? (pb_int128)rint(sum / PB_SUM_GRID) : 0;
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

void pb_statistics_clear(pb_statistics *statistics)
{
    memset(statistics->sums, 0, statistics->list->n * sizeof *statistics->sums);
    memset(statistics->histogram, 0,
           statistics->list->n_histograms * sizeof *statistics->histogram);
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
