/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_RELOAD_H
#define PLANB_SIM_RELOAD_H

#include "params/load.h"
#include "results/summary.h"

/** What a result file says of itself: the scenario that made it, and its summary. */
typedef struct pb_reloaded {
    pb_loaded loaded; /**< owned; run.draws is what the file has */
    pb_summary whole; /**< owned */
} pb_reloaded;

/**
 * Reads both from a result file. To be ended by pb_reloaded_free also after a failure.
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA.
 */
PB_MUST_CHECK pb_status pb_reload(const char *path, pb_reloaded *file, pb_error *err);
void pb_reloaded_free(pb_reloaded *file);

#endif
