/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_ACCEPTANCE_H
#define PLANB_MODELS_ACCEPTANCE_H

#include "models/ratification.h"

/*
 * When a unit or union accepts, as a rule over its own ballots (`accepts:`, SPEC C.7).
 */

/** Whether a group's ballots satisfy its acceptance rule; a tie is not a majority. */
void pb_accept(const pb_coalition *coalition, int acceptance, double members, const double *ballots,
               const double *yes, uint8_t *vote);

/** Whether more yes among the same ballots can never turn acceptance into refusal. */
bool pb_acceptance_is_monotone(const pb_rule *rule);

/**
 * The smallest number of yes with which a group accepts; ballots + 1 where no number is enough.
 * For rules that are monotone.
 *
 * @param[out] need  whole numbers, shape [PB_LANES]
 */
void pb_acceptance_need(const pb_coalition *coalition, int acceptance, double members,
                        const double *ballots, double *need);

#endif
