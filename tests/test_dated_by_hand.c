/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each dated scenario with every random element off against arithmetic by hand, $ million.
 *
 * Off means: every standard deviation 0 and no recession; every vote yes unless it was counted; an
 * agreement on the first day of talks that is left; the vote ends 27 days after an agreement, the
 * legislature takes its 30; notices of 4 weeks and 2 of bumping; the executive's options and the
 * menu's other programmes pass, aid to towns does not. The realised shares keep their means.
 *
 * A position saves 95,500 x 0.88 = $84,040 a year; a separation costs 4,500 + 0.85 x 7,500 =
 * $10,875; of a notice 0.95 of a position is separated. Fiscal year 2012 has 366 days, 2013, 2018
 * and 2019 have 365. The fund's share of all-funds figures is 0.8505 and 0.8662.
 */
#include "models/calendar.h"
#include "tests/run_to_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DRAWS = 600, DEAL = PB_BRANCH_DEAL, NO_DEAL = PB_BRANCH_NO_DEAL };
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const double EACH = 95500 * 0.88 / 1e6, COST = (4500 + 0.85 * 7500) / 1e6;
static const double FUND[PB_YEARS] = {0.8505, 0.8662};
static const double REVENUE[PB_YEARS] = {18719.6, 19416.6};
static const double SPENDING[PB_YEARS] = {18350.3 + 850.5, 18781.8 + 866.2};
static const double SURPLUS[PB_YEARS] = {369.3, 634.8}; /* built in with the labor savings */

/* ---- the random elements, off ---- */

static const char *const VOTES_OFF[] = {
    "vote.mu0=10",
    "vote.sd_coalition=0",
    "vote.sd_sector=0",
    "vote.sd_union=0",
    "vote.sd_late_swing=0",
    "vote.sd_unit=0",
    "vote.contract_sd=0",
    "vote.turnout_sd_unit=0",
    "vote.turnout_sd_common=0",
    "legislature.p_approve=1",
};

static const char *const MONEY_OFF[] = {
    "revenue.recession={first_year: 0, persist: 0, enter: 0}",
    "budget.spending_error_sd=0",
    "layoffs.notice_weeks=4",
    "layoffs.bumping_delay_weeks=2",
};

static const char *const AGREED_AT_ONCE[] = {
    "talks.p_agreement=1",
    "talks.hazard_per_day=10",
    "rounds[first].days_after_agreement=27",
};

static const char *const BIENNIUM_OF_2011_OFF[] = {
    "revenue.streams[personal_income].sd=0",
    "revenue.streams[sales].sd=0",
    "revenue.streams[corporate].sd=0",
    "revenue.streams[other_taxes].sd=0",
    "revenue.streams[refunds].sd=0",
    "revenue.streams[other_revenue].sd=0",
    "revenue.streams[federal].sd=0",
    "revenue.streams[other_sources].sd=0",
    "revenue.policies[taxes].lambda=[0, 0]",
    "savings[pension].realised.sd=0",
    "savings[wage].realised.sd=0",
    "savings[health].realised.sd=0",
    "savings[ideas_technology].realised.sd=0",
    "savings[other].realised.sd=0",
    "plan_b[vacancies].p_pass=1",
    "plan_b[vacancies].realised={mean: 0.90, sd: 0}",
    "plan_b[rescission-10].p_pass=1",
    "plan_b[rescission-10].realised={mean: 1.0, sd: 0}",
    "plan_b[debt-fringe-reserve].p_pass=1",
    "plan_b[debt-fringe-reserve].realised={mean: 0.85, sd: 0}",
    "plan_b[prison].p_pass=1",
    "plan_b[prison].realised={mean: 0.80, sd: 0}",
    "plan_b[other-programmes].p_pass=1",
    "plan_b[other-programmes].realised={mean: 0.85, sd: 0}",
    "plan_b[muni-formula].p_pass=0",
};

typedef struct changes {
    size_t n;
    const char *item[64];
} changes;

