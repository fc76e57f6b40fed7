/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_RUN_H
#define PLANB_SIM_RUN_H

#include "params/load.h"
#include "results/shards.h"
#include "sim/model.h"
#include "sim/progress.h"

/**
 * A run on its way from a loaded scenario to a file: some draws may be there already, from a
 * stopped run, from a shorter one or from several processes; the others are simulated. However it
 * is put together, the file has the same bytes.
 */
typedef struct pb_run {
    pb_loaded loaded; /**< owned */
    pb_keep keep;
    int threads;
    pb_part_of part; /**< its draws; whole run: first 0, end and draws the scenario's */
    char command[8192];

    /* made by pb_run_prepare */
    const pb_kernels *kernels;
    pb_model *model;
    pb_series_list series;
    pb_statistics statistics;
    pb_identity identity;
    char *label_text;
    const char **label; /**< of the random inputs, shape [model->inputs.n] */
    char methods[32];
    pb_provenance provenance;

    /* made later */
    pb_writer *writer;
    pb_shards shards;
    pb_summary summary;
    int64_t done; /**< one past the last draw that the writer has */
} pb_run;

/** One past the last draw of the last whole block. */
int64_t pb_run_whole(int64_t end);

/** Compiles the scenario and says what the run is. Errors: PB_USAGE (PLANB_ISA), PB_DATA,
 * PB_INTERNAL. */
PB_MUST_CHECK pb_status pb_run_prepare(pb_run *run, pb_error *err);

/** Creates the file; see pb_writer_create. */
PB_MUST_CHECK pb_status pb_run_create(pb_run *run, const char *path, int may_find, pb_error *err);

/**
 * Takes draws [run->done, part->of.end) from a part, which it opens the columns of; and its sums
 * if `with_sums`. Errors: PB_DATA, PB_IO, PB_STOPPED.
 */
PB_MUST_CHECK pb_status pb_run_take(pb_run *run, pb_part *part, bool with_sums, pb_error *err);

/** Opens the work directory and takes what its shards hold; `first` is their first draw. */
PB_MUST_CHECK pb_status pb_run_resume(pb_run *run, int64_t first, pb_error *err);

/**
 * Simulates the draws that are not there yet, putting by what is done every `seconds` if the work
 * directory is open. Errors: those of pb_sample and pb_shards_put; after PB_STOPPED all that was
 * done has been put by.
 */
PB_MUST_CHECK pb_status pb_run_simulate(pb_run *run, double seconds, pb_progress_style style,
                                        pb_error *err);

/** Summarises, unless this is a part, and gives the file its name. */
PB_MUST_CHECK pb_status pb_run_finish(pb_run *run, pb_error *err);

/** Legal on a zeroed run. */
void pb_run_free(pb_run *run);

#endif
