/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_IDENTITY_H
#define PLANB_RESULTS_IDENTITY_H

#include "models/outcomes.h"
#include "results/manifest.h"

/**
 * What two files must agree in to be parts of one run: every value of the scenario but the number
 * of draws, what is kept, and the numbers that planb computes from it (the fingerprint, a SHA-256
 * of the first draws). Threads, paths and verbosity have no part in it.
 */
typedef struct pb_identity {
    char *lines;             /**< owned: pb_parameter_lines and what is kept */
    char hash[PB_HASH_SIZE]; /**< SHA-256 of the lines and the fingerprint */
    char fingerprint[PB_HASH_SIZE];
} pb_identity;

/** Owned by the caller after success. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_identity_make(const char *scenario_yaml, pb_keep keep,
                                         const char *fingerprint, pb_identity *identity,
                                         pb_error *err);
void pb_identity_free(pb_identity *identity);

/**
 * Refuses (PB_DATA) `there`, the identity of the file `name`, unless it is `here`; the message
 * names what differs.
 */
PB_MUST_CHECK pb_status pb_identity_check(const pb_identity *there, const char *name,
                                          const pb_identity *here, pb_error *err);

#endif