static void add(changes *all, const char *const *some, size_t n)
{
    cr_assert(all->n + n <= COUNT(all->item));
    for (size_t i = 0; i < n; i++) {
        all->item[all->n++] = some[i];
    }
}

static const char *path;

static void run(const char *name, const char *const *own, size_t n_own, bool of_2011, bool talks)
{
    char scenario[512];
    changes all = {0};
    add(&all, VOTES_OFF, COUNT(VOTES_OFF));
    add(&all, MONEY_OFF, COUNT(MONEY_OFF));
    if (of_2011) {
        add(&all, BIENNIUM_OF_2011_OFF, COUNT(BIENNIUM_OF_2011_OFF));
    }
    if (talks) {
        add(&all, AGREED_AT_ONCE, COUNT(AGREED_AT_ONCE));
    }
    add(&all, own, n_own);
    snprintf(scenario, sizeof scenario, PLANB_SOURCE "/params/%s.yaml", name);
    path = run_changed(scenario, all.item, all.n, DRAWS, PB_KEEP_UNITS, 2);
}

/* ---- what is compared ---- */

/* A branch of the ledger by hand. */
typedef struct branch {
    double savings[PB_YEARS]; /* of the deal, or of the options */
    double layoffs[PB_YEARS], cost[PB_YEARS];
    double rescission, mitigation; /* first year */
    double gap[PB_YEARS];          /* at the deadline */
    int notices, separated;
} branch;

typedef struct table {
    int outcome;
    pb_civil settled;
    double revenue[PB_YEARS], spending[PB_YEARS], other[PB_YEARS], target[PB_YEARS];
    double reserve_cap;
    branch of[PB_BRANCHES];
} table;

static void expect_first_year(const char *name, int b, double expected)
{
    expect_everywhere(path, name, 4, (size_t)b * PB_YEARS, expected);
    expect_everywhere(path, name, 4, (size_t)b * PB_YEARS + 1, 0.0);
}

/* The books of both years: no reserve at first, surpluses go there, deficits are carried over. */
static void expect_books(const table *hand, int b)
{
    const branch *of = &hand->of[b];
    double reserve = 0.0, carry = 0.0;
    for (int year = 0; year < PB_YEARS; year++) {
        const size_t at = (size_t)(b * PB_YEARS + year);
        const double controls = year == 0 ? of->rescission + of->mitigation : 0.0;
        const double flow = hand->revenue[year] + of->savings[year] + of->layoffs[year] + controls
                            + hand->other[year] - hand->spending[year] - of->cost[year];
        const double balance = flow - carry, use = fmin(reserve, fmax(0.0, -balance));
        expect_everywhere(path, "flow", 4, at, flow);
        expect_everywhere(path, "carry", 4, at, carry);
        expect_everywhere(path, "balance_by_branch", 4, at, balance);
        expect_everywhere(path, "reserve_use", 4, at, use);
        reserve += fmin(fmax(0.0, balance), hand->reserve_cap - reserve) - use;
        carry = fmax(0.0, -(balance + use));
    }
}

static void expect_branch(const table *hand, int b)
{
    static const char *const MEASURE[PB_BRANCHES] = {"labor_savings", "plan_b"};
    const branch *of = &hand->of[b];
    for (int year = 0; year < PB_YEARS; year++) {
        const size_t at = (size_t)(b * PB_YEARS + year);
        expect_everywhere(path, MEASURE[b], 4, at, of->savings[year]);
        expect_everywhere(path, MEASURE[1 - b], 4, at, 0.0);
        expect_everywhere(path, "layoff_savings", 4, at, of->layoffs[year]);
        expect_everywhere(path, "separation_cost", 4, at, of->cost[year]);
        expect_everywhere(path, "gap_at_deadline", 4, at, of->gap[year]);
    }
    expect_first_year("rescission", b, of->rescission);
    expect_first_year("mitigation", b, of->mitigation);
    expect_everywhere(path, "notices", 2, (size_t)b, of->notices);
    expect_everywhere(path, "layoffs", 2, (size_t)b, of->separated);
    expect_books(hand, b);
}

