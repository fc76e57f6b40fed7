/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layoffs (SPEC E.5) by hand arithmetic. FY2012 begins on 1 July 2011 and has 366 days, FY2013 365.
 * A position saves 95,500 x 0.88 = 84,040 dollars a year; separating it costs 4,500 in payouts and,
 * unless it leaves by itself (15%), 7,500 in unemployment benefits: 10,875 on average.
 */
#include "models/layoffs.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>

enum { LANE = 200 };

static pb_layoff_params params;
static pb_date notice_first = PB_NO_DATE;
static pb_layoffs layoffs;
static batch b;

/* Notices of 1 July 2011, effective at once, one batch, none rescinded. */
static void start_layoffs(int64_t notices)
{
    params = (pb_layoff_params){.notices = notices,
                                .decided = day(2011, 7, 1),
                                .n_batches = 1,
                                .batch = {{1.0, 0.0}},
                                .voluntary_share = 0.15,
                                .withdrawn_by_deal = 0.98,
                                .rehired_by_deal = 0.90,
                                .gross_per_position_usd = 95500.0,
                                .bumping = 0.88,
                                .payout_usd = 4500.0,
                                .unemployment_usd = 7500.0};
}

static void open_layoffs(void)
{
    const pb_fiscal_years years = pb_fiscal_years_from(day(2011, 7, 1));
    const pb_shape shape = {
        .extent = {[PB_AXIS_NONE] = 1, [PB_AXIS_YEAR] = PB_YEARS, [PB_AXIS_BRANCH] = PB_BRANCHES}};
    pb_layoffs_compile(&params, &years, notice_first, &b.inputs, &layoffs);
    batch_open(&b, &shape);
    set_lanes(b.w->notices, (double)params.notices);
    set_lanes(b.w->failed_day, day(2011, 6, 26));
    set_lanes(b.w->in_force_day, day(2011, 5, 1)); /* nothing in the deal branch */
}

/* What a branch comes to in one lane. */
typedef struct result {
    int notices, layoffs;
    double saving[PB_YEARS], cost[PB_YEARS];
} result;

static result simulate(int branch)
{
    pb_layoffs_simulate(&layoffs, rows_of(&b), b.w, &b.out);
    result r = {.notices = b.out.notices[branch * PB_LANES + LANE],
                .layoffs = b.out.layoffs[branch * PB_LANES + LANE]};
    for (int year = 0; year < PB_YEARS; year++) {
        const size_t at = ((size_t)branch * PB_YEARS + (size_t)year) * PB_LANES + LANE;
        r.saving[year] = b.out.layoff_savings[at];
        r.cost[year] = b.out.separation_cost[at];
    }
    return r;
}

/*
 * SPEC E.5: 8 weeks are 56 days of 366, so 1,000 x 84,040 x 310 / 366 = 71.18 million, less 4.5
 * and 6.375: about 60 net. Of 1,000 notices 950 positions are separated: about 57.
 */
Test(layoffs, a_thousand_positions_8_weeks_into_the_year_save_60_million)
{
    start_layoffs(1000);
    params.notice_weeks = (pb_quantity){PB_QUANTITY_FIXED, 6.0, 0.0, 0.0};
    params.bumping_delay_weeks = (pb_quantity){PB_QUANTITY_FIXED, 2.0, 0.0, 0.0};
    open_layoffs();
    const result r = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(r.saving[0], 84.04 * 310.0 / 366.0, 1e-9);
    cr_expect_float_eq(r.saving[0], 71.1, 0.1);
    cr_expect_float_eq(r.cost[0], 4.5 + 6.375, 1e-9);
    cr_expect_float_eq(r.saving[0] - r.cost[0], 60.0, 0.5);
    cr_expect_float_eq(r.saving[1], 84.04, 1e-9);
    cr_expect_float_eq(r.cost[1], 0.0, 1e-9);
    cr_expect(r.notices == 1000 && r.layoffs == 1000);

    params.rescinded_share = 0.05;
    const result of_notices = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(of_notices.saving[0] - of_notices.cost[0],
                       0.95 * (84.04 * 310.0 / 366.0 - 10.875), 1e-9);
    cr_expect_float_eq(of_notices.saving[0] - of_notices.cost[0], 57.0, 0.5);
    cr_expect(of_notices.notices == 1000 && of_notices.layoffs == 950);
    batch_close(&b);
}

