/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_MEASUREMENT_H
#define PLANB_MODELS_MEASUREMENT_H

#include "models/evidence.h"

enum { PB_MAX_MEASUREMENTS = PB_MAX_EVIDENCE + (PB_MAX_UNIONS + PB_MAX_UNITS) * PB_ROUNDS };

/** What a figure is: of an evidence kind, or the final count of the round that is forecast. */
enum { PB_CLASS_COUNT = PB_N_EVIDENCE_KINDS, PB_N_CLASSES };

/**
 * A figure of a scenario as a measurement of the effects x (SPEC C.4): it tells of the logit
 * z = mean + h'x + bias + noise of a group's support, its members' weights summing to 1.
 */
typedef struct pb_measurement {
    pb_date date;
    int order;         /**< among the figures of one date */
    const char *group; /**< borrowed: "all", or the id of a unit or union */
    int first_unit, n_units;
    int class;             /**< pb_evidence_kind or PB_CLASS_COUNT */
    int r;                 /**< the round, from 0 */
    unsigned part;         /**< class 1000 + number within group and class, from 1 */
    pb_counted_kind tells; /**< ballots, or a result without figures */
    int64_t yes_ballots, no_ballots;
} pb_measurement;

/**
 * The scenario's figures in the order in which they are taken in: by round, then by date; on one
 * day evidence, then unions, then units, each as listed. Left out are those without ballots, of a
 * round that the model does not have, and the bare result of a union that its leaders decide or
 * that abstains.
 *
 * @param[out] list shape [PB_MAX_MEASUREMENTS]; returns how many there are
 */
int pb_measurements_list(const pb_evidence_params *params, const pb_ratification *model,
                         pb_measurement *list);

/**
 * Sets the coefficients h of z, shape [model->effects.n], and returns its mean: the support of
 * round 1 or 2 (SPEC C.1, C.6), with the round's late swing only if the figure is its count.
 */
double pb_measurement_linear(const pb_measurement *measurement, const pb_ratification *model,
                             double *h);

/** Variance of the noise in z; another vote's late swing is noise to this one. */
double pb_measurement_noise(const pb_measurement *measurement, const pb_evidence_params *params,
                            const pb_ratification *model);

#endif
