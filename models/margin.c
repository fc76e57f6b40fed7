/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/margin.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

void pb_margin_unit(const pb_kernels *kernels, const pb_group *group, int unit, const double *need,
                    double *w)
{
    kernels->binomial_threshold(group->ballots[unit], need, group->u[unit], group->score[unit], w);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        w[lane] -= group->base[unit][lane];
    }
}

/* A search for the step at which the pooled yes votes reach `need`, one in each lane. */
typedef struct search {
    double w[PB_LANES];
    double yes[PB_LANES];   /**< pooled at w, exact */
    double slope[PB_LANES]; /**< of the expected yes votes at w */
} search;

static void support_at(const pb_kernels *kernels, const pb_group *group, int unit, const double *w,
                       double *p)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        p[lane] = group->base[unit][lane] + w[lane];
    }
    kernels->logistic(p, p);
}

/* Starts at the w where the expected yes votes plus their drawn deviation reach the need:
 * sum of b p + z sqrt(b p q) = need - 1/2, by three damped Newton steps: with two or four the whole
 * is slower. */
static void start(const pb_kernels *kernels, const pb_group *group, const double *need, search *s)
{
    memset(s->w, 0, sizeof s->w);
    for (int step = 0; step < 3; step++) {
        double missing[PB_LANES], slope[PB_LANES] = {0.0}, p[PB_LANES];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            missing[lane] = need[lane] - 0.5;
        }
        for (int unit = 0; unit < group->n_units; unit++) {
            support_at(kernels, group, unit, s->w, p);
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                const double b = group->ballots[unit][lane];
                const double variance = b * p[lane] * (1.0 - p[lane]);
                missing[lane] -= b * p[lane] + group->score[unit][lane] * sqrt(variance);
                slope[lane] += variance;
            }
        }
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const double move = missing[lane] / (slope[lane] + 1e-3);
            s->w[lane] += move < -2.0 ? -2.0 : move > 2.0 ? 2.0 : move;
        }
    }
}

static void count(const pb_kernels *kernels, const pb_group *group, search *s)
{
    memset(s->yes, 0, sizeof s->yes);
    memset(s->slope, 0, sizeof s->slope);
    for (int unit = 0; unit < group->n_units; unit++) {
        double p[PB_LANES], *yes = group->yes[unit];
        support_at(kernels, group, unit, s->w, p);
        kernels->binomial(group->ballots[unit], p, group->u[unit], group->score[unit], yes);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            s->yes[lane] += yes[lane];
            s->slope[lane] += group->ballots[unit][lane] * p[lane] * (1.0 - p[lane]);
        }
    }
}

/* ---- the lanes that the first count leaves, gathered ---- */

enum { REST = PB_GROUP_LANES };

typedef struct rest {
    size_t lane[REST]; /**< places beyond n repeat a lane, to be ignored */
    size_t n;
    double below[REST], above[REST]; /**< the need is not reached there, reached there */
} rest;

/* Within one vote of the need the step itself is next: pb_margin_pooled finds it exactly. */
static bool is_close(double yes, double need)
{
    return yes == need || yes == need - 1.0;
}

/* A Newton step on the counted votes, kept inside the bracket. */
static void improve(const double *need, search *s, rest *r, size_t i)
{
    const size_t lane = r->lane[i];
    if (s->yes[lane] < need[lane]) {
        r->below[i] = s->w[lane];
    } else {
        r->above[i] = s->w[lane];
    }
    const double missing = need[lane] - 0.5 - s->yes[lane];
    const double move = missing / (s->slope[lane] + 1e-3);
    double next = s->w[lane] + (move < -2.0 ? -2.0 : move > 2.0 ? 2.0 : move);
    if (!(next > r->below[i] && next < r->above[i])) {
        next = 0.5 * (r->below[i] + r->above[i]);
    }
    s->w[lane] = next;
}

static void gather(const double *row, const rest *r, double *x)
{
    for (size_t i = 0; i < REST; i++) {
        x[i] = row[r->lane[i]];
    }
}