/* 4% of pay, two thirds of the gross: 84.04 x 0.04 x 2 / 3 = 2.24 million less a year. */
Test(layoffs, income_tax_is_lost_on_the_pay_saved)
{
    start_layoffs(1000);
    params.income_tax_loss = 0.04;
    open_layoffs();
    const result r = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(r.saving[0], 84.04 - 84.04 * 0.04 * 2.0 / 3.0, 1e-9);
    cr_expect_float_eq(r.saving[1], 84.04 - 84.04 * 0.04 * 2.0 / 3.0, 1e-9);
    cr_expect_float_eq(r.cost[0], 10.875, 1e-9);
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 1, 0.0, 1000.0), r.saving[1], 1e-9,
                       "as planned");
    batch_close(&b);
}

struct day_case {
    double separated; /* days after 1 July 2011 */
    double share[PB_YEARS], cost[PB_YEARS];
    int layoffs;
    char why[48];
};

ParameterizedTestParameters(layoffs, money_is_booked_by_the_day_of_separation)
{
    static struct day_case cases[] = {
        {0.0, {1.0, 1.0}, {10.875, 0.0}, 1000, "the first day"},
        {91.5, {0.75, 1.0}, {10.875, 0.0}, 1000, "a quarter of 366 days"},
        {365.0, {1.0 / 366, 1.0}, {10.875, 0.0}, 1000, "the last day of the first year"},
        {366.0, {0.0, 1.0}, {0.0, 10.875}, 1000, "the first day of the second"},
        {439.0, {0.0, 0.8}, {0.0, 10.875}, 1000, "73 of 365 days into the second"},
        {731.0, {0.0, 0.0}, {0.0, 0.0}, 0, "after the horizon"},
    };
    return cr_make_param_array(struct day_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct day_case *c, layoffs, money_is_booked_by_the_day_of_separation)
{
    start_layoffs(1000);
    params.lead_days = 14.0;
    params.notice_weeks = (pb_quantity){PB_QUANTITY_TRIANGULAR, 2.0, 6.0, 8.0};
    params.bumping_delay_weeks = (pb_quantity){PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0};
    open_layoffs();
    set_lanes(row_of(&b, PB_FOR_NOTICE_WEEKS, 0, ""), (c->separated - 14.0) / 7.0 - 1.5);
    set_lanes(row_of(&b, PB_FOR_BUMPING_DELAY, 0, ""), 1.5);
    const result r = simulate(PB_BRANCH_NO_DEAL);
    for (int year = 0; year < PB_YEARS; year++) {
        cr_expect_float_eq(r.saving[year], 84.04 * c->share[year], 1e-9, "%s", c->why);
        cr_expect_float_eq(r.cost[year], c->cost[year], 1e-9, "%s", c->why);
    }
    cr_expect_eq(r.layoffs, c->layoffs, "%s", c->why);
    batch_close(&b);
}

Test(layoffs, without_a_date_they_are_decided_the_day_after_the_deal_fails)
{
    start_layoffs(1000);
    params.decided = PB_NO_DATE;
    params.lead_days = 14.0;
    open_layoffs();
    set_lanes(b.w->failed_day, day(2011, 7, 1) + 76.5);
    /* effective 76.5 + 1 + 14 = 91.5 days into the year */
    cr_expect_float_eq(simulate(PB_BRANCH_NO_DEAL).saving[0], 0.75 * 84.04, 1e-9);
    batch_close(&b);
}

struct first_case {
    int decided_given; /* on 1 July; else the deal fails 15 days before */
    int first;         /* days after 1 July 2011 */
    double separated;  /* likewise; the lead is 14 days, the notice 6 weeks */
    char why[64];
};

ParameterizedTestParameters(layoffs, no_notice_is_issued_before_the_first_day_allowed)
{
    static struct first_case cases[] = {
        {1, 0, 56, "the lead ends later"},
        {1, 14, 56, "on the day"},
        {1, 105, 147, "notices wait for the day, not the decision"},
        {0, 0, 42, "decided the day after the deal failed"},
        {0, 49, 91, "and waiting too"},
    };
    return cr_make_param_array(struct first_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct first_case *c, layoffs, no_notice_is_issued_before_the_first_day_allowed)
{
    start_layoffs(1000);
    notice_first = day(2011, 7, 1) + c->first;
    params.decided = c->decided_given ? day(2011, 7, 1) : PB_NO_DATE;
    params.lead_days = 14.0;
    params.notice_weeks = (pb_quantity){PB_QUANTITY_FIXED, 6.0, 0.0, 0.0};
    open_layoffs();
    set_lanes(b.w->failed_day, day(2011, 7, 1) - 15);
    const result r = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(r.saving[0], 84.04 * (366.0 - c->separated) / 366.0, 1e-9, "%s", c->why);
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 0, day(2011, 7, 1) - 15, 1000.0),
                       r.saving[0] - 10.875, 1e-9, "as planned: %s", c->why);
    /* a deal in force on the day of the notices stops them; a day later it withdraws most */
    set_lanes(b.w->in_force_day, day(2011, 7, 1) + c->separated - 42.0);
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 0, "%s", c->why);
    set_lanes(b.w->in_force_day, day(2011, 7, 1) + c->separated - 41.0);
    cr_expect_eq(simulate(PB_BRANCH_DEAL).layoffs, c->decided_given ? 20 : 0, "%s", c->why);
    batch_close(&b);
}

