/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Savings of the deal (SPEC E.3): amount x coverage x phase x realised share, by hand, with T_5 by
 * GSL. FY2012 begins on 1 July 2011 and has 366 days, FY2013 has 365.
 */
#include "models/savings.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>
#include <gsl/gsl_cdf.h>

enum { LANE = 100 };

static pb_savings_params params;
static pb_savings savings;
static batch b;

/* A component of 100 and 300 million that is always realised in full. */
static pb_saving *add_saving(const char *id)
{
    pb_saving *added = &params.saving[params.n_savings++];
    *added = (pb_saving){.amount_musd = {100.0, 300.0},
                         .fund_share = {1.0, 1.0},
                         .phase = PB_PHASE_FULL,
                         .from = PB_NO_DATE,
                         .locked_until = PB_NO_DATE,
                         .realised = {1.0, 0.0}};
    strcpy(added->id, id);
    return added;
}

static void start_savings(double correlation)
{
    params = (pb_savings_params){.correlation = correlation};
}

static void open_savings(void)
{
    const pb_fiscal_years years = pb_fiscal_years_from(day(2011, 7, 1));
    const pb_shape shape = {.extent = {[PB_AXIS_NONE] = 1,
                                       [PB_AXIS_YEAR] = PB_YEARS,
                                       [PB_AXIS_BRANCH] = PB_BRANCHES,
                                       [PB_AXIS_SAVING] = (size_t)params.n_savings}};
    pb_savings_compile(&params, &years, &b.inputs, &savings);
    batch_open(&b, &shape);
    set_lanes(b.w->in_force_day, years.start[0]);
}

static void simulate(void)
{
    pb_savings_simulate(&savings, kernels(), rows_of(&b), b.w, &b.out);
}

static double component(int j, int year, size_t lane)
{
    return b.out.savings_by_component[(size_t)(j * PB_YEARS + year) * PB_LANES + lane];
}

/* ---- phases ---- */

struct phase_case {
    pb_phase phase;
    int from; /* days after 1 July 2011; -1: not given */
    double in_force;
    double first, second; /* million: 100 and 300 times the share */
    char why[64];
};

ParameterizedTestParameters(savings, a_component_counts_from_when_it_is_in_force)
{
    static struct phase_case cases[] = {
        {PB_PHASE_LINEAR, -1, -10.0, 100.0, 300.0, "in force before the year begins"},
        {PB_PHASE_LINEAR, -1, 0.0, 100.0, 300.0, "on its first day"},
        {PB_PHASE_LINEAR, -1, 91.5, 75.0, 300.0, "a quarter of 366 days later"},
        {PB_PHASE_LINEAR, 183, 91.5, 50.0, 300.0, "but only from day 183"},
        {PB_PHASE_LINEAR, 91, 183.0, 50.0, 300.0, "the later of the two counts"},
        {PB_PHASE_LINEAR, -1, 366.0, 0.0, 300.0, "a year late"},
        {PB_PHASE_LINEAR, -1, 366.0 + 73.0, 0.0, 240.0, "and a fifth of 365 days more"},
        {PB_PHASE_LINEAR, -1, 800.0, 0.0, 0.0, "after both years"},
        {PB_PHASE_BEFORE_DATE, 60, 59.0, 100.0, 300.0, "before the valuation date"},
        {PB_PHASE_BEFORE_DATE, 60, 60.0, 100.0, 300.0, "on it"},
        {PB_PHASE_BEFORE_DATE, 60, 60.5, 0.0, 300.0, "half a day late: next year's valuation"},
        {PB_PHASE_BEFORE_DATE, 60, 426.0, 0.0, 300.0, "on next year's: 366 days later"},
        {PB_PHASE_BEFORE_DATE, 60, 427.0, 0.0, 0.0, "too late for both"},
        {PB_PHASE_BEFORE_DATE, -1, 1.0, 0.0, 300.0, "no date: the first day of the year"},
        {PB_PHASE_FULL, 60, 400.0, 100.0, 300.0, "whatever the day"},
    };
    return cr_make_param_array(struct phase_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct phase_case *c, savings, a_component_counts_from_when_it_is_in_force)
{
    const pb_date july = day(2011, 7, 1);
    start_savings(0.3);
    pb_saving *saving = add_saving("wage");
    saving->phase = c->phase;
    saving->from = c->from < 0 ? PB_NO_DATE : july + c->from;
    open_savings();
    set_lanes(b.w->in_force_day, july + c->in_force);
    simulate();
    cr_expect_float_eq(component(0, 0, LANE), c->first, 1e-10, "year 1: %s", c->why);
    cr_expect_float_eq(component(0, 1, LANE), c->second, 1e-10, "year 2: %s", c->why);
    batch_close(&b);
}

/* ---- coverage, sums, branches ---- */

Test(savings, only_question_b_is_scaled_by_coverage_and_by_that_of_the_deals_round)
{
    start_savings(0.3);
    add_saving("pension")->question = PB_QUESTION_COALITION;
    add_saving("wage")->question = PB_QUESTION_UNIT_CONTRACT;
    open_savings();
    set_lanes(b.w->coverage[0], 0.25);
    set_lanes(b.w->coverage[1], 0.75);
    b.w->deal_round[LANE] = 1;
    simulate();
    cr_expect_float_eq(component(0, 0, LANE), 100.0, 1e-12);
    cr_expect_float_eq(component(1, 0, LANE), 75.0, 1e-12, "round 2");
    cr_expect_float_eq(component(1, 1, LANE - 1), 75.0, 1e-12, "round 1: 0.25 x 300");
    batch_close(&b);
}

Test(savings, components_add_up_in_the_deal_branch_and_save_nothing_without_a_deal)
{
    start_savings(0.3);
    add_saving("pension")->realised = (pb_mean_sd){0.9, 0.15};
    add_saving("wage")->realised = (pb_mean_sd){0.97, 0.05};
    add_saving("health")->realised = (pb_mean_sd){0.75, 0.25};
    open_savings();
    batch_fill(&b, 0);
    set_lanes(b.out.labor_savings, 1e6); /* what was there before does not count */
    set_lanes(b.out.labor_savings + 2 * PB_LANES, 1e6);
    simulate();
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (int year = 0; year < PB_YEARS; year++) {
            const double *deal =
                &b.out.labor_savings[(PB_BRANCH_DEAL * PB_YEARS + year) * PB_LANES];
            const double *none =
                &b.out.labor_savings[(PB_BRANCH_NO_DEAL * PB_YEARS + year) * PB_LANES];
            const double sum =
                component(0, year, lane) + component(1, year, lane) + component(2, year, lane);
            cr_expect_float_eq(deal[lane], sum, 1e-10);
            cr_expect_eq(none[lane], 0.0);
        }
    }
    batch_close(&b);
}

