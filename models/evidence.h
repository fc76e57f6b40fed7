/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EVIDENCE_H
#define PLANB_MODELS_EVIDENCE_H

#include "models/ratification.h"

#include <stdbool.h>

enum { PB_MAX_EVIDENCE = 256 };

/** What kind of figure an observation is (SPEC C.4). The words are those of a scenario. */
#define PB_EVIDENCE_KINDS(X)                  \
    X(PROFESSIONAL_POLL, "professional_poll") \
    X(STRAW_POLL, "straw_poll")               \
    X(OFFICIAL_PARTIAL, "official_partial")   \
    X(EARLIER_RATIFICATION, "earlier_ratification")

typedef enum pb_evidence_kind {
#define X(name, text) PB_EVIDENCE_##name,
    PB_EVIDENCE_KINDS(X)
#undef X
        PB_N_EVIDENCE_KINDS
} pb_evidence_kind;

/** Ballots seen in a group of members before its final count. */
typedef struct pb_observation {
    char group[PB_ID_SIZE];  /**< as in the scenario: a unit, a union, or "all" */
    int first_unit, n_units; /**< the group's units stand together in pb_coalition.unit */
    pb_evidence_kind kind;
    int64_t round; /**< 1 or 2 */
    int64_t yes_ballots, no_ballots;
    pb_date date;
} pb_observation;

/** What the observations are worth: sds on the logit scale. */
typedef struct pb_evidence_sd {
    double bias;  /**< shared by all observations of the class */
    double noise; /**< of one observation */
} pb_evidence_sd;

typedef struct pb_evidence_params {
    int n_observations;
    pb_observation observation[PB_MAX_EVIDENCE];
    pb_evidence_sd sd[PB_N_EVIDENCE_KINDS];
} pb_evidence_params;

/** The evidence compiled: opaque, because its matrices grow with the scenario. */
typedef struct pb_evidence pb_evidence;

/**
 * Turns observations and counts into the linear conditioning of the effects (SPEC C.4): one step
 * a figure, by round, then by date; on one day observations, then unions, then units, each as
 * listed. Counted units and unions inform the rest; a result without figures does by a moment
 * update, except that of a union whose leaders decide or that abstains. Figures without ballots, of
 * a round that the model does not have, or on what is certain already are passed over.
 *
 * Declares, all standard normal: a bias for each kind that occurs, named by its word, and noise
 * and sampling error of each figure, named by its group. The part of these is 1000 class + number
 * within group and class, counted in that order from 1, the classes being the kinds and then the
 * counts: other figures, and later ones of the same, change none of them. What has sd 0 is not
 * declared.
 *
 * `*evidence` is NULL if there is no figure, else owned by the caller.
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_evidence_compile(const pb_evidence_params *params,
                                            const pb_ratification *model, pb_inputs *inputs,
                                            pb_evidence **evidence, pb_error *err);
void pb_evidence_free(pb_evidence *evidence);

/**
 * Conditions a batch's effects on the evidence, in place: x' = x + K (z - m - h'x - b - eps - e)
 * for each observation in turn. Exact for normal effects; keeps the t tails of others. Does
 * nothing if `evidence` is NULL.
 *
 * @param z        the batch's inputs: the observations' own errors
 * @param[in,out] x effects, shape [n_effects][PB_LANES]
 */
void pb_evidence_condition(const pb_evidence *evidence, pb_rows z, double (*x)[PB_LANES]);

/** Whether any observation bears on an effect directly (its h is not 0); false for NULL. */
bool pb_evidence_informs(const pb_evidence *evidence, int effect);

/** Mean and variance of an effect after all observations, for reports and tests; not of NULL. */
void pb_evidence_posterior(const pb_evidence *evidence, int effect, double *mean, double *variance);

#endif
