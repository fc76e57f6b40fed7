/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger (SPEC B.3, E.1): a tiny budget by hand, the closing of books year by year, and the
 * identities of E.1 in every draw of a random run.
 */
#include "models/budget.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>

enum { LANE = 64, N_SAVINGS = 2, N_OPTIONS = 3 };

static pb_budget_params params;
static pb_savings_params savings_params;
static pb_layoff_params layoff_params;
static pb_plan_b_params plan_params;
static pb_savings savings;
static pb_layoffs layoffs;
static pb_plan_b plan;
static pb_rescission_params rescission;
static pb_municipal_params towns;
static pb_municipal municipal;
static pb_midyear midyear;
static pb_budget budget;
static batch b;

static const double EXACT = 1e-9;

/* Nothing at all: no appropriations, no measures, no reserve. */
static void start_budget(void)
{
    params = (pb_budget_params){.fund_share = {1.0, 1.0}, .carry_share = 1.0};
    rescission = (pb_rescission_params){0};
    towns = (pb_municipal_params){0};
    savings_params = (pb_savings_params){0};
    layoff_params =
        (pb_layoff_params){.decided = PB_NO_DATE, .n_batches = 1, .batch = {{1.0, 0.0}}};
    plan_params = (pb_plan_b_params){.needs = PB_NEEDS_SHORTFALL, .overshoot = 1.0};
}

static void add_saving(const char *id, pb_question question, double first, double second,
                       pb_mean_sd realised)
{
    pb_saving *added = &savings_params.saving[savings_params.n_savings++];
    *added = (pb_saving){.question = question,
                         .amount_musd = {first, second},
                         .fund_share = {1.0, 1.0},
                         .phase = PB_PHASE_LINEAR,
                         .from = PB_NO_DATE,
                         .locked_until = PB_NO_DATE,
                         .realised = realised};
    strcpy(added->id, id);
}

static void add_option(double first, double second, double p_pass, pb_mean_sd realised)
{
    pb_option *added = &plan_params.option[plan_params.n_options];
    *added = (pb_option){.amount_musd = {first, second},
                         .fund_share = {1.0, 1.0},
                         .p_pass = p_pass,
                         .realised = realised,
                         .earliest = PB_NO_DATE,
                         .owner = PB_OWNER_LEGISLATURE};
    snprintf(added->id, sizeof added->id, "option%d", plan_params.n_options++);
}

/* A deal in round 1 on 24 June, in force before the year; without it Plan B from 24 June. */
static void open_budget(void)
{
    const pb_date july = day(2011, 7, 1);
    const pb_fiscal_years years = pb_fiscal_years_from(july);
    pb_date estimates[PB_N_REVISIONS];
    const pb_shape shape = {.extent = {[PB_AXIS_NONE] = 1,
                                       [PB_AXIS_YEAR] = PB_YEARS,
                                       [PB_AXIS_BRANCH] = PB_BRANCHES,
                                       [PB_AXIS_OPTION] = N_OPTIONS,
                                       [PB_AXIS_SAVING] = N_SAVINGS}};
    pb_savings_compile(&savings_params, &years, &b.inputs, &savings);
    pb_layoffs_compile(&layoff_params, &years, PB_NO_DATE, &b.inputs, &layoffs);
    pb_municipal_compile(&towns, day(2011, 5, 15), NULL, &municipal);
    pb_plan_b_compile(&plan_params, &layoffs, &municipal, &years, &b.inputs, &plan);
    pb_midyear_dates(july, estimates);
    pb_midyear_compile(&rescission, &params.appropriations_musd[0], estimates, &municipal, &years,
                       &b.inputs, &midyear);
    pb_budget_compile(&params, &savings, &plan, &layoffs, &midyear, july, &b.inputs, &budget);
    batch_open(&b, &shape);
    set_lanes(b.w->ratified_day, july - 7);
    set_lanes(b.w->in_force_day, july - 1);
    set_lanes(b.w->failed_day, july - 7);
}

static void set_revenue(double first, double second)
{
    set_lanes(b.out.revenue, first);
    set_lanes(b.out.revenue + PB_LANES, second);
}

