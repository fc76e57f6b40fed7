/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/outcomes.h"

#include "models/kernels.h"

#include <stdlib.h>
#include <string.h>

#define KIND_OF(type) \
    _Generic((type)0, uint8_t : PB_U8, int32_t : PB_I32, float : PB_F32, double : PB_F64)

const pb_column PB_COLUMNS[PB_N_COLUMNS] = {
#define X(name, type, axis1, axis2, keep, unit, flags, meaning)                              \
    {#name, KIND_OF(type), sizeof(type), {PB_AXIS_##axis1, PB_AXIS_##axis2}, PB_KEEP_##keep, \
     unit,  flags,         meaning,      offsetof(pb_outcomes, name)},
    PB_OUTCOME_COLUMNS(X)
#undef X
};

size_t pb_column_items(const pb_column *column, const pb_shape *shape)
{
    return shape->extent[column->axis[0]] * shape->extent[column->axis[1]];
}

void *pb_column_values(const pb_outcomes *outcomes, const pb_column *column)
{
    void *values;
    memcpy(&values, (const char *)outcomes + column->offset, sizeof values);
    return values;
}

static void set_column_values(pb_outcomes *outcomes, const pb_column *column, void *values)
{
    memcpy((char *)outcomes + column->offset, &values, sizeof values);
}

size_t pb_outcomes_bytes(const pb_shape *shape)
{
    size_t bytes = 0;
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        bytes += pb_column_items(&PB_COLUMNS[c], shape) * PB_LANES * PB_COLUMNS[c].width;
    }
    return bytes;
}

pb_status pb_outcomes_alloc(const pb_shape *shape, pb_outcomes *outcomes, pb_error *err)
{
    const size_t bytes = pb_outcomes_bytes(shape);
    /* every column's size is a multiple of PB_LANES bytes, so each starts on a cache line */
    char *block = aligned_alloc(64, bytes);
    if (block == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the outcomes of a batch");
    }
    memset(block, 0, bytes);
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        set_column_values(outcomes, &PB_COLUMNS[c], block);
        block += pb_column_items(&PB_COLUMNS[c], shape) * PB_LANES * PB_COLUMNS[c].width;
    }
    return PB_OK;
}

void pb_outcomes_free(pb_outcomes *outcomes)
{
    free(pb_column_values(outcomes, &PB_COLUMNS[0])); /* the first column starts the block */
    memset(outcomes, 0, sizeof *outcomes);
}
