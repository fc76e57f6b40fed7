/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_RANDOM_H
#define PLANB_SIM_RANDOM_H

#include "models/input.h"

/**
 * The uniform number in (0, 1) of one input in one draw: (k + 1/2) 2^-52, a pure function of
 * (seed, input, draw), the same on any machine, on any thread and in any order.
 * Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC11): Philox4x32-10,
 * here through Random123. Counter {draw / 2, purpose << 16 | part, hash of the name}, key = seed;
 * an even draw takes the first two words, an odd one the last two.
 */
double pb_uniform(uint64_t seed, const pb_input *input, uint64_t draw);

/** The 64 random bits behind pb_uniform, which uses the upper 52. */
uint64_t pb_random_bits(uint64_t seed, const pb_input *input, uint64_t draw);

typedef struct pb_sobol pb_sobol; /* sim/sobol.h */

/**
 * Fills a batch's matrix: rows[r][lane] is input r of draw first_draw + lane, in its own
 * distribution. `first_draw` is a multiple of PB_LANES. Behind them are the points of `sobol`,
 * or, if it is NULL, pb_uniform's numbers by the array kernels.
 */
void pb_fill(const pb_inputs *inputs, const pb_kernels *kernels, const pb_sobol *sobol,
             uint64_t seed, uint64_t first_draw, double (*rows)[PB_LANES]);

#endif
