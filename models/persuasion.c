/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/persuasion.h"

#include "models/acceptance.h"
#include "models/ballots.h"

#include <math.h>
#include <string.h>

/* The union's vote if all of the unit's ballots are yes, or all no. */
static void vote_if(const pb_ratification *model, int r, int k, int u, const pb_round_votes *votes,
                    const pb_workings *w, const uint8_t *unit_vote, bool all_yes, uint8_t *vote)
{
    const pb_coalition *c = model->coalition;
    const pb_union *voters = &c->unions[k];
    const pb_union_sum *sum = &votes->sum[k];
    const double *ballots = w->votes[r].ballots[u];
    double yes[PB_LANES];
    if (voters->aggregate == PB_AGGREGATE_BALLOTS) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            yes[lane] = sum->yes[lane] - w->votes[r].yes[u][lane] + (all_yes ? ballots[lane] : 0.0);
        }
        pb_accept(c, voters->accepts, (double)model->members[k], sum->ballots, yes, vote);
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        yes[lane] = all_yes ? ballots[lane] : 0.0;
    }
    pb_accept(c, c->unit[u].accepts, (double)c->unit[u].members, ballots, yes, vote);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        vote[lane] =
            sum->units_accepting[lane] - unit_vote[lane] + vote[lane] >= pb_units_needed(voters);
    }
}

static void set_unit_pivotal(const pb_ratification *model, int r, int k, int u,
                             const pb_round_votes *votes, const pb_workings *w, pb_outcomes *out)
{
    const pb_coalition *c = model->coalition;
    const size_t at = (size_t)(r * c->n_units + u) * PB_LANES;
    const double *pivotal = &out->pivotal[(size_t)(r * c->n_unions + k) * PB_LANES];
    uint8_t with[PB_LANES], without[PB_LANES];
    if (pb_union_known(c, k, r) != NULL || c->unions[k].aggregate == PB_AGGREGATE_LEADERS) {
        memset(&out->unit_pivotal[at], 0, PB_LANES * sizeof(double));
        return;
    }
    vote_if(model, r, k, u, votes, w, &out->unit_vote[at], true, with);
    vote_if(model, r, k, u, votes, w, &out->unit_vote[at], false, without);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        out->unit_pivotal[at + lane] = with[lane] != without[lane] ? pivotal[lane] : 0.0;
    }
}

/* How fast a unit's expected yes votes grow with its support, b p q: where the union turns if the
 * unit moves with the integrated effects, else where it stands; not at all once it is counted. */
static void ballots_at_stake(const pb_ratification *model, const pb_kernels *kernels, int r, int k,
                             int u, const pb_round_votes *votes, const pb_workings *w,
                             double *stake)
{
    const pb_unit_votes *units = &w->votes[r];
    const double *threshold = votes->chance[k].threshold;
    const bool moves = pb_chance_moves(model, &model->chances->union_in[r][k], r, u);
    double p[PB_LANES];
    if (pb_unit_is_counted(model->coalition, u, r)) {
        memset(stake, 0, PB_LANES * sizeof *stake);
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        p[lane] = !moves                      ? units->support[u][lane]
                  : isfinite(threshold[lane]) ? w->base[u][lane] + threshold[lane]
                                              : 0.0;
    }
    kernels->logistic(p, p);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        stake[lane] = units->ballots[u][lane] * p[lane] * (1.0 - p[lane]);
    }
}

/* By how much the effect that a union needs falls as a unit's support rises: its stake over that
 * of all units that move with the effect (implicit differentiation of the pooled yes votes). */
static void set_pooled_shares(const pb_ratification *model, const pb_kernels *kernels, int r, int k,
                              const pb_round_votes *votes, const pb_workings *w, double *share)
{
    const pb_union *voters = &model->coalition->unions[k];
    const pb_chance *chance = &model->chances->union_in[r][k];
    double moving[PB_LANES] = {0.0};
    for (int i = 0; i < voters->n_units; i++) {
        const int u = voters->first_unit + i;
        double *stake = &share[(size_t)i * PB_LANES];
        ballots_at_stake(model, kernels, r, k, u, votes, w, stake);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            moving[lane] += pb_chance_moves(model, chance, r, u) ? stake[lane] : 0.0;
        }
    }
    for (size_t i = 0; i < (size_t)voters->n_units; i++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            double *stake = &share[i * PB_LANES + lane];
            *stake = moving[lane] > 0.0 ? *stake / moving[lane] : 0.0;
        }
    }
}

/* Where units are counted, the one that is needed last turns the union. */
static void set_unit_shares(const pb_ratification *model, int k, const pb_round_votes *votes,
                            const pb_workings *w, double *share)
{
    const pb_union *voters = &model->coalition->unions[k];
    for (int i = 0; i < voters->n_units; i++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            share[(size_t)i * PB_LANES + lane] =
                w->unit_threshold[voters->first_unit + i][lane] == votes->chance[k].threshold[lane];
        }
    }
}

/* G_u = dP/dpi_k density(w_k) share_u; unions of which nothing is integrated contribute nothing. */
static void set_persuasion(const pb_ratification *model, const pb_kernels *kernels, int r, int k,
                           const pb_round_votes *votes, const pb_workings *w, pb_outcomes *out)
{
    const pb_coalition *c = model->coalition;
    const pb_union *voters = &c->unions[k];
    const double *pivotal = &out->pivotal[(size_t)(r * c->n_unions + k) * PB_LANES];
    double *own = &out->persuasion[(size_t)(r * c->n_units + voters->first_unit) * PB_LANES];
    switch (model->chances->union_in[r][k].kind) {
        case PB_CHANCE_POOLED:
        case PB_CHANCE_ONE_UNIT:
            set_pooled_shares(model, kernels, r, k, votes, w, own);
            break;
        case PB_CHANCE_UNITS:
            set_unit_shares(model, k, votes, w, own);
            break;
        case PB_CHANCE_SIMULATED:
        case PB_CHANCE_LEADERS:
            memset(own, 0, (size_t)voters->n_units * PB_LANES * sizeof *own);
            break;
    }
    for (size_t i = 0; i < (size_t)voters->n_units; i++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            own[i * PB_LANES + lane] *= pivotal[lane] * votes->chance[k].density[lane];
        }
    }
}

void pb_units_decide(const pb_ratification *model, const pb_kernels *kernels, int r,
                     const pb_round_votes *votes, const pb_workings *w, pb_outcomes *out)
{
    const pb_coalition *c = model->coalition;
    for (int k = 0; k < c->n_unions; k++) {
        for (int u = c->unions[k].first_unit; u < c->unions[k].first_unit + c->unions[k].n_units;
             u++) {
            set_unit_pivotal(model, r, k, u, votes, w, out);
        }
        set_persuasion(model, kernels, r, k, votes, w, out);
    }
}
