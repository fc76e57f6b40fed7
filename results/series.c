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
static const uint32_t DEAL = BIT(PB_DEAL_ROUND_1) | BIT(PB_DEAL_ROUND_2);
static const uint32_t HELD_1 = ~BIT(PB_NO_AGREEMENT);
static const uint32_t HELD_2 = RATIFIED_2 | BIT(PB_REJECTED_TWICE);

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

static void add_unions(pb_series_list *list, const pb_scenario *scenario, int r)
{
    const pb_coalition *c = &scenario->coalition;
    for (int k = 0; k < c->n_unions; k++) {
        const pb_union *voters = &c->unions[k];
        const size_t item = (size_t)(r * c->n_unions + k);
        pb_series *series =
            add(list, one_of(PB_COLUMN_union_vote, item, YES), outcome_in(r == 0 ? HELD_1 : HELD_2),
                "rounds/[%d]/unions/%s/approves", r, voters->id);
        series->exact = voters->abstains
                        || (voters->counted.kind != PB_NOT_COUNTED && voters->counted.round == r + 1
                            && (voters->aggregate == PB_AGGREGATE_BALLOTS
                                || voters->counted.kind != PB_COUNTED_BALLOTS));
    }
}

static void add_units(pb_series_list *list, const pb_scenario *scenario, int r)
{
    const pb_coalition *c = &scenario->coalition;
    for (int u = 0; u < c->n_units; u++) {
        const pb_unit *unit = &c->unit[u];
        const size_t item = (size_t)(r * c->n_units + u);
        pb_series *series =
            add(list, one_of(PB_COLUMN_unit_vote, item, YES), outcome_in(r == 0 ? HELD_1 : HELD_2),
                "rounds/[%d]/units/%s/approves", r, unit->id);
        series->exact = unit->counted.kind != PB_NOT_COUNTED && unit->counted.round == r + 1;
        /* the contract that counts is the one of the deal's round */
        add(list, one_of(PB_COLUMN_contract_vote, (size_t)u, YES),
            outcome_in(r == 0 ? RATIFIED_1 : RATIFIED_2), "rounds/[%d]/units/%s/contract", r,
            unit->id);
    }
}

static void add_round(pb_series_list *list, const pb_scenario *scenario, int r)
{
    const uint32_t held = r == 0 ? HELD_1 : HELD_2, ratified = r == 0 ? RATIFIED_1 : RATIFIED_2;
    const pb_round_timing *timing = &scenario->timing[r];
    pb_series *series = add(list, outcome_in(held), ALWAYS, "rounds/[%d]/held", r);
    series->exact = r == 0 || timing->p_rule_change <= 0.0 || timing->p_reopen <= 0.0;
    add(list, outcome_in(ratified), outcome_in(held), "rounds/[%d]/ratified", r);
    add(list, number(PB_COLUMN_unions_approving, (size_t)r), outcome_in(held),
        "rounds/[%d]/unions_approving", r);
    add(list, number(PB_COLUMN_members_represented, (size_t)r), outcome_in(held),
        "rounds/[%d]/members_represented", r);
    add(list, number(PB_COLUMN_ballots_approving, (size_t)r), outcome_in(held),
        "rounds/[%d]/ballots_approving", r);
    add(list, number(PB_COLUMN_turnout, (size_t)r), outcome_in(held), "rounds/[%d]/turnout", r);
    add_unions(list, scenario, r);
    add_units(list, scenario, r);
}

static void add_chain(pb_series_list *list, const pb_scenario *scenario)
{
    add(list, outcome_in(~BIT(PB_NO_AGREEMENT)), ALWAYS, "agreement")->exact = true;
    add(list, outcome_in(RATIFIED_1 | RATIFIED_2), ALWAYS, "ratified");
    for (int r = 0; r < scenario->n_rounds; r++) {
        add_round(list, scenario, r);
    }
    add(list, outcome_in(DEAL), outcome_in(RATIFIED_1 | RATIFIED_2), "legislature")->exact =
        certain(scenario->legislature.p_approve);
    add(list, outcome_in(DEAL), ALWAYS, "deal");
    for (int o = 0; o < PB_N_OUTCOMES; o++) {
        add(list, outcome_in(BIT(o)), ALWAYS, "outcomes/%s", OUTCOME_NAMES[o])->exact =
            o == PB_NO_AGREEMENT;
    }
}

/* One flag column by branch, and the same by year from the amounts behind it. */
static void add_balanced(pb_series_list *list, const char *name, pb_column_id flag,
                         pb_measure amount, pb_test test)
{
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        add(list, one_of(flag, b, YES), ALWAYS, "%s/%s/both_years", name, BRANCH_NAMES[b]);
        for (size_t year = 0; year < PB_YEARS; year++) {
            amount.item = b * PB_YEARS + year;
            add(list, tested(amount, test), ALWAYS, "%s/%s/by_year/[%zu]", name, BRANCH_NAMES[b],
                year);
        }
    }
    add(list, of_realised(one_of(flag, 0, YES), 1), ALWAYS, "%s/realised/both_years", name);
    for (size_t year = 0; year < PB_YEARS; year++) {
        amount.item = year;
        add(list, of_realised(tested(amount, test), PB_YEARS), ALWAYS, "%s/realised/by_year/[%zu]",
            name, year);
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

static void add_jobs(pb_series_list *list, const char *name, pb_column_id column)
{
    with_quantiles(list,
                   add(list, of_realised(number(column, 0), 1), ALWAYS, "%s/realised/mean", name));
    with_quantiles(list,
                   add(list, number(column, PB_BRANCH_NO_DEAL), ALWAYS, "%s/no_deal/mean", name));
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
        add(list, one_of(PB_COLUMN_option_passed, (size_t)o, YES), ALWAYS, "plan_b/%s/passed", id);
        for (size_t year = 0; year < PB_YEARS; year++) {
            add(list, number(PB_COLUMN_plan_b_by_option, (size_t)o * PB_YEARS + year), ALWAYS,
                "plan_b/%s/mean/[%zu]", id, year);
        }
    }
}

pb_status pb_series_list_make(const pb_scenario *scenario, pb_series_list *list, pb_error *err)
{
    memset(list, 0, sizeof *list);
    add_chain(list, scenario);
    add_balances(list);
    add_jobs(list, "layoffs", PB_COLUMN_layoffs);
    add_jobs(list, "notices", PB_COLUMN_notices);
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