static void set_official(double first, double second)
{
    set_lanes(b.out.revenue_official, first);
    set_lanes(b.out.revenue_official + PB_LANES, second);
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        set_lanes(b.w->official_revenue[t], first);
    }
}

static void simulate(void)
{
    pb_budget_simulate(&budget, kernels(), rows_of(&b), &b.out, b.w);
}

static size_t of(int branch, int year, size_t lane)
{
    return (size_t)(branch * PB_YEARS + year) * PB_LANES + lane;
}

/* ---- a tiny budget by hand ---- */

/*
 * In $ million, first and second year:
 *   appropriations 1,000 and 1,020, which count on half (the fund's share) of 60 and 80 in labor
 *   savings: 1,030 and 1,060 without them. Lapse 5 and 6, other -2 and -3, opening deficit 10.
 *   The deal saves 50 and 70 as booked, 80% of it as realised: 40 and 56.
 *   Plan B's option saves 15 and 12 as booked, 90% realised: 13.5 and 10.8.
 *   100 notices at once: 10 and 10 a year, less 1 for payouts and 1 for unemployment (50 of them
 *   leave by themselves): 8 and 10 as planned.
 */
static void tiny_budget(void)
{
    start_budget();
    params = (pb_budget_params){.appropriations_musd = {1000.0, 1020.0},
                                .labor_savings_assumed_musd = {60.0, 80.0},
                                .fund_share = {0.5, 0.5},
                                .labor_in_appropriations = true,
                                .lapse_musd = {5.0, 6.0},
                                .other_musd = {-2.0, -3.0},
                                .opening_deficit_musd = 10.0,
                                .carry_share = 1.0,
                                .reserve_fund_musd = 20.0,
                                .reserve_cap_musd = 25.0,
                                .reserve_deposit = 0.5};
    layoff_params.notices = 100;
    layoff_params.gross_per_position_usd = 1e5;
    layoff_params.bumping = 1.0;
    layoff_params.payout_usd = 1e4;
    layoff_params.unemployment_usd = 2e4;
    layoff_params.voluntary_share = 0.5;
    add_saving("wage", PB_QUESTION_COALITION, 50.0, 70.0, (pb_mean_sd){0.8, 0.0});
    add_option(15.0, 12.0, 1.0, (pb_mean_sd){0.9, 0.0});
    open_budget();
    set_revenue(1000.0, 1050.0);
    set_official(1010.0, 1040.0);
}

static void expect_branch(int branch, const double (*expected)[PB_YEARS])
{
    for (int year = 0; year < PB_YEARS; year++) {
        const size_t at = of(branch, year, LANE);
        cr_expect_float_eq(b.out.flow[at], expected[0][year], EXACT, "flow");
        cr_expect_float_eq(b.out.carry[at], expected[1][year], EXACT, "carry");
        cr_expect_float_eq(b.out.balance_by_branch[at], expected[2][year], EXACT, "balance");
        cr_expect_float_eq(b.out.reserve_use[at], expected[3][year], EXACT, "reserve use");
        cr_expect_float_eq(b.out.gap_at_deadline[at], expected[4][year], EXACT, "gap");
    }
}

/*
 * Deal: 1,000 + 40 + 5 - 2 - 1,030 = 13, less 10 carried in: 3, of which 1.5 goes to the reserve;
 *   1,050 + 56 + 6 - 3 - 1,060 = 49, of which 3.5 up to the cap of 25.
 * No deal: 1,000 + 13.5 + 10 - 2 + 5 - 2 - 1,030 = -5.5, less 10: -15.5, taken from the reserve;
 *   1,050 + 10.8 + 10 + 6 - 3 - 1,060 = 13.8, of which 6.9: 4.5 + 6.9 = 11.4 in reserve.
 * On official estimates the gap is 1,030 + 10 - 5 + 2 - 1,010 = 27 and 1,060 - 6 + 3 - 1,040 = 17
 *   without measures; with the deal -23 and -53, with Plan B 27 - 15 - 8 = 4 and 17 - 12 - 10 = -5.
 */