Test(layoffs, batches_share_the_notices_and_follow_each_other)
{
    start_layoffs(1000);
    params.n_batches = 3;
    params.batch[0].share = 0.5;
    params.batch[1].share = 0.3;
    params.batch[1].after_days = 183.0;
    params.batch[2].share = 0.2;
    params.batch[2].after_days = 366.0;
    open_layoffs();
    const result r = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(r.saving[0], 84.04 * (0.5 + 0.3 * 0.5), 1e-9);
    cr_expect_float_eq(r.saving[1], 84.04, 1e-9);
    cr_expect_float_eq(r.cost[0], 0.8 * 10.875, 1e-9);
    cr_expect_float_eq(r.cost[1], 0.2 * 10.875, 1e-9);
    cr_expect(r.notices == 1000 && r.layoffs == 1000);
    for (int year = 0; year < PB_YEARS; year++) {
        cr_expect_float_eq(pb_planned_saving_musd(&layoffs, year, 0.0, 1000.0),
                           r.saving[year] - r.cost[year], 1e-9, "as planned");
    }
    set_lanes(b.w->in_force_day, day(2011, 7, 1) + 100);
    const result deal = simulate(PB_BRANCH_DEAL);
    cr_expect(deal.notices == 500 && deal.layoffs == 500, "the later batches are not issued");
    cr_expect_float_eq(deal.cost[0], 0.5 * 10.875, 1e-9);
    batch_close(&b);
}

/* ---- the deal branch ---- */

struct deal_case {
    int decided_given, deal_round;
    double in_force; /* days after 1 July 2011; issued on day 14, effective on day 56 */
    int notices, layoffs;
    double saving[PB_YEARS], cost;
    char why[64];
};

