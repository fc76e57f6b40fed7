/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_MODEL_H
#define PLANB_SIM_MODEL_H

#include "params/scenario.h"
#include "results/series.h"
#include "sim/sobol.h"

/**
 * A scenario compiled: the list of its random inputs, and the models that read them. The chain
 * is votes, timeline, revenue, budget; each is a pure function of the inputs and of what the
 * models before it have written.
 */
typedef struct pb_model {
    pb_inputs inputs;
    pb_sobol *sobol; /**< owned; NULL: independent draws */
    pb_shape shape;
    pb_ratification ratification;
    pb_talks talks;
    pb_timeline timeline;
    pb_revenue revenue;
    pb_savings savings;
    pb_layoffs layoffs;
    pb_plan_b plan_b;
    pb_municipal municipal;
    pb_midyear midyear;
    pb_budget budget;
} pb_model;

/**
 * Compiles a scenario, which the model borrows. On success owned by the caller, pb_model_free.
 * Errors: PB_DATA (two names with one hash), PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_model_make(const pb_scenario *scenario, pb_model **model, pb_error *err);
void pb_model_free(pb_model *model);

/** The kernels of this processor. Errors: PB_USAGE, PLANB_ISA asks for others. */
PB_MUST_CHECK pb_status pb_model_kernels(const pb_kernels **kernels, pb_error *err);

/** The estimates of a run, with the method that each round's rule allows. */
PB_MUST_CHECK pb_status pb_model_series(const pb_model *model, const pb_scenario *scenario,
                                        pb_series_list *list, pb_error *err);

/** All outcome columns of a batch from its inputs `z`, shape [n_inputs][PB_LANES]. */
void pb_model_simulate(const pb_model *model, const pb_kernels *kernels, pb_rows z,
                       pb_outcomes *out, pb_workings *w);

#endif