Test(budget, a_tiny_budget_adds_up_as_by_hand)
{
    static const double DEAL[][PB_YEARS] = {{13, 49}, {10, 0}, {3, 49}, {0, 0}, {-23, -53}};
    static const double NO_DEAL[][PB_YEARS] = {
        {-5.5, 13.8}, {10, 0}, {-15.5, 13.8}, {15.5, 0}, {4, -5}};
    tiny_budget();
    simulate();
    expect_branch(PB_BRANCH_DEAL, DEAL);
    expect_branch(PB_BRANCH_NO_DEAL, NO_DEAL);
    cr_expect_float_eq(b.out.reserve_end[LANE], 25.0, 1e-6);
    cr_expect_float_eq(b.out.reserve_end[PB_LANES + LANE], 11.4, 1e-6);
    cr_expect_eq(b.out.balanced_at_close[LANE], 1);
    cr_expect_eq(b.out.balanced_at_close[PB_LANES + LANE], 1, "by the reserve");
    cr_expect_eq(b.out.balanced_at_deadline[LANE], 1);
    cr_expect_eq(b.out.balanced_at_deadline[PB_LANES + LANE], 0, "4 million are missing");
    batch_close(&b);
}

Test(budget, the_balance_is_that_of_the_branch_that_happens_after_the_reserve)
{
    tiny_budget();
    b.w->realised[LANE] = PB_BRANCH_NO_DEAL;
    simulate();
    cr_expect_float_eq(b.out.balance[LANE], 0.0, EXACT, "-15.5 + 15.5");
    cr_expect_float_eq(b.out.balance[PB_LANES + LANE], 13.8, EXACT);
    cr_expect_float_eq(b.out.balance[LANE - 1], 3.0, EXACT, "another lane, with the deal");
    cr_expect_float_eq(b.out.balance[PB_LANES + LANE - 1], 49.0, EXACT);
    batch_close(&b);
}

Test(budget, labor_savings_are_added_back_only_if_the_appropriations_count_on_them)
{
    tiny_budget();
    cr_expect_float_eq(pb_appropriations_musd(&params, 0), 1030.0, EXACT);
    cr_expect_float_eq(pb_appropriations_musd(&params, 1), 1060.0, EXACT);
    params.labor_in_appropriations = false;
    cr_expect_float_eq(pb_appropriations_musd(&params, 0), 1000.0, EXACT);
    simulate();
    cr_expect_float_eq(b.out.flow[of(PB_BRANCH_DEAL, 0, LANE)], 43.0, EXACT, "30 more than 13");
    batch_close(&b);
}

struct deadline_case {
    double ratified, failed; /* days after the deadline */
    double deal, no_deal;    /* gap of the first year */
    char why[48];
};

