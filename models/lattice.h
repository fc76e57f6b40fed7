/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_LATTICE_H
#define PLANB_MODELS_LATTICE_H

#include "models/error.h"

/**
 * An effect of mean 0 as a sum over nodes: node i stands at (i - n) step and has weight[i]. The
 * trapezoidal rule, whose error falls like exp(-const / step) where the integrand is smooth (L. N.
 * Trefethen and J. A. C. Weideman, SIAM Review 56 (2014)); the mass beyond the ends lies on them.
 */
typedef struct pb_lattice {
    int n; /**< nodes on each side of 0 */
    double step;
    double *weight; /**< owned, shape [2 n + 1], sums to 1 */
} pb_lattice;

/** Where a sum over a lattice may begin to be coarse: the widest step that is safe for an sd. */
double pb_lattice_step(double sd, double df);

/** How far out the lattice of sd T_df goes: 8.5 sd of a normal; of a t until its tails weigh 1e-8,
 * at most 100 sd. */
double pb_lattice_reach(double sd, double df);

/**
 * The lattice of sd T_df, T_df standardised to variance 1 (INFINITY: normal); one node if the sd
 * is 0. Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_lattice_make(double sd, double df, double step, pb_lattice *lattice,
                                        pb_error *err);
void pb_lattice_free(pb_lattice *lattice);

/** How many nodes there are, and where node i stands. */
int pb_lattice_size(const pb_lattice *lattice);
double pb_lattice_at(const pb_lattice *lattice, int i);

#endif
