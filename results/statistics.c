/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/statistics.h"

#include "results/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same(const pb_measure *a, const pb_measure *b)
{
    return a->test == b->test
           && (a->test == PB_TEST_NONE
               || (a->column == b->column && a->item == b->item && a->values == b->values
                   && a->realised == b->realised && a->stride == b->stride));
}

/* Many series share what must hold: each condition is listed once. */
static void list_marks(pb_statistics *statistics)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        const pb_measure *given = &statistics->list->series[i].given;
        size_t m = 0;
        while (m < statistics->n_marks && !same(given, &statistics->marks[m].given)) {
            m++;
        }
        if (m == statistics->n_marks) {
            statistics->marks[statistics->n_marks++].given = *given;
        }
        statistics->marks_of[i] = m;
    }
}

size_t pb_statistics_bytes(const pb_series_list *list)
{
    const pb_statistics *none = NULL; /* only for the types of its members */
    return (list->n + 1)
               * (sizeof *none->block + sizeof *none->sums + sizeof *none->marks
                  + sizeof *none->marks_of)
           + (list->n_histograms + 1) * sizeof *none->histogram;
}

pb_status pb_statistics_init(const pb_series_list *list, pb_statistics *statistics, pb_error *err)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->list = list;
    statistics->block = calloc(list->n + 1, sizeof *statistics->block);
    statistics->sums = calloc(list->n + 1, sizeof *statistics->sums);
    statistics->marks = calloc(list->n + 1, sizeof *statistics->marks);
    statistics->marks_of = calloc(list->n + 1, sizeof *statistics->marks_of);
    statistics->histogram = malloc((list->n_histograms + 1) * sizeof *statistics->histogram);
    if (!statistics->block || !statistics->sums || !statistics->marks || !statistics->marks_of
        || !statistics->histogram) {
        pb_statistics_free(statistics);
        return pb_fail(err, PB_INTERNAL, "out of memory for the statistics");
    }
    list_marks(statistics);
    pb_statistics_clear(statistics);
    return PB_OK;
}

void pb_statistics_free(pb_statistics *statistics)
{
    free(statistics->block);
    free(statistics->sums);
    free(statistics->marks);
    free(statistics->marks_of);
    free(statistics->histogram);
    memset(statistics, 0, sizeof *statistics);
}

/* ---- sums ---- */

/* Marks the draws that count: of the first n_lanes those in which `given` holds and `where`, if
 * it is not NULL, is 1. */
static void mark(const pb_outcomes *out, size_t n_lanes, const double *where, pb_marks *marks)
{
    if (marks->given.test == PB_TEST_NONE) {
        memset(marks->flag, 1, PB_LANES);
    } else {
        pb_measure_flags(&marks->given, out, marks->flag);
    }
    for (size_t lane = 0; lane < n_lanes && where != NULL; lane++) {
        marks->flag[lane] &= where[lane] != 0.0;
    }
    memset(marks->flag + n_lanes, 0, PB_LANES - n_lanes);
    memset(marks->n, 0, sizeof marks->n);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        marks->number[lane] = marks->flag[lane];
        marks->n[lane % PB_REPLICATES] += marks->flag[lane];
    }
}

/* Flags are counted: of a batch at most 16 a replicate. */
static void add_flags(const uint8_t *flag, const uint8_t *kept, double (*block)[PB_REPLICATES])
{
    uint8_t n[PB_REPLICATES] = {0};
    for (size_t first = 0; first < PB_LANES; first += PB_REPLICATES) {
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            n[r] = (uint8_t)(n[r] + (flag[first + r] & kept[first + r]));
        }
    }
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        block[PB_SUM][r] += n[r];
        block[PB_SUM_SQUARES][r] += n[r];
    }
}

/* Half of the replicates at a time: their sums then stay in registers. */
enum { HALF = PB_REPLICATES / 2 };

/* Adds x to the sum and x^2 to the squares of each lane's replicate, in the order of the lanes;
 * `kept` is 0 where a draw does not count, else 1. */
static void add_numbers(const double *x, const double *kept, double *sum, double *squares)
{
    for (size_t half = 0; half < PB_REPLICATES; half += HALF) {
        double own[HALF], own_squares[HALF];
        memcpy(own, sum + half, sizeof own);
        memcpy(own_squares, squares + half, sizeof own_squares);
        for (size_t first = half; first < PB_LANES; first += PB_REPLICATES) {
#pragma omp simd
            for (size_t r = 0; r < HALF; r++) {
                const double value = x[first + r] * kept[first + r];
                own[r] += value;
                own_squares[r] += value * value;
            }
        }
        memcpy(sum + half, own, sizeof own);
        memcpy(squares + half, own_squares, sizeof own_squares);
    }
}

