/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_REVENUE_H
#define PLANB_MODELS_REVENUE_H

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/workings.h"

#include <stdbool.h>

enum { PB_MAX_STREAMS = 32 };

/** A revenue stream. Its error is e = ln(actual / baseline), SPEC D.1. */
typedef struct pb_stream {
    char id[PB_ID_SIZE], title[PB_TITLE_SIZE];
    double baseline_musd[PB_YEARS]; /**< may be negative: refunds */
    pb_date made_on;                /**< PB_NO_DATE: 12 months before the first year ends */
    double sd;                      /**< of e within a regime, 12 months ahead */
    double second_year_ratio;       /**< g_s: sd of the second year's growth error over `sd` */
    double shift_normal, shift_recession; /**< mean of e in each regime before centring */
    double prior_error;                   /**< e of the year before, if known */
} pb_stream;

typedef enum pb_bias { PB_BIAS_NONE, PB_BIAS_HISTORIC } pb_bias;

typedef struct pb_revenue_params {
    int n_streams;
    pb_stream stream[PB_MAX_STREAMS];
    double correlation[PB_MAX_STREAMS][PB_MAX_STREAMS]; /**< positive definite */
    double df; /**< of the errors' joint tails; INFINITY: normal */
    pb_bias bias;
    double error_cap; /**< |e| never exceeds it */
    double p_recession_first, p_recession_persists, p_recession_enters;
} pb_revenue_params;

/** The revenue model compiled for a scenario. */
typedef struct pb_revenue {
    const pb_revenue_params *params;                 /**< borrowed */
    double cholesky[PB_MAX_STREAMS][PB_MAX_STREAMS]; /**< lower triangle of the correlation */
    double sd[PB_YEARS][PB_MAX_STREAMS];             /**< of each year's own error */
    double shift[PB_YEARS][2][PB_MAX_STREAMS];       /**< by year and regime, centred */
    double official_musd[PB_YEARS];                  /**< the sum of the baselines */
    size_t recession_row[PB_YEARS], scale_row[PB_YEARS];
    size_t error_row[PB_YEARS][PB_MAX_STREAMS];
} pb_revenue;

/** Declares the inputs of revenue. The correlation is positive definite: params/ checks it. */
void pb_revenue_compile(const pb_revenue_params *params, const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_revenue *revenue);

/**
 * Revenue of a batch (SPEC D.1): Rev = B exp(e), e_1 = a(R_1) + sd z_1,
 * e_2 = e_1 + a(R_2) + g sd z_2, each year's z correlated with one tail scale.
 *
 * @param[out] out stream_revenue, revenue, revenue_official, recession
 * @param[out] w   official_revenue
 */
void pb_revenue_simulate(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                         pb_outcomes *out, pb_workings *w);

#endif
