/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_MEASURE_H
#define PLANB_RESULTS_MEASURE_H

#include "models/kernels.h"
#include "models/outcomes.h"
#include "results/series.h"

/** What a measure makes of the draws of a batch. Arrays have shape [PB_LANES]. */

/** Whether it is 0 or 1 by its test: such are read as flags, all others as numbers. */
bool pb_measure_is_flag(const pb_measure *measure);

/** The flags of a measure that is one. */
void pb_measure_flags(const pb_measure *measure, const pb_outcomes *out, uint8_t *flag);

/** The numbers of any measure: in `room`, or in its column where they stand as they are. */
const double *pb_measure_numbers(const pb_measure *measure, const pb_outcomes *out, double *room);

#endif
