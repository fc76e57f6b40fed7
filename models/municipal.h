/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_MUNICIPAL_H
#define PLANB_MODELS_MUNICIPAL_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/workings.h"

#include <stdbool.h>

/** Aid to towns, and what becomes of a cut in it (SPEC E.6); all 0: cuts are not followed. */
typedef struct pb_municipal_params {
    double aid_musd;          /**< of a year, all funds */
    double cap_musd;          /**< most that a year's aid is cut by */
    double pass_through;      /**< part of a cut that towns save on staff */
    double late_pass_through; /**< added when their budgets are already set */
    double cost_per_job_usd;
} pb_municipal_params;

/** The aid compiled for a scenario. */
typedef struct pb_municipal {
    const pb_municipal_params *params; /**< borrowed */
    const pb_uncertain *uncertain;     /**< borrowed from the inputs */
    bool on;
    pb_date budgets_set; /**< of the towns; PB_NO_DATE: no cut is late */
} pb_municipal;

/** Declares no input: `inputs` says which parameters are drawn; NULL: none. */
void pb_municipal_compile(const pb_municipal_params *params, pb_date budgets_set,
                          const pb_inputs *inputs, pb_municipal *municipal);

/** Room for the aid of one draw. */
typedef struct pb_municipal_in_draw {
    pb_municipal municipal;
    pb_municipal_params params;
} pb_municipal_in_draw;

/** The aid with the parameters of one draw: itself, or a copy in `own`. */
const pb_municipal *pb_municipal_of_draw(const pb_municipal *municipal, pb_lane at,
                                         pb_municipal_in_draw *own);

/** The part of a cut made on `day` that towns save on staff. */
double pb_municipal_pass_through(const pb_municipal *municipal, double day);

/** The cuts of one draw, as they are decided. */
typedef struct pb_town_cuts {
    double booked[PB_YEARS];
    double realised; /**< first year */
    double staff;    /**< part of it that towns save on staff */
} pb_town_cuts;

/** Whether `cut` more, shape [PB_YEARS], leaves the cuts within their cap, to the dollar. */
bool pb_municipal_allows(const pb_municipal *municipal, const pb_town_cuts *so_far,
                         const double *cut);

/** Adds a cut made on `day`, of which a share is realised. */
void pb_municipal_add(const pb_municipal *municipal, const double *cut, double realised_share,
                      double day, pb_town_cuts *cuts);

/**
 * Hands on the cuts of the no-deal branch, as realised within the cap too; none with a deal.
 *
 * @param[out] w town_cut, town_staff
 */
void pb_municipal_store(const pb_municipal *municipal, const pb_town_cuts *cuts, size_t lane,
                        pb_workings *w);

/**
 * What the towns bear in the branch that happens: local layoffs = cut x pass-through / cost.
 *
 * @param w        reads realised, town_cut, town_staff
 * @param[out] out municipal_cut, local_layoffs
 */
void pb_municipal_simulate(const pb_municipal *municipal, pb_rows z, const pb_workings *w,
                           pb_outcomes *out);

#endif
