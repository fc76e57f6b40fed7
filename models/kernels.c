/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The array kernels. This file is compiled once per instruction set, each time with another
 * PB_ISA (v2, v3, v4 or generic), which names the table: pb_kernels_v2 and so on. Loops over
 * lanes are left to the compiler's vectoriser; flags of lanes are joined as integers, because
 * gcc vectorises no floating-point maximum that minds NaN and the sign of zero, as C's does.
 */
#include "models/kernels.h"

#include "models/binomial_elements.h"
#include "models/kernel_elements.h"
#include "models/point_lanes.h"
#include "models/threshold_lanes.h"

#ifndef PB_ISA
#define PB_ISA generic
#endif
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

/* Lanes that take a detour together: if none of a group needs it, the group is done. */
enum { GROUP = PB_GROUP_LANES };

/* ---- Normal quantile, tables, elementary functions ---- */

/* The central formula for all lanes; one lane in 1,024 is outer and is done again. */
static void normal_group(const double *u, double *z)
{
    double central[GROUP];
    uint64_t any_outer = 0;
#pragma omp simd reduction(| : any_outer)
    for (int i = 0; i < GROUP; i++) {
        central[i] = normal_central(u[i]);
        any_outer |= distance_from_end(u[i]) < NORMAL_OUTER ? 1 : 0;
    }
    for (int i = 0; any_outer != 0 && i < GROUP; i++) {
        if (distance_from_end(u[i]) < NORMAL_OUTER) {
            central[i] = normal_outer(u[i]);
        }
    }
    memcpy(z, central, sizeof central);
}

static void normal_lanes(const double *u, double *z)
{
    for (int first = 0; first < PB_LANES; first += GROUP) {
        normal_group(u + first, z + first);
    }
}

static void quantile_lanes(const pb_quantile_table *table, const double *z, double *x)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        x[i] = table_element(table, z[i]);
    }
}

/* A place in a swing table, and log P(I > |w|) there; an infinite w is a very large one. */
typedef struct swing_place {
    uint64_t cell;
    double stretch; /* d(|w| / sd) / d asinh(|w| / sd) */
    double t, log_tail;
} swing_place;

PB_ELEMENT swing_place swing_place_of(const pb_swing_table *table, double w)
{
    swing_place at;
    const double sds = smaller(fabs(w) * table->per_sd, 1e150);
    at.stretch = sqrt(fma(sds, sds, 1.0));
    const double place = log_element(sds + at.stretch) * PB_SWING_CELLS_PER_UNIT;
    const double inside = smaller(place, PB_SWING_CELLS * (1.0 - 0x1p-53));
    const double inner_end = floor_element(inside);
    at.cell = bits_of(inner_end + 0x1p52) - bits_of(0x1p52);
    at.t = inside - inner_end;
    const double t2 = at.t * at.t;
    const double low =
        cubic(at.t, t2, table->coefficient[0][at.cell], table->coefficient[1][at.cell],
              table->coefficient[2][at.cell], table->coefficient[3][at.cell]);
    const double high = fma(table->coefficient[5][at.cell], at.t, table->coefficient[4][at.cell]);
    const double beyond = table->slope_beyond * (place - inside);
    at.log_tail = fma(high, t2 * t2, low) + beyond;
    return at;
}

/* P(I > |w|); what exp cannot hold is 0. */
PB_ELEMENT double tail_at(swing_place at)
{
    return at.log_tail > -700.0 ? exp_element(at.log_tail) : 0.0;
}

static void swing_tail_lanes(const pb_swing_table *table, const double *w, double *tail)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        const double outer = tail_at(swing_place_of(table, w[i]));
        tail[i] = w[i] > 0.0 ? outer : 1.0 - outer;
    }
}

/* The quintic's slope, by place, times that of the place by |w|. */
static void swing_density_lanes(const pb_swing_table *table, const double *w, double *density)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        const swing_place at = swing_place_of(table, w[i]);
        const double t2 = at.t * at.t;
        const double low =
            cubic(at.t, t2, table->coefficient[1][at.cell], 2.0 * table->coefficient[2][at.cell],
                  3.0 * table->coefficient[3][at.cell], 4.0 * table->coefficient[4][at.cell]);
        const double slope = fma(5.0 * table->coefficient[5][at.cell], t2 * t2, low);
        const double cells_by_w = PB_SWING_CELLS_PER_UNIT * table->per_sd / at.stretch;
        density[i] = -slope * tail_at(at) * cells_by_w;
    }
}

static void exp_lanes(const double *x, double *y)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        y[i] = exp_element(x[i]);
    }
}

static void logistic_lanes(const double *x, double *p)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        p[i] = logistic_element(x[i]);
    }
}

static void logistic_group(const double *x, double *p)
{
#pragma omp simd
    for (int i = 0; i < GROUP; i++) {
        p[i] = logistic_element(x[i]);
    }
}

