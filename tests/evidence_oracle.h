/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_EVIDENCE_ORACLE_H
#define PLANB_TESTS_EVIDENCE_ORACLE_H

/**
 * Conditioning on all figures at once, with dense matrices: mean P H' S^-1 (z - m) and covariance
 * P - P H' S^-1 H P, S = H P H' + diag(noise + R). H is read off pb_first_support and
 * pb_second_support by moving one effect at a time; z and R are worked out here as SPEC C.4 says.
 */

#include "models/ballots.h"
#include "models/evidence.h"

#include <criterion/criterion.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>
#include <string.h>

enum { ORACLE_MAX_STATES = 64, ORACLE_MAX_FIGURES = 32 };

/** The effects, then one bias for each kind. */
typedef struct oracle {
    const pb_ratification *model;
    size_t n_effects, n_states, n_figures;
    double prior[ORACLE_MAX_STATES]; /**< variances */
    double h[ORACLE_MAX_FIGURES][ORACLE_MAX_STATES];
    double mean[ORACLE_MAX_FIGURES], noise[ORACLE_MAX_FIGURES];
    double value[ORACLE_MAX_FIGURES], sampling[ORACLE_MAX_FIGURES]; /**< z, R */
    double posterior_mean[ORACLE_MAX_STATES];
    double posterior[ORACLE_MAX_STATES][ORACLE_MAX_STATES];
} oracle;

static inline void oracle_start(oracle *o, const pb_ratification *model,
                                const pb_evidence_params *params)
{
    memset(o, 0, sizeof *o);
    o->model = model;
    o->n_effects = (size_t)model->effects.n;
    o->n_states = o->n_effects + PB_N_EVIDENCE_KINDS;
    cr_assert_leq(o->n_states, ORACLE_MAX_STATES);
    for (size_t i = 0; i < o->n_effects; i++) {
        o->prior[i] = model->effects.sd[i] * model->effects.sd[i];
    }
    for (size_t i = 0; i < PB_N_EVIDENCE_KINDS; i++) {
        o->prior[o->n_effects + i] = params->sd[i].bias * params->sd[i].bias;
    }
}

/* Member-weighted support of units first .. first + n - 1 where effect e alone is 1 (-1: none). */
static inline double oracle_support(const oracle *o, int r, int first, int n, int e)
{
    static double x[PB_MAX_EFFECTS][PB_LANES];
    double members = 0.0, sum = 0.0, eta[PB_LANES];
    memset(x, 0, o->n_effects * sizeof x[0]);
    if (e >= 0) {
        x[e][0] = 1.0;
    }
    for (int u = first; u < first + n; u++) {
        pb_first_support(o->model, NULL, (pb_effect_rows)x, u, eta);
        if (r == 1) {
            pb_second_support(o->model, NULL, (pb_effect_rows)x, u, eta);
        }
        sum += (double)o->model->coalition->unit[u].members * eta[0];
        members += (double)o->model->coalition->unit[u].members;
    }
    return sum / members;
}

static inline bool oracle_is_late_swing(const oracle *o, int r, int e)
{
    for (int k = 0; k < o->model->coalition->n_unions; k++) {
        if (o->model->effects.late_swing[r][k] == e) {
            return true;
        }
    }
    return false;
}

/** H, mean and noise of the next figure; a count carries the round's late swing. */
static inline void oracle_measure(oracle *o, int r, int first, int n, int bias, double noise,
                                  bool is_count)
{
    const size_t j = o->n_figures;
    cr_assert_lt(j, ORACLE_MAX_FIGURES);
    o->mean[j] = oracle_support(o, r, first, n, -1);
    o->noise[j] = noise;
    for (size_t e = 0; e < o->n_effects; e++) {
        const bool left_out = !is_count && oracle_is_late_swing(o, r, (int)e);
        o->h[j][e] = left_out ? 0.0 : oracle_support(o, r, first, n, (int)e) - o->mean[j];
    }
    if (bias >= 0) {
        o->h[j][o->n_effects + (size_t)bias] = 1.0;
    }
}

/* P H' */
static inline void oracle_gain_basis(const oracle *o, gsl_matrix *ph)
{
    for (size_t i = 0; i < o->n_states; i++) {
        for (size_t j = 0; j < o->n_figures; j++) {
            gsl_matrix_set(ph, i, j, o->prior[i] * o->h[j][i]);
        }
    }
}

