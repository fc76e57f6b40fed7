/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_APPROVAL_H
#define PLANB_MODELS_APPROVAL_H

#include "models/ballot_sum.h"
#include "models/swing.h"

/** The places at which a probability of approval is wanted. */
typedef struct pb_support_axis {
    double first, step; /**< mean support of the unit, without its own effects, logit */
    int n;
} pb_support_axis;

/**
 * P(a union of one unit approves in round 1) for each common turnout and each support: summed over
 * ballots and yes votes, integrated over what is the union's own, W + V + D (SPEC C.8). No draw
 * and no table but that of the swing is shared with the simulation.
 *
 * Given b ballots of which `need` must be yes, the union approves where logit(p*) <= support + I,
 * p* ~ Beta(need, b - need + 1); so the probability is the mean of P(I >= x - support) over the
 * density of x = logit(p*), summed over b.
 *
 * @param swing     of I; NULL: I is 0
 * @param step_of_i how fine steps I needs, logit (models/lattice.h)
 * @param[out] p    shape [axis->n][sum->n_turnouts]
 *
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_approval(const pb_ballot_sum *sum, const pb_swing_table *swing,
                                    double step_of_i, double fineness, const pb_support_axis *axis,
                                    double *p, pb_error *err);

/** Width of logit(p*) at its narrowest, for a unit of so many members under simple majority. */
double pb_approval_width(double members);

#endif
