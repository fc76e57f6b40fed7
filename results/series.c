/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/series.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The codes of `outcome` as bits, for PB_TEST_ONE_OF. */
#define BIT(value) (UINT32_C(1) << (value))
static const uint32_t YES = BIT(1);
static const uint32_t RATIFIED_1 = BIT(PB_DEAL_ROUND_1) | BIT(PB_REFUSED_ROUND_1);
static const uint32_t RATIFIED_2 = BIT(PB_DEAL_ROUND_2) | BIT(PB_REFUSED_ROUND_2);

static const char *const OUTCOME_NAMES[PB_N_OUTCOMES] = {
#define X(name, code, text) [code] = text,
    PB_OUTCOMES(X)
#undef X
};
static const char *const BRANCH_NAMES[PB_BRANCHES] = {"deal", "no_deal"};

static pb_measure number(pb_column_id column, size_t item)
{
    return (pb_measure){.column = column, .item = item};
}

static pb_measure one_of(pb_column_id column, size_t item, uint32_t values)
{
    return (pb_measure){.column = column, .item = item, .test = PB_TEST_ONE_OF, .values = values};
}

static pb_measure outcome_in(uint32_t values)
{
    return one_of(PB_COLUMN_outcome, 0, values);
}

/* `measure` of the branch that happens; its item is that of the deal branch. */
static pb_measure of_realised(pb_measure measure, size_t stride)
{
    measure.realised = true;
    measure.stride = stride;
    return measure;
}

static pb_measure tested(pb_measure measure, pb_test test)
{
    measure.test = test;
    return measure;
}

static const pb_measure ALWAYS = {.test = PB_TEST_NONE};

/* ---- appending ---- */

__attribute__((format(printf, 4, 5))) static pb_series *add(pb_series_list *list, pb_measure what,
                                                            pb_measure given, const char *path, ...)
{
    static pb_series nowhere; /* what callers write to after a failure */
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 256;
        pb_series *series = realloc(list->series, capacity * sizeof *series);
        if (series == NULL) {
            list->failed = PB_INTERNAL;
            return &nowhere;
        }
        list->series = series;
        list->capacity = capacity;
    }
    pb_series *series = &list->series[list->n++];
    *series = (pb_series){.what = what, .given = given, .histogram = -1};
    va_list args;
    va_start(args, path);
    vsnprintf(series->path, sizeof series->path, path, args);
    va_end(args);
    return series;
}

static void with_quantiles(pb_series_list *list, pb_series *series)
{
    series->histogram = (int)list->n_histograms++;
}

/* ---- the parts of the summary ---- */

static bool certain(double p)
{
    return p <= 0.0 || p >= 1.0;
}

/* Round 2 is looked at where round 1 fails in the draw; whether it is then held is independent
 * of the votes. */
static pb_measure given_round(int r)
{
    return r == 0 ? ALWAYS : one_of(PB_COLUMN_rule_satisfied, 0, BIT(0));
}

/* A probability that comes from each draw's conditional one. */
static pb_series *probability(pb_series *series, bool exact)
{
    series->method = exact ? PB_METHOD_CONDITIONAL : PB_METHOD_PLAIN;
    series->is_probability = true;
    return series;
}

static bool known_in(const pb_counted *counted, int r)
{
    return counted->kind != PB_NOT_COUNTED && counted->round == r + 1;
}

static bool all_units_are_counted(const pb_coalition *c, const pb_union *voters, int r)
{
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        const pb_counted *counted = &c->unit[u].counted;
        if (counted->kind != PB_COUNTED_BALLOTS || !known_in(counted, r)) {
            return false;
        }
    }
    return voters->aggregate != PB_AGGREGATE_LEADERS;
}

/* Whether the union's vote is the same in every draw. */
static bool union_is_known(const pb_coalition *c, const pb_union *voters, int r)
{
    return voters->abstains || known_in(&voters->counted, r)
           || (voters->n_units == 1 && known_in(&c->unit[voters->first_unit].counted, r))
           || all_units_are_counted(c, voters, r)
           || (voters->aggregate == PB_AGGREGATE_LEADERS && certain(voters->p_approve));
}

