/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_SCENARIO_H
#define PLANB_PARAMS_SCENARIO_H

#include "models/budget.h"
#include "models/evidence.h"
#include "models/outcomes.h"
#include "models/ratification.h"
#include "models/revenue.h"
#include "models/timeline.h"

/** How draws are made: independent, or points of a scrambled Sobol sequence in 16 replicates. */
typedef enum pb_sampling { PB_SAMPLING_SOBOL, PB_SAMPLING_RANDOM } pb_sampling;

/** How a scenario is run. */
typedef struct pb_run_params {
    int64_t draws;
    uint64_t seed;
    pb_sampling sampling;
    pb_timeline_kind timeline;
} pb_run_params;

/**
 * A scenario, complete and validated: one flat value without pointers, so that a copy is `=`
 * and a sweep changes a member. What params/ lets through, models/ can compute.
 */
typedef struct pb_scenario {
    char name[PB_ID_SIZE], title[PB_TITLE_SIZE];
    pb_date as_of; /**< facts dated this day or later are not used */
    pb_run_params run;
    pb_dates dates;
    pb_talks_params talks; /**< read if there is no agreement yet */
    pb_vote_params vote;
    pb_coalition coalition;
    pb_evidence_params evidence;
    int n_rounds; /**< 1 or 2 */
    pb_round round[PB_ROUNDS];
    pb_round_timing timing[PB_ROUNDS];
    pb_legislature legislature;
    pb_revenue_params revenue;
    pb_savings_params savings;
    pb_budget_params budget;
    pb_plan_b_params plan_b;
    pb_layoff_params layoffs;
    pb_municipal_params municipal;
    pb_rescission_params rescission;
    int n_rules; /**< the named rules */
    pb_rule rules[PB_MAX_RULES];
    pb_parameters parameters; /**< the numbers above that are drawn; they hold the means */
} pb_scenario;

#endif
