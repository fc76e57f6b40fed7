/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_BUDGET_H
#define PLANB_MODELS_BUDGET_H

#include "models/layoffs.h"
#include "models/midyear.h"
#include "models/plan_b.h"
#include "models/savings.h"

typedef struct pb_budget_params {
    double appropriations_musd[PB_YEARS];
    double labor_savings_assumed_musd[PB_YEARS]; /**< all funds */
    double fund_share[PB_YEARS];
    bool labor_in_appropriations; /**< the appropriations already count on those savings */
    double target_musd[PB_YEARS], target_floor_musd[PB_YEARS]; /**< all funds */
    double psi;                                                /**< SPEC B.3 */
    double target_estimate_musd; /**< two-year revenue estimate when the target was set; 0: none */
    double spending_error_sd;    /**< share of appropriations */
    double lapse_musd[PB_YEARS], other_musd[PB_YEARS];
    double opening_deficit_musd;
    double carry_share;
    double reserve_fund_musd, reserve_cap_musd, reserve_deposit;
} pb_budget_params;

/** The budget compiled for a scenario. */
typedef struct pb_budget {
    const pb_budget_params *params; /**< borrowed */
    const pb_uncertain *uncertain;  /**< borrowed from the inputs */
    const pb_savings *savings;      /**< borrowed */
    const pb_plan_b *plan_b;        /**< borrowed */
    const pb_layoffs *layoffs;      /**< borrowed */
    const pb_midyear *midyear;      /**< borrowed */
    const pb_municipal *municipal;  /**< borrowed */
    pb_date deadline;
    size_t spending_row[PB_YEARS];
} pb_budget;

/**
 * The year's appropriations without the labor savings that the adopted figure counts on, so
 * that savings enter the balance once (SPEC E.1), $ million.
 */
double pb_appropriations_musd(const pb_budget_params *params, int year);

void pb_budget_compile(const pb_budget_params *params, const pb_savings *savings,
                       const pb_plan_b *plan_b, const pb_layoffs *layoffs,
                       const pb_midyear *midyear, pb_date deadline, pb_inputs *inputs,
                       pb_budget *budget);

/** Room for the budget of one draw. */
typedef struct pb_budget_in_draw {
    pb_budget budget;
    pb_budget_params params;
    pb_municipal_in_draw municipal;
    pb_midyear_in_draw midyear;
} pb_budget_in_draw;

/**
 * The budget with the parameters of one draw, its own, the towns' and those of the first year's
 * controls: itself, or a copy in `own`.
 */
const pb_budget *pb_budget_of_draw(const pb_budget *budget, pb_lane at, pb_budget_in_draw *own);

/**
 * The ledger of both branches in every draw (SPEC E.1):
 *
 *   flow = revenue + labor_savings + plan_b + layoff_savings + rescission + mitigation + lapse
 *          + other - appropriations - separation_cost - spending_error
 *   balance_by_branch = flow - carry;  balance = balance_by_branch + reserve_use if it happens
 *
 * @param[in,out] out reads revenue, revenue_official and writes all columns of the budget
 * @param[in,out] w   reads what ratification and timeline wrote; writes the budget's part
 */
void pb_budget_simulate(const pb_budget *budget, const pb_kernels *kernels, pb_rows z,
                        pb_outcomes *out, pb_workings *w);

#endif
