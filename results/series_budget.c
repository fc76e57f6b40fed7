/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of the budget: balances, revenue, jobs, towns and measures. */
#include "results/series_parts.h"

static const char *const BRANCH_NAMES[PB_BRANCHES] = {"deal", "no_deal"};

/* One flag column by branch, and the same by year from the amounts behind it. */
static void add_balanced(pb_series_list *list, const char *name, pb_column_id flag,
                         pb_measure amount, pb_test test)
{
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        pb_series_probability(pb_series_add(list, one_of(flag, b, YES), ALWAYS, "%s/%s/both_years",
                                            name, BRANCH_NAMES[b]),
                              false);
        for (size_t year = 0; year < PB_YEARS; year++) {
            amount.item = b * PB_YEARS + year;
            pb_series_probability(pb_series_add(list, tested(amount, test), ALWAYS,
                                                "%s/%s/by_year/[%zu]", name, BRANCH_NAMES[b], year),
                                  false);
        }
    }
    pb_series_probability(pb_series_add(list, of_realised(one_of(flag, 0, YES), 1), ALWAYS,
                                        "%s/realised/both_years", name),
                          false);
    for (size_t year = 0; year < PB_YEARS; year++) {
        amount.item = year;
        pb_series_probability(pb_series_add(list, of_realised(tested(amount, test), PB_YEARS),
                                            ALWAYS, "%s/realised/by_year/[%zu]", name, year),
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
        pb_series_with_quantiles(list, pb_series_add(list, number(PB_COLUMN_balance, year), ALWAYS,
                                                     "balance/realised/[%zu]/mean", year));
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            closing.item = b * PB_YEARS + year;
            pb_series_with_quantiles(list,
                                     pb_series_add(list, closing, ALWAYS, "balance/%s/[%zu]/mean",
                                                   BRANCH_NAMES[b], year));
        }
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            pb_series_add(list, number(PB_COLUMN_gap_at_deadline, b * PB_YEARS + year), ALWAYS,
                          "gap/%s/[%zu]", BRANCH_NAMES[b], year);
        }
    }
    for (size_t year = 0; year < PB_YEARS; year++) {
        pb_series_add(list, number(PB_COLUMN_target, year), ALWAYS, "target/[%zu]", year);
    }
    for (size_t year = 0; year < PB_YEARS; year++) {
        pb_series_with_quantiles(list, pb_series_add(list, number(PB_COLUMN_revenue, year), ALWAYS,
                                                     "revenue/[%zu]/mean", year));
    }
}

/* As adopted, the same in every draw, unless it is revised. */
static void add_official(pb_series_list *list, const pb_revenue_params *revenue)
{
    const bool revised = revenue->revisions.share[0] > 0.0;
    for (size_t year = 0; year < PB_YEARS; year++) {
        pb_series *series = pb_series_add(list, number(PB_COLUMN_revenue_official, year), ALWAYS,
                                          "revenue_official/[%zu]/mean", year);
        series->method = revised ? PB_METHOD_PLAIN : PB_METHOD_EXACT;
        pb_series_with_quantiles(list, series);
    }
}

static void add_jobs(pb_series_list *list, const char *name, pb_column_id column)
{
    pb_series_with_quantiles(list, pb_series_add(list, of_realised(number(column, 0), 1), ALWAYS,
                                                 "%s/realised/mean", name));
    pb_series_with_quantiles(list, pb_series_add(list, number(column, PB_BRANCH_NO_DEAL), ALWAYS,
                                                 "%s/no_deal/mean", name));
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
        pb_series_with_quantiles(list, pb_series_add(list, of_realised(measure, PB_YEARS), ALWAYS,
                                                     "%s/realised/[0]/mean", MEASURES[i].name));
        for (size_t b = 0; b < PB_BRANCHES; b++) {
            pb_series_add(list, number(MEASURES[i].column, b * PB_YEARS), ALWAYS, "%s/%s/[0]/mean",
                          MEASURES[i].name, BRANCH_NAMES[b]);
        }
    }
    const pb_measure triggered = one_of(PB_COLUMN_mitigation_triggered, 0, YES);
    pb_series_probability(
        pb_series_add(list, of_realised(triggered, 1), ALWAYS, "mitigation_triggered/realised"),
        false);
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        pb_series_probability(pb_series_add(list, one_of(PB_COLUMN_mitigation_triggered, b, YES),
                                            ALWAYS, "mitigation_triggered/%s", BRANCH_NAMES[b]),
                              false);
    }
}

/* What the towns bear, where the scenario follows it. */
static void add_towns(pb_series_list *list, const pb_scenario *scenario)
{
    if (scenario->municipal.cost_per_job_usd > 0.0) {
        pb_series_with_quantiles(list, pb_series_add(list, number(PB_COLUMN_municipal_cut, 0),
                                                     ALWAYS, "municipal_cut/mean"));
        pb_series_with_quantiles(list, pb_series_add(list, number(PB_COLUMN_local_layoffs, 0),
                                                     ALWAYS, "local_layoffs/mean"));
    }
}

/* Sums over the deal branch's savings and over the options that pass. */
static void add_measures(pb_series_list *list, const pb_scenario *scenario)
{
    for (size_t year = 0; year < PB_YEARS; year++) {
        pb_series_add(list, number(PB_COLUMN_labor_savings, PB_BRANCH_DEAL * PB_YEARS + year),
                      ALWAYS, "labor_savings/[%zu]", year);
    }
    for (size_t year = 0; year < PB_YEARS; year++) {
        pb_series_add(list, number(PB_COLUMN_plan_b, PB_BRANCH_NO_DEAL * PB_YEARS + year), ALWAYS,
                      "plan_b_savings/[%zu]", year);
    }
    for (int j = 0; j < scenario->savings.n_savings; j++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            pb_series_add(list, number(PB_COLUMN_savings_by_component, (size_t)j * PB_YEARS + year),
                          ALWAYS, "savings/%s/[%zu]", scenario->savings.saving[j].id, year);
        }
    }
    for (int o = 0; o < scenario->plan_b.n_options; o++) {
        const char *id = scenario->plan_b.option[o].id;
        pb_series_probability(pb_series_add(list, one_of(PB_COLUMN_option_passed, (size_t)o, YES),
                                            ALWAYS, "plan_b/%s/passed", id),
                              false);
        for (size_t year = 0; year < PB_YEARS; year++) {
            pb_series_add(list, number(PB_COLUMN_plan_b_by_option, (size_t)o * PB_YEARS + year),
                          ALWAYS, "plan_b/%s/mean/[%zu]", id, year);
        }
    }
}

void pb_series_add_budget(pb_series_list *list, const pb_scenario *scenario)
{
    add_balances(list);
    add_official(list, &scenario->revenue);
    add_midyear(list, scenario);
    add_jobs(list, "layoffs", PB_COLUMN_layoffs);
    add_jobs(list, "notices", PB_COLUMN_notices);
    add_towns(list, scenario);
    add_measures(list, scenario);
}
