/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/run.h"

#include "results/statistics_pack.h"
#include "results/summarise.h"
#include "sim/fingerprint.h"
#include "sim/put_by.h"
#include "sim/sampler.h"
#include "sim/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t pb_run_whole(int64_t end)
{
    return end - end % PB_BLOCK;
}

void pb_run_free(pb_run *run)
{
    pb_writer_abandon(run->writer);
    pb_shards_close(&run->shards);
    pb_summary_free(&run->summary);
    pb_statistics_free(&run->statistics);
    pb_series_list_free(&run->series);
    pb_identity_free(&run->identity);
    free(run->label);
    free(run->label_text);
    pb_model_free(run->model);
    pb_loaded_free(&run->loaded);
}

/* ---- what the run is ---- */

static void set_methods(pb_run *run)
{
    for (int round = 0; round < run->loaded.scenario->n_rounds; round++) {
        const bool exact = run->model->ratification.how[round] == PB_DIAGRAM_BUILT;
        snprintf(run->methods + strlen(run->methods), sizeof run->methods - strlen(run->methods),
                 "%s%s", round ? " " : "",
                 PB_METHOD_NAMES[exact ? PB_METHOD_CONDITIONAL : PB_METHOD_PLAIN]);
    }
}

static pb_status set_labels(pb_run *run, pb_error *err)
{
    enum { LABEL_SIZE = PB_INPUT_LABEL_SIZE };
    const size_t n = run->model->inputs.n;
    run->label_text = malloc(n * LABEL_SIZE + 1);
    run->label = malloc((n + 1) * sizeof *run->label);
    if (run->label_text == NULL || run->label == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the names of the inputs");
    }
    for (size_t i = 0; i < n; i++) {
        char *text = run->label_text + i * LABEL_SIZE;
        pb_input_label(&run->model->inputs.item[i], text, LABEL_SIZE);
        run->label[i] = text;
    }
    return PB_OK;
}

static pb_status set_identity(pb_run *run, pb_error *err)
{
    char fingerprint[PB_HASH_SIZE];
    const pb_status status =
        pb_fingerprint(run->model, run->kernels, run->loaded.scenario->run.seed, fingerprint, err);
    return status == PB_OK
               ? pb_identity_make(run->loaded.yaml, run->keep, fingerprint, &run->identity, err)
               : status;
}

static void set_provenance(pb_run *run)
{
    const pb_run_params *p = &run->loaded.scenario->run;
    run->provenance =
        (pb_provenance){.planb_version = PLANB_VERSION,
                        .git_revision = PLANB_GIT_REVISION,
                        .scenario_yaml = run->loaded.yaml,
                        .command = run->command,
                        .sampling = p->sampling == PB_SAMPLING_SOBOL ? "sobol" : "random",
                        .rule_methods = run->methods,
                        .fingerprint = run->identity.fingerprint,
                        .seed = p->seed,
                        .draws = p->draws,
                        .first = run->part.first,
                        .end = run->part.end,
                        .keep = run->keep};
}

pb_status pb_run_prepare(pb_run *run, pb_error *err)
{
    const pb_scenario *scenario = run->loaded.scenario;
    pb_status status = pb_model_kernels(&run->kernels, err);
    status = status == PB_OK ? pb_model_make(scenario, &run->model, err) : status;
    status = status == PB_OK ? pb_model_series(run->model, scenario, &run->series, err) : status;
    status = status == PB_OK ? pb_statistics_init(&run->series, &run->statistics, err) : status;
    status = status == PB_OK ? set_labels(run, err) : status;
    status = status == PB_OK ? set_identity(run, err) : status;
    if (status == PB_OK) {
        set_methods(run);
        set_provenance(run);
        run->done = run->part.first;
    }
    return status;
}

pb_status pb_run_create(pb_run *run, const char *path, int may_find, pb_error *err)
{
    return pb_writer_create(path, may_find, run->loaded.scenario, &run->provenance, run->label,
                            run->model->inputs.n, &run->writer, err);
}

/* ---- what is there already ---- */

/* In pieces, so that a signal need not wait for a large file. */
static pb_status copy_draws(pb_run *run, const pb_part *part, pb_error *err)
{
    pb_status status = PB_OK;
    while (run->done < part->of.end && status == PB_OK) {
        const int64_t left = part->of.end - run->done, n = left < PB_SPAN ? left : PB_SPAN;
        status = pb_sample_stopped()
                     ? pb_fail(err, PB_STOPPED, "stopped by a signal")
                     : pb_writer_copy(run->writer, &part->columns, run->done - part->of.first,
                                      run->done, n, err);
        run->done += n;
    }
    return status;
}

