/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/vote_draws.h"

#include "results/shape.h"
#include "sim/random.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- a thread's own memory ---- */

typedef struct worker {
    double (*rows)[PB_LANES];
    pb_outcomes out;
    pb_workings *workings;
} worker;

static void worker_free(worker *w)
{
    free(w->rows);
    pb_outcomes_free(&w->out);
    if (w->workings != NULL) {
        free(w->workings->diagram);
    }
    free(w->workings);
}

/* Only the axes of votes have a length. */
static pb_shape shape_of(const pb_ratification *model)
{
    return (pb_shape){.extent = {[PB_AXIS_NONE] = 1,
                                 [PB_AXIS_ROUND] = (size_t)model->n_rounds,
                                 [PB_AXIS_UNION] = (size_t)model->coalition->n_unions,
                                 [PB_AXIS_UNIT] = (size_t)model->coalition->n_units}};
}

static pb_status worker_init(const pb_vote_job *job, worker *w, pb_error *err)
{
    const pb_shape shape = shape_of(job->model);
    const size_t bytes = pb_ratification_workspace(job->model) * sizeof(double);
    memset(w, 0, sizeof *w);
    w->rows = aligned_alloc(64, (job->inputs->n + 1) * sizeof *w->rows);
    w->workings = calloc(1, sizeof *w->workings);
    if (w->workings != NULL) {
        w->workings->diagram = aligned_alloc(64, (bytes + 64) / 64 * 64);
    }
    if (w->rows == NULL || w->workings == NULL || w->workings->diagram == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a thread's batch");
    }
    return pb_outcomes_alloc(&shape, &w->out, err);
}

/* ---- the draws ---- */

static pb_status allocate(const pb_vote_job *job, pb_vote_draws *draws, pb_error *err)
{
    bool complete = true;
    memset(draws, 0, sizeof *draws);
    draws->n = job->n_draws;
    for (int r = 0; r < job->model->n_rounds; r++) {
        draws->holds[r] = malloc(job->n_draws * sizeof(double));
        draws->probability[r] = malloc(job->n_draws * sizeof(double));
        complete = complete && draws->holds[r] != NULL && draws->probability[r] != NULL;
    }
    if (job->likelihoods != NULL) {
        draws->log_w = malloc(job->n_draws * sizeof(double));
        complete = complete && draws->log_w != NULL;
    }
    return complete ? PB_OK
                    : pb_fail(err, PB_INTERNAL, "out of memory for %zu draws", job->n_draws);
}

void pb_vote_draws_free(pb_vote_draws *draws)
{
    for (int r = 0; r < PB_ROUNDS; r++) {
        free(draws->holds[r]);
        free(draws->probability[r]);
    }
    free(draws->log_w);
    memset(draws, 0, sizeof *draws);
}

static void store(const pb_vote_job *job, const worker *w, size_t at, pb_vote_draws *draws)
{
    const size_t n = job->n_draws - at < PB_LANES ? job->n_draws - at : PB_LANES;
    for (int r = 0; r < job->model->n_rounds; r++) {
        const size_t round = (size_t)r * PB_LANES;
        for (size_t lane = 0; lane < n; lane++) {
            draws->holds[r][at + lane] = w->out.rule_satisfied[round + lane];
            draws->probability[r][at + lane] = w->out.ratify_probability[round + lane];
        }
    }
    if (job->likelihoods != NULL) {
        double log_w[PB_LANES];
        pb_likelihoods_log_weights(job->likelihoods, (pb_rows)w->rows,
                                   (pb_effect_rows)w->workings->effects, log_w);
        memcpy(&draws->log_w[at], log_w, n * sizeof *log_w);
    }
}

static void simulate(const pb_vote_job *job, worker *workers, pb_vote_draws *draws)
{
    pb_ratification model = *job->model; /* not owned: never freed */
    if (job->likelihoods != NULL) {
        model.evidence = NULL; /* the effects as they are drawn; what is integrated stays so */
    }
#pragma omp parallel for schedule(dynamic) num_threads(job->threads)
    for (size_t at = 0; at < job->n_draws; at += PB_LANES) {
        worker *w = &workers[omp_get_thread_num()];
        pb_fill(job->inputs, job->kernels, NULL, job->seed, job->first_draw + at, w->rows);
        pb_ratification_simulate(&model, job->kernels, (pb_rows)w->rows, &w->out, w->workings);
        store(job, w, at, draws);
    }
}

pb_status pb_vote_draws_make(const pb_vote_job *job, pb_vote_draws *draws, pb_error *err)
{
    worker *workers = calloc((size_t)job->threads, sizeof *workers);
    pb_status status = allocate(job, draws, err);
    if (workers == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the threads");
        goto out;
    }
    for (int t = 0; t < job->threads && status == PB_OK; t++) {
        status = worker_init(job, &workers[t], err);
    }
    if (status == PB_OK) {
        simulate(job, workers, draws);
    }
    for (int t = 0; t < job->threads; t++) {
        worker_free(&workers[t]);
    }
out:
    free(workers);
    if (status != PB_OK) {
        pb_vote_draws_free(draws);
    }
    return status;
}
