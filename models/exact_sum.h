/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EXACT_SUM_H
#define PLANB_MODELS_EXACT_SUM_H

/** The sum behind models/exact.h, for unions of one unit (or led ones), given that it is small. */

#include "models/exact_sets.h"

/** What is summed over, and how finely. */
typedef struct pb_exact_plan {
    const pb_ratification *model; /**< borrowed */
    double fineness;
    pb_exact_sets sets;    /**< grouped, not yet asked */
    double support_step;   /**< of the coalition and sector effects, logit */
    double own_step;       /**< of the unions' own effects; 0: they have none */
    double turnout_step;   /**< of the common turnout, in its sds; 0: it has no effect */
    double turnout_spread; /**< its sd given the coalition effect */
    double turnout_reach;  /**< how far out it goes, in sds */
    double n_terms;        /**< about; INFINITY: cannot be done */
} pb_exact_plan;

void pb_exact_plan_make(const pb_ratification *model, double fineness, pb_exact_plan *plan);

/** Sums up; frees what the plan comes to own. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_exact_sum(pb_exact_plan *plan, int r, double *probability,
                                     pb_error *err);

/** The acceptance rule of a union of one unit. */
int pb_exact_acceptance(const pb_coalition *coalition, const pb_union *voters);

#endif
