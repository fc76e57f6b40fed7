/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_DECISION_H
#define PLANB_MODELS_DECISION_H

#include "models/chance.h"
#include "models/ratification.h"
#include "models/union_vote.h"

/*
 * One round of a batch on the level of the coalition: the tally, the rule, the exact conditional
 * probability that it holds, and who decides (SPEC C.7-C.9).
 */

/**
 * Decides round r from its unions' votes.
 *
 * @param[in,out] out reads union_vote; writes unions_approving, members_represented,
 *                    ballots_approving, turnout, rule_satisfied, ratify_probability,
 *                    tipping_union, union_probability, pivotal, lost_deal
 * @param workspace   of the round's diagram
 */
void pb_round_decide(const pb_ratification *model, int r, const pb_round_votes *votes,
                     double *workspace, pb_outcomes *out);

/** The round's tally in one lane, as its rule sees it. */
pb_tally pb_round_tally(const pb_ratification *model, const pb_round_votes *votes,
                        uint64_t approving, size_t lane);

#endif
