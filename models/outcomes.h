/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_OUTCOMES_H
#define PLANB_MODELS_OUTCOMES_H

#include "models/error.h"

#include <stddef.h>
#include <stdint.h>

/** The axes a column may have after the draw. */
typedef enum pb_axis {
    PB_AXIS_NONE,
    PB_AXIS_ROUND,
    PB_AXIS_UNION,
    PB_AXIS_UNIT,
    PB_AXIS_STREAM,
    PB_AXIS_YEAR,
    PB_AXIS_BRANCH,
    PB_AXIS_OPTION,
    PB_AXIS_SAVING,
    PB_AXIS_OUTCOME,
    PB_AXIS_PARAMETER,
    PB_AXIS_DEGREE,
    PB_N_AXES
} pb_axis;

/** Which `--keep` stores a column: each level stores those of the levels before it. */
typedef enum pb_keep {
    PB_KEEP_NONE,
    PB_KEEP_DRAWS,
    PB_KEEP_UNITS,
    PB_KEEP_INPUTS,
    PB_KEEP_NEVER /* for the estimates alone */
} pb_keep;

/** Special values of union_vote and tipping_union. */
enum { PB_ABSTAINS = 2, PB_NO_UNION = 255 };

enum { PB_BRANCH_DEAL, PB_BRANCH_NO_DEAL, PB_BRANCHES };

/** How a draw ends (SPEC E.8); the value is stored. */
#define PB_OUTCOMES(X)                                               \
    X(NO_AGREEMENT, 0, "no_agreement")                               \
    X(DEAL_ROUND_1, 1, "deal_round_1")                               \
    X(DEAL_ROUND_2, 2, "deal_round_2")                               \
    X(REJECTED, 3, "rejected_no_second_vote")                        \
    X(REJECTED_TWICE, 4, "rejected_twice")                           \
    X(REFUSED_ROUND_1, 5, "ratified_round_1_refused_by_legislature") \
    X(REFUSED_ROUND_2, 6, "ratified_round_2_refused_by_legislature")

typedef enum pb_outcome {
#define X(name, code, text) PB_##name = code,
    PB_OUTCOMES(X)
#undef X
        PB_N_OUTCOMES
} pb_outcome;

#define PB_OUTCOME_NAMES                                                             \
    "no_agreement deal_round_1 deal_round_2 rejected_no_second_vote rejected_twice " \
    "ratified_round_1_refused_by_legislature ratified_round_2_refused_by_legislature"

#define PB_DAYS "days since 1970-01-01"

/**
 * Every column a run produces. This list is the only place that names them: the struct, the
 * datasets with their attributes, `planb reference columns` are expanded from it. `flags` are
 * the words for 0, 1, 2, ... Money is positive when it improves the balance, unless called a
 * cost, a use or a gap.
 */
