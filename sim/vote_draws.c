/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/vote_draws.h"

#include "results/shape.h"
#include "sim/batch.h"
#include "sim/random.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Only the axes of votes have a length. */
static pb_shape shape_of(const pb_ratification *model)
{
    return (pb_shape){.extent = {[PB_AXIS_NONE] = 1,
                                 [PB_AXIS_ROUND] = (size_t)model->n_rounds,
                                 [PB_AXIS_UNION] = (size_t)model->coalition->n_unions,
                                 [PB_AXIS_UNIT] = (size_t)model->coalition->n_units}};
}

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

static void store(const pb_vote_job *job, const pb_batch *batch, size_t at, pb_vote_draws *draws)
{
    const size_t n = job->n_draws - at < PB_LANES ? job->n_draws - at : PB_LANES;
    for (int r = 0; r < job->model->n_rounds; r++) {
        const size_t round = (size_t)r * PB_LANES;
        for (size_t lane = 0; lane < n; lane++) {
            draws->holds[r][at + lane] = batch->out.rule_satisfied[round + lane];
            draws->probability[r][at + lane] = batch->out.ratify_probability[round + lane];
        }
    }
    if (job->likelihoods != NULL) {
        double log_w[PB_LANES];
        pb_likelihoods_log_weights(job->likelihoods, (pb_rows)batch->rows,
                                   (pb_effect_rows)batch->workings->effects, log_w);
        memcpy(&draws->log_w[at], log_w, n * sizeof *log_w);
    }
}

static void simulate(const pb_vote_job *job, pb_batch *batches, pb_vote_draws *draws)
{
    pb_ratification model = *job->model; /* not owned: never freed */
    if (job->likelihoods != NULL) {
        model.evidence = NULL; /* the effects as they are drawn; what is integrated stays so */
    }
#pragma omp parallel for schedule(dynamic) num_threads(job->threads)
    for (size_t at = 0; at < job->n_draws; at += PB_LANES) {
        pb_batch *b = &batches[omp_get_thread_num()];
        pb_fill(job->inputs, job->kernels, NULL, job->seed, job->first_draw + at, b->rows);
        pb_ratification_simulate(&model, job->kernels, (pb_rows)b->rows, &b->out, b->workings);
        store(job, b, at, draws);
    }
}

pb_status pb_vote_draws_make(const pb_vote_job *job, pb_vote_draws *draws, pb_error *err)
{
    const pb_shape shape = shape_of(job->model);
    pb_batch *batches = calloc((size_t)job->threads, sizeof *batches);
    pb_status status = allocate(job, draws, err);
    if (batches == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the threads");
        goto out;
    }
    for (int t = 0; t < job->threads && status == PB_OK; t++) {
        status = pb_batch_init(job->inputs, job->model, &shape, &batches[t], err);
    }
    if (status == PB_OK) {
        simulate(job, batches, draws);
    }
    for (int t = 0; t < job->threads; t++) {
        pb_batch_free(&batches[t]);
    }
out:
    free(batches);
    if (status != PB_OK) {
        pb_vote_draws_free(draws);
    }
    return status;
}
