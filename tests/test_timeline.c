/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From votes to what happens and when (SPEC B, E.8), by hand: the uniforms of the rule's change,
 * of reopening and of the legislature are set, not drawn. Days are from the agreement.
 */
#include "models/timeline.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>

enum { LANE = 31 };

static pb_talks talks;
static pb_timeline timeline;
static batch b;

static pb_dates dates = {.agreement = 15000, .fy_start = 15156, .deadline = 15156};
static const pb_legislature LEGISLATURE = {.p_approve = 0.9, .days = 30.0};

static const pb_round_timing BY_DAYS[PB_ROUNDS] = {
    {.vote_end = PB_NO_DATE, .days_after_agreement = {PB_QUANTITY_TRIANGULAR, 21, 27, 40}},
    {.vote_end = PB_NO_DATE,
     .days_after_agreement = {PB_QUANTITY_TRIANGULAR, 21, 27, 40},
     .p_rule_change = 0.5,
     .p_reopen = 0.75,
     .days_to_rule_change = {PB_QUANTITY_TRIANGULAR, 10, 24, 45},
     .days_to_agreement = {PB_QUANTITY_TRIANGULAR, 3, 5, 21}},
};

static pb_talks_params talks_params = {
    .p_agreement = 0.75, .hazard_per_day = 0.02, .deadline_multiplier = 3.0, .deadline_days = 14};

static void open_with(pb_timeline_kind kind, const pb_round_timing *timing, int n_rounds)
{
    const pb_shape shape = {.extent = {[PB_AXIS_NONE] = 1,
                                       [PB_AXIS_ROUND] = 2,
                                       [PB_AXIS_UNIT] = 2,
                                       [PB_AXIS_OUTCOME] = PB_N_OUTCOMES}};
    pb_talks_compile(&talks_params, &dates, PB_NO_DATE, kind, &b.inputs, &talks);
    pb_timeline_compile(&talks, timing, n_rounds, &LEGISLATURE, 2, &b.inputs, &timeline);
    batch_open(&b, &shape);
}

static void open_timeline(const pb_round_timing *timing, int n_rounds)
{
    open_with(PB_TIMELINE_FIXED, timing, n_rounds);
}

/* Rows of the quantities that are random, in days. */
static void set_days(double first, double to_rule_change, double to_agreement, double second)
{
    set_lanes(row_of(&b, PB_FOR_DAYS_TO_VOTE, 1, ""), first);
    if (timeline.n_rounds > 1) {
        set_lanes(row_of(&b, PB_FOR_DAYS_TO_RULE_CHANGE, 0, ""), to_rule_change);
        set_lanes(row_of(&b, PB_FOR_DAYS_TO_AGREEMENT, 0, ""), to_agreement);
        set_lanes(row_of(&b, PB_FOR_DAYS_TO_VOTE, 2, ""), second);
    }
}

static void set_chances(double rule_change, double reopen, double legislature)
{
    set_lanes(row_of(&b, PB_FOR_LEGISLATURE, 0, ""), legislature);
    if (timeline.n_rounds > 1) {
        set_lanes(row_of(&b, PB_FOR_RULE_CHANGE, 0, ""), rule_change);
        set_lanes(row_of(&b, PB_FOR_REOPEN, 0, ""), reopen);
    }
}

static void simulate(bool first, bool second)
{
    b.out.rule_satisfied[LANE] = first;
    b.out.rule_satisfied[PB_LANES + LANE] = second;
    pb_timeline_simulate(&timeline, rows_of(&b), &b.out, b.w);
}

/* ---- two rounds, ends of votes by days: 28.25 and 28.25 + 24.5 + 5 + 27.5 = 85.25 ---- */

struct path_case {
    bool first, second;                      /* would each round's vote satisfy its rule? */
    double rule_change, reopen, legislature; /* uniforms; it happens below 0.5, 0.75, 0.9 */
    int outcome, deal_round, branch;
    double result, ratified, in_force, failed; /* days after the agreement */
    char why[64];
};

