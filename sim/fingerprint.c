/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/fingerprint.h"

#include "results/provenance.h"
#include "sim/batch.h"

#include <stdlib.h>
#include <string.h>

static size_t column_bytes(const pb_model *model, size_t c)
{
    return pb_column_items(&PB_COLUMNS[c], &model->shape) * PB_LANES * PB_COLUMNS[c].width;
}

static pb_status hash_columns(const pb_model *model, const pb_outcomes *out, char *hex,
                              pb_error *err)
{
    size_t size = 0;
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        size += column_bytes(model, c);
    }
    char *bytes = malloc(size + 1);
    if (bytes == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the fingerprint");
    }
    size = 0;
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        const size_t n = column_bytes(model, c);
        if (n > 0) {
            memcpy(bytes + size, pb_column_values(out, &PB_COLUMNS[c]), n);
        }
        size += n;
    }
    pb_sha256_hex(bytes, size, hex);
    free(bytes);
    return PB_OK;
}

pb_status pb_fingerprint(const pb_model *model, const pb_kernels *kernels, uint64_t seed, char *hex,
                         pb_error *err)
{
    pb_batch batch;
    pb_status status =
        pb_batch_init(&model->inputs, &model->ratification, &model->shape, &batch, err);
    if (status == PB_OK) {
        pb_batch_simulate(model, kernels, seed, 0, &batch);
        status = hash_columns(model, &batch.out, hex, err);
    }
    pb_batch_free(&batch);
    return status;
}
