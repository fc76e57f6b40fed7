/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of the votes: the chain from the agreement to the deal. */
#include "results/series_parts.h"

#include "models/union_vote.h"

static const uint32_t RATIFIED_1 = BIT(PB_DEAL_ROUND_1) | BIT(PB_REFUSED_ROUND_1);
static const uint32_t RATIFIED_2 = BIT(PB_DEAL_ROUND_2) | BIT(PB_REFUSED_ROUND_2);

static const char *const OUTCOME_NAMES[PB_N_OUTCOMES] = {
#define X(name, code, text) [code] = text,
    PB_OUTCOMES(X)
#undef X
};

static pb_measure outcome_in(uint32_t values)
{
    return one_of(PB_COLUMN_outcome, 0, values);
}

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

static bool all_units_are_counted(const pb_coalition *c, const pb_union *voters, int r)
{
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        if (c->unit[u].counted[r].kind != PB_COUNTED_BALLOTS) {
            return false;
        }
    }
    return voters->aggregate != PB_AGGREGATE_LEADERS;
}

/* Whether the union's vote is the same in every draw. */
static bool union_is_known(const pb_coalition *c, int k, int r)
{
    const pb_union *voters = &c->unions[k];
    return voters->abstains || pb_union_known(c, k, r) != NULL
           || all_units_are_counted(c, voters, r)
           || (voters->aggregate == PB_AGGREGATE_LEADERS && certain(voters->p_approve));
}

