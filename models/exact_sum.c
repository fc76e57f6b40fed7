/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/exact_sum.h"

#include "models/approval.h"
#include "models/ballots.h"
#include "models/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The plan carried out. Supports of a unit: its mean and the nodes of coalition + sector. */
typedef struct summation {
    pb_exact_plan *plan;
    pb_lattice coalition, sector;
    int n_turnouts, n_supports;
    double *turnout, *turnout_weight; /* [n_turnouts] */
    double *approval[PB_MAX_UNIONS];  /* of the i-th voting union, [n_supports][n_turnouts] */
    double *group_p[PB_MAX_UNIONS];   /* [2^size] */
    double *product;                  /* of the largest group */
} summation;

static const pb_union *union_of(const summation *s, int i)
{
    return &s->plan->model->coalition->unions[s->plan->sets.voter[i]];
}

static bool is_led(const summation *s, int i)
{
    return union_of(s, i)->aggregate == PB_AGGREGATE_LEADERS;
}

/* ---- what the unions do at every support and turnout ---- */

static pb_status set_approval(summation *s, int i, const pb_swing_table *swing, pb_error *err)
{
    const pb_ratification *model = s->plan->model;
    const int u = union_of(s, i)->first_unit,
              acceptance = pb_exact_acceptance(model->coalition, union_of(s, i));
    const double step = s->plan->support_step;
    const pb_support_axis axis = {pb_unit_mean(model, u) - (s->coalition.n + s->sector.n) * step,
                                  step, s->n_supports};
    pb_ballot_sum sum;

    s->approval[i] = malloc((size_t)s->n_turnouts * (size_t)s->n_supports * sizeof(double));
    if (s->approval[i] == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the chances of a union");
    }
    pb_status status = pb_ballot_sum_make(model, u, acceptance, s->turnout, s->n_turnouts,
                                          s->plan->fineness, &sum, err);
    if (status == PB_OK) {
        status = pb_approval(&sum, swing, s->plan->own_step, s->plan->fineness, &axis,
                             s->approval[i], err);
    }
    pb_ballot_sum_free(&sum);
    return status;
}

static pb_status set_approvals(summation *s, pb_error *err)
{
    const pb_vote_params *vote = s->plan->model->vote;
    pb_swing_table *swing = malloc(sizeof *swing);
    pb_status status = PB_OK;
    if (swing == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a swing table");
    }
    pb_swing_table_build(vote->sd_union, vote->sd_unit, vote->sd_late_swing, vote->df, swing);
    for (int i = 0; i < s->plan->sets.n && status == PB_OK; i++) {
        if (!is_led(s, i)) {
            status = set_approval(s, i, s->plan->own_step > 0.0 ? swing : NULL, err);
        }
    }
    free(swing);
    return status;
}

/* ---- room ---- */

static pb_status set_turnouts(summation *s, pb_error *err)
{
    const pb_exact_plan *plan = s->plan;
    const int n =
        plan->turnout_step > 0.0 ? (int)ceil(plan->turnout_reach / plan->turnout_step) : 0;
    s->n_turnouts = 2 * n + 1;
    s->turnout = malloc((size_t)s->n_turnouts * sizeof *s->turnout);
    s->turnout_weight = malloc((size_t)s->n_turnouts * sizeof *s->turnout_weight);
    if (s->turnout == NULL || s->turnout_weight == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for %d turnouts", s->n_turnouts);
    }
    for (int j = 0; j < s->n_turnouts; j++) {
        s->turnout[j] = (j - n) * plan->turnout_step;
    }
    return PB_OK;
}

static pb_status set_groups(summation *s, pb_error *err)
{
    const pb_exact_sets *sets = &s->plan->sets;
    bool complete = true;
    s->product = malloc(((size_t)1 << sets->n) * sizeof *s->product);
    for (int g = 0; g < sets->n_groups; g++) {
        const int size = sets->first[g + 1] - sets->first[g];
        s->group_p[g] = malloc(((size_t)1 << size) * sizeof *s->group_p[g]);
        complete = complete && s->group_p[g] != NULL;
    }
    return complete && s->product != NULL
               ? PB_OK
               : pb_fail(err, PB_INTERNAL, "out of memory for the sets of %d unions", sets->n);
}