ParameterizedTestParameters(timeline, a_path_ends_where_and_when_its_votes_lead)
{
    static struct path_case cases[] = {
        {true, true, 0.1, 0.1, 0.1, PB_DEAL_ROUND_1, 0, PB_BRANCH_DEAL, 58, 28.25, 58.25, 28.25,
         "ratified and approved 30 days later"},
        {true, false, 0.9, 0.9, 0.1, PB_DEAL_ROUND_1, 0, PB_BRANCH_DEAL, 58, 28.25, 58.25, 28.25,
         "no second round is needed"},
        {true, true, 0.1, 0.1, 0.95, PB_REFUSED_ROUND_1, 0, PB_BRANCH_NO_DEAL, 58, 28.25, 58.25,
         58.25, "the legislature refuses: Plan B begins then"},
        {true, true, 0.1, 0.1, 0.9, PB_REFUSED_ROUND_1, 0, PB_BRANCH_NO_DEAL, 58, 28.25, 58.25,
         58.25, "a uniform of 0.9 is not below 0.9"},
        {false, true, 0.6, 0.1, 0.1, PB_REJECTED, 0, PB_BRANCH_NO_DEAL, 28, 28.25, 58.25, 28.25,
         "the rule stays as it is"},
        {false, true, 0.1, 0.8, 0.1, PB_REJECTED, 0, PB_BRANCH_NO_DEAL, 28, 28.25, 58.25, 28.25,
         "the rule changes but talks are not reopened"},
        {false, true, 0.5, 0.1, 0.1, PB_REJECTED, 0, PB_BRANCH_NO_DEAL, 28, 28.25, 58.25, 28.25,
         "a uniform of 0.5 is not below 0.5"},
        {false, true, 0.4999, 0.7499, 0.8999, PB_DEAL_ROUND_2, 1, PB_BRANCH_DEAL, 115, 85.25,
         115.25, 28.25, "everything just happens"},
        {false, true, 0.1, 0.1, 0.95, PB_REFUSED_ROUND_2, 1, PB_BRANCH_NO_DEAL, 115, 85.25, 115.25,
         28.25, "refused in round 2: Plan B has begun before"},
        {false, false, 0.1, 0.1, 0.1, PB_REJECTED_TWICE, 1, PB_BRANCH_NO_DEAL, 85, 85.25, 115.25,
         28.25, "rejected again"},
    };
    return cr_make_param_array(struct path_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct path_case *c, timeline, a_path_ends_where_and_when_its_votes_lead)
{
    open_timeline(BY_DAYS, 2);
    set_days(28.25, 24.5, 5.0, 27.5);
    set_chances(c->rule_change, c->reopen, c->legislature);
    simulate(c->first, c->second);
    cr_expect_eq(b.out.outcome[LANE], c->outcome, "outcome: %s", c->why);
    cr_expect_eq(b.out.result_date[LANE], 15000 + (int)c->result, "result: %s", c->why);
    cr_expect_eq(b.w->deal_round[LANE], c->deal_round, "round: %s", c->why);
    cr_expect_eq(b.w->realised[LANE], c->branch, "branch: %s", c->why);
    cr_expect_eq(b.w->ratified_day[LANE], 15000 + c->ratified, "ratified: %s", c->why);
    cr_expect_eq(b.w->in_force_day[LANE], 15000 + c->in_force, "in force: %s", c->why);
    cr_expect_eq(b.w->failed_day[LANE], 15000 + c->failed, "failed: %s", c->why);
    batch_close(&b);
}

/* ---- other calendars ---- */

Test(timeline, outcome_codes_are_those_of_the_file_format)
{
    cr_expect_eq((int)PB_NO_AGREEMENT, 0);
    cr_expect_eq((int)PB_DEAL_ROUND_1, 1);
    cr_expect_eq((int)PB_DEAL_ROUND_2, 2);
    cr_expect_eq((int)PB_REJECTED, 3);
    cr_expect_eq((int)PB_REJECTED_TWICE, 4);
    cr_expect_eq((int)PB_REFUSED_ROUND_1, 5);
    cr_expect_eq((int)PB_REFUSED_ROUND_2, 6);
}

Test(timeline, with_one_round_a_rejection_is_final)
{
    open_timeline(BY_DAYS, 1);
    set_days(28.0, 0.0, 0.0, 0.0);
    set_chances(0.0, 0.0, 0.1);
    simulate(false, true);
    cr_expect_eq(b.out.outcome[LANE], PB_REJECTED);
    cr_expect_eq(b.out.result_date[LANE], 15028);
    simulate(true, false);
    cr_expect_eq(b.out.outcome[LANE], PB_DEAL_ROUND_1);
    cr_expect_eq(b.out.result_date[LANE], 15058);
    batch_close(&b);
}

Test(timeline, dates_of_the_votes_overrule_days)
{
    pb_round_timing timing[PB_ROUNDS] = {BY_DAYS[0], BY_DAYS[1]};
    timing[0].vote_end = 15044;
    timing[1].vote_end = 15099;
    open_timeline(timing, 2);
    set_days(28.0, 24.0, 5.0, 27.0);
    set_chances(0.1, 0.1, 0.1);
    simulate(false, true);
    cr_expect_eq(b.w->ratified_day[LANE], 15099.0);
    cr_expect_eq(b.w->in_force_day[LANE], 15129.0);
    cr_expect_eq(b.w->failed_day[LANE], 15044.0);
    cr_expect_eq(b.out.result_date[LANE], 15129);
    batch_close(&b);
}

Test(timeline, a_second_vote_never_ends_before_the_first)
{
    pb_round_timing timing[PB_ROUNDS] = {BY_DAYS[0], BY_DAYS[1]};
    timing[1].vote_end = 15099;
    open_timeline(timing, 2);
    set_days(105.0, 24.0, 5.0, 27.0);
    set_chances(0.1, 0.1, 0.1);
    simulate(false, true);
    cr_expect_eq(b.w->failed_day[LANE], 15105.0);
    cr_expect_eq(b.w->ratified_day[LANE], 15105.0);
    batch_close(&b);
}

Test(timeline, fixed_numbers_of_days_need_no_inputs)
{
    pb_round_timing timing[PB_ROUNDS] = {BY_DAYS[0], BY_DAYS[1]};
    timing[0].days_after_agreement = timing[1].days_after_agreement =
        (pb_quantity){PB_QUANTITY_FIXED, 28, 0, 0};
    timing[1].days_to_rule_change = (pb_quantity){PB_QUANTITY_FIXED, 24, 0, 0};
    timing[1].days_to_agreement = (pb_quantity){PB_QUANTITY_FIXED, 5, 0, 0};
    open_timeline(timing, 2);
    cr_expect_eq(b.inputs.n, 3u, "the legislature, the rule's change, reopening");
    set_chances(0.1, 0.1, 0.1);
    simulate(false, true);
    cr_expect_eq(b.w->ratified_day[LANE], 15000.0 + 28 + 24 + 5 + 28);
    batch_close(&b);
}

/* ---- the contracts of the deal branch ---- */

Test(timeline, contracts_are_those_of_the_round_the_deal_is_of)
{
    for (int second = 0; second < 2; second++) {
        open_timeline(BY_DAYS, 2);
        set_chances(second ? 0.1 : 0.9, 0.1, 0.1);
        b.w->contract_vote[0][0][LANE] = 1;
        b.w->contract_vote[1][1][LANE] = 1;
        b.w->coverage[0][LANE] = 0.25;
        b.w->coverage[1][LANE] = 0.75;
        simulate(false, false);
        cr_expect_eq(b.w->deal_round[LANE], second, "the last round held");
        cr_expect_eq(b.out.contract_coverage[LANE], second ? 0.75f : 0.25f);
        cr_expect_eq(b.out.contract_vote[LANE], !second);
        cr_expect_eq(b.out.contract_vote[PB_LANES + LANE], second);
        batch_close(&b);
    }
}

/* Drawn, not set: rejection, second vote and refusal happen as often as they should. */
Test(timeline, drawn_paths_have_the_product_of_their_chances)
{
    enum { N_BATCHES = 1024, N = N_BATCHES * PB_LANES };
    size_t count[PB_N_OUTCOMES] = {0};
    open_timeline(BY_DAYS, 2);
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        memset(b.out.rule_satisfied, 0, PB_LANES);
        memset(b.out.rule_satisfied + PB_LANES, 1, PB_LANES);
        pb_timeline_simulate(&timeline, rows_of(&b), &b.out, b.w);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            count[b.out.outcome[lane]]++;
            const double days = b.w->ratified_day[lane] - b.w->failed_day[lane];
            if (b.w->deal_round[lane] == 1) {
                cr_assert(days >= 34.0 && days <= 106.0, "10 + 3 + 21 to 45 + 21 + 40 days");
            }
        }
    }
    expect_probability("no second vote", count[PB_REJECTED], N, 1.0 - 0.5 * 0.75);
    expect_probability("deal", count[PB_DEAL_ROUND_2], N, 0.5 * 0.75 * 0.9);
    expect_probability("refused", count[PB_REFUSED_ROUND_2], N, 0.5 * 0.75 * 0.1);
    batch_close(&b);
}

