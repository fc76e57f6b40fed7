/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/timeline.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

void pb_timeline_compile(const pb_dates *dates, const pb_round_timing *timing, int n_rounds,
                         const pb_legislature *legislature, int n_units, pb_inputs *inputs,
                         pb_timeline *timeline)
{
    memset(timeline, 0, sizeof *timeline);
    timeline->dates = dates;
    timeline->timing = timing;
    timeline->n_rounds = n_rounds;
    timeline->n_units = (size_t)n_units;
    timeline->legislature = legislature;
    timeline->legislature_row =
        pb_inputs_add(inputs, PB_FOR_LEGISLATURE, 0, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
    for (int r = 0; r < n_rounds; r++) {
        timeline->days_to_vote[r] = pb_inputs_add_quantity(
            inputs, PB_FOR_DAYS_TO_VOTE, (unsigned)r + 1, "", &timing[r].days_after_agreement);
    }
    if (n_rounds > 1) {
        timeline->rule_change_row =
            pb_inputs_add(inputs, PB_FOR_RULE_CHANGE, 0, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
        timeline->reopen_row =
            pb_inputs_add(inputs, PB_FOR_REOPEN, 0, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
        timeline->days_to_rule_change = pb_inputs_add_quantity(
            inputs, PB_FOR_DAYS_TO_RULE_CHANGE, 0, "", &timing[1].days_to_rule_change);
        timeline->days_to_agreement = pb_inputs_add_quantity(inputs, PB_FOR_DAYS_TO_AGREEMENT, 0,
                                                             "", &timing[1].days_to_agreement);
    }
}

static double first_vote_end(const pb_timeline *timeline, pb_rows z, size_t lane)
{
    const pb_date fixed = timeline->timing[0].vote_end;
    return fixed != PB_NO_DATE
               ? fixed
               : timeline->dates->agreement + pb_value_at(&timeline->days_to_vote[0], z, lane);
}

static double second_vote_end(const pb_timeline *timeline, pb_rows z, size_t lane,
                              double rejected_day)
{
    const pb_date fixed = timeline->timing[1].vote_end;
    if (fixed != PB_NO_DATE) {
        return fmax(fixed, rejected_day); /* a first vote of random length may end late */
    }
    return rejected_day + pb_value_at(&timeline->days_to_rule_change, z, lane)
           + pb_value_at(&timeline->days_to_agreement, z, lane)
           + pb_value_at(&timeline->days_to_vote[1], z, lane);
}

/* Whether the rule is changed and the talks reopened after a rejection. */
static bool second_round_held(const pb_timeline *timeline, pb_rows z, size_t lane)
{
    return timeline->n_rounds > 1
           && z[timeline->rule_change_row][lane] < timeline->timing[1].p_rule_change
           && z[timeline->reopen_row][lane] < timeline->timing[1].p_reopen;
}

static pb_outcome outcome_of(bool ratified, int round, bool approved)
{
    static const pb_outcome AFTER[2][3] = {
        /* rejected, refused by the legislature, approved */
        {PB_REJECTED, PB_REFUSED_ROUND_1, PB_DEAL_ROUND_1},
        {PB_REJECTED_TWICE, PB_REFUSED_ROUND_2, PB_DEAL_ROUND_2},
    };
    return AFTER[round][ratified ? 1 + approved : 0];
}

static void simulate_lane(const pb_timeline *timeline, pb_rows z, size_t lane, pb_outcomes *out,
                          pb_workings *w)
{
    const bool approved = z[timeline->legislature_row][lane] < timeline->legislature->p_approve;
    const double first_end = first_vote_end(timeline, z, lane);
    bool ratified = out->rule_satisfied[lane];
    double vote_end = first_end;
    uint8_t round = 0;

    if (!ratified && second_round_held(timeline, z, lane)) {
        round = 1;
        ratified = out->rule_satisfied[PB_LANES + lane];
        vote_end = second_vote_end(timeline, z, lane, first_end);
    }
    const pb_outcome outcome = outcome_of(ratified, round, approved);
    const double decided = vote_end + (ratified ? timeline->legislature->days : 0.0);

    out->outcome[lane] = (uint8_t)outcome;
    out->result_date[lane] = (int32_t)floor(decided);
    w->deal_round[lane] = round;
    w->realised[lane] = outcome == PB_DEAL_ROUND_1 || outcome == PB_DEAL_ROUND_2
                            ? PB_BRANCH_DEAL
                            : PB_BRANCH_NO_DEAL;
    w->ratified_day[lane] = vote_end;
    w->in_force_day[lane] = vote_end + timeline->legislature->days;
    w->failed_day[lane] = outcome == PB_REFUSED_ROUND_1 ? decided : first_end;
}

/* The probabilities of the ways to end, given the draw: those of round 1 from its conditional
 * probability p1, those of round 2 from p2 where round 1 fails in the draw (R1 = 0), so that they
 * are unbiased and add up to 1 (SPEC E.8). */
static void set_probabilities(const pb_timeline *timeline, size_t lane, pb_outcomes *out)
{
    const bool twice = timeline->n_rounds > 1;
    const double q = twice ? timeline->timing[1].p_rule_change * timeline->timing[1].p_reopen : 0.0;
    const double approve = timeline->legislature->p_approve;
    const double p1 = out->ratify_probability[lane];
    const double p2 =
        twice && !out->rule_satisfied[lane] ? q * out->ratify_probability[PB_LANES + lane] : 0.0;
    const double probability[PB_N_OUTCOMES] = {
        [PB_DEAL_ROUND_1] = p1 * approve,
        [PB_DEAL_ROUND_2] = p2 * approve,
        [PB_REJECTED] = (1.0 - p1) * (1.0 - q),
        [PB_REJECTED_TWICE] = (1.0 - p1) * q - p2,
        [PB_REFUSED_ROUND_1] = p1 * (1.0 - approve),
        [PB_REFUSED_ROUND_2] = p2 * (1.0 - approve),
    };
    for (size_t o = 0; o < PB_N_OUTCOMES; o++) {
        out->outcome_probability[o * PB_LANES + lane] = probability[o];
    }
    out->ratified_probability[lane] = p1 + p2;
    out->deal_probability[lane] = (p1 + p2) * approve;
    out->held_probability[lane] = 1.0;
    if (twice) {
        out->held_probability[PB_LANES + lane] = (1.0 - p1) * q;
    }
}

/* The unit contracts of the deal branch are those of its round. */
static void set_contracts(const pb_timeline *timeline, const pb_workings *w, pb_outcomes *out)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        out->contract_coverage[lane] = (float)w->coverage[w->deal_round[lane]][lane];
    }
    for (size_t u = 0; u < timeline->n_units; u++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            out->contract_vote[u * PB_LANES + lane] =
                w->contract_vote[w->deal_round[lane]][u][lane];
        }
    }
}

void pb_timeline_simulate(const pb_timeline *timeline, pb_rows z, pb_outcomes *out, pb_workings *w)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        simulate_lane(timeline, z, lane, out, w);
        set_probabilities(timeline, lane, out);
    }
    set_contracts(timeline, w, out);
}
