/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_WORKINGS_H
#define PLANB_MODELS_WORKINGS_H

#include "models/kernels.h"
#include "models/outcomes.h"
#include "models/rule.h"

#include <stdint.h>

enum { PB_MAX_UNITS = 400, PB_MAX_SECTORS = 16, PB_ROUNDS = 2 };
enum { PB_MAX_EFFECTS = 1 + PB_MAX_SECTORS + 3 * PB_MAX_UNIONS + 1 + 2 * PB_MAX_UNITS };

/**
 * What one model hands to the next within a batch and no column stores: every array per lane.
 * Days are days since 1970-01-01, in fractions.
 */
typedef struct pb_workings {
    /* ratification */
    double effects[PB_MAX_EFFECTS][PB_LANES]; /**< behind support, see models/effects.h */
    uint8_t contract_vote[PB_ROUNDS][PB_MAX_UNITS][PB_LANES];
    double coverage[PB_ROUNDS][PB_LANES]; /**< member share of units accepting their contract */

    /* timeline */
    uint8_t deal_round[PB_LANES];  /**< 0 or 1: the round whose deal the deal branch has */
    uint8_t realised[PB_LANES];    /**< the branch that happens */
    double ratified_day[PB_LANES]; /**< end of that round's vote */
    double in_force_day[PB_LANES]; /**< that deal approved by the legislature */
    double failed_day[PB_LANES];   /**< no-deal branch: Plan B begins */

    /* budget */
    double notices[PB_LANES];                  /**< no-deal branch, replacements included */
    double booked_layoffs[PB_YEARS][PB_LANES]; /**< planned net saving of those notices */
    double booked_plan_b[PB_YEARS][PB_LANES];  /**< scored value of the options taken */
} pb_workings;

#endif
