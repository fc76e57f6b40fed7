/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_POLICY_H
#define PLANB_MODELS_POLICY_H

#include "models/input.h"

#include <stdbool.h>

enum { PB_MAX_POLICIES = 32 };

/** A new tax, or a change of one, whose yield is uncertain (SPEC D.6). */
typedef struct pb_policy {
    char id[PB_ID_SIZE];
    int stream;                   /**< the stream it adds to */
    double amount_musd[PB_YEARS]; /**< Y: estimated yield of a whole year */
    double lambda[PB_YEARS];      /**< sd of the logarithm of the yield */
    double phase[PB_YEARS];       /**< share of the year's yield that comes in */
    bool in_baseline;             /**< the stream's baseline counts Y already */
} pb_policy;

/** Declares the one input of a policy and returns its row: its yields move together. */
size_t pb_policy_declare(const pb_policy *policy, pb_inputs *inputs);

/** The mean of what a policy adds to its baseline in a year: Y phase, less Y if counted. */
double pb_policy_expected_musd(const pb_policy *policy, int year);

/** The same in one draw. */
double pb_policy_expected_in_draw(const pb_policy *policy, pb_lane at, int year);

/**
 * Adds what a policy brings beyond its baseline in a year, $ million:
 * dY = Y exp(lambda Z - lambda^2 / 2) phase, less Y if counted; the exponential has mean 1.
 *
 * @param row of the policy's input
 * @param[in,out] musd shape [PB_LANES]
 */
void pb_policy_add(const pb_policy *policy, const pb_uncertain *uncertain,
                   const pb_kernels *kernels, pb_rows z, size_t row, int year, double *musd);

#endif
