/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SERIES_H
#define PLANB_RESULTS_SERIES_H

#include "models/outcomes.h"
#include "params/scenario.h"
#include "results/summary.h"

#include <stdbool.h>

/** What is made of a value before it is averaged. */
typedef enum pb_test {
    PB_TEST_NONE,         /**< the value itself */
    PB_TEST_ONE_OF,       /**< 1 if bit `value` of `values` is set, else 0 */
    PB_TEST_EQUAL,        /**< 1 if the value is `values` */
    PB_TEST_NOT_POSITIVE, /**< 1 if <= 0 */
    PB_TEST_NOT_NEGATIVE, /**< 1 if >= 0 */
    PB_TEST_COMPLEMENT    /**< 1 - the value */
} pb_test;

/** A number of each draw, taken from the outcome columns. */
typedef struct pb_measure {
    pb_column_id column;
    size_t item;           /**< index into the column's axes; of the deal branch if `realised` */
    size_t stride;         /**< items from the deal to the no-deal branch, if `realised` */
    bool realised;         /**< take the branch that happens in the draw */
    bool with_reserve_use; /**< balance_by_branch: after use of the reserve */
    pb_test test;
    uint32_t values; /**< PB_TEST_ONE_OF, PB_TEST_EQUAL */
} pb_measure;

/**
 * A mean over draws, or over the draws in which `given` is 1, with its place in the summary; or
 * the ratio of the means of `what` and `over`.
 */
typedef struct pb_series {
    char path[PB_PATH_SIZE];
    pb_measure what, given; /**< given.test PB_TEST_NONE: over all draws */
    pb_measure over;        /**< what divides, if `is_ratio` */
    bool is_ratio;
    bool is_probability; /**< of something that happens or not in each draw */
    pb_method method;    /**< PB_METHOD_EXACT: the same in every draw, no sampling error */
    int histogram;       /**< index of its histogram, -1: no quantiles */
    bool is_term;        /**< of a parameter's share, results/parameter_share.h: not told itself */
} pb_series;

/** The series of a scenario, in the order of the summary. */
typedef struct pb_series_list {
    pb_series *series; /**< owned */
    size_t n, capacity, n_histograms;
    pb_status failed;
} pb_series_list;

/**
 * Lists what is worth averaging in a scenario: the keys of the JSON object.
 *
 * @param exact whether each round's probability is the exact conditional one, shape [PB_ROUNDS]
 */
PB_MUST_CHECK pb_status pb_series_list_make(const pb_scenario *scenario, const bool *exact,
                                            pb_series_list *list, pb_error *err);
void pb_series_list_free(pb_series_list *list);

#endif
