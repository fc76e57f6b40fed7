/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Baselines that are means (SPEC D.1). Oracles: the mean of a lognormal, GSL's integration over
 * Student's t, and simulated means within 4.9 standard errors at 2^20 draws.
 */
#include "models/log_error.h"
#include "tests/revenue_fixture.h"

#include <criterion/parameterized.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>

/* ---- the quadrature ---- */

Test(mean_baseline, of_a_normal_error_it_is_half_the_variance)
{
    const double p = 1.0, shift = 0.01;
    const pb_log_error one = {.n = 1, .p = &p, .shift = &shift, .sd = {0.15, 0.0}};
    const pb_log_error both = {.n = 1, .p = &p, .shift = &shift, .sd = {0.12, 0.09}};
    cr_expect_float_eq(pb_log_mean_exp(&one, 5.0), 0.01 + 0.01125, 1e-13);
    cr_expect_float_eq(pb_log_mean_exp(&both, 5.0), 0.01 + 0.01125, 1e-13, "0.12^2 + 0.09^2");
}

Test(mean_baseline, of_a_choice_of_shifts_it_is_the_log_of_their_mean)
{
    const double p[] = {0.89, 0.11}, shift[] = {0.0118, -0.0952};
    const pb_log_error error = {.n = 2, .p = p, .shift = shift, .sd = {0.0, 0.0}};
    cr_expect_float_eq(pb_log_mean_exp(&error, 1.0), log(0.89 * exp(0.0118) + 0.11 * exp(-0.0952)),
                       1e-15);
}

/* x of standardised t in [0], its shift, sd and cap. */
typedef struct integrand {
    double df, sd, cap;
} integrand;

static double exp_times_density(double x, void *of)
{
    const integrand *f = of;
    const double unit = sqrt((f->df - 2.0) / f->df), e = f->sd * x;
    return exp(fmax(-f->cap, fmin(f->cap, e))) * gsl_ran_tdist_pdf(x / unit, f->df) / unit;
}

static double integrate(integrand *f)
{
    const double at_cap = f->cap / f->sd;
    double points[] = {-1e4, -at_cap, at_cap, 1e4}, mean, error;
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
    gsl_function function = {.function = exp_times_density, .params = f};
    gsl_integration_qagp(&function, points, 4, 1e-13, 1e-12, 1000, w, &mean, &error);
    gsl_integration_workspace_free(w);
    return log(mean);
}

struct case_of_tail {
    double df, sd, cap, within;
    char why[40];
};

ParameterizedTestParameters(mean_baseline, of_a_students_t_it_is_the_capped_integral)
{
    static struct case_of_tail cases[] = {
        {6.0, 0.078, 1.0, 1e-8, "income tax"},        {6.0, 0.150, 1.0, 1e-6, "corporation tax"},
        {3.0, 0.150, 1.0, 1e-5, "heavier tails"},     {30.0, 0.035, 1.0, 1e-10, "nearly normal"},
        {6.0, 1.000, 0.5, 1e-3, "mostly at the cap"},
    };
    return cr_make_param_array(struct case_of_tail, cases, COUNT_OF(cases));
}

ParameterizedTest(struct case_of_tail *c, mean_baseline, of_a_students_t_it_is_the_capped_integral)
{
    static pb_quantile_table table;
    const double p = 1.0, shift = 0.0;
    integrand f = {c->df, c->sd, c->cap};
    pb_table_student_t(c->df, &table);
    const pb_log_error error = {
        .n = 1, .p = &p, .shift = &shift, .sd = {c->sd, 0.0}, .student = &table};
    cr_expect_float_eq(pb_log_mean_exp(&error, c->cap), integrate(&f), c->within, "%s", c->why);
}

/* ---- revenue ---- */

static double revenue_of[PB_YEARS][N_STREAMS][N], official[1 + PB_N_REVISIONS + 1][N];

/* Fills revenue_of by stream, and official: of the first year at each date, then the second. */
static void simulate_money(void)
{
    open_revenue();
    for (size_t i = 0; i < N_BATCHES; i++) {
        const size_t at = i * PB_LANES, size = sizeof(double[PB_LANES]);
        simulate(i);
        for (int year = 0; year < PB_YEARS; year++) {
            for (int s = 0; s < params.n_streams; s++) {
                const int row = (s * PB_YEARS + year) * PB_LANES;
                memcpy(&revenue_of[year][s][at], &b.out.stream_revenue[row], size);
            }
        }
        memcpy(&official[0][at], b.out.revenue_official, size);
        for (int t = 0; t < PB_N_REVISIONS; t++) {
            memcpy(&official[t + 1][at], b.w->official_revenue[t], size);
        }
        memcpy(&official[1 + PB_N_REVISIONS][at], &b.out.revenue_official[PB_LANES], size);
    }
    batch_close(&b);
}

static void expect_means_are_baselines(void)
{
    for (int year = 0; year < PB_YEARS; year++) {
        for (int s = 0; s < N_STREAMS; s++) {
            expect_mean(params.stream[s].id, revenue_of[year][s], N,
                        params.stream[s].baseline_musd[year]);
        }
    }
}

static void as_means(void)
{
    three_streams();
    add_regimes();
    params.df = 6.0;
    params.baseline_is = PB_BASELINE_MEAN;
}

Test(mean_baseline, revenue_then_has_the_baseline_as_its_mean)
{
    as_means();
    simulate_money();
    expect_means_are_baselines();
}

Test(mean_baseline, so_it_has_with_the_historic_bias)
{
    as_means();
    params.bias = PB_BIAS_HISTORIC;
    simulate_money();
    expect_means_are_baselines();
}

Test(mean_baseline, so_it_has_with_a_forecast_of_another_day_and_a_near_cap)
{
    as_means();
    params.stream[0].made_on = day(2011, 5, 4);
    params.error_cap = 0.12;
    simulate_money();
    expect_means_are_baselines();
}

/* Corrected for what is known so far, the estimate of any date has the baseline as its mean. */
Test(mean_baseline, so_has_the_official_estimate_of_each_date)
{
    as_means();
    params.revisions = (pb_revision_params){.share = {0.05, 0.10, 0.25, 0.40}};
    simulate_money();
    expect_means_are_baselines();
    for (int t = 0; t <= PB_N_REVISIONS; t++) {
        expect_mean("estimate", official[t], N, 8661.0 + 3500.0 - 968.7);
    }
    expect_mean("second year", official[1 + PB_N_REVISIONS], N, 8554.0 + 3750.0 - 980.0);
}

/* A median baseline is exceeded in half of the draws; the mean is exp(sd^2 / 2) above it. */
Test(mean_baseline, a_median_baseline_is_exceeded_by_half)
{
    size_t above = 0;
    three_streams();
    simulate_money();
    for (size_t i = 0; i < N; i++) {
        above += revenue_of[0][0][i] > 8661.0;
    }
    expect_probability("above", above, N, 0.5);
    expect_mean("mean", revenue_of[0][0], N, 8661.0 * exp(0.5 * 0.072 * 0.072));
}

/* A prior year's error is news to the baseline: the mean moves with it. */
Test(mean_baseline, a_later_fact_still_moves_the_mean)
{
    three_streams();
    params.baseline_is = PB_BASELINE_MEAN;
    params.stream[0].prior_error = -0.1;
    simulate_money();
    expect_mean("year 1", revenue_of[0][0], N, 8661.0 * exp(-0.035));
    expect_mean("year 2", revenue_of[1][0], N, 8554.0 * exp(-0.035));
}