/* ---- talks that go on ---- */

/* 122 days of talks up to the deadline, day 15156; the exponential 1.99 adds up on day 100. */
static void open_talks(pb_timeline_kind kind, const pb_round_timing *timing)
{
    dates.agreement = PB_NO_DATE;
    dates.talks_start = 15156 - 121;
    open_with(kind, timing, 2);
}

Test(timeline, the_vote_follows_the_day_of_the_agreement)
{
    open_talks(PB_TIMELINE_HAZARD, BY_DAYS);
    set_days(28.25, 24.5, 5.0, 27.5);
    set_chances(0.1, 0.1, 0.1);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT_DAY, 0, ""), 1.99);
    simulate(true, false);
    const double agreement = 15156 - 121 + 99;
    cr_expect_eq(b.out.outcome[LANE], PB_DEAL_ROUND_1);
    cr_expect_eq(b.w->ratified_day[LANE], agreement + 28.25);
    simulate(false, true);
    cr_expect_eq(b.out.outcome[LANE], PB_DEAL_ROUND_2);
    cr_expect_eq(b.w->ratified_day[LANE], agreement + 85.25);
    cr_expect_eq(b.w->failed_day[LANE], agreement + 28.25);
    batch_close(&b);
}

/* No vote is held; the deal branch is that of an agreement on the deadline. */
Test(timeline, without_an_agreement_the_deal_fails_on_the_deadline)
{
    for (int late = 0; late < 2; late++) {
        open_talks(PB_TIMELINE_HAZARD, BY_DAYS);
        set_days(28.25, 24.5, 5.0, 27.5);
        set_chances(0.1, 0.1, 0.1);
        set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), late ? 0.1 : 0.8);
        set_lanes(row_of(&b, PB_FOR_AGREEMENT_DAY, 0, ""), late ? 30.0 : 1.99);
        simulate(false, true);
        cr_expect_eq(b.out.outcome[LANE], PB_NO_AGREEMENT);
        cr_expect_eq(b.out.result_date[LANE], 15156);
        cr_expect_eq(b.w->realised[LANE], PB_BRANCH_NO_DEAL);
        cr_expect_eq(b.w->failed_day[LANE], 15156.0);
        cr_expect_eq(b.w->deal_round[LANE], 0);
        cr_expect_eq(b.w->ratified_day[LANE], 15156 + 28.25);
        cr_expect_eq(b.w->in_force_day[LANE], 15156 + 58.25);
        batch_close(&b);
    }
}

