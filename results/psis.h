/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_PSIS_H
#define PLANB_RESULTS_PSIS_H

#include "models/error.h"

#include <stddef.h>

/*
 * Pareto-smoothed importance sampling. Source: A. Vehtari, D. Simpson, A. Gelman, Y. Yao and
 * J. Gabry, Pareto smoothed importance sampling, JMLR 25 (2024). The largest weights are replaced
 * by quantiles of the generalized Pareto distribution fitted to them, whose shape k tells whether
 * an estimate can be trusted.
 */

/** What makes an estimate worth reporting (same source, section 3.2; SPEC C.4). */
#define PB_PSIS_LARGEST_K 0.7
#define PB_PSIS_LEAST_SIZE 400.0

/** A generalized Pareto distribution over x > 0: P(X > x) = (1 + k x / sigma)^(-1 / k). */
typedef struct pb_pareto {
    double k, sigma;
} pb_pareto;

/**
 * Fits one by the empirical Bayes method of J. Zhang and M. A. Stephens, Technometrics 51 (2009),
 * with k drawn towards 1/2 as if by ten more observations (Vehtari et al., appendix C).
 *
 * @param x ascending, positive at the end, shape [n], n >= 5
 */
pb_pareto pb_pareto_fit(const double *x, size_t n);

/** Its quantile of p, 0 < p < 1. */
double pb_pareto_quantile(const pb_pareto *pareto, double p);

/**
 * Smooths weights in place and scales them so that the largest possible is 1.
 *
 * Zeros (-INFINITY, or less than e^-700 of the largest) are draws outside the target and no part of
 * the tail. Of n other weights the min(0.2 n, 3 sqrt(n)) largest are smoothed, none above the
 * largest as it was.
 *
 * @param log_w [n]; NaN is not allowed
 * @param[out] w [n], not log_w
 * @param[out] k the shape; -INFINITY if the largest weights are equal, so that they have no tail,
 *               INFINITY if there are too few for a fit
 *
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_psis_smooth(const double *log_w, size_t n, double *w, double *k,
                                       pb_error *err);

/** A weighted mean. */
typedef struct pb_weighted {
    double value, se; /**< NaN if all weights are 0; se by the delta method */
    double size;      /**< effective: (sum w)^2 / sum w^2 */
} pb_weighted;

/** The mean of x, with weights known up to a factor, shape [n]. */
pb_weighted pb_weighted_mean(const double *w, const double *x, size_t n);

#endif