static pb_status prepare(summation *s, int r, pb_error *err)
{
    const pb_vote_params *vote = s->plan->model->vote;
    const double step = s->plan->support_step;
    pb_status status = pb_lattice_make(vote->sd_coalition, vote->df, step, &s->coalition, err);
    if (status == PB_OK) {
        status = pb_lattice_make(vote->sd_sector, INFINITY, step, &s->sector, err);
    }
    s->n_supports = 2 * (s->coalition.n + s->sector.n) + 1;
    if (status == PB_OK) {
        status = set_turnouts(s, err);
    }
    if (status == PB_OK) {
        status = set_groups(s, err);
    }
    if (status == PB_OK) {
        status = pb_exact_sets_ask(s->plan->model, r, &s->plan->sets, err);
    }
    return status == PB_OK ? set_approvals(s, err) : status;
}

static void release(summation *s)
{
    pb_lattice_free(&s->coalition);
    pb_lattice_free(&s->sector);
    for (int i = 0; i < PB_MAX_UNIONS; i++) {
        free(s->approval[i]);
        free(s->group_p[i]);
    }
    free(s->turnout);
    free(s->turnout_weight);
    free(s->product);
    pb_exact_sets_free(&s->plan->sets);
}

/* ---- the sum ---- */

/* The i-th union's chance at a coalition and a sector node and a turnout. */
static double chance(const summation *s, int i, int coalition, int sector, int turnout)
{
    return is_led(s, i) ? union_of(s, i)->p_approve
                        : s->approval[i][(coalition + sector) * s->n_turnouts + turnout];
}

/* Adds the probabilities of a group's sets, its unions being independent given the sector node. */
static void add_sets(const summation *s, int g, int coalition, int sector, int turnout)
{
    const int *first = &s->plan->sets.first[g];
    size_t n = 1;
    s->product[0] = s->sector.weight[sector];
    for (int i = first[0]; i < first[1]; i++) {
        const double p = chance(s, i, coalition, sector, turnout);
        for (size_t set = 0; set < n; set++) {
            s->product[n + set] = s->product[set] * p;
            s->product[set] *= 1.0 - p;
        }
        n *= 2;
    }
    for (size_t set = 0; set < n; set++) {
        s->group_p[g][set] += s->product[set];
    }
}

/* P(rule holds) at one coalition node and one turnout. */
static double probability_at(const summation *s, int coalition, int turnout)
{
    const pb_exact_sets *sets = &s->plan->sets;
    for (int g = 0; g < sets->n_groups; g++) {
        const int size = sets->first[g + 1] - sets->first[g];
        memset(s->group_p[g], 0, ((size_t)1 << size) * sizeof *s->group_p[g]);
        for (int i = 0; i < pb_lattice_size(&s->sector); i++) {
            add_sets(s, g, coalition, i, turnout);
        }
    }
    return pb_exact_sets_probability(sets, (const double *const *)s->group_p);
}

/* Of the common turnout given the coalition effect in its sds: normal about rho times it. */
static void weigh_turnouts(const summation *s, double coalition_sds)
{
    const double rho = s->plan->model->vote->turnout_correlation;
    const double most = s->turnout[s->n_turnouts - 1] - 8.5 * s->plan->turnout_spread;
    const double mean = fmax(-most, fmin(most, rho * coalition_sds));
    double sum = 0.0;
    for (int j = 0; j < s->n_turnouts; j++) {
        const double z = s->n_turnouts > 1 ? (s->turnout[j] - mean) / s->plan->turnout_spread : 0.0;
        s->turnout_weight[j] = exp(-0.5 * z * z);
        sum += s->turnout_weight[j];
    }
    for (int j = 0; j < s->n_turnouts; j++) {
        s->turnout_weight[j] /= sum;
    }
}

static double sum_up(const summation *s)
{
    const double sd = s->plan->model->vote->sd_coalition;
    double sum = 0.0;
    for (int i = 0; i < pb_lattice_size(&s->coalition); i++) {
        weigh_turnouts(s, sd > 0.0 ? pb_lattice_at(&s->coalition, i) / sd : 0.0);
        for (int j = 0; j < s->n_turnouts; j++) {
            if (s->turnout_weight[j] > 1e-18) {
                sum += s->coalition.weight[i] * s->turnout_weight[j] * probability_at(s, i, j);
            }
        }
    }
    return sum;
}

pb_status pb_exact_sum(pb_exact_plan *plan, int r, double *probability, pb_error *err)
{
    summation s = {.plan = plan};
    const pb_status status = prepare(&s, r, err);
    if (status == PB_OK) {
        *probability = sum_up(&s);
    }
    release(&s);
    return status;
}
