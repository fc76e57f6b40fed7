/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_up_result.h"

#include "models/calendar.h"
#include "results/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_unit(pb_unit *unit, const char *id, int parent, int64_t members)
{
    (void)snprintf(unit->id, sizeof unit->id, "%s", id);
    (void)snprintf(unit->title, sizeof unit->title, "Bargaining unit %s", id);
    unit->parent = parent;
    unit->members = members;
}

static void set_coalition(pb_coalition *coalition)
{
    static const char *const ids[] = {"AFSCME4", "SEIU1199", "CSEA"};
    static const char *const titles[] = {"AFSCME Council 4", "SEIU 1199", "Employés d'État"};
    coalition->n_unions = 3;
    coalition->n_units = 4;
    for (int u = 0; u < 3; u++) {
        (void)snprintf(coalition->unions[u].id, PB_ID_SIZE, "%s", ids[u]);
        (void)snprintf(coalition->unions[u].title, PB_TITLE_SIZE, "%s", titles[u]);
    }
    set_unit(&coalition->unit[0], "NP-4", 0, 5000);
    set_unit(&coalition->unit[1], "NP-2", 0, 4000);
    set_unit(&coalition->unit[2], "P-1", 1, 7000);
    set_unit(&coalition->unit[3], "P-4", 2, 2500);
}

static void set_money(pb_scenario *scenario)
{
    pb_revenue_params *revenue = &scenario->revenue;
    revenue->n_streams = 2;
    (void)snprintf(revenue->stream[0].id, PB_ID_SIZE, "income");
    (void)snprintf(revenue->stream[0].title, PB_TITLE_SIZE, "Personal income tax");
    (void)snprintf(revenue->stream[1].id, PB_ID_SIZE, "sales");
    (void)snprintf(revenue->stream[1].title, PB_TITLE_SIZE, "Sales and use tax");
    pb_budget_params *budget = &scenario->budget;
    for (int y = 0; y < PB_YEARS; y++) {
        revenue->stream[0].baseline_musd[y] = 8000.0 + y;
        revenue->stream[1].baseline_musd[y] = 4000.0 + y;
        budget->appropriations_musd[y] = 11500.0 + 100.0 * y;
        budget->labor_savings_assumed_musd[y] = 700.0;
        budget->fund_share[y] = 0.85;
        budget->lapse_musd[y] = 50.0;
        budget->other_musd[y] = -25.0;
    }
    budget->labor_in_appropriations = true;
    scenario->plan_b.n_options = 1;
    (void)snprintf(scenario->plan_b.option[0].id, PB_ID_SIZE, "rescission");
    (void)snprintf(scenario->plan_b.option[0].title, PB_TITLE_SIZE, "Rescission authority");
}

static void add_heading(pb_summary *s)
{
    pb_summary_number(s, PB_RESULT_FORMAT, "format");
    pb_summary_text(s, "0.0.0", "planb");
    pb_summary_text(s, "made_up", "scenario");
    pb_summary_text(s, "A \"made-up\" scenario", "title");
    pb_summary_text(s, "2011-06-24", "as_of");
    pb_summary_integer(s, 2500, "draws");
    pb_summary_text(s, "random", "sampling");
    pb_summary_integer(s, UINT64_MAX, "seed");
    for (int y = 0; y < PB_YEARS; y++) {
        pb_summary_number(s, 2012 + y, "fiscal_year/[%d]", y);
    }
}

static void add_votes(pb_summary *s)
{
    pb_summary_estimate(s, 1.0, 0.0, PB_METHOD_EXACT, 2500, "agreement");
    pb_summary_estimate(s, 0.41237, 0.0021, PB_METHOD_CONDITIONAL, 2500, "ratified");
    pb_summary_estimate(s, 0.41237, 0.0021, PB_METHOD_CONDITIONAL, 2500,
                        "ratified_given_agreement");
    for (int r = 0; r < 2; r++) {
        pb_summary_text(s, r == 0 ? "june" : "august", "rounds/[%d]/id", r);
        pb_summary_text(s, "at most 1/3 of the unions opposed (1 of 3)", "rounds/[%d]/rule_text",
                        r);
        pb_summary_estimate(s, r == 0 ? 1.0 : 0.55, r == 0 ? 0.0 : 0.01,
                            r == 0 ? PB_METHOD_EXACT : PB_METHOD_PLAIN, 2500, "rounds/[%d]/held",
                            r);
        pb_summary_text(s, "AFSCME Council 4", "rounds/[%d]/unions/AFSCME4/title", r);
        pb_summary_number(s, 9000, "rounds/[%d]/unions/AFSCME4/members", r);
        pb_summary_estimate(s, 0.5, 0.01, PB_METHOD_PLAIN, 2500,
                            "rounds/[%d]/unions/AFSCME4/approves", r);
    }
    pb_summary_number(s, NAN, "rounds/[1]/ratified");
    pb_summary_estimate(s, 1.0, 0.0, PB_METHOD_EXACT, 1030, "legislature");
    pb_summary_estimate(s, 0.41237, 0.0021, PB_METHOD_CONDITIONAL, 2500, "deal");
    pb_summary_estimate(s, 0.0, 0.0, PB_METHOD_EXACT, 2500, "outcomes/no_agreement");
    pb_summary_estimate(s, 0.41237, 0.0098, PB_METHOD_PLAIN, 2500, "outcomes/deal_round_1");
}

