/* SPDX-License-Identifier: GPL-3.0-or-later */
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

/* The error of a forecast made tau months before the year ends grows as tau^0.55 from six months
 * on (SPEC D.2: CBO total 0.58, individual income tax 0.49 over 8-32 months). */
static double horizon_factor(const pb_stream *stream, const pb_fiscal_years *years)
{
    const double days_per_month = 365.25 / 12.0;
    if (stream->made_on == PB_NO_DATE) {
        return 1.0;
    }
    const double months = (years->start[1] - stream->made_on) / days_per_month;
    return pb_exp(0.55 * pb_log(fmax(months, 6.0) / 12.0));
}

static double recession_probability(const pb_revenue_params *params, int year)
{
    const double first = params->p_recession_first;
    return year == 0
               ? first
               : first * params->p_recession_persists + (1.0 - first) * params->p_recession_enters;
}

/* Regime shifts less their mean, so that E e = 0, unless the historic bias is wanted. */
static void set_shifts(pb_revenue *revenue, int year, int s)
{
    const pb_revenue_params *params = revenue->params;
    const pb_stream *stream = &params->stream[s];
    const double p = recession_probability(params, year);
    const double mean = params->bias == PB_BIAS_HISTORIC
                            ? 0.0
                            : (1.0 - p) * stream->shift_normal + p * stream->shift_recession;
    /* Successive budget-year errors are correlated about 0.35 (SPEC D.7). */
    const double inherited = year == 0 ? 0.35 * stream->prior_error : 0.0;
    revenue->shift[year][0][s] = stream->shift_normal - mean + inherited;
    revenue->shift[year][1][s] = stream->shift_recession - mean + inherited;
}

static void declare_year(pb_revenue *revenue, pb_inputs *inputs, int year)
{
    const pb_revenue_params *params = revenue->params;
    const unsigned part = (unsigned)year + 1;

    revenue->recession_row[year] =
        pb_inputs_add(inputs, PB_FOR_RECESSION, part, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
    revenue->scale_row[year] =
        pb_inputs_add(inputs, PB_FOR_REVENUE_SCALE, part, "", PB_TAIL_SCALE, params->df, 0.0, 0.0);
    for (int s = 0; s < params->n_streams; s++) {
        revenue->error_row[year][s] = pb_inputs_add(
            inputs, PB_FOR_REVENUE, part, params->stream[s].id, PB_NORMAL_01, 0.0, 0.0, 0.0);
    }
}

void pb_revenue_compile(const pb_revenue_params *params, const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_revenue *revenue)
{
    memset(revenue, 0, sizeof *revenue);
    revenue->params = params;
    factor(params, revenue->cholesky);
    for (int year = 0; year < PB_YEARS; year++) {
        declare_year(revenue, inputs, year);
        for (int s = 0; s < params->n_streams; s++) {
            const pb_stream *stream = &params->stream[s];
            revenue->sd[year][s] =
                stream->sd
                * (year == 0 ? horizon_factor(stream, years) : stream->second_year_ratio);
            revenue->official_musd[year] += stream->baseline_musd[year];
            set_shifts(revenue, year, s);
        }
    }
}

static void draw_regimes(const pb_revenue *revenue, pb_rows z, uint8_t *recession)
{
    const pb_revenue_params *params = revenue->params;
    const double *first = z[revenue->recession_row[0]], *second = z[revenue->recession_row[1]];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        recession[lane] = first[lane] < params->p_recession_first;
        recession[PB_LANES + lane] = second[lane] < (recession[lane] ? params->p_recession_persists
                                                                     : params->p_recession_enters);
    }
}

/* Adds a year's own error to a stream's error e: a(R) + sd (L x) scale. */
static void add_error(const pb_revenue *revenue, pb_rows z, int year, int s,
                      const uint8_t *recession, double *e)
{
    const double *scale = z[revenue->scale_row[year]];
    double sum[PB_LANES] = {0.0};

    for (int j = 0; j <= s; j++) {
        const double weight = revenue->cholesky[s][j], *x = z[revenue->error_row[year][j]];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sum[lane] += weight * x[lane];
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        e[lane] += revenue->shift[year][recession[lane]][s]
                   + revenue->sd[year][s] * sum[lane] * scale[lane];
    }
}

/* B exp(e) with |e| capped: without a cap E exp of a t is infinite (SPEC D.1). */
static void stream_revenue(const pb_revenue *revenue, const pb_kernels *kernels, int year, int s,
                           const double *e, double *musd)
{
    const double cap = revenue->params->error_cap;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        musd[lane] = e[lane] < -cap ? -cap : e[lane] > cap ? cap : e[lane];
    }
    kernels->exp(musd, musd);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        musd[lane] *= revenue->params->stream[s].baseline_musd[year];
    }
}

static void simulate_stream(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z, int s,
                            pb_outcomes *out)
{
    double e[PB_LANES] = {0.0};
    for (int year = 0; year < PB_YEARS; year++) {
        double *musd = &out->stream_revenue[(s * PB_YEARS + year) * PB_LANES];
        double *total = &out->revenue[year * PB_LANES];
        add_error(revenue, z, year, s, &out->recession[year * PB_LANES], e);
        stream_revenue(revenue, kernels, year, s, e, musd);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            total[lane] += musd[lane];
        }
    }
}

void pb_revenue_simulate(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                         pb_outcomes *out, pb_workings *w)
{
    draw_regimes(revenue, z, out->recession);
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            w->official_revenue[t][lane] = revenue->official_musd[0];
        }
    }
    for (int year = 0; year < PB_YEARS; year++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            out->revenue[year * PB_LANES + (int)lane] = 0.0;
            out->revenue_official[year * PB_LANES + (int)lane] = revenue->official_musd[year];
        }
    }
    for (int s = 0; s < revenue->params->n_streams; s++) {
        simulate_stream(revenue, kernels, z, s, out);
    }
}
