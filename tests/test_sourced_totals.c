/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of the bundled scenario of 2011 against the totals that its sources print: the
 * agreement, the menu of May, the recommendation of 28 June by department, Public Act 11-1. $
 * million.
 */
#include "models/layoffs.h"
#include "params/load.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const double CENT = 1e-8;

static pb_loaded loaded;

static void open_2011(void)
{
    cr_assert_eq(pb_load_scenario(PLANB_SOURCE "/params/ct2011.yaml", NULL, 0, NULL, &loaded),
                 PB_OK);
}

static void close_2011(void)
{
    pb_loaded_free(&loaded);
}

TestSuite(sourced_totals, .init = open_2011, .fini = close_2011);

static const pb_option *option(const char *id)
{
    const pb_plan_b_params *menu = &loaded.scenario->plan_b;
    for (int o = 0; o < menu->n_options; o++) {
        if (strcmp(menu->option[o].id, id) == 0) {
            return &menu->option[o];
        }
    }
    cr_assert(false, "no option %s", id);
    return NULL;
}

static double sum_of(const char *const *ids, size_t n, int year)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += option(ids[i])->amount_musd[year];
    }
    return sum;
}

/* OFA944, PA111: 700.7 and 901.2, 1,601.9 in all. */
Test(sourced_totals, the_components_make_the_agreement)
{
    double sum[PB_YEARS] = {0.0};
    for (int j = 0; j < loaded.scenario->savings.n_savings; j++) {
        for (int year = 0; year < PB_YEARS; year++) {
            sum[year] += loaded.scenario->savings.saving[j].amount_musd[year];
        }
    }
    cr_expect_float_eq(sum[0], 700.7, CENT);
    cr_expect_float_eq(sum[1], 901.2, CENT);
}

/* PA111: Legislative, Executive, Judicial; the rest of the total is the Special Transportation
 * Fund's. */
Test(sourced_totals, the_act_gives_the_general_funds_share)
{
    static const double LINE[][PB_YEARS] = {
        {9000000, 13000000}, {543777737, 724632425}, {43205632, 42961413}, {104758031, 120613019}};
    static const double TOTAL[PB_YEARS] = {700741400, 901206857};
    for (int year = 0; year < PB_YEARS; year++) {
        const double general = LINE[0][year] + LINE[1][year] + LINE[2][year];
        cr_expect_eq(general + LINE[3][year], TOTAL[year], "to the dollar");
        cr_expect_float_eq(loaded.scenario->budget.fund_share[year], general / TOTAL[year], 5e-5);
    }
}

/* OPM0506: 455 of layoffs and their programmes and more than 1,200 of other reductions, 1,670 in
 * all; HC0509: of them at most 482 of aid to towns. */
Test(sourced_totals, the_rows_make_the_menu_of_may)
{
    static const char *const MENU[] = {
        "rescission-10", "debt-fringe-reserve", "prison",   "other-programmes", "cceda",
        "muni-road",     "muni-pequot",         "muni-ecs", "muni-rest"};
    const double layoffs = 455.0, all = 1670.0;
    for (int year = 0; year < PB_YEARS; year++) {
        cr_expect_float_eq(sum_of(MENU, 9, year), 1200.0, CENT);
        cr_expect_float_eq(sum_of(MENU + 5, 4, year), 482.0, CENT);
    }
    cr_expect_float_eq(loaded.scenario->municipal.cap_musd, 482.0, CENT);
    cr_expect(sum_of(MENU, 9, 0) + layoffs > 1600.0, "'more than 1.6 billion'");
    cr_expect_float_eq(sum_of(MENU, 9, 0) + layoffs, all, 0.01 * all);
    cr_expect_float_eq(loaded.scenario->layoffs.gross_per_position_usd, layoffs * 1e6 / 4742, 500);
}

/* RV11: the recommendation of 28 June by department: positions, FY12 and FY13 in dollars. */
static const struct {
    const char *name;
    double positions, usd[PB_YEARS];
} DEPARTMENT[] = {
    {"Correction", 1019, {62917573, 78050476}},
    {"Transportation", 817, {78339774, 83104251}},
    {"Developmental Services", 540, {34164883, 43140188}},
    {"Mental Health and Addiction", 486, {31121834, 41568842}},
    {"Judicial", 450, {43205632, 42961413}},
    {"Board of Regents", 403, {20520500, 28246000}},
    {"Children and Families", 359, {25224420, 28573998}},
    {"University of Connecticut", 333, {20000000, 22500000}},
};
enum { N_DEPARTMENTS = sizeof DEPARTMENT / sizeof DEPARTMENT[0] };

static double average(int year)
{
    double usd = 0.0, positions = 0.0;
    for (int i = 0; i < N_DEPARTMENTS; i++) {
        usd += DEPARTMENT[i].usd[year];
        positions += DEPARTMENT[i].positions;
    }
    return usd / positions;
}

/* 315.5 and 368.1 for 4,407 positions; a thousand vacant ones at that rate. */
Test(sourced_totals, a_vacant_post_saves_what_the_departments_save)
{
    double positions = 0.0;
    for (int i = 0; i < N_DEPARTMENTS; i++) {
        positions += DEPARTMENT[i].positions;
    }
    cr_expect_eq(positions, 4407.0);
    cr_expect_float_eq(average(0) * positions, 315.5e6, 0.05e6);
    cr_expect_float_eq(average(1) * positions, 368.1e6, 0.05e6);
    for (int year = 0; year < PB_YEARS; year++) {
        cr_expect_float_eq(option("vacancies")->amount_musd[year], average(year) / 1000.0, 0.05);
    }
}

/*
 * What the model saves with a position in the year in which it is separated, 8 weeks into it
 * (SPEC E.5: about 60 million for a thousand), beside what the departments say: 50,900 to 96,000,
 * Correction, the largest, 61,700.
 */
Test(sourced_totals, a_position_saves_as_much_as_in_the_departments)
{
    pb_inputs inputs = {0};
    pb_layoffs layoffs;
    pb_layoff_params params = loaded.scenario->layoffs;
    const pb_fiscal_years years = pb_fiscal_years_from(loaded.scenario->dates.fy_start);
    params.notices = 1000;
    params.rescinded_share = 0.0; /* positions, not notices */
    params.lead_days = 0.0;       /* issued as the year begins, effective 6 + 2 weeks later */
    params.decided = years.start[0];
    pb_layoffs_compile(&params, &years, PB_NO_DATE, &inputs, &layoffs);
    const double first = pb_planned_saving_musd(&layoffs, 0, years.start[0], 1000.0);
    const double second = pb_planned_saving_musd(&layoffs, 1, years.start[0], 1000.0);
    cr_expect_float_eq(first, 60.3, 0.05);
    cr_expect_float_eq(first * 1000.0, DEPARTMENT[0].usd[0] / DEPARTMENT[0].positions, 2000.0);
    cr_expect(first < average(0) / 1000.0 && second > average(1) / 1000.0,
              "%g and %g: less in the year of the separation, more after it", first, second);
    pb_inputs_free(&inputs);
}

/* RV11: lines without layoffs, more than 432 in two years, of which 54.41 a year for towns. */
Test(sourced_totals, lines_without_layoffs_make_432_in_two_years)
{
    static const char *const LINES[] = {"debt-fringe-reserve", "muni-formula"};
    cr_expect_float_eq(sum_of(LINES, 2, 0) + sum_of(LINES, 2, 1), 432.0, 0.05);
}
