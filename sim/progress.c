/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

double pb_seconds_since(struct timespec then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then.tv_sec) + 1e-9 * (double)(now.tv_nsec - then.tv_nsec);
}

void pb_progress_start(pb_progress *progress, int64_t before, int64_t total,
                       pb_progress_style style)
{
    const char *term = getenv("TERM");
    memset(progress, 0, sizeof *progress);
    progress->total = total;
    progress->before = before;
    atomic_init(&progress->done, before);
    progress->style = style;
    progress->terminal = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
    clock_gettime(CLOCK_MONOTONIC, &progress->start);
    progress->last = progress->start;
}

void pb_progress_add(pb_progress *progress, int64_t draws)
{
    atomic_fetch_add_explicit(&progress->done, draws, memory_order_relaxed);
}

static double interval_seconds(const pb_progress *progress)
{
    return progress->style == PB_PROGRESS_JSON ? 1.0 : progress->terminal ? 0.1 : 10.0;
}

static void time_text(double seconds, char *text, size_t size)
{
    const int s = (int)(seconds + 0.5);
    if (s < 60) {
        snprintf(text, size, "%d s", s);
    } else if (s < 3600) {
        snprintf(text, size, "%d:%02d min", s / 60, s % 60);
    } else {
        snprintf(text, size, "%d h %02d min", s / 3600, s / 60 % 60);
    }
}

void pb_progress_tell(pb_progress *progress)
{
    if (progress->style == PB_PROGRESS_NONE
        || pb_seconds_since(progress->last) < interval_seconds(progress)) {
        return;
    }
    const int64_t done = atomic_load_explicit(&progress->done, memory_order_relaxed);
    const double elapsed = pb_seconds_since(progress->start),
                 rate = (double)(done - progress->before) / elapsed;
    const double left = rate > 0.0 ? (double)(progress->total - done) / rate : 0.0;
    char left_text[32];

    clock_gettime(CLOCK_MONOTONIC, &progress->last);
    time_text(left, left_text, sizeof left_text);
    if (progress->style == PB_PROGRESS_JSON) {
        fprintf(stderr,
                "{\"done\": %" PRId64 ", \"total\": %" PRId64
                ", \"draws_per_second\": %.0f, \"seconds_left\": %.1f}\n",
                done, progress->total, rate, left);
        return;
    }
    fprintf(stderr, "%splanb: %" PRId64 " of %" PRId64 " draws, %.3g a second, %s left%s",
            progress->terminal ? "\r\033[K" : "", done, progress->total, rate, left_text,
            progress->terminal ? "" : "\n");
    fflush(stderr);
}

void pb_progress_saved(const pb_progress *progress, int64_t end)
{
    if (progress->style == PB_PROGRESS_JSON) {
        fprintf(stderr, "{\"saved\": %" PRId64 "}\n", end);
    }
}

void pb_progress_end(pb_progress *progress)
{
    if (progress->style == PB_PROGRESS_AUTO && progress->terminal) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
