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
static void cast_ballots(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                         int u, double *ballots)
{
    const pb_vote_params *vote = model->vote;
    const pb_unit *unit = &model->coalition->unit[u];
    const double *coalition = z[model->effects.row[model->effects.coalition]];
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
        turnout[lane] = model->turnout_logit[u]
                        + vote->turnout_sd_common * (rho * coalition[lane] + rest * common[lane])
                        + vote->turnout_sd_unit * own[lane];
    }
    kernels->logistic(turnout, turnout);
    binomial(kernels, members, turnout, z[model->ballots_row[r][u]], ballots);
}

void pb_coalition_question(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                           int r, int u, const double *eta, double *ballots, double *yes)
{
    const pb_counted *counted = &model->coalition->unit[u].counted;
    double p[PB_LANES];

    if (counted->kind == PB_COUNTED_BALLOTS && counted->round == r + 1) {
        fill(ballots, (double)(counted->yes_ballots + counted->no_ballots));
        fill(yes, (double)counted->yes_ballots);
        return;
    }
    cast_ballots(model, kernels, z, r, u, ballots);
    kernels->logistic(eta, p);
    binomial(kernels, ballots, p, z[model->yes_row[r][u]], yes);
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

void pb_accept(const pb_coalition *coalition, int acceptance, double members, const double *ballots,
               const double *yes, uint8_t *vote)
{
    if (acceptance == 0) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            vote[lane] = 2.0 * yes[lane] > ballots[lane];
        }
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_tally tally = {.members = (int64_t)members,
                                .ballots = (int64_t)ballots[lane],
                                .yes = (int64_t)yes[lane]};
        vote[lane] = tally.ballots > 0 && pb_rule_holds(&coalition->acceptance[acceptance], &tally);
    }
}

void pb_override_vote(const pb_counted *counted, int r, uint8_t *vote)
{
    if (counted->round == r + 1
        && (counted->kind == PB_COUNTED_APPROVED || counted->kind == PB_COUNTED_REJECTED)) {
        memset(vote, counted->kind == PB_COUNTED_APPROVED, PB_LANES);
    }
}
