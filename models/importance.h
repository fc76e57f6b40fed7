/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_IMPORTANCE_H
#define PLANB_MODELS_IMPORTANCE_H

#include "models/evidence.h"

/** One figure. */
typedef struct pb_likelihood pb_likelihood;

/**
 * The evidence as likelihood (SPEC C.4), to check the conditioning of models/evidence.h: effects
 * drawn from their prior and weighted by prod_j Bin(yes_j | n_j, L(z_j)), z_j the figure's logit
 * with its bias and noise; by 1[z_j > 0] or 1[z_j < 0] where only a result is known. No part of it
 * is normal by approximation; but few draws count where the evidence is strong.
 */
typedef struct pb_likelihoods {
    int n;
    pb_likelihood *figure; /**< owned, shape [n] */
} pb_likelihoods;

/**
 * Compiles the figures of a model that was compiled with them.
 *
 * @param inputs those of the model: biases and noises are found there by name
 *
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_likelihoods_compile(const pb_evidence_params *params,
                                               const pb_ratification *model,
                                               const pb_inputs *inputs, pb_likelihoods *likelihoods,
                                               pb_error *err);
void pb_likelihoods_free(pb_likelihoods *likelihoods);

/**
 * log of the weights, at most 0 in each figure (its maximum over z is left out), -INFINITY where a
 * result contradicts the draw.
 *
 * @param x          effects as drawn, not conditioned, shape [n_effects][PB_LANES]
 * @param[out] log_w shape [PB_LANES]
 */
void pb_likelihoods_log_weights(const pb_likelihoods *likelihoods, pb_rows z, pb_effect_rows x,
                                double *log_w);

#endif
