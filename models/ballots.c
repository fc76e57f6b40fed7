/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/ballots.h"

#include <math.h>
#include <string.h>

double pb_unit_mean(const pb_ratification *model, int u)
{
    return model->vote->mu0 + model->coalition->unit[u].offset;
}

static void fill(double *x, double value)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        x[lane] = value;
    }
}

/* m_u in one draw. */
static inline double unit_mean_in(const pb_ratification *model, pb_lane at, int u)
{
    return pb_param(at, &model->vote->mu0) + pb_param(at, &model->coalition->unit[u].offset);
}

/* The member-weighted mean of all units' means. */
static double mean_support(const pb_ratification *model, pb_lane at)
{
    if (at.uncertain == NULL) {
        return model->mean_support;
    }
    double sum = 0.0, members = 0.0;
    for (int u = 0; u < model->coalition->n_units; u++) {
        const pb_unit *unit = &model->coalition->unit[u];
        const double n = (double)unit->members;
        sum += n * unit_mean_in(model, at, u);
        members += n;
    }
    return sum / members;
}

PB_LOOP first_support(const pb_uncertain *uncertain, const pb_ratification *model, pb_rows z,
                      pb_effect_rows x, int u, double *eta)
{
    const pb_effects *e = &model->effects;
    const pb_unit *unit = &model->coalition->unit[u];
    const double *coalition = x[e->coalition], *sector = x[e->sector[unit->sector]];
    const double *in_union = x[e->in_union[unit->parent]], *own = x[e->unit[u]];
    const double *swing = x[e->late_swing[0][unit->parent]];
    double mean = unit_mean_in(model, (pb_lane){uncertain, z, 0}, u);

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        if (uncertain != NULL) {
            mean = unit_mean_in(model, (pb_lane){uncertain, z, lane}, u);
        }
        eta[lane] =
            mean + coalition[lane] + sector[lane] + in_union[lane] + own[lane] + swing[lane];
    }
}

void pb_first_support(const pb_ratification *model, pb_rows z, pb_effect_rows x, int u, double *eta)
{
    PB_WITH_PARAMETERS(first_support, model->uncertain, model, z, x, u, eta);
}

/* What moves all units between the rounds. */
typedef struct second_round {
    double mean_support, mean_shift, persistence;
} second_round;

static inline second_round second_round_in(const pb_ratification *model, pb_lane at)
{
    const pb_round *round = &model->round[1];
    return (second_round){mean_support(model, at),
                          pb_param(at, &round->shift.mean) - pb_param(at, &round->backlash),
                          pb_param(at, &round->persistence)};
}

PB_LOOP second_support(const pb_uncertain *uncertain, const pb_ratification *model, pb_rows z,
                       pb_effect_rows x, int u, double *eta)
{
    const pb_effects *e = &model->effects;
    const double *coalition = x[e->coalition], *shift = x[e->shift], *noise = x[e->noise[u]];
    const double *swing = x[e->late_swing[1][model->coalition->unit[u].parent]];
    second_round round = second_round_in(model, (pb_lane){uncertain, z, 0});

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        if (uncertain != NULL) {
            round = second_round_in(model, (pb_lane){uncertain, z, lane});
        }
        const double centre = round.mean_support + coalition[lane];
        eta[lane] = centre + round.mean_shift + shift[lane]
                    + round.persistence * (eta[lane] - centre) + noise[lane] + swing[lane];
    }
}

void pb_second_support(const pb_ratification *model, pb_rows z, pb_effect_rows x, int u,
                       double *eta)
{
    PB_WITH_PARAMETERS(second_support, model->uncertain, model, z, x, u, eta);
}

static void binomial(const pb_kernels *kernels, const double *n, const double *p, const double *u,
                     double *k)
{
    double score[PB_LANES];
    kernels->normal(u, score);
    kernels->binomial(n, p, u, score, k);
}

/* alpha_u, the logit of the unit's mean turnout; of one that is drawn, also next to 1. */
static double turnout_logit(const pb_ratification *model, pb_lane at, int u)
{
    const double *turnout = &model->coalition->unit[u].turnout;
    return pb_is_uncertain(at.uncertain, turnout)
               ? pb_logit(fmin(pb_param(at, turnout), 1.0 - 0x1p-53))
               : model->turnout_logit[u];
}

/* What turnout is made of, beside what is drawn for it. */
typedef struct turnout_params {
    double logit, sd_common, sd_unit, follows, rest;
} turnout_params;

