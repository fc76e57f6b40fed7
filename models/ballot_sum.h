/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_BALLOT_SUM_H
#define PLANB_MODELS_BALLOT_SUM_H

#include "models/ratification.h"

/**
 * How many of a unit's members may vote, for sums instead of draws (SPEC C.2, C.3). Large units
 * under the simple majority are summed in strides, each number with its odd neighbour because of
 * the ties: the binomial is smooth, so that the error is that of rounding.
 */
typedef struct pb_ballot_sum {
    int n, n_turnouts;
    double *ballots; /**< owned, shape [n] */
    double *need;    /**< yes votes with which the unit accepts; owned, shape [n] */
    double *mass;    /**< probability of those ballots; owned, shape [n][n_turnouts] */
} pb_ballot_sum;

enum { PB_MAX_OWN_RULE_MEMBERS = 50000 }; /**< of a unit with another rule: no strides there */

/**
 * The ballots of unit u in round 1 given common turnout effects.
 *
 * @param acceptance the unit's or its union's: index into pb_coalition.acceptance
 * @param common     in sds of the common effect, ascending, shape [n_turnouts]
 * @param fineness   1, or more for smaller steps
 *
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_ballot_sum_make(const pb_ratification *model, int u, int acceptance,
                                           const double *common, int n_turnouts, double fineness,
                                           pb_ballot_sum *sum, pb_error *err);
void pb_ballot_sum_free(pb_ballot_sum *sum);

#endif
