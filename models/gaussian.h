/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_GAUSSIAN_H
#define PLANB_MODELS_GAUSSIAN_H

#include "models/error.h"

/** One coefficient of a linear function of the state, most of whose coefficients are 0. */
typedef struct pb_term {
    int state; /**< which number of the state */
    double value;
} pb_term;

typedef struct pb_terms {
    int n;
    pb_term *term; /**< owned; no value is 0 */
} pb_terms;

/** The coefficients of `dense`, shape [n], that are not 0. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_terms_gather(const double *dense, int n, pb_terms *terms, pb_error *err);
void pb_terms_free(pb_terms *terms);

/** What is known of a vector of numbers: a normal distribution, exact under linear news. */
typedef struct pb_gaussian {
    int n;
    double *mean;       /**< owned, shape [n] */
    double *covariance; /**< owned, shape [n][n], symmetric to the bit */
} pb_gaussian;

/** Mean and variance of one number. */
typedef struct pb_moments {
    double mean, variance;
} pb_moments;

/** Independent numbers with mean 0 and the given sds, shape [n]. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_gaussian_open(const double *sd, int n, pb_gaussian *gaussian,
                                         pb_error *err);
void pb_gaussian_close(pb_gaussian *gaussian);

/** The distribution of h'x, and its covariance with each x: v = P h, shape [n]. */
pb_moments pb_gaussian_predict(const pb_gaussian *gaussian, const pb_terms *h, double *v);

/**
 * Takes in that a number h'x + noise is `surprise` above its mean: mean += v surprise / q,
 * P -= v v' / q, with v = P h and q > 0 the variance of the number, noise included.
 */
void pb_gaussian_update(pb_gaussian *gaussian, const double *v, double q, double surprise);

#endif