/* Whether every vote of the round is known, so that nothing in it is left to chance. */
static bool round_is_known(const pb_coalition *c, int r)
{
    for (int k = 0; k < c->n_unions; k++) {
        if (!union_is_known(c, &c->unions[k], r)) {
            return false;
        }
    }
    return true;
}

static void add_union(pb_series_list *list, const pb_coalition *c, int r, int k, bool exact)
{
    const char *id = c->unions[k].id;
    const size_t item = (size_t)(r * c->n_unions + k);
    const pb_measure fails = {
        .column = PB_COLUMN_ratify_probability, .item = (size_t)r, .test = PB_TEST_COMPLEMENT};

    pb_series *approves = probability(add(list, number(PB_COLUMN_union_probability, item),
                                          given_round(r), "rounds/[%d]/unions/%s/approves", r, id),
                                      exact);
    if (union_is_known(c, &c->unions[k], r)) {
        approves->method = PB_METHOD_EXACT;
    }
    probability(add(list, number(PB_COLUMN_pivotal, item), given_round(r),
                    "rounds/[%d]/unions/%s/pivotal", r, id),
                exact);
    pb_series *lost = probability(add(list, number(PB_COLUMN_lost_deal, item), given_round(r),
                                      "rounds/[%d]/unions/%s/lost_deal_share", r, id),
                                  exact);
    lost->is_ratio = true;
    lost->over = fails;
    const pb_measure tips = {.column = PB_COLUMN_tipping_union,
                             .item = (size_t)r,
                             .test = PB_TEST_EQUAL,
                             .values = (uint32_t)k};
    probability(add(list, tips, given_round(r), "rounds/[%d]/unions/%s/tipping", r, id), false);
}

static void add_unit(pb_series_list *list, const pb_coalition *c, int r, int u, bool exact)
{
    const char *id = c->unit[u].id;
    const size_t item = (size_t)(r * c->n_units + u);
    pb_series *approves = probability(add(list, one_of(PB_COLUMN_unit_vote, item, YES),
                                          given_round(r), "rounds/[%d]/units/%s/approves", r, id),
                                      false);
    if (known_in(&c->unit[u].counted, r)) {
        approves->method = PB_METHOD_EXACT;
    }
    probability(add(list, number(PB_COLUMN_unit_pivotal, item), given_round(r),
                    "rounds/[%d]/units/%s/pivotal", r, id),
                exact);
    probability(add(list, number(PB_COLUMN_persuasion, item), given_round(r),
                    "rounds/[%d]/units/%s/persuasion", r, id),
                exact)
        ->is_probability = false;
    /* the contract that counts is the one of the deal's round */
    probability(add(list, one_of(PB_COLUMN_contract_vote, (size_t)u, YES),
                    outcome_in(r == 0 ? RATIFIED_1 : RATIFIED_2), "rounds/[%d]/units/%s/contract",
                    r, id),
                false);
}

/* In a round whose votes are all known, what follows from the unions' votes has no sampling
 * error; a unit's ballots may still be drawn behind a result without figures. */
static void mark_known(pb_series_list *list, size_t first)
{
    for (size_t i = first; i < list->n; i++) {
        switch (list->series[i].what.column) {
            case PB_COLUMN_ratify_probability:
            case PB_COLUMN_union_probability:
            case PB_COLUMN_pivotal:
            case PB_COLUMN_lost_deal:
            case PB_COLUMN_unit_pivotal:
                list->series[i].method = PB_METHOD_EXACT;
                break;
            default:
                break;
        }
    }
}

