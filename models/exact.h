/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EXACT_H
#define PLANB_MODELS_EXACT_H

#include "models/ratification.h"

/**
 * P(round 1 ratifies) without a random number, to hold simulated probabilities against: sums over
 * the coalition's, the sectors' and the common turnout effects (models/lattice.h), given which the
 * unions are independent; each union's approval summed over ballots and yes votes
 * (models/approval.h); and then every set of approving unions, asked of the rule itself. It shares
 * neither the kernels nor the decision diagram with the simulation.
 */
typedef struct pb_exact {
    bool available;
    double probability; /**< within about 1e-8 */
    char reason[200];   /**< why there is none: a clause without a full stop */
} pb_exact;

/** More unions, or more terms to add up (some ten seconds), are too large. */
enum { PB_MAX_EXACT_UNIONS = 20 };
#define PB_MAX_EXACT_TERMS 1.2e10

/**
 * Available for round 1 (r = 0) of a coalition without evidence or counts, whose voting unions
 * have one unit each (or their leaders decide), under a rule that looks only at which unions
 * approve.
 *
 * @param fineness 1; the steps are divided by it, so that 2 tells how exact 1 is
 *
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_exact_probability(const pb_ratification *model, int r, double fineness,
                                             pb_exact *exact, pb_error *err);

#endif
