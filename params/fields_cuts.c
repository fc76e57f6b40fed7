/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts that follow from others or from the year's estimates. */
#include "params/fields.h"
#include "params/reader.h"

#define IN_RESCISSION(member) offsetof(pb_rescission_params, member)

// clang-format off
static const pb_field RESCISSION[] = {
    {"per_appropriation", PB_FIELD_REAL, IN_RESCISSION(per_appropriation), "1", 0, 1, "0.05",
     .meaning = "most of each appropriation that the executive may cut alone"},
    {"per_fund", PB_FIELD_REAL, IN_RESCISSION(per_fund), "1", 0, 1, "0.03",
     .meaning = "most of the whole fund"},
    {"discretionary_share", PB_FIELD_REAL, IN_RESCISSION(discretionary_share), "1", 0, 1, "0.35",
     .meaning = "part of the appropriations that can be cut at all"},
    {"response", PB_FIELD_REAL, IN_RESCISSION(response), "1", 0, 1, "0.60",
     .meaning = "part of a projected deficit that the executive cuts"},
    {"mitigation_trigger", PB_FIELD_REAL, IN_RESCISSION(mitigation_trigger), "1", 0, 1, "0.01", .above_lowest = true,
     .meaning = "projected deficit, as a share of the appropriations as adopted, above which the legislature needs a plan"},
    {"mitigation_share", PB_FIELD_REAL, IN_RESCISSION(mitigation_share), "1", 0, 1, "0.50",
     .meaning = "part of that deficit that a plan covers if it passes"},
    {"p_mitigation", PB_FIELD_REAL, IN_RESCISSION(p_mitigation), "1", 0, 1, "0.70",
     .meaning = "probability that a plan passes; asked anew at every estimate above the trigger"},
};
// clang-format on

const pb_map PB_RESCISSION_MAP = PB_MAP_OF(RESCISSION, sizeof(pb_rescission_params));
