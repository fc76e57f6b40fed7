/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_POWER_H
#define PLANB_MODELS_POWER_H

#include "models/diagram.h"
#include "models/error.h"

/**
 * What each union can do under a rule alone, whoever is likely to approve (SPEC C.9). Rules that
 * more approval can break give differences: swings to a yes less swings to a no.
 */
typedef struct pb_power {
    int n_unions, n_voting;
    double banzhaf[PB_MAX_UNIONS];       /**< P(it decides), every other approving with 1/2 */
    double banzhaf_share[PB_MAX_UNIONS]; /**< of the sum over unions; all 0 if nobody decides */
    /** P(it decides) in a random order: sums to 1 if all together ratify and none together do not.
     */
    double shapley_shubik[PB_MAX_UNIONS];
} pb_power;

/**
 * The indices of every union; abstainers have 0. Sources: J. F. Banzhaf, Rutgers Law Review 19
 * (1965) 317-343; L. S. Shapley and M. Shubik, Am. Political Science Review 48 (1954) 787-792, as
 * an integral over a common probability: G. Owen, Management Science 18 (1972) P64-P79.
 *
 * Errors: PB_INTERNAL out of memory.
 */
PB_MUST_CHECK pb_status pb_power_indices(const pb_diagram *diagram, pb_power *power, pb_error *err);

/**
 * The number of votes of the other unions in which union `u` decides, exact.
 * Precondition: at most 53 unions vote, so that a double holds every count of votes.
 */
int64_t pb_power_swings(const pb_power *power, int u);

/** Points and weights (sum 1) on (0, 1): exact for polynomials up to degree 63. */
enum { PB_GAUSS_POINTS = 32 };
void pb_gauss_legendre(double *point, double *weight);

#endif
