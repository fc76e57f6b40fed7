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
    double below[PB_LANES], above[PB_LANES]; /**< not reached there, reached there */
    double yes[PB_LANES];                    /**< pooled at w, exact */
    double slope[PB_LANES];                  /**< of the expected yes votes at w */
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
 * sum of b p + z sqrt(b p q) = need - 1/2, by a few damped Newton steps. */
static void start(const pb_kernels *kernels, const pb_group *group, const double *need, search *s)
{
    memset(s->w, 0, sizeof s->w);
    for (int step = 0; step < 4; step++) {
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
        double p[PB_LANES], yes[PB_LANES];
        support_at(kernels, group, unit, s->w, p);
        kernels->binomial(group->ballots[unit], p, group->u[unit], group->score[unit], yes);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            s->yes[lane] += yes[lane];
            s->slope[lane] += group->ballots[unit][lane] * p[lane] * (1.0 - p[lane]);
        }
    }
}

/* Within one vote of the need the step itself is next: pb_margin_pooled finds it exactly. */
static bool close_enough(const search *s, const double *need, size_t lane)
{
    return s->yes[lane] == need[lane] || s->yes[lane] == need[lane] - 1.0
           || !(s->above[lane] - s->below[lane] > 1e-12);
}

/* A Newton step on the counted votes, kept inside the bracket; returns whether it moved. */
static bool improve(search *s, const double *need, size_t lane)
{
    if (close_enough(s, need, lane)) {
        return false;
    }
    if (s->yes[lane] < need[lane]) {
        s->below[lane] = s->w[lane];
    } else {
        s->above[lane] = s->w[lane];
    }
    const double missing = need[lane] - 0.5 - s->yes[lane];
    const double move = missing / (s->slope[lane] + 1e-3);
    double next = s->w[lane] + (move < -2.0 ? -2.0 : move > 2.0 ? 2.0 : move);
    if (!(next > s->below[lane] && next < s->above[lane])) {
        next = 0.5 * (s->below[lane] + s->above[lane]);
    }
    s->w[lane] = next;
    return true;
}

static void approach(const pb_kernels *kernels, const pb_group *group, const double *need,
                     search *s)
{
    enum { MOST_STEPS = 100 }; /* bisection alone would need about 60 */
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        s->below[lane] = -100.0; /* p is 0 or 1 to the last bit beyond these */
        s->above[lane] = 100.0;
    }
    for (int step = 0; step < MOST_STEPS; step++) {
        bool moved = false;
        count(kernels, group, s);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            moved |= improve(s, need, lane);
        }
        if (!moved) {
            break;
        }
    }
}

/* The exact step next to s->w: the first one above where a vote is missing, else the last one
 * at or below. */
static void settle(const pb_kernels *kernels, const pb_group *group, const double *need, search *s,
                   double *w)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        w[lane] = s->yes[lane] < need[lane] ? INFINITY : -INFINITY;
    }
    for (int unit = 0; unit < group->n_units; unit++) {
        double p[PB_LANES], yes[PB_LANES], at[PB_LANES];
        support_at(kernels, group, unit, s->w, p);
        kernels->binomial(group->ballots[unit], p, group->u[unit], group->score[unit], yes);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            yes[lane] += s->yes[lane] < need[lane];
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
