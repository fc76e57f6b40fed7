/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_SPECIAL_H
#define PLANB_MODELS_SPECIAL_H

/**
 * Tails of the normal, Student's t and gamma distributions, for building quantile tables.
 *
 * A tail is given as its ratio to the density at the same place (for the normal: Mills' ratio)
 * beside the logarithm of that density. Neither under- nor overflows where the tail itself
 * would, and their relative errors stay near 1e-13 however far out. Arithmetic of our own
 * (kernel_elements.h), so that the bits are the same on any machine; nothing here is fast.
 */

/** log of the normal density at z. */
double pb_normal_log_density(double z);

/** P(Z > z) / density(z), 0 <= z <= 38. */
double pb_normal_tail_ratio(double z);

/** Student's t, not standardised: a value is made once per `df` > 0, then used for many t. */
typedef struct pb_student {
    double df;
    double log_density_at_0;
} pb_student;

pb_student pb_student_of(double df);
double pb_student_log_density(const pb_student *student, double t);

/** P(T > t) / density(t), t >= 0. Work grows as sqrt(df); meant for df up to a few thousand. */
double pb_student_tail_ratio(const pb_student *student, double t);

/** The gamma distribution with shape a >= 1 and scale 1. */
typedef struct pb_gamma {
    double shape;
    double stirling_error; /**< log Gamma(a) minus its Stirling approximation */
} pb_gamma;

pb_gamma pb_gamma_of(double shape);

/** log(x density(x)), the log density of log x; x > 0. */
double pb_gamma_log_density(const pb_gamma *gamma, double x);

/** P(X <= x) / (x density(x)), for x up to a few standard deviations above the mean. */
double pb_gamma_lower_ratio(const pb_gamma *gamma, double x);

/** P(X > x) / (x density(x)), for x from one standard deviation below the mean. */
double pb_gamma_upper_ratio(const pb_gamma *gamma, double x);

#endif
