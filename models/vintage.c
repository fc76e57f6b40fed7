/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/vintage.h"

#include <math.h>
#include <string.h>

/* age_weight^age, the youngest vintage having age 0, and so that they sum to 1. */
static void set_probabilities(const pb_bootstrap_params *params, pb_bootstrap *b)
{
    int64_t youngest = params->vintage[0].year;
    double total = 0.0, below = 0.0;
    for (int v = 1; v < b->n_vintages; v++) {
        youngest = params->vintage[v].year > youngest ? params->vintage[v].year : youngest;
    }
    for (int v = 0; v < b->n_vintages; v++) {
        b->p[v] = 1.0;
        for (int64_t year = params->vintage[v].year; year < youngest; year++) {
            b->p[v] *= params->age_weight;
        }
        total += b->p[v];
    }
    for (int v = 0; v < b->n_vintages; v++) {
        b->p[v] /= total;
        b->cumulative[v] = below += b->p[v];
    }
}

/* The sample sd of a stream's errors in a year: every vintage counts alike. */
static double sample_sd(const pb_bootstrap_params *params, int s, int year)
{
    const int n = params->n_vintages;
    double mean = 0.0, squares = 0.0;
    for (int v = 0; v < n; v++) {
        mean += params->vintage[v].error[s][year] / n;
    }
    for (int v = 0; v < n; v++) {
        const double difference = params->vintage[v].error[s][year] - mean;
        squares += difference * difference;
    }
    return sqrt(squares / (n - 1));
}

static void set_moments(const pb_bootstrap_params *params, int s, pb_bootstrap *b)
{
    const double h = params->smooth ? 0.3 * pb_exp(-0.2 * pb_log(b->n_vintages)) : 0.0;
    for (int year = 0; year < PB_YEARS; year++) {
        for (int v = 0; v < b->n_vintages; v++) {
            b->mean[year][s] += b->p[v] * params->vintage[v].error[s][year];
        }
        b->smooth[year][s] = h * sample_sd(params, s, year);
    }
    double variance = b->smooth[0][s] * b->smooth[0][s];
    for (int v = 0; v < b->n_vintages; v++) {
        const double difference = params->vintage[v].error[s][0] - b->mean[0][s];
        variance += b->p[v] * difference * difference;
    }
    b->spread[s] = sqrt(variance);
}

void pb_bootstrap_compile(const pb_bootstrap_params *params, int n_streams, pb_inputs *inputs,
                          pb_bootstrap *bootstrap)
{
    memset(bootstrap, 0, sizeof *bootstrap);
    bootstrap->n_vintages = params->n_vintages;
    bootstrap->row = pb_inputs_add(inputs, PB_FOR_VINTAGE, 0, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
    set_probabilities(params, bootstrap);
    for (int s = 0; s < n_streams; s++) {
        set_moments(params, s, bootstrap);
    }
}

void pb_bootstrap_choose(const pb_bootstrap *bootstrap, const double *u, int *vintage)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        int v = 0;
        while (v < bootstrap->n_vintages - 1 && u[lane] >= bootstrap->cumulative[v]) {
            v++;
        }
        vintage[lane] = v;
    }
}
