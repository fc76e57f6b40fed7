/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/summarise.h"

#include "models/calendar.h"
#include "models/opening.h"
#include "models/power.h"
#include "results/date_text.h"
#include "results/parameter_share.h"
#include "results/rule_text.h"
#include "results/summary_group.h"

#include <stdio.h>
#include <string.h>

static void add_heading(const pb_scenario *scenario, const pb_provenance *provenance,
                        pb_summary *summary)
{
    char as_of[PB_DATE_TEXT_SIZE];
    pb_date_text(scenario->as_of, as_of);
    pb_summary_number(summary, PB_RESULT_FORMAT, "format");
    pb_summary_text(summary, provenance->planb_version, "planb");
    pb_summary_text(summary, scenario->name, "scenario");
    pb_summary_text(summary, scenario->title, "title");
    pb_summary_text(summary, as_of, "as_of");
    pb_summary_integer(summary, (uint64_t)provenance->draws, "draws");
    pb_summary_text(summary, provenance->sampling, "sampling");
    pb_summary_integer(summary, provenance->seed, "seed");
    for (int year = 0; year < PB_YEARS; year++) {
        const pb_fiscal_years years = pb_fiscal_years_from(scenario->dates.fy_start);
        const pb_civil last = pb_civil_of_date(years.start[year + 1] - 1);
        pb_summary_number(summary, last.year, "fiscal_year/[%d]", year);
    }
}

/* What the budget closes, and by what. */
static void add_opening(const pb_scenario *scenario, pb_summary *summary)
{
    const bool budget = scenario->budget.appropriations_musd[0] > 0.0;
    for (int y = 0; y < PB_YEARS && budget; y++) {
        const pb_opening gap = pb_opening_gap(&scenario->budget, &scenario->revenue, y);
        pb_summary_number(summary, gap.before_musd, "opening_gap/[%d]/before_measures", y);
        pb_summary_number(summary, gap.policies_musd, "opening_gap/[%d]/policies", y);
        pb_summary_number(summary, gap.labor_savings_musd, "opening_gap/[%d]/labor_savings", y);
        pb_summary_number(summary, gap.other_musd, "opening_gap/[%d]/other", y);
        pb_summary_number(summary, gap.left_musd, "opening_gap/[%d]/left", y);
    }
}

static int64_t members_of(const pb_coalition *coalition, const pb_union *voters)
{
    int64_t members = 0;
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        members += coalition->unit[u].members;
    }
    return members;
}

static void add_round_labels(const pb_scenario *scenario, int r, pb_summary *summary)
{
    const pb_coalition *c = &scenario->coalition;
    const pb_rule *rule = &scenario->round[r].rule;
    char text[1024];

    pb_rule_text(rule, c, text, sizeof text);
    pb_summary_text(summary, scenario->round[r].id, "rounds/[%d]/id", r);
    pb_summary_text(summary, rule->id, "rounds/[%d]/rule", r);
    pb_summary_text(summary, text, "rounds/[%d]/rule_text", r);
    pb_summary_number(summary, pb_rule_implied_unions(rule, c), "rounds/[%d]/implied_unions", r);
    for (int k = 0; k < c->n_unions; k++) {
        const char *id = c->unions[k].id;
        pb_summary_text(summary, c->unions[k].title, "rounds/[%d]/unions/%s/title", r, id);
        pb_summary_number(summary, (double)members_of(c, &c->unions[k]),
                          "rounds/[%d]/unions/%s/members", r, id);
    }
}

/* Each union's power under the rule alone; nothing where the rule has no diagram. */
static pb_status add_power(const pb_ratification *ratification, int r, pb_summary *summary,
                           pb_error *err)
{
    pb_power power;
    if (ratification->how[r] != PB_DIAGRAM_BUILT) {
        return PB_OK;
    }
    const pb_status status = pb_power_indices(&ratification->diagram[r], &power, err);
    for (int k = 0; k < ratification->coalition->n_unions && status == PB_OK; k++) {
        const char *id = ratification->coalition->unions[k].id;
        pb_summary_estimate(summary, power.banzhaf[k], 0.0, PB_METHOD_EXACT, 0,
                            "rounds/[%d]/unions/%s/banzhaf", r, id);
        pb_summary_estimate(summary, power.shapley_shubik[k], 0.0, PB_METHOD_EXACT, 0,
                            "rounds/[%d]/unions/%s/shapley_shubik", r, id);
    }
    return status;
}

/* A group once for each round counted. */
static void add_counts(const pb_counted *counted, const char *id, size_t *n_used,
                       pb_summary *summary)
{
    for (int r = 0; r < PB_ROUNDS; r++) {
        if (counted[r].kind != PB_NOT_COUNTED) {
            pb_summary_text(summary, id, "evidence/used/[%zu]", (*n_used)++);
        }
    }
}

/* Which facts were used and which were dated too late. */
static void add_evidence(const pb_loaded *loaded, pb_summary *summary)
{
    const pb_coalition *c = &loaded->scenario->coalition;
    size_t n_used = 0;
    for (int k = 0; k < c->n_unions; k++) {
        add_counts(c->unions[k].counted, c->unions[k].id, &n_used, summary);
    }
    for (int u = 0; u < c->n_units; u++) {
        add_counts(c->unit[u].counted, c->unit[u].id, &n_used, summary);
    }
    for (int j = 0; j < loaded->scenario->evidence.n_observations; j++) {
        pb_summary_text(summary, loaded->scenario->evidence.observation[j].group,
                        "evidence/used/[%zu]", n_used++);
    }
    if (n_used == 0) {
        pb_summary_empty_list(summary, "evidence/used");
    }
    for (size_t i = 0; i < loaded->n_ignored; i++) {
        pb_summary_text(summary, loaded->ignored[i].group, "evidence/ignored/[%zu]", i);
    }
    if (loaded->n_ignored == 0) {
        pb_summary_empty_list(summary, "evidence/ignored");
    }
}

pb_status pb_summarise(const pb_loaded *loaded, const pb_ratification *ratification,
                       const pb_provenance *provenance, const pb_statistics *statistics,
                       pb_summary *summary, pb_error *err)
{
    pb_status status = PB_OK;
    memset(summary, 0, sizeof *summary);
    add_heading(loaded->scenario, provenance, summary);
    add_opening(loaded->scenario, summary);
    for (int r = 0; r < loaded->scenario->n_rounds; r++) {
        add_round_labels(loaded->scenario, r, summary);
    }
    pb_statistics_summarise(statistics, loaded->scenario->run.sampling, summary);
    pb_parameter_shares_summarise(statistics, &loaded->scenario->parameters,
                                  loaded->scenario->run.sampling, summary);
    for (int r = 0; r < loaded->scenario->n_rounds && status == PB_OK; r++) {
        status = add_power(ratification, r, summary, err);
    }
    add_evidence(loaded, summary);
    pb_summary_group(summary);
    if (status == PB_OK) {
        status = pb_summary_check(summary, err);
    }
    if (status != PB_OK) {
        pb_summary_free(summary);
    }
    return status;
}
