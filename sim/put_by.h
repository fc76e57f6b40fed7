/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_PUT_BY_H
#define PLANB_SIM_PUT_BY_H

#include "sim/run.h"
#include "sim/sampler.h"

#include <time.h>

/** Most bytes of draws that are not put by yet: a signal must not wait long for the disk. */
enum { PB_MOST_UNSAVED_BYTES = 256 << 20 };

/** When a run puts by what it has done; kept by the caller while pb_sample works. */
typedef struct pb_timer {
    pb_run *run;
    pb_progress *progress;
    double seconds; /**< at most this long between two times */
    size_t draw_bytes;
    struct timespec last;
} pb_timer;

/** Every `seconds`, or when much has been written, what `run` has done goes into its shards. */
pb_putting_by pb_put_by(pb_timer *timer, pb_run *run, double seconds, pb_progress *progress);

#endif