Test(savings, all_funds_amounts_count_by_the_share_of_the_fund)
{
    start_savings(0.3);
    pb_saving *saving = add_saving("pension");
    saving->fund_share[0] = 0.85;
    saving->fund_share[1] = 0.9;
    add_saving("wage");
    open_savings();
    simulate();
    cr_expect_float_eq(component(0, 0, LANE), 85.0, 1e-12);
    cr_expect_float_eq(component(0, 1, LANE), 270.0, 1e-12);
    cr_expect_float_eq(savings.booked_musd[0], 185.0, 1e-12, "scored, not realised");
    cr_expect_float_eq(savings.booked_musd[1], 570.0, 1e-12);
    batch_close(&b);
}

/* ---- realised shares: r = mean + sd Q_T5(Phi(sqrt(rho) Z_0 + sqrt(1 - rho) Z_j)) ---- */

struct share_case {
    double mean, sd, correlation, common, own;
    char why[48];
};

ParameterizedTestParameters(savings, a_realised_share_is_a_clipped_student_quantile)
{
    static struct share_case cases[] = {
        {0.90, 0.15, 0.30, 0.0, 0.0, "at the median"},
        {0.90, 0.15, 0.30, 1.0, 0.0, "the common score alone"},
        {0.90, 0.15, 0.30, 0.0, -1.0, "its own score alone"},
        {0.75, 0.25, 0.30, 0.5, 1.2, "both"},
        {0.75, 0.25, 0.00, 3.0, 0.7, "no correlation: the common one is idle"},
        {0.75, 0.25, 1.00, -0.6, 3.0, "full correlation: its own is idle"},
        {0.45, 0.25, 0.30, -2.5, -2.5, "clipped at 0"},
        {0.90, 0.25, 0.30, 2.5, 2.5, "clipped at 1.5"},
    };
    return cr_make_param_array(struct share_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct share_case *c, savings, a_realised_share_is_a_clipped_student_quantile)
{
    const double score = sqrt(c->correlation) * c->common + sqrt(1.0 - c->correlation) * c->own;
    const double t = gsl_cdf_tdist_Pinv(gsl_cdf_ugaussian_P(score), 5.0) * sqrt(3.0 / 5.0);
    const double expected = fmin(fmax(c->mean + c->sd * t, 0.0), 1.5);
    start_savings(c->correlation);
    add_saving("wage")->realised = (pb_mean_sd){c->mean, c->sd};
    open_savings();
    set_lanes(row_of(&b, PB_FOR_REALISATION_COMMON, 0, ""), c->common);
    set_lanes(row_of(&b, PB_FOR_REALISATION, 0, "wage"), c->own);
    simulate();
    cr_expect_float_eq(component(0, 0, LANE), 100.0 * expected, 1e-6, "%s", c->why);
    cr_expect_float_eq(component(0, 1, LANE), 300.0 * expected, 3e-6, "the same in both years");
    batch_close(&b);
}

/* E min(max(mean + sd T_5, 0), 1.5), trapezoidal rule over the normal score. */
static double clipped_mean(double mean, double sd)
{
    double sum = 0.0;
    for (int i = -800; i <= 800; i++) {
        const double z = i / 100.0;
        const double t = gsl_cdf_tdist_Pinv(gsl_cdf_ugaussian_P(z), 5.0) * sqrt(3.0 / 5.0);
        sum += exp(-0.5 * z * z) * fmin(fmax(mean + sd * t, 0.0), 1.5);
    }
    return sum / 100.0 / sqrt(2.0 * acos(-1.0));
}

/* P(both above their medians) = 1/4 + asin(rho) / (2 pi), whatever the margins (Sheppard). */
Test(savings, drawn_shares_have_their_mean_and_their_correlation)
{
    enum { N_BATCHES = 1024, N = N_BATCHES * PB_LANES };
    static double soft[N], pension[N];
    size_t both = 0;
    start_savings(0.30);
    add_saving("soft")->realised = (pb_mean_sd){0.45, 0.25};
    add_saving("pension")->realised = (pb_mean_sd){0.90, 0.15};
    open_savings();
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        simulate();
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            soft[i * PB_LANES + lane] = component(0, 0, lane) / 100.0;
            pension[i * PB_LANES + lane] = component(1, 0, lane) / 100.0;
            both += component(0, 0, lane) > 45.0 && component(1, 0, lane) > 90.0;
        }
    }
    expect_mean("soft", soft, N, clipped_mean(0.45, 0.25));
    expect_mean("pension", pension, N, clipped_mean(0.90, 0.15));
    expect_probability("both above", both, N, 0.25 + asin(0.30) / (2.0 * acos(-1.0)));
    batch_close(&b);
}
