/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EQUIVALENT_H
#define PLANB_MODELS_EQUIVALENT_H

#include "models/gaussian.h"
#include "models/ratification.h"

/**
 * The normal observation value = z + error, error ~ N(0, variance), that tells of a logit z
 * believed to be N(prior.mean, prior.variance) what a figure tells (SPEC C.4). It may be fed to
 * linear formulas; after it, z has the mode (ballots) or the moments (result) that it should.
 */
typedef struct pb_equivalent {
    double value, variance; /**< variance INFINITY: the figure tells nothing */
} pb_equivalent;

/**
 * Of `yes` among yes + no ballots, at least one in all. After it z has as mean the posterior mode
 * under N(prior) x Bin(yes | yes + no, L(z)), which grows with `yes`, and as variance that of the
 * curvature there. prior.variance > 0.
 */
pb_equivalent pb_equivalent_of_ballots(pb_moments prior, int64_t yes, int64_t no);

/**
 * Of a result without figures: z > 0 if `result` is PB_COUNTED_APPROVED, z < 0 if it is
 * PB_COUNTED_REJECTED. After it z has mean and variance of the normal cut at 0.
 * prior.variance > 0.
 */
pb_equivalent pb_equivalent_of_result(pb_moments prior, pb_counted_kind result);

#endif
