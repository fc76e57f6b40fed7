/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Plan B menu (SPEC E.4), by hand: small menus whose passage is certain, impossible or set.
 * The deal fails before the first fiscal year, so an option counts in full unless it says later.
 */
#include "models/plan_b.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>
#include <gsl/gsl_cdf.h>

enum { LANE = 77 };

static pb_layoff_params layoff_params;
static pb_layoffs layoffs;
static pb_municipal_params towns;
static pb_municipal municipal;
static pb_plan_b_params params;
static pb_plan_b plan;
static batch b;
static double shortfall[PB_YEARS][PB_LANES];

/* No layoffs. One notice would save 0.1 million a year, at no cost and at once. */
static void start_menu(void)
{
    layoff_params = (pb_layoff_params){.decided = day(2011, 7, 1),
                                       .n_batches = 1,
                                       .batch = {{1.0, 0.0}},
                                       .gross_per_position_usd = 1e5,
                                       .bumping = 1.0};
    towns = (pb_municipal_params){0};
    params = (pb_plan_b_params){.overshoot = 1.0, .correlation = 0.4, .notices_cap = 7500};
}

static pb_option *add_option(double first, double second, double p_pass)
{
    pb_option *added = &params.option[params.n_options];
    *added = (pb_option){.amount_musd = {first, second},
                         .fund_share = {1.0, 1.0},
                         .p_pass = p_pass,
                         .realised = {1.0, 0.0},
                         .earliest = PB_NO_DATE,
                         .owner = PB_OWNER_LEGISLATURE};
    snprintf(added->id, sizeof added->id, "option%d", params.n_options++);
    return added;
}

static void open_menu(double target_1, double target_2, double shortfall_1, double shortfall_2)
{
    const pb_fiscal_years years = pb_fiscal_years_from(day(2011, 7, 1));
    const pb_shape shape = {.extent = {[PB_AXIS_NONE] = 1,
                                       [PB_AXIS_YEAR] = PB_YEARS,
                                       [PB_AXIS_BRANCH] = PB_BRANCHES,
                                       [PB_AXIS_OPTION] = (size_t)params.n_options}};
    pb_layoffs_compile(&layoff_params, &years, PB_NO_DATE, &b.inputs, &layoffs);
    pb_municipal_compile(&towns, day(2011, 5, 15), NULL, &municipal);
    pb_plan_b_compile(&params, &layoffs, &municipal, &years, &b.inputs, &plan);
    batch_open(&b, &shape);
    set_lanes(b.w->failed_day, day(2011, 6, 26));
    set_lanes(b.out.target, target_1);
    set_lanes(b.out.target + PB_LANES, target_2);
    set_lanes(shortfall[0], shortfall_1);
    set_lanes(shortfall[1], shortfall_2);
}

static void simulate(void)
{
    pb_plan_b_simulate(&plan, rows_of(&b), (const double(*)[PB_LANES])shortfall, b.w, &b.out);
}

/* The options taken in LANE, as a mask. */
static unsigned taken(void)
{
    unsigned mask = 0;
    simulate();
    for (int o = 0; o < params.n_options; o++) {
        mask |= (unsigned)b.out.option_passed[o * PB_LANES + LANE] << o;
    }
    return mask;
}

/* ---- which options ---- */

struct option_row {
    double amount[PB_YEARS], p_pass;
    int priority;
    unsigned needs, excludes;
};

struct menu_case {
    double needed[PB_YEARS], overshoot;
    struct option_row option[4]; /* up to the first without amounts */
    unsigned taken;
    char why[72];
};

