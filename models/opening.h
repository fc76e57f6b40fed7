/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_OPENING_H
#define PLANB_MODELS_OPENING_H

#include "models/budget.h"
#include "models/revenue.h"

/**
 * What a year's adopted or proposed budget has to close and by what, on the estimates it was made
 * on, $ million: before = policies + labor_savings + other + left (SPEC A2, A4).
 */
typedef struct pb_opening {
    double before_musd;        /**< gap at current services and current law */
    double policies_musd;      /**< new taxes and other revenue measures */
    double labor_savings_musd; /**< that the budget counts on, this fund's part */
    double other_musd;         /**< `other` items */
    double left_musd;          /**< negative: a surplus is built in */
} pb_opening;

pb_opening pb_opening_gap(const pb_budget_params *budget, const pb_revenue_params *revenue,
                          int year);

#endif
