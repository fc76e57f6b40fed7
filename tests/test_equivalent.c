/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures as normal observations (SPEC C.4). Oracles: the posterior by numerical integration over
 * the logit, bisection in long double for its mode, and Mills' ratio from GSL for the cut normal.
 */
#include "models/equivalent.h"

#include <criterion/criterion.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

/* What the equivalent makes of the prior. */
static pb_moments posterior_of(pb_moments prior, pb_equivalent figure)
{
    const double kept = prior.variance / (prior.variance + figure.variance);
    return (pb_moments){prior.mean + kept * (figure.value - prior.mean),
                        prior.variance * (1.0 - kept)};
}

static pb_moments after(pb_moments prior, int64_t yes, int64_t no)
{
    return posterior_of(prior, pb_equivalent_of_ballots(prior, yes, no));
}

/* ---- ballots ---- */

static double log_posterior(pb_moments prior, double yes, double no, double z)
{
    return -0.5 * (z - prior.mean) * (z - prior.mean) / prior.variance - yes * log1p(exp(-z))
           - no * log1p(exp(z));
}

/* Mean and variance of z by the trapezoidal rule around `centre`; its error is far below 1e-9. */
static pb_moments integrated(pb_moments prior, double yes, double no, double centre, double *share)
{
    const double sd = sqrt(prior.variance), top = log_posterior(prior, yes, no, centre);
    double sum = 0.0, first = 0.0, second = 0.0, in_favour = 0.0;
    for (int i = -20000; i <= 20000; i++) {
        const double z = centre + i * sd / 2000.0;
        const double weight = exp(log_posterior(prior, yes, no, z) - top);
        sum += weight;
        first += weight * (z - centre);
        second += weight * (z - centre) * (z - centre);
        in_favour += weight / (1.0 + exp(-z));
    }
    *share = in_favour / sum;
    const double mean = first / sum;
    return (pb_moments){centre + mean, second / sum - mean * mean};
}

static double mean_share(pb_moments support)
{
    double share;
    integrated(support, 0.0, 0.0, support.mean, &share);
    return share;
}

static const struct {
    pb_moments prior;
    int64_t yes, no;
    double logit_error, share_error; /* allowed: a quarter more than measured */
} CASES[] = {
    {{0.75, 0.81}, 3, 1, 0.046, 0.0080},      {{0.75, 0.81}, 20, 0, 0.097, 0.0087},
    {{0.75, 0.81}, 19, 1, 0.086, 0.0093},     {{0.75, 0.81}, 0, 20, 0.076, 0.0095},
    {{0.75, 0.81}, 1, 0, 0.023, 0.0038},      {{0.75, 0.81}, 60, 40, 0.0050, 0.0012},
    {{0.75, 0.81}, 600, 400, 0.0005, 0.0002}, {{0.75, 0.25}, 3, 1, 0.0082, 0.0017},
    {{0.75, 0.25}, 20, 0, 0.025, 0.0034},     {{0.75, 0.04}, 20, 0, 0.0014, 0.0003},
};

Test(equivalent, ballots_move_support_as_integration_does_within_the_stated_error)
{
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const pb_moments prior = CASES[i].prior;
        const pb_moments found = after(prior, CASES[i].yes, CASES[i].no);
        double share;
        const pb_moments exact =
            integrated(prior, (double)CASES[i].yes, (double)CASES[i].no, found.mean, &share);
        const double error = fabs(found.mean - exact.mean);
        const double share_error = fabs(mean_share(found) - share);
        cr_expect(error <= CASES[i].logit_error, "case %zu: mean %.5f, exact %.5f", i, found.mean,
                  exact.mean);
        cr_expect(share_error <= CASES[i].share_error, "case %zu: share off by %.5f", i,
                  share_error);
        cr_expect(fabs(sqrt(found.variance / exact.variance) - 1.0) <= 0.025,
                  "case %zu: sd %.5f, exact %.5f", i, sqrt(found.variance), sqrt(exact.variance));
    }
}

/* The zero of the log posterior's slope, by halves. */
static double mode_by_halves(pb_moments prior, long double yes, long double no)
{
    long double low = -1e4L, high = 1e4L;
    for (int i = 0; i < 200; i++) {
        const long double z = 0.5L * (low + high), p = 1.0L / (1.0L + expl(-z));
        const long double slope =
            yes * (1.0L / (1.0L + expl(z))) - no * p - (z - prior.mean) / prior.variance;
        *(slope > 0.0L ? &low : &high) = z;
    }
    return (double)low;
}

