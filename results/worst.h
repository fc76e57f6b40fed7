/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_WORST_H
#define PLANB_RESULTS_WORST_H

#include "results/draws.h"

/** By what a draw may be the worst. Where it has two branches, the one that happens counts. */
#define PB_WORSTS(X)                                                           \
    X(balance, balance, "lowest balance at the close of the second year")      \
    X(revenue, revenue, "lowest revenue of both years")                        \
    X(gap, gap_at_deadline, "largest gap at the deadline in one of the years") \
    X(layoffs, layoffs, "most layoffs")                                        \
    X(notices, notices, "most layoff notices")                                 \
    X(local_layoffs, local_layoffs, "most layoffs in towns")

typedef enum pb_worst {
#define X(name, column, meaning) PB_WORST_##name,
    PB_WORSTS(X)
#undef X
        PB_N_WORSTS
} pb_worst;

extern const char *const PB_WORST_MEANINGS[PB_N_WORSTS];

/** Which of them is called `name`. Errors: PB_USAGE. */
PB_MUST_CHECK pb_status pb_worst_find(const char *name, pb_worst *worst, pb_error *err);

/** The worst of the stored draws; of equals the first. Errors: PB_DATA (no draws are stored). */
PB_MUST_CHECK pb_status pb_worst_draw(const pb_draws *draws, pb_worst worst, int64_t *draw,
                                      pb_error *err);

#endif
