/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/random.h"

#include "sim/sobol.h"

#include <Random123/philox.h>

static uint32_t purpose_word(const pb_input *input)
{
    return (uint32_t)input->purpose << 16 | input->part;
}

uint64_t pb_random_bits(uint64_t seed, const pb_input *input, uint64_t draw)
{
    const uint64_t pair = draw >> 1;
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t counter = {
        {(uint32_t)pair, (uint32_t)(pair >> 32), purpose_word(input), pb_input_hash(input->name)}};
    const philox4x32_ctr_t bits = philox4x32(counter, key);
    const size_t first = draw & 1 ? 2 : 0;
    return (uint64_t)bits.v[first] << 32 | bits.v[first + 1];
}

double pb_uniform(uint64_t seed, const pb_input *input, uint64_t draw)
{
    return ((double)(pb_random_bits(seed, input, draw) >> 12) + 0.5) * 0x1p-52;
}

void pb_fill(const pb_inputs *inputs, const pb_kernels *kernels, const pb_sobol *sobol,
             uint64_t seed, uint64_t first_draw, double (*rows)[PB_LANES])
{
    pb_sobol_batch points;
    if (sobol != NULL) {
        pb_sobol_batch_at(sobol, kernels, first_draw, &points);
    }
    for (size_t r = 0; r < inputs->n; r++) {
        const pb_input *input = &inputs->item[r];
        if (sobol != NULL) {
            pb_sobol_uniforms(sobol, kernels, r, &points, rows[r]);
        } else {
            kernels->uniform(seed, first_draw, purpose_word(input), pb_input_hash(input->name),
                             rows[r]);
        }
        pb_input_transform(inputs, input, kernels, rows[r], rows[r]);
    }
}
