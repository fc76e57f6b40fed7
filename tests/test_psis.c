/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pareto-smoothed importance sampling against cases with known answers: samples of generalized
 * Pareto distributions, weights that are all alike, an exponential target under an exponential
 * proposal. The standard deviation of a fitted shape is near (1 + k) / sqrt(n).
 */
#include "results/psis.h"
#include "tests/lanes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

enum { N = 64 * PB_LANES };

static double u[N], log_w[N], w[N], x[N];

static void draw_uniforms(void)
{
    for (unsigned i = 0; i < N / PB_LANES; i++) {
        fill_uniform(i, &u[i * PB_LANES]);
    }
}

static int ascending(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static double smooth(size_t n)
{
    pb_error err = {0};
    double k = NAN;
    cr_assert_eq(pb_psis_smooth(log_w, n, w, &k, &err), PB_OK, "%s", err.text);
    return k;
}

Test(psis, shape_and_scale_of_pareto_samples_are_found)
{
    draw_uniforms();
    for (double k = -0.4; k < 1.5; k += 0.2) {
        const pb_pareto pareto = {k, 2.5};
        for (size_t i = 0; i < N; i++) {
            x[i] = pb_pareto_quantile(&pareto, u[i]);
        }
        qsort(x, N, sizeof *x, ascending);
        const pb_pareto fit = pb_pareto_fit(x, N);
        /* half the ten observations of the prior lie at 1/2 */
        const double expected = (N * k + 5.0) / (N + 10.0), se = (1.0 + fabs(k)) / sqrt(N);
        cr_expect(fabs(fit.k - expected) < 4.9 * se, "k %.1f: %.4f", k, fit.k);
        cr_expect(fabs(fit.sigma / 2.5 - 1.0) < 4.9 * sqrt(2.0 + 2.0 * fabs(k)) / sqrt(N),
                  "k %.1f: sigma %.4f", k, fit.sigma);
    }
}

Test(psis, quantiles_invert_the_distribution)
{
    for (double k = -0.5; k < 1.1; k += 0.5) {
        const pb_pareto pareto = {k, 3.0};
        for (double p = 0.1; p < 1.0; p += 0.2) {
            const double q = pb_pareto_quantile(&pareto, p);
            const double tail = fabs(k) < 1e-9 ? exp(-q / 3.0) : pow(1.0 + k * q / 3.0, -1.0 / k);
            cr_expect(fabs(tail - (1.0 - p)) < 1e-12, "k %.1f, p %.1f", k, p);
        }
    }
}

/* Proposal Exp(1), target Exp(1 - k): the weight e^(k x) is u^-k, a Pareto with shape k. */
Test(psis, an_exponential_target_is_reached_and_its_k_is_known)
{
    draw_uniforms();
    for (double k = 0.1; k < 0.65; k += 0.2) {
        for (size_t i = 0; i < N; i++) {
            x[i] = -log(u[i]);
            log_w[i] = k * x[i] + 123.0; /* weights are known up to a factor */
        }
        const double found = smooth(N);
        const double tail = 3.0 * sqrt(N), se = (1.0 + k) / sqrt(tail);
        cr_expect(fabs(found - k) < 4.9 * se, "k %.1f: %.3f", k, found);
        const pb_weighted mean = pb_weighted_mean(w, x, N);
        cr_expect(fabs(mean.value - 1.0 / (1.0 - k)) < 4.9 * mean.se, "k %.1f: %.4f +- %.4f", k,
                  mean.value, mean.se);
        if (k < 0.45) { /* E w^2 exists: size / n is (E w)^2 / E w^2 = (1 - 2k) / (1 - k)^2 */
            const double share = (1.0 - 2.0 * k) / ((1.0 - k) * (1.0 - k));
            cr_expect(fabs(mean.size / N / share - 1.0) < 0.1, "k %.1f: size %.0f", k, mean.size);
        }
    }
}

Test(psis, smoothing_keeps_order_and_the_largest_weight_is_one)
{
    draw_uniforms();
    for (size_t i = 0; i < N; i++) {
        log_w[i] = -1.5 * log(u[i]);
    }
    cr_expect(smooth(N) > PB_PSIS_LARGEST_K);
    double largest = 0.0;
    for (size_t i = 0; i < N; i++) {
        cr_assert(w[i] >= 0.0 && w[i] <= 1.0);
        cr_assert(i == 0 || log_w[i] == log_w[i - 1]
                  || (log_w[i] > log_w[i - 1]) == (w[i] > w[i - 1]) || w[i] == w[i - 1]);
        largest = fmax(largest, w[i]);
    }
    cr_expect(largest > 0.1);
}

Test(psis, equal_weights_have_no_tail)
{
    for (size_t i = 0; i < 1000; i++) {
        log_w[i] = -2000.0;
        x[i] = (double)(i % 4 == 0);
    }
    cr_expect(smooth(1000) == -INFINITY);
    const pb_weighted mean = pb_weighted_mean(w, x, 1000);
    cr_expect(mean.value == 0.25 && fabs(mean.size - 1000.0) < 1e-9);
    cr_expect(fabs(mean.se - sqrt(0.25 * 0.75 / 1000.0)) < 1e-15);
}

Test(psis, draws_outside_the_target_are_no_part_of_the_tail)
{
    for (size_t i = 0; i < 1000; i++) {
        log_w[i] = i % 2 == 0 ? -3.0 : i % 3 == 0 ? -INFINITY : -800.0;
        x[i] = (double)(i % 10 == 0);
    }
    cr_expect(smooth(1000) == -INFINITY);
    const pb_weighted mean = pb_weighted_mean(w, x, 1000);
    cr_expect(fabs(mean.value - 0.2) < 1e-12 && fabs(mean.size - 500.0) < 1e-9);
}

Test(psis, too_few_weights_give_no_fit)
{
    for (size_t i = 0; i < 20; i++) {
        log_w[i] = (double)i;
    }
    cr_expect(smooth(20) == INFINITY);
    for (size_t i = 0; i < 20; i++) {
        log_w[i] = -INFINITY;
    }
    cr_expect(smooth(20) == INFINITY);
    cr_expect(isnan(pb_weighted_mean(w, x, 20).value));
    cr_expect(smooth(0) == INFINITY);
}

/* By hand: weights 1, 2, 1 and values 0, 1, 3 have mean 5/4, errors 5/4, 1/2, 7/4. */
Test(psis, a_weighted_mean_has_the_error_of_the_delta_method)
{
    const double weight[] = {1, 2, 1}, value[] = {0, 1, 3};
    const pb_weighted mean = pb_weighted_mean(weight, value, 3);
    cr_expect(fabs(mean.value - 1.25) < 1e-15);
    cr_expect(fabs(mean.se - sqrt(25.0 / 16 + 1.0 / 4 + 49.0 / 16) / 4.0) < 1e-15);
    cr_expect(fabs(mean.size - 16.0 / 6.0) < 1e-15);
}