/* The Cholesky factor of S = H P H' + diag(noise + R). */
static inline void oracle_factor(const oracle *o, const gsl_matrix *ph, gsl_matrix *s)
{
    for (size_t j = 0; j < o->n_figures; j++) {
        for (size_t l = 0; l < o->n_figures; l++) {
            double sum = j == l ? o->noise[j] + o->sampling[j] : 0.0;
            for (size_t i = 0; i < o->n_states; i++) {
                sum += o->h[j][i] * gsl_matrix_get(ph, i, l);
            }
            gsl_matrix_set(s, j, l, sum);
        }
    }
    cr_assert_eq(gsl_linalg_cholesky_decomp1(s), 0);
}

static inline void oracle_solve(oracle *o, const gsl_matrix *ph, const gsl_matrix *s)
{
    gsl_vector *x = gsl_vector_alloc(o->n_figures);
    for (size_t i = 0; i < o->n_states; i++) { /* x = S^-1 H P e_i */
        gsl_vector_const_view row = gsl_matrix_const_row(ph, i);
        gsl_linalg_cholesky_solve(s, &row.vector, x);
        o->posterior_mean[i] = 0.0;
        for (size_t j = 0; j < o->n_figures; j++) {
            o->posterior_mean[i] += gsl_vector_get(x, j) * (o->value[j] - o->mean[j]);
        }
        for (size_t k = 0; k < o->n_states; k++) {
            gsl_vector_const_view other = gsl_matrix_const_row(ph, k);
            double taken;
            gsl_blas_ddot(x, &other.vector, &taken);
            o->posterior[i][k] = (i == k ? o->prior[i] : 0.0) - taken;
        }
    }
    gsl_vector_free(x);
}

/** The posterior given the figures so far. */
static inline void oracle_condition(oracle *o)
{
    if (o->n_figures == 0) {
        for (size_t i = 0; i < o->n_states; i++) {
            o->posterior[i][i] = o->prior[i];
        }
        return;
    }
    gsl_matrix *ph = gsl_matrix_alloc(o->n_states, o->n_figures);
    gsl_matrix *s = gsl_matrix_alloc(o->n_figures, o->n_figures);
    oracle_gain_basis(o, ph);
    oracle_factor(o, ph, s);
    oracle_solve(o, ph, s);
    gsl_matrix_free(ph);
    gsl_matrix_free(s);
}

/* Mean and variance of the figure's logit given those before it. */
static inline void oracle_predict(oracle *o, double *mean, double *variance)
{
    const double *h = o->h[o->n_figures];
    oracle_condition(o);
    *mean = o->mean[o->n_figures];
    *variance = o->noise[o->n_figures];
    for (size_t i = 0; i < o->n_states; i++) {
        *mean += h[i] * o->posterior_mean[i];
        for (size_t k = 0; k < o->n_states; k++) {
            *variance += h[i] * h[k] * o->posterior[i][k];
        }
    }
}

static inline void oracle_add(oracle *o, double value, double sampling)
{
    o->value[o->n_figures] = value;
    o->sampling[o->n_figures++] = sampling;
}

/** Ballots, after oracle_measure. */
static inline void oracle_ballots(oracle *o, double yes, double no)
{
    double mean, variance, low = -100.0, high = 100.0;
    oracle_predict(o, &mean, &variance);
    for (int i = 0; i < 200; i++) {
        const double z = 0.5 * (low + high);
        const double slope = yes / (1.0 + exp(z)) - no / (1.0 + exp(-z)) - (z - mean) / variance;
        *(slope > 0.0 ? &low : &high) = z;
    }
    const double p = 1.0 / (1.0 + exp(-low)), sampling = 1.0 / ((yes + no) * p * (1.0 - p));
    oracle_add(o, low + (low - mean) * sampling / variance, sampling);
}

/** A result without figures, after oracle_measure: sign 1 approved, -1 rejected. */
static inline void oracle_result(oracle *o, double sign)
{
    double mean, variance;
    oracle_predict(o, &mean, &variance);
    const double cut = -sign * mean / sqrt(variance), hazard = gsl_sf_hazard(cut);
    const double cut_mean = mean + sign * sqrt(variance) * hazard;
    const double cut_variance = variance * (1.0 - hazard * (hazard - cut));
    const double sampling = variance * cut_variance / (variance - cut_variance);
    oracle_add(o, mean + (cut_mean - mean) * (variance + sampling) / variance, sampling);
}

#endif