/* Of 1,000 positions 20 are left if 98% are withdrawn; 900 of those separated come back. */
ParameterizedTestParameters(layoffs, a_deal_withdraws_notices_and_rehires)
{
    static struct deal_case cases[] = {
        {1, 0, 10.0, 0, 0, {0.0, 0.0}, 0.0, "in force before they are issued"},
        {1, 0, 14.0, 0, 0, {0.0, 0.0}, 0.0, "on that very day"},
        {1,
         0,
         40.0,
         1000,
         20,
         {0.02 * 84.04 * 310 / 366, 0.02 * 84.04},
         0.02 * 10.875,
         "issued but not yet effective"},
        {1,
         0,
         183.0,
         1000,
         1000,
         {84.04 * (310 - 0.9 * 183) / 366, 0.1 * 84.04},
         10.875,
         "after separation: 90% come back"},
        {1,
         0,
         366.0 + 73.0,
         1000,
         1000,
         {84.04 * 310 / 366, 84.04 * (1 - 0.9 * 0.8)},
         10.875,
         "in the second year"},
        {1, 0, 800.0, 1000, 1000, {84.04 * 310 / 366, 84.04}, 10.875, "after the horizon"},
        {0, 0, 183.0, 0, 0, {0.0, 0.0}, 0.0, "round 1, no date: nothing has failed"},
        {0,
         1,
         183.0,
         1000,
         1000,
         {84.04 * (310 - 0.9 * 183) / 366, 0.1 * 84.04},
         10.875,
         "round 2, no date: decided when round 1 failed"},
        {0,
         1,
         40.0,
         1000,
         20,
         {0.02 * 84.04 * 310 / 366, 0.02 * 84.04},
         0.02 * 10.875,
         "round 2, not yet effective"},
    };
    return cr_make_param_array(struct deal_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct deal_case *c, layoffs, a_deal_withdraws_notices_and_rehires)
{
    start_layoffs(1000);
    params.decided = c->decided_given ? day(2011, 7, 1) : PB_NO_DATE;
    params.lead_days = 14.0;
    params.notice_weeks = (pb_quantity){PB_QUANTITY_FIXED, 6.0, 0.0, 0.0};
    open_layoffs();
    set_lanes(b.w->failed_day, day(2011, 6, 30)); /* decided on 1 July either way */
    set_lanes(b.w->in_force_day, day(2011, 7, 1) + c->in_force);
    memset(b.w->deal_round, c->deal_round, sizeof b.w->deal_round);
    const result r = simulate(PB_BRANCH_DEAL);
    cr_expect_eq(r.notices, c->notices, "notices: %s", c->why);
    cr_expect_eq(r.layoffs, c->layoffs, "layoffs: %s", c->why);
    for (int year = 0; year < PB_YEARS; year++) {
        cr_expect_float_eq(r.saving[year], c->saving[year], 1e-9, "saving %d: %s", year, c->why);
    }
    cr_expect_float_eq(r.cost[0], c->cost, 1e-9, "cost: %s", c->why);
    const result no_deal = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(no_deal.saving[0], 84.04 * 310 / 366, 1e-9, "no deal: %s", c->why);
    batch_close(&b);
}

/* Notices that replace refused options belong to a Plan B, which a deal in round 1 never needs. */
/* 1,000 notices, a quarter in units that refuse protection: the deal withdraws 98% of the other
 * 750 and leaves 15; the 250 go, whatever the deal. */
Test(layoffs, a_deal_leaves_the_notices_of_units_that_refuse_protection)
{
    start_layoffs(1000);
    params.notice_weeks = (pb_quantity){PB_QUANTITY_FIXED, 8.0, 0.0, 0.0};
    open_layoffs();
    set_lanes(b.w->in_force_day, day(2011, 8, 1));
    memset(b.w->deal_round, 1, sizeof b.w->deal_round);
    set_lanes(b.w->exposed[1], 0.25);
    const result withdrawn = simulate(PB_BRANCH_DEAL);
    cr_expect_eq(withdrawn.notices, 1000);
    cr_expect_eq(withdrawn.layoffs, 265);
    /* 26 August: 56 days of 366 are over */
    cr_expect_float_eq(withdrawn.saving[0], 0.265 * 84.04 * 310.0 / 366.0, 1e-9);
    cr_expect_float_eq(withdrawn.cost[0], 0.265 * 10.875, 1e-9);

    /* in force after the separations: 90% of the 750 come back on that day, nobody of the 250 */
    set_lanes(b.w->in_force_day, day(2011, 10, 1));
    const result rehired = simulate(PB_BRANCH_DEAL);
    cr_expect_eq(rehired.layoffs, 1000);
    cr_expect_float_eq(rehired.saving[0], 84.04 * (310.0 / 366.0 - 0.75 * 0.9 * 274.0 / 366.0),
                       1e-9);

    /* a deal before the notices stops the others alone */
    set_lanes(b.w->in_force_day, day(2011, 6, 30));
    const result stopped = simulate(PB_BRANCH_DEAL);
    cr_expect_eq(stopped.notices, 250);
    cr_expect_eq(stopped.layoffs, 250);

    /* without a rejection and without a date of their own there are no notices to withdraw */
    params.decided = PB_NO_DATE;
    memset(b.w->deal_round, 0, sizeof b.w->deal_round);
    set_lanes(b.w->exposed[0], 0.25);
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 0);
    batch_close(&b);
}

Test(layoffs, a_deal_in_round_1_has_no_replacement_notices)
{
    start_layoffs(1000);
    open_layoffs();
    set_lanes(b.w->notices, 1500.0); /* 500 replacements */
    set_lanes(b.w->in_force_day, day(2012, 1, 1));
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 1000);
    cr_expect_eq(simulate(PB_BRANCH_NO_DEAL).notices, 1500);
    memset(b.w->deal_round, 1, sizeof b.w->deal_round);
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 1500, "Plan B began when round 1 failed");
    batch_close(&b);
}

/*
 * 1,000 notices decided on 1 July whatever happens, 500 more in place of refused options: those are
 * decided the day after the deal fails, here on day 91.5, so they save on three quarters of the
 * year.
 */
