/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_LANES_H
#define PLANB_TESTS_LANES_H

/** What the kernels' tests share: the kernels in use, and reproducible uniforms for them. */

#include "models/kernels.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

enum { SEED = 20110624 };

static inline const pb_kernels *kernels(void)
{
    const pb_kernels *table = pb_kernels_get();
    cr_assert_not_null(table, "PLANB_ISA names a level that does not run here");
    return table;
}

static inline void fill_uniform(unsigned batch, double *u)
{
    kernels()->uniform(SEED, (uint64_t)batch * PB_LANES, 0, 0, u);
}

/* Of every four lanes one far in each tail: u or 1 - u down to 2^-53. */
static inline void fill_with_tails(unsigned batch, double *u)
{
    double size[PB_LANES];
    fill_uniform(2 * batch, u);
    fill_uniform(2 * batch + 1, size);
    for (int i = 0; i < PB_LANES; i++) {
        const double tail = fmax(u[i] * pb_exp(-36.0 * size[i]), 0x1p-53);
        u[i] = i % 4 == 0 ? tail : i % 4 == 1 ? 1.0 - tail : u[i];
    }
}

#endif
