/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "models/parameter.h"
#include "results/draws.h"
#include "results/json.h"
#include "results/told.h"
#include "results/worst.h"
#include "sim/batch.h"
#include "sim/options.h"
#include "sim/reload.h"

#include <stdlib.h>
#include <string.h>

/*
 * One draw told from the ballots to the balance: the file's scenario simulates its batch again,
 * what the file has stored of the draw is compared byte for byte, and the rest (ballots, the parts
 * of a sum) comes from the batch.
 */

typedef struct explain_job {
    pb_options options;
    pb_reloaded file;
    pb_draws *draws;
    pb_model *model;
    pb_batch batch;
    int64_t draw;
    const char *chosen;
} explain_job;

static pb_status choose(explain_job *job, pb_error *err)
{
    const int64_t n = job->file.loaded.scenario->run.draws;
    pb_worst worst;
    if (job->options.worst != NULL) {
        pb_status status = pb_worst_find(job->options.worst, &worst, err);
        if (status == PB_OK) {
            status = pb_worst_draw(job->draws, worst, &job->draw, err);
            job->chosen = PB_WORST_MEANINGS[worst];
        }
        return status;
    }
    job->draw = job->options.draw;
    return job->draw < n ? PB_OK
                         : pb_fail(err, PB_USAGE, "--draw %lld: %s has draws 0 to %lld",
                                   (long long)job->draw, job->options.operand, (long long)n - 1);
}

static pb_status simulate(explain_job *job, pb_error *err)
{
    const pb_scenario *scenario = job->file.loaded.scenario;
    const pb_kernels *kernels;
    pb_status status = pb_model_kernels(&kernels, err);
    if (status == PB_OK) {
        status = pb_model_make(scenario, &job->model, err);
    }
    if (status == PB_OK) {
        const pb_model *m = job->model;
        status = pb_batch_init(&m->inputs, &m->ratification, &m->shape, &job->batch, err);
    }
    if (status == PB_OK) {
        pb_batch_simulate(job->model, kernels, scenario->run.seed, job->draw / PB_LANES * PB_LANES,
                          &job->batch);
    }
    return status;
}

/* Whether the draw's values in a column are what the file has stored. */
static pb_status is_stored(const explain_job *job, pb_column_id id, bool *same, pb_error *err)
{
    const pb_column *column = &PB_COLUMNS[id];
    const size_t items = pb_column_items(column, &job->model->shape), width = column->width;
    const char *values = pb_column_values(&job->batch.out, column);
    char *stored = malloc(items * width);
    if (stored == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a draw");
    }
    const pb_status status = pb_draws_read(job->draws, id, job->draw, 1, stored, err);
    *same = true;
    for (size_t i = 0; i < items && status == PB_OK; i++) {
        const size_t at = i * PB_LANES + (size_t)(job->draw % PB_LANES);
        *same = *same && memcmp(values + at * width, stored + i * width, width) == 0;
    }
    free(stored);
    return status;
}

static pb_status check(const explain_job *job, pb_error *err)
{
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        bool same = true;
        if (!pb_draws_have(job->draws, (pb_column_id)c)) {
            continue;
        }
        const pb_status status = is_stored(job, (pb_column_id)c, &same, err);
        if (status != PB_OK) {
            return status;
        }
        if (!same) {
            return pb_fail(err, PB_DATA,
                           "%s: %s of draw %lld is not what this planb computes: the file was made "
                           "by another version",
                           job->options.operand, PB_COLUMNS[c].name, (long long)job->draw);
        }
    }
    return PB_OK;
}

static pb_status tell(const explain_job *job, pb_error *err)
{
    const size_t lane = (size_t)(job->draw % PB_LANES);
    pb_scenario *scenario = job->file.loaded.scenario;
    /* from here on the scenario is that of the draw: what it holds as numbers is told too */
    pb_parameters_put(&scenario->parameters, job->batch.out.parameter_value, lane, scenario);
    const pb_talks talks = pb_talks_with(&job->model->talks, &scenario->talks);
    const pb_told told = {.scenario = scenario,
                          .out = &job->batch.out,
                          .w = job->batch.workings,
                          .lane = lane,
                          .draw = job->draw,
                          .agreement = pb_talks_agreement(&talks, (pb_rows)job->batch.rows, lane),
                          .chosen = job->chosen,
                          .checked = pb_draws_count(job->draws) > 0};
    pb_summary summary = {0};
    if (!job->options.json) {
        pb_told_page(&told, stdout);
        return PB_OK;
    }
    pb_told_entries(&told, &summary);
    const pb_status status = pb_summary_check(&summary, err);
    if (status == PB_OK) {
        pb_json_summary(&summary, stdout);
    }
    pb_summary_free(&summary);
    return status;
}

static pb_status explain(explain_job *job, pb_error *err)
{
    if ((job->options.draw >= 0) == (job->options.worst != NULL)) {
        return pb_fail(err, PB_USAGE, "planb explain: --draw N or --worst NAME, one of them");
    }
    pb_status status = pb_reload(job->options.operand, &job->file, err);
    if (status == PB_OK) {
        status = pb_draws_open(job->options.operand, job->file.loaded.scenario, &job->draws, err);
    }
    if (status == PB_OK) {
        status = choose(job, err);
    }
    if (status == PB_OK) {
        status = simulate(job, err);
    }
    if (status == PB_OK) {
        status = check(job, err);
    }
    return status == PB_OK ? tell(job, err) : status;
}

pb_status pb_cmd_explain(int argc, char **argv, pb_error *err)
{
    static explain_job job;
    memset(&job, 0, sizeof job);
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_EXPLAIN, "explain FILE.h5 --draw N | --worst NAME",
                         &job.options, err);
    if (status == PB_OK && !job.options.help) {
        status = explain(&job, err);
    }
    pb_batch_free(&job.batch);
    pb_model_free(job.model);
    pb_draws_close(job.draws);
    pb_reloaded_free(&job.file);
    return status;
}