ParameterizedTestParameters(plan_b, a_menu_is_taken_in_order_until_both_years_are_covered)
{
    // clang-format off
    static struct menu_case cases[] = {
        {{10, 10}, 1, {{{10, 10}, 1, 1, 0, 0}, {{10, 10}, 1, 1, 0, 0}}, 1, "ties in list order"},
        {{10, 10}, 1, {{{10, 10}, 1, 2, 0, 0}, {{10, 10}, 1, 1, 0, 0}}, 2, "lower priority first"},
        {{15, 15}, 1, {{{10, 10}, 1, 5, 0, 0}, {{10, 10}, 1, -1, 0, 0}, {{10, 10}, 1, 2, 0, 0}, {{10, 10}, 1, 2, 0, 0}}, 6, "priorities -1, 2, 2, 5"},
        {{10, 20}, 1, {{{10, 10}, 1, 0, 0, 0}, {{10, 10}, 1, 0, 0, 0}, {{10, 10}, 1, 0, 0, 0}}, 3, "the second year still needs the second option"},
        {{20, 10}, 1, {{{10, 10}, 1, 0, 0, 0}, {{10, 10}, 1, 0, 0, 0}, {{10, 10}, 1, 0, 0, 0}}, 3, "or the first year"},
        {{10, 10}, 1, {{{10, 9.999}, 1, 0, 0, 0}, {{1, 1}, 1, 0, 0, 0}}, 3, "not quite covered"},
        {{0, 0}, 1, {{{10, 10}, 1, 0, 0, 0}}, 0, "nothing is needed"},
        {{10, 10}, 1.5, {{{10, 10}, 1, 0, 0, 0}, {{5, 5}, 1, 0, 0, 0}, {{5, 5}, 1, 0, 0, 0}}, 3, "overshoot: 15 of 10"},
        {{99, 99}, 1, {{{10, 10}, 0, 0, 0, 0}, {{10, 10}, 1, 0, 0, 0}}, 2, "p 0 never, p 1 always"},
        {{99, 99}, 1, {{{10, 10}, 1, 0, 2, 0}, {{10, 10}, 1, 0, 0, 0}}, 2, "needs one that comes later: skipped"},
        {{99, 99}, 1, {{{10, 10}, 1, 1, 2, 0}, {{10, 10}, 1, 0, 0, 0}}, 3, "needs one of higher priority"},
        {{99, 99}, 1, {{{10, 10}, 0, 0, 0, 0}, {{10, 10}, 1, 1, 1, 0}, {{10, 10}, 1, 2, 2, 0}}, 0, "needs one that is refused, and so on"},
        {{99, 99}, 1, {{{10, 10}, 1, 0, 0, 0}, {{10, 10}, 0, 0, 0, 0}, {{10, 10}, 1, 1, 3, 0}}, 1, "needs two, one is refused"},
        {{99, 99}, 1, {{{10, 10}, 1, 0, 0, 0}, {{10, 10}, 1, 1, 0, 1}, {{10, 10}, 1, 2, 0, 0}}, 5, "excludes one that has passed"},
        {{99, 99}, 1, {{{10, 10}, 0, 0, 0, 0}, {{10, 10}, 1, 1, 0, 1}}, 2, "excludes one that was refused"},
        {{99, 99}, 1, {{{10, 10}, 1, 0, 0, 2}, {{10, 10}, 1, 1, 0, 0}, {{10, 10}, 1, 2, 0, 0}}, 5, "is excluded by one that has passed"},
        {{99, 99}, 1, {{{10, 10}, 0, 0, 0, 2}, {{10, 10}, 1, 1, 0, 0}}, 2, "is excluded by one that was refused"},
    };
    // clang-format on
    return cr_make_param_array(struct menu_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct menu_case *c, plan_b,
                  a_menu_is_taken_in_order_until_both_years_are_covered)
{
    double sum[PB_YEARS] = {0.0};
    start_menu();
    params.overshoot = c->overshoot;
    for (int o = 0; o < 4 && c->option[o].amount[0] > 0.0; o++) {
        const struct option_row *row = &c->option[o];
        pb_option *option = add_option(row->amount[0], row->amount[1], row->p_pass);
        option->priority = row->priority;
        option->needs = row->needs;
        option->excludes = row->excludes;
        for (int year = 0; year < PB_YEARS; year++) {
            sum[year] += c->taken >> o & 1 ? row->amount[year] : 0.0;
        }
    }
    open_menu(c->needed[0], c->needed[1], 0.0, 0.0);
    batch_fill(&b, 0); /* certain and impossible whatever is drawn */
    cr_expect_eq(taken(), c->taken, "%s", c->why);
    for (int year = 0; year < PB_YEARS; year++) {
        const size_t no_deal = (PB_BRANCH_NO_DEAL * PB_YEARS + (size_t)year) * PB_LANES + LANE;
        const size_t deal = (PB_BRANCH_DEAL * PB_YEARS + (size_t)year) * PB_LANES + LANE;
        cr_expect_float_eq(b.out.plan_b[no_deal], sum[year], 1e-12, "%s", c->why);
        cr_expect_eq(b.out.plan_b[deal], 0.0, "no Plan B with a deal");
        cr_expect_float_eq(b.w->booked_plan_b[year][LANE], sum[year], 1e-12, "%s", c->why);
    }
    batch_close(&b);
}

/* ---- what is needed ---- */

struct needs_case {
    pb_needs needs;
    double target[PB_YEARS], shortfall[PB_YEARS];
    int n_taken; /* options of 10 and 10 */
    char why[64];
};

ParameterizedTestParameters(plan_b, the_menu_covers_the_target_the_shortfall_or_the_larger)
{
    static struct needs_case cases[] = {
        {PB_NEEDS_TARGET, {30, 30}, {50, 50}, 3, "the target"},
        {PB_NEEDS_SHORTFALL, {30, 30}, {50, 50}, 5, "the shortfall"},
        {PB_NEEDS_LARGER, {30, 30}, {50, 50}, 5, "the larger: the shortfall"},
        {PB_NEEDS_LARGER, {30, 30}, {10, 10}, 3, "the larger: the target"},
        {PB_NEEDS_LARGER, {30, 0}, {0, 40}, 4, "the larger, year by year"},
        {PB_NEEDS_SHORTFALL, {30, 30}, {-5, 20}, 2, "a surplus needs nothing"},
        {PB_NEEDS_SHORTFALL, {30, 30}, {-5, -5}, 0, "nor do two"},
        {PB_NEEDS_TARGET, {-5, 0}, {50, 50}, 0, "a target below zero"},
    };
    return cr_make_param_array(struct needs_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct needs_case *c, plan_b,
                  the_menu_covers_the_target_the_shortfall_or_the_larger)
{
    start_menu();
    params.needs = c->needs;
    for (int o = 0; o < 8; o++) {
        add_option(10.0, 10.0, 1.0);
    }
    open_menu(c->target[0], c->target[1], c->shortfall[0], c->shortfall[1]);
    cr_expect_eq(taken(), (1u << c->n_taken) - 1, "%s", c->why);
    batch_close(&b);
}

/* ---- what an option brings ---- */

struct worth_case {
    double mean, sd, score; /* realised share: mean + sd score */
    int earliest;           /* days after 1 July 2011; -1: at once */
    double failed;          /* likewise */
    double booked[PB_YEARS], realised[PB_YEARS];
    char why[48];
};

/* 100 and 200 million; FY2012 has 366 days, FY2013 365. */
ParameterizedTestParameters(plan_b, an_option_is_booked_and_realised)
{
    static struct worth_case cases[] = {
        {0.85, 0.15, 1.0, -1, -5.0, {100, 200}, {100, 200}, "0.85 + 0.15"},
        {0.85, 0.15, -2.0, -1, -5.0, {100, 200}, {55, 110}, "two sd below"},
        {0.60, 0.30, -3.0, -1, -5.0, {100, 200}, {0, 0}, "no less than nothing"},
        {0.60, 0.30, 4.0, -1, -5.0, {100, 200}, {150, 300}, "no more than 1.5"},
        {1.0, 0.0, 0.0, 183, -5.0, {50, 200}, {50, 200}, "from the middle of year 1"},
        {1.0, 0.0, 0.0, -1, 91.5, {75, 200}, {75, 200}, "the deal fails that late"},
        {1.0, 0.0, 0.0, 91, 183.0, {50, 200}, {50, 200}, "the later day counts"},
        {1.0, 0.0, 0.0, 439, -5.0, {0, 160}, {0, 160}, "from 73 days into year 2"},
    };
    return cr_make_param_array(struct worth_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct worth_case *c, plan_b, an_option_is_booked_and_realised)
{
    const pb_date july = day(2011, 7, 1);
    start_menu();
    pb_option *option = add_option(125.0, 160.0, 1.0);
    option->fund_share[0] = 0.8;  /* 100 of 125 */
    option->fund_share[1] = 1.25; /* 200 of 160: any factor */
    option->realised = (pb_mean_sd){c->mean, c->sd};
    option->earliest = c->earliest < 0 ? PB_NO_DATE : july + c->earliest;
    open_menu(1000.0, 1000.0, 0.0, 0.0);
    set_lanes(b.w->failed_day, july + c->failed);
    set_lanes(row_of(&b, PB_FOR_OPTION_REALISATION, 0, "option0"), c->score);
    cr_assert_eq(taken(), 1u);
    for (size_t year = 0; year < PB_YEARS; year++) {
        const size_t no_deal = (PB_BRANCH_NO_DEAL * PB_YEARS + year) * PB_LANES + LANE;
        cr_expect_float_eq(b.w->booked_plan_b[year][LANE], c->booked[year], 1e-10, "%s", c->why);
        cr_expect_float_eq(b.out.plan_b[no_deal], c->realised[year], 1e-10, "%s", c->why);
        cr_expect_float_eq(b.out.plan_b_by_option[year * PB_LANES + LANE], c->realised[year], 1e-10,
                           "%s", c->why);
    }
    batch_close(&b);
}

/* ---- aid to towns ---- */

Test(plan_b, the_class_that_cuts_aid_to_towns_is_known_by_its_place)
{
    cr_expect_str_eq(PB_OPTION_CLASSES[PB_CLASS_MUNICIPAL_AID].name, "municipal_aid");
}

struct town_case {
    double amount[3][PB_YEARS];   /* of options that cut aid; the fund has half of each */
    double cap, realised, failed; /* failed: days after 1 July 2011 */
    unsigned taken;
    double cut, staff; /* first year; budgets were set on 15 May 2011 */
    char why[72];
};

ParameterizedTestParameters(plan_b, options_cut_aid_to_towns_up_to_its_cap)
{
    static struct town_case cases[] = {
        {{{30, 30}, {60, 60}, {10, 10}}, 100, 1, -5, 7, 100, 75, "exactly the cap"},
        {{{30, 30}, {60, 60}, {10, 10}}, 99, 1, -5, 3, 90, 67.5, "the last is a million too much"},
        {{{30, 30}, {60, 60}, {10, 10}}, 50, 1, -5, 5, 40, 30, "the second: smaller ones go on"},
        {{{30, 30}, {60, 60}, {10, 10}}, 5, 1, -5, 0, 0, 0, "none fits"},
        {{{30, 110}, {60, 0}, {10, 10}}, 100, 1, -5, 6, 70, 52.5, "year 2 is capped too"},
        {{{30, 30}, {60, 60}, {10, 10}}, 100, 0.9, -5, 7, 90, 67.5, "nine tenths are realised"},
        {{{30, 30}, {60, 60}, {10, 10}}, 100, 1.5, -5, 7, 100, 75, "never more than the cap"},
        {{{30, 30}, {60, 60}, {10, 10}}, 100, 1, 183, 7, 50, 37.5, "from the middle of the year"},
        {{{30, 30}, {60, 60}, {10, 10}}, 100, 1, -47, 7, 100, 50, "on the day budgets are set"},
        {{{30, 30}, {60, 60}, {10, 10}}, 100, 1, -46, 7, 100, 75, "a day late"},
    };
    return cr_make_param_array(struct town_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct town_case *c, plan_b, options_cut_aid_to_towns_up_to_its_cap)
{
    start_menu();
    towns = (pb_municipal_params){200.0, c->cap, 0.5, 0.25, 85000.0};
    for (int o = 0; o < 3; o++) {
        pb_option *option = add_option(c->amount[o][0], c->amount[o][1], 1.0);
        option->option_class = PB_CLASS_MUNICIPAL_AID;
        option->fund_share[0] = option->fund_share[1] = 0.5;
        option->realised.mean = c->realised;
    }
    add_option(500.0, 500.0, 1.0); /* of another class: no cap */
    open_menu(900.0, 900.0, 0.0, 0.0);
    set_lanes(b.w->failed_day, day(2011, 7, 1) + c->failed);
    cr_expect_eq(taken(), c->taken | 8u, "%s", c->why);
    cr_expect_float_eq(b.w->town_cut[PB_BRANCH_NO_DEAL][LANE], c->cut, 1e-9, "%s", c->why);
    cr_expect_float_eq(b.w->town_staff[PB_BRANCH_NO_DEAL][LANE], c->staff, 1e-9, "%s", c->why);
    cr_expect_eq(b.w->town_cut[PB_BRANCH_DEAL][LANE], 0.0, "no Plan B with a deal");
    batch_close(&b);
}

Test(plan_b, without_the_block_cuts_in_aid_are_not_followed)
{
    start_menu();
    add_option(30.0, 30.0, 1.0)->option_class = PB_CLASS_MUNICIPAL_AID;
    open_menu(900.0, 900.0, 0.0, 0.0);
    cr_expect_eq(taken(), 1u, "and have no cap");
    cr_expect_eq(b.w->town_cut[PB_BRANCH_NO_DEAL][LANE], 0.0);
    batch_close(&b);
}

/* ---- layoffs ---- */

struct replacement_case {
    int64_t planned, cap;
    bool replace;
    double needed; /* first year */
    int notices;
    char why[64];
};

/* 0.1 million a notice; one option of 10 million. */
ParameterizedTestParameters(plan_b, notices_replace_what_the_menu_leaves_open)
{
    static struct replacement_case cases[] = {
        {0, 7500, true, 10.0, 0, "covered by the option"},
        {0, 7500, true, 35.0, 250, "25 million are missing"},
        {0, 7500, true, 35.01, 251, "whole notices"},
        {0, 200, true, 35.0, 200, "up to the cap"},
        {100, 7500, true, 35.0, 250, "100 planned count first: 15 are missing"},
        {100, 120, true, 35.0, 120, "the cap is of all notices"},
        {300, 200, true, 99.0, 300, "a cap below the planned adds none"},
        {100, 7500, false, 35.0, 100, "not wanted"},
        {400, 7500, true, 35.0, 400, "the planned ones are enough"},
    };
    return cr_make_param_array(struct replacement_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct replacement_case *c, plan_b, notices_replace_what_the_menu_leaves_open)
{
    start_menu();
    layoff_params.notices = c->planned;
    params.notices_cap = c->cap;
    params.replace_with_layoffs = c->replace;
    add_option(10.0, 10.0, 1.0);
    open_menu(c->needed, 0.0, 0.0, 0.0);
    const unsigned mask = taken();
    cr_expect_eq(b.w->notices[LANE], c->notices, "%s", c->why);
    cr_expect_eq(mask, c->planned == 400 ? 0u : 1u, "planned layoffs come before the menu");
    cr_expect_float_eq(b.w->booked_layoffs[0][LANE], 0.1 * c->notices, 1e-9, "%s", c->why);
    cr_expect_float_eq(b.w->booked_layoffs[1][LANE], 0.1 * c->notices, 1e-9, "%s", c->why);
    batch_close(&b);
}

/* ---- passage ---- */

/* Two options of the legislature, of the executive, of both. P(A and B) by the bivariate normal:
 * at p = 1/2 it is 1/4 + asin(rho) / (2 pi) (Sheppard), at 0 and 1 and rho = 0 the product. */
struct copula_case {
    pb_owner owner[2];
    double p, correlation, both;
    char why[48];
};

ParameterizedTestParameters(plan_b, votes_of_the_legislature_move_together)
{
    static struct copula_case cases[] = {
        {{PB_OWNER_LEGISLATURE, PB_OWNER_LEGISLATURE},
         0.5,
         0.4,
         0.31549,
         "0.25 + asin(0.4) / 2 pi"},
        {{PB_OWNER_LEGISLATURE, PB_OWNER_BOTH}, 0.5, 0.4, 0.31549, "both must agree: so it votes"},
        {{PB_OWNER_EXECUTIVE, PB_OWNER_EXECUTIVE}, 0.5, 0.4, 0.25, "the executive's do not"},
        {{PB_OWNER_LEGISLATURE, PB_OWNER_EXECUTIVE}, 0.5, 0.4, 0.25, "nor with the legislature's"},
        {{PB_OWNER_LEGISLATURE, PB_OWNER_LEGISLATURE}, 0.5, 0.0, 0.25, "no correlation"},
        {{PB_OWNER_LEGISLATURE, PB_OWNER_LEGISLATURE}, 0.5, 1.0, 0.5, "full correlation"},
        {{PB_OWNER_LEGISLATURE, PB_OWNER_LEGISLATURE}, 0.1, 1.0, 0.1, "full, at 0.1"},
        {{PB_OWNER_LEGISLATURE, PB_OWNER_LEGISLATURE}, 0.1, 0.4, -1.0, "by quadrature"},
    };
    return cr_make_param_array(struct copula_case, cases, COUNT_OF(cases));
}

/* P(both pass) = E Phi((q - sqrt(rho) Z) / sqrt(1 - rho))^2, trapezoidal rule over Z. */
static double both_pass(double p, double rho)
{
    const double q = gsl_cdf_ugaussian_Pinv(p);
    double sum = 0.0;
    for (int i = -900; i <= 900; i++) {
        const double z = i / 100.0;
        const double one = gsl_cdf_ugaussian_P((q - sqrt(rho) * z) / sqrt(1.0 - rho));
        sum += exp(-0.5 * z * z) * one * one;
    }
    return sum / 100.0 / sqrt(2.0 * acos(-1.0));
}

ParameterizedTest(struct copula_case *c, plan_b, votes_of_the_legislature_move_together)
{
    enum { N_BATCHES = 1024, N = N_BATCHES * PB_LANES };
    size_t first = 0, second = 0, both = 0;
    start_menu();
    params.correlation = c->correlation;
    add_option(10.0, 10.0, c->p)->owner = c->owner[0];
    add_option(10.0, 10.0, c->p)->owner = c->owner[1];
    open_menu(99.0, 99.0, 0.0, 0.0);
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        simulate();
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const uint8_t *passed = b.out.option_passed;
            first += passed[lane];
            second += passed[PB_LANES + lane];
            both += passed[lane] && passed[PB_LANES + lane];
        }
    }
    expect_probability("first", first, N, c->p);
    expect_probability("second", second, N, c->p);
    expect_probability(c->why, both, N, c->both >= 0.0 ? c->both : both_pass(c->p, c->correlation));
    batch_close(&b);
}

Test(plan_b, the_quadrature_of_this_test_agrees_with_sheppard)
{
    cr_expect_float_eq(both_pass(0.5, 0.4), 0.25 + asin(0.4) / (2.0 * acos(-1.0)), 1e-12);
    cr_expect_float_eq(both_pass(0.5, 0.4), 0.31549, 1e-5);
}
