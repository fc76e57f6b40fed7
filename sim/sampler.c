/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sampler.h"

#include "sim/batch.h"
#include "sim/memory.h"

#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t stop_wanted;

void pb_sample_stop(void)
{
    stop_wanted = 1;
}

bool pb_sample_stopped(void)
{
    return stop_wanted != 0;
}

/* ---- a thread's own memory ---- */

typedef struct worker {
    pb_batch batch;
    pb_statistics statistics;
} worker;

static void worker_free(worker *w)
{
    pb_batch_free(&w->batch);
    pb_statistics_free(&w->statistics);
}

static pb_status worker_init(const pb_job *job, const pb_series_list *list, worker *w,
                             pb_error *err)
{
    const pb_model *m = job->model;
    memset(w, 0, sizeof *w);
    const pb_status status = pb_batch_init(&m->inputs, &m->ratification, &m->shape, &w->batch, err);
    return status == PB_OK ? pb_statistics_init(list, &w->statistics, err) : status;
}

/* ---- the draws of a span, as the sink wants them ---- */

typedef struct span {
    char *column[PB_N_COLUMNS]; /**< [PB_SPAN][items], NULL where not kept */
    double *inputs;             /**< [PB_SPAN][n_inputs], NULL where not kept */
} span;

static void span_free(span *s)
{
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        free(s->column[c]);
    }
    free(s->inputs);
}

static size_t row_bytes(const pb_job *job, size_t c)
{
    return pb_column_items(&PB_COLUMNS[c], &job->model->shape) * PB_COLUMNS[c].width;
}

static pb_status span_init(const pb_job *job, span *s, pb_error *err)
{
    bool complete = true;
    memset(s, 0, sizeof *s);
    if (job->sink == NULL) {
        return PB_OK;
    }
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        if (PB_COLUMNS[c].keep <= job->keep && row_bytes(job, c) > 0) {
            s->column[c] = malloc(PB_SPAN * row_bytes(job, c));
            complete = complete && s->column[c] != NULL;
        }
    }
    if (job->keep == PB_KEEP_INPUTS) {
        s->inputs = malloc(PB_SPAN * job->model->inputs.n * sizeof *s->inputs);
        complete = complete && s->inputs != NULL;
    }
    return complete ? PB_OK : pb_fail(err, PB_INTERNAL, "out of memory for the draws of a span");
}

/* [items][PB_LANES] to [lane][items] for the first n_lanes. */
#define TRANSPOSE(type)                                       \
    for (size_t item = 0; item < items; item++) {             \
        for (size_t lane = 0; lane < n_lanes; lane++) {       \
            ((type *)(void *)to)[lane * items + item] =       \
                ((const type *)from)[item * PB_LANES + lane]; \
        }                                                     \
    }

static void transpose(const void *from, size_t items, size_t width, size_t n_lanes, char *to)
{
    switch (width) {
        case 1:
            TRANSPOSE(uint8_t)
            break;
        case 4:
            TRANSPOSE(uint32_t)
            break;
        case 8:
            TRANSPOSE(uint64_t)
            break;
    }
}

static void store_batch(const pb_job *job, const pb_batch *batch, size_t at, size_t n_lanes,
                        span *s)
{
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        const pb_column *column = &PB_COLUMNS[c];
        if (s->column[c] != NULL) {
            transpose(pb_column_values(&batch->out, column),
                      pb_column_items(column, &job->model->shape), column->width, n_lanes,
                      s->column[c] + at * row_bytes(job, c));
        }
    }
    if (s->inputs != NULL) {
        const size_t n = job->model->inputs.n;
        transpose(batch->rows, n, sizeof(double), n_lanes, (char *)(s->inputs + at * n));
    }
}

/* ---- blocks and spans ---- */

/* Simulates draws [first, first + n) of a block and adds them up; `at` is their place in the
 * span. */
static pb_status run_block(const pb_job *job, worker *w, int64_t first, size_t n, size_t at,
                           span *s, pb_error *err)
{
    for (size_t done = 0; done < n; done += PB_LANES) {
        const size_t n_lanes = n - done < PB_LANES ? n - done : PB_LANES;
        pb_batch_simulate(job->model, job->kernels, job->scenario->run.seed, first + (int64_t)done,
                          &w->batch);
        pb_statistics_add(&w->statistics, &w->batch.out, n_lanes);
        store_batch(job, &w->batch, at + done, n_lanes, s);
    }
    if (job->progress != NULL) {
        pb_progress_add(job->progress, (int64_t)n);
        if (omp_get_thread_num() == 0) {
            pb_progress_tell(job->progress);
        }
    }
    const pb_status status = pb_statistics_end_block(&w->statistics, err);
    return status == PB_OK ? PB_OK
                           : pb_fail(err, status, "seed %llu, draws %lld to %lld",
                                     (unsigned long long)job->scenario->run.seed, (long long)first,
                                     (long long)(first + (int64_t)n - 1));
}

/* The blocks of a span, taken in their order: when it ends early, those done have no gap. */
typedef struct queue {
    int64_t next, end;
} queue;

