/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_SOBOL_H
#define PLANB_SIM_SOBOL_H

#include "models/input.h"
#include "results/histogram.h"

/**
 * Scrambled Sobol points (randomised quasi-Monte Carlo): draw i is point i / 16 of replicate
 * i mod 16, each replicate an independent nested scrambling of one sequence, so that every
 * replicate is unbiased and their spread is the error. The inputs that matter most are its
 * dimensions. Every other one is stratified alone: it takes scrambled points of one dimension in
 * an order of its own, which removes the part of the variance that it adds by itself, and makes
 * no pattern with any other input.
 */
enum { PB_SOBOL_DIMENSIONS = 40, PB_SOBOL_BITS = 30 };

/** Most draws of a run: the sequence has 2^30 points a replicate. */
#define PB_SOBOL_MOST_DRAWS ((int64_t)PB_REPLICATES << PB_SOBOL_BITS)

typedef struct pb_sobol pb_sobol;
struct pb_sobol {
    int n_dimensions;
    size_t row[PB_SOBOL_DIMENSIONS]; /**< the input that a dimension drives */
    signed char *dimension;          /**< owned, of each input: its dimension, -1 for none */
    /** Direction integers with their bits reversed, the sequence's first bit lowest. */
    uint64_t direction[PB_SOBOL_DIMENSIONS][PB_SOBOL_BITS];
    uint64_t (*key)[2][PB_REPLICATES]; /**< owned, of the scramblings, [n_inputs] */
};

/**
 * Binds the most important inputs to dimensions and makes the scramblings of a seed. The sequence
 * is GSL's (Antonov and Saleev), point 0 included.
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_sobol_init(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol,
                                      pb_error *err);

/** Legal on a zeroed value, and twice. */
void pb_sobol_free(pb_sobol *sobol);

/**
 * The uniforms in (0, 1) of the input in row `row` in draws first_draw .. first_draw + PB_LANES
 * - 1; `first_draw` is a multiple of PB_LANES.
 */
void pb_sobol_uniforms(const pb_sobol *sobol, const pb_kernels *kernels, size_t row,
                       uint64_t first_draw, double *u);

/** The place of a purpose in the order of importance (SPEC G), lower first. */
int pb_importance(pb_purpose purpose);

#endif
