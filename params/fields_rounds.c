/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/reader.h"

#define IN_SCENARIO(member) offsetof(pb_scenario, member)

#define DAYS_TO_VOTE "{triangular: [21, 27, 40]}"

/* Without a date of its own a vote ends some days after the agreement. */
static const char *days_unless_dated(const pb_reader *reader, const pb_node *map, char *text,
                                     size_t size)
{
    (void)reader;
    (void)text;
    (void)size;
    return pb_node_find(map, "vote_end") != NULL ? NULL : DAYS_TO_VOTE;
}

/* The keys of round `r`; its timing stands in an array of its own. */
// clang-format off
#define ROUND_FIELDS(r) \
    {"id", PB_FIELD_ID, IN_SCENARIO(round[r].id), NULL, 0, 0, NULL, \
     .meaning = "name of the round"}, \
    {"rule", PB_FIELD_NAME_OF_RULE, IN_SCENARIO(round[r].rule), NULL, 0, 0, NULL, \
     .meaning = "name of the rule, one of `rules`"}, \
    {"vote_end", PB_FIELD_DATE, IN_SCENARIO(timing[r].vote_end), NULL, 0, 0, PB_ABSENT, \
     .meaning = "day the vote ends, where it is known"}, \
    {"days_after_agreement", PB_FIELD_QUANTITY, IN_SCENARIO(timing[r].days_after_agreement), "day", 0, 730, \
     "`" DAYS_TO_VOTE "` without `vote_end`", .derive = days_unless_dated, \
     .meaning = "from the agreement to the vote's end, instead of `vote_end`"}

static const pb_field FIRST[] = {
    ROUND_FIELDS(0),
};

static const pb_field SHIFT[] = {
    {"mean", PB_FIELD_REAL, offsetof(pb_mean_sd, mean), "logit", -10, 10, "0.80",
     .meaning = "mean shift of support"},
    {"sd", PB_FIELD_REAL, offsetof(pb_mean_sd, sd), "logit", 0, 5, "0.40",
     .meaning = "its standard deviation; Student's t with `vote.df`"},
};
static const pb_map SHIFT_MAP = PB_MAP_OF(SHIFT, sizeof(pb_mean_sd));

static const pb_field SECOND[] = {
    ROUND_FIELDS(1),
    {"p_rule_change", PB_FIELD_REAL, IN_SCENARIO(timing[1].p_rule_change), "1", 0, 1, "0.5",
     .meaning = "probability that a second vote is allowed after a rejection"},
    {"p_reopen", PB_FIELD_REAL, IN_SCENARIO(timing[1].p_reopen), "1", 0, 1, "1.0",
     .meaning = "probability that talks are then reopened"},
    {"days_to_rule_change", PB_FIELD_QUANTITY, IN_SCENARIO(timing[1].days_to_rule_change), "day", 0, 730, "{triangular: [10, 24, 45]}",
     .meaning = "from the rejection to the change of the rule"},
    {"days_to_agreement", PB_FIELD_QUANTITY, IN_SCENARIO(timing[1].days_to_agreement), "day", 0, 730, "{triangular: [3, 5, 21]}",
     .meaning = "from the change of the rule to the second agreement"},
    {"shift", PB_FIELD_MAP, IN_SCENARIO(round[1].shift), NULL, 0, 0, "{}", .map = &SHIFT_MAP,
     .meaning = "shift of support from the first vote"},
    {"persistence", PB_FIELD_REAL, IN_SCENARIO(round[1].persistence), "1", 0, 1, "0.40",
     .meaning = "how much of a unit's distance from the mean remains"},
    {"noise", PB_FIELD_REAL, IN_SCENARIO(round[1].noise), "logit", 0, 5, "0.15",
     .meaning = "standard deviation of a unit's own change"},
    {"backlash", PB_FIELD_REAL, IN_SCENARIO(round[1].backlash), "logit", -10, 10, "0.0",
     .meaning = "support lost because the vote is repeated"},
};
// clang-format on

const pb_map PB_FIRST_ROUND_MAP = PB_MAP_OF(FIRST, 0);
const pb_map PB_SECOND_ROUND_MAP = PB_MAP_OF(SECOND, 0);