ParameterizedTestParameters(budget, measures_count_if_they_are_there_at_the_deadline)
{
    static struct deadline_case cases[] = {
        {-7.0, -7.0, -23.0, 4.0, "both before it"},
        {0.0, 0.0, -23.0, 4.0, "on the day itself"},
        {0.5, -7.0, 27.0, 4.0, "ratified half a day late"},
        {-7.0, 0.5, -23.0, 27.0, "Plan B half a day late"},
        {40.0, 40.0, 27.0, 27.0, "both late"},
    };
    return cr_make_param_array(struct deadline_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct deadline_case *c, budget, measures_count_if_they_are_there_at_the_deadline)
{
    const pb_date july = day(2011, 7, 1);
    tiny_budget();
    layoff_params.decided = july; /* so that Plan B is worth the same whenever the deal fails */
    plan_params.option[0].fund_share[0] =
        c->failed > 0.0 ? 366.0 / (366.0 - c->failed) : 1.0; /* less of the year is left */
    set_lanes(b.w->ratified_day, july + c->ratified);
    set_lanes(b.w->failed_day, july + c->failed);
    simulate();
    cr_expect_float_eq(b.out.gap_at_deadline[of(PB_BRANCH_DEAL, 0, LANE)], c->deal, EXACT, "%s",
                       c->why);
    cr_expect_float_eq(b.out.gap_at_deadline[of(PB_BRANCH_NO_DEAL, 0, LANE)], c->no_deal, EXACT,
                       "%s", c->why);
    cr_expect_eq(b.out.balanced_at_deadline[LANE], c->deal <= 0.0, "%s", c->why);
    batch_close(&b);
}

Test(budget, a_gap_of_exactly_nothing_is_balanced)
{
    start_budget();
    params.appropriations_musd[0] = params.appropriations_musd[1] = 100.0;
    open_budget();
    set_revenue(100.0, 100.0);
    set_official(100.0, 100.0);
    simulate();
    cr_expect_eq(b.out.balanced_at_deadline[LANE], 1);
    cr_expect_eq(b.out.balanced_at_close[LANE], 1);
    set_official(100.0, 99.999);
    set_revenue(100.0, 99.999);
    simulate();
    cr_expect_eq(b.out.balanced_at_deadline[LANE], 0, "both years count");
    cr_expect_eq(b.out.balanced_at_close[LANE], 0);
    batch_close(&b);
}

/* ---- controls during the first year ---- */

/* Of 1,000 adopted at most 17.5 is cut; a deficit above 10 asks for a plan, which passes. */
static void controlled_budget(void)
{
    tiny_budget();
    batch_close(&b);
    rescission = (pb_rescission_params){0.05, 0.03, 0.35, false, 0.6, 0.01, 0.5, 1.0};
    open_budget();
    set_revenue(1000.0, 1050.0);
    set_official(1010.0, 1040.0);
}

/*
 * The deal's booked 50 turn the official gap of 27 into a surplus of 23; the plan's 15 and the
 * notices' 10 - 2 leave 4, of which 2.4, then 0.6 of 1.6, then 0.6 of 0.64 is cut: 3.744.
 */
Test(budget, the_branch_in_deficit_is_controlled_on_booked_values)
{
    controlled_budget();
    simulate();
    cr_expect_eq(b.out.rescission[of(PB_BRANCH_DEAL, 0, LANE)], 0.0);
    cr_expect_float_eq(b.out.rescission[of(PB_BRANCH_NO_DEAL, 0, LANE)], 3.744, EXACT);
    cr_expect_float_eq(b.out.flow[of(PB_BRANCH_DEAL, 0, LANE)], 13.0, EXACT);
    cr_expect_float_eq(b.out.flow[of(PB_BRANCH_NO_DEAL, 0, LANE)], -5.5 + 3.744, EXACT);
    cr_expect_float_eq(b.out.reserve_use[of(PB_BRANCH_NO_DEAL, 0, LANE)], 15.5 - 3.744, EXACT);
    cr_expect_float_eq(b.out.flow[of(PB_BRANCH_NO_DEAL, 1, LANE)], 13.8, EXACT, "not year 2");
    cr_expect_float_eq(b.out.gap_at_deadline[of(PB_BRANCH_NO_DEAL, 0, LANE)], 4.0, EXACT,
                       "the adopted estimate does not count on it");
    batch_close(&b);
}

struct projection_case {
    double revenue[PB_N_REVISIONS];    /* estimates */
    double ratified, in_force, failed; /* days after 1 July 2011 */
    double deal, no_deal;              /* rescission + mitigation */
    char why[64];
};

/*
 * Rescissions: 0.6 of the deficit up to 17.5 less what the year has left; plans: half of it.
 * The deal saves 50 x what is left of 366 days, the option 15 x the same; notices net 8, ordered
 * on 1 July whatever happens.
 */
ParameterizedTestParameters(budget, the_projection_knows_what_is_in_force_on_its_day)
{
    static struct projection_case cases[] = {
        {{1010, 1010, 1010}, -7, -1, -7, 0, 3.744, "before the year"},
        {{1010, 1010, 1010}, 100, 183, -7, 0, 3.744, "a deal for half a year: 19 - 25"},
        {{1010, 1010, 1010}, 133, 183, -7, 19.0, 3.744, "ratified the day after the estimate: 19"},
        {{1010, 1010, 1010}, 132, 183, -7, 0, 3.744, "on that day"},
        {{1010, 1010, 1010}, -7, -1, 183, 0, 19.0, "a plan that begins on 31 December"},
        {{1000, 1010, 1010}, -7, -1, -7, 0, 14.0, "an estimate 10 lower asks for a plan: 14"},
        {{1010, 990, 1010}, -7, -1, -7, 0, 24.0, "only in January: 2.4 and 21.6"},
    };
    return cr_make_param_array(struct projection_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct projection_case *c, budget,
                  the_projection_knows_what_is_in_force_on_its_day)
{
    const pb_date july = day(2011, 7, 1);
    controlled_budget();
    layoff_params.decided = july;
    set_lanes(b.w->ratified_day, july + c->ratified);
    set_lanes(b.w->in_force_day, july + c->in_force);
    set_lanes(b.w->failed_day, july + c->failed);
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        set_lanes(b.w->official_revenue[t], c->revenue[t]);
    }
    simulate();
    const double measures[PB_BRANCHES] = {c->deal, c->no_deal};
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        const size_t at = of(branch, 0, LANE);
        cr_expect_float_eq(b.out.rescission[at] + b.out.mitigation[at], measures[branch], EXACT,
                           "%s: branch %d has %g and %g", c->why, branch, b.out.rescission[at],
                           b.out.mitigation[at]);
    }
    batch_close(&b);
}

