/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_BALLOTS_H
#define PLANB_MODELS_BALLOTS_H

#include "models/ratification.h"

/*
 * One unit in a batch: support, turnout, ballots and acceptance, for ratification.c. All lane
 * arrays have shape [PB_LANES]; u is the unit, r the round (0 or 1), x the effects.
 */

/** m_u, the mean of a unit's support on the logit scale (SPEC C.1). */
double pb_unit_mean(const pb_ratification *model, int u);

/**
 * Latent support of round 1: eta = m_u + C + S + W + V + D (SPEC C.1).
 *
 * @param z read for uncertain parameters alone: NULL where there are none
 */
void pb_first_support(const pb_ratification *model, pb_rows z, pb_effect_rows x, int u,
                      double *eta);

/**
 * Support of round 2 from that of round 1, in place (SPEC C.6):
 * eta_2 = mbar + C + delta + kappa (eta_1 - mbar - C) + noise + D_2.
 */
void pb_second_support(const pb_ratification *model, pb_rows z, pb_effect_rows x, int u,
                       double *eta);

/**
 * What is known of unit u's vote in round r, or NULL; the only unit of a union shares what is
 * known of the union.
 */
const pb_counted *pb_unit_known(const pb_coalition *coalition, int u, int r);

/** Whether the unit's ballots of round r are known figures. */
bool pb_unit_is_counted(const pb_coalition *coalition, int u, int r);

/**
 * Ballots and yes votes on the coalition question; as counted where they are counted.
 *
 * @param[out] score the normal score of the uniform behind the yes votes; 0 where counted
 */
void pb_coalition_question(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                           pb_effect_rows x, int r, int u, const double *eta, double *ballots,
                           double *yes, double *score);

/** Yes votes on the unit's own contract (question B): eta_B = eta + shift + sd Z (SPEC C.3). */
void pb_contract_question(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                          int u, const double *eta, const double *ballots, double *yes);

/** Puts a result that is known without figures in place of the simulated vote; NULL: none. */
void pb_override_vote(const pb_counted *known, uint8_t *vote);

#endif
