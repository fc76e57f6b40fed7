/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Controls during the first year (SPEC E.7) by hand. Appropriations 10,000: at most
 * min(0.05 x 0.35, 0.03) = 1.75% is cut, 175, and a deficit above 100 asks for a plan. Of the cap
 * 1, 336/366 and 124/366 can still be cut on 10 November, 15 January and 30 April, when 234, 168
 * and 62 of 366 days are left.
 */
#include "models/midyear.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>

enum { LANE = 90 };

static const double EXACT = 1e-9;
static const double APRIL = 175.0 * 124.0 / 366.0; /* 59.29 */

static pb_rescission_params params;
static pb_municipal_params towns;
static pb_municipal municipal;
static pb_midyear midyear;
static batch b;
static double deficit[PB_BRANCHES][PB_N_REVISIONS][PB_LANES];

static void start_controls(void)
{
    params = (pb_rescission_params){.per_appropriation = 0.05,
                                    .per_fund = 0.03,
                                    .discretionary_share = 0.35,
                                    .response = 0.60,
                                    .mitigation_trigger = 0.01,
                                    .mitigation_share = 0.50,
                                    .p_mitigation = 0.70};
}

static const double APPROPRIATIONS_MUSD = 10000.0;

static void open_controls(void)
{
    const pb_date july = day(2011, 7, 1);
    const pb_fiscal_years years = pb_fiscal_years_from(july);
    const pb_shape shape = {
        .extent = {[PB_AXIS_NONE] = 1, [PB_AXIS_YEAR] = PB_YEARS, [PB_AXIS_BRANCH] = PB_BRANCHES}};
    pb_date date[PB_N_REVISIONS];
    pb_midyear_dates(july, date);
    pb_municipal_compile(&towns, day(2012, 1, 15), NULL, &municipal);
    pb_midyear_compile(&params, &APPROPRIATIONS_MUSD, date, &municipal, &years, &b.inputs,
                       &midyear);
    batch_open(&b, &shape);
    memset(deficit, 0, sizeof deficit);
}

static void simulate(void)
{
    pb_midyear_simulate(&midyear, rows_of(&b), (const double(*)[PB_N_REVISIONS][PB_LANES])deficit,
                        b.w, &b.out);
}

static double first_year(const double *column, int branch, size_t lane)
{
    return column[(size_t)branch * PB_YEARS * PB_LANES + lane];
}

Test(midyear, estimates_come_on_the_consensus_dates)
{
    pb_date date[PB_N_REVISIONS];
    pb_midyear_dates(day(2011, 7, 1), date);
    cr_expect(date[0] == day(2011, 11, 10) && date[1] == day(2012, 1, 15)
              && date[2] == day(2012, 4, 30));
    pb_midyear_dates(day(2011, 10, 1), date); /* a federal year: as many months and days into it */
    cr_expect(date[0] == day(2012, 2, 10) && date[1] == day(2012, 4, 15)
              && date[2] == day(2012, 7, 30));
}

/* ---- a branch by hand ---- */

struct control_case {
    double deficit[PB_N_REVISIONS]; /* before any measure */
    double passage[PB_N_REVISIONS]; /* a plan passes below 0.7 */
    double response;
    double rescission, mitigation;
    bool triggered;
    char why[72];
};