Test(timeline, with_fixed_dates_the_vote_has_its_date_whenever_the_agreement_comes)
{
    pb_round_timing timing[PB_ROUNDS] = {BY_DAYS[0], BY_DAYS[1]};
    timing[0].vote_end = 15044;
    open_talks(PB_TIMELINE_FIXED, timing);
    set_chances(0.1, 0.1, 0.1);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), 0.74);
    simulate(true, false);
    cr_expect_eq(b.out.outcome[LANE], PB_DEAL_ROUND_1);
    cr_expect_eq(b.w->ratified_day[LANE], 15044.0);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), 0.76);
    simulate(true, false);
    cr_expect_eq(b.out.outcome[LANE], PB_NO_AGREEMENT);
    cr_expect_eq(b.w->failed_day[LANE], 15156.0);
    batch_close(&b);
}

/* What the votes would have written: round 1 passes with 0.3, round 2 with 0.6, and each draw's
 * 0/1 outcome is one of that probability. */
static void set_votes(size_t index)
{
    double u[PB_ROUNDS][PB_LANES];
    for (uint32_t r = 0; r < PB_ROUNDS; r++) {
        kernels()->uniform(7, index * PB_LANES, r, 0, u[r]);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            b.out.ratify_probability[r * PB_LANES + lane] = r == 0 ? 0.3 : 0.6;
            b.out.rule_satisfied[r * PB_LANES + lane] = u[r][lane] < (r == 0 ? 0.3 : 0.6);
        }
    }
}

