/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_SOBOL_H
#define PLANB_SIM_SOBOL_H

#include "models/input.h"
#include "results/histogram.h"

/**
 * Scrambled Sobol points (randomised quasi-Monte Carlo): draw i is point i / 16 of replicate
 * i mod 16, each replicate an independent nested scrambling, so that every replicate is unbiased
 * and their spread is the error. There are two sequences, one for what decides the votes and one
 * for what decides the money, each with the inputs that matter most as its dimensions (the second
 * without the first dimension); the second runs in an order of its own, so that it goes with the
 * first at random, but that points of an aligned block stay together. So both have the best
 * dimensions, the first ones. Every input beyond is stratified alone: it takes scrambled points of
 * one dimension in an order of its own, which removes the part of the variance that it adds by
 * itself, and makes no pattern with any other input.
 */
enum { PB_SOBOL_DIMENSIONS = 40 };
typedef enum pb_sequence { PB_OF_VOTES, PB_OF_MONEY, PB_N_SEQUENCES } pb_sequence;

/** Most draws of a run: a sequence has 2^30 points a replicate. */
#define PB_SOBOL_MOST_DRAWS ((int64_t)PB_REPLICATES << PB_POINT_BITS)

/** Where the numbers of an input come from. */
typedef struct pb_sobol_place {
    signed char sequence;
    signed char dimension; /**< -1: of no sequence, stratified alone */
} pb_sobol_place;

typedef struct pb_sobol pb_sobol;
struct pb_sobol {
    pb_sobol_place *place; /**< owned, of each input */
    /** Direction integers with their bits reversed, a coordinate's first bit lowest. */
    uint64_t direction[PB_SOBOL_DIMENSIONS][PB_POINT_BITS];
    uint64_t (*key)[2][PB_REPLICATES];    /**< owned, of the scramblings, [n_inputs] */
    uint64_t order_key[2][PB_REPLICATES]; /**< of the second sequence's order */
};

/** The points of a batch: their numbers in each sequence, and the first one's number. */
typedef struct pb_sobol_batch {
    uint64_t first_point;
    uint64_t number[PB_N_SEQUENCES][PB_LANES];
} pb_sobol_batch;

/**
 * Binds the most important inputs to dimensions and makes the scramblings of a seed. The sequence
 * is GSL's (Antonov and Saleev), point 0 included.
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_sobol_init(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol,
                                      pb_error *err);

/** Legal on a zeroed value, and twice. */
void pb_sobol_free(pb_sobol *sobol);

/** The points of draws first_draw .. first_draw + PB_LANES - 1; a multiple of PB_LANES. */
void pb_sobol_batch_at(const pb_sobol *sobol, const pb_kernels *kernels, uint64_t first_draw,
                       pb_sobol_batch *batch);

/** The uniforms in (0, 1) of the input in row `row` in those draws. */
void pb_sobol_uniforms(const pb_sobol *sobol, const pb_kernels *kernels, size_t row,
                       const pb_sobol_batch *batch, double *u);

#endif