Test(equivalent, ballots_move_the_mean_to_the_posterior_mode)
{
    static const double MEANS[] = {-30.0, -3.0, 0.0, 0.75, 8.0}, VARIANCES[] = {1e-6, 0.5, 25.0};
    static const int64_t BALLOTS[][2] = {{1, 0},     {0, 1},          {20, 0},      {0, 20},
                                         {3, 1},     {50, 7},         {1000000, 0}, {0, 1000000},
                                         {1, 99999}, {700000, 300000}};
    for (int m = 0; m < 5; m++) {
        for (int v = 0; v < 3; v++) {
            for (int b = 0; b < 10; b++) {
                const pb_moments prior = {MEANS[m], VARIANCES[v]};
                const int64_t yes = BALLOTS[b][0], no = BALLOTS[b][1];
                const double mode = mode_by_halves(prior, (long double)yes, (long double)no);
                const double found = after(prior, yes, no).mean;
                cr_expect(fabs(found - mode) <= 1e-10 * (1.0 + fabs(mode)),
                          "N(%g, %g), %ld:%ld: %.12f, expected %.12f", prior.mean, prior.variance,
                          (long)yes, (long)no, found, mode);
            }
        }
    }
}

Test(equivalent, one_more_yes_never_lowers_support)
{
    static const pb_moments PRIORS[] = {{0.75, 0.75}, {0.0, 0.01}, {-4.0, 4.0}, {3.0, 100.0}};
    for (int i = 0; i < 4; i++) {
        for (int64_t n = 1; n <= 40; n++) {
            for (int64_t yes = 1; yes <= n; yes++) {
                const double more = after(PRIORS[i], yes, n - yes).mean;
                const double fewer = after(PRIORS[i], yes - 1, n - yes + 1).mean;
                cr_expect(more > fewer, "prior %d: %ld of %ld gives %.9f, one fewer %.9f", i,
                          (long)yes, (long)n, more, fewer);
            }
        }
    }
}

Test(equivalent, twenty_of_twenty_says_more_than_nineteen)
{
    const pb_moments prior = {0.75, 0.81};
    cr_expect_gt(after(prior, 20, 0).mean, after(prior, 19, 1).mean + 0.2);
}

Test(equivalent, more_ballots_of_the_same_share_say_more)
{
    const pb_moments prior = {0.75, 0.81};
    double variance = prior.variance;
    for (int64_t n = 5; n <= 5000000; n *= 10) {
        const pb_moments found = after(prior, 2 * n / 5, 3 * n / 5);
        cr_expect_lt(found.variance, variance);
        variance = found.variance;
    }
    cr_expect_float_eq(after(prior, 2000000, 3000000).mean, log(2.0 / 3.0), 1e-5);
}

/* ---- results ---- */

/* Moments of a standard normal above `cut`, from its hazard. */
static pb_moments cut_normal(double cut)
{
    const double hazard = gsl_sf_hazard(cut);
    return (pb_moments){hazard, 1.0 - hazard * (hazard - cut)};
}

Test(equivalent, a_result_gives_the_moments_of_the_cut_normal)
{
    for (double cut = -8.0; cut <= 12.0; cut += 0.125) {
        const double variance = 0.49, sd = 0.7;
        const pb_moments expected = cut_normal(cut);
        const pb_moments prior = {-cut * sd, variance}, mirrored = {cut * sd, variance};
        const pb_moments up =
            posterior_of(prior, pb_equivalent_of_result(prior, PB_COUNTED_APPROVED));
        const pb_moments down =
            posterior_of(mirrored, pb_equivalent_of_result(mirrored, PB_COUNTED_REJECTED));
        const double mean = prior.mean + sd * expected.mean;

        cr_expect_float_eq(up.mean, mean, 1e-10, "cut %g: %.12f, expected %.12f", cut, up.mean,
                           mean);
        cr_expect_float_eq(up.variance, variance * expected.variance, 1e-10,
                           "cut %g: variance %.12f, expected %.12f", cut, up.variance,
                           variance * expected.variance);
        cr_expect_float_eq(down.mean, -up.mean, 1e-12);
        cr_expect_float_eq(down.variance, up.variance, 1e-12);
    }
}

/* From 28 to 32 sds above the mean the formula changes; 1 - loss has lost 7 digits by then. */
Test(equivalent, the_far_cut_continues_the_near_one)
{
    for (double cut = 28.0; cut <= 32.0; cut += 0.25) {
        const pb_moments prior = {-cut, 1.0};
        const pb_moments found =
            posterior_of(prior, pb_equivalent_of_result(prior, PB_COUNTED_APPROVED));
        const double y = 1.0 / (cut * cut);
        cr_expect_float_eq(found.mean * cut, 1.0 - 2.0 * y + 10.0 * y * y, 1e-6);
        cr_expect_float_eq(found.variance / y, 1.0 - 6.0 * y + 50.0 * y * y, 2e-6);
    }
}

Test(equivalent, a_result_that_was_certain_says_nothing_and_one_against_all_odds_is_finite)
{
    for (double distance = 40.0; distance <= 1e9; distance *= 10.0) {
        const pb_moments prior = {distance, 1.0};
        cr_expect(isinf(pb_equivalent_of_result(prior, PB_COUNTED_APPROVED).variance));
        const pb_moments found =
            posterior_of(prior, pb_equivalent_of_result(prior, PB_COUNTED_REJECTED));
        cr_expect(found.mean <= 0.0 && found.mean >= -2.0 / distance - 1e-15 * distance,
                  "%g: mean %g", distance, found.mean);
        cr_expect(found.variance >= 0.0 && found.variance < 1e-3);
    }
}
