/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_REVENUE_H
#define PLANB_MODELS_REVENUE_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/policy.h"
#include "models/revision.h"
#include "models/stream_errors.h"
#include "models/vintage.h"
#include "models/workings.h"

#include <stdbool.h>

/** Where errors come from: a model of them, or a record of past ones. */
typedef enum pb_revenue_method { PB_ERRORS_PARAMETRIC, PB_ERRORS_BOOTSTRAP } pb_revenue_method;

typedef enum pb_bias { PB_BIAS_NONE, PB_BIAS_HISTORIC } pb_bias;

/** What a baseline is of the revenue that it forecasts. */
typedef enum pb_baseline_is { PB_BASELINE_MEDIAN, PB_BASELINE_MEAN } pb_baseline_is;

typedef struct pb_revenue_params {
    pb_revenue_method method;
    int n_streams;
    pb_stream stream[PB_MAX_STREAMS];
    double correlation[PB_MAX_STREAMS][PB_MAX_STREAMS]; /**< positive definite */
    double df; /**< of the errors' joint tails; INFINITY: normal */
    pb_bias bias;
    pb_baseline_is baseline_is;
    double error_cap; /**< |e| never exceeds it */
    double p_recession_first, p_recession_persists, p_recession_enters;
    int n_policies;
    pb_policy policy[PB_MAX_POLICIES];
    pb_revision_params revisions;
    pb_bootstrap_params bootstrap; /**< read with PB_ERRORS_BOOTSTRAP alone */
} pb_revenue_params;

/** The revenue model compiled for a scenario. Arrays over streams are shape [n_streams]. */
typedef struct pb_revenue {
    const pb_revenue_params *params;                 /**< borrowed */
    const pb_uncertain *uncertain;                   /**< borrowed from the inputs */
    double cholesky[PB_MAX_STREAMS][PB_MAX_STREAMS]; /**< lower triangle of the correlation */
    double horizon_factor[PB_MAX_STREAMS];           /**< of each stream's first-year sd */
    double sd[PB_YEARS][PB_MAX_STREAMS];             /**< of each year's own, correlated part */
    double shift[PB_YEARS][2][PB_MAX_STREAMS];       /**< by year and regime, centred */
    double mean[PB_YEARS][PB_MAX_STREAMS];           /**< of each year's whole error */
    double log_mean[PB_YEARS][PB_MAX_STREAMS]; /**< ln E exp(e) where baselines are means; else 0 */
    /** The same of what is known at each revision; for the second year at the first of them. */
    double known_log_mean[PB_REVISION_DATES][PB_MAX_STREAMS], second_log_mean[PB_MAX_STREAMS];
    double expected_musd[PB_YEARS][PB_MAX_STREAMS]; /**< baselines with policies at their mean */
    double official_musd[PB_YEARS];                 /**< their sum: the estimate as adopted */
    pb_bootstrap bootstrap;
    pb_revisions revisions;
    size_t recession_row[PB_YEARS], scale_row[PB_YEARS];
    size_t error_row[PB_YEARS][PB_MAX_STREAMS];
    size_t policy_row[PB_MAX_POLICIES];
} pb_revenue;

/**
 * Declares the inputs of revenue. The correlation is positive definite: params/ checks it.
 * The compiled model stays where it is: parts of it point to others.
 */
void pb_revenue_compile(const pb_revenue_params *params, const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_revenue *revenue);

/**
 * Revenue of a batch (SPEC D.1): Rev = (B + policies) exp(e + d), e_1 = a(R_1) + sd z_1,
 * e_2 = e_1 + a(R_2) + g sd z_2, each year's z correlated with one tail scale; or both years'
 * errors from one vintage of the record. d is 0, or makes B the mean. The official estimate at a
 * date is B exp(what is known of e), SPEC D.7.
 *
 * @param[out] out stream_revenue, revenue, revenue_official, recession
 * @param[out] w   official_revenue
 */
void pb_revenue_simulate(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                         pb_outcomes *out, pb_workings *w);

#endif
