/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_TARGET_H
#define PLANB_SIM_TARGET_H

#include "sim/sampler.h"

/** The fewest draws after which standard errors are trusted (SPEC G). */
enum { PB_FEWEST_DRAWS = 4096 };

/**
 * Samples until every estimate named in run.target_se has at most its standard error: run.draws
 * draws, rounded up to a power of two and at least PB_FEWEST_DRAWS, then twice as many, and so on
 * while that does not pass run.max_draws (SPEC G). The draws are added up in `statistics`.
 *
 * @param[out] draws   how many were taken
 * @param[out] reached whether that was enough
 * Errors: PB_DATA (no estimate has a name that is given), and pb_sample's.
 */
PB_MUST_CHECK pb_status pb_sample_to_target(const pb_job *job, pb_statistics *statistics,
                                            int64_t *draws, bool *reached, pb_error *err);

/** What was sampled to find how many draws the standard errors take. */
typedef struct pb_to_target {
    pb_model *model;          /**< owned */
    pb_series_list series;    /**< owned */
    pb_statistics statistics; /**< of all draws; owned */
    int64_t draws;            /**< a multiple of PB_BLOCK */
    bool reached;
} pb_to_target;

/** Compiles the scenario and samples it, keeping no draw; to be ended by pb_to_target_free also
 * after a failure. Errors: pb_sample_to_target's, PB_USAGE (PLANB_ISA). */
PB_MUST_CHECK pb_status pb_to_target_sample(const pb_scenario *scenario, int threads,
                                            pb_to_target *found, pb_error *err);
void pb_to_target_free(pb_to_target *found);

#endif
