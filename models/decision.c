/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/decision.h"

#include <math.h>
#include <string.h>

static uint64_t bit(int k)
{
    return UINT64_C(1) << k;
}

pb_tally pb_round_tally(const pb_ratification *model, const pb_round_votes *votes,
                        uint64_t approving, size_t lane)
{
    pb_tally tally = {.approving = approving};
    double ballots = 0.0, yes = 0.0;
    for (int k = 0; k < model->coalition->n_unions; k++) {
        if (model->voting & bit(k)) {
            const int64_t approves = approving >> k & 1;
            tally.unions_voting++;
            tally.unions_approving += approves;
            tally.members_voting += model->members[k];
            tally.members_approving += approves * model->members[k];
            ballots += votes->sum[k].ballots[lane];
            yes += votes->sum[k].yes[lane];
        }
    }
    tally.members = tally.members_voting;
    tally.ballots = (int64_t)ballots;
    tally.yes = (int64_t)yes;
    return tally;
}

static uint64_t approving_unions(const pb_ratification *model, const uint8_t *union_vote,
                                 size_t lane)
{
    uint64_t approving = 0;
    for (int k = 0; k < model->coalition->n_unions; k++) {
        if (model->voting & bit(k)) {
            approving |= (uint64_t)union_vote[(size_t)k * PB_LANES + lane] << k;
        }
    }
    return approving;
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

static void store_tally(int r, size_t lane, const pb_tally *tally, bool holds, pb_outcomes *out)
{
    const size_t at = (size_t)r * PB_LANES + lane;
    out->rule_satisfied[at] = holds;
    out->unions_approving[at] = (uint8_t)tally->unions_approving;
    out->members_represented[at] = (float)share(tally->members_approving, tally->members_voting);
    out->ballots_approving[at] = (float)share(tally->yes, tally->ballots);
    out->turnout[at] = (float)share(tally->ballots, tally->members);
}

/* ---- who decides ---- */

/* Unions that vote, from the most to the least favourable in one lane. */
static int sort_by_favour(const pb_ratification *model, const pb_round_votes *votes, size_t lane,
                          int *order)
{
    int n = 0;
    for (int k = 0; k < model->coalition->n_unions; k++) {
        if (model->voting & bit(k)) {
            int at = n++;
            while (at > 0 && votes->favour[order[at - 1]][lane] < votes->favour[k][lane]) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = k;
        }
    }
    return n;
}

/* The first union, in that order, with which the unions so far satisfy the rule. */
static uint8_t tipping_union(const pb_ratification *model, int r, const pb_round_votes *votes,
                             size_t lane)
{
    int order[PB_MAX_UNIONS];
    const int n = sort_by_favour(model, votes, lane, order);
    pb_tally tally = pb_round_tally(model, votes, 0, lane);
    for (int i = 0; i < n; i++) {
        tally.approving |= bit(order[i]);
        tally.unions_approving++;
        tally.members_approving += model->members[order[i]];
        if (pb_rule_holds(&model->round[r].rule, &tally)) {
            return (uint8_t)order[i];
        }
    }
    return PB_NO_UNION;
}

/* Without a diagram the simulated votes stand for the chances: what if union k had voted
 * otherwise, all ballots as they are? */
static void flip_unions(const pb_ratification *model, int r, const pb_round_votes *votes,
                        uint64_t approving, size_t lane, pb_outcomes *out)
{
    for (int k = 0; k < model->coalition->n_unions; k++) {
        const size_t at = ((size_t)(r * model->coalition->n_unions + k)) * PB_LANES + lane;
        const pb_tally with = pb_round_tally(model, votes, approving | bit(k), lane);
        const pb_tally without = pb_round_tally(model, votes, approving & ~bit(k), lane);
        const bool voting = model->voting & bit(k);
        out->union_probability[at] = (double)(approving >> k & 1);
        out->pivotal[at] = voting ? (double)pb_rule_holds(&model->round[r].rule, &with)
                                        - (double)pb_rule_holds(&model->round[r].rule, &without)
                                  : 0.0;
    }
}

static void integrate_unions(const pb_ratification *model, int r, const pb_round_votes *votes,
                             double *workspace, pb_outcomes *out)
{
    const size_t first = (size_t)(r * model->coalition->n_unions) * PB_LANES;
    double(*pi)[PB_LANES] = (double(*)[PB_LANES])(void *)&out->union_probability[first];
    double(*gradient)[PB_LANES] = (double(*)[PB_LANES])(void *)&out->pivotal[first];
    for (int k = 0; k < model->coalition->n_unions; k++) {
        memcpy(pi[k], votes->chance[k].probability, sizeof pi[k]);
    }
    pb_diagram_gradient(&model->diagram[r], (const double(*)[PB_LANES])pi, workspace,
                        &out->ratify_probability[(size_t)r * PB_LANES], gradient);
}

/* P(the round fails, union k says no, and its yes would have carried it). */
static void set_lost_deals(const pb_ratification *model, int r, pb_outcomes *out)
{
    const size_t n = (size_t)model->coalition->n_unions * PB_LANES, first = (size_t)r * n;
    for (size_t at = first; at < first + n; at++) {
        out->lost_deal[at] = (1.0 - out->union_probability[at]) * out->pivotal[at];
    }
}

void pb_round_decide(const pb_ratification *model, int r, const pb_round_votes *votes,
                     double *workspace, pb_outcomes *out)
{
    const uint8_t *union_vote =
        &out->union_vote[(size_t)(r * model->coalition->n_unions) * PB_LANES];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const uint64_t approving = approving_unions(model, union_vote, lane);
        const pb_tally tally = pb_round_tally(model, votes, approving, lane);
        const bool holds = pb_rule_holds(&model->round[r].rule, &tally);
        store_tally(r, lane, &tally, holds, out);
        out->tipping_union[(size_t)r * PB_LANES + lane] = tipping_union(model, r, votes, lane);
        if (model->how[r] != PB_DIAGRAM_BUILT) {
            out->ratify_probability[(size_t)r * PB_LANES + lane] = holds;
            flip_unions(model, r, votes, approving, lane, out);
        }
    }
    if (model->how[r] == PB_DIAGRAM_BUILT) {
        integrate_unions(model, r, votes, workspace, out);
    }
    set_lost_deals(model, r, out);
}
