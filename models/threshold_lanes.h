/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_THRESHOLD_LANES_H
#define PLANB_MODELS_THRESHOLD_LANES_H

/**
 * The kernel `binomial_threshold`: the series for all lanes, the exact search for those that need
 * it, gathered. For kernels.c only, which is compiled once per instruction set.
 */

#include "models/kernels.h"
#include "models/threshold_elements.h"

/* Lanes of the exact search side by side: enough to keep a processor busy, not more, since most
 * of a batch does not need it. */
enum { SEARCH = 16, MAX_SEARCH_STEPS = 60 };

/* The search is settled when a step was shorter than this times the standard deviation of x:
 * convergence is cubic, so that what is left is below 1e-11 of it. */
#define SETTLED_STEP 3e-4

typedef struct search_group {
    int lane[SEARCH];
    double n[SEARCH], k[SEARCH], u[SEARCH], z[SEARCH], stirling_error[SEARCH];
    double m[SEARCH], b[SEARCH], log_tail[SEARCH], constant[SEARCH], ceiling[SEARCH], e[SEARCH];
    double x[SEARCH];
    uint64_t active[SEARCH];
    /* At x: p, q, 1 / m, (p / q) / m, log(dP(X >= m) / dx) */
    double p[SEARCH], q[SEARCH], share[SEARCH], ratio[SEARCH], log_density[SEARCH];
    /* P(X >= m) / P(X = m) as a fraction, and the last term in its numerator */
    double numerator[SEARCH], denominator[SEARCH], term[SEARCH];
} search_group;

static void start_search(search_group *g)
{
#pragma omp simd
    for (int i = 0; i < SEARCH; i++) {
        const threshold_lane lane =
            threshold_lane_of(g->n[i], g->k[i], g->u[i], g->z[i], g->x[i], g->stirling_error[i]);
        g->m[i] = lane.m;
        g->b[i] = lane.b;
        g->log_tail[i] = lane.log_tail;
        g->constant[i] = lane.constant;
        g->ceiling[i] = lane.ceiling;
        g->e[i] = lane.e;
        g->x[i] = lane.x;
        g->active[i] = 1;
    }
}

/* From exp(-|x|); dP(X >= m) / dx = p^m q^b / B(m, b). */
static void enter_search_step(search_group *g)
{
#pragma omp simd
    for (int i = 0; i < SEARCH; i++) {
        const double x = g->x[i], odds = exp_element(-fabs(x)), log_larger = -log1p_element(odds);
        const double larger_chance = 1.0 / (1.0 + odds), smaller_chance = odds * larger_chance;
        const double log_p = smaller(x, 0.0) + log_larger, log_q = smaller(-x, 0.0) + log_larger;
        g->p[i] = x > 0.0 ? larger_chance : smaller_chance;
        g->q[i] = x > 0.0 ? smaller_chance : larger_chance;
        g->share[i] = 1.0 / g->m[i];
        g->ratio[i] = g->p[i] / g->q[i] * g->share[i];
        g->log_density[i] = fma(g->m[i], log_p, fma(g->b[i], log_q, g->constant[i]));
        g->numerator[i] = 1.0;
        g->denominator[i] = 1.0;
        g->term[i] = g->active[i] != 0 ? 1.0 : 0.0;
    }
}

/*
 * P(X >= m) / P(X = m) = 1 + r_1 + r_1 r_2 + ..., r_j = ((b - j) / (m + j)) (p / q), brought to a
 * common denominator, the product of the 1 + j / m: no division but at the end. A lane whose terms
 * no longer count stays as it is. Returns whether some lane goes on.
 */
static uint64_t extend_tails(search_group *g, double j)
{
    uint64_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = 0; i < SEARCH; i++) {
        const uint64_t counts = g->term[i] > g->numerator[i] * 0x1p-52 ? 1 : 0;
        const double factor = counts != 0 ? fma(j, g->share[i], 1.0) : 1.0;
        const double top = counts != 0 ? (g->b[i] - j) * g->ratio[i] : 0.0;
        g->term[i] *= top;
        g->numerator[i] = fma(g->numerator[i], factor, g->term[i]);
        g->denominator[i] *= factor;
        any |= counts;
    }
    return any;
}

