/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/exact_sum.h"

#include "models/approval.h"
#include "models/lattice.h"

#include <math.h>
#include <string.h>

/* Beyond so many sds of a t the coalition effect moves turnout no further. */
#define TURNOUT_FOLLOWS 20.0

int pb_exact_acceptance(const pb_coalition *coalition, const pb_union *voters)
{
    return voters->aggregate == PB_AGGREGATE_BALLOTS ? voters->accepts
                                                     : coalition->unit[voters->first_unit].accepts;
}

/* The unit of the i-th voting union, NULL if its leaders decide. */
static const pb_unit *unit_of(const pb_exact_plan *plan, int i)
{
    const pb_coalition *c = plan->model->coalition;
    const pb_union *voters = &c->unions[plan->sets.voter[i]];
    return voters->aggregate == PB_AGGREGATE_LEADERS ? NULL : &c->unit[voters->first_unit];
}

/* The smoothest of the effects that are added up smooths the sum. */
static double own_step(const pb_vote_params *vote)
{
    return fmax(pb_lattice_step(vote->sd_union, INFINITY),
                pb_lattice_step(fmax(vote->sd_unit, vote->sd_late_swing), vote->df));
}

static double narrowest(const pb_exact_plan *plan)
{
    double width = INFINITY;
    for (int i = 0; i < plan->sets.n; i++) {
        const pb_unit *unit = unit_of(plan, i);
        width = unit != NULL ? fmin(width, pb_approval_width((double)unit->members)) : width;
    }
    return width;
}

static double if_positive(double step)
{
    return step > 0.0 ? step : INFINITY;
}

static void plan_support(pb_exact_plan *plan)
{
    const pb_vote_params *vote = plan->model->vote;
    plan->own_step = own_step(vote);
    const double common = fmin(if_positive(pb_lattice_step(vote->sd_coalition, vote->df)),
                               if_positive(pb_lattice_step(vote->sd_sector, INFINITY)));
    const double smooth = fmax(plan->own_step, 0.35 * narrowest(plan));
    plan->support_step = fmin(common, smooth) / plan->fineness;
    if (isinf(plan->support_step)) {
        plan->support_step = 1.0; /* nothing to sum over */
    }
}

/* sds of common turnout over which nothing jumps: under a rule of its own a unit may have a
 * quorum, which only its own turnout and the drawing of ballots blur. */
static double turnout_smoothness(const pb_exact_plan *plan)
{
    const pb_vote_params *vote = plan->model->vote;
    double smooth = plan->turnout_spread;
    for (int i = 0; i < plan->sets.n; i++) {
        const pb_unit *unit = unit_of(plan, i);
        const pb_union *voters = &plan->model->coalition->unions[plan->sets.voter[i]];
        if (unit != NULL && pb_exact_acceptance(plan->model->coalition, voters) != 0) {
            const double drawn =
                1.0 + (double)unit->members * unit->turnout * (1.0 - unit->turnout);
            const double blur = hypot(vote->turnout_sd_unit, 1.0 / sqrt(drawn));
            smooth = fmin(smooth, blur / vote->turnout_sd_common);
        }
    }
    return smooth;
}

static bool turnout_varies(const pb_exact_plan *plan)
{
    for (int i = 0; i < plan->sets.n; i++) {
        const pb_unit *unit = unit_of(plan, i);
        if (unit != NULL && unit->turnout < 1.0) {
            return plan->model->vote->turnout_sd_common > 0.0;
        }
    }
    return false;
}

static void plan_turnout(pb_exact_plan *plan)
{
    const pb_vote_params *vote = plan->model->vote;
    const double rho = vote->turnout_correlation;
    if (!turnout_varies(plan)) {
        return;
    }
    plan->turnout_spread = sqrt(1.0 - rho * rho);
    plan->turnout_step = pb_lattice_step(turnout_smoothness(plan), INFINITY) / plan->fineness;
    plan->turnout_reach = pb_lattice_reach(plan->turnout_spread, INFINITY)
                          + (vote->sd_coalition > 0.0 ? fabs(rho) * TURNOUT_FOLLOWS : 0.0);
}

static double size_of(double reach, double step)
{
    return reach > 0.0 ? 2.0 * ceil(reach / step) + 1.0 : 1.0;
}

/* At each point the sets of every group at each node of its sector effect, and then all sets. */
static double count_terms(const pb_exact_plan *plan)
{
    const pb_vote_params *vote = plan->model->vote;
    const double coalition =
        size_of(pb_lattice_reach(vote->sd_coalition, vote->df), plan->support_step);
    const double sector = size_of(pb_lattice_reach(vote->sd_sector, INFINITY), plan->support_step);
    const double turnouts = size_of(plan->turnout_reach, plan->turnout_step);
    const double mixture = 500.0; /* nodes of a union's threshold, about */
    double sets = ldexp(1.0, plan->sets.n);
    for (int g = 0; g < plan->sets.n_groups; g++) {
        sets += sector * ldexp(2.0, plan->sets.first[g + 1] - plan->sets.first[g]);
    }
    return turnouts * (coalition * sets + plan->sets.n * (coalition + sector) * mixture);
}

void pb_exact_plan_make(const pb_ratification *model, double fineness, pb_exact_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->model = model;
    plan->fineness = fineness;
    pb_exact_sets_group(model, &plan->sets);
    plan_support(plan);
    plan_turnout(plan);
    plan->n_terms = count_terms(plan);
}
