/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cut in aid to towns does there (SPEC E.6) by hand. Towns save half of it on staff, three
 * quarters if it comes after their budgets are set; a job costs $85,000.
 */
#include "models/municipal.h"
#include "tests/fixture.h"

#include <criterion/parameterized.h>

enum { LANE = 11, SET = 15109 }; /* 15 May 2011 */

static const double EXACT = 1e-12;
static const pb_municipal_params TOWNS = {2750.0, 482.0, 0.5, 0.25, 85000.0};

static pb_municipal municipal;
static batch b;

static void open_towns(const pb_municipal_params *params, pb_date budgets_set)
{
    const pb_shape shape = {.extent = {[PB_AXIS_NONE] = 1}};
    pb_municipal_compile(params, budgets_set, NULL, &municipal);
    batch_open(&b, &shape);
}

Test(municipal, a_cut_is_late_after_the_day_budgets_are_set)
{
    pb_municipal_compile(&TOWNS, SET, NULL, &municipal);
    cr_expect_eq(pb_municipal_pass_through(&municipal, SET - 1), 0.5);
    cr_expect_eq(pb_municipal_pass_through(&municipal, SET), 0.5, "on the day itself");
    cr_expect_eq(pb_municipal_pass_through(&municipal, SET + 0.5), 0.75);
    pb_municipal_compile(&TOWNS, PB_NO_DATE, NULL, &municipal);
    cr_expect_eq(pb_municipal_pass_through(&municipal, SET + 500), 0.5, "no date: never late");
}

Test(municipal, cuts_fit_if_neither_year_passes_the_cap)
{
    const pb_town_cuts so_far = {.booked = {400.0, 300.0}};
    pb_municipal_compile(&TOWNS, SET, NULL, &municipal);
    cr_expect(pb_municipal_allows(&municipal, &so_far, (double[]){82.0, 182.0}), "to the dollar");
    cr_expect_not(pb_municipal_allows(&municipal, &so_far, (double[]){82.001, 0.0}));
    cr_expect_not(pb_municipal_allows(&municipal, &so_far, (double[]){0.0, 182.001}));
}

/* 2011: the cut of 54.41 in formula aid, decided on 28 June: 54.41 x 0.75 / 0.085 = 480 jobs. */
Test(municipal, the_june_2011_proposal_would_have_cost_480_local_jobs)
{
    pb_town_cuts cuts = {0};
    open_towns(&TOWNS, SET);
    pb_municipal_add(&municipal, (double[]){54.41, 54.41}, 1.0, 15153, &cuts);
    pb_municipal_store(&municipal, &cuts, LANE, b.w);
    b.w->realised[LANE] = PB_BRANCH_NO_DEAL;
    pb_municipal_simulate(&municipal, NULL, b.w, &b.out);
    cr_expect_eq(b.out.municipal_cut[LANE], 54.41f);
    cr_expect_eq(b.out.local_layoffs[LANE], 480);
    b.w->realised[LANE] = PB_BRANCH_DEAL;
    pb_municipal_simulate(&municipal, NULL, b.w, &b.out);
    cr_expect_eq(b.out.municipal_cut[LANE], 0.0f, "the deal spares the towns");
    cr_expect_eq(b.out.local_layoffs[LANE], 0);
    batch_close(&b);
}

struct store_case {
    double cut[2], share[2], day[2]; /* two cuts; day after budgets are set */
    double realised, staff;
    char why[48];
};

ParameterizedTestParameters(municipal, cuts_add_up_and_stay_within_the_cap)
{
    static struct store_case cases[] = {
        {{100, 0}, {1, 1}, {-5, 0}, 100, 50, "in time"},
        {{100, 60}, {1, 1}, {-5, 5}, 160, 95, "one in time, one late"},
        {{100, 60}, {0.9, 0.5}, {5, 5}, 120, 90, "as realised"},
        {{400, 82}, {1.5, 1}, {5, 5}, 482, 361.5, "realised above the cap: 482 of 682"},
    };
    return cr_make_param_array(struct store_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct store_case *c, municipal, cuts_add_up_and_stay_within_the_cap)
{
    pb_town_cuts cuts = {0};
    open_towns(&TOWNS, SET);
    for (int i = 0; i < 2; i++) {
        pb_municipal_add(&municipal, (double[]){c->cut[i], 7.0}, c->share[i], SET + c->day[i],
                         &cuts);
    }
    pb_municipal_store(&municipal, &cuts, LANE, b.w);
    cr_expect_eq(cuts.booked[1], 14.0);
    cr_expect_float_eq(b.w->town_cut[PB_BRANCH_NO_DEAL][LANE], c->realised, 482 * EXACT, "%s",
                       c->why);
    cr_expect_float_eq(b.w->town_staff[PB_BRANCH_NO_DEAL][LANE], c->staff, 482 * EXACT, "%s",
                       c->why);
    cr_expect_eq(b.w->town_cut[PB_BRANCH_DEAL][LANE], 0.0);
    batch_close(&b);
}

Test(municipal, without_the_block_there_is_nothing)
{
    static const pb_municipal_params none;
    open_towns(&none, SET);
    b.w->town_cut[PB_BRANCH_DEAL][LANE] = 5.0;
    pb_municipal_simulate(&municipal, NULL, b.w, &b.out);
    cr_expect_not(municipal.on);
    cr_expect_eq(b.out.municipal_cut[LANE], 0.0f);
    batch_close(&b);
}
