/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/approval.h"

#include "models/kernels.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CERTAIN, POSSIBLE, IMPOSSIBLE };

static int verdict_of(const pb_ballot_sum *sum, int i)
{
    return sum->need[i] > sum->ballots[i] ? IMPOSSIBLE : sum->need[i] <= 0.0 ? CERTAIN : POSSIBLE;
}

static bool is_negligible(const pb_ballot_sum *sum, int i)
{
    double most = 0.0;
    for (int j = 0; j < sum->n_turnouts; j++) {
        most = fmax(most, sum->mass[i * sum->n_turnouts + j]);
    }
    return most < 1e-20;
}

/* ---- the density of x = logit(p*) ---- */

/* p* ~ Beta(a, b). */
typedef struct threshold {
    double a, b, log_beta, centre, width;
} threshold;

static threshold threshold_of(const pb_ballot_sum *sum, int i)
{
    const double a = sum->need[i], b = sum->ballots[i] - sum->need[i] + 1.0;
    return (threshold){a, b, lgamma(a) + lgamma(b) - lgamma(a + b), log(a / b),
                       sqrt(1.0 / a + 1.0 / b)};
}

double pb_approval_width(double members)
{
    return 2.0 / sqrt(members + 1.0);
}

/* The tails of x fall like exp(a x) on the left, exp(-b x) on the right. */
static double low_end(const threshold *t)
{
    return t->centre - 9.0 * t->width - 40.0 / t->a;
}

static double high_end(const threshold *t)
{
    return t->centre + 9.0 * t->width + 40.0 / t->b;
}

static double density(const threshold *t, double x)
{
    return exp(-t->a * log1p(exp(-x)) - t->b * log1p(exp(x)) - t->log_beta);
}

/** The density of x summed over ballots, for each turnout. */
typedef struct mixture {
    int n;
    double first, step;
    double *value; /* [n][n_turnouts] */
} mixture;

/* y += factor x */
static void add_multiple(double factor, const double *x, int n, double *y)
{
#pragma omp simd
    for (int i = 0; i < n; i++) {
        y[i] += factor * x[i];
    }
}

/* The nodes that every threshold that matters needs; none if no ballots can be enough. */
static void span_mixture(const pb_ballot_sum *sum, double step_of_i, double fineness, mixture *m)
{
    double low = INFINITY, high = -INFINITY, width = INFINITY;
    for (int i = 0; i < sum->n; i++) {
        if (verdict_of(sum, i) == POSSIBLE && !is_negligible(sum, i)) {
            const threshold t = threshold_of(sum, i);
            low = fmin(low, low_end(&t));
            high = fmax(high, high_end(&t));
            width = fmin(width, t.width);
        }
    }
    m->step = fmin(0.35 * width, step_of_i) / fineness;
    m->first = low;
    m->n = high > low ? (int)ceil((high - low) / m->step) + 1 : 0;
}

static void add_threshold(const pb_ballot_sum *sum, int i, mixture *m)
{
    const threshold t = threshold_of(sum, i);
    const int from = (int)floor((low_end(&t) - m->first) / m->step);
    const int to = (int)ceil((high_end(&t) - m->first) / m->step);
    for (int x = from; x <= to && x < m->n; x++) {
        const double value = m->step * density(&t, m->first + x * m->step);
        add_multiple(value, &sum->mass[i * sum->n_turnouts], sum->n_turnouts,
                     &m->value[x * sum->n_turnouts]);
    }
}

static pb_status make_mixture(const pb_ballot_sum *sum, double step_of_i, double fineness,
                              mixture *m, pb_error *err)
{
    span_mixture(sum, step_of_i, fineness, m);
    m->value = calloc((size_t)sum->n_turnouts * (size_t)m->n + 1, sizeof *m->value);
    if (m->value == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a threshold at %d places", m->n);
    }
    for (int i = 0; i < sum->n; i++) {
        if (verdict_of(sum, i) == POSSIBLE && !is_negligible(sum, i)) {
            add_threshold(sum, i, m);
        }
    }
    return PB_OK;
}

/* ---- the probability ---- */

/* P(ballots with which the union approves whatever its members want), at the first support. */
static void set_certainty(const pb_ballot_sum *sum, double *p)
{
    memset(p, 0, (size_t)sum->n_turnouts * sizeof *p);
    for (int i = 0; i < sum->n; i++) {
        if (verdict_of(sum, i) == CERTAIN) {
            add_multiple(1.0, &sum->mass[i * sum->n_turnouts], sum->n_turnouts, p);
        }
    }
}

/* P(I >= x - support) at the nodes of the mixture, shape [m->n] and up to PB_LANES more. */
static void tails(const pb_swing_table *swing, const mixture *m, double support, double *tail)
{
    for (int first = 0; first < m->n; first += PB_LANES) {
        for (int lane = 0; lane < PB_LANES; lane++) {
            tail[first + lane] = m->first + (first + lane) * m->step - support;
        }
        pb_swing_tail(swing, &tail[first], &tail[first]);
    }
}

static pb_status integrate(const pb_ballot_sum *sum, const pb_swing_table *swing, const mixture *m,
                           const pb_support_axis *axis, double *p, pb_error *err)
{
    double *tail = malloc(((size_t)m->n + PB_LANES) * sizeof *tail);
    if (tail == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a threshold at %d places", m->n);
    }
    for (int i = 0; i < axis->n; i++) {
        tails(swing, m, axis->first + i * axis->step, tail);
        for (int x = 0; x < m->n; x++) {
            add_multiple(tail[x], &m->value[x * sum->n_turnouts], sum->n_turnouts,
                         &p[i * sum->n_turnouts]);
        }
    }
    free(tail);
    return PB_OK;
}

/* P(Bin(b, p) >= need); Hoeffding's inequality spares the sum where it says 0 or 1. */
static double enough_yes(double ballots, double need, double p)
{
    const double excess = p - (need - 0.5) / ballots;
    if (2.0 * ballots * excess * excess > 45.0) {
        return excess > 0.0;
    }
    return gsl_cdf_binomial_Q((unsigned)need - 1, p, (unsigned)ballots);
}

/* Nothing is the union's own: the step itself. */
static void sum_up(const pb_ballot_sum *sum, const pb_support_axis *axis, double *p)
{
    for (int i = 0; i < sum->n; i++) {
        if (verdict_of(sum, i) != POSSIBLE || is_negligible(sum, i)) {
            continue;
        }
        for (int a = 0; a < axis->n; a++) {
            const double share = 1.0 / (1.0 + exp(-(axis->first + a * axis->step)));
            const double approval = enough_yes(sum->ballots[i], sum->need[i], share);
            add_multiple(approval, &sum->mass[i * sum->n_turnouts], sum->n_turnouts,
                         &p[a * sum->n_turnouts]);
        }
    }
}

pb_status pb_approval(const pb_ballot_sum *sum, const pb_swing_table *swing, double step_of_i,
                      double fineness, const pb_support_axis *axis, double *p, pb_error *err)
{
    mixture m = {0};
    pb_status status = PB_OK;
    set_certainty(sum, p);
    for (int a = 1; a < axis->n; a++) {
        memcpy(&p[a * sum->n_turnouts], p, (size_t)sum->n_turnouts * sizeof *p);
    }
    if (swing == NULL) {
        sum_up(sum, axis, p);
        return PB_OK;
    }
    status = make_mixture(sum, step_of_i, fineness, &m, err);
    if (status == PB_OK) {
        status = integrate(sum, swing, &m, axis, p, err);
    }
    free(m.value);
    return status;
}
