/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connecticut 2011 with every random element off (tests/no_chance.yaml) against arithmetic by
 * hand, $ million. Fiscal year 2012 has 366 days.
 *
 * Votes: everybody ratifies on 24 June; the legislature's 30 days put the deal in force on
 * 24 July, when 343 of 366 days are left. The plan begins on 24 June: notices decided 25 June,
 * issued 9 July (14 days), effective 20 August (4 + 2 weeks), when 316 of 366 days are left.
 *
 *                                       FY2012                              FY2013
 * revenue                             18,719.6                            19,416.6
 * appropriations and assumed labor    18,350.3 + 1,000 x 0.8505           18,781.8 + 1,000 x 0.8662
 */
#include "tests/run_to_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DRAWS = 600 };
static const double FUND[2] = {0.8505, 0.8662};
static const double REVENUE[2] = {18719.6, 19416.6};
static const double SPENDING[2] = {18350.3 + 1000 * 0.8505, 18781.8 + 1000 * 0.8662};

static const char *path;

static void run_once(void)
{
    path = run_file(PLANB_SOURCE "/tests/no_chance.yaml", DRAWS, PB_KEEP_UNITS, 2);
}

static void remove_file(void)
{
    unlink(path);
}

TestSuite(by_hand, .init = run_once, .fini = remove_file);

/* pension counts in full: in force before 31 December; the rest from 24 July on. */
static double deal_savings(int year)
{
    static const double PENSION[2] = {237.0, 248.3}, WAGE[2] = {138.8, 309.5};
    static const double HEALTH[2] = {80, 125}, IDEAS[2] = {90, 90}, OTHER[2] = {154.9, 128.4};
    const double phase = year == 0 ? 343.0 / 366.0 : 1.0;
    return FUND[year]
           * (0.90 * PENSION[year]
              + phase
                    * (0.97 * WAGE[year] + 0.75 * HEALTH[year] + 0.45 * IDEAS[year]
                       + 0.85 * OTHER[year]));
}

/* 4,742 notices, 5% rescinded, $95,500 x 0.88 saved a year from 20 August. */
static const double POSITIONS = 4742 * 0.95; /* 4,504.9 */

static double layoff_savings(int year)
{
    return POSITIONS * 95500 * 0.88 / 1e6 * (year == 0 ? 316.0 / 366.0 : 1.0);
}

/* $4,500 for each position and $7,500 for the 85% who do not leave by themselves. */
static double separation_cost(int year)
{
    return year == 0 ? POSITIONS * (4500 + 0.85 * 7500) / 1e6 : 0.0;
}

/* Needed: the target, 850.5 and 866.2, above the shortfall of 481.2 and 231.4. Planned layoffs
 * bring 277.9 and 378.6, the first four options 534.4 and 548.4: the fifth, 182.0 and 185.4, is
 * still needed in the first year and covers both. */
static double plan_b(int year)
{
    static const double VACANCIES[2] = {71.6, 83.5};
    return 0.90 * VACANCIES[year] * FUND[year] + 321.1 + 0.85 * 161.6 * FUND[year] + 0.80 * 15.0
           + 0.85 * 214.0 * FUND[year];
}

Test(by_hand, the_deal_is_ratified_in_every_draw)
{
    expect_everywhere(path, "outcome", 1, 0, PB_DEAL_ROUND_1);
    expect_everywhere(path, "unions_approving", 2, 0, 15);
    expect_everywhere(path, "contract_coverage", 1, 0, 1);
    expect_everywhere(path, "result_date", 1, 0, 15179); /* 24 July 2011 */
}

Test(by_hand, the_deal_branch_adds_up)
{
    for (int year = 0; year < 2; year++) {
        const size_t deal = (size_t)year; /* of [branch][year] */
        const double flow = REVENUE[year] + deal_savings(year) - SPENDING[year];
        expect_everywhere(path, "labor_savings", 4, deal, deal_savings(year));
        expect_everywhere(path, "flow", 4, deal, flow);
    }
    /* the first year closes with a deficit, there is no reserve, it is carried over */
    const double first = REVENUE[0] + deal_savings(0) - SPENDING[0];
    const double second = REVENUE[1] + deal_savings(1) - SPENDING[1];
    expect_everywhere(path, "balance", 2, 0, first);
    expect_everywhere(path, "carry", 4, 1, fmax(0, -first));
    expect_everywhere(path, "balance", 2, 1, second - fmax(0, -first));
    expect_everywhere(path, "notices", 2, 0, 0);
}

