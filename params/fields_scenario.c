/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/reader.h"

#define IN_SCENARIO(member) offsetof(pb_scenario, member)
#define IN_RUN(member) offsetof(pb_run_params, member)
#define IN_DATES(member) offsetof(pb_dates, member)
#define IN_TALKS(member) offsetof(pb_talks_params, member)
#define IN_LEGISLATURE(member) offsetof(pb_legislature, member)

static const char *const SAMPLING[] = {
    [PB_SAMPLING_SOBOL] = "sobol",
    [PB_SAMPLING_RANDOM] = "random",
};
static const char *const TIMELINE[] = {
    [PB_TIMELINE_FIXED] = "fixed",
    [PB_TIMELINE_HAZARD] = "hazard",
};
static const char *const EVIDENCE_METHOD[] = {"conditioning"};

// clang-format off
static const pb_field HEAD[] = {
    {"name", PB_FIELD_ID, IN_SCENARIO(name), NULL, 0, 0, NULL,
     .meaning = "short name of the scenario; also of its output"},
    {"title", PB_FIELD_TEXT, IN_SCENARIO(title), NULL, 0, 0, NULL, .same_as = ".name",
     .meaning = "one line for the reader"},
    {"as_of", PB_FIELD_DATE, IN_SCENARIO(as_of), NULL, 0, 0, NULL,
     .meaning = "facts dated this day or later are not used"},
    {"extends", PB_FIELD_TEXT, 0, NULL, 0, 0, PB_ABSENT, .read = pb_read_extends,
     .meaning = "scenario file this one changes, its path relative to this file"},
};

static const pb_field RUN[] = {
    {"draws", PB_FIELD_WHOLE, IN_RUN(draws), "1", 1, 1099511627776.0, "65536",
     .meaning = "number of draws"},
    {"seed", PB_FIELD_SEED, IN_RUN(seed), "1", 0, 0, "1",
     .meaning = "seed of all random numbers, 0 to 2^64 - 1"},
    {"sampling", PB_FIELD_WORD, IN_RUN(sampling), NULL, 0, 0, "sobol", .words = {SAMPLING, sizeof SAMPLING[0], 2},
     .meaning = "sobol: scrambled Sobol points in 16 replicates, best with 16 x 2^k draws; random: independent draws"},
    {"timeline", PB_FIELD_WORD, IN_RUN(timeline), NULL, 0, 0, "fixed", .words = {TIMELINE, sizeof TIMELINE[0], 2},
     .meaning = "of talks that go on; fixed: the first vote has its date; hazard: the day of the agreement is random"},
};

static const pb_field DATES[] = {
    {"fy_start", PB_FIELD_DATE, IN_DATES(fy_start), NULL, 0, 0, NULL,
     .meaning = "first day of the first of the two fiscal years"},
    {"budget_adopted", PB_FIELD_DATE, IN_DATES(budget_adopted), NULL, 0, 0, PB_ABSENT,
     .meaning = "day the budget was adopted"},
    {"deadline", PB_FIELD_DATE, IN_DATES(deadline), NULL, 0, 0, NULL,
     .meaning = "day on which the budget must balance on official estimates"},
    {"talks_start", PB_FIELD_DATE, IN_DATES(talks_start), NULL, 0, 0, PB_ABSENT,
     .meaning = "first day of the talks; needed with `timeline: hazard`. Days before `scenario.as_of` brought no agreement"},
    {"local_budgets_set", PB_FIELD_DATE, IN_DATES(local_budgets_set), NULL, 0, 0, PB_ABSENT,
     .meaning = "day on which towns have set their budgets for the first year; absent: no cut comes too late for them"},
    {"notice_first", PB_FIELD_DATE, IN_DATES(notice_first), NULL, 0, 0, PB_ABSENT,
     .meaning = "no layoff notice is issued before this day, whenever it was decided"},
    {"agreement", PB_FIELD_DATE, IN_DATES(agreement), NULL, 0, 0, PB_ABSENT,
     .meaning = "day of the tentative agreement; absent: not reached yet, see `talks`"},
};