/* ---- the target ---- */

struct target_case {
    double official[PB_YEARS], psi, estimate, floor;
    double target[PB_YEARS];
    char why[64];
};

/* 200 and 400 of all funds, of which the fund has 0.5 and 0.8. */
ParameterizedTestParameters(budget, the_target_falls_with_the_estimates)
{
    static struct target_case cases[] = {
        {{1000, 1000}, 0.4, 2000, 0, {100, 320}, "no change of the estimate"},
        {{900, 900}, 0.4, 2000, 0, {100, 320}, "a fall does not raise it"},
        {{1100, 1100}, 0.4, 2000, 0, {80, 288}, "0.4 x 200 = 80, half of it each year"},
        {{1650, 550}, 0.4, 2000, 0, {70, 304}, "three quarters to the first: 60, 20"},
        {{1100, 1100}, 0.0, 2000, 0, {100, 320}, "psi 0"},
        {{1100, 1100}, 1.0, 2000, 150, {75, 240}, "floor: 150 of 100; 300 of 300"},
        {{2000, 2000}, 1.0, 2000, 0, {0, 0}, "never below 0"},
        {{1100, 1100}, 0.4, 0, 0, {100, 320}, "no estimate given"},
    };
    return cr_make_param_array(struct target_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct target_case *c, budget, the_target_falls_with_the_estimates)
{
    start_budget();
    params.target_musd[0] = 200.0;
    params.target_musd[1] = 400.0;
    params.fund_share[0] = 0.5;
    params.fund_share[1] = 0.8;
    params.psi = c->psi;
    params.target_estimate_musd = c->estimate;
    params.target_floor_musd[0] = params.target_floor_musd[1] = c->floor;
    open_budget();
    set_official(c->official[0], c->official[1]);
    set_revenue(0.0, 0.0);
    simulate();
    cr_expect_float_eq(b.out.target[LANE], c->target[0], EXACT, "%s", c->why);
    cr_expect_float_eq(b.out.target[PB_LANES + LANE], c->target[1], EXACT, "%s", c->why);
    batch_close(&b);
}

/* ---- closing the books ---- */

struct close_case {
    double flow[PB_YEARS], opening, carry_share, reserve, cap, deposit;
    double use[PB_YEARS], carried, end;
    bool balanced;
    char why[64];
};

/* No appropriations: the flow of a year is its revenue. */
ParameterizedTestParameters(budget, deficits_draw_on_the_reserve_and_the_rest_is_carried)
{
    static struct close_case cases[] = {
        {{5, 5}, 0, 1, 0, 0, 1, {0, 0}, 0, 0, true, "surpluses, a cap of nothing"},
        {{5, 5}, 0, 1, 10, 100, 1, {0, 0}, 0, 20, true, "both are deposited"},
        {{5, 5}, 0, 1, 10, 100, 0.4, {0, 0}, 0, 14, true, "two fifths are"},
        {{5, 5}, 0, 1, 10, 12, 1, {0, 0}, 0, 12, true, "up to the cap"},
        {{5, 5}, 0, 1, 10, 8, 1, {0, 0}, 0, 10, true, "above the cap nothing is taken out"},
        {{-5, 0}, 0, 1, 10, 100, 1, {5, 0}, 0, 5, true, "a deficit within the reserve"},
        {{-10, 0}, 0, 1, 10, 100, 1, {10, 0}, 0, 0, true, "exactly the reserve"},
        {{-15, 20}, 0, 1, 10, 100, 1, {10, 0}, 5, 15, false, "5 are carried, 15 left over"},
        {{-15, 20}, 0, 0.5, 10, 100, 1, {10, 0}, 2.5, 17.5, false, "half is carried"},
        {{-15, 0}, 0, 1, 10, 100, 1, {10, 0}, 5, 0, false, "carried, and nothing to pay it"},
        {{-6, -6}, 0, 1, 10, 100, 1, {6, 4}, 0, 0, false, "two deficits, 10 in reserve"},
        {{8, -12}, 0, 1, 0, 100, 1, {0, 8}, 0, 0, false, "the first year's surplus helps"},
        {{8, -12}, 0, 1, 0, 100, 0, {0, 0}, 0, 0, false, "unless none is deposited"},
        {{8, 0}, 10, 1, 0, 100, 1, {0, 0}, 2, 0, false, "an opening deficit comes first"},
        {{12, 0}, 10, 1, 0, 100, 1, {0, 0}, 0, 2, true, "and leaves the rest"},
    };
    return cr_make_param_array(struct close_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct close_case *c, budget,
                  deficits_draw_on_the_reserve_and_the_rest_is_carried)
{
    start_budget();
    params.opening_deficit_musd = c->opening;
    params.carry_share = c->carry_share;
    params.reserve_fund_musd = c->reserve;
    params.reserve_cap_musd = c->cap;
    params.reserve_deposit = c->deposit;
    open_budget();
    set_revenue(c->flow[0], c->flow[1]);
    simulate();
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        cr_expect_float_eq(b.out.carry[of(branch, 0, LANE)], c->opening, EXACT, "%s", c->why);
        cr_expect_float_eq(b.out.carry[of(branch, 1, LANE)], c->carried, EXACT, "%s", c->why);
        cr_expect_float_eq(b.out.balance_by_branch[of(branch, 1, LANE)], c->flow[1] - c->carried,
                           EXACT, "%s", c->why);
        cr_expect_float_eq(b.out.reserve_use[of(branch, 0, LANE)], c->use[0], EXACT, "%s", c->why);
        cr_expect_float_eq(b.out.reserve_use[of(branch, 1, LANE)], c->use[1], EXACT, "%s", c->why);
        cr_expect_float_eq(b.out.reserve_end[branch * PB_LANES + LANE], c->end, 1e-5, "%s", c->why);
        cr_expect_eq(b.out.balanced_at_close[branch * PB_LANES + LANE], c->balanced, "%s", c->why);
    }
    batch_close(&b);
}

/* ---- a random run ---- */

enum { N_BATCHES = 256, N = N_BATCHES * PB_LANES };

static void random_budget(void)
{
    tiny_budget();
    batch_close(&b);
    params.spending_error_sd = 0.008;
    params.carry_share = 0.7;
    rescission = (pb_rescission_params){0.05, 0.03, 0.35, false, 0.6, 0.01, 0.5, 0.7};
    params.psi = 0.4;
    params.target_estimate_musd = 2000.0;
    params.target_musd[0] = params.target_musd[1] = 120.0;
    layoff_params.decided = day(2011, 6, 1);
    layoff_params.lead_days = 14.0;
    layoff_params.notice_weeks = (pb_quantity){PB_QUANTITY_TRIANGULAR, 2.0, 6.0, 8.0};
    layoff_params.bumping_delay_weeks = (pb_quantity){PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0};
    layoff_params.withdrawn_by_deal = 0.98;
    layoff_params.rehired_by_deal = 0.90;
    savings_params.saving[0].realised.sd = 0.2;
    plan_params.option[0].p_pass = 0.6;
    plan_params.needs = PB_NEEDS_LARGER;
    plan_params.correlation = 0.4;
    plan_params.replace_with_layoffs = true;
    plan_params.notices_cap = 300;
    add_saving("health", PB_QUESTION_UNIT_CONTRACT, 30.0, 40.0, (pb_mean_sd){0.75, 0.25});
    add_option(20.0, 25.0, 0.3, (pb_mean_sd){0.8, 0.15});
    plan_params.option[1].option_class = PB_CLASS_MUNICIPAL_AID;
    towns = (pb_municipal_params){100.0, 20.0, 0.5, 0.25, 85000.0};
    rescission.municipal_aid = true;
    add_option(10.0, 10.0, 0.9, (pb_mean_sd){1.0, 0.05});
    open_budget();
}

/* What other models would have written, from uniforms of this test's own. */
static void set_histories(size_t index)
{
    double u[6][PB_LANES];
    for (uint32_t i = 0; i < 6; i++) {
        kernels()->uniform(7, index * PB_LANES, i, 0, u[i]);
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        b.out.revenue[lane] = 900.0 + 200.0 * u[0][lane];
        b.out.revenue[PB_LANES + lane] = 950.0 + 200.0 * u[1][lane];
        b.w->deal_round[lane] = u[2][lane] < 0.5;
        b.w->realised[lane] = (uint8_t)(u[3][lane] < 0.5 ? PB_BRANCH_DEAL : PB_BRANCH_NO_DEAL);
        b.w->failed_day[lane] = day(2011, 6, 20) + 30.0 * u[4][lane];
        b.w->ratified_day[lane] = b.w->failed_day[lane] + 60.0 * u[5][lane];
        b.w->in_force_day[lane] = b.w->ratified_day[lane] + 30.0;
        b.w->coverage[0][lane] = u[4][lane];
        b.w->coverage[1][lane] = u[5][lane];
    }
}

/* Estimates of the year's revenue that get better or worse by up to 50 each time. */
static void set_estimates(size_t index)
{
    for (uint32_t t = 0; t < PB_N_REVISIONS; t++) {
        double *estimate = b.w->official_revenue[t];
        kernels()->uniform(8, index * PB_LANES, t, 0, estimate);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const double before = t == 0 ? 1010.0 : b.w->official_revenue[t - 1][lane];
            estimate[lane] = before + 100.0 * (estimate[lane] - 0.5);
        }
    }
}

