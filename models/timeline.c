/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/timeline.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

void pb_timeline_compile(const pb_talks *talks, const pb_round_timing *timing, int n_rounds,
                         const pb_legislature *legislature, int n_units, pb_inputs *inputs,
                         pb_timeline *timeline)
{
    memset(timeline, 0, sizeof *timeline);
    timeline->talks = talks;
    timeline->timing = timing;
    timeline->n_rounds = n_rounds;
    timeline->n_units = (size_t)n_units;
    timeline->legislature = legislature;
    timeline->uncertain = inputs->uncertain;
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

static double first_vote_end(const pb_timeline *timeline, pb_rows z, size_t lane,
                             double agreement_day)
{
    const pb_date fixed = timeline->timing[0].vote_end;
    return fixed != PB_NO_DATE ? fixed
                               : agreement_day + pb_value_at(&timeline->days_to_vote[0], z, lane);
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

/* How a draw ends, and when: what w and the columns hold of it. */
typedef struct ending {
    pb_outcome outcome;
    uint8_t round;  /**< of the deal that the deal branch has */
    double settled; /**< day on which the outcome is known */
    double vote_end, failed_day;
} ending;

/* The votes decide, once there is an agreement to vote on. */
static ending by_votes(const pb_timeline *timeline, pb_rows z, size_t lane, double agreement_day,
                       const pb_outcomes *out)
{
    const bool approved = z[timeline->legislature_row][lane] < timeline->legislature->p_approve;
    const double first_end = first_vote_end(timeline, z, lane, agreement_day);
    bool ratified = out->rule_satisfied[lane];
    ending end = {.vote_end = first_end};

    if (!ratified && second_round_held(timeline, z, lane)) {
        end.round = 1;
        ratified = out->rule_satisfied[PB_LANES + lane];
        end.vote_end = second_vote_end(timeline, z, lane, first_end);
    }
    end.outcome = outcome_of(ratified, end.round, approved);
    end.settled = end.vote_end + (ratified ? timeline->legislature->days : 0.0);
    end.failed_day = end.outcome == PB_REFUSED_ROUND_1 ? end.settled : first_end;
    return end;
}

static ending without_agreement(const pb_timeline *timeline, pb_rows z, size_t lane,
                                double last_day)
{
    return (ending){.outcome = PB_NO_AGREEMENT,
                    .settled = last_day,
                    .vote_end = first_vote_end(timeline, z, lane, last_day),
                    .failed_day = last_day};
}

static void simulate_lane(const pb_timeline *timeline, pb_rows z, size_t lane, pb_outcomes *out,
                          pb_workings *w)
{
    const pb_agreement agreement = pb_talks_agreement(timeline->talks, z, lane);
    const ending end = agreement.in_time ? by_votes(timeline, z, lane, agreement.day, out)
                                         : without_agreement(timeline, z, lane, agreement.day);
    const bool deal = end.outcome == PB_DEAL_ROUND_1 || end.outcome == PB_DEAL_ROUND_2;

    out->outcome[lane] = (uint8_t)end.outcome;
    out->result_date[lane] = (int32_t)floor(end.settled);
    w->deal_round[lane] = end.round;
    w->realised[lane] = deal ? PB_BRANCH_DEAL : PB_BRANCH_NO_DEAL;
    w->ratified_day[lane] = end.vote_end;
    w->in_force_day[lane] = end.vote_end + timeline->legislature->days;
    w->failed_day[lane] = end.failed_day;
}

/* The probabilities of the ways to end, given the draw: that of an agreement in time, which does
 * not depend on the votes; those of round 1 from its conditional probability p1, those of round 2
 * from p2 where round 1 fails in the draw (R1 = 0), so that they are unbiased and add up to 1
 * (SPEC E.8). */
static void set_probabilities(const pb_timeline *timeline, size_t lane, pb_outcomes *out)
{
    const bool twice = timeline->n_rounds > 1;
    const double q = twice ? timeline->timing[1].p_rule_change * timeline->timing[1].p_reopen : 0.0;
    const double approve = timeline->legislature->p_approve;
    const double agreed = timeline->talks->p_in_time;
    const double p1 = out->ratify_probability[lane];
    const double p2 =
        twice && !out->rule_satisfied[lane] ? q * out->ratify_probability[PB_LANES + lane] : 0.0;
    const double probability[PB_N_OUTCOMES] = {
        [PB_NO_AGREEMENT] = 1.0 - agreed,
        [PB_DEAL_ROUND_1] = agreed * (p1 * approve),
        [PB_DEAL_ROUND_2] = agreed * (p2 * approve),
        [PB_REJECTED] = agreed * ((1.0 - p1) * (1.0 - q)),
        [PB_REJECTED_TWICE] = agreed * ((1.0 - p1) * q - p2),
        [PB_REFUSED_ROUND_1] = agreed * (p1 * (1.0 - approve)),
        [PB_REFUSED_ROUND_2] = agreed * (p2 * (1.0 - approve)),
    };
    for (size_t o = 0; o < PB_N_OUTCOMES; o++) {
        out->outcome_probability[o * PB_LANES + lane] = probability[o];
    }
    out->ratified_probability[lane] = agreed * (p1 + p2);
    out->deal_probability[lane] = agreed * ((p1 + p2) * approve);
    out->held_probability[lane] = agreed;
    if (twice) {
        out->held_probability[PB_LANES + lane] = agreed * ((1.0 - p1) * q);
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

/* A timeline with the parameters of one draw. */
typedef struct timeline_in_draw {
    pb_timeline timeline;
    pb_talks talks;
    pb_talks_params talks_params;
    pb_round_timing timing[PB_ROUNDS];
    pb_legislature legislature;
} timeline_in_draw;

static const pb_timeline *in_draw(const pb_timeline *timeline, pb_lane at, timeline_in_draw *own)
{
    if (at.uncertain == NULL) {
        return timeline;
    }
    own->timeline = *timeline;
    own->talks = pb_talks_with(timeline->talks,
                               pb_params_in_draw(at, timeline->talks->params,
                                                 sizeof own->talks_params, &own->talks_params));
    own->timeline.talks = &own->talks;
    own->timeline.timing = pb_params_in_draw(
        at, timeline->timing, (size_t)timeline->n_rounds * sizeof own->timing[0], own->timing);
    own->timeline.legislature =
        pb_params_in_draw(at, timeline->legislature, sizeof own->legislature, &own->legislature);
    return &own->timeline;
}

void pb_timeline_simulate(const pb_timeline *timeline, pb_rows z, pb_outcomes *out, pb_workings *w)
{
    timeline_in_draw room;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_timeline *own = in_draw(timeline, (pb_lane){timeline->uncertain, z, lane}, &room);
        simulate_lane(own, z, lane, out, w);
        set_probabilities(own, lane, out);
    }
    set_contracts(timeline, w, out);
}