Test(by_hand, the_no_deal_branch_adds_up)
{
    double carry = 0.0;
    for (int year = 0; year < 2; year++) {
        const size_t no_deal = 2 + (size_t)year;
        const double flow = REVENUE[year] + plan_b(year) + layoff_savings(year) - SPENDING[year]
                            - separation_cost(year);
        expect_everywhere(path, "plan_b", 4, no_deal, plan_b(year));
        expect_everywhere(path, "layoff_savings", 4, no_deal, layoff_savings(year));
        expect_everywhere(path, "separation_cost", 4, no_deal, separation_cost(year));
        expect_everywhere(path, "flow", 4, no_deal, flow);
        expect_everywhere(path, "balance_by_branch", 4, no_deal, flow - carry);
        carry = fmax(0, -(flow - carry));
    }
    expect_everywhere(path, "notices", 2, 1, 4742);
    expect_everywhere(path, "layoffs", 2, 1, 4505); /* 4,504.9 */
}

/* The deal as booked brings 571.1 in the first year, the plan and the layoffs more than 800: both
 * are above the 481.2 that is missing, so no estimate shows a deficit and nobody cuts. */
Test(by_hand, nothing_is_cut_during_a_year_that_is_covered)
{
    for (size_t branch = 0; branch < 2; branch++) {
        expect_everywhere(path, "rescission", 4, 2 * branch, 0);
        expect_everywhere(path, "mitigation", 4, 2 * branch, 0);
        expect_everywhere(path, "mitigation_triggered", 2, branch, 0);
    }
    expect_everywhere(path, "municipal_cut", 1, 0, 0);
    expect_everywhere(path, "local_layoffs", 1, 0, 0);
}

Test(by_hand, the_gaps_at_the_deadline_use_booked_values)
{
    static const double BOOKED_DEAL[2] = {700.7, 901.2};
    static const double VACANCIES[2] = {71.6, 83.5};
    for (int year = 0; year < 2; year++) {
        const double bare = SPENDING[year] - REVENUE[year]; /* 481.2 and 231.4 */
        const double options =
            VACANCIES[year] * FUND[year] + 321.1 + (161.6 + 214.0) * FUND[year] + 15.0;
        const double layoffs = layoff_savings(year) - separation_cost(year);
        expect_everywhere(path, "target", 2, (size_t)year, 1000 * FUND[year]);
        expect_everywhere(path, "gap_at_deadline", 4, (size_t)year,
                          bare - BOOKED_DEAL[year] * FUND[year]);
        expect_everywhere(path, "gap_at_deadline", 4, 2 + (size_t)year, bare - options - layoffs);
    }
    expect_everywhere(path, "balanced_at_deadline", 2, 0, 1);
    expect_everywhere(path, "balanced_at_deadline", 2, 1, 1);
}

/* SPEC E.5: 1,000 positions separated 8 weeks into the year save about 60 million net in it. */
Test(by_hand, a_thousand_positions_save_about_sixty_million_net)
{
    const double left = (366.0 - 56.0) / 366.0;
    const double net = 1000 * (95500 * 0.88 * left - 4500 - 0.85 * 7500) / 1e6;
    cr_expect(fabs(net - 60.3) < 0.05, "71.2 - 4.5 - 6.4 = %.2f", net);
}

/* SPEC E.2: General Fund, Transportation Fund and other appropriated funds of both years. */
Test(by_hand, the_funds_make_the_forty_billion_budget)
{
    const double general = 18350.3 + 18781.8, transportation = 1303.9 + 1334.2;
    const double other = 170.9 + 169.3;
    cr_expect(fabs(general + transportation + other - 40110.4) < 1e-9);
    size_t n;
    double *appropriations = read_dataset(path, "appropriations", &n);
    cr_assert(n == 2);
    cr_expect(
        fabs(appropriations[0] + appropriations[1] - (general + 1000 * FUND[0] + 1000 * FUND[1]))
        < 1e-9);
    free(appropriations);
}
