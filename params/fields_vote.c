/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/counts.h"
#include "params/fields.h"
#include "params/reader.h"

#define IN_VOTE(member) offsetof(pb_vote_params, member)
#define IN_COUNT(member) offsetof(pb_count, member)
#define IN_UNIT(member) offsetof(pb_unit, member)
#define IN_UNION(member) offsetof(pb_union, member)

#define MAJORITY "{ballots_approving: {more_than: 1/2}}"

static const char *const RESULT[] = {"approved", "rejected"};
static const char *const AGGREGATE[] = {
    [PB_AGGREGATE_BALLOTS] = "ballots",
    [PB_AGGREGATE_UNITS] = "units",
    [PB_AGGREGATE_ALL_UNITS] = "all_units",
    [PB_AGGREGATE_LEADERS] = "leaders",
};

// clang-format off
static const pb_field VOTE[] = {
    {"mu0", PB_FIELD_REAL, IN_VOTE(mu0), "logit", -10, 10, "0.75",
     .meaning = "mean support; 0.75 is 68% yes"},
    {"sd_coalition", PB_FIELD_REAL, IN_VOTE(sd_coalition), "logit", 0, 5, "0.65",
     .meaning = "standard deviation common to all units"},
    {"sd_sector", PB_FIELD_REAL, IN_VOTE(sd_sector), "logit", 0, 5, "0.30",
     .meaning = "standard deviation of a sector"},
    {"sd_union", PB_FIELD_REAL, IN_VOTE(sd_union), "logit", 0, 5, "0.30",
     .meaning = "standard deviation of a union"},
    {"sd_late_swing", PB_FIELD_REAL, IN_VOTE(sd_late_swing), "logit", 0, 5, "0.20",
     .meaning = "standard deviation of a union's late swing, unknown before the count"},
    {"sd_unit", PB_FIELD_REAL, IN_VOTE(sd_unit), "logit", 0, 5, "0.40",
     .meaning = "standard deviation of a unit"},
    {"df", PB_FIELD_DF, IN_VOTE(df), "1", 2, 1000, "5", .above_lowest = true,
     .never_uncertain = "its tables are made before the first draw",
     .meaning = "degrees of freedom of coalition, unit and late-swing effects"},
    {"turnout", PB_FIELD_REAL, IN_VOTE(turnout), "1", 0, 1, "0.75", .above_lowest = true,
     .meaning = "share of members who vote, unless a unit says otherwise"},
    {"turnout_sd_common", PB_FIELD_REAL, IN_VOTE(turnout_sd_common), "logit", 0, 5, "0.20",
     .meaning = "standard deviation of turnout common to all units"},
    {"turnout_sd_unit", PB_FIELD_REAL, IN_VOTE(turnout_sd_unit), "logit", 0, 5, "0.35",
     .meaning = "standard deviation of a unit's turnout"},
    {"turnout_correlation", PB_FIELD_REAL, IN_VOTE(turnout_correlation), "1", -1, 1, "0.0",
     .meaning = "correlation of common turnout with common support"},
    {"contract_shift", PB_FIELD_REAL, IN_VOTE(contract_shift), "logit", -10, 10, "0.30",
     .meaning = "support for a unit's contract above support for the coalition's agreement"},
    {"contract_sd", PB_FIELD_REAL, IN_VOTE(contract_sd), "logit", 0, 5, "0.30",
     .meaning = "standard deviation of that difference"},
    {"cost_effect", PB_FIELD_REAL, IN_VOTE(cost_effect), "logit", -5, 5, "0.0",
     .meaning = "change of support per thousand USD a member and year that the agreement costs; not identified: for sweeps"},
    {"cost_reference", PB_FIELD_REAL, IN_VOTE(cost_reference), "thousand USD", 0, 1000, "17.8",
     .meaning = "cost at which support is `mu0`"},
    {"threat_effect", PB_FIELD_REAL, IN_VOTE(threat_effect), "logit", -5, 5, "0.0",
     .meaning = "change of support per doubling of a unit's share of members under notice; not identified: for sweeps"},
    {"threat_reference", PB_FIELD_REAL, IN_VOTE(threat_reference), "1", 0, 1, "0.10", .above_lowest = true,
     .meaning = "share at which support is `mu0`"},
    {"health_plan_effect", PB_FIELD_REAL, IN_VOTE(health_plan_effect), "logit", -5, 5, "0.0",
     .meaning = "change of support in a unit where the health plan is contested; not identified: for sweeps"},
    {"contract_security_effect", PB_FIELD_REAL, IN_VOTE(contract_security_effect), "logit", -5, 5, "0.0",
     .meaning = "change of support for its contract in a unit that keeps layoff protection only with it; not identified: for sweeps"},
};