static void add_round(pb_series_list *list, const pb_scenario *scenario, int r, bool exact)
{
    static const struct {
        const char *name;
        pb_column_id column;
    } MEANS[] = {
        {"unions_approving", PB_COLUMN_unions_approving},
        {"members_represented", PB_COLUMN_members_represented},
        {"ballots_approving", PB_COLUMN_ballots_approving},
        {"turnout", PB_COLUMN_turnout},
    };
    const pb_round_timing *timing = &scenario->timing[r];
    const bool first_is_known = round_is_known(&scenario->coalition, 0);
    const size_t start = list->n;
    pb_series *held = probability(
        add(list, number(PB_COLUMN_held_probability, (size_t)r), ALWAYS, "rounds/[%d]/held", r),
        exact);
    if (r == 0 || first_is_known || timing->p_rule_change <= 0.0 || timing->p_reopen <= 0.0) {
        held->method = PB_METHOD_EXACT;
    }
    probability(add(list, number(PB_COLUMN_ratify_probability, (size_t)r), given_round(r),
                    "rounds/[%d]/ratified", r),
                exact);
    for (size_t i = 0; i < sizeof MEANS / sizeof MEANS[0]; i++) {
        add(list, number(MEANS[i].column, (size_t)r), given_round(r), "rounds/[%d]/%s", r,
            MEANS[i].name);
    }
    for (int k = 0; k < scenario->coalition.n_unions; k++) {
        add_union(list, &scenario->coalition, r, k, exact);
    }
    for (int u = 0; u < scenario->coalition.n_units; u++) {
        add_unit(list, &scenario->coalition, r, u, exact);
    }
    if (round_is_known(&scenario->coalition, r)) {
        mark_known(list, start);
    }
}

/* Whether the probability of a way to end is known: the talks do not depend on the votes, a second
 * round that is not foreseen is not held, a first one that is counted is decided. */
static bool same_in_every_draw(const pb_scenario *scenario, int o)
{
    static const uint32_t FIRST = BIT(PB_DEAL_ROUND_1) | BIT(PB_REFUSED_ROUND_1) | BIT(PB_REJECTED);
    static const uint32_t SECOND =
        BIT(PB_DEAL_ROUND_2) | BIT(PB_REFUSED_ROUND_2) | BIT(PB_REJECTED_TWICE);
    return o == PB_NO_AGREEMENT || (scenario->n_rounds == 1 && (SECOND & BIT(o)) != 0)
           || (round_is_known(&scenario->coalition, 0) && (FIRST & BIT(o)) != 0);
}

static void add_chain(pb_series_list *list, const pb_scenario *scenario, const bool *exact)
{
    const bool all = exact[0] && (scenario->n_rounds == 1 || exact[1]);
    /* the first round is held if there is an agreement in time */
    probability(add(list, number(PB_COLUMN_held_probability, 0), ALWAYS, "agreement"), true)
        ->method = PB_METHOD_EXACT;
    probability(add(list, number(PB_COLUMN_ratified_probability, 0), ALWAYS, "ratified"), all);
    pb_series *given = probability(
        add(list, number(PB_COLUMN_ratified_probability, 0), ALWAYS, "ratified_given_agreement"),
        all);
    given->is_ratio = true;
    given->over = number(PB_COLUMN_held_probability, 0);
    for (int r = 0; r < scenario->n_rounds; r++) {
        add_round(list, scenario, r, exact[r]);
    }
    pb_series *legislature =
        probability(add(list, number(PB_COLUMN_deal_probability, 0), ALWAYS, "legislature"), all);
    legislature->is_ratio = true;
    legislature->over = number(PB_COLUMN_ratified_probability, 0);
    legislature->method = PB_METHOD_EXACT; /* its approval does not depend on the votes */
    probability(add(list, number(PB_COLUMN_deal_probability, 0), ALWAYS, "deal"), all);
    for (int o = 0; o < PB_N_OUTCOMES; o++) {
        probability(add(list, number(PB_COLUMN_outcome_probability, (size_t)o), ALWAYS,
                        "outcomes/%s", OUTCOME_NAMES[o]),
                    all)
            ->method = same_in_every_draw(scenario, o) ? PB_METHOD_EXACT
                       : all                           ? PB_METHOD_CONDITIONAL
                                                       : PB_METHOD_PLAIN;
    }
}

