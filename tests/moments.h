/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_MOMENTS_H
#define PLANB_TESTS_MOMENTS_H

/**
 * Means, covariances and probabilities of simulated numbers against known values, within 4.9
 * standard errors of the estimator: right code fails about once in a million comparisons, and
 * with the fixed seeds here never or always.
 */

#include <criterion/criterion.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#define STANDARD_ERRORS 4.9

/** Whether E[x y] = expected for x less `mean_x` and y less `mean_y`; y may be x. */
static inline void expect_covariance(const char *what, const double *x, double mean_x,
                                     const double *y, double mean_y, size_t n, double expected)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double error = (x[i] - mean_x) * (y[i] - mean_y) - expected;
        sum += error;
        squares += error * error;
    }
    const double mean = sum / (double)n, variance = squares / (double)n - mean * mean;
    const double se = sqrt(fmax(variance, 0.0) / (double)n);
    cr_expect(fabs(mean) <= STANDARD_ERRORS * se + 1e-12,
              "%s: %.6f, expected %.6f, standard error %.6f", what, expected + mean, expected, se);
}

static inline void expect_variance(const char *what, const double *x, double mean, size_t n,
                                   double expected)
{
    expect_covariance(what, x, mean, x, mean, n, expected);
}

static inline void expect_mean(const char *what, const double *x, size_t n, double expected)
{
    double *one = malloc(n * sizeof *one);
    cr_assert_not_null(one);
    for (size_t i = 0; i < n; i++) {
        one[i] = 1.0;
    }
    expect_covariance(what, x, 0.0, one, 0.0, n, expected);
    free(one);
}

/** Whether `hits` of n agree with probability p; n p and n (1 - p) at least 30 or so. */
static inline void expect_probability(const char *what, size_t hits, size_t n, double p)
{
    const double share = (double)hits / (double)n, se = sqrt(p * (1.0 - p) / (double)n);
    cr_expect(fabs(share - p) <= STANDARD_ERRORS * se + 1e-12,
              "%s: %.6f, expected %.6f, standard error %.6f", what, share, p, se);
}

#endif
