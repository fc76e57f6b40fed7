/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/reader.h"

#define IN_BUDGET(member) offsetof(pb_budget_params, member)
#define IN_SAVING(member) offsetof(pb_saving, member)

static const char *const QUESTION[] = {
    [PB_QUESTION_COALITION] = "coalition",
    [PB_QUESTION_UNIT_CONTRACT] = "unit_contract",
};
static const char *const PHASE[] = {
    [PB_PHASE_LINEAR] = "linear",
    [PB_PHASE_BEFORE_DATE] = "before_date",
    [PB_PHASE_FULL] = "full",
};

#define MUSD "million USD"

// clang-format off
static const pb_field REALISED[] = {
    {"mean", PB_FIELD_REAL, offsetof(pb_mean_sd, mean), "1", 0, 1.5, NULL,
     .meaning = "mean share of the booked amount that is realised"},
    {"sd", PB_FIELD_REAL, offsetof(pb_mean_sd, sd), "1", 0, 1.5, NULL,
     .meaning = "its standard deviation"},
};
const pb_map PB_REALISED_MAP = PB_MAP_OF(REALISED, sizeof(pb_mean_sd));

static const pb_field BUDGET[] = {
    {"appropriations", PB_FIELD_YEARS, IN_BUDGET(appropriations_musd), MUSD, 0, 1e7, NULL,
     .meaning = "adopted appropriations of the fund"},
    {"labor_savings_assumed", PB_FIELD_YEARS, IN_BUDGET(labor_savings_assumed_musd), MUSD, -1e7, 1e7, "[0, 0]",
     .meaning = "labor savings that the budget counts on, all funds"},
    {"fund_share", PB_FIELD_YEARS, IN_BUDGET(fund_share), "1", 0, 1, "[1, 1]", .above_lowest = true,
     .meaning = "the fund's part of all-funds figures"},
    {"labor_in_appropriations", PB_FIELD_BOOLEAN, IN_BUDGET(labor_in_appropriations), NULL, 0, 0, "true",
     .meaning = "the appropriations already count on those savings"},
    {"target", PB_FIELD_YEARS, IN_BUDGET(target_musd), MUSD, -1e7, 1e7, "[0, 0]",
     .meaning = "savings asked for, all funds"},
    {"target_floor", PB_FIELD_YEARS, IN_BUDGET(target_floor_musd), MUSD, -1e7, 1e7, "[0, 0]",
     .meaning = "better revenue lowers the target to this at most"},
    {"psi", PB_FIELD_REAL, IN_BUDGET(psi), "1", 0, 1, "0.40",
     .meaning = "how much of an improved revenue estimate lowers the target"},
    {"target_estimate", PB_FIELD_REAL, IN_BUDGET(target_estimate_musd), MUSD, 0, 1e7, "0",
     .meaning = "two-year revenue estimate when the target was set; 0: the target stays"},
    {"spending_error_sd", PB_FIELD_REAL, IN_BUDGET(spending_error_sd), "1", 0, 1, "0.008",
     .meaning = "standard deviation of spending as a share of appropriations"},
    {"lapse", PB_FIELD_YEARS, IN_BUDGET(lapse_musd), MUSD, -1e7, 1e7, "[0, 0]",
     .meaning = "appropriations that will not be spent"},
    {"other", PB_FIELD_YEARS, IN_BUDGET(other_musd), MUSD, -1e7, 1e7, "[0, 0]",
     .meaning = "anything else; positive improves the balance"},
    {"opening_deficit", PB_FIELD_REAL, IN_BUDGET(opening_deficit_musd), MUSD, -1e7, 1e7, "0",
     .meaning = "deficit of the year before that the first year must cover"},
    {"carry_share", PB_FIELD_REAL, IN_BUDGET(carry_share), "1", 0, 1, "1.0",
     .meaning = "share of the first year's deficit that the second must cover"},
    {"reserve_fund", PB_FIELD_REAL, IN_BUDGET(reserve_fund_musd), MUSD, 0, 1e7, "0",
     .meaning = "reserve fund at the start"},
    {"reserve_cap", PB_FIELD_REAL, IN_BUDGET(reserve_cap_musd), MUSD, 0, 1e7, "0", .same_as = ".reserve_fund",
     .meaning = "deposits end when the fund holds this"},
    {"reserve_deposit", PB_FIELD_REAL, IN_BUDGET(reserve_deposit), "1", 0, 1, "1.0",
     .meaning = "share of a surplus that goes into the fund"},
};

static const pb_field SAVING[] = {
    {"id", PB_FIELD_ID, IN_SAVING(id), NULL, 0, 0, NULL, .meaning = "name of the component"},
    {"title", PB_FIELD_TEXT, IN_SAVING(title), NULL, 0, 0, NULL, .same_as = ".id",
     .meaning = "one line for the reader"},
    {"kind", PB_FIELD_WORD, IN_SAVING(kind), NULL, 0, 0, NULL, .words = {PB_SAVING_KINDS, sizeof PB_SAVING_KINDS[0], 0},
     .meaning = "what is saved on, for the reader"},
    {"question", PB_FIELD_WORD, IN_SAVING(question), NULL, 0, 0, "coalition", .words = {QUESTION, sizeof QUESTION[0], 2},
     .meaning = "the vote it hangs on: the coalition's, or each unit's on its contract"},
    {"amount", PB_FIELD_YEARS, IN_SAVING(amount_musd), MUSD, -1e7, 1e7, NULL,
     .meaning = "booked savings, all funds where `fund_share` is below 1"},
    {"fund_share", PB_FIELD_YEARS, IN_SAVING(fund_share), "1", 0, 1, "[1, 1]", .same_as = "budget.fund_share", .above_lowest = true,
     .meaning = "the fund's part of the amount"},
    {"phase", PB_FIELD_WORD, IN_SAVING(phase), NULL, 0, 0, "linear", .words = {PHASE, sizeof PHASE[0], 3},
     .meaning = "what a late deal loses: in days, all after `from`, or nothing"},
    {"from", PB_FIELD_DATE, IN_SAVING(from), NULL, 0, 0, NULL, .same_as = "dates.fy_start",
     .meaning = "with `before_date`: the deal counts if it is in force by this day of the year"},
    {"locked_until", PB_FIELD_DATE, IN_SAVING(locked_until), NULL, 0, 0, PB_ABSENT,
     .meaning = "for the reader; with `question: coalition` only"},
    {"realised", PB_FIELD_MAP, IN_SAVING(realised), NULL, 0, 0, NULL, .map = &PB_REALISED_MAP,
     .meaning = "share of the amount that is realised; Student's t with 5 df, clipped to [0, 1.5]"},
};
// clang-format on

const pb_map PB_BUDGET_MAP = PB_MAP_OF(BUDGET, sizeof(pb_budget_params));
const pb_map PB_SAVING_MAP = PB_MAP_OF(SAVING, sizeof(pb_saving));
