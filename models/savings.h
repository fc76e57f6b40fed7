/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_SAVINGS_H
#define PLANB_MODELS_SAVINGS_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/workings.h"

enum { PB_MAX_SAVINGS = 32 };

typedef enum pb_question { PB_QUESTION_COALITION, PB_QUESTION_UNIT_CONTRACT } pb_question;

/** How much of a year's amount counts when the deal is in force from a given day (SPEC E.3). */
typedef enum pb_phase {
    PB_PHASE_LINEAR,      /**< the share of the year after that day and after `from`, in days */
    PB_PHASE_BEFORE_DATE, /**< all from the first year whose `from` finds the deal in force */
    PB_PHASE_FULL         /**< all, whatever the day */
} pb_phase;

extern const char *const PB_SAVING_KINDS[]; /**< NULL-terminated: wage, health, pension, soft */

/** One component of the deal's savings. */
typedef struct pb_saving {
    char id[PB_ID_SIZE], title[PB_TITLE_SIZE];
    int kind; /**< index into PB_SAVING_KINDS; for the reader */
    pb_question question;
    double amount_musd[PB_YEARS]; /**< booked; all funds if fund_share is below 1 */
    double fund_share[PB_YEARS];
    pb_phase phase;
    pb_date from;         /**< PB_NO_DATE: the first day of the first fiscal year */
    pb_date locked_until; /**< PB_NO_DATE: not locked; for the reader */
    pb_mean_sd realised;  /**< share of the booked amount that is realised: T_5 in [0, 1.5] */
} pb_saving;

typedef struct pb_savings_params {
    int n_savings;
    pb_saving saving[PB_MAX_SAVINGS];
    double correlation; /**< of the realised shares, by a Gaussian copula */
} pb_savings_params;

/** The savings compiled for a scenario. */
typedef struct pb_savings {
    const pb_savings_params *params; /**< borrowed */
    const pb_uncertain *uncertain;   /**< borrowed from the inputs */
    pb_fiscal_years years;
    size_t common_row, own_row[PB_MAX_SAVINGS];
    const pb_quantile_table *student_5; /**< borrowed from the inputs */
    double booked_musd[PB_YEARS];       /**< scored value of all components, if no parameter of
                                           theirs is drawn: see pb_savings_booked */
} pb_savings;

void pb_savings_compile(const pb_savings_params *params, const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_savings *savings);

/** The scored value of all components in a year of one draw, $ million. */
double pb_savings_booked(const pb_savings *savings, pb_lane at, int year);

/**
 * Savings of the deal branch (SPEC E.3): sum of amount x coverage x phase x realised share.
 *
 * @param[in,out] w reads deal_round, in_force_day, coverage; writes booked_savings, the first
 *                 year's sum with every realised share at 1
 * @param[out] out labor_savings (none without a deal), savings_by_component
 */
void pb_savings_simulate(const pb_savings *savings, const pb_kernels *kernels, pb_rows z,
                         pb_workings *w, pb_outcomes *out);

#endif
