/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/revenue_in_draw.h"

#include <string.h>

/* ---- errors ---- */

static void draw_regimes(const pb_revenue *revenue, pb_rows z, uint8_t *recession)
{
    const double *first = z[revenue->recession_row[0]], *second = z[revenue->recession_row[1]];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_recession_odds odds =
            pb_recession_odds_in_draw(revenue, (pb_lane){revenue->uncertain, z, lane});
        recession[lane] = first[lane] < odds.first;
        recession[PB_LANES + lane] = second[lane] < (recession[lane] ? odds.persists : odds.enters);
    }
}

/* The common scale of a year's tails: 1 for a record, which has its own. */
static void set_scale(const pb_revenue *revenue, pb_rows z, int year, double *scale)
{
    const bool drawn = revenue->params->method == PB_ERRORS_PARAMETRIC;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        scale[lane] = drawn ? z[revenue->scale_row[year]][lane] : 1.0;
    }
}

/* A year's own part of a stream's error: sd (L x) scale. */
static void own_part(const pb_revenue *revenue, pb_rows z, int year, int s, const pb_workings *w,
                     double *own)
{
    const double *scale = w->tail_scale[year];
    const pb_varying sd = pb_error_sd(revenue, w, year, s);
    double sum[PB_LANES] = {0.0};

    for (int j = 0; j <= s; j++) {
        const double weight = revenue->cholesky[s][j], *x = z[revenue->error_row[year][j]];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sum[lane] += weight * x[lane];
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        own[lane] = pb_in_lane(sd, lane) * sum[lane] * scale[lane];
    }
}

/* e_1 = a(R_1) + own part; e_2 = e_1 + a(R_2) + its own part. */
static void parametric_errors(const pb_revenue *revenue, pb_rows z, int s, const uint8_t *recession,
                              pb_workings *w)
{
    double second[PB_LANES];
    own_part(revenue, z, 0, s, w, w->own_error[s]);
    own_part(revenue, z, 1, s, w, second);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double first_shift = pb_error_shift(revenue, w, 0, recession[lane], s, lane);
        const double second_shift =
            pb_error_shift(revenue, w, 1, recession[PB_LANES + lane], s, lane);
        w->log_error[0][s][lane] = first_shift + w->own_error[s][lane];
        w->log_error[1][s][lane] = w->log_error[0][s][lane] + (second_shift + second[lane]);
    }
}

/* Both years of the vintage, less the record's means or not, and what smooths them. */
static void record_errors(const pb_revenue *revenue, pb_rows z, int s, pb_workings *w)
{
    const pb_vintage *vintage = revenue->params->bootstrap.vintage;
    double smooth[PB_LANES] = {0.0};
    for (int year = 0; year < PB_YEARS; year++) {
        const pb_varying mean = pb_error_mean(revenue, w, year, s);
        if (revenue->params->bootstrap.smooth) {
            own_part(revenue, z, year, s, w, smooth);
        }
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const double shift = pb_in_lane(mean, lane) - revenue->bootstrap.mean[year][s];
            w->log_error[year][s][lane] =
                vintage[w->vintage[lane]].error[s][year] + shift + smooth[lane];
        }
    }
    const pb_varying mean = pb_error_mean(revenue, w, 0, s);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        w->own_error[s][lane] = w->log_error[0][s][lane] - pb_in_lane(mean, lane);
    }
}

static void draw_errors(const pb_revenue *revenue, pb_rows z, uint8_t *recession, pb_workings *w)
{
    const bool resampled = pb_is_resampled(revenue);
    set_scale(revenue, z, 0, w->tail_scale[0]);
    set_scale(revenue, z, 1, w->tail_scale[1]);
    if (resampled) {
        memset(recession, 0, PB_YEARS * PB_LANES);
        pb_bootstrap_choose(&revenue->bootstrap, z[revenue->bootstrap.row], w->vintage);
    } else {
        draw_regimes(revenue, z, recession);
    }
    for (int s = 0; s < revenue->params->n_streams; s++) {
        if (resampled) {
            record_errors(revenue, z, s, w);
        } else {
            parametric_errors(revenue, z, s, recession, w);
        }
    }
}

/* ---- money ---- */

/* base exp(e + d) with |e| capped: without a cap E exp of a t is infinite (SPEC D.1). */
PB_LOOP cap_errors(const pb_uncertain *uncertain, const double *error_cap, pb_rows z,
                   const double *e, double d, double *musd)
{
    double cap = *error_cap;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        if (uncertain != NULL) {
            cap = pb_param((pb_lane){uncertain, z, lane}, error_cap);
        }
        musd[lane] = (e[lane] < -cap ? -cap : e[lane] > cap ? cap : e[lane]) + d;
    }
}

static void musd_of(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                    const double *e, double d, double *musd)
{
    PB_WITH_PARAMETERS(cap_errors, revenue->uncertain, &revenue->params->error_cap, z, e, d, musd);
    kernels->exp(musd, musd);
}