static void add_products(const double *x, const double *y, const double *kept, double *sum)
{
    for (size_t first = 0; first < PB_LANES; first += PB_REPLICATES) {
#pragma omp simd
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            sum[r] += x[first + r] * kept[first + r] * y[first + r];
        }
    }
}

static void add_series(pb_statistics *statistics, const pb_outcomes *out, size_t i)
{
    const pb_series *series = &statistics->list->series[i];
    const pb_marks *marks = &statistics->marks[statistics->marks_of[i]];
    double(*block)[PB_REPLICATES] = statistics->block[i], room[PB_LANES], over_room[PB_LANES];

    for (size_t r = 0; r < PB_REPLICATES; r++) {
        statistics->sums[i].n[r] += marks->n[r];
    }
    if (pb_measure_is_flag(&series->what) && !series->is_ratio && series->histogram < 0) {
        uint8_t flag[PB_LANES];
        pb_measure_flags(&series->what, out, flag);
        add_flags(flag, marks->flag, block);
        return;
    }
    const double *x = pb_measure_numbers(&series->what, out, room);
    if (series->histogram >= 0) {
        pb_histogram_add(&statistics->histogram[series->histogram], x, marks->number, PB_LANES);
    }
    add_numbers(x, marks->number, block[PB_SUM], block[PB_SUM_SQUARES]);
    if (series->is_ratio) {
        const double *over = pb_measure_numbers(&series->over, out, over_room);
        add_numbers(over, marks->number, block[PB_SUM_OVER], block[PB_SUM_OVER_SQUARES]);
        add_products(x, over, marks->number, block[PB_SUM_PRODUCTS]);
    }
}

/* The numbers of the draws that count, 0 in place of the others. */
static void take_kept(const pb_measure *measure, const pb_outcomes *out, const pb_marks *marks,
                      double *kept)
{
    double room[PB_LANES];
    const double *x = pb_measure_numbers(measure, out, room);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        kept[lane] = x[lane] * marks->number[lane];
    }
}

void pb_series_values(const pb_outcomes *out, const pb_series *series, size_t n_lanes,
                      double *value, double *weight)
{
    pb_marks marks = {.given = series->given};
    mark(out, n_lanes, NULL, &marks);
    take_kept(&series->what, out, &marks, value);
    if (series->is_ratio) {
        take_kept(&series->over, out, &marks, weight);
    } else {
        memcpy(weight, marks.number, sizeof marks.number);
    }
}

void pb_statistics_add(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes)
{
    pb_statistics_add_where(statistics, out, n_lanes, NULL);
}

void pb_statistics_add_where(pb_statistics *statistics, const pb_outcomes *out, size_t n_lanes,
                             const double *where)
{
    for (size_t m = 0; m < statistics->n_marks; m++) {
        mark(out, n_lanes, where, &statistics->marks[m]);
    }
    for (size_t i = 0; i < statistics->list->n; i++) {
        add_series(statistics, out, i);
    }
}

/* Nearly all sums fit 64 bits, for which processors have an instruction. */
static bool add_rounded(double sum, pb_int128 *total)
{
    const double steps = sum / PB_SUM_GRID;
    if (fabs(steps) < 0x1p62) {
        *total += lrint(steps);
        return true;
    }
    *total += isfinite(sum) ? (pb_int128)rint(steps) : 0;
    return isfinite(sum);
}

pb_status pb_statistics_end_block(pb_statistics *statistics, pb_error *err)
{
    for (size_t i = 0; i < statistics->list->n; i++) {
        const pb_series *series = &statistics->list->series[i];
        const size_t n_sums = series->is_ratio ? PB_N_SUMS : PB_SUM_SQUARES + 1;
        bool finite = true;
        for (size_t s = 0; s < n_sums; s++) {
            for (size_t r = 0; r < PB_REPLICATES; r++) {
                finite &= add_rounded(statistics->block[i][s][r], &statistics->sums[i].of[s][r]);
            }
        }
        if (!finite) {
            return pb_fail(err, PB_INTERNAL, "%s is not a finite number", series->path);
        }
    }
    memset(statistics->block, 0, statistics->list->n * sizeof *statistics->block);
    return PB_OK;
}

void pb_statistics_clear(pb_statistics *statistics)
{
    memset(statistics->sums, 0, statistics->list->n * sizeof *statistics->sums);
    for (size_t h = 0; h < statistics->list->n_histograms; h++) {
        pb_histogram_clear(&statistics->histogram[h]);
    }
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