static double musd(const double *column, int branch, int year, size_t lane)
{
    return column[of(branch, year, lane)];
}

/* E.1's terms in one year of a branch, by the names of the columns. */
static double sum_of_terms(int branch, int year, size_t lane)
{
    return b.out.revenue[year * PB_LANES + (int)lane]
           + musd(b.out.labor_savings, branch, year, lane) + musd(b.out.plan_b, branch, year, lane)
           + musd(b.out.layoff_savings, branch, year, lane)
           + musd(b.out.rescission, branch, year, lane) + musd(b.out.mitigation, branch, year, lane)
           - musd(b.out.separation_cost, branch, year, lane) + params.lapse_musd[year]
           + params.other_musd[year] - (year == 0 ? 1030.0 : 1060.0)
           - b.out.spending_error[year * PB_LANES + (int)lane];
}

static void expect_controls(int branch, size_t lane)
{
    cr_assert(musd(b.out.rescission, branch, 0, lane) <= 0.05 * (0.35 * 1000.0 + 100.0) + EXACT,
              "the cap with what towns may bear");
    cr_assert(musd(b.out.rescission, branch, 0, lane) >= 0.0);
    cr_assert(b.out.mitigation_triggered[branch * PB_LANES + (int)lane]
                  || musd(b.out.mitigation, branch, 0, lane) == 0.0,
              "no plan unless asked for");
    cr_assert(musd(b.out.rescission, branch, 1, lane) == 0.0
                  && musd(b.out.mitigation, branch, 1, lane) == 0.0,
              "first year only");
}

