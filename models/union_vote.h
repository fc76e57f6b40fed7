/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_UNION_VOTE_H
#define PLANB_MODELS_UNION_VOTE_H

#include "models/ratification.h"

/*
 * How one union decides in one round of a batch, from its units' votes or its leaders (SPEC C.7).
 */

/**
 * Sums up union k of round r and decides.
 *
 * @param unit_vote  of all units in the round, shape [n_units][PB_LANES]
 * @param[out] vote  1 approves, 0 does not, shape [PB_LANES]
 */
void pb_union_decide(const pb_ratification *model, pb_rows z, int r, int k,
                     const pb_unit_votes *votes, const uint8_t *unit_vote, pb_union_sum *sum,
                     uint8_t *vote);

/** Members of union k. */
double pb_union_members(const pb_coalition *coalition, int k);

/** How many of a union's `n_units` must accept under `aggregate: units` or `all_units`. */
int pb_units_needed(const pb_union *voters);

/** What is known of union k's vote in round r, or NULL; a union of one unit shares its unit's. */
const pb_counted *pb_union_known(const pb_coalition *coalition, int k, int r);

#endif
