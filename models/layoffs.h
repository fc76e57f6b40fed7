/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_LAYOFFS_H
#define PLANB_MODELS_LAYOFFS_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/workings.h"

enum { PB_MAX_BATCHES = 16 };

/** Layoffs (SPEC E.5). */
typedef struct pb_layoff_params {
    int64_t notices;
    pb_date decided; /**< PB_NO_DATE: the day after the deal fails */
    double lead_days;
    pb_quantity notice_weeks, bumping_delay_weeks;
    int n_batches;
    struct {
        double share, after_days;
    } batch[PB_MAX_BATCHES];
    double rescinded_share, voluntary_share;
    double withdrawn_by_deal; /**< of notices not yet effective when a deal comes into force */
    double rehired_by_deal;   /**< of those already separated */
    double gross_per_position_usd;
    double bumping; /**< share of the gross that is saved after bumping */
    double payout_usd, unemployment_usd;
    double income_tax_loss; /**< of the pay that the laid-off no longer earn */
} pb_layoff_params;

/** The layoffs compiled for a scenario. */
typedef struct pb_layoffs {
    const pb_layoff_params *params; /**< borrowed */
    const pb_uncertain *uncertain;  /**< borrowed from the inputs */
    pb_fiscal_years years;
    pb_date notice_first; /**< no notice is issued before; PB_NO_DATE: at any time */
    pb_value notice_weeks, bumping_delay_weeks;
    double planned_delay_days; /**< from notice to separation, both quantities at their mode */
} pb_layoffs;

void pb_layoffs_compile(const pb_layoff_params *params, const pb_fiscal_years *years,
                        pb_date notice_first, pb_inputs *inputs, pb_layoffs *layoffs);

/** Room for the layoffs of one draw. */
typedef struct pb_layoffs_in_draw {
    pb_layoffs layoffs;
    pb_layoff_params params;
} pb_layoffs_in_draw;

/** The layoffs with the parameters of one draw: themselves, or a copy in `own`. */
const pb_layoffs *pb_layoffs_of_draw(const pb_layoffs *layoffs, pb_lane at,
                                     pb_layoffs_in_draw *own);

/** The day on which the notices are decided, if the deal fails on `failed_day`. */
double pb_layoffs_decision_day(const pb_layoffs *layoffs, double failed_day);

/**
 * What the notices are planned to save net in a fiscal year, $ million, if the deal fails on
 * `failed_day`: separation after the modal delay, costs booked in the year of separation. Those
 * beyond the planned ones are decided when the deal has failed.
 */
double pb_planned_saving_musd(const pb_layoffs *layoffs, int year, double failed_day,
                              double notices);

/** The same of one notice beyond the planned ones. */
double pb_saving_per_replacement(const pb_layoffs *layoffs, int year, double failed_day);

/**
 * Layoffs of both branches (SPEC E.5). In the deal branch only notices issued before the deal
 * came into force exist: most are withdrawn if not yet effective, most of the separated rehired.
 *
 * @param w        reads notices, failed_day, in_force_day, deal_round
 * @param[out] out notices, layoffs, layoff_savings, separation_cost
 */
void pb_layoffs_simulate(const pb_layoffs *layoffs, pb_rows z, const pb_workings *w,
                         pb_outcomes *out);

#endif
