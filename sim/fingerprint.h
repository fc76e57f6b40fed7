/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_FINGERPRINT_H
#define PLANB_SIM_FINGERPRINT_H

#include "results/manifest.h"
#include "sim/model.h"

/**
 * SHA-256 of all outcomes of the first batch of draws: what this planb computes from a scenario.
 * Two versions with the same fingerprint may make parts of one run. `hex` has shape
 * [PB_HASH_SIZE]. Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_fingerprint(const pb_model *model, const pb_kernels *kernels,
                                       uint64_t seed, char *hex, pb_error *err);

#endif