/*
 * Halley's step for log T = log_tail, T = P(X >= m). With T' = p^m q^b / B, (log T')' is
 * m - (n + 1) p and (log T)'' / (log T)' is m - (n + 1) p - (log T)'. The logarithm is concave in
 * x, hence Newton's method safe; the divisor's floor keeps Halley's near it. Returns whether some
 * lane goes on.
 */
static uint64_t leave_search_step(search_group *g)
{
    uint64_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = 0; i < SEARCH; i++) {
        const double m = g->m[i], mean = (m + g->b[i]) * g->p[i];
        const double slope = m * g->q[i] * g->denominator[i] / g->numerator[i];
        const double newton = (g->log_density[i] - log_element(slope) - g->log_tail[i]) / slope;
        const double step = newton / larger(1.0 - 0.5 * newton * (m - mean - slope), 0.5);
        const double x = smaller(g->x[i] - step, g->ceiling[i]);
        const uint64_t goes_on = fabs(step) > SETTLED_STEP * g->e[i] ? g->active[i] : 0;
        g->x[i] = g->active[i] != 0 ? x : g->x[i];
        g->active[i] = goes_on;
        any |= goes_on;
    }
    return any;
}

static void search_thresholds(search_group *g)
{
    uint64_t any = 1;
    start_search(g);
    for (int step = 0; any != 0 && step < MAX_SEARCH_STEPS; step++) {
        enter_search_step(g);
        for (double j = 1.0; extend_tails(g, j) != 0; j += 1.0) {
        }
        any = leave_search_step(g);
    }
}

typedef struct votes {
    double n[PB_LANES], k[PB_LANES], u[PB_LANES], z[PB_LANES], x[PB_LANES];
    uint64_t needs_search[PB_LANES];
} votes;

static void gather_search_lane(search_group *g, int place, const votes *v, int lane)
{
    g->lane[place] = lane;
    g->n[place] = v->n[lane];
    g->k[place] = v->k[lane];
    g->u[place] = v->u[lane];
    g->z[place] = v->z[lane];
    g->x[place] = v->x[lane];
    g->stirling_error[place] = stirling_error_of_beta(v->k[lane], v->n[lane] - v->k[lane] + 1.0);
}

/* All lanes that need it, SEARCH at a time; the last group is filled up with its first lane. */
static void search_needed_thresholds(votes *v)
{
    search_group group;
    for (int lane = 0, count = 0; lane < PB_LANES; lane++) {
        if (v->needs_search[lane] != 0) {
            gather_search_lane(&group, count++, v, lane);
        }
        const int is_last = lane == PB_LANES - 1 && count > 0;
        for (; is_last && count < SEARCH; count++) {
            gather_search_lane(&group, count, v, group.lane[0]);
        }
        if (count == SEARCH) {
            search_thresholds(&group);
            for (int i = 0; i < SEARCH; i++) {
                v->x[group.lane[i]] = group.u[i] < 0.5 ? -group.x[i] : group.x[i];
            }
            count = 0;
        }
    }
}

/* k <= 0 and k > n have no lane of the search; their n and k are made harmless first. */
static uint64_t thresholds_by_series(votes *v, const double *n, const double *k, const double *z)
{
    uint64_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = 0; i < PB_LANES; i++) {
        v->n[i] = larger(n[i], 1.0);
        v->k[i] = smaller(larger(k[i], 1.0), v->n[i]);
        const threshold_place at = threshold_place_of(v->n[i], v->k[i], z[i]);
        const uint64_t is_proper = v->k[i] == k[i] ? 1 : 0;
        v->x[i] = threshold_by_series(at);
        v->needs_search[i] = threshold_series_error(at) < THRESHOLD_GOOD ? 0 : is_proper;
        any |= v->needs_search[i];
    }
    return any;
}

static void binomial_threshold_lanes(const double *n, const double *k, const double *u,
                                     const double *z, double *x)
{
    votes v;
    if (thresholds_by_series(&v, n, k, z) != 0) {
        memcpy(v.u, u, sizeof v.u);
        memcpy(v.z, z, sizeof v.z);
        search_needed_thresholds(&v);
    }
    for (int i = 0; i < PB_LANES; i++) {
        const double proper = k[i] <= 0.0 ? -INFINITY : v.x[i];
        x[i] = k[i] > n[i] ? INFINITY : proper;
    }
}

#endif