// clang-format off
#define PB_OUTCOME_COLUMNS(X) \
    /* name                 type     axes                keep   unit           flags             meaning */ \
    X(outcome,              uint8_t, NONE,   NONE,       DRAWS, "1",           PB_OUTCOME_NAMES, "how the draw ends") \
    X(result_date,          int32_t, NONE,   NONE,       DRAWS, PB_DAYS,       NULL,             "day on which the outcome was settled") \
    X(contract_coverage,    float,   NONE,   NONE,       DRAWS, "1",           NULL,             "member share of units accepting the unit contract, deal branch") \
    X(union_vote,           uint8_t, ROUND,  UNION,      DRAWS, "1",           "no yes abstains", "a union's vote on the coalition question") \
    X(unions_approving,     uint8_t, ROUND,  NONE,       DRAWS, "1",           NULL,             "number of unions approving") \
    X(members_represented,  float,   ROUND,  NONE,       DRAWS, "1",           NULL,             "share of members in approving unions, of those in unions that do not abstain") \
    X(ballots_approving,    float,   ROUND,  NONE,       DRAWS, "1",           NULL,             "share of yes among all ballots pooled") \
    X(turnout,              float,   ROUND,  NONE,       DRAWS, "1",           NULL,             "ballots per member") \
    X(rule_satisfied,       uint8_t, ROUND,  NONE,       DRAWS, "1",           "no yes",         "the votes of the round satisfy its rule, whether or not the round is held") \
    X(ratify_probability,   double,  ROUND,  NONE,       DRAWS, "1",           NULL,             "probability that the round ratifies, given all but the effects of each union alone") \
    X(tipping_union,        uint8_t, ROUND,  NONE,       DRAWS, "1",           NULL,             "index of the union with which the unions, most favourable first, satisfy the rule; 255: none") \
    X(recession,            uint8_t, YEAR,   NONE,       DRAWS, "1",           "no yes",         "the year is a recession year") \
    X(revenue,              double,  YEAR,   NONE,       DRAWS, "million USD", NULL,             "revenue, all streams") \
    X(revenue_official,     double,  YEAR,   NONE,       DRAWS, "million USD", NULL,             "official revenue estimate at the deadline") \
    X(target,               double,  YEAR,   NONE,       DRAWS, "million USD", NULL,             "what the deal, or the plan in its place, should bring") \
    X(spending_error,       double,  YEAR,   NONE,       DRAWS, "million USD", NULL,             "spending above appropriations (a cost)") \
    X(balance,              double,  YEAR,   NONE,       DRAWS, "million USD", NULL,             "balance at close in the branch that happens, after use of the reserve") \
    X(labor_savings,        double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "realised savings of the deal") \
    X(plan_b,               double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "realised savings of the Plan B options") \
    X(layoff_savings,       double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "pay saved by layoffs, less the income tax lost with it") \
    X(separation_cost,      double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "payouts and unemployment benefits of layoffs (a cost)") \
    X(rescission,           double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "cut by the executive during the year") \
    X(mitigation,           double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "brought by the legislature's deficit-mitigation plans") \
    X(flow,                 double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "the year's balance without the deficit carried in") \
    X(carry,                double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "deficit carried into the year (a cost)") \
    X(balance_by_branch,    double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "balance before use of the reserve") \
    X(reserve_use,          double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "drawn from the reserve fund at close") \
    X(gap_at_deadline,      double,  BRANCH, YEAR,       DRAWS, "million USD", NULL,             "shortfall on official estimates with the measures in force at the deadline; negative: surplus") \
    X(notices,              int32_t, BRANCH, NONE,       DRAWS, "1",           NULL,             "layoff notices issued") \
    X(layoffs,              int32_t, BRANCH, NONE,       DRAWS, "1",           NULL,             "positions separated, voluntary leavers included") \
    X(mitigation_triggered, uint8_t, BRANCH, NONE,       DRAWS, "1",           "no yes",         "a deficit projected during the first year asked for a mitigation plan") \
    X(municipal_cut,        float,   NONE,   NONE,       DRAWS, "million USD", NULL,             "cut in aid to towns in the first year, all funds, in the branch that happens") \
    X(local_layoffs,        int32_t, NONE,   NONE,       DRAWS, "1",           NULL,             "layoffs in towns that follow from it") \
    X(balanced_at_deadline, uint8_t, BRANCH, NONE,       DRAWS, "1",           "no yes",         "both years balance on official estimates and booked savings") \
    X(balanced_at_close,    uint8_t, BRANCH, NONE,       DRAWS, "1",           "no yes",         "both years close without a deficit, after use of the reserve") \
    X(reserve_end,          float,   BRANCH, NONE,       DRAWS, "million USD", NULL,             "reserve fund after the second year") \
    X(unit_vote,            uint8_t, ROUND,  UNIT,       UNITS, "1",           "no yes",         "a unit's own vote on the coalition question") \
    X(contract_vote,        uint8_t, UNIT,   NONE,       UNITS, "1",           "no yes",         "a unit's vote on its contract, deal branch") \
    X(option_passed,        uint8_t, OPTION, NONE,       UNITS, "1",           "no yes",         "the Plan B option is taken and passes, no-deal branch") \
    X(plan_b_by_option,     double,  OPTION, YEAR,       UNITS, "million USD", NULL,             "realised saving of an option, no-deal branch") \
    X(savings_by_component, double,  SAVING, YEAR,       UNITS, "million USD", NULL,             "realised saving of a component, deal branch") \
    X(union_probability,    double,  ROUND,  UNION,      NEVER, "1",           NULL,             "probability that the union approves, as above") \
    X(pivotal,              double,  ROUND,  UNION,      NEVER, "1",           NULL,             "probability that the union's vote decides the round") \
    X(lost_deal,            double,  ROUND,  UNION,      NEVER, "1",           NULL,             "probability that the round fails and the union's yes would have carried it") \
    X(unit_pivotal,         double,  ROUND,  UNIT,       NEVER, "1",           NULL,             "probability that the unit's vote decides the round") \
    X(persuasion,           double,  ROUND,  UNIT,       NEVER, "1",           NULL,             "derivative of the round's probability by the unit's support") \
    X(held_probability,     double,  ROUND,  NONE,       NEVER, "1",           NULL,             "probability that the round is held") \
    X(ratified_probability, double,  NONE,   NONE,       NEVER, "1",           NULL,             "probability that some round ratifies") \
    X(deal_probability,     double,  NONE,   NONE,       NEVER, "1",           NULL,             "probability that a deal is ratified and approved") \
    X(outcome_probability,  double,  OUTCOME, NONE,      NEVER, "1",           NULL,             "probability of each way to end") \
    X(stream_revenue,       double,  STREAM, YEAR,       UNITS, "million USD", NULL,             "revenue of a stream") \
    X(parameter_value,      double,  PARAMETER, NONE,    DRAWS, "1",           NULL,             "an uncertain parameter, in the unit of its key") \
    X(parameter_polynomial, double,  PARAMETER, DEGREE,  NEVER, "1",           NULL,             "polynomials of its normal score, see models/parameter.h")
