/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/log_error.h"
#include "models/revenue.h"

#include <math.h>
#include <string.h>

/* Lower triangular L with L L' = correlation; positive definite, so no root is of a negative. */
static void factor(const pb_revenue_params *params, double (*cholesky)[PB_MAX_STREAMS])
{
    for (int i = 0; i < params->n_streams; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = params->correlation[i][j];
            for (int k = 0; k < j; k++) {
                sum -= cholesky[i][k] * cholesky[j][k];
            }
            cholesky[i][j] = i == j ? sqrt(sum) : sum / cholesky[j][j];
        }
    }
}

/* The record's means are kept or taken out like those of the regimes. */
static void set_record(pb_revenue *revenue, int s)
{
    const pb_revenue_params *params = revenue->params;
    for (int year = 0; year < PB_YEARS; year++) {
        const double mean = revenue->bootstrap.mean[year][s];
        revenue->sd[year][s] = revenue->bootstrap.smooth[year][s];
        revenue->mean[year][s] = (params->bias == PB_BIAS_HISTORIC ? mean : 0.0)
                                 + pb_inherited_error(&params->stream[s]);
    }
}

static void set_errors(pb_revenue *revenue, const pb_fiscal_years *years, int s)
{
    const pb_revenue_params *params = revenue->params;
    const pb_recession_odds odds = {params->p_recession_first, params->p_recession_persists,
                                    params->p_recession_enters};
    revenue->horizon_factor[s] = pb_horizon_factor(&params->stream[s], years);
    const pb_stream_errors errors = pb_stream_errors_of(
        &params->stream[s], revenue->horizon_factor[s], &odds, params->bias == PB_BIAS_HISTORIC);
    for (int year = 0; year < PB_YEARS; year++) {
        revenue->sd[year][s] = errors.sd[year];
        revenue->shift[year][0][s] = errors.shift[year][0];
        revenue->shift[year][1][s] = errors.shift[year][1];
        revenue->mean[year][s] = errors.mean[year];
    }
}

static bool resampled(const pb_revenue *revenue)
{
    return revenue->params->method == PB_ERRORS_BOOTSTRAP;
}

static double spread_of(const pb_revenue *revenue, int s)
{
    return resampled(revenue) ? revenue->bootstrap.spread[s] : revenue->sd[0][s];
}

/* ---- baselines that are means ---- */

/* What a later fact adds to the error is no part of how the baseline was made. */
static double mean_as_made(const pb_revenue *revenue, int year, int s)
{
    return revenue->mean[year][s] - pb_inherited_error(&revenue->params->stream[s]);
}

/* Four ways through the regimes: in the first year's alone, two pairs of which are alike. */
static double parametric_log_mean(const pb_revenue *revenue, const pb_quantile_table *student,
                                  int year, int s)
{
    const pb_revenue_params *params = revenue->params;
    const double first[2] = {1.0 - params->p_recession_first, params->p_recession_first};
    const double enters[2] = {params->p_recession_enters, params->p_recession_persists};
    const double prior = pb_inherited_error(&params->stream[s]);
    double p[4], shift[4];
    for (int i = 0; i < 4; i++) {
        const int r1 = i / 2, r2 = i % 2;
        p[i] = first[r1] * (r2 == 1 ? enters[r1] : 1.0 - enters[r1]);
        shift[i] = revenue->shift[0][r1][s] - prior + (year == 0 ? 0.0 : revenue->shift[1][r2][s]);
    }
    const pb_log_error error = {.n = 4,
                                .p = p,
                                .shift = shift,
                                .sd = {revenue->sd[0][s], year == 0 ? 0.0 : revenue->sd[1][s]},
                                .student = student};
    return pb_log_mean_exp(&error, params->error_cap);
}

static double record_log_mean(const pb_revenue *revenue, int year, int s)
{
    const pb_bootstrap_params *record = &revenue->params->bootstrap;
    double shift[PB_MAX_VINTAGES];
    for (int v = 0; v < record->n_vintages; v++) {
        shift[v] = record->vintage[v].error[s][year] - revenue->bootstrap.mean[year][s]
                   + mean_as_made(revenue, year, s);
    }
    const pb_log_error error = {.n = record->n_vintages,
                                .p = revenue->bootstrap.p,
                                .shift = shift,
                                .sd = {revenue->sd[year][s], 0.0}};
    return pb_log_mean_exp(&error, revenue->params->error_cap);
}

/* Of what is known of an error with the given mean, when `share` of its variance is. */
static double known_log_mean(const pb_revenue *revenue, const pb_quantile_table *student,
                             double share, double mean, int s)
{
    const double certain = 1.0;
    const pb_log_error error = {.n = 1,
                                .p = &certain,
                                .shift = &mean,
                                .sd = {sqrt(share) * spread_of(revenue, s), 0.0},
                                .student = student};
    return pb_log_mean_exp(&error, revenue->params->error_cap);
}

/* The last revision knows the regime, where there are any. */
static double last_log_mean(const pb_revenue *revenue, const pb_quantile_table *student, int s)
{
    const pb_revenue_params *params = revenue->params;
    const double share = revenue->revisions.known[PB_REVISION_DATES - 1];
    const double prior = pb_inherited_error(&params->stream[s]);
    const double p[2] = {1.0 - params->p_recession_first, params->p_recession_first};
    const double shift[2] = {revenue->shift[0][0][s] - prior, revenue->shift[0][1][s] - prior};
    const pb_log_error error = {.n = 2,
                                .p = p,
                                .shift = shift,
                                .sd = {sqrt(share) * spread_of(revenue, s), 0.0},
                                .student = student};
    return resampled(revenue)
               ? known_log_mean(revenue, student, share, mean_as_made(revenue, 0, s), s)
               : pb_log_mean_exp(&error, params->error_cap);
}