ParameterizedTestParameters(midyear, cuts_and_plans_follow_the_projected_deficit)
{
    // clang-format off
    static struct control_case cases[] = {
        {{-5, 0, -1}, {0, 0, 0}, 0.6, 0, 0, false, "no deficit"},
        {{50, 50, 50}, {0, 0, 0}, 0.6, 30 + 12 + 4.8, 0, false, "three fifths of what is left each time"},
        {{50, 50, 80}, {0, 0, 0}, 0.6, 0, 0, false, "42, then 38 are projected and 17.3 unspent"},
        {{100, 40, 40}, {0, 0, 0}, 0.6, 60, 0, false, "a deficit of the trigger itself asks for nothing"},
        {{100.001, 40, 40}, {0.7, 0, 0}, 0.6, 60.0006, 0, true, "a cent above it does; the plan fails"},
        {{400, 400, 400}, {0.7, 0.7, 0.7}, 0.6, 175, 0, true, "the cap at once, and no plan ever"},
        {{400, 400, 400}, {0, 0, 0}, 0.6, 175, 200, true, "a plan of half; 25 are left, below the trigger"},
        {{400, 400, 400}, {0.9, 0.1, 0.1}, 0.6, 175, 112.5 + 56.25, true, "passes in January for half of 225, in April of 112.5"},
        {{0, 0, 300}, {0, 0, 0.1}, 0.6, 175.0 * 124.0 / 366.0, 150, true, "in April little can be cut"},
        {{0, 300, 300}, {0, 0.1, 0.1}, 0.6, 175.0 * 336.0 / 366.0, 139.3442622950, true, "January: 160.7, and the plan only what is left"},
        {{150, 0, 0}, {0.1, 0, 0}, 1.0, 150, 0, true, "all is cut: a plan has nothing to bring"},
        {{200, -50, -50}, {0.1, 0, 0}, 0.6, 120, 80, true, "better estimates give nothing back"},
        {{-50, 20, 20}, {0, 0, 0}, 0.0, 0, 0, false, "an executive that does not respond"},
    };
    // clang-format on
    cases[2].rescission = APRIL;
    return cr_make_param_array(struct control_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct control_case *c, midyear, cuts_and_plans_follow_the_projected_deficit)
{
    start_controls();
    params.response = c->response;
    open_controls();
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        set_lanes(deficit[PB_BRANCH_NO_DEAL][t], c->deficit[t]);
        set_lanes(deficit[PB_BRANCH_DEAL][t], -100.0);
        set_lanes(row_of(&b, PB_FOR_MITIGATION, (unsigned)t + 1, ""), c->passage[t]);
    }
    simulate();
    cr_expect_float_eq(first_year(b.out.rescission, PB_BRANCH_NO_DEAL, LANE), c->rescission, EXACT,
                       "rescission: %s", c->why);
    cr_expect_float_eq(first_year(b.out.mitigation, PB_BRANCH_NO_DEAL, LANE), c->mitigation, EXACT,
                       "mitigation: %s", c->why);
    cr_expect_eq(b.out.mitigation_triggered[PB_BRANCH_NO_DEAL * PB_LANES + LANE], c->triggered,
                 "%s", c->why);
    cr_expect_eq(first_year(b.out.rescission, PB_BRANCH_DEAL, LANE), 0.0, "the other branch");
    cr_expect_eq(b.out.mitigation_triggered[PB_BRANCH_DEAL * PB_LANES + LANE], 0);
    batch_close(&b);
}

Test(midyear, the_cap_is_the_lower_of_two)
{
    start_controls();
    params.discretionary_share = 0.8; /* 4% of the appropriations, above 3% of the fund */
    open_controls();
    set_lanes(deficit[PB_BRANCH_NO_DEAL][0], 1000.0);
    simulate();
    cr_expect_float_eq(first_year(b.out.rescission, PB_BRANCH_NO_DEAL, LANE), 300.0, EXACT);
    batch_close(&b);
}

/* ---- aid to towns ---- */

struct town_case {
    double aid, cap, cut_before; /* cut_before: by options, without a deal */
    double deficit[PB_N_REVISIONS];
    double rescission, towns, staff;
    char why[72];
};

/* Towns have set their budgets on 15 January: only the cut of April is late. */
ParameterizedTestParameters(midyear, towns_bear_their_part_of_a_rescission)
{
    static struct town_case cases[] = {
        {500, 500, 0, {50, 0, 0}, 30, 30 * 25.0 / 200, 15 * 25.0 / 200, "25 of 175 + 25"},
        {500, 500, 0, {900, 0, 0}, 200, 25, 12.5, "all that can be cut"},
        {500, 20, 0, {900, 0, 0}, 195, 20, 10, "their cap leaves 20"},
        {500, 500, 490, {900, 0, 0}, 185, 10, 5, "options have left 10"},
        {500, 500, 500, {900, 0, 0}, 175, 0, 0, "and here nothing"},
        {5000, 5000, 0, {900, 0, 0}, 300, 300 * 250.0 / 425, 150 * 250.0 / 425, "3% of the fund"},
        {500, 500, 0, {0, 0, 50}, 30, 30 * 25.0 / 200, 22.5 * 25.0 / 200, "late: three quarters"},
    };
    return cr_make_param_array(struct town_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct town_case *c, midyear, towns_bear_their_part_of_a_rescission)
{
    start_controls();
    params.municipal_aid = true;
    params.p_mitigation = 0.0;
    towns = (pb_municipal_params){c->aid, c->cap, 0.5, 0.25, 85000.0};
    open_controls();
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        set_lanes(deficit[PB_BRANCH_NO_DEAL][t], c->deficit[t]);
    }
    set_lanes(b.w->town_cut[PB_BRANCH_NO_DEAL], c->cut_before);
    simulate();
    cr_expect_float_eq(first_year(b.out.rescission, PB_BRANCH_NO_DEAL, LANE), c->rescission, EXACT,
                       "%s", c->why);
    cr_expect_float_eq(b.w->town_cut[PB_BRANCH_NO_DEAL][LANE], c->cut_before + c->towns, EXACT,
                       "%s", c->why);
    cr_expect_float_eq(b.w->town_staff[PB_BRANCH_NO_DEAL][LANE], c->staff, EXACT, "%s", c->why);
    cr_expect_eq(b.w->town_cut[PB_BRANCH_DEAL][LANE], 0.0);
    batch_close(&b);
}

