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

static void open_timeline(const pb_round_timing *timing, int n_rounds)
{
    const pb_shape shape = {
        .extent = {[PB_AXIS_NONE] = 1,
                   [PB_AXIS_ROUND] = 2,
                   [PB_AXIS_UNIT] = 2,
                   [PB_AXIS_OUTCOME] = PB_N_OUTCOMES}};
    pb_timeline_compile(&dates, timing, n_rounds, &LEGISLATURE, 2, &b.inputs, &timeline);
    batch_open(&b, &shape);
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