static void add_spread(pb_summary *s, const char *prefix, double mean, double sd)
{
    static const struct {
        double z;
        const char *key;
    } quantiles[] = {
        {-1.64, "0.05"}, {-0.67, "0.25"}, {0.0, "0.5"}, {0.67, "0.75"}, {1.64, "0.95"}};
    pb_summary_estimate(s, mean, sd / 50.0, PB_METHOD_PLAIN, 2500, "%s/mean", prefix);
    for (size_t q = 0; q < sizeof quantiles / sizeof *quantiles; q++) {
        pb_summary_estimate(s, mean + sd * quantiles[q].z, sd / 40.0, PB_METHOD_PLAIN, 2500,
                            "%s/quantiles/%s", prefix, quantiles[q].key);
    }
}

static void add_budget(pb_summary *s)
{
    static const char *const branches[] = {"deal", "no_deal", "realised"};
    for (int b = 0; b < 3; b++) {
        pb_summary_estimate(s, 0.3 * b, 0.004, PB_METHOD_PLAIN, 2500,
                            "balanced_at_close/%s/both_years", branches[b]);
        for (int y = 0; y < PB_YEARS; y++) {
            pb_summary_estimate(s, 0.31 * b, 0.004, PB_METHOD_PLAIN, 2500,
                                "balanced_at_close/%s/by_year/[%d]", branches[b], y);
        }
    }
    add_spread(s, "balance/realised/[0]", -123.4, 350.0);
    add_spread(s, "balance/realised/[1]", -456.7, 800.0);
    pb_summary_estimate(s, -245.6, 0.0, PB_METHOD_EXACT, 2500, "gap/deal/[0]");
    add_spread(s, "revenue/[0]", 18719.6, 1700.0);
    add_spread(s, "layoffs/realised", 2345.0, 1800.0);
    pb_summary_estimate(s, 237.0, 1.2, PB_METHOD_PLAIN, 2500, "savings/pension/[0]");
    pb_summary_estimate(s, 0.9, 0.006, PB_METHOD_PLAIN, 2500, "plan_b/rescission/passed");
    pb_summary_estimate(s, 98.7, 0.3, PB_METHOD_PLAIN, 2500, "plan_b/rescission/mean/[0]");
}

static void set_summary(pb_summary *s)
{
    add_heading(s);
    add_votes(s);
    add_budget(s);
    pb_summary_text(s, "NP-3", "evidence/used/[0]");
    pb_summary_text(s, "NP-4", "evidence/used/[1]"); /* in two rounds */
    pb_summary_text(s, "NP-4", "evidence/used/[2]");
    pb_summary_text(s, "NP-4", "evidence/ignored/[0]");
}

void made_up_init(made_up_result *made, int64_t draws, pb_keep keep)
{
    memset(made, 0, sizeof *made);
    made->scenario = calloc(1, sizeof *made->scenario);
    pb_scenario *scenario = made->scenario;
    (void)snprintf(scenario->name, sizeof scenario->name, "made_up");
    (void)snprintf(scenario->title, sizeof scenario->title, "A \"made-up\" scenario");
    scenario->dates.fy_start = pb_date_of_civil((pb_civil){2011, 7, 1});
    scenario->n_rounds = 2;
    (void)snprintf(scenario->round[0].id, PB_ID_SIZE, "june");
    (void)snprintf(scenario->round[1].id, PB_ID_SIZE, "august");
    set_coalition(&scenario->coalition);
    set_money(scenario);
    set_summary(&made->summary);
    made->provenance = (pb_provenance){.planb_version = "0.0.0",
                                       .git_revision = "0123abcd",
                                       .scenario_yaml = "name: made_up\ntitle: \"ü\"\n",
                                       .command = "planb run made_up.yaml",
                                       .sampling = "random",
                                       .rule_methods = "conditional conditional",
                                       .seed = UINT64_MAX,
                                       .draws = draws,
                                       .keep = keep};
    const pb_shape shape = pb_shape_of(scenario);
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        const size_t items = pb_column_items(&PB_COLUMNS[c], &shape);
        made->column[c] = calloc(MADE_UP_BLOCK * items + 1, PB_COLUMNS[c].width);
    }
    made->inputs = calloc(MADE_UP_BLOCK * MADE_UP_INPUTS, sizeof *made->inputs);
}

void made_up_free(made_up_result *made)
{
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        free(made->column[c]);
    }
    free(made->inputs);
    free(made->scenario);
    pb_summary_free(&made->summary);
    memset(made, 0, sizeof *made);
}

