/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_VOTE_DRAWS_H
#define PLANB_SIM_VOTE_DRAWS_H

#include "models/importance.h"
#include "models/input.h"

/** The votes of many independent draws and nothing else, for `planb verify`. */
typedef struct pb_vote_draws {
    size_t n;
    double *holds[PB_ROUNDS];       /**< 1 where the rule is satisfied; owned, shape [n] */
    double *probability[PB_ROUNDS]; /**< conditional, as ratify_probability; owned, shape [n] */
    double *log_w;                  /**< importance weights; owned, shape [n]; NULL: none */
} pb_vote_draws;

/** What to draw. Everything is borrowed. */
typedef struct pb_vote_job {
    const pb_inputs *inputs;
    const pb_ratification *model;
    const pb_likelihoods *likelihoods; /**< NULL: draws from the model as it is; else from the
                                          prior, whatever evidence the model has, with weights */
    const pb_kernels *kernels;
    uint64_t seed, first_draw; /**< a multiple of PB_LANES */
    size_t n_draws;
    int threads; /**< the draws do not depend on it */
} pb_vote_job;

/** Owned by the caller after, pb_vote_draws_free. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_vote_draws_make(const pb_vote_job *job, pb_vote_draws *draws,
                                           pb_error *err);
void pb_vote_draws_free(pb_vote_draws *draws);

#endif