static const pb_field TALKS[] = {
    {"p_agreement", PB_FIELD_REAL, IN_TALKS(p_agreement), "1", 0, 1, "0.875",
     .meaning = "probability of an agreement: by the deadline, or with `timeline: hazard` sooner or later"},
    {"hazard_per_day", PB_FIELD_REAL, IN_TALKS(hazard_per_day), "1/day", 0, 10, "0.0142857",
     .meaning = "with `timeline: hazard`: rate of an agreement on a day of talks, if there will be one"},
    {"deadline_multiplier", PB_FIELD_REAL, IN_TALKS(deadline_multiplier), "1", 0, 1000, "3",
     .meaning = "by which the rate is higher before the deadline"},
    {"deadline_days", PB_FIELD_WHOLE, IN_TALKS(deadline_days), "day", 0, 730, "14",
     .meaning = "on how many days, the deadline the last of them"},
};

static const pb_field LEGISLATURE[] = {
    {"p_approve", PB_FIELD_REAL, IN_LEGISLATURE(p_approve), "1", 0, 1, "0.90",
     .meaning = "probability that the legislature approves a ratified deal"},
    {"days", PB_FIELD_REAL, IN_LEGISLATURE(days), "day", 0, 730, "30",
     .meaning = "from the vote's end to approval, or to being deemed approved"},
};
// clang-format on

static const pb_map HEAD_MAP = PB_MAP_OF(HEAD, 0);
static const pb_map RUN_MAP = PB_MAP_OF(RUN, 0);
static const pb_map DATES_MAP = PB_MAP_OF(DATES, 0);
static const pb_map TALKS_MAP = PB_MAP_OF(TALKS, 0);
static const pb_map LEGISLATURE_MAP = PB_MAP_OF(LEGISLATURE, 0);

/* Where there is a menu, how it is used has defaults; without one nothing is selected. */
static const char *selection_if_menu(const pb_reader *reader, const pb_node *map, char *text,
                                     size_t size)
{
    (void)reader;
    (void)text;
    (void)size;
    return pb_node_find(map, "plan_b") != NULL ? "{}" : NULL;
}

