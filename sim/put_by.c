/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/put_by.h"

static bool due(void *context)
{
    const pb_timer *timer = context;
    const pb_draws_file *file = pb_writer_file(timer->run->writer);
    const int64_t unsaved = file->first + file->written - pb_shards_end(&timer->run->shards);
    return pb_seconds_since(timer->last) >= timer->seconds
           || (file->n_draws > 0 && unsaved * (int64_t)timer->draw_bytes >= PB_MOST_UNSAVED_BYTES);
}

static pb_status put(void *context, int64_t end, const pb_statistics *sums, pb_error *err)
{
    pb_timer *timer = context;
    const pb_status status = pb_shards_put(&timer->run->shards, timer->run->writer, end, sums, err);
    clock_gettime(CLOCK_MONOTONIC, &timer->last);
    if (status == PB_OK) {
        pb_progress_saved(timer->progress, end);
    }
    return status;
}

pb_putting_by pb_put_by(pb_timer *timer, pb_run *run, double seconds, pb_progress *progress)
{
    *timer = (pb_timer){
        .run = run,
        .progress = progress,
        .seconds = seconds,
        .draw_bytes = pb_columns_draw_bytes(run->loaded.scenario, run->keep, run->model->inputs.n)};
    clock_gettime(CLOCK_MONOTONIC, &timer->last);
    return (pb_putting_by){.due = due, .put = put, .context = timer};
}
