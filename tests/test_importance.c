/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Importance weights of evidence: each against GSL's binomial at a logit put together by hand, and
 * their means against a posterior integrated numerically, for a normal and a t effect.
 */
#include "models/effects.h"
#include "models/importance.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

enum { N_BATCHES = 1024, N = N_BATCHES * PB_LANES };

static pb_coalition coalition;
static pb_ratification model;
static pb_evidence_params params;
static pb_likelihoods likelihoods;
static pb_vote_params vote;
static batch b;
static const pb_round ROUND = {.persistence = 0.0};

static void start(double df)
{
    memset(&params, 0, sizeof params);
    params.sd[PB_EVIDENCE_STRAW_POLL] = (pb_evidence_sd){0.3, 0.2};
    vote = (pb_vote_params){.mu0 = 0.3, .sd_coalition = 0.65, .df = df, .turnout = 1.0};
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 1001, 1.0);
}

static void see(int64_t yes, int64_t no, pb_date date)
{
    params.observation[params.n_observations++] = (pb_observation){.group = "unit0",
                                                                   .n_units = 1,
                                                                   .kind = PB_EVIDENCE_STRAW_POLL,
                                                                   .round = 1,
                                                                   .yes_ballots = yes,
                                                                   .no_ballots = no,
                                                                   .date = date};
}

static void compile(void)
{
    pb_error err = {0};
    const pb_shape shape = shape_of_coalition(&coalition, 1);
    cr_assert_eq(
        pb_ratification_compile(&vote, &coalition, &ROUND, 1, &params, &b.inputs, &model, &err),
        PB_OK, "%s", err.text);
    batch_open_votes(&b, &shape, &model);
    cr_assert_eq(pb_likelihoods_compile(&params, &model, &b.inputs, &likelihoods, &err), PB_OK,
                 "%s", err.text);
}

static void weigh(size_t index, double *log_w)
{
    batch_fill(&b, index);
    pb_effects_draw(&model.effects, rows_of(&b), b.w->effects);
    pb_likelihoods_log_weights(&likelihoods, rows_of(&b), (pb_effect_rows)b.w->effects, log_w);
}

static void close_all(void)
{
    pb_likelihoods_free(&likelihoods);
    pb_ratification_free(&model);
    batch_close(&b);
    memset(&b, 0, sizeof b);
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double log_binomial(double yes, double no, double z)
{
    return log(gsl_ran_binomial_pdf((unsigned)yes, logistic(z), (unsigned)(yes + no)));
}

/* The weight leaves out the binomial's largest value. */
static double expected_weight(double yes, double no, double z)
{
    return log_binomial(yes, no, z) - log_binomial(yes, no, log(yes / no));
}

Test(importance, a_weight_is_the_product_of_binomials)
{
    double log_w[PB_LANES];
    start(5.0);
    see(30, 20, 100);
    see(12, 20, 101);
    compile();
    weigh(7, log_w);
    const double *c = b.w->effects[model.effects.coalition];
    const double *bias = row_of(&b, PB_FOR_EVIDENCE_BIAS, 0, "straw_poll");
    const unsigned first = 1000 * PB_EVIDENCE_STRAW_POLL + 1;
    const double *e1 = row_of(&b, PB_FOR_EVIDENCE_NOISE, first, "unit0");
    const double *e2 = row_of(&b, PB_FOR_EVIDENCE_NOISE, first + 1, "unit0");
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double z = 0.3 + c[lane] + 0.3 * bias[lane];
        const double expected = expected_weight(30, 20, z + 0.2 * e1[lane])
                                + expected_weight(12, 20, z + 0.2 * e2[lane]);
        cr_assert(fabs(log_w[lane] - expected) < 1e-9 * (1.0 + fabs(expected)), "lane %zu: %g, %g",
                  lane, log_w[lane], expected);
    }
    close_all();
}

Test(importance, a_result_admits_the_draws_that_it_does_not_contradict)
{
    double log_w[PB_LANES];
    start(INFINITY);
    vote.sd_late_swing = 0.5;
    coalition.unions[0].counted[0] = (pb_counted){.kind = PB_COUNTED_REJECTED};
    compile();
    weigh(3, log_w);
    const double *c = b.w->effects[model.effects.coalition];
    const double *d = b.w->effects[model.effects.late_swing[0][0]];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_assert(log_w[lane] == (0.3 + c[lane] + d[lane] <= 0.0 ? 0.0 : -INFINITY));
    }
    close_all();
}

Test(importance, evidence_on_what_is_certain_weighs_nothing)
{
    double log_w[PB_LANES];
    start(INFINITY);
    vote.sd_coalition = 0.0;
    params.sd[PB_EVIDENCE_STRAW_POLL].bias = 0.0;
    see(30, 20, 100);
    compile();
    weigh(0, log_w);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_assert(log_w[lane] == log_w[0]);
    }
    close_all();
}

/* ---- the posterior of one effect ---- */

static double prior_density(double c, double df)
{
    const double scale = isinf(df) ? 1.0 : sqrt(df / (df - 2.0)), x = c / 0.65 * scale;
    return (isinf(df) ? gsl_ran_ugaussian_pdf(x) : gsl_ran_tdist_pdf(x, df)) * scale / 0.65;
}

/* The weight's mean over bias and noise, together N(0, 0.3^2 + 0.2^2). */
static double likelihood(double c)
{
    const double sd = hypot(0.3, 0.2), step = 0.05;
    double sum = 0.0;
    for (double z = -9.0; z <= 9.0; z += step) {
        sum += step * gsl_ran_ugaussian_pdf(z) * exp(expected_weight(30, 20, 0.3 + c + sd * z));
    }
    return sum;
}

/* E w, E c w and E 1[c > 0] w. */
static void integrate(double df, double *expected)
{
    const double step = 0.01;
    memset(expected, 0, 3 * sizeof *expected);
    for (int i = -3000; i <= 3000; i++) {
        const double c = (i + 0.5) * step, w = step * prior_density(c, df) * likelihood(c);
        expected[0] += w;
        expected[1] += c * w;
        expected[2] += (c > 0.0) * w;
    }
}

Test(importance, weighted_draws_have_the_posterior_of_numerical_integration)
{
    static double w[3][N];
    for (int t = 0; t < 2; t++) {
        const double df = t ? 5.0 : INFINITY;
        double expected[3];
        start(df);
        see(30, 20, 100);
        compile();
        for (size_t i = 0; i < N_BATCHES; i++) {
            double log_w[PB_LANES];
            weigh(i, log_w);
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                const double c = b.w->effects[model.effects.coalition][lane];
                w[0][i * PB_LANES + lane] = exp(log_w[lane]);
                w[1][i * PB_LANES + lane] = c * exp(log_w[lane]);
                w[2][i * PB_LANES + lane] = (c > 0.0) * exp(log_w[lane]);
            }
        }
        integrate(df, expected);
        expect_mean(t ? "t: E w" : "normal: E w", w[0], N, expected[0]);
        expect_mean(t ? "t: E c w" : "normal: E c w", w[1], N, expected[1]);
        expect_mean(t ? "t: P(c > 0) w" : "normal: P(c > 0) w", w[2], N, expected[2]);
        close_all();
    }
}
