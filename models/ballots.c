/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/ballots.h"

#include <math.h>
#include <string.h>

double pb_unit_mean(const pb_ratification *model, int u)
{
    return model->vote->mu0 + model->coalition->unit[u].offset;
}

void pb_first_support(const pb_ratification *model, pb_effect_rows x, int u, double *eta)
{
    const pb_effects *e = &model->effects;
    const pb_unit *unit = &model->coalition->unit[u];
    const double mean = pb_unit_mean(model, u);
    const double *coalition = x[e->coalition], *sector = x[e->sector[unit->sector]];
    const double *in_union = x[e->in_union[unit->parent]], *own = x[e->unit[u]];
    const double *swing = x[e->late_swing[0][unit->parent]];

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        eta[lane] =
            mean + coalition[lane] + sector[lane] + in_union[lane] + own[lane] + swing[lane];
    }
}

void pb_second_support(const pb_ratification *model, pb_effect_rows x, int u, double *eta)
{
    const pb_effects *e = &model->effects;
    const pb_round *round = &model->round[1];
    const double mean_shift = round->shift.mean - round->backlash;
    const double *coalition = x[e->coalition], *shift = x[e->shift], *noise = x[e->noise[u]];
    const double *swing = x[e->late_swing[1][model->coalition->unit[u].parent]];

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double centre = model->mean_support + coalition[lane];
        eta[lane] = centre + mean_shift + shift[lane] + round->persistence * (eta[lane] - centre)
                    + noise[lane] + swing[lane];
    }
}

static void fill(double *x, double value)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        x[lane] = value;
    }
}

static void binomial(const pb_kernels *kernels, const double *n, const double *p, const double *u,
                     double *k)
{
    double score[PB_LANES];
    kernels->normal(u, score);
    kernels->binomial(n, p, u, score, k);
}

/* Ballots cast (SPEC C.2, C.3): logit turnout = alpha_u + common + own, ballots binomial. */
static void cast_ballots(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                         pb_effect_rows x, int r, int u, double *ballots)
{
    const pb_vote_params *vote = model->vote;
    const pb_unit *unit = &model->coalition->unit[u];
    const double *coalition = x[model->effects.coalition];
    const double per_sd = vote->sd_coalition > 0.0 ? 1.0 / vote->sd_coalition : 0.0;
    const double *common = z[model->turnout_common_row[r]];
    const double *own = z[model->turnout_unit_row[r][u]];
    const double rho = vote->turnout_correlation, rest = sqrt(1.0 - rho * rho);
    double members[PB_LANES], turnout[PB_LANES];

    fill(members, (double)unit->members);
    if (!(unit->turnout < 1.0)) {
        memcpy(ballots, members, sizeof members);
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        turnout[lane] =
            model->turnout_logit[u]
            + vote->turnout_sd_common * (rho * per_sd * coalition[lane] + rest * common[lane])
            + vote->turnout_sd_unit * own[lane];
    }
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

void pb_contract_question(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                          int u, const double *eta, const double *ballots, double *yes)
{
    const double *own = z[model->contract_row[r][u]];
    double p[PB_LANES];

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        p[lane] = eta[lane] + model->vote->contract_shift + model->vote->contract_sd * own[lane];
    }
    kernels->logistic(p, p);
    binomial(kernels, ballots, p, z[model->contract_yes_row[r][u]], yes);
}

void pb_override_vote(const pb_counted *known, uint8_t *vote)
{
    if (known != NULL && known->kind != PB_COUNTED_BALLOTS) {
        memset(vote, known->kind == PB_COUNTED_APPROVED, PB_LANES);
    }
}
