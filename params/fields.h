/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_FIELDS_H
#define PLANB_PARAMS_FIELDS_H

#include "params/field.h"

/* The blocks of a scenario. Each stands in the file named; PB_SCENARIO_MAP leads to them all. */
extern const pb_map PB_VOTE_MAP, PB_UNION_MAP;                       /* fields_vote.c */
extern const pb_map PB_FIRST_ROUND_MAP, PB_SECOND_ROUND_MAP;         /* fields_rounds.c */
extern const pb_map PB_OBSERVATION_MAP, PB_EVIDENCE_SD_MAP;          /* fields_evidence.c */
extern const pb_map PB_REVENUE_MAP;                                  /* fields_revenue.c */
extern const pb_map PB_BUDGET_MAP, PB_SAVING_MAP, PB_REALISED_MAP;   /* fields_budget.c */
extern const pb_map PB_OPTION_MAP, PB_SELECTION_MAP, PB_LAYOFFS_MAP; /* fields_plan_b.c */
extern const pb_map PB_MUNICIPAL_MAP, PB_RESCISSION_MAP;             /* fields_cuts.c */

#endif
