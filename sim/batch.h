/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_BATCH_H
#define PLANB_SIM_BATCH_H

#include "sim/model.h"

/** The memory in which one batch is drawn and simulated; a thread has its own. */
typedef struct pb_batch {
    double (*rows)[PB_LANES]; /**< the inputs; owned */
    pb_outcomes out;          /**< owned */
    pb_workings *workings;    /**< owned */
} pb_batch;

/**
 * Room for batches of these inputs, this vote and outcome columns of this shape. To be ended by
 * pb_batch_free also after a failure. Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_batch_init(const pb_inputs *inputs, const pb_ratification *ratification,
                                      const pb_shape *shape, pb_batch *batch, pb_error *err);
/** What pb_batch_init will allocate. */
size_t pb_batch_bytes(const pb_inputs *inputs, const pb_ratification *ratification,
                      const pb_shape *shape);
void pb_batch_free(pb_batch *batch);

/** Draws and simulates the batch from draw `first` on, a multiple of PB_LANES. */
void pb_batch_simulate(const pb_model *model, const pb_kernels *kernels, uint64_t seed,
                       int64_t first, pb_batch *batch);

#endif