/* In the order in which they are read: a block may copy defaults from those before it. */
// clang-format off
static const pb_field SCENARIO[] = {
    {"scenario", PB_FIELD_MAP, 0, NULL, 0, 0, NULL, .map = &HEAD_MAP,
     .meaning = "which scenario this is"},
    {"run", PB_FIELD_MAP, IN_SCENARIO(run), NULL, 0, 0, "{}", .map = &RUN_MAP,
     .meaning = "how it is simulated"},
    {"dates", PB_FIELD_MAP, IN_SCENARIO(dates), NULL, 0, 0, NULL, .map = &DATES_MAP,
     .meaning = "the calendar"},
    {"talks", PB_FIELD_MAP, IN_SCENARIO(talks), NULL, 0, 0, PB_ABSENT, .map = &TALKS_MAP,
     .meaning = "talks that go on; needed, and read, where `dates.agreement` is absent"},
    {"vote", PB_FIELD_MAP, IN_SCENARIO(vote), NULL, 0, 0, "{}", .map = &PB_VOTE_MAP,
     .meaning = "support and turnout"},
    {"unions", PB_FIELD_LIST, IN_SCENARIO(coalition.unions), NULL, 1, PB_MAX_UNIONS, NULL,
     .map = &PB_UNION_MAP, .count = IN_SCENARIO(coalition.n_unions),
     .meaning = "the unions of the coalition and their bargaining units"},
    {"rules", PB_FIELD_RULES, 0, NULL, 1, PB_MAX_RULES, NULL,
     .meaning = "rules of ratification by name"},
    {"rounds", PB_FIELD_LIST, 0, NULL, 1, PB_ROUNDS, NULL, .map = &PB_SECOND_ROUND_MAP, .first_map = &PB_FIRST_ROUND_MAP,
     .read = pb_read_rounds, .meaning = "the vote and, where it may be repeated, the second vote"},
    {"legislature", PB_FIELD_MAP, IN_SCENARIO(legislature), NULL, 0, 0, "{p_approve: 1, days: 0}",
     .map = &LEGISLATURE_MAP, .meaning = "approval of a ratified deal; without this block it needs none"},
    {"evidence", PB_FIELD_LIST, IN_SCENARIO(evidence.observation), NULL, 0, PB_MAX_EVIDENCE, PB_ABSENT,
     .map = &PB_OBSERVATION_MAP, .count = IN_SCENARIO(evidence.n_observations),
     .meaning = "ballots seen before a final count; without ids, so that under `extends` the list replaces as a whole"},
    {"evidence_method", PB_FIELD_WORD, 0, NULL, 0, 0, "conditioning", .words = {EVIDENCE_METHOD, sizeof EVIDENCE_METHOD[0], 1},
     .read = pb_read_only_word, .meaning = "how evidence is used: draws are conditioned on it"},
    {"evidence_sd", PB_FIELD_MAP, IN_SCENARIO(evidence.sd), NULL, 0, 0, "{}", .map = &PB_EVIDENCE_SD_MAP,
     .meaning = "what evidence is worth, by its kind"},
    {"revenue", PB_FIELD_MAP, IN_SCENARIO(revenue), NULL, 0, 0, PB_ABSENT, .map = &PB_REVENUE_MAP,
     .meaning = "revenue and its errors; without this block there is none"},
    {"budget", PB_FIELD_MAP, IN_SCENARIO(budget), NULL, 0, 0, PB_ABSENT, .map = &PB_BUDGET_MAP,
     .meaning = "the adopted budget; needed with `revenue`"},
    {"savings_correlation", PB_FIELD_REAL, IN_SCENARIO(savings.correlation), "1", 0, 1, "0.30",
     .meaning = "Gaussian copula correlation of the realised shares of the savings"},
    {"savings", PB_FIELD_LIST, IN_SCENARIO(savings.saving), NULL, 0, PB_MAX_SAVINGS, PB_ABSENT,
     .map = &PB_SAVING_MAP, .count = IN_SCENARIO(savings.n_savings),
     .meaning = "what the deal saves, by component"},
    {"plan_b", PB_FIELD_LIST, IN_SCENARIO(plan_b.option), NULL, 0, PB_MAX_OPTIONS, PB_ABSENT,
     .map = &PB_OPTION_MAP, .count = IN_SCENARIO(plan_b.n_options),
     .meaning = "the menu of measures if there is no deal; layoffs are a block of their own"},
    {"plan_b_selection", PB_FIELD_MAP, IN_SCENARIO(plan_b), NULL, 0, 0, "`{}` with `plan_b`, else absent",
     .map = &PB_SELECTION_MAP, .derive = selection_if_menu,
     .meaning = "how measures are taken from the menu"},
    {"layoffs", PB_FIELD_MAP, IN_SCENARIO(layoffs), NULL, 0, 0, PB_ABSENT, .map = &PB_LAYOFFS_MAP,
     .meaning = "layoffs if there is no deal; without this block there are none"},
    {"municipal", PB_FIELD_MAP, IN_SCENARIO(municipal), NULL, 0, 0, PB_ABSENT, .map = &PB_MUNICIPAL_MAP,
     .meaning = "aid to towns, which options of class `municipal_aid` cut; without this block it is not followed"},
    {"rescission", PB_FIELD_MAP, IN_SCENARIO(rescission), NULL, 0, 0, PB_ABSENT, .map = &PB_RESCISSION_MAP,
     .meaning = "cuts during the first year when an estimate shows a deficit; without this block there are none"},
};
// clang-format on

const pb_map PB_SCENARIO_MAP = PB_MAP_OF(SCENARIO, 0);
