/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_VERIFY_H
#define PLANB_SIM_VERIFY_H

#include "sim/model.h"

#include <stdbool.h>

/** Ways to estimate P(a round ratifies); of round 2, given that round 1 fails. */
#define PB_ESTIMATORS(X)                                                         \
    X(PLAIN, "plain", "frequency of the rule being satisfied")                   \
    X(CONDITIONAL, "conditional", "mean of each draw's conditional probability") \
    X(EXACT, "exact", "quadrature and sums, no random numbers")                  \
    X(IMPORTANCE, "importance", "draws from the prior, weighted with the evidence")

typedef enum pb_estimator {
#define X(name, text, meaning) PB_ESTIMATOR_##name,
    PB_ESTIMATORS(X)
#undef X
        PB_N_ESTIMATORS
} pb_estimator;

extern const char *const PB_ESTIMATOR_NAMES[PB_N_ESTIMATORS];

/** Differences are small up to so many standard errors. */
#define PB_VERIFY_LIMIT 4.0

/** One estimate and its difference from the round's reference. */
typedef struct pb_verified {
    bool available;
    char reason[240]; /**< if not, why not */
    double value, se;
    double difference, difference_se, z; /**< NaN for the reference itself */
} pb_verified;

typedef struct pb_verified_round {
    pb_verified of[PB_N_ESTIMATORS];
    pb_estimator reference; /**< what the others are compared with: conditional, else plain */
    double size;            /**< effective, of the importance weights; NaN without evidence */
    bool agrees;            /**< no z beyond the limit */
} pb_verified_round;

typedef struct pb_verification {
    int n_rounds;
    int64_t draws; /**< of each kind: as simulated, and from the prior */
    pb_verified_round round[PB_ROUNDS];
    bool has_evidence;
    double k; /**< of the importance weights' tail; NaN without evidence */
    bool agrees;
} pb_verification;

/**
 * Estimates every round of a scenario in every way that there is. The importance weights have
 * draws of their own, those after the others. Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_verify(const pb_scenario *scenario, const pb_model *model,
                                  const pb_kernels *kernels, int threads,
                                  pb_verification *verification, pb_error *err);

#endif