/* The branch that happens: all is late, three quarters of $85,000 jobs. */
static void expect_towns(size_t lane)
{
    const double cut = b.out.municipal_cut[lane];
    cr_assert(cut >= 0.0 && cut <= 20.0, "never above the cap");
    cr_assert(fabs(b.out.local_layoffs[lane] - 0.75e6 * cut / 85000.0) <= 0.501);
    cr_assert(cut <= musd(b.out.plan_b, b.w->realised[lane], 0, lane)
                         + musd(b.out.rescission, b.w->realised[lane], 0, lane) + 1e-5,
              "no more than the state saves");
}

static void expect_ledger(int branch, size_t lane)
{
    double reserve = 20.0, carry = 10.0;
    bool balanced = true;
    for (int year = 0; year < PB_YEARS; year++) {
        const double flow = musd(b.out.flow, branch, year, lane);
        const double balance = musd(b.out.balance_by_branch, branch, year, lane);
        const double use = musd(b.out.reserve_use, branch, year, lane);
        cr_assert_float_eq(flow, sum_of_terms(branch, year, lane), EXACT);
        cr_assert_float_eq(musd(b.out.carry, branch, year, lane), carry, EXACT);
        cr_assert_float_eq(balance, flow - carry, EXACT);
        cr_assert(use >= 0.0 && use <= reserve, "no more than there is");
        cr_assert(use == 0.0 || balance + use <= EXACT, "no more than is needed");
        reserve += fmin(fmax(balance, 0.0) * 0.5, fmax(25.0 - reserve, 0.0)) - use;
        carry = 0.7 * fmax(-(balance + use), 0.0);
        cr_assert(carry <= EXACT || reserve <= EXACT, "a deficit is carried only without reserve");
        balanced = balanced && balance + use >= 0.0;
        if (branch == b.w->realised[lane]) {
            cr_assert_float_eq(b.out.balance[year * PB_LANES + (int)lane], balance + use, EXACT);
        }
    }
    cr_assert_float_eq(b.out.reserve_end[branch * PB_LANES + (int)lane], reserve, 1e-5);
    cr_assert_eq(b.out.balanced_at_close[branch * PB_LANES + (int)lane], balanced);
}