static void expect_table(const table *hand)
{
    expect_everywhere(path, "outcome", 1, 0, hand->outcome);
    expect_everywhere(path, "result_date", 1, 0, pb_date_of_civil(hand->settled));
    for (size_t year = 0; year < PB_YEARS; year++) {
        expect_everywhere(path, "revenue", 2, year, hand->revenue[year]);
        expect_everywhere(path, "revenue_official", 2, year, hand->revenue[year]);
        expect_everywhere(path, "target", 2, year, hand->target[year]);
    }
    expect_branch(hand, DEAL);
    expect_branch(hand, NO_DEAL);
    unlink(path);
}

/* ---- the parts that several scenarios share ---- */

/* The wanted billion a year of March and early May, in force before the fiscal year:
 * 0.90 pension + 0.97 wage + 0.75 health + 0.45 ideas + 0.85 other */
static const double WANTED[PB_YEARS] = {
    0.90 * 338.2 + 0.97 * 198.1 + 0.75 * 114.2 + 0.45 * 128.4 + 0.85 * 221.1, /* 827.899 */
    0.90 * 275.5 + 0.97 * 343.4 + 0.75 * 138.7 + 0.45 * 99.9 + 0.85 * 142.5}; /* 851.153 */

/* The deal of mid-May in force for a share of the first year; pension counts in full. */
static double deal_of_may(int year, double share)
{
    static const double PENSION[PB_YEARS] = {237.0, 248.3}, WAGE[PB_YEARS] = {138.8, 309.5};
    static const double HEALTH[PB_YEARS] = {80, 125}, IDEAS[PB_YEARS] = {90, 90};
    static const double OTHER[PB_YEARS] = {154.9, 128.4};
    const double part = year == 0 ? share : 1.0;
    return FUND[year]
           * (0.90 * PENSION[year]
              + part
                    * (0.97 * WAGE[year] + 0.75 * HEALTH[year] + 0.45 * IDEAS[year]
                       + 0.85 * OTHER[year]));
}

static const double BOOKED_DEAL_OF_MAY[PB_YEARS] = {700.7 * 0.8505, 901.2 * 0.8662};

/* Vacancies and rescissions; with debt, a prison and other programmes: booked and realised. */
static const double VACANCIES[PB_YEARS] = {71.6 * 0.8505, 83.5 * 0.8662};
static const double TWO_OPTIONS[PB_YEARS] = {71.6 * 0.8505 + 321.1, 83.5 * 0.8662 + 321.1};

static double five_options(int year)
{
    return TWO_OPTIONS[year] + 15.0 + (161.6 + 214.0) * FUND[year];
}

static double two_realised(int year)
{
    return 0.90 * VACANCIES[year] + 321.1;
}

static double five_realised(int year)
{
    return two_realised(year) + 0.80 * 15.0 + 0.85 * (161.6 + 214.0) * FUND[year];
}

/* ---- the scenarios ---- */

/*
 * 2 March 2011: agreement that day, vote to 29 March, in force 28 April: all of both years.
 * Without: decided 30 March, notices 13 April, separations 25 May: all of both years, too, their
 * cost in the first.
 *                               FY12                                FY13
 * revenue                     18,460.1                            19,170.7
 * spending      19,810.0 (18,959.5 + 850.5)         20,741.4 (19,875.2 + 866.2)
 * other                          499.4                               704.5
 * gap before labor savings       850.5                               866.2
 * deal, booked                   850.5 (1,000 x 0.8505)              866.2: gap 0
 * deal, realised   827.889 x 0.8505 = 704.120          851.153 x 0.8662 = 737.269
 * layoffs         3,800 positions: 319.352 - 41.325                  319.352
 * options wanted: 850.5 - 278.0 = 572.5; four bring 534.4, so five: 716.4; second year 733.8
 */
