/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts that follow from others or from the year's estimates. */
#include "params/fields.h"
#include "params/reader.h"

#define IN_MUNICIPAL(member) offsetof(pb_municipal_params, member)
#define IN_RESCISSION(member) offsetof(pb_rescission_params, member)

// clang-format off
static const pb_field MUNICIPAL[] = {
    {"aid", PB_FIELD_REAL, IN_MUNICIPAL(aid_musd), "million USD", 0, 1e7, NULL,
     .meaning = "aid to towns in a year, all funds"},
    {"cap", PB_FIELD_REAL, IN_MUNICIPAL(cap_musd), "million USD", 0, 1e7, NULL, .same_as = ".aid",
     .meaning = "most by which it is cut in a year; options beyond are not taken"},
    {"pass_through", PB_FIELD_REAL, IN_MUNICIPAL(pass_through), "1", 0, 1, "0.50",
     .meaning = "part of a cut that towns save on staff; the rest is raised in taxes"},
    {"late_pass_through", PB_FIELD_REAL, IN_MUNICIPAL(late_pass_through), "1", 0, 1, "0.25",
     .meaning = "added for a cut after `dates.local_budgets_set`"},
    {"cost_per_job", PB_FIELD_REAL, IN_MUNICIPAL(cost_per_job_usd), "USD", 0, 1e7, "85000", .above_lowest = true,
     .meaning = "what a local job costs in a year"},
};

static const pb_field RESCISSION[] = {
    {"per_appropriation", PB_FIELD_REAL, IN_RESCISSION(per_appropriation), "1", 0, 1, "0.05",
     .meaning = "most of each appropriation that the executive may cut alone"},
    {"per_fund", PB_FIELD_REAL, IN_RESCISSION(per_fund), "1", 0, 1, "0.03",
     .meaning = "most of the whole fund"},
    {"discretionary_share", PB_FIELD_REAL, IN_RESCISSION(discretionary_share), "1", 0, 1, "0.35",
     .meaning = "part of the appropriations that can be cut at all"},
    {"response", PB_FIELD_REAL, IN_RESCISSION(response), "1", 0, 1, "0.60",
     .meaning = "part of a projected deficit that the executive cuts"},
    {"municipal_aid", PB_FIELD_BOOLEAN, IN_RESCISSION(municipal_aid), NULL, 0, 0, "false",
     .meaning = "aid to towns may be cut as well; needs the block `municipal`"},
    {"mitigation_trigger", PB_FIELD_REAL, IN_RESCISSION(mitigation_trigger), "1", 0, 1, "0.01", .above_lowest = true,
     .meaning = "projected deficit, as a share of the appropriations as adopted, above which the legislature needs a plan"},
    {"mitigation_share", PB_FIELD_REAL, IN_RESCISSION(mitigation_share), "1", 0, 1, "0.50",
     .meaning = "part of that deficit that a plan covers if it passes"},
    {"p_mitigation", PB_FIELD_REAL, IN_RESCISSION(p_mitigation), "1", 0, 1, "0.70",
     .meaning = "probability that a plan passes; asked anew at every estimate above the trigger"},
};
// clang-format on

const pb_map PB_MUNICIPAL_MAP = PB_MAP_OF(MUNICIPAL, sizeof(pb_municipal_params));
const pb_map PB_RESCISSION_MAP = PB_MAP_OF(RESCISSION, sizeof(pb_rescission_params));
