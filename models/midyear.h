/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_MIDYEAR_H
#define PLANB_MODELS_MIDYEAR_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/municipal.h"
#include "models/outcomes.h"
#include "models/workings.h"

#include <stdbool.h>

/**
 * What the executive may cut during the first year, and when the legislature has to act
 * (SPEC E.7). Shares; all 0: no controls.
 */
typedef struct pb_rescission_params {
    double per_appropriation;   /**< most of each appropriation that is cut */
    double per_fund;            /**< most of the fund that is cut */
    double discretionary_share; /**< of the appropriations: what can be cut at all */
    bool municipal_aid;         /**< aid to towns can be cut as well */
    double response;            /**< of a projected deficit: what the executive cuts */
    double mitigation_trigger;  /**< deficit over appropriations that asks for a plan; above 0 */
    double mitigation_share;    /**< of that deficit: what a plan that passes brings */
    double p_mitigation;
} pb_rescission_params;

/** The controls compiled for a scenario. */
typedef struct pb_midyear {
    const pb_rescission_params *params; /**< borrowed */
    const double *appropriations_musd;  /**< borrowed */
    const pb_uncertain *uncertain;      /**< borrowed from the inputs */
    bool on;
    pb_date date[PB_N_REVISIONS];   /**< of the estimates on which the controls act */
    double unspent[PB_N_REVISIONS]; /**< share of the cap that can still be cut on each */
    const pb_municipal *municipal;  /**< borrowed */
    double own_musd;                /**< most that is cut of what the state spends itself */
    double towns_musd;              /**< most that is cut of aid to towns */
    double fund_musd;               /**< most that is cut in all */
    double trigger_musd;
    size_t passage_row[PB_N_REVISIONS];
} pb_midyear;

/**
 * The consensus dates of a fiscal year from 1 July: 10 November, 15 January, 30 April; of any other
 * as many months and days into it.
 */
void pb_midyear_dates(pb_date fy_start, pb_date date[PB_N_REVISIONS]);

/**
 * Declares the inputs of the controls; none if there are no controls.
 *
 * @param appropriations_musd of the fund as adopted, first year; borrowed
 * @param date                of the estimates, in the first year, ascending
 */
void pb_midyear_compile(const pb_rescission_params *params, const double *appropriations_musd,
                        const pb_date date[PB_N_REVISIONS], const pb_municipal *municipal,
                        const pb_fiscal_years *years, pb_inputs *inputs, pb_midyear *midyear);

/** Room for the controls of one draw. */
typedef struct pb_midyear_in_draw {
    pb_midyear midyear;
    pb_rescission_params params;
    pb_municipal_in_draw municipal;
} pb_midyear_in_draw;

/** The controls with the parameters of one draw: themselves, or a copy in `own`. */
const pb_midyear *pb_midyear_of_draw(const pb_midyear *midyear, pb_lane at,
                                     pb_midyear_in_draw *own);

/**
 * Rescissions and mitigation plans of both branches, estimate by estimate.
 *
 * @param deficit  projected for the first year at each estimate, before any of these measures,
 *                 $ million, shape [PB_BRANCHES][PB_N_REVISIONS][PB_LANES]
 * @param[in,out] w town_cut, town_staff: the towns bear a rescission in proportion to what can be
 *                 cut of their aid, and never more than its cap
 * @param[out] out rescission, mitigation, mitigation_triggered
 */
void pb_midyear_simulate(const pb_midyear *midyear, pb_rows z,
                         const double (*deficit)[PB_N_REVISIONS][PB_LANES], pb_workings *w,
                         pb_outcomes *out);

#endif