Test(dated_by_hand, talks_begin_on_2_march_2011)
{
    static const char *const OWN[] = {
        "revenue.policies[other-measures].lambda=[0, 0]",
        "plan_b[muni-governor].p_pass=0",
    };
    const double gross = 3800 * EACH, cost = 3800 * COST;
    const table hand = {
        .outcome = PB_DEAL_ROUND_1,
        .settled = {2011, 4, 28},
        .revenue = {18460.1, 19170.7},
        .spending = {19810.0, 20741.4},
        .other = {499.4, 704.5},
        .target = {850.5, 866.2},
        .reserve_cap = 1878,
        .of = {[DEAL] = {.savings = {WANTED[0] * FUND[0], WANTED[1] * FUND[1]}, .gap = {0, 0}},
               [NO_DEAL] = {.savings = {five_realised(0), five_realised(1)},
                            .layoffs = {gross, gross},
                            .cost = {cost, 0},
                            .gap = {850.5 - five_options(0) - gross + cost,
                                    866.2 - five_options(1) - gross},
                            .notices = 4000,
                            .separated = 3800}},
    };
    run("ct2011-03-02", OWN, COUNT(OWN), true, true);
    expect_table(&hand);
}

/*
 * 4 May 2011: agreement that day, vote to 31 May, in force 30 June: all of both years.
 * Without: decided 1 June, notices 15 June, separations 27 July: 340 of 366 days.
 *                               FY12                                FY13
 * revenue                     18,719.6                            19,416.6
 * spending                    19,200.8                            19,648.0
 * gap before labor savings       481.2                               231.4
 * target                         850.5                               866.2
 * deal, booked                   850.5: gap -369.3                   866.2: gap -634.8
 * layoffs         319.352 x 340/366 - 41.325 = 255.341               319.352
 * options wanted: 850.5 - 255.3 = 595.2; four bring 534.4, so five: 716.4; second year 733.8
 */
Test(dated_by_hand, the_budget_passes_without_the_two_billion_on_4_may_2011)
{
    const double gross = 3800 * EACH, first = gross * 340 / 366, cost = 3800 * COST;
    const table hand = {
        .outcome = PB_DEAL_ROUND_1,
        .settled = {2011, 6, 30},
        .revenue = {REVENUE[0], REVENUE[1]},
        .spending = {SPENDING[0], SPENDING[1]},
        .target = {850.5, 866.2},
        .reserve_cap = 1878,
        .of = {[DEAL] = {.savings = {WANTED[0] * FUND[0], WANTED[1] * FUND[1]},
                         .gap = {-SURPLUS[0], -SURPLUS[1]}},
               [NO_DEAL] = {.savings = {five_realised(0), five_realised(1)},
                            .layoffs = {first, gross},
                            .cost = {cost, 0},
                            .gap = {850.5 - SURPLUS[0] - five_options(0) - first + cost,
                                    866.2 - SURPLUS[1] - five_options(1) - gross},
                            .notices = 4000,
                            .separated = 3800}},
    };
    run("ct2011-05-04", NULL, 0, true, true);
    expect_table(&hand);
}

/*
 * 11 May 2011: agreement that day, vote to 7 June, in force 7 July: 360 of 366 days. Notices were
 * decided on 10 May whatever happens: out on 24 May, separations 5 July: 362 days; the deal brings
 * nine in ten back two days later.
 *                               FY12                                FY13
 * revenue, spending, gap before: as on 4 May
 * better estimates: 1,004.1, of it 0.40 = 401.64, shared as revenue: 197.150 and 204.490
 * target     0.8505 x (1,000 - 197.150) = 682.824     0.8662 x (1,000 - 204.490) = 689.070
 * deal, booked                   595.945: gap -114.8                 780.619: gap -549.2
 * layoffs without a deal: 4,504.9 positions, 378.592 x 362/366 - 48.991 = 325.463;  378.592
 * with it: 378.592 x (362 - 0.9 x 360)/366 = 39.307;  a tenth of 378.592; the same cost
 * options wanted: 682.8 - 325.5 = 357.4 and 689.1 - 378.6 = 310.5: two bring 382.0 and 393.4
 */
