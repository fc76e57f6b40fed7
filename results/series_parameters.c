/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What uncertain parameters change in the list of series, and what they add to it. */
#include "models/parameter.h"
#include "results/series_parts.h"

/* ---- what is no longer the same in every draw ---- */

/* Whether any of the scenario's numbers from `from` on is drawn. */
static bool is_drawn(const pb_scenario *scenario, const void *from, size_t size)
{
    const size_t first = (size_t)((const char *)from - (const char *)scenario);
    for (int i = 0; i < scenario->parameters.n_uses; i++) {
        const size_t offset = scenario->parameters.use[i].offset;
        if (offset >= first && offset < first + size) {
            return true;
        }
    }
    return false;
}

/* The numbers that adopted estimates are made of. */
static bool estimates_are_drawn(const pb_scenario *scenario)
{
    const pb_revenue_params *revenue = &scenario->revenue;
    bool drawn = false;
    for (int s = 0; s < revenue->n_streams; s++) {
        drawn = drawn
                || is_drawn(scenario, revenue->stream[s].baseline_musd,
                            sizeof revenue->stream[s].baseline_musd);
    }
    for (int p = 0; p < revenue->n_policies; p++) {
        drawn = drawn || is_drawn(scenario, &revenue->policy[p], sizeof revenue->policy[p]);
    }
    return drawn;
}

typedef struct drawn {
    bool talks, second_round, legislature, estimates;
} drawn;

static bool varies(const pb_series *series, const drawn *are)
{
    switch (series->what.column) {
        case PB_COLUMN_held_probability:
            return are->talks || (series->what.item > 0 && are->second_round);
        case PB_COLUMN_outcome_probability:
            return are->talks;
        case PB_COLUMN_deal_probability:
            return are->legislature;
        case PB_COLUMN_revenue_official:
            return are->estimates;
        default:
            return false;
    }
}

static void mark_drawn(pb_series_list *list, const pb_scenario *scenario)
{
    const pb_round_timing *second = &scenario->timing[1];
    const drawn are = {
        .talks = scenario->dates.agreement == PB_NO_DATE
                 && is_drawn(scenario, &scenario->talks, sizeof scenario->talks),
        .second_round = is_drawn(scenario, second, sizeof *second),
        .legislature = is_drawn(scenario, &scenario->legislature, sizeof scenario->legislature),
        .estimates = estimates_are_drawn(scenario),
    };
    for (size_t i = 0; i < list->n; i++) {
        pb_series *series = &list->series[i];
        if (series->method == PB_METHOD_EXACT && varies(series, &are)) {
            series->method = series->is_probability ? PB_METHOD_CONDITIONAL : PB_METHOD_PLAIN;
        }
    }
}

/* ---- the terms of the parameters' shares ---- */

/* The outcomes whose spread is split. */
typedef struct split {
    const char *name;
    pb_measure what;
    bool is_probability;
} split;

static void add_terms(pb_series_list *list, const split *of, size_t n_terms)
{
    for (size_t term = 0; term < n_terms; term++) {
        pb_series *series = pb_series_add(list, of->what, ALWAYS, "parameter_share/%s", of->name);
        series->is_ratio = true; /* for the sums of products that a ratio has */
        series->over = number(PB_COLUMN_parameter_polynomial, term);
        series->is_probability = of->is_probability;
        series->is_term = true;
    }
}

void pb_series_add_parameters(pb_series_list *list, const pb_scenario *scenario)
{
    const size_t deal = PB_BRANCH_DEAL * PB_YEARS;
    const split of[] = {
        {"ratified", number(PB_COLUMN_ratified_probability, 0), true},
        {"balanced_at_close", of_realised(one_of(PB_COLUMN_balanced_at_close, 0, YES), 1), true},
        {"balance/[0]", number(PB_COLUMN_balance, 0), false},
        {"balance/[1]", number(PB_COLUMN_balance, 1), false},
        {"labor_savings/[0]", number(PB_COLUMN_labor_savings, deal), false},
        {"labor_savings/[1]", number(PB_COLUMN_labor_savings, deal + 1), false},
        {"layoffs/realised", of_realised(number(PB_COLUMN_layoffs, 0), 1), false},
        {"layoffs/no_deal", number(PB_COLUMN_layoffs, PB_BRANCH_NO_DEAL), false},
    };
    if (scenario->parameters.n == 0) {
        return;
    }
    mark_drawn(list, scenario);
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        add_terms(list, &of[i], (size_t)scenario->parameters.n * PB_PARAMETER_DEGREES);
    }
}
