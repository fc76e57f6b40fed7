/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_PARAMETER_SHARE_H
#define PLANB_RESULTS_PARAMETER_SHARE_H

#include "results/statistics.h"

/*
 * Which part of the spread of an outcome comes from the uncertain parameters: the first-order
 * share Var(E[Y | parameter]) / Var(Y), from the draws of the run itself.
 *
 * E[Y | parameter] is expanded in orthonormal polynomials h_d of the parameter's normal score;
 * then Var(E[Y | parameter]) is the sum of the squares of c_d = Cov(Y, h_d). The square of an
 * estimate of c_d is too large by its own variance; the mean of products of estimates from two
 * different replicates is not. Errors are those of the jackknife over replicates.
 * Sources: B. Sudret, Global sensitivity analysis using polynomial chaos expansions, Reliability
 * Engineering and System Safety 93 (2008) 964-979; for the estimate from given data E. Plischke,
 * E. Borgonovo and C. L. Smith, European Journal of Operational Research 226 (2013) 536-550.
 */

/** Appends what a run with uncertain parameters says of them; nothing where there are none. */
void pb_parameter_shares_summarise(const pb_statistics *statistics, const pb_parameters *parameters,
                                   pb_sampling sampling, pb_summary *summary);

#endif