Test(dated_by_hand, notices_go_out_while_talks_go_on_on_11_may_2011)
{
    const double both = REVENUE[0] + REVENUE[1], fall = 0.40 * 1004.1;
    const double gross = 4742 * 0.95 * EACH, first = gross * 362 / 366, cost = 4742 * 0.95 * COST;
    const table hand = {
        .outcome = PB_DEAL_ROUND_1,
        .settled = {2011, 7, 7},
        .revenue = {REVENUE[0], REVENUE[1]},
        .spending = {SPENDING[0], SPENDING[1]},
        .target = {FUND[0] * (1000 - fall * REVENUE[0] / both),
                   FUND[1] * (1000 - fall * REVENUE[1] / both)},
        .reserve_cap = 1878,
        .of = {[DEAL] = {.savings = {deal_of_may(0, 360.0 / 366), deal_of_may(1, 1)},
                         .layoffs = {gross * (362 - 0.9 * 360) / 366, 0.1 * gross},
                         .cost = {cost, 0},
                         .gap = {850.5 - SURPLUS[0] - BOOKED_DEAL_OF_MAY[0],
                                 866.2 - SURPLUS[1] - BOOKED_DEAL_OF_MAY[1]},
                         .notices = 4742,
                         .separated = 4505},
               [NO_DEAL] = {.savings = {two_realised(0), two_realised(1)},
                            .layoffs = {first, gross},
                            .cost = {cost, 0},
                            .gap = {850.5 - SURPLUS[0] - TWO_OPTIONS[0] - first + cost,
                                    866.2 - SURPLUS[1] - TWO_OPTIONS[1] - gross},
                            .notices = 4742,
                            .separated = 4505}},
    };
    run("ct2011-05-11", NULL, 0, true, true);
    expect_table(&hand);
}

/*
 * 28 June 2011: the first vote is counted and lost on 24 June. Here the rules change after 24 days,
 * talks take 4, the vote 27: 18 August; in force 17 September: 288 of 366 days. Too late for the
 * deadline of 1 July, so the deal's gap is the bare one.
 * Notices decided 28 June, out 12 July, separations 23 August: 313 days; rehired on 17 September.
 *                               FY12                                FY13
 * revenue, spending, gap before: as on 4 May
 * target          0.8505 x 700.7 = 595.945            0.8662 x 901.2 = 780.619
 * layoffs without a deal: 5,192.7 positions, 436.395 x 313/366 - 56.471 = 316.730;  436.395
 * with it: 436.395 x (313 - 0.9 x 288)/366 = 64.147;  a tenth; the same cost
 * options wanted: 595.9 - 316.7 = 279.2 and 344.2: two bring 382.0 and 393.4 (one 60.9, 72.3)
 */
Test(dated_by_hand, the_deal_is_rejected_on_28_june_2011)
{
    static const char *const OWN[] = {
        "rounds[second].p_rule_change=1",
        "rounds[second].p_reopen=1",
        "rounds[second].days_to_rule_change=24",
        "rounds[second].days_to_agreement=4",
        "rounds[second].days_after_agreement=27",
        "rounds[second].shift.sd=0",
        "rounds[second].noise=0",
    };
    const double gross = 5466 * 0.95 * EACH, first = gross * 313 / 366, cost = 5466 * 0.95 * COST;
    const table hand = {
        .outcome = PB_DEAL_ROUND_2,
        .settled = {2011, 9, 17},
        .revenue = {REVENUE[0], REVENUE[1]},
        .spending = {SPENDING[0], SPENDING[1]},
        .target = {BOOKED_DEAL_OF_MAY[0], BOOKED_DEAL_OF_MAY[1]},
        .reserve_cap = 1878,
        .of = {[DEAL] = {.savings = {deal_of_may(0, 288.0 / 366), deal_of_may(1, 1)},
                         .layoffs = {gross * (313 - 0.9 * 288) / 366, 0.1 * gross},
                         .cost = {cost, 0},
                         .gap = {850.5 - SURPLUS[0], 866.2 - SURPLUS[1]},
                         .notices = 5466,
                         .separated = 5193},
               [NO_DEAL] = {.savings = {two_realised(0), two_realised(1)},
                            .layoffs = {first, gross},
                            .cost = {cost, 0},
                            .gap = {850.5 - SURPLUS[0] - TWO_OPTIONS[0] - first + cost,
                                    866.2 - SURPLUS[1] - TWO_OPTIONS[1] - gross},
                            .notices = 5466,
                            .separated = 5193}},
    };
    run("ct2011-06-28", OWN, COUNT(OWN), true, false);
    expect_table(&hand);
}

