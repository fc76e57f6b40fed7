/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_DRAWS_H
#define PLANB_RESULTS_DRAWS_H

#include "params/scenario.h"

/** The draws stored in a result file, open for reading. */
typedef struct pb_draws pb_draws;

/**
 * Opens the draws of a result of this scenario. To be ended by pb_draws_close.
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA (damaged; the draws are not of this shape).
 */
PB_MUST_CHECK pb_status pb_draws_open(const char *path, const pb_scenario *scenario,
                                      pb_draws **draws, pb_error *err);
void pb_draws_close(pb_draws *draws);

/** How many draws are stored; 0 where the file was made with --keep none. */
int64_t pb_draws_count(const pb_draws *draws);

/** Whether the file has that column. */
bool pb_draws_have(const pb_draws *draws, pb_column_id column);

/** Values per draw of a column. */
size_t pb_draws_items(const pb_draws *draws, pb_column_id column);

/**
 * PB_OK if draws are stored; else PB_DATA with a message that says how to make them, and that
 * `purpose` needs them.
 */
PB_MUST_CHECK pb_status pb_draws_needed(const pb_draws *draws, const char *purpose, pb_error *err);

/**
 * Reads draws [first, first + n) of a column that the file has, shape [n][its items].
 * Errors: PB_DATA.
 */
PB_MUST_CHECK pb_status pb_draws_read(const pb_draws *draws, pb_column_id column, int64_t first,
                                      int64_t n, void *values, pb_error *err);

/**
 * Reads the batch from draw `first` on, a multiple of PB_LANES, as the models write it: every
 * stored column of `out`, whose other columns stay as they are. Best called for ascending draws.
 *
 * @param[out] n_lanes how many draws there are, at most PB_LANES
 */
PB_MUST_CHECK pb_status pb_draws_batch(pb_draws *draws, int64_t first, pb_outcomes *out,
                                       size_t *n_lanes, pb_error *err);

#endif
