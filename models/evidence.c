/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/evidence.h"

#include "models/evidence_steps.h"

#include <stdlib.h>

/* A batch's state: the effects, and the biases behind them. */
typedef struct lanes {
    int n_effects;
    double (*effect)[PB_LANES];
    double bias[PB_N_EVIDENCE_KINDS][PB_LANES];
} lanes;

static void draw_biases(const pb_evidence *evidence, pb_rows z, lanes *x)
{
    for (int i = 0; i < evidence->n_states - evidence->n_effects; i++) {
        const double *row = z[evidence->bias[i].row], sd = evidence->bias[i].sd;
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            x->bias[i][lane] = sd * row[lane];
        }
    }
}

static double *state_of(lanes *x, int state)
{
    return state < x->n_effects ? x->effect[state] : x->bias[state - x->n_effects];
}

/* y += factor x, which are different rows. */
static void add_multiple(double factor, const double *x, double *y)
{
#pragma omp simd
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        y[lane] += factor * x[lane];
    }
}

static void subtract_error(const pb_error_term *error, pb_rows z, double *residual)
{
    if (error->sd > 0.0) {
        add_multiple(-error->sd, z[error->row], residual);
    }
}

static void take_step(const pb_evidence_step *step, pb_rows z, lanes *x)
{
    double residual[PB_LANES];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        residual[lane] = step->surprise;
    }
    for (int t = 0; t < step->h.n; t++) {
        const pb_term *h = &step->h.term[t];
        add_multiple(-h->value, state_of(x, h->state), residual);
    }
    subtract_error(&step->noise, z, residual);
    subtract_error(&step->sampling, z, residual);
    for (int t = 0; t < step->gain.n; t++) {
        const pb_term *gain = &step->gain.term[t];
        add_multiple(gain->value, residual, state_of(x, gain->state));
    }
}

void pb_evidence_condition(const pb_evidence *evidence, pb_rows z, double (*x)[PB_LANES])
{
    if (evidence == NULL) {
        return;
    }
    lanes state = {.n_effects = evidence->n_effects, .effect = x};
    draw_biases(evidence, z, &state);
    for (int i = 0; i < evidence->n_steps; i++) {
        take_step(&evidence->step[i], z, &state);
    }
}

bool pb_evidence_informs(const pb_evidence *evidence, int effect)
{
    return evidence != NULL && evidence->informed[effect];
}

void pb_evidence_posterior(const pb_evidence *evidence, int effect, double *mean, double *variance)
{
    *mean = evidence->posterior[effect].mean;
    *variance = evidence->posterior[effect].variance;
}

void pb_evidence_free(pb_evidence *evidence)
{
    if (evidence == NULL) {
        return;
    }
    for (int i = 0; i < evidence->n_steps; i++) {
        pb_terms_free(&evidence->step[i].h);
        pb_terms_free(&evidence->step[i].gain);
    }
    free(evidence->step);
    free(evidence);
}