/* One flag column by branch, and the same by year from the amounts behind it. */
static void add_balanced(pb_series_list *list, const char *name, pb_column_id flag,
                         pb_measure amount, pb_test test)
{
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        probability(
            add(list, one_of(flag, b, YES), ALWAYS, "%s/%s/both_years", name, BRANCH_NAMES[b]),
            false);
        for (size_t year = 0; year < PB_YEARS; year++) {
            amount.item = b * PB_YEARS + year;
            add(list, tested(amount, test), ALWAYS, "%s/%s/by_year/[%zu]", name, BRANCH_NAMES[b],
                year);
        }
    }
    probability(
        add(list, of_realised(one_of(flag, 0, YES), 1), ALWAYS, "%s/realised/both_years", name),
        false);
    for (size_t year = 0; year < PB_YEARS; year++) {
        amount.item = year;
        probability(add(list, of_realised(tested(amount, test), PB_YEARS), ALWAYS,
                        "%s/realised/by_year/[%zu]", name, year),
                    false);
    }
}

static void add_balances(pb_series_list *list)
{
    pb_measure closing = number(PB_COLUMN_balance_by_branch, 0);
    closing.with_reserve_use = true;
    add_balanced(list, "balanced_at_deadline", PB_COLUMN_balanced_at_deadline,
                 number(PB_COLUMN_gap_at_deadline, 0), PB_TEST_NOT_POSITIVE);
    add_balanced(list, "balanced_at_close", PB_COLUMN_balanced_at_close, closing,
                 PB_TEST_NOT_NEGATIVE);
    for (size_t year = 0; year < PB_YEARS; year++) {
        with_quantiles(list, add(list, number(PB_COLUMN_balance, year), ALWAYS,
                                 "balance/realised/[%zu]/mean", year));
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            closing.item = b * PB_YEARS + year;
            with_quantiles(
                list, add(list, closing, ALWAYS, "balance/%s/[%zu]/mean", BRANCH_NAMES[b], year));
        }
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            add(list, number(PB_COLUMN_gap_at_deadline, b * PB_YEARS + year), ALWAYS,
                "gap/%s/[%zu]", BRANCH_NAMES[b], year);
        }
    }
    for (size_t year = 0; year < PB_YEARS; year++) {
        add(list, number(PB_COLUMN_target, year), ALWAYS, "target/[%zu]", year);
    }
    for (size_t year = 0; year < PB_YEARS; year++) {
        with_quantiles(
            list, add(list, number(PB_COLUMN_revenue, year), ALWAYS, "revenue/[%zu]/mean", year));
    }
}

/* As adopted, the same in every draw, unless it is revised. */
static void add_official(pb_series_list *list, const pb_revenue_params *revenue)
{
    const bool revised = revenue->revisions.share[0] > 0.0;
    for (size_t year = 0; year < PB_YEARS; year++) {
        pb_series *series = add(list, number(PB_COLUMN_revenue_official, year), ALWAYS,
                                "revenue_official/[%zu]/mean", year);
        series->method = revised ? PB_METHOD_PLAIN : PB_METHOD_EXACT;
        with_quantiles(list, series);
    }
}

static void add_jobs(pb_series_list *list, const char *name, pb_column_id column)
{
    with_quantiles(list,
                   add(list, of_realised(number(column, 0), 1), ALWAYS, "%s/realised/mean", name));
    with_quantiles(list,
                   add(list, number(column, PB_BRANCH_NO_DEAL), ALWAYS, "%s/no_deal/mean", name));
}

