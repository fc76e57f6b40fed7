/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_KERNELS_H
#define PLANB_MODELS_KERNELS_H

#include "models/quantile_table.h"
#include "models/swing.h"

#include <stdint.h>

/** Lanes of a batch: draws that go through the models together, side by side. */
enum { PB_LANES = 256 };

/** Draw i is scrambled by scrambling i mod 16: the replicates of a point set. */
enum { PB_SCRAMBLINGS = 16 };

/** Bits of a point's number within its sequence. */
enum { PB_POINT_BITS = 30 };

/** Lanes of a group: what a few lanes that need more work are gathered into. */
enum { PB_GROUP_LANES = 64 };

/**
 * The array kernels. All arrays have shape [PB_LANES]; an output may be one of the inputs unless
 * said otherwise. They use only IEEE + - * / sqrt fma and integer bits, so that every instruction
 * set gives the same bits: kernels.c is compiled once per level and this table is chosen once.
 */
typedef struct pb_kernels {
    const char *isa; /**< "v2", "v3", "v4" (x86-64 levels) or "generic" */

    /**
     * Philox4x32-10: u[i] in (0, 1) belongs to (seed, first_draw + i, word2, word3).
     * Counter {draw >> 1 low, draw >> 1 high, word2, word3}, key {seed low, seed high}. Of the
     * four words out, draw takes pair draw & 1, the first of a pair being the high one; with k
     * the top 52 bits of those 64, u = (k + 1/2) 2^-52. `first_draw` is even.
     */
    void (*uniform)(uint64_t seed, uint64_t first_draw, uint32_t word2, uint32_t word3, double *u);

    /**
     * The numbers of a batch's points in an order of its own in each scrambling:
     * number[i * PB_SCRAMBLINGS + r] < 2^PB_POINT_BITS is the place of point first_point + i in
     * order r. Aligned blocks of 2^k points go to aligned blocks. The keys choose the orders, shape
     * [PB_SCRAMBLINGS]; first_point is a multiple of PB_LANES / PB_SCRAMBLINGS.
     */
    void (*order)(uint64_t first_point, const uint64_t *key0, const uint64_t *key1,
                  uint64_t *number);

    /**
     * Nested (Owen) scramblings of a digital sequence: u[i * PB_SCRAMBLINGS + r] in (0, 1) is the
     * coordinate of point number[i * PB_SCRAMBLINGS + r] under scrambling r, the sum (XOR) of the
     * directions of the number's bits, shape [PB_POINT_BITS], a coordinate's first bit lowest. The
     * keys choose the scramblings, shape [PB_SCRAMBLINGS]. The numbers of a scrambling differ in
     * their lowest four bits only, as those of `order` do.
     */
    void (*scramble)(const uint64_t *direction, const uint64_t *number, const uint64_t *key0,
                     const uint64_t *key1, double *u);

    /**
     * Scrambled points of one dimension alone, from point first_point on, in an order of their own
     * in each scrambling, so that they go with points of other dimensions at random: the 2^k
     * points from a multiple of 2^k on still have one in each interval of length 2^-k.
     * first_point is even.
     */
    void (*stratify)(uint64_t first_point, const uint64_t *key0, const uint64_t *key1, double *u);

    /** z = Phi^-1(u), u in (0, 1), within 7e-16 relative; monotone over multiples of 2^-53. */
    void (*normal)(const double *u, double *z);

    /** x = the quantile whose normal score is z, by interpolation in `table`. */
    void (*quantile)(const pb_quantile_table *table, const double *z, double *x);

    /** y = exp(x), x clamped to [-700, 700]. */
    void (*exp)(const double *x, double *y);

    /** p = 1 / (1 + exp(-x)). */
    void (*logistic)(const double *x, double *p);

    /**
     * The exact binomial quantile: k = the smallest integer with P(Bin(n, p) <= k) >= u.
     * n whole numbers 0..10^6, p in [0, 1], u in (0, 1), z = Phi^-1(u). `k` is not an input.
     * Exact but for a u within rounding of a lattice boundary: 1e-11 of P(X <= k) or P(X > k),
     * whichever is smaller, and where n p q < 4 also 3 x 2^-52.
     */
    void (*binomial)(const double *n, const double *p, const double *u, const double *z, double *k);

    /** The same two for a group, shape [PB_GROUP_LANES]: the same bits. */
    void (*logistic_group)(const double *x, double *p);
    void (*binomial_group)(const double *n, const double *p, const double *u, const double *z,
                           double *k);

    /**
     * The inverse: x = logit(p) of the smallest p at which that quantile is at least k, which is
     * p = Q_Beta(1 - u; k, n - k + 1). n whole numbers 0..10^6, k whole, u in (0, 1),
     * z = Phi^-1(u); x is -INFINITY where k <= 0 and INFINITY where k > n. Within 1e-7 ballots (an
     * error of x times n p q), and within 1e-10 (1 + |x|) where n p q < 4.
     */
    void (*binomial_threshold)(const double *n, const double *k, const double *u, const double *z,
                               double *x);

    /** pb_swing_tail and pb_swing_density (models/swing.h). */
    void (*swing_tail)(const pb_swing_table *table, const double *w, double *tail);
    void (*swing_density)(const pb_swing_table *table, const double *w, double *density);
} pb_kernels;

/**
 * The table in use: the best level of this processor, or the one that the environment variable
 * PLANB_ISA names. NULL if PLANB_ISA names a level this processor does not have.
 */
const pb_kernels *pb_kernels_get(void);

/** The table of a level ("v2", "v3", "v4", "generic"), NULL if it was not built or cannot run. */
const pb_kernels *pb_kernels_of_level(const char *isa);

/** The same functions for one number, for values computed once at set-up (bits as in arrays). */
double pb_exp(double x);
double pb_log(double x);   /**< x > 0 */
double pb_logit(double p); /**< 0 < p < 1 */
double pb_logistic(double x);
double pb_normal_quantile(double u);
double pb_quantile(const pb_quantile_table *table, double z);

#endif
