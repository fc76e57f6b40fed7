/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Revenue (SPEC D.1-D.3). Oracles: moments of the log errors e = ln(actual / baseline) that the
 * formulas imply, Student tails by GSL, and hand arithmetic where nothing is random. Simulated
 * moments are compared within 4.9 standard errors at 2^20 draws.
 */
#include "tests/revenue_fixture.h"

#include <criterion/parameterized.h>
#include <gsl/gsl_cdf.h>

/* ---- without regimes ---- */

/* e_1 = sd z_1; e_2 = e_1 + g sd z_2. */
static void expect_second_moments(int s, int t)
{
    const double first = SD[s] * SD[t] * CORRELATION[s][t];
    char what[40];
    snprintf(what, sizeof what, "streams %d and %d", s, t);
    expect_covariance(what, e[0][s], 0.0, e[0][t], 0.0, N, first);
    expect_covariance(what, e[1][s], 0.0, e[1][t], 0.0, N, first * (1.0 + RATIO[s] * RATIO[t]));
    expect_covariance(what, e[0][s], 0.0, e[1][t], 0.0, N, first);
}

Test(revenue, log_errors_have_their_means_variances_and_correlations)
{
    three_streams();
    simulate_errors();
    for (int s = 0; s < N_STREAMS; s++) {
        expect_mean("year 1", e[0][s], N, 0.0);
        expect_mean("year 2", e[1][s], N, 0.0);
        for (int t = 0; t < N_STREAMS; t++) {
            expect_second_moments(s, t);
        }
    }
}

/* With g = 1 the years' errors correlate by 1 / sqrt(2): standardised, E z_1 z_2 is that. */
Test(revenue, successive_years_errors_correlate_by_0_707)
{
    static double z[PB_YEARS][N];
    three_streams();
    simulate_errors();
    for (size_t i = 0; i < N; i++) {
        z[0][i] = e[0][0][i] / 0.072;
        z[1][i] = e[1][0][i] / (0.072 * sqrt(2.0));
    }
    expect_covariance("correlation", z[0], 0.0, z[1], 0.0, N, 0.70710678118654752);
}

/*
 * One chi-square a year over all streams: with nu = 12 the scale s has E s^2 = 1 and
 * E s^4 = (nu - 2) / (nu - 4) = 5/4, so E z_i^2 z_j^2 = 5/4 (1 + 2 rho^2) within a year and 1
 * across years.
 */
Test(revenue, tails_are_joint_within_a_year_and_not_across_years)
{
    static double square_of[PB_YEARS][N_STREAMS][N];
    three_streams();
    params.df = 12.0;
    simulate_errors();
    for (size_t i = 0; i < N; i++) {
        for (int s = 0; s < N_STREAMS; s++) {
            const double growth = (e[1][s][i] - e[0][s][i]) / (RATIO[s] * SD[s]);
            square_of[0][s][i] = e[0][s][i] * e[0][s][i] / (SD[s] * SD[s]);
            square_of[1][s][i] = growth * growth;
        }
    }
    for (int year = 0; year < PB_YEARS; year++) {
        expect_mean("variance", square_of[year][0], N, 1.0);
        expect_covariance("streams 0, 1", square_of[year][0], 0.0, square_of[year][1], 0.0, N,
                          1.25 * (1.0 + 2.0 * 0.25));
        expect_covariance("streams 0, 2", square_of[year][0], 0.0, square_of[year][2], 0.0, N,
                          1.25 * (1.0 + 2.0 * 0.09));
    }
    expect_covariance("years", square_of[0][0], 0.0, square_of[1][0], 0.0, N, 1.0);
}

Test(revenue, each_stream_has_student_tails_of_variance_one)
{
    static const double AT[] = {-3.5, -2.0, -0.5, 1.0, 2.5, 4.0};
    three_streams();
    params.df = 6.0;
    simulate_errors();
    for (int s = 0; s < N_STREAMS; s++) {
        for (size_t j = 0; j < COUNT_OF(AT); j++) {
            size_t below = 0;
            for (size_t i = 0; i < N; i++) {
                below += e[0][s][i] < AT[j] * SD[s];
            }
            expect_probability("below", below, N, gsl_cdf_tdist_P(AT[j] / sqrt(4.0 / 6.0), 6.0));
        }
    }
}

