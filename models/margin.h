/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_MARGIN_H
#define PLANB_MODELS_MARGIN_H

#include "models/kernels.h"

/**
 * The units of one union in a batch, without the effect that all of them share: what is fixed
 * when that effect is integrated out (SPEC C.8). Each array has shape [n_units][PB_LANES].
 */
typedef struct pb_group {
    int n_units;
    double (*base)[PB_LANES];    /**< support without the shared effect, logit */
    double (*ballots)[PB_LANES]; /**< cast, whole numbers */
    const double *(*u);          /**< [n_units] rows: the uniform of each unit's yes votes */
    double (*score)[PB_LANES];   /**< its normal score */
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
