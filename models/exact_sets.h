/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EXACT_SETS_H
#define PLANB_MODELS_EXACT_SETS_H

#include "models/ratification.h"

/**
 * A rule asked about every set of approving unions. The unions stand in groups, those of one
 * sector together: bit i of a set is union voter[i], group g has bits first[g] .. first[g + 1] - 1.
 */
typedef struct pb_exact_sets {
    int n, n_groups;
    int voter[PB_MAX_UNIONS], first[PB_MAX_UNIONS + 1];
    uint8_t *holds; /**< owned, shape [2^n] */
    double *value;  /**< owned, workspace, shape [2^n] */
} pb_exact_sets;

/**
 * The voting unions of a model, each for itself where its leaders decide, else by sector; not yet
 * asked: `holds` is NULL.
 */
void pb_exact_sets_group(const pb_ratification *model, pb_exact_sets *sets);

/** Asks the rule of round r. At most 30 unions. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_exact_sets_ask(const pb_ratification *model, int r, pb_exact_sets *sets,
                                          pb_error *err);
void pb_exact_sets_free(pb_exact_sets *sets);

/**
 * The probability that the rule holds, groups being independent.
 *
 * @param group_p probability of each set of approving unions in each group, [n_groups][2^size]
 */
double pb_exact_sets_probability(const pb_exact_sets *sets, const double *const *group_p);

#endif
