/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/ballot_sum.h"

#include "models/acceptance.h"
#include "models/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Below this no unit is summed in strides. */
enum { SMALL_UNIT = 1000 };

/* What the sums are over. */
typedef struct turnouts {
    double members, logit, sd_common;
    const double *common; /* [n] */
    int n;
    pb_lattice own;
} turnouts;

/* Standard deviation of the ballots at a turnout of logit x. */
static double spread(double members, double x)
{
    return sqrt(members / ((1.0 + exp(-x)) * (1.0 + exp(x))));
}

static double least_spread(const turnouts *t)
{
    const double own = t->own.n * t->own.step;
    const double low = t->logit + t->sd_common * t->common[0] - own;
    const double high = t->logit + t->sd_common * t->common[t->n - 1] + own;
    return fmin(spread(t->members, low), spread(t->members, high));
}

/* The trapezoidal rule leaves exp(-2 pi^2 (spread / stride)^2): 3e-18 at 0.7. */
static int stride_of(const turnouts *t, int acceptance, double fineness)
{
    if (acceptance != 0 || t->members < SMALL_UNIT) {
        return 1;
    }
    const int half = (int)(0.35 * least_spread(t) / fineness);
    return half > 1 ? 2 * half : 1;
}

/* ---- which numbers of ballots ---- */

static pb_status allocate(int n, int n_turnouts, pb_ballot_sum *sum, pb_error *err)
{
    const size_t size = (size_t)n;
    *sum = (pb_ballot_sum){.n = n,
                           .n_turnouts = n_turnouts,
                           .ballots = malloc(size * sizeof(double)),
                           .need = malloc(size * sizeof(double)),
                           .mass = calloc((size_t)n_turnouts * size, sizeof(double))};
    return sum->ballots != NULL && sum->need != NULL && sum->mass != NULL
               ? PB_OK
               : pb_fail(err, PB_INTERNAL, "out of memory for sums over %d ballots", n);
}

/* 0, 1, s, s + 1, 2 s, ... or all. */
static pb_status list_ballots(const turnouts *t, int stride, pb_ballot_sum *sum, pb_error *err)
{
    const int members = (int)t->members;
    const int n = stride == 1 ? members + 1 : 2 * (members / stride + 1);
    const pb_status status = allocate(n, t->n, sum, err);
    for (int i = 0; i < n && status == PB_OK; i++) {
        sum->ballots[i] = stride == 1 ? i : i / 2 * stride + i % 2;
    }
    return status;
}

static void set_needs(const pb_coalition *coalition, int acceptance, double members,
                      pb_ballot_sum *sum)
{
    for (int first = 0; first < sum->n; first += PB_LANES) {
        double ballots[PB_LANES] = {0.0}, need[PB_LANES];
        const int n = sum->n - first < PB_LANES ? sum->n - first : PB_LANES;
        memcpy(ballots, &sum->ballots[first], (size_t)n * sizeof *ballots);
        pb_acceptance_need(coalition, acceptance, members, ballots, need);
        memcpy(&sum->need[first], need, (size_t)n * sizeof *need);
    }
}

/* ---- their probabilities ---- */

static double log_choose(double n, double k)
{
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

/* Adds weight times Bin(members, logistic(x)) wherever it is not negligible. */
static void add_binomial(const pb_ballot_sum *sum, const double *log_chosen, double members,
                         double x, double weight, int turnout)
{
    const double log_p = -log1p(exp(-x)), log_q = -log1p(exp(x));
    const double mean = members * exp(log_p), reach = 9.0 * spread(members, x) + 40.0;
    for (int i = 0; i < sum->n; i++) {
        const double b = sum->ballots[i];
        if (fabs(b - mean) < reach && b <= members) {
            sum->mass[i * sum->n_turnouts + turnout] +=
                weight * exp(log_chosen[i] + b * log_p + (members - b) * log_q);
        }
    }
}

static pb_status set_masses(const turnouts *t, int stride, pb_ballot_sum *sum, pb_error *err)
{
    double *log_chosen = malloc((size_t)sum->n * sizeof *log_chosen);
    const double each = stride == 1 ? 1.0 : 0.5 * stride;
    if (log_chosen == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for sums over ballots");
    }
    for (int i = 0; i < sum->n; i++) {
        log_chosen[i] = sum->ballots[i] <= t->members ? log_choose(t->members, sum->ballots[i]) : 0;
    }
    for (int j = 0; j < t->n; j++) {
        for (int i = 0; i < pb_lattice_size(&t->own); i++) {
            const double x = t->logit + t->sd_common * t->common[j] + pb_lattice_at(&t->own, i);
            add_binomial(sum, log_chosen, t->members, x, each * t->own.weight[i], j);
        }
    }
    free(log_chosen);
    return PB_OK;
}

static pb_status sum_over_turnout(const pb_ratification *model, const turnouts *t, int acceptance,
                                  double fineness, pb_ballot_sum *sum, pb_error *err)
{
    const int stride = stride_of(t, acceptance, fineness);
    pb_status status = list_ballots(t, stride, sum, err);
    if (status == PB_OK) {
        set_needs(model->coalition, acceptance, t->members, sum);
        status = set_masses(t, stride, sum, err);
    }
    return status;
}

/* Turnout 1: all members vote. */
static pb_status everybody(const pb_ratification *model, double members, int acceptance,
                           int n_turnouts, pb_ballot_sum *sum, pb_error *err)
{
    const pb_status status = allocate(1, n_turnouts, sum, err);
    if (status == PB_OK) {
        sum->ballots[0] = members;
        set_needs(model->coalition, acceptance, members, sum);
        for (int j = 0; j < n_turnouts; j++) {
            sum->mass[j] = 1.0;
        }
    }
    return status;
}

pb_status pb_ballot_sum_make(const pb_ratification *model, int u, int acceptance,
                             const double *common, int n_turnouts, double fineness,
                             pb_ballot_sum *sum, pb_error *err)
{
    const pb_vote_params *vote = model->vote;
    const pb_unit *unit = &model->coalition->unit[u];
    turnouts t = {(double)unit->members,
                  model->turnout_logit[u],
                  vote->turnout_sd_common,
                  common,
                  n_turnouts,
                  {0}};
    memset(sum, 0, sizeof *sum);
    if (!(unit->turnout < 1.0)) {
        return everybody(model, t.members, acceptance, n_turnouts, sum, err);
    }
    /* another rule may have a quorum: turnout must be resolved to the ballot */
    const double smooth = acceptance == 0 ? INFINITY : 1.0 / (1.0 + spread(t.members, t.logit));
    const double step = fmin(pb_lattice_step(vote->turnout_sd_unit, INFINITY), 0.5 * smooth);
    pb_status status =
        pb_lattice_make(vote->turnout_sd_unit, INFINITY, step / fineness, &t.own, err);
    if (status == PB_OK) {
        status = sum_over_turnout(model, &t, acceptance, fineness, sum, err);
    }
    pb_lattice_free(&t.own);
    return status;
}

void pb_ballot_sum_free(pb_ballot_sum *sum)
{
    free(sum->ballots);
    free(sum->need);
    free(sum->mass);
    memset(sum, 0, sizeof *sum);
}