/* Whether every vote of the round is known, so that nothing in it is left to chance. */
static bool round_is_known(const pb_coalition *c, int r)
{
    for (int k = 0; k < c->n_unions; k++) {
        if (!union_is_known(c, k, r)) {
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

    pb_series *approves = pb_series_probability(
        pb_series_add(list, number(PB_COLUMN_union_probability, item), given_round(r),
                      "rounds/[%d]/unions/%s/approves", r, id),
        exact);
    if (union_is_known(c, k, r)) {
        approves->method = PB_METHOD_EXACT;
    }
    pb_series_probability(pb_series_add(list, number(PB_COLUMN_pivotal, item), given_round(r),
                                        "rounds/[%d]/unions/%s/pivotal", r, id),
                          exact);
    pb_series *lost =
        pb_series_probability(pb_series_add(list, number(PB_COLUMN_lost_deal, item), given_round(r),
                                            "rounds/[%d]/unions/%s/lost_deal_share", r, id),
                              exact);
    lost->is_ratio = true;
    lost->over = fails;
    const pb_measure tips = {.column = PB_COLUMN_tipping_union,
                             .item = (size_t)r,
                             .test = PB_TEST_EQUAL,
                             .values = (uint32_t)k};
    pb_series_probability(
        pb_series_add(list, tips, given_round(r), "rounds/[%d]/unions/%s/tipping", r, id), false);
}

static void add_unit(pb_series_list *list, const pb_coalition *c, int r, int u, bool exact)
{
    const char *id = c->unit[u].id;
    const size_t item = (size_t)(r * c->n_units + u);
    pb_series *approves =
        pb_series_probability(pb_series_add(list, one_of(PB_COLUMN_unit_vote, item, YES),
                                            given_round(r), "rounds/[%d]/units/%s/approves", r, id),
                              false);
    if (c->unit[u].counted[r].kind != PB_NOT_COUNTED) {
        approves->method = PB_METHOD_EXACT;
    }
    pb_series_probability(pb_series_add(list, number(PB_COLUMN_unit_pivotal, item), given_round(r),
                                        "rounds/[%d]/units/%s/pivotal", r, id),
                          exact);
    pb_series_probability(pb_series_add(list, number(PB_COLUMN_persuasion, item), given_round(r),
                                        "rounds/[%d]/units/%s/persuasion", r, id),
                          exact)
        ->is_probability = false;
    /* the contract that counts is the one of the deal's round */
    pb_series_probability(pb_series_add(list, one_of(PB_COLUMN_contract_vote, (size_t)u, YES),
                                        outcome_in(r == 0 ? RATIFIED_1 : RATIFIED_2),
                                        "rounds/[%d]/units/%s/contract", r, id),
                          false);
}

/* Of votes that are all known, what follows from the unions' votes has no sampling error; a unit's
 * ballots may still be drawn behind a result without figures. */
static void mark_known(pb_series_list *list, size_t first)
{
    for (size_t i = first; i < list->n; i++) {
        switch (list->series[i].what.column) {
            case PB_COLUMN_ratify_probability:
            case PB_COLUMN_union_probability:
            case PB_COLUMN_pivotal:
            case PB_COLUMN_lost_deal:
            case PB_COLUMN_unit_pivotal:
            case PB_COLUMN_ratified_probability:
            case PB_COLUMN_deal_probability:
            case PB_COLUMN_outcome_probability:
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
    pb_series *held =
        pb_series_probability(pb_series_add(list, number(PB_COLUMN_held_probability, (size_t)r),
                                            ALWAYS, "rounds/[%d]/held", r),
                              exact);
    if (r == 0 || first_is_known || timing->p_rule_change <= 0.0 || timing->p_reopen <= 0.0) {
        held->method = PB_METHOD_EXACT;
    }
    pb_series_probability(pb_series_add(list, number(PB_COLUMN_ratify_probability, (size_t)r),
                                        given_round(r), "rounds/[%d]/ratified", r),
                          exact);
    for (size_t i = 0; i < sizeof MEANS / sizeof MEANS[0]; i++) {
        pb_series_add(list, number(MEANS[i].column, (size_t)r), given_round(r), "rounds/[%d]/%s", r,
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

static bool every_round_is_known(const pb_scenario *scenario)
{
    return round_is_known(&scenario->coalition, 0)
           && (scenario->n_rounds == 1 || round_is_known(&scenario->coalition, 1));
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

void pb_series_add_votes(pb_series_list *list, const pb_scenario *scenario, const bool *exact)
{
    const bool all = exact[0] && (scenario->n_rounds == 1 || exact[1]);
    const size_t start = list->n;
    /* the first round is held if there is an agreement in time */
    pb_series_probability(
        pb_series_add(list, number(PB_COLUMN_held_probability, 0), ALWAYS, "agreement"), true)
        ->method = PB_METHOD_EXACT;
    pb_series_probability(
        pb_series_add(list, number(PB_COLUMN_ratified_probability, 0), ALWAYS, "ratified"), all);
    pb_series *given =
        pb_series_probability(pb_series_add(list, number(PB_COLUMN_ratified_probability, 0), ALWAYS,
                                            "ratified_given_agreement"),
                              all);
    given->is_ratio = true;
    given->over = number(PB_COLUMN_held_probability, 0);
    for (int r = 0; r < scenario->n_rounds; r++) {
        add_round(list, scenario, r, exact[r]);
    }
    pb_series *legislature = pb_series_probability(
        pb_series_add(list, number(PB_COLUMN_deal_probability, 0), ALWAYS, "legislature"), all);
    legislature->is_ratio = true;
    legislature->over = number(PB_COLUMN_ratified_probability, 0);
    legislature->method = PB_METHOD_EXACT; /* its approval does not depend on the votes */
    pb_series_probability(
        pb_series_add(list, number(PB_COLUMN_deal_probability, 0), ALWAYS, "deal"), all);
    for (int o = 0; o < PB_N_OUTCOMES; o++) {
        pb_series_probability(pb_series_add(list, number(PB_COLUMN_outcome_probability, (size_t)o),
                                            ALWAYS, "outcomes/%s", OUTCOME_NAMES[o]),
                              all)
            ->method = same_in_every_draw(scenario, o) ? PB_METHOD_EXACT
                       : all                           ? PB_METHOD_CONDITIONAL
                                                       : PB_METHOD_PLAIN;
    }
    if (every_round_is_known(scenario)) {
        mark_known(list, start);
    }
}
