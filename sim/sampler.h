/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_SAMPLER_H
#define PLANB_SIM_SAMPLER_H

#include "results/statistics.h"
#include "sim/model.h"
#include "sim/progress.h"

/** Draws of a block: the unit of parallel work and of reduction; and of a span between writes. */
enum { PB_BLOCK = 16 * PB_LANES, PB_SPAN = 16 * PB_BLOCK };

/**
 * Takes `n` draws from draw `first` on, in the order of the draws: column[c] has shape
 * [n][items of PB_COLUMNS[c]] (NULL where not kept), `inputs` [n][n_inputs] or NULL.
 */
typedef pb_status pb_sink(void *context, int64_t first, int64_t n,
                          const void *const column[PB_N_COLUMNS], const double *inputs,
                          pb_error *err);

/**
 * For long runs: what has been done is put by from time to time. Between two calls of `due` and
 * `put` only the sampler's own threads run, and one at a time is in either.
 */
typedef struct pb_putting_by {
    /** Asked before each block: is it time? */
    bool (*due)(void *context);
    /** Takes the sums of all draws before `end`, a multiple of PB_BLOCK, which the sink has had;
     * called when it is due, and when the run is stopped. */
    pb_status (*put)(void *context, int64_t end, const pb_statistics *sums, pb_error *err);
    void *context;
} pb_putting_by;

/** What to sample. Everything is borrowed. */
typedef struct pb_job {
    const pb_scenario *scenario;
    const pb_model *model;
    const pb_kernels *kernels;
    pb_keep keep;
    int threads;
    pb_sink *sink;      /**< who takes the draws; NULL: nobody */
    void *context;      /**< of the sink */
    int64_t first, end; /**< which draws; `first` a multiple of PB_BLOCK; end 0: to the last */
    const pb_putting_by *putting_by; /**< NULL: nothing is put by */
    pb_progress *progress;           /**< NULL: nothing is told */
} pb_job;

/**
 * Simulates the scenario's draws and adds them to `statistics`; results and bytes written do
 * not depend on `threads`. Memory does not grow with the number of draws.
 * Errors: PB_INTERNAL (memory, before any draw; a number that is not finite), PB_STOPPED (a
 * signal), and the sink's.
 */
PB_MUST_CHECK pb_status pb_sample(const pb_job *job, pb_statistics *statistics, pb_error *err);

/** Memory that a run takes in pb_sample and in a writer behind the sink, about [bytes]. */
uint64_t pb_sample_bytes(const pb_job *job, const pb_series_list *list);

/** Asks a running pb_sample to stop after the blocks at work; safe in a signal handler. */
void pb_sample_stop(void);

/** Whether that has been asked. */
bool pb_sample_stopped(void);

#endif