/* The baseline with what policies bring beyond it. */
static void set_base(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z, int year,
                     int s, double *base)
{
    const pb_revenue_params *params = revenue->params;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        base[lane] = pb_param((pb_lane){revenue->uncertain, z, lane},
                              &params->stream[s].baseline_musd[year]);
    }
    for (int p = 0; p < params->n_policies; p++) {
        if (params->policy[p].stream == s) {
            pb_policy_add(&params->policy[p], revenue->uncertain, kernels, z,
                          revenue->policy_row[p], year, base);
        }
    }
}

static void simulate_stream(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z, int s,
                            const pb_workings *w, pb_outcomes *out)
{
    double base[PB_LANES];
    for (int year = 0; year < PB_YEARS; year++) {
        double *musd = &out->stream_revenue[(s * PB_YEARS + year) * PB_LANES];
        double *total = &out->revenue[year * PB_LANES];
        set_base(revenue, kernels, z, year, s, base);
        musd_of(revenue, kernels, z, w->log_error[year][s], -revenue->log_mean[year][s], musd);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            musd[lane] *= base[lane];
            total[lane] += musd[lane];
        }
    }
}

/* ---- official estimates ---- */

/* The mean of the first year's error as known at each revision: recessions are recognised late,
 * by the last of them (SPEC D.7). */
static void set_known_means(const pb_revenue *revenue, const uint8_t *recession, pb_workings *w)
{
    const bool regimes = revenue->params->method == PB_ERRORS_PARAMETRIC;
    const int last = PB_REVISION_DATES - 1;
    for (int s = 0; s < revenue->params->n_streams; s++) {
        const pb_varying mean = pb_error_mean(revenue, w, 0, s);
        for (int t = 0; t < PB_REVISION_DATES; t++) {
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                w->known_error[t][s][lane] =
                    t == last && regimes ? pb_error_shift(revenue, w, 0, recession[lane], s, lane)
                                         : pb_in_lane(mean, lane);
            }
        }
    }
}

static void add_estimate(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                         const double *e, double log_mean, pb_varying expected_musd, double *total)
{
    double musd[PB_LANES];
    musd_of(revenue, kernels, z, e, -log_mean, musd);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        total[lane] += pb_in_lane(expected_musd, lane) * musd[lane];
    }
}

/* The second year's error contains the first's, so its estimate moves with that. */
static void estimate_second_year(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                                 int s, const pb_workings *w, double *total)
{
    const pb_varying first = pb_error_mean(revenue, w, 0, s),
                     both = pb_error_mean(revenue, w, 1, s);
    double e[PB_LANES];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double further = pb_in_lane(both, lane) - pb_in_lane(first, lane);
        e[lane] = w->known_error[0][s][lane] + further;
    }
    add_estimate(revenue, kernels, z, e, revenue->second_log_mean[s],
                 pb_expected_musd(revenue, w, 1, s), total);
}

/* What each revision makes of the estimates, which stand at 0. */
static void estimate_stream(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z, int s,
                            pb_outcomes *out, pb_workings *w)
{
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        add_estimate(revenue, kernels, z, w->known_error[t][s], revenue->known_log_mean[t][s],
                     pb_expected_musd(revenue, w, 0, s),
                     t == 0 ? out->revenue_official : w->official_revenue[t - 1]);
    }
    estimate_second_year(revenue, kernels, z, s, w, &out->revenue_official[PB_LANES]);
}

/* The estimate as adopted: all streams with their policies. */
static double adopted_musd(const pb_revenue *revenue, const pb_workings *w, int year, size_t lane)
{
    double total = 0.0;
    if (revenue->uncertain == NULL) {
        return revenue->official_musd[year];
    }
    for (int s = 0; s < revenue->params->n_streams; s++) {
        total += w->expected_musd[year][s][lane];
    }
    return total;
}

/* Without revisions the estimates as adopted stand; with them they are added up from 0. */
static void start_estimates(const pb_revenue *revenue, pb_outcomes *out, pb_workings *w)
{
    const bool on = revenue->revisions.on;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (int year = 0; year < PB_YEARS; year++) {
            out->revenue_official[(size_t)year * PB_LANES + lane] =
                on ? 0.0 : adopted_musd(revenue, w, year, lane);
        }
        for (int t = 0; t < PB_N_REVISIONS; t++) {
            w->official_revenue[t][lane] = out->revenue_official[lane];
        }
    }
}

void pb_revenue_simulate(const pb_revenue *revenue, const pb_kernels *kernels, pb_rows z,
                         pb_outcomes *out, pb_workings *w)
{
    pb_revenue_set_parameters(revenue, z, w);
    draw_errors(revenue, z, out->recession, w);
    start_estimates(revenue, out, w);
    if (revenue->revisions.on) {
        set_known_means(revenue, out->recession, w);
        pb_revisions_simulate(&revenue->revisions, z, w);
    }
    memset(out->revenue, 0, PB_YEARS * PB_LANES * sizeof out->revenue[0]);
    for (int s = 0; s < revenue->params->n_streams; s++) {
        simulate_stream(revenue, kernels, z, s, w, out);
        if (revenue->revisions.on) {
            estimate_stream(revenue, kernels, z, s, out, w);
        }
    }
}
