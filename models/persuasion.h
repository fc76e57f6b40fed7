/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_PERSUASION_H
#define PLANB_MODELS_PERSUASION_H

#include "models/decision.h"

/**
 * What each unit can do to the round (SPEC C.9), from the unions' pivotality in `out`:
 * unit_pivotal, the probability that the unit's going from all no to all yes changes its union's
 * vote and with it the round, the other units' ballots as they are; and persuasion, the derivative
 * of the probability of ratification with respect to the unit's support.
 *
 * @param[in,out] out reads pivotal and unit_vote; writes unit_pivotal, persuasion
 */
void pb_units_decide(const pb_ratification *model, const pb_kernels *kernels, int r,
                     const pb_round_votes *votes, const pb_workings *w, pb_outcomes *out);

#endif
