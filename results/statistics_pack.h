/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_STATISTICS_PACK_H
#define PLANB_RESULTS_STATISTICS_PACK_H

#include "results/statistics.h"

/**
 * The running sums of a run as bytes, so that it can go on later or be joined with other parts.
 * The bytes are a function of the sums alone, and what does not occur takes no room.
 * *bytes is owned by the caller. Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_statistics_pack(const pb_statistics *statistics, uint8_t **bytes,
                                           size_t *size, pb_error *err);

/**
 * Adds packed sums, made with the same list of series, to `statistics`.
 * Errors: PB_DATA if the bytes are of another list or damaged (`statistics` is then of no use),
 * PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_statistics_unpack(const uint8_t *bytes, size_t size,
                                             pb_statistics *statistics, pb_error *err);

#endif
