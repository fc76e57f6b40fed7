/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_GIVEN_H
#define PLANB_RESULTS_GIVEN_H

#include "results/draws.h"
#include "results/summary.h"

/*
 * Conditional answers: the summary of the draws in which unions vote in a given way. They are
 * counted among the stored draws, since the exact conditional probability of a draw leaves open
 * how the unions vote.
 */

enum { PB_MAX_CONDITIONS = 64 };

/** Fewer draws give no answer; fewer than the second number give one with a warning. */
enum { PB_GIVEN_FEWEST = 64, PB_GIVEN_FEW = 1000 };

/** A round is held and a union approves or rejects in it. */
typedef struct pb_condition {
    int round, voters; /**< indices of round and union */
    bool approves;
} pb_condition;

/**
 * Reads "UNION=approved", "UNION=rejected" or, of another round than the first,
 * "UNION@ROUND=approved". Errors: PB_USAGE.
 */
PB_MUST_CHECK pb_status pb_condition_read(const pb_scenario *scenario, const char *text,
                                          pb_condition *condition, pb_error *err);

/**
 * The summary of the draws in which all conditions hold. It has the entries of the file's summary
 * `whole` that stored draws give, and `given`: the conditions, how many draws are left, and the
 * probability of the conditions. Owned by the caller after success, pb_summary_free.
 * Errors: PB_DATA (no draws stored; fewer than PB_GIVEN_FEWEST are left).
 */
PB_MUST_CHECK pb_status pb_given_summary(const pb_scenario *scenario, pb_draws *draws,
                                         const pb_summary *whole, const pb_condition *condition,
                                         int n_conditions, pb_summary *summary, pb_error *err);

#endif
