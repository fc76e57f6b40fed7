/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/persuasion.h"

#include "models/acceptance.h"
#include "models/ballots.h"

#include <math.h>
#include <string.h>

/* The union's vote with the unit's ballots replaced by `yes`. */
static void vote_if(const pb_ratification *model, int r, int k, int u, const pb_round_votes *votes,
                    const pb_workings *w, const uint8_t *unit_vote, bool all_yes, uint8_t *vote)
{
    const pb_union *voters = &model->coalition->unions[k];
    const pb_union_sum *sum = &votes->sum[k];
    const pb_unit_votes *units = &w->votes[r];
    double yes[PB_LANES];
    if (voters->aggregate == PB_AGGREGATE_BALLOTS) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            yes[lane] =
                sum->yes[lane] - units->yes[u][lane] + (all_yes ? units->ballots[u][lane] : 0.0);
        }
        pb_accept(model->coalition, voters->accepts, (double)model->members[k], sum->ballots, yes,
                  vote);
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        vote[lane] =
            sum->units_accepting[lane] - unit_vote[lane] + all_yes >= pb_units_needed(voters);
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

/* How fast a unit's expected yes votes grow where the union turns: b p q at base + w. */
static void ballots_at_stake(const pb_ratification *model, const pb_kernels *kernels, int r, int k,
                             int u, const pb_round_votes *votes, const pb_workings *w,
                             double *stake)
{
    const pb_unit_votes *units = &w->votes[r];
    const double *threshold = votes->chance[k].threshold;
    double p[PB_LANES];
    if (pb_unit_is_counted(model->coalition, u, r)) {
        memset(stake, 0, PB_LANES * sizeof *stake);
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double at = isfinite(threshold[lane]) ? threshold[lane] : 0.0;
        p[lane] = w->base[u][lane] + at;
    }
    kernels->logistic(p, p);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        stake[lane] = units->ballots[u][lane] * p[lane] * (1.0 - p[lane]);
    }
}

/* G_u = dP/dpi_k density(w_k) b_u L'_u / sum of b_v L'_v: implicit differentiation of the w_k at
 * which the union turns. Unions of which nothing is integrated contribute nothing. */
static void set_persuasion(const pb_ratification *model, const pb_kernels *kernels, int r, int k,
                           const pb_round_votes *votes, const pb_workings *w, pb_outcomes *out)
{
    const pb_coalition *c = model->coalition;
    const pb_union *voters = &c->unions[k];
    const double *pivotal = &out->pivotal[(size_t)(r * c->n_unions + k) * PB_LANES];
    double sum[PB_LANES] = {0.0}, stake[PB_LANES];
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        ballots_at_stake(model, kernels, r, k, u, votes, w, stake);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sum[lane] += stake[lane];
            out->persuasion[(size_t)(r * c->n_units + u) * PB_LANES + lane] = stake[lane];
        }
    }
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        double *own = &out->persuasion[(size_t)(r * c->n_units + u) * PB_LANES];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            own[lane] = sum[lane] > 0.0
                            ? pivotal[lane] * votes->chance[k].density[lane] * own[lane] / sum[lane]
                            : 0.0;
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