Test(midyear, towns_bear_nothing_unless_their_aid_may_be_cut)
{
    start_controls();
    towns = (pb_municipal_params){500.0, 500.0, 0.5, 0.25, 85000.0};
    open_controls();
    set_lanes(deficit[PB_BRANCH_NO_DEAL][0], 900.0);
    simulate();
    cr_expect_float_eq(first_year(b.out.rescission, PB_BRANCH_NO_DEAL, LANE), 175.0, EXACT);
    cr_expect_eq(b.w->town_cut[PB_BRANCH_NO_DEAL][LANE], 0.0);
    batch_close(&b);
}

Test(midyear, without_controls_nothing_is_drawn_or_done)
{
    params = (pb_rescission_params){0};
    open_controls();
    cr_expect_eq(b.inputs.n, 0u);
    set_lanes(deficit[PB_BRANCH_NO_DEAL][0], 500.0);
    simulate();
    cr_expect_eq(first_year(b.out.rescission, PB_BRANCH_NO_DEAL, LANE), 0.0);
    cr_expect_eq(b.out.mitigation_triggered[PB_BRANCH_NO_DEAL * PB_LANES + LANE], 0);
    batch_close(&b);
}

/* ---- in every draw ---- */

static void expect_within_limits(int branch, size_t lane)
{
    const double cut = first_year(b.out.rescission, branch, lane);
    const double plan = first_year(b.out.mitigation, branch, lane);
    double largest = 0.0;
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        largest = fmax(largest, deficit[branch][t][lane]);
    }
    cr_assert(cut >= 0.0 && cut <= 175.0 + EXACT, "never above the cap");
    cr_assert(plan >= 0.0 && cut + plan <= largest + EXACT, "no more than was ever missing");
    cr_assert(largest > 0.0 || cut + plan == 0.0);
    cr_assert_eq(b.out.mitigation_triggered[branch * PB_LANES + (int)lane],
                 deficit[branch][0][lane] > 100.0, "deficits fall here: the first decides");
    cr_assert_eq(b.out.rescission[((size_t)branch * PB_YEARS + 1) * PB_LANES + lane], 0.0,
                 "first year only");
}

/* Without a deal deficits fall from estimate to estimate; with one that of November is over. */
static void set_deficits(size_t index)
{
    for (uint32_t t = 0; t < PB_N_REVISIONS; t++) {
        double *with = deficit[PB_BRANCH_DEAL][t], *without = deficit[PB_BRANCH_NO_DEAL][t];
        kernels()->uniform(7, index * PB_LANES, t, 0, with);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const double u = with[lane];
            with[lane] = t == 0 ? 900.0 * u - 300.0 : -10.0 * u;
            without[lane] =
                t == 0 ? 900.0 * u - 290.0 : deficit[PB_BRANCH_NO_DEAL][t - 1][lane] - 100.0 * u;
        }
    }
}

Test(midyear, in_every_draw_limits_hold_and_plans_pass_as_often_as_they_should)
{
    enum { N_BATCHES = 512 };
    size_t asked = 0, passed = 0;
    start_controls();
    open_controls();
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        set_deficits(i);
        simulate();
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            expect_within_limits(PB_BRANCH_DEAL, lane);
            expect_within_limits(PB_BRANCH_NO_DEAL, lane);
            asked += b.out.mitigation_triggered[lane];
            passed += first_year(b.out.mitigation, PB_BRANCH_DEAL, lane) > 0.0;
        }
    }
    expect_probability("plans of November", passed, asked, 0.7);
    batch_close(&b);
}