static inline turnout_params turnout_params_in(const pb_ratification *model, pb_lane at, int u)
{
    const pb_vote_params *vote = model->vote;
    const double sd = pb_param(at, &vote->sd_coalition), per_sd = sd > 0.0 ? 1.0 / sd : 0.0;
    const double rho = pb_param(at, &vote->turnout_correlation);
    return (turnout_params){.logit = turnout_logit(model, at, u),
                            .sd_common = pb_param(at, &vote->turnout_sd_common),
                            .sd_unit = pb_param(at, &vote->turnout_sd_unit),
                            .follows = rho * per_sd,
                            .rest = sqrt(1.0 - rho * rho)};
}

/* Logit turnout of a unit: alpha_u + common + own (SPEC C.2). */
PB_LOOP set_turnout(const pb_uncertain *uncertain, const pb_ratification *model, pb_rows z,
                    pb_effect_rows x, int r, int u, double *turnout)
{
    const double *coalition = x[model->effects.coalition];
    const double *common = z[model->turnout_common_row[r]];
    const double *own = z[model->turnout_unit_row[r][u]];
    turnout_params p = turnout_params_in(model, (pb_lane){uncertain, z, 0}, u);

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        if (uncertain != NULL) {
            p = turnout_params_in(model, (pb_lane){uncertain, z, lane}, u);
        }
        turnout[lane] = p.logit
                        + p.sd_common * (p.follows * coalition[lane] + p.rest * common[lane])
                        + p.sd_unit * own[lane];
    }
}

/* Ballots cast (SPEC C.2, C.3), binomial. A turnout of 1 is everybody in every draw. */
static void cast_ballots(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                         pb_effect_rows x, int r, int u, double *ballots)
{
    const pb_unit *unit = &model->coalition->unit[u];
    double members[PB_LANES], turnout[PB_LANES];

    fill(members, (double)unit->members);
    if (!(unit->turnout < 1.0) && !pb_is_uncertain(model->uncertain, &unit->turnout)) {
        memcpy(ballots, members, sizeof members);
        return;
    }
    PB_WITH_PARAMETERS(set_turnout, model->uncertain, model, z, x, r, u, turnout);
    kernels->logistic(turnout, turnout);
    binomial(kernels, members, turnout, z[model->ballots_row[r][u]], ballots);
}

const pb_counted *pb_unit_known(const pb_coalition *coalition, int u, int r)
{
    const pb_union *parent = &coalition->unions[coalition->unit[u].parent];
    const pb_counted *own = &coalition->unit[u].counted[r], *shared = &parent->counted[r];
    return own->kind != PB_NOT_COUNTED                              ? own
           : parent->n_units == 1 && shared->kind != PB_NOT_COUNTED ? shared
                                                                    : NULL;
}

bool pb_unit_is_counted(const pb_coalition *coalition, int u, int r)
{
    const pb_counted *known = pb_unit_known(coalition, u, r);
    return known != NULL && known->kind == PB_COUNTED_BALLOTS;
}

void pb_coalition_question(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                           pb_effect_rows x, int r, int u, const double *eta, double *ballots,
                           double *yes, double *score)
{
    double p[PB_LANES];

    if (pb_unit_is_counted(model->coalition, u, r)) {
        const pb_counted *known = pb_unit_known(model->coalition, u, r);
        const double approving = (double)known->yes_ballots;
        fill(ballots, approving + (double)known->no_ballots);
        fill(yes, approving);
        fill(score, 0.0);
        return;
    }
    cast_ballots(model, kernels, z, x, r, u, ballots);
    kernels->logistic(eta, p);
    kernels->normal(z[model->yes_row[r][u]], score);
    kernels->binomial(ballots, p, z[model->yes_row[r][u]], score, yes);
}

PB_LOOP contract_support(const pb_uncertain *uncertain, const pb_vote_params *vote, pb_rows z,
                         const double *eta, const double *own, double *support)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {uncertain, z, lane};
        support[lane] = eta[lane] + pb_param(at, &vote->contract_shift)
                        + pb_param(at, &vote->contract_sd) * own[lane];
    }
}

void pb_contract_question(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                          int u, const double *eta, const double *ballots, double *yes)
{
    double p[PB_LANES];

    PB_WITH_PARAMETERS(contract_support, model->uncertain, model->vote, z, eta,
                       z[model->contract_row[r][u]], p);
    kernels->logistic(p, p);
    binomial(kernels, ballots, p, z[model->contract_yes_row[r][u]], yes);
}

void pb_override_vote(const pb_counted *known, uint8_t *vote)
{
    if (known != NULL && known->kind != PB_COUNTED_BALLOTS) {
        memset(vote, known->kind == PB_COUNTED_APPROVED, PB_LANES);
    }
}