/* ---- regimes ---- */

static size_t count_regimes(int first, int second)
{
    size_t count = 0;
    for (size_t i = 0; i < N; i++) {
        count += regime[0][i] == first && regime[1][i] == second;
    }
    return count;
}

Test(revenue, recessions_come_and_stay_as_often_as_they_should)
{
    three_streams();
    add_regimes();
    simulate_errors();
    expect_probability("good, good", count_regimes(0, 0), N, 0.89 * 0.91);
    expect_probability("good, bad", count_regimes(0, 1), N, 0.89 * 0.09);
    expect_probability("bad, good", count_regimes(1, 0), N, 0.11 * 0.70);
    expect_probability("bad, bad", count_regimes(1, 1), N, 0.11 * 0.30);
}

/* P(R_2 = 1) = 0.11 x 0.30 + 0.89 x 0.09 = 0.1131; the shifts differ by 0.107 in income tax. */
Test(revenue, centred_regimes_leave_no_mean_but_add_variance)
{
    const double p1 = 0.11, p2 = 0.1131, gap = 0.107;
    const double own = gap * gap * p1 * (1.0 - p1);
    const double across = gap * gap * (0.11 * 0.30 - p1 * p2);
    three_streams();
    add_regimes();
    simulate_errors();
    for (int s = 0; s < N_STREAMS; s++) {
        expect_mean("year 1", e[0][s], N, 0.0);
        expect_mean("year 2", e[1][s], N, 0.0);
    }
    expect_variance("year 1", e[0][0], 0.0, N, 0.072 * 0.072 + own);
    expect_covariance("years", e[0][0], 0.0, e[1][0], 0.0, N, 0.072 * 0.072 + own + across);
    expect_variance("year 2", e[1][0], 0.0, N,
                    2.0 * 0.072 * 0.072 + own + 2.0 * across + gap * gap * p2 * (1.0 - p2));
}

/* SPEC D.1 prints 0.720 for the regimes' persistence together with the level carried over: the
 * moments above give 0.7194. */
Test(revenue, with_regimes_successive_years_errors_correlate_by_0_720)
{
    static double z[PB_YEARS][N];
    const double p2 = 0.1131, gap = 0.107, own = gap * gap * 0.11 * 0.89;
    const double across = gap * gap * (0.11 * 0.30 - 0.11 * p2), sd2 = 0.072 * 0.072;
    const double first = sd2 + own;
    const double second = 2.0 * sd2 + own + 2.0 * across + gap * gap * p2 * (1.0 - p2);
    const double correlation = (first + across) / sqrt(first * second);
    three_streams();
    add_regimes();
    simulate_errors();
    for (size_t i = 0; i < N; i++) {
        z[0][i] = e[0][0][i] / sqrt(first);
        z[1][i] = e[1][0][i] / sqrt(second);
    }
    cr_expect_float_eq(correlation, 0.720, 0.001);
    expect_covariance("correlation", z[0], 0.0, z[1], 0.0, N, correlation);
}

/* SPEC D.1 prints the biases: +1.3% income tax, +0.2% sales, +3.2% corporate. */
Test(revenue, the_historic_bias_keeps_the_mean_of_the_regimes)
{
    static const double MEAN[N_STREAMS] = {0.89 * 0.025 - 0.11 * 0.082, 0.89 * 0.007 - 0.11 * 0.036,
                                           0.89 * 0.057 - 0.11 * 0.167};
    static const double SECOND[N_STREAMS] = {0.8869 * 0.025 - 0.1131 * 0.082,
                                             0.8869 * 0.007 - 0.1131 * 0.036,
                                             0.8869 * 0.057 - 0.1131 * 0.167};
    three_streams();
    add_regimes();
    params.bias = PB_BIAS_HISTORIC;
    simulate_errors();
    for (int s = 0; s < N_STREAMS; s++) {
        expect_mean("year 1", e[0][s], N, MEAN[s]);
        expect_mean("year 2", e[1][s], N, MEAN[s] + SECOND[s]);
    }
}

