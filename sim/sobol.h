/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_SOBOL_H
#define PLANB_SIM_SOBOL_H

#include "models/input.h"
#include "results/histogram.h"

/**
 * Scrambled Sobol points (randomised quasi-Monte Carlo): draw i is point i / 16 of replicate
 * i mod 16, each replicate an independent nested scrambling of one sequence, so that every
 * replicate is unbiased and their spread is the error. The inputs that matter most are its
 * dimensions; the others stay independent random numbers.
 */
enum { PB_SOBOL_DIMENSIONS = 32, PB_SOBOL_BITS = 30 };

/** Most draws of a run: the sequence has 2^30 points a replicate. */
#define PB_SOBOL_MOST_DRAWS ((int64_t)PB_REPLICATES << PB_SOBOL_BITS)

typedef struct pb_sobol pb_sobol;
struct pb_sobol {
    int n_dimensions;
    size_t row[PB_SOBOL_DIMENSIONS]; /**< the input that a dimension drives */
    signed char *dimension;          /**< owned, of each input: its dimension, -1 for none */
    /** Direction integers with their bits reversed, the sequence's first bit lowest. */
    uint64_t direction[PB_SOBOL_DIMENSIONS][PB_SOBOL_BITS];
    uint64_t key[PB_SOBOL_DIMENSIONS][2][PB_REPLICATES]; /**< of the scramblings */
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
 * The uniforms in (0, 1) of dimension `d` in draws first_draw .. first_draw + PB_LANES - 1;
 * `first_draw` is a multiple of PB_LANES.
 */
void pb_sobol_uniforms(const pb_sobol *sobol, int d, uint64_t first_draw, double *u);

/** The place of a purpose in the order of importance (SPEC G), lower first. Append only. */
int pb_importance(pb_purpose purpose);

#endif