/* ---- Binomial quantile ---- */

/* The series for all lanes, and what each still needs; returns all needs joined. */
static uint64_t series_group(const double *n, const double *p, const double *u, const double *w,
                             double *k, uint64_t *needs)
{
    uint64_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = 0; i < GROUP; i++) {
        uint64_t series_needs;
        k[i] = quantile_by_series(n[i], p[i], w[i], &series_needs);
        const double target = p[i] > 0.5 ? 1.0 - u[i] : u[i];
        const uint64_t small_needs =
            target < SMALL_BINOMIAL_REACH ? BINOMIAL_SMALL : BINOMIAL_EXACT;
        needs[i] = variance_is_small(n[i], p[i]) != 0 ? small_needs : series_needs;
        any |= needs[i];
    }
    return any;
}

/* Lanes side by side in the sum P(Y = 0) + P(Y = 1) + ...; those that reached their target, and
 * those that never started (target 0), wait for the others. */
typedef struct small_group {
    double odds[GROUP], target[GROUP];
    double term[GROUP]; /* P(Y = j) */
    double sum[GROUP];  /* P(Y <= j) */
    double count[GROUP];
} small_group;

static void start_small_group(small_group *g, const double *n, const double *p, const double *u,
                              const uint64_t *needs)
{
#pragma omp simd
    for (int i = 0; i < GROUP; i++) {
        const small_binomial lane = from_rarer_outcome(n[i], p[i], u[i]);
        g->odds[i] = lane.odds;
        g->term[i] = lane.none;
        g->sum[i] = lane.none;
        g->target[i] = needs[i] == BINOMIAL_SMALL ? lane.target : 0.0;
        g->count[i] = 0.0;
    }
}

/* From P(Y <= j) to P(Y <= j + 1), by P(Y = j + 1) = P(Y = j) odds (n - j) / (j + 1). Returns
 * whether some lane's target was above P(Y <= j). */
static uint64_t step_small_group(small_group *g, const double *n, double j)
{
    const double share = 1.0 / (j + 1.0);
    uint64_t any_below = 0;
#pragma omp simd reduction(| : any_below)
    for (int i = 0; i < GROUP; i++) {
        const uint64_t below = g->sum[i] < g->target[i] ? 1 : 0;
        g->count[i] += g->sum[i] < g->target[i] ? 1.0 : 0.0;
        g->term[i] *= (n[i] - j) * (g->odds[i] * share);
        g->sum[i] += g->term[i];
        any_below |= below;
    }
    return any_below;
}

static void small_variances(const double *n, const double *p, const double *u,
                            const uint64_t *needs, double *k)
{
    small_group group;
    start_small_group(&group, n, p, u, needs);
    for (double j = 0.0; step_small_group(&group, n, j) != 0; j += 1.0) {
    }
    for (int i = 0; i < GROUP; i++) {
        const double count = p[i] > 0.5 ? n[i] - group.count[i] : group.count[i];
        k[i] = needs[i] == BINOMIAL_SMALL ? count : k[i];
    }
}

static void exact_searches(const double *n, const double *p, const double *u, const uint64_t *needs,
                           double *k)
{
    for (int i = 0; i < GROUP; i++) {
        if (needs[i] == BINOMIAL_EXACT) {
            const uint64_t is_small = variance_is_small(n[i], p[i]);
            const double guess = is_small != 0 ? guess_near_mean(n[i], p[i]) : k[i];
            k[i] = binomial_quantile_exact(n[i], p[i], u[i], guess);
        }
    }
}

static void binomial_group(const double *n, const double *p, const double *u, const double *w,
                           double *k)
{
    uint64_t needs[GROUP];
    const uint64_t any = series_group(n, p, u, w, k, needs);
    if ((any & BINOMIAL_SMALL) != 0) {
        small_variances(n, p, u, needs, k);
    }
    if ((any & BINOMIAL_EXACT) != 0) {
        exact_searches(n, p, u, needs, k);
    }
}

static void binomial_lanes(const double *n, const double *p, const double *u, const double *z,
                           double *k)
{
    for (int i = 0; i < PB_LANES; i += GROUP) {
        binomial_group(n + i, p + i, u + i, z + i, k + i);
    }
}

const pb_kernels JOIN(pb_kernels_, PB_ISA) = {
    .isa = TEXT(PB_ISA),
    .uniform = uniform_lanes,
    .order = order_lanes,
    .scramble = scramble_lanes,
    .stratify = stratify_lanes,
    .normal = normal_lanes,
    .quantile = quantile_lanes,
    .exp = exp_lanes,
    .logistic = logistic_lanes,
    .binomial = binomial_lanes,
    .logistic_group = logistic_group,
    .binomial_group = binomial_group,
    .binomial_threshold = binomial_threshold_lanes,
    .swing_tail = swing_tail_lanes,
    .swing_density = swing_density_lanes,
};