/* The first year's controls, where the scenario has them. */
static void add_midyear(pb_series_list *list, const pb_scenario *scenario)
{
    static const struct {
        const char *name;
        pb_column_id column;
    } MEASURES[] = {{"rescission", PB_COLUMN_rescission}, {"mitigation", PB_COLUMN_mitigation}};
    if (!(scenario->rescission.mitigation_trigger > 0.0)) {
        return;
    }
    for (size_t i = 0; i < sizeof MEASURES / sizeof MEASURES[0]; i++) {
        const pb_measure measure = number(MEASURES[i].column, 0);
        with_quantiles(list, add(list, of_realised(measure, PB_YEARS), ALWAYS,
                                 "%s/realised/[0]/mean", MEASURES[i].name));
        for (size_t b = 0; b < PB_BRANCHES; b++) {
            add(list, number(MEASURES[i].column, b * PB_YEARS), ALWAYS, "%s/%s/[0]/mean",
                MEASURES[i].name, BRANCH_NAMES[b]);
        }
    }
    const pb_measure triggered = one_of(PB_COLUMN_mitigation_triggered, 0, YES);
    probability(add(list, of_realised(triggered, 1), ALWAYS, "mitigation_triggered/realised"),
                false);
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        probability(add(list, one_of(PB_COLUMN_mitigation_triggered, b, YES), ALWAYS,
                        "mitigation_triggered/%s", BRANCH_NAMES[b]),
                    false);
    }
}

/* What the towns bear, where the scenario follows it. */
static void add_towns(pb_series_list *list, const pb_scenario *scenario)
{
    if (scenario->municipal.cost_per_job_usd > 0.0) {
        with_quantiles(list,
                       add(list, number(PB_COLUMN_municipal_cut, 0), ALWAYS, "municipal_cut/mean"));
        with_quantiles(list,
                       add(list, number(PB_COLUMN_local_layoffs, 0), ALWAYS, "local_layoffs/mean"));
    }
}

/* Sums over the deal branch's savings and over the options that pass. */
static void add_measures(pb_series_list *list, const pb_scenario *scenario)
{
    for (size_t year = 0; year < PB_YEARS; year++) {
        add(list, number(PB_COLUMN_labor_savings, PB_BRANCH_DEAL * PB_YEARS + year), ALWAYS,
            "labor_savings/[%zu]", year);
    }
    for (size_t year = 0; year < PB_YEARS; year++) {
        add(list, number(PB_COLUMN_plan_b, PB_BRANCH_NO_DEAL * PB_YEARS + year), ALWAYS,
            "plan_b_savings/[%zu]", year);
    }
    for (int j = 0; j < scenario->savings.n_savings; j++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            add(list, number(PB_COLUMN_savings_by_component, (size_t)j * PB_YEARS + year), ALWAYS,
                "savings/%s/[%zu]", scenario->savings.saving[j].id, year);
        }
    }
    for (int o = 0; o < scenario->plan_b.n_options; o++) {
        const char *id = scenario->plan_b.option[o].id;
        probability(add(list, one_of(PB_COLUMN_option_passed, (size_t)o, YES), ALWAYS,
                        "plan_b/%s/passed", id),
                    false);
        for (size_t year = 0; year < PB_YEARS; year++) {
            add(list, number(PB_COLUMN_plan_b_by_option, (size_t)o * PB_YEARS + year), ALWAYS,
                "plan_b/%s/mean/[%zu]", id, year);
        }
    }
}

pb_status pb_series_list_make(const pb_scenario *scenario, const bool *exact, pb_series_list *list,
                              pb_error *err)
{
    memset(list, 0, sizeof *list);
    add_chain(list, scenario, exact);
    add_balances(list);
    add_official(list, &scenario->revenue);
    add_midyear(list, scenario);
    add_jobs(list, "layoffs", PB_COLUMN_layoffs);
    add_jobs(list, "notices", PB_COLUMN_notices);
    add_towns(list, scenario);
    add_measures(list, scenario);
    if (list->failed != PB_OK) {
        pb_series_list_free(list);
        return pb_fail(err, PB_INTERNAL, "out of memory for the list of estimates");
    }
    return PB_OK;
}

void pb_series_list_free(pb_series_list *list)
{
    free(list->series);
    memset(list, 0, sizeof *list);
}