struct regime_case {
    double first, persists, enters; /* probabilities 0 or 1 */
    double e1, e2;                  /* of income tax, historic bias */
    char why[48];
};

ParameterizedTestParameters(revenue, each_year_takes_the_shift_of_its_own_regime)
{
    static struct regime_case cases[] = {
        {0.0, 0.0, 0.0, 0.025, 0.050, "good, good"},
        {0.0, 0.0, 1.0, 0.025, -0.057, "good, bad: 0.025 - 0.082"},
        {1.0, 0.0, 1.0, -0.082, -0.057, "bad, good"},
        {1.0, 1.0, 0.0, -0.082, -0.164, "bad, bad"},
    };
    return cr_make_param_array(struct regime_case, cases, COUNT_OF(cases));
}

/* Without any sd: B exp(e), also for refunds, whose baseline is negative. */
ParameterizedTest(struct regime_case *c, revenue, each_year_takes_the_shift_of_its_own_regime)
{
    three_streams();
    add_regimes();
    params.bias = PB_BIAS_HISTORIC;
    params.p_recession_first = c->first;
    params.p_recession_persists = c->persists;
    params.p_recession_enters = c->enters;
    params.stream[0].sd = params.stream[1].sd = params.stream[2].sd = 0.0;
    params.stream[2].shift_normal = 0.025;
    params.stream[2].shift_recession = -0.082;
    open_revenue();
    simulate(0);
    cr_expect_float_eq(musd(0, 0, 5), 8661.0 * exp(c->e1), 1e-9, "%s", c->why);
    cr_expect_float_eq(musd(0, 1, 5), 8554.0 * exp(c->e2), 1e-9, "%s", c->why);
    cr_expect_float_eq(musd(2, 0, 5), -968.7 * exp(c->e1), 1e-9, "%s", c->why);
    cr_expect_float_eq(musd(2, 1, 5), -980.0 * exp(c->e2), 1e-9, "%s", c->why);
    batch_close(&b);
}

Test(revenue, a_known_error_of_the_year_before_carries_over_by_0_35)
{
    three_streams();
    params.stream[0].sd = 0.0;
    params.stream[0].prior_error = -0.1;
    open_revenue();
    simulate(0);
    cr_expect_float_eq(musd(0, 0, 5), 8661.0 * exp(-0.035), 1e-9);
    cr_expect_float_eq(musd(0, 1, 5), 8554.0 * exp(-0.035), 1e-9, "through the level of year 1");
    batch_close(&b);
}

/* ---- the rest ---- */

Test(revenue, errors_never_exceed_the_cap)
{
    size_t at_cap = 0;
    three_streams();
    params.stream[0].sd = 1.0;
    params.error_cap = 0.5;
    simulate_errors();
    for (size_t i = 0; i < N; i++) {
        cr_assert(fabs(e[0][0][i]) <= 0.5 + 1e-12 && fabs(e[1][0][i]) <= 0.5 + 1e-12);
        at_cap += e[0][0][i] > 0.5 - 1e-12;
    }
    expect_probability("capped above", at_cap, N, gsl_cdf_ugaussian_Q(0.5));
}

Test(revenue, streams_and_baselines_add_up)
{
    three_streams();
    add_regimes();
    open_revenue();
    simulate(1);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (int year = 0; year < PB_YEARS; year++) {
            const double sum = musd(0, year, lane) + musd(1, year, lane) + musd(2, year, lane);
            cr_expect_float_eq(b.out.revenue[(size_t)year * PB_LANES + lane], sum, 1e-9);
        }
        cr_expect_float_eq(b.out.revenue_official[lane], 8661.0 + 3500.0 - 968.7, 1e-9);
        cr_expect_float_eq(b.out.revenue_official[PB_LANES + lane], 8554.0 + 3750.0 - 980.0, 1e-9);
    }
    batch_close(&b);
}