// clang-format on

/** Struct of arrays for a batch: each member has shape [extent of its axes ...][PB_LANES]. */
typedef struct pb_outcomes {
#define X(name, type, axis1, axis2, keep, unit, flags, meaning) type *name;
    PB_OUTCOME_COLUMNS(X)
#undef X
} pb_outcomes;

typedef enum pb_kind { PB_U8, PB_I32, PB_F32, PB_F64 } pb_kind;

/** What a reader needs to know of a column. */
typedef struct pb_column {
    const char *name;
    pb_kind kind;
    size_t width; /**< bytes per value */
    pb_axis axis[2];
    pb_keep keep;
    const char *unit, *flags, *meaning;
    size_t offset; /**< of the array pointer inside pb_outcomes */
} pb_column;

#define X(name, type, axis1, axis2, keep, unit, flags, meaning) PB_COLUMN_##name,
typedef enum pb_column_id { PB_OUTCOME_COLUMNS(X) PB_N_COLUMNS } pb_column_id;
#undef X

extern const pb_column PB_COLUMNS[PB_N_COLUMNS];

/** How long each axis is in a scenario; [PB_AXIS_NONE] is 1. */
typedef struct pb_shape {
    size_t extent[PB_N_AXES];
} pb_shape;

/** Values per draw of a column. */
size_t pb_column_items(const pb_column *column, const pb_shape *shape);

/** The values of `column`; borrowed from `outcomes`. */
void *pb_column_values(const pb_outcomes *outcomes, const pb_column *column);

/** Size of all columns of a batch. */
size_t pb_outcomes_bytes(const pb_shape *shape);

/** One zeroed block for all columns of a batch; owned by the caller, pb_outcomes_free. */
PB_MUST_CHECK pb_status pb_outcomes_alloc(const pb_shape *shape, pb_outcomes *outcomes,
                                          pb_error *err);
void pb_outcomes_free(pb_outcomes *outcomes);

#endif