static bool is_time(const pb_job *job)
{
    return stop_wanted
           || (job->putting_by != NULL && job->putting_by->due(job->putting_by->context));
}

/* The next block, or -1. The first one of a span is always done unless the run is to stop, so
 * that every span gets the run further. */
static int64_t take_block(const pb_job *job, queue *q)
{
    int64_t at = -1;
#pragma omp critical(planb_sampler_queue)
    {
        if (q->next < q->end && (q->next == 0 ? stop_wanted : is_time(job))) {
            q->end = q->next;
        }
        if (q->next < q->end) {
            at = q->next;
            q->next += PB_BLOCK;
        }
    }
    return at;
}

/* One span on all threads; its blocks are taken by whoever is free. *n, how many draws it has,
 * becomes how many were done. */
static pb_status run_span(const pb_job *job, worker *workers, int64_t first, int64_t *n, span *s,
                          pb_error *err)
{
    pb_status worst = PB_OK;
    queue q = {0, *n};
#pragma omp parallel num_threads(job->threads)
    for (int64_t at; (at = take_block(job, &q)) >= 0;) {
        const size_t length = (size_t)(*n - at < PB_BLOCK ? *n - at : PB_BLOCK);
        pb_error own = {0};
        const pb_status status =
            run_block(job, &workers[omp_get_thread_num()], first + at, length, (size_t)at, s, &own);
        if (status != PB_OK) {
#pragma omp critical(planb_sampler_error)
            worst = pb_fail(err, status, "%s", own.text);
        }
    }
    *n = q.end;
    return worst;
}

static void gather(const pb_job *job, const worker *workers, pb_statistics *statistics)
{
    for (int t = 0; t < job->threads; t++) {
        pb_statistics_merge(statistics, &workers[t].statistics);
    }
}

static pb_status put_by(const pb_job *job, worker *workers, int64_t end, int64_t last,
                        pb_statistics *statistics, pb_error *err)
{
    if (job->putting_by == NULL || end == last || !is_time(job)) {
        return PB_OK; /* at the last draw the whole file is as near as a part of it */
    }
    gather(job, workers, statistics);
    for (int t = 0; t < job->threads; t++) { /* and they begin anew */
        pb_statistics_clear(&workers[t].statistics);
    }
    return job->putting_by->put(job->putting_by->context, end, statistics, err);
}

static pb_status run_spans(const pb_job *job, worker *workers, span *s, pb_statistics *statistics,
                           pb_error *err)
{
    const int64_t end = job->end == 0 ? job->scenario->run.draws : job->end;
    pb_status status = PB_OK;
    for (int64_t first = job->first, n; first < end && status == PB_OK; first += n) {
        n = end - first < PB_SPAN ? end - first : PB_SPAN;
        status = run_span(job, workers, first, &n, s, err);
        if (status == PB_OK && job->sink != NULL && n > 0) {
            const void *column[PB_N_COLUMNS];
            memcpy(column, s->column, sizeof column);
            status = job->sink(job->context, first, n, column, s->inputs, err);
        }
        if (status == PB_OK) {
            status = put_by(job, workers, first + n, end, statistics, err);
        }
        if (status == PB_OK && stop_wanted && first + n < end) {
            status = pb_fail(err, PB_STOPPED, "stopped by a signal");
        }
    }
    return status;
}

/* What a thread owns. */
static uint64_t worker_bytes(const pb_job *job, const pb_series_list *list)
{
    const pb_model *m = job->model;
    return pb_batch_bytes(&m->inputs, &m->ratification, &m->shape) + pb_statistics_bytes(list);
}

uint64_t pb_sample_bytes(const pb_job *job, const pb_series_list *list)
{
    uint64_t draw = 0;
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        draw += PB_COLUMNS[c].keep <= job->keep ? row_bytes(job, c) : 0;
    }
    draw += job->keep == PB_KEEP_INPUTS ? job->model->inputs.n * sizeof(double) : 0;
    /* a span of draws here, and chunks of about that many in the writer */
    return (uint64_t)job->threads * worker_bytes(job, list) + 2 * PB_SPAN * draw;
}

pb_status pb_sample(const pb_job *job, pb_statistics *statistics, pb_error *err)
{
    pb_status status = pb_memory_check(pb_sample_bytes(job, statistics->list),
                                       "fewer threads (--threads) or less --keep need less", err);
    if (status != PB_OK) {
        return status;
    }
    worker *workers = calloc((size_t)job->threads, sizeof *workers);
    span s;
    status = span_init(job, &s, err);
    if (workers == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the threads");
    }
    for (int t = 0; t < job->threads && status == PB_OK; t++) {
        status = worker_init(job, statistics->list, &workers[t], err);
    }
    if (status == PB_OK) {
        status = run_spans(job, workers, &s, statistics, err);
    }
    if (status == PB_OK) {
        gather(job, workers, statistics);
    }
    for (int t = 0; t < job->threads && workers != NULL; t++) {
        worker_free(&workers[t]);
    }
    free(workers);
    span_free(&s);
    return status;
}