static void set_known_log_means(pb_revenue *revenue, const pb_quantile_table *student, int s)
{
    const double *known = revenue->revisions.known;
    const double mean = mean_as_made(revenue, 0, s), second = mean_as_made(revenue, 1, s);
    for (int t = 0; t < PB_REVISION_DATES - 1; t++) {
        revenue->known_log_mean[t][s] = known_log_mean(revenue, student, known[t], mean, s);
    }
    revenue->known_log_mean[PB_REVISION_DATES - 1][s] = last_log_mean(revenue, student, s);
    revenue->second_log_mean[s] = known_log_mean(revenue, student, known[0], second, s);
}

static void set_log_means(pb_revenue *revenue, pb_inputs *inputs)
{
    const pb_revenue_params *params = revenue->params;
    const pb_quantile_table *student =
        resampled(revenue) || isinf(params->df) ? NULL : pb_inputs_student(inputs, params->df);
    for (int s = 0; s < params->n_streams; s++) {
        for (int year = 0; year < PB_YEARS; year++) {
            revenue->log_mean[year][s] = resampled(revenue)
                                             ? record_log_mean(revenue, year, s)
                                             : parametric_log_mean(revenue, student, year, s);
        }
        if (revenue->revisions.on) {
            set_known_log_means(revenue, student, s);
        }
    }
}

/* ---- inputs and the whole ---- */

static void declare_regime(pb_revenue *revenue, pb_inputs *inputs, int year)
{
    const unsigned part = (unsigned)year + 1;
    revenue->recession_row[year] =
        pb_inputs_add(inputs, PB_FOR_RECESSION, part, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
    revenue->scale_row[year] = pb_inputs_add(inputs, PB_FOR_REVENUE_SCALE, part, "", PB_TAIL_SCALE,
                                             revenue->params->df, 0.0, 0.0);
}

static void declare_errors(pb_revenue *revenue, pb_inputs *inputs, int year)
{
    const pb_revenue_params *params = revenue->params;
    for (int s = 0; s < params->n_streams; s++) {
        revenue->error_row[year][s] =
            pb_inputs_add(inputs, PB_FOR_REVENUE, (unsigned)year + 1, params->stream[s].id,
                          PB_NORMAL_01, 0.0, 0.0, 0.0);
    }
}

/* A record has its own regimes and tails; only what smooths it is drawn. */
static void declare_year(pb_revenue *revenue, pb_inputs *inputs, int year)
{
    if (!resampled(revenue)) {
        declare_regime(revenue, inputs, year);
    }
    if (!resampled(revenue) || revenue->params->bootstrap.smooth) {
        declare_errors(revenue, inputs, year);
    }
}

static void compile_policies(pb_revenue *revenue, pb_inputs *inputs)
{
    const pb_revenue_params *params = revenue->params;
    for (int p = 0; p < params->n_policies; p++) {
        const pb_policy *policy = &params->policy[p];
        revenue->policy_row[p] = pb_policy_declare(policy, inputs);
        for (int year = 0; year < PB_YEARS; year++) {
            revenue->expected_musd[year][policy->stream] += pb_policy_expected_musd(policy, year);
        }
    }
}

static void set_official(pb_revenue *revenue)
{
    for (int year = 0; year < PB_YEARS; year++) {
        for (int s = 0; s < revenue->params->n_streams; s++) {
            revenue->official_musd[year] += revenue->expected_musd[year][s];
        }
    }
}

static void compile_errors(pb_revenue *revenue, const pb_fiscal_years *years, pb_inputs *inputs)
{
    const pb_revenue_params *params = revenue->params;
    for (int year = 0; year < PB_YEARS; year++) {
        declare_year(revenue, inputs, year);
        for (int s = 0; s < params->n_streams; s++) {
            revenue->expected_musd[year][s] = params->stream[s].baseline_musd[year];
        }
    }
    for (int s = 0; s < params->n_streams; s++) {
        set_errors(revenue, years, s);
    }
    if (resampled(revenue)) {
        pb_bootstrap_compile(&params->bootstrap, params->n_streams, inputs, &revenue->bootstrap);
        for (int s = 0; s < params->n_streams; s++) {
            set_record(revenue, s);
        }
    }
}

static void compile_revisions(pb_revenue *revenue, pb_inputs *inputs)
{
    const pb_revenue_params *params = revenue->params;
    double spread[PB_MAX_STREAMS];
    for (int s = 0; s < params->n_streams; s++) {
        spread[s] = spread_of(revenue, s);
    }
    const pb_revised revised = {.n_streams = params->n_streams,
                                .stream = params->stream,
                                .correlation = (const double(*)[PB_MAX_STREAMS])params->correlation,
                                .cholesky = (const double(*)[PB_MAX_STREAMS])revenue->cholesky,
                                .spread = spread,
                                .spread_is_drawn =
                                    revenue->uncertain != NULL && !resampled(revenue)};
    pb_revisions_compile(&params->revisions, &revised, inputs, &revenue->revisions);
}

void pb_revenue_compile(const pb_revenue_params *params, const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_revenue *revenue)
{
    memset(revenue, 0, sizeof *revenue);
    revenue->params = params;
    revenue->uncertain = inputs->uncertain;
    factor(params, revenue->cholesky);
    compile_errors(revenue, years, inputs);
    compile_policies(revenue, inputs);
    set_official(revenue);
    compile_revisions(revenue, inputs);
    if (params->baseline_is == PB_BASELINE_MEAN) {
        set_log_means(revenue, inputs);
    }
}