pb_status pb_run_take(pb_run *run, pb_part *part, bool with_sums, pb_error *err)
{
    pb_status status = pb_part_columns(part, run->loaded.scenario, run->model->inputs.n, err);
    status = status == PB_OK ? copy_draws(run, part, err) : status;
    return status == PB_OK && with_sums ? pb_part_add_sums(part, &run->statistics, err) : status;
}

pb_status pb_run_resume(pb_run *run, int64_t first, pb_error *err)
{
    pb_part_of range = run->part;
    range.first = first;
    range.end = pb_run_whole(range.end);
    pb_status status = pb_shards_open(run->writer, &run->identity, run->provenance.seed, &range,
                                      PB_BLOCK, &run->shards, err);
    const size_t n = run->shards.manifest.n;
    for (size_t i = 0; i < n && status == PB_OK; i++) {
        char path[PB_OUTPUT_PATH_SIZE];
        pb_part part;
        pb_shards_path(&run->shards, i, path, sizeof path);
        status = pb_part_open_checked(path, PB_BLOCK, &part, err);
        if (status == PB_OK) {
            if (i + 1 == n) { /* its sums are those of all draws so far */
                pb_statistics_clear(&run->statistics);
            }
            status = pb_run_take(run, &part, i + 1 == n, err);
        }
        pb_part_close(&part);
    }
    return status;
}

/* ---- what is not ---- */

static pb_status write_draws(void *writer, int64_t first, int64_t n,
                             const void *const column[PB_N_COLUMNS], const double *inputs,
                             pb_error *err)
{
    return pb_writer_draws(writer, first, n, column, inputs, err);
}

static pb_status store_sums(const pb_run *run, pb_error *err)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    pb_status status = pb_statistics_pack(&run->statistics, &bytes, &size, err);
    status = status == PB_OK ? pb_writer_sums(run->writer, bytes, size, err) : status;
    free(bytes);
    return status;
}

static pb_status sample(pb_run *run, int64_t end, int threads, const pb_putting_by *putting_by,
                        pb_progress *progress, pb_error *err)
{
    const pb_job job = {.scenario = run->loaded.scenario,
                        .model = run->model,
                        .kernels = run->kernels,
                        .keep = run->keep,
                        .threads = threads,
                        .sink = write_draws,
                        .context = run->writer,
                        .first = run->done,
                        .end = end,
                        .putting_by = putting_by,
                        .progress = progress};
    if (run->done == end) {
        return PB_OK;
    }
    const pb_status status = pb_sample(&job, &run->statistics, err);
    run->done = status == PB_OK ? end : run->done;
    return status;
}

pb_status pb_run_simulate(pb_run *run, double seconds, pb_progress_style style, pb_error *err)
{
    const int64_t whole = pb_run_whole(run->part.end);
    pb_progress progress;
    pb_timer timer;
    pb_progress_start(&progress, run->done - run->part.first, run->part.end - run->part.first,
                      style);
    pb_putting_by putting_by = pb_put_by(&timer, run, seconds, &progress);
    pb_status status = sample(run, whole, run->threads, &putting_by, &progress, err);
    if (status == PB_OK && run->shards.manifest.n > 0) { /* nothing is lost by a signal from here */
        status = putting_by.put(putting_by.context, whole, &run->statistics, err);
    }
    status = status == PB_OK ? store_sums(run, err) : status;
    if (status == PB_OK) { /* the rest of a block is in no sums that are stored */
        status = sample(run, run->part.end, 1, NULL, &progress, err);
        if (status == PB_STOPPED
            && putting_by.put(putting_by.context, whole, &run->statistics, err) != PB_OK) {
            status = PB_IO;
        }
    }
    pb_progress_end(&progress);
    return status;
}

pb_status pb_run_finish(pb_run *run, pb_error *err)
{
    const bool whole = run->part.n_shards == 0;
    pb_status status = PB_OK;
    if (whole) {
        status = pb_summarise(&run->loaded, &run->model->ratification, &run->provenance,
                              &run->statistics, &run->summary, err);
    } else {
        status = pb_part_describe(pb_writer_file(run->writer), &run->part, err);
    }
    if (status == PB_OK) {
        status = pb_writer_finish(run->writer, whole ? &run->summary : NULL, err);
        run->writer = NULL; /* gone either way */
    }
    return status;
}