struct horizon_case {
    int year, month, day;
    double months; /* to the end of FY2012, in months of 365.25 / 12 days */
    char why[48];
};

ParameterizedTestParameters(revenue, an_earlier_forecast_has_larger_errors)
{
    static struct horizon_case cases[] = {
        {2011, 7, 1, 366.0 / 30.4375, "a year of 366 days ahead"},
        {2011, 5, 4, 424.0 / 30.4375, "58 days before the fiscal year"},
        {2010, 7, 1, 731.0 / 30.4375, "two years ahead"},
        {2012, 1, 1, 6.0, "182 days ahead: no shorter than six months"},
        {2012, 6, 1, 6.0, "a month ahead: no shorter than six months"},
    };
    return cr_make_param_array(struct horizon_case, cases, COUNT_OF(cases));
}

/* sg(tau) = sg(12) (tau / 12)^0.55 in the first year; the second year's growth error is g sg. */
ParameterizedTest(struct horizon_case *c, revenue, an_earlier_forecast_has_larger_errors)
{
    three_streams();
    params.stream[1].made_on = day(c->year, c->month, c->day);
    open_revenue();
    set_lanes(row_of(&b, PB_FOR_REVENUE_SCALE, 1, ""), 1.0);
    set_lanes(row_of(&b, PB_FOR_REVENUE_SCALE, 2, ""), 1.0);
    set_lanes(row_of(&b, PB_FOR_REVENUE, 1, "income"), 2.0);
    pb_revenue_simulate(&revenue, kernels(), rows_of(&b), &b.out, b.w);
    /* z of sales is 0.5 x 2 by the correlation */
    cr_expect_float_eq(log(musd(1, 0, 5) / 3500.0), 0.035 * pow(c->months / 12.0, 0.55), 1e-12,
                       "%s", c->why);
    cr_expect_float_eq(log(musd(0, 0, 5) / 8661.0), 0.144, 1e-12, "no date: 12 months ahead");
    set_lanes(row_of(&b, PB_FOR_REVENUE, 1, "income"), 0.0);
    set_lanes(row_of(&b, PB_FOR_REVENUE, 2, "income"), 2.0);
    pb_revenue_simulate(&revenue, kernels(), rows_of(&b), &b.out, b.w);
    cr_expect_float_eq(log(musd(1, 1, 5) / 3750.0), 0.8 * 0.035, 1e-12, "year 2: %s", c->why);
    batch_close(&b);
}

/* The largest correlation matrix: 32 streams, rho^|i - j|, which is positive definite. */
Test(revenue, the_factor_of_the_correlation_times_its_transpose_is_the_correlation)
{
    const pb_fiscal_years years = pb_fiscal_years_from(day(2011, 7, 1));
    pb_inputs inputs = {0};
    three_streams();
    params.n_streams = PB_MAX_STREAMS;
    for (int i = 0; i < PB_MAX_STREAMS; i++) {
        for (int j = 0; j < PB_MAX_STREAMS; j++) {
            params.correlation[i][j] = pow(-0.8, abs(i - j));
        }
    }
    pb_revenue_compile(&params, &years, &inputs, &revenue);
    for (int i = 0; i < PB_MAX_STREAMS; i++) {
        for (int j = 0; j < PB_MAX_STREAMS; j++) {
            double sum = 0.0;
            for (int k = 0; k < PB_MAX_STREAMS; k++) {
                sum += revenue.cholesky[i][k] * revenue.cholesky[j][k];
            }
            cr_expect_float_eq(sum, params.correlation[i][j], 1e-14, "%d, %d", i, j);
            cr_expect(j <= i || revenue.cholesky[i][j] == 0.0, "lower triangle");
        }
    }
    pb_inputs_free(&inputs);
}
