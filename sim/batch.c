/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/batch.h"

#include "sim/random.h"

#include <stdlib.h>
#include <string.h>

/* Room for the decision diagrams' nodes, a whole number of cache lines. */
static size_t diagram_bytes(const pb_ratification *ratification)
{
    const size_t bytes = pb_ratification_workspace(ratification) * sizeof(double);
    return (bytes + 64) / 64 * 64;
}

size_t pb_batch_bytes(const pb_inputs *inputs, const pb_ratification *ratification,
                      const pb_shape *shape)
{
    const pb_batch *none = NULL; /* only for the types of its members */
    return (inputs->n + 1) * sizeof *none->rows + sizeof *none->workings
           + diagram_bytes(ratification) + pb_outcomes_bytes(shape);
}

pb_status pb_batch_init(const pb_inputs *inputs, const pb_ratification *ratification,
                        const pb_shape *shape, pb_batch *batch, pb_error *err)
{
    memset(batch, 0, sizeof *batch);
    batch->rows = aligned_alloc(64, (inputs->n + 1) * sizeof *batch->rows);
    batch->workings = aligned_alloc(64, (sizeof *batch->workings + 63) / 64 * 64);
    if (batch->workings != NULL) { /* not cleared: it has room for 400 units, few are used */
        batch->workings->diagram = aligned_alloc(64, diagram_bytes(ratification));
    }
    if (batch->rows == NULL || batch->workings == NULL || batch->workings->diagram == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a thread's batch");
    }
    return pb_outcomes_alloc(shape, &batch->out, err);
}

void pb_batch_free(pb_batch *batch)
{
    free(batch->rows);
    pb_outcomes_free(&batch->out);
    if (batch->workings != NULL) {
        free(batch->workings->diagram);
    }
    free(batch->workings);
    memset(batch, 0, sizeof *batch);
}

void pb_batch_simulate(const pb_model *model, const pb_kernels *kernels, uint64_t seed,
                       int64_t first, pb_batch *batch)
{
    pb_fill(&model->inputs, kernels, model->sobol, seed, (uint64_t)first, batch->rows);
    pb_model_simulate(model, kernels, (pb_rows)batch->rows, &batch->out, batch->workings);
}
