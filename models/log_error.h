/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_LOG_ERROR_H
#define PLANB_MODELS_LOG_ERROR_H

#include "models/quantile_table.h"

/**
 * The distribution of a log error: e = shift_i with probability p_i, plus sd_1 T_1 + sd_2 T_2,
 * independent Student t of variance 1. What is not random has one shift, or an sd of 0.
 */
typedef struct pb_log_error {
    int n;
    const double *p, *shift; /**< borrowed, shape [n] */
    double sd[2];
    const pb_quantile_table *student; /**< of T; NULL: normal */
} pb_log_error;

/**
 * ln E exp(e) with |e| capped, by the midpoint rule over normal scores at fixed places (SPEC
 * D.1). Within 1e-9 where the cap is far out in the tails.
 */
double pb_log_mean_exp(const pb_log_error *error, double cap);

#endif
