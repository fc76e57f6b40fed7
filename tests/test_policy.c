/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * New taxes with uncertain yield (SPEC D.6). Oracles: the moments of a lognormal factor, and hand
 * arithmetic. Simulated moments are compared within 4.9 standard errors at 2^20 draws.
 */
#include "tests/revenue_fixture.h"

#include <criterion/parameterized.h>

static double yield[PB_YEARS][N];

/* One tax of 700 and 750 million on income. */
static pb_policy *add_tax(void)
{
    pb_policy *tax = &params.policy[params.n_policies++];
    *tax = (pb_policy){.id = "tax",
                       .amount_musd = {700.0, 750.0},
                       .lambda = {0.20, 0.12},
                       .phase = {1.0, 1.0},
                       .in_baseline = true};
    return tax;
}

static void without_errors(void)
{
    for (int s = 0; s < N_STREAMS; s++) {
        params.stream[s].sd = 0.0;
    }
}

/* What income brings beyond its baseline. */
static void simulate_yield(void)
{
    open_revenue();
    for (size_t i = 0; i < N_BATCHES; i++) {
        simulate(i);
        for (int year = 0; year < PB_YEARS; year++) {
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                yield[year][i * PB_LANES + lane] =
                    musd(0, year, lane) - params.stream[0].baseline_musd[year];
            }
        }
    }
    batch_close(&b);
}

/* Var exp(lambda Z - lambda^2 / 2) = exp(lambda^2) - 1; both years have one Z. */
Test(policy, yields_are_lognormal_around_the_estimate)
{
    const double lambda[] = {0.20, 0.12}, amount[] = {700.0, 750.0};
    three_streams();
    without_errors();
    add_tax();
    simulate_yield();
    for (int year = 0; year < PB_YEARS; year++) {
        expect_mean("mean", yield[year], N, 0.0);
        expect_variance("variance", yield[year], 0.0, N,
                        amount[year] * amount[year] * (exp(lambda[year] * lambda[year]) - 1.0));
    }
    expect_covariance("years", yield[0], 0.0, yield[1], 0.0, N,
                      700.0 * 750.0 * (exp(0.20 * 0.12) - 1.0));
}

struct case_of_policy {
    bool in_baseline;
    double phase, beyond; /* what comes beyond the baseline in the first year, at its mean */
    char why[48];
};

ParameterizedTestParameters(policy, a_baseline_that_counts_it_is_corrected_by_it)
{
    static struct case_of_policy cases[] = {
        {true, 1.0, 0.0, "counted in full, comes in full"},
        {true, 0.75, -175.0, "counted in full, starts late"},
        {false, 1.0, 700.0, "not counted"},
        {false, 0.5, 350.0, "not counted, starts late"},
        {true, 0.0, -700.0, "counted, does not come"},
    };
    return cr_make_param_array(struct case_of_policy, cases, COUNT_OF(cases));
}

/* With lambda 0 and no errors: B + Y phase (- Y), also in the official estimate. */
ParameterizedTest(struct case_of_policy *c, policy, a_baseline_that_counts_it_is_corrected_by_it)
{
    three_streams();
    without_errors();
    pb_policy *tax = add_tax();
    tax->in_baseline = c->in_baseline;
    tax->phase[0] = c->phase;
    tax->lambda[0] = 0.0;
    open_revenue();
    simulate(0);
    cr_expect_float_eq(musd(0, 0, 3), 8661.0 + c->beyond, 1e-9, "%s", c->why);
    cr_expect_float_eq(b.out.revenue[3], 11192.3 + c->beyond, 1e-9, "%s", c->why);
    cr_expect_float_eq(b.out.revenue_official[3], 11192.3 + c->beyond, 1e-9, "%s", c->why);
    cr_expect_float_eq(b.w->official_revenue[1][3], 11192.3 + c->beyond, 1e-9, "%s", c->why);
    batch_close(&b);
}

/* Rev = (B + dY) exp(e): with Z = 1 the factor is exp(0.2 - 0.02), and exp(e) is its stream's. */
Test(policy, it_shares_the_error_of_its_stream)
{
    three_streams();
    pb_policy *tax = add_tax();
    tax->stream = 1;
    open_revenue();
    set_lanes(row_of(&b, PB_FOR_REVENUE_SCALE, 1, ""), 1.0);
    set_lanes(row_of(&b, PB_FOR_REVENUE_SCALE, 2, ""), 1.0);
    set_lanes(row_of(&b, PB_FOR_REVENUE, 1, "income"), 2.0);
    set_lanes(row_of(&b, PB_FOR_POLICY, 0, "tax"), 1.0);
    pb_revenue_simulate(&revenue, kernels(), rows_of(&b), &b.out, b.w);
    const double base = 3500.0 + 700.0 * (exp(0.2 - 0.02) - 1.0);
    cr_expect_float_eq(musd(1, 0, 5), base * exp(0.035), 1e-9);
    cr_expect_float_eq(musd(0, 0, 5), 8661.0 * exp(0.144), 1e-9, "not another's");
    batch_close(&b);
}

/* Two taxes have different Z: their variances add. */
Test(policy, taxes_on_one_stream_are_independent)
{
    three_streams();
    without_errors();
    add_tax();
    strcpy(add_tax()->id, "other");
    simulate_yield();
    expect_variance("variance", yield[0], 0.0, N, 2.0 * 700.0 * 700.0 * (exp(0.04) - 1.0));
}

Test(policy, the_estimate_counts_it_at_its_mean_and_moves_with_the_stream)
{
    three_streams();
    pb_policy *tax = add_tax();
    tax->in_baseline = false;
    params.n_streams = 1;
    params.revisions.share[0] = 0.05;
    params.revisions.share[1] = params.revisions.share[2] = params.revisions.share[3] = 0.2;
    open_revenue();
    simulate(4);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_expect_float_eq(b.out.revenue_official[lane],
                           (8661.0 + 700.0) * exp(b.w->known_error[0][0][lane]), 1e-8);
    }
    batch_close(&b);
}
