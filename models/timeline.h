/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_TIMELINE_H
#define PLANB_MODELS_TIMELINE_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/talks.h"
#include "models/workings.h"

/** When a round is held and how it comes about (SPEC B.2). Quantities in days. */
typedef struct pb_round_timing {
    pb_date vote_end; /**< PB_NO_DATE: from the days below */
    pb_quantity days_after_agreement;
    double p_rule_change, p_reopen;  /**< round 2 */
    pb_quantity days_to_rule_change; /**< round 2: from the rejection */
    pb_quantity days_to_agreement;   /**< round 2: from the change of the rule */
} pb_round_timing;

typedef struct pb_legislature {
    double p_approve;
    double days; /**< from the vote's end to approval, or to being deemed approved */
} pb_legislature;

/** The timeline compiled for a scenario. */
typedef struct pb_timeline {
    const pb_talks *talks;             /**< borrowed */
    const pb_round_timing *timing;     /**< borrowed, shape [n_rounds] */
    const pb_legislature *legislature; /**< borrowed */
    const pb_uncertain *uncertain;     /**< borrowed from the inputs */
    int n_rounds;
    size_t n_units;
    size_t rule_change_row, reopen_row, legislature_row;
    pb_value days_to_vote[PB_ROUNDS]; /**< from an agreement to the vote's end */
    pb_value days_to_rule_change, days_to_agreement;
} pb_timeline;

void pb_timeline_compile(const pb_talks *talks, const pb_round_timing *timing, int n_rounds,
                         const pb_legislature *legislature, int n_units, pb_inputs *inputs,
                         pb_timeline *timeline);

/**
 * From the talks and the votes of both rounds to what happens and when (SPEC B, E.8). Without an
 * agreement in time no vote is held and the no-deal branch begins on the deadline; the deal branch
 * then has the deal that an agreement on that day would have led to.
 *
 * @param[in,out] out reads rule_satisfied, ratify_probability; writes outcome, result_date,
 *                    the probabilities of outcomes and of rounds being held, and, for the round
 * whose deal the deal branch has, contract_coverage and contract_vote
 * @param[out]    w   deal_round, realised, ratified_day, in_force_day, failed_day
 */
void pb_timeline_simulate(const pb_timeline *timeline, pb_rows z, pb_outcomes *out, pb_workings *w);

#endif