static void count_unit(const pb_kernels *kernels, const pb_group *group, int unit, const rest *r,
                       search *s)
{
    double p[REST], w[REST], ballots[REST], u[REST], score[REST], yes[REST];
    gather(group->base[unit], r, p);
    gather(s->w, r, w);
    gather(group->ballots[unit], r, ballots);
    gather(group->u[unit], r, u);
    gather(group->score[unit], r, score);
    for (size_t i = 0; i < REST; i++) {
        p[i] += w[i];
    }
    kernels->logistic_group(p, p);
    kernels->binomial_group(ballots, p, u, score, yes);
    for (size_t i = 0; i < r->n; i++) {
        const size_t lane = r->lane[i];
        group->yes[unit][lane] = yes[i];
        s->yes[lane] += yes[i];
        s->slope[lane] += ballots[i] * p[i] * (1.0 - p[i]);
    }
}

static void count_rest(const pb_kernels *kernels, const pb_group *group, const rest *r, search *s)
{
    for (size_t i = 0; i < r->n; i++) {
        s->yes[r->lane[i]] = s->slope[r->lane[i]] = 0.0;
    }
    for (int unit = 0; unit < group->n_units; unit++) {
        count_unit(kernels, group, unit, r, s);
    }
}

/* Drops the lanes that have arrived, or whose bracket holds nothing more. */
static void keep_searching(const double *need, const search *s, rest *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const size_t lane = r->lane[i];
        if (!is_close(s->yes[lane], need[lane]) && r->above[i] - r->below[i] > 1e-12) {
            r->lane[n] = lane;
            r->below[n] = r->below[i];
            r->above[n] = r->above[i];
            n++;
        }
    }
    r->n = n;
    for (size_t i = n; i < REST && n > 0; i++) {
        r->lane[i] = r->lane[0];
    }
}

static void finish(const pb_kernels *kernels, const pb_group *group, const double *need, rest *r,
                   search *s)
{
    enum { MOST_STEPS = 100 }; /* bisection alone would need about 60 */
    keep_searching(need, s, r);
    for (int step = 0; step < MOST_STEPS && r->n > 0; step++) {
        for (size_t i = 0; i < r->n; i++) {
            improve(need, s, r, i);
        }
        count_rest(kernels, group, r, s);
        keep_searching(need, s, r);
    }
}

static void approach(const pb_kernels *kernels, const pb_group *group, const double *need,
                     search *s)
{
    rest r = {.n = 0};
    count(kernels, group, s);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        if (!is_close(s->yes[lane], need[lane])) {
            r.lane[r.n] = lane;
            r.below[r.n] = -100.0; /* p is 0 or 1 to the last bit beyond these */
            r.above[r.n++] = 100.0;
        }
        if (r.n == REST || lane == PB_LANES - 1) {
            finish(kernels, group, need, &r, s);
        }
    }
}

/* The exact step next to s->w: the first one above where a vote is missing, else the last one
 * at or below. */
static void settle(const pb_kernels *kernels, const pb_group *group, const double *need,
                   const search *s, double *w)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        w[lane] = s->yes[lane] < need[lane] ? INFINITY : -INFINITY;
    }
    for (int unit = 0; unit < group->n_units; unit++) {
        double yes[PB_LANES], at[PB_LANES];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            yes[lane] = group->yes[unit][lane] + (s->yes[lane] < need[lane] ? 1.0 : 0.0);
        }
        pb_margin_unit(kernels, group, unit, yes, at);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const bool first = s->yes[lane] < need[lane] ? at[lane] < w[lane] : at[lane] > w[lane];
            w[lane] = first ? at[lane] : w[lane];
        }
    }
}

static void mark_hopeless(const pb_group *group, const double *need, double *w)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        double ballots = 0.0;
        for (int unit = 0; unit < group->n_units; unit++) {
            ballots += group->ballots[unit][lane];
        }
        w[lane] = need[lane] > ballots ? INFINITY : need[lane] < 1.0 ? -INFINITY : w[lane];
    }
}

void pb_margin_pooled(const pb_kernels *kernels, const pb_group *group, const double *need,
                      double *w)
{
    if (group->n_units == 1) {
        pb_margin_unit(kernels, group, 0, need, w);
        return;
    }
    search s;
    start(kernels, group, need, &s);
    approach(kernels, group, need, &s);
    settle(kernels, group, need, &s, w);
    mark_hopeless(group, need, w);
}