/* Scrambles a place into a whole number below `end`. Source: splitmix64. */
static unsigned scramble(int64_t draw, size_t column, size_t item, unsigned end)
{
    uint64_t x = ((uint64_t)draw * 64 + column) * 1024 + item + 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (unsigned)((x ^ x >> 31) % end);
}

static unsigned count_flags(const char *words)
{
    unsigned n = 1;
    for (; *words != '\0'; words++) {
        n += *words == ' ';
    }
    return n;
}

static void set_values(const made_up_result *made, size_t c, int64_t first, int64_t n)
{
    const pb_shape shape = pb_shape_of(made->scenario);
    const pb_column *column = &PB_COLUMNS[c];
    const size_t items = pb_column_items(column, &shape);
    const unsigned end = column->flags != NULL ? count_flags(column->flags) : 100;
    for (size_t i = 0; i < (size_t)n * items; i++) {
        const unsigned value = scramble(first + (int64_t)(i / items), c, i % items, end);
        switch (column->kind) {
            case PB_U8:
                ((uint8_t *)made->column[c])[i] = (uint8_t)value;
                break;
            case PB_I32:
                ((int32_t *)made->column[c])[i] = (int32_t)value;
                break;
            case PB_F32:
                ((float *)made->column[c])[i] = (float)value;
                break;
            case PB_F64:
                ((double *)made->column[c])[i] = value * 0.1;
                break;
        }
    }
}

#define MONEY(name) ((double *)made->column[PB_COLUMN_##name])

/* The sums of draw `d`: how the columns add up. */
static void add_up(made_up_result *made, int64_t d)
{
    const pb_budget_params *budget = &made->scenario->budget;
    const uint8_t outcome = ((uint8_t *)made->column[PB_COLUMN_outcome])[d];
    const bool deal = outcome == PB_DEAL_ROUND_1 || outcome == PB_DEAL_ROUND_2;
    for (int b = 0; b < PB_BRANCHES; b++) {
        for (int y = 0; y < PB_YEARS; y++) {
            const int64_t year = d * PB_YEARS + y, i = (d * PB_BRANCHES + b) * PB_YEARS + y;
            const double appropriations =
                budget->appropriations_musd[y]
                + budget->labor_savings_assumed_musd[y] * budget->fund_share[y];
            const double sales = 4000.0 + 50.0 * scramble(d, 60, (size_t)y, 10);
            MONEY(stream_revenue)[2 * d * PB_YEARS + y] = 8000.0;
            MONEY(stream_revenue)[(2 * d + 1) * PB_YEARS + y] = sales;
            MONEY(revenue)[year] = 8000.0 + sales;
            MONEY(flow)
            [i] = MONEY(revenue)[year] + MONEY(labor_savings)[i] + MONEY(plan_b)[i]
                  + MONEY(layoff_savings)[i] + budget->lapse_musd[y] + budget->other_musd[y]
                  - appropriations - MONEY(separation_cost)[i] - MONEY(spending_error)[year];
            MONEY(balance_by_branch)[i] = MONEY(flow)[i] - MONEY(carry)[i];
            if (deal == (b == PB_BRANCH_DEAL)) {
                MONEY(balance)[year] = MONEY(balance_by_branch)[i] + MONEY(reserve_use)[i];
            }
        }
    }
}

void made_up_block(made_up_result *made, int64_t first, int64_t n)
{
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        set_values(made, c, first, n);
    }
    for (int64_t d = 0; d < n; d++) {
        add_up(made, d);
        for (int i = 0; i < MADE_UP_INPUTS; i++) {
            made->inputs[d * MADE_UP_INPUTS + i] = (double)(first + d) + 0.25 * i;
        }
    }
}

pb_status made_up_create(const made_up_result *made, const char *path, bool overwrite,
                         pb_writer **writer, pb_error *err)
{
    static const char *const labels[MADE_UP_INPUTS] = {"coalition", "unit:NP-4", "ballots:NP-4:2"};
    return pb_writer_create(path, overwrite, made->scenario, &made->provenance, labels,
                            MADE_UP_INPUTS, writer, err);
}

pb_status made_up_write(made_up_result *made, const char *path, bool overwrite, pb_error *err)
{
    pb_writer *writer = NULL;
    pb_status status = made_up_create(made, path, overwrite, &writer, err);
    const int64_t draws = made->provenance.draws;
    for (int64_t first = 0; status == PB_OK && first < draws; first += MADE_UP_BLOCK) {
        const int64_t n = draws - first < MADE_UP_BLOCK ? draws - first : MADE_UP_BLOCK;
        const void *column[PB_N_COLUMNS];
        made_up_block(made, first, n);
        memcpy(column, made->column, sizeof column);
        status = pb_writer_draws(writer, first, n, column, made->inputs, err);
    }
    if (status != PB_OK) {
        pb_writer_abandon(writer);
        return status;
    }
    return pb_writer_finish(writer, &made->summary, err);
}