static const pb_field COUNTED[] = {
    {"round", PB_FIELD_WHOLE, IN_COUNT(round), "1", 1, PB_ROUNDS, "1",
     .meaning = "which round was counted"},
    {"yes_ballots", PB_FIELD_WHOLE, IN_COUNT(value.yes_ballots), "ballot", 0, 1e7, PB_ABSENT,
     .meaning = "ballots for the agreement"},
    {"no_ballots", PB_FIELD_WHOLE, IN_COUNT(value.no_ballots), "ballot", 0, 1e7, PB_ABSENT,
     .meaning = "ballots against it"},
    {"result", PB_FIELD_WORD, IN_COUNT(value.kind), NULL, 0, 0, PB_ABSENT, .words = {RESULT, sizeof RESULT[0], 2},
     .read = pb_read_result, .meaning = "the result where no figures are known"},
    {"date", PB_FIELD_DATE, IN_COUNT(value.date), NULL, 0, 0, NULL,
     .meaning = "day the count became known"},
};
static const pb_map COUNTED_MAP = PB_MAP_OF(COUNTED, sizeof(pb_count));

static const pb_field UNIT[] = {
    {"id", PB_FIELD_ID, IN_UNIT(id), NULL, 0, 0, NULL,
     .meaning = "name of the unit, unlike all other units and unions"},
    {"title", PB_FIELD_TEXT, IN_UNIT(title), NULL, 0, 0, NULL, .same_as = ".id",
     .meaning = "one line for the reader"},
    {"sector", PB_FIELD_ID, IN_UNIT(sector), NULL, 0, 0, "all", .read = pb_read_sector,
     .meaning = "units of one sector share an effect"},
    {"members", PB_FIELD_WHOLE, IN_UNIT(members), "member", 1, 1e6, NULL,
     .meaning = "members who may vote"},
    {"turnout", PB_FIELD_REAL, IN_UNIT(turnout), "1", 0, 1, "0.75", .same_as = "vote.turnout", .above_lowest = true,
     .meaning = "share of members who vote; 1: everybody in every draw"},
    {"offset", PB_FIELD_REAL, IN_UNIT(offset), "logit", -10, 10, "0.0",
     .meaning = "support above the mean"},
    {"cost_per_member", PB_FIELD_REAL, IN_UNIT(cost_per_member), "thousand USD", 0, 1000, PB_ABSENT,
     .meaning = "what the agreement costs a member in a year; absent: the booked savings of an average year over all members"},
    {"notices", PB_FIELD_REAL, IN_UNIT(notices), "notice", 0, 1e6, PB_ABSENT,
     .meaning = "layoff notices announced to the unit, for `vote.threat_effect` and `contract_security`; absent: its share of `layoffs.notices` by members"},
    {"health_contested", PB_FIELD_BOOLEAN, IN_UNIT(health_contested), NULL, 0, 0, "false",
     .meaning = "the health plan is contested among its members, for `vote.health_plan_effect`"},
    {"contract_security", PB_FIELD_BOOLEAN, IN_UNIT(contract_security), NULL, 0, 0, "false",
     .meaning = "it keeps layoff protection only if it accepts its contract: else a deal withdraws none of its share of the notices (`notices`); also for `vote.contract_security_effect`"},
    {"accepts", PB_FIELD_RULE, IN_UNIT(accepts), NULL, 0, 0, MAJORITY,
     .meaning = "when the unit accepts, by its own ballots"},
    {"counted", PB_FIELD_COUNTS, IN_UNIT(counted), NULL, 0, PB_ROUNDS, PB_ABSENT, .map = &COUNTED_MAP,
     .meaning = "what is known of its vote; a figure takes the place of the draw"},
};
static const pb_map UNIT_MAP = PB_MAP_OF(UNIT, sizeof(pb_unit));

static const pb_field UNION[] = {
    {"id", PB_FIELD_ID, IN_UNION(id), NULL, 0, 0, NULL,
     .meaning = "name of the union, unlike all other unions and units"},
    {"title", PB_FIELD_TEXT, IN_UNION(title), NULL, 0, 0, NULL, .same_as = ".id",
     .meaning = "one line for the reader"},
    {"aggregate", PB_FIELD_WORD, IN_UNION(aggregate), NULL, 0, 0, "ballots", .words = {AGGREGATE, sizeof AGGREGATE[0], 4},
     .meaning = "how its units make its vote: all ballots together, a majority of units, every unit, or its leaders decide"},
    {"accepts", PB_FIELD_RULE, IN_UNION(accepts), NULL, 0, 0, MAJORITY,
     .meaning = "when the union approves, by its own ballots"},
    {"abstains", PB_FIELD_BOOLEAN, IN_UNION(abstains), NULL, 0, 0, "false",
     .meaning = "left out of the base of the rules"},
    {"p_approve", PB_FIELD_REAL, IN_UNION(p_approve), "1", 0, 1, PB_ABSENT,
     .meaning = "probability that its leaders approve; with `aggregate: leaders` only"},
    {"counted", PB_FIELD_COUNTS, IN_UNION(counted), NULL, 0, PB_ROUNDS, PB_ABSENT, .map = &COUNTED_MAP,
     .meaning = "what is known of its vote; a figure takes the place of the draw"},
    {"units", PB_FIELD_LIST, 0, NULL, 1, PB_MAX_UNITS, NULL, .map = &UNIT_MAP, .read = pb_read_units,
     .meaning = "its bargaining units"},
};
// clang-format on

const pb_map PB_VOTE_MAP = PB_MAP_OF(VOTE, sizeof(pb_vote_params));
const pb_map PB_UNION_MAP = PB_MAP_OF(UNION, sizeof(pb_union));