/*
 * 12 May 2017: agreement that day, vote to 8 June, in force 8 July: 358 of 365 days. 1,100 notices
 * out on 11 May, separations 22 June: both years, the cost in the first; nine in ten come back on 8
 * July. Without a deal 3,100 more, the most there are: decided 9 June, out 23 June, separations 4
 * August: 331 days.
 *                               FY18                                FY19
 * revenue                     17,085                              17,173
 * spending                    18,382                              18,838
 * gap before measures          1,297                               1,665
 * deal, booked                   700: gap 597                        800: gap 865
 * deal, realised    0.9 x 700 x 358/365 = 617.918                    720
 * layoffs without a deal: 1,045 and 2,945 positions,
 *   87.822 + 247.498 x 331/365 - 43.391 = 268.873;  335.320
 * with it: 87.822 x (1 - 0.9 x 358/365) = 10.299, cost 11.364;  8.782
 *
 * Controls of the first year: at most 0.05 x 0.35 x 17,682 = 309.435 is cut; above 176.82 a plan is
 * asked for, which always passes here.
 *   without a deal: 10 November 1,297 - 268.873 = 1,028.127: cut 309.435, plan 514.064
 *                   15 January 204.629: nothing left to cut, plan 102.314;  30 April 102.314: no
 * plan with it:        10 November 1,297 - 686.575 + 1.065 = 611.490: cut 309.435, plan 302.055
 * (what the cut has left, below half of 611.490); nothing is left
 */
Test(dated_by_hand, layoffs_are_under_way_on_12_may_2017)
{
    static const char *const OWN[] = {
        "revenue.streams[general_fund].sd=0",
        "savings[concessions].realised.sd=0",
        "rescission.p_mitigation=1",
    };
    const double wave = 1045 * EACH, more = 2945 * EACH, in_force = 358.0 / 365;
    const double back = wave * (1 - 0.9 * in_force), cap = 0.05 * 0.35 * 17682;
    const double laid_off = wave + more * 331 / 365, net = laid_off - 3990 * COST;
    const double autumn = 1297 - net, winter = autumn - cap - 0.5 * autumn;
    const table hand = {
        .outcome = PB_DEAL_ROUND_1,
        .settled = {2017, 7, 8},
        .revenue = {17085, 17173},
        .spending = {18382, 18838},
        .target = {700, 800},
        .reserve_cap = 1803.8,
        .of = {[DEAL] = {.savings = {0.9 * 700 * in_force, 720},
                         .layoffs = {back, 0.1 * wave},
                         .cost = {1045 * COST, 0},
                         .rescission = cap,
                         .mitigation = 1297 - 700 * in_force - back + 1045 * COST - cap,
                         .gap = {597, 865},
                         .notices = 1100,
                         .separated = 1045},
               [NO_DEAL] = {.layoffs = {laid_off, wave + more},
                            .cost = {3990 * COST, 0},
                            .rescission = cap,
                            .mitigation = 0.5 * autumn + 0.5 * winter,
                            .gap = {1297 - net, 1665 - wave - more},
                            .notices = 4200,
                            .separated = 3990}},
    };
    run("ct2017-05-12", OWN, COUNT(OWN), false, true);
    expect_table(&hand);
}
