/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_PROGRESS_H
#define PLANB_SIM_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef enum pb_progress_style {
    PB_PROGRESS_AUTO, /**< a live line on a terminal, a line every 10 s in a log */
    PB_PROGRESS_JSON, /**< an object a line, every second */
    PB_PROGRESS_NONE
} pb_progress_style;

/** How far a run is, told on stderr. */
typedef struct pb_progress {
    int64_t total, before; /**< `before`: done before this run */
    _Atomic int64_t done;
    pb_progress_style style;
    bool terminal;
    struct timespec start, last;
} pb_progress;

/** Of `total` draws `before` are there already. */
void pb_progress_start(pb_progress *progress, int64_t before, int64_t total,
                       pb_progress_style style);

/** Counts draws as done; from any thread. */
void pb_progress_add(pb_progress *progress, int64_t draws);

/** Says how far the run is if it is time to; from one thread. */
void pb_progress_tell(pb_progress *progress);

/** Says that all draws before `end` would outlast a power cut, where a program listens. */
void pb_progress_saved(const pb_progress *progress, int64_t end);

/** Seconds on the monotonic clock. */
double pb_seconds_since(struct timespec then);

/** Removes the live line. */
void pb_progress_end(pb_progress *progress);

#endif