Test(layoffs, replacements_are_decided_when_the_deal_has_failed)
{
    start_layoffs(1000);
    open_layoffs();
    set_lanes(b.w->notices, 1500.0);
    set_lanes(b.w->failed_day, day(2011, 7, 1) + 90.5);
    set_lanes(b.w->in_force_day, day(2011, 7, 1) + 100);
    const result r = simulate(PB_BRANCH_NO_DEAL);
    cr_expect_float_eq(r.saving[0], 84.04 + 0.5 * 0.75 * 84.04, 1e-9);
    cr_expect_float_eq(r.saving[1], 1.5 * 84.04, 1e-9);
    cr_expect_eq(r.notices, 1500);
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 0, day(2011, 7, 1) + 90.5, 1500.0),
                       r.saving[0] - r.cost[0], 1e-9, "as planned");
    cr_expect_float_eq(pb_saving_per_replacement(&layoffs, 0, day(2011, 7, 1) + 90.5),
                       (0.75 * 84.04 - 10.875) / 1000.0, 1e-12);
    cr_expect_float_eq(pb_saving_per_replacement(&layoffs, 0, day(2011, 6, 1)),
                       (84.04 - 10.875) / 1000.0, 1e-12, "failed before: with the others");
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 1000);
    memset(b.w->deal_round, 1, sizeof b.w->deal_round);
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 1500, "both waves before the second deal");
    set_lanes(b.w->in_force_day, day(2011, 7, 1) + 91);
    cr_expect_eq(simulate(PB_BRANCH_DEAL).notices, 1000, "the second is not issued");
    batch_close(&b);
}

/* ---- planning ---- */

/* Modal delay: 6 + 2 weeks; 95% of notices are separated. */
Test(layoffs, a_notice_is_planned_with_at_the_modal_delay)
{
    const pb_date failed = day(2011, 6, 16); /* + 1 + 14 days: issued on 1 July */
    start_layoffs(1000);
    params.decided = PB_NO_DATE;
    params.lead_days = 14.0;
    params.rescinded_share = 0.05;
    params.notice_weeks = (pb_quantity){PB_QUANTITY_TRIANGULAR, 2.0, 6.0, 8.0};
    params.bumping_delay_weeks = (pb_quantity){PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0};
    open_layoffs();
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 0, failed, 1.0),
                       0.95e-3 * (84.04 * 310.0 / 366.0 - 10.875), 1e-12);
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 1, failed, 1.0), 0.95e-3 * 84.04, 1e-12);
    /* a year later the first year has nothing, the second the costs and 309 of 365 days */
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 0, failed + 366, 1.0), 0.0, 1e-12);
    cr_expect_float_eq(pb_planned_saving_musd(&layoffs, 1, failed + 366, 1.0),
                       0.95e-3 * (84.04 * 309.0 / 365.0 - 10.875), 1e-12);
    batch_close(&b);
}

/* Drawn delays: triangular(2, 6, 8) has mean 16/3 weeks, the exponential 2; both end in FY2012
 * nearly always, so the mean saving is linear in the mean delay of 22/3 weeks. */
Test(layoffs, drawn_delays_have_their_means)
{
    enum { N_BATCHES = 512, N = N_BATCHES * PB_LANES };
    static double saving[N];
    start_layoffs(1000);
    params.notice_weeks = (pb_quantity){PB_QUANTITY_TRIANGULAR, 2.0, 6.0, 8.0};
    params.bumping_delay_weeks = (pb_quantity){PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0};
    open_layoffs();
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        pb_layoffs_simulate(&layoffs, rows_of(&b), b.w, &b.out);
        memcpy(&saving[i * PB_LANES],
               &b.out.layoff_savings[PB_BRANCH_NO_DEAL * PB_YEARS * PB_LANES],
               PB_LANES * sizeof *saving);
    }
    expect_mean("year 1", saving, N, 84.04 * (1.0 - 7.0 * 22.0 / 3.0 / 366.0));
    /* variances: (4 + 36 + 64 - 12 - 16 - 48) / 18 = 28/18, and 4 */
    expect_variance("year 1", saving, 84.04 * (1.0 - 7.0 * 22.0 / 3.0 / 366.0), N,
                    84.04 * 84.04 * 49.0 / 366.0 / 366.0 * (28.0 / 18.0 + 4.0));
    batch_close(&b);
}