/* Revenue, spending, lapse and the rest are the same in both branches. */
static void expect_difference_of_parts(int year, size_t lane)
{
    double difference = 0.0;
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        const double sign = branch == PB_BRANCH_DEAL ? 1.0 : -1.0;
        difference += sign * musd(b.out.labor_savings, branch, year, lane);
        difference += sign * musd(b.out.plan_b, branch, year, lane);
        difference += sign * musd(b.out.layoff_savings, branch, year, lane);
        difference += sign * musd(b.out.rescission, branch, year, lane);
        difference += sign * musd(b.out.mitigation, branch, year, lane);
        difference -= sign * musd(b.out.separation_cost, branch, year, lane);
    }
    cr_assert_float_eq(musd(b.out.flow, PB_BRANCH_DEAL, year, lane)
                           - musd(b.out.flow, PB_BRANCH_NO_DEAL, year, lane),
                       difference, EXACT);
}

Test(budget, in_every_draw_the_components_add_up)
{
    random_budget();
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        set_histories(i);
        set_official(1010.0, 1040.0);
        set_estimates(i);
        simulate();
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            for (int branch = 0; branch < PB_BRANCHES; branch++) {
                expect_ledger(branch, lane);
                expect_controls(branch, lane);
            }
            cr_assert(b.out.layoffs[lane] <= b.out.notices[lane]
                      && b.out.layoffs[PB_LANES + lane] <= b.out.notices[PB_LANES + lane]);
            cr_assert(b.out.reserve_end[lane] >= 0.0f
                      && b.out.reserve_end[PB_LANES + lane] >= 0.0f);
            expect_towns(lane);
            expect_difference_of_parts(0, lane);
            expect_difference_of_parts(1, lane);
        }
    }
    batch_close(&b);
}

Test(budget, spending_errors_are_a_share_of_appropriations)
{
    static double error[PB_YEARS][N];
    random_budget();
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        set_histories(i);
        simulate();
        for (int year = 0; year < PB_YEARS; year++) {
            memcpy(&error[year][i * PB_LANES], &b.out.spending_error[year * PB_LANES],
                   PB_LANES * sizeof **error);
        }
    }
    expect_mean("year 1", error[0], N, 0.0);
    expect_mean("year 2", error[1], N, 0.0);
    expect_variance("year 1", error[0], 0.0, N, 8.24 * 8.24); /* 0.8% of 1,030 */
    expect_variance("year 2", error[1], 0.0, N, 8.48 * 8.48);
    expect_covariance("years", error[0], 0.0, error[1], 0.0, N, 0.0);
    batch_close(&b);
}