/* The means of the probabilities are the shares of the outcomes, and both have the closed form. */
Test(timeline, probabilities_of_the_ways_to_end_are_unbiased_and_add_up)
{
    enum { N_BATCHES = 1024, N = N_BATCHES * PB_LANES };
    size_t count[PB_N_OUTCOMES] = {0};
    double mean[PB_N_OUTCOMES] = {0.0};
    const double agreed = 0.75 * (1.0 - exp(-0.02 * (108 + 3 * 14)));
    const double second = agreed * 0.7 * 0.5 * 0.75; /* round 2 is held */
    open_talks(PB_TIMELINE_HAZARD, BY_DAYS);
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        set_votes(i);
        pb_timeline_simulate(&timeline, rows_of(&b), &b.out, b.w);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            double sum = 0.0;
            count[b.out.outcome[lane]]++;
            for (size_t o = 0; o < PB_N_OUTCOMES; o++) {
                sum += b.out.outcome_probability[o * PB_LANES + lane];
                mean[o] += b.out.outcome_probability[o * PB_LANES + lane] / N;
            }
            cr_assert_float_eq(sum, 1.0, 1e-12);
            cr_assert_float_eq(b.out.held_probability[lane], agreed, 1e-12);
        }
    }
    const double expected[PB_N_OUTCOMES] = {
        [PB_NO_AGREEMENT] = 1.0 - agreed,
        [PB_DEAL_ROUND_1] = agreed * 0.3 * 0.9,
        [PB_DEAL_ROUND_2] = second * 0.6 * 0.9,
        [PB_REJECTED] = agreed * 0.7 * (1.0 - 0.5 * 0.75),
        [PB_REJECTED_TWICE] = second * 0.4,
        [PB_REFUSED_ROUND_1] = agreed * 0.3 * 0.1,
        [PB_REFUSED_ROUND_2] = second * 0.6 * 0.1,
    };
    for (size_t o = 0; o < PB_N_OUTCOMES; o++) {
        expect_probability("share of draws", count[o], N, expected[o]);
        cr_expect_float_eq(mean[o], expected[o], 0.003, "outcome %zu: %.6f, expected %.6f", o,
                           mean[o], expected[o]);
    }
    batch_close(&b);
}
