/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_MARGIN_H
#define PLANB_MODELS_MARGIN_H

#include "models/workings.h"

/**
 * Units of one union in a batch, without the effect that all of them share: what is fixed when
 * that effect is integrated out (SPEC C.8). Every row has shape [PB_LANES]; all are borrowed.
 */
typedef struct pb_group {
    int n_units;
    const double *base[PB_MAX_UNITS];    /**< support without the shared effect, logit */
    const double *ballots[PB_MAX_UNITS]; /**< cast, whole numbers */
    const double *u[PB_MAX_UNITS];       /**< the uniform behind the yes votes */
    const double *score[PB_MAX_UNITS];   /**< its normal score */
    double (*yes)[PB_LANES];             /**< pb_margin_pooled works here, shape [n_units] */
} pb_group;

/**
 * The smallest shared effect w with which the units' pooled yes votes reach `need`: yes votes
 * are exact binomial quantiles of their uniforms, hence a step function that grows with w.
 *
 * @param need   whole numbers, shape [PB_LANES]
 * @param[out] w logit, shape [PB_LANES]; INFINITY where `need` exceeds the ballots cast,
 *               -INFINITY where it is 0 or less
 */
void pb_margin_pooled(const pb_kernels *kernels, const pb_group *group, const double *need,
                      double *w);

/** The same for one unit alone, in closed form. */
void pb_margin_unit(const pb_kernels *kernels, const pb_group *group, int unit, const double *need,
                    double *w);

#endif
