/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/evidence_steps.h"

#include "models/equivalent.h"
#include "models/measurement.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_STATES = PB_MAX_EFFECTS + PB_N_EVIDENCE_KINDS };

static const char *const KIND_NAMES[] = {
#define X(name, text) text,
    PB_EVIDENCE_KINDS(X)
#undef X
};

/* What the steps are made with and nobody needs after. */
typedef struct workshop {
    const pb_evidence_params *params;
    const pb_ratification *model;
    pb_inputs *inputs;
    int bias_state[PB_N_CLASSES]; /* -1: no bias */
    pb_gaussian belief;
    double h[MAX_STATES], v[MAX_STATES];
} workshop;

static pb_error_term declare(pb_inputs *inputs, pb_purpose purpose, unsigned part, const char *name,
                             double sd)
{
    if (!(sd > 0.0)) {
        return (pb_error_term){0, 0.0};
    }
    const size_t row = pb_inputs_add(inputs, purpose, part, name, PB_NORMAL_01, 0.0, 0.0, 0.0);
    pb_inputs_set_informed(inputs, row);
    return (pb_error_term){row, sd};
}

/* A state for the bias of each kind that occurs, unless its sd is 0. */
static void declare_biases(workshop *w, const pb_measurement *list, int n, pb_evidence *evidence)
{
    bool occurs[PB_N_CLASSES] = {false};
    for (int i = 0; i < n; i++) {
        occurs[list[i].class] = true;
    }
    w->bias_state[PB_CLASS_COUNT] = -1;
    for (int kind = 0; kind < PB_N_EVIDENCE_KINDS; kind++) {
        const double sd = w->params->sd[kind].bias;
        w->bias_state[kind] = -1;
        if (occurs[kind] && sd > 0.0) {
            evidence->bias[evidence->n_states - evidence->n_effects] =
                declare(w->inputs, PB_FOR_EVIDENCE_BIAS, 0, KIND_NAMES[kind], sd);
            w->bias_state[kind] = evidence->n_states++;
        }
    }
}

static pb_status open_belief(workshop *w, const pb_evidence *evidence, pb_error *err)
{
    double sd[MAX_STATES];
    for (int i = 0; i < evidence->n_effects; i++) {
        sd[i] = w->model->effects.sd[i];
    }
    for (int i = evidence->n_effects; i < evidence->n_states; i++) {
        sd[i] = evidence->bias[i - evidence->n_effects].sd;
    }
    return pb_gaussian_open(sd, evidence->n_states, &w->belief, err);
}

/* The mean of z where the state is 0; its coefficients go to w->h. */
static double measure(workshop *w, const pb_measurement *m)
{
    const double mean = pb_measurement_linear(m, w->model, w->h);
    for (int i = w->model->effects.n; i < w->belief.n; i++) {
        w->h[i] = i == w->bias_state[m->class] ? 1.0 : 0.0;
    }
    return mean;
}

static pb_equivalent equivalent_of(const pb_measurement *m, pb_moments prior)
{
    return m->tells == PB_COUNTED_BALLOTS
               ? pb_equivalent_of_ballots(prior, m->yes_ballots, m->no_ballots)
               : pb_equivalent_of_result(prior, m->tells);
}

/* Moves the belief by the figure and turns w->v into the gain K; q is the variance of all. */
static void update(workshop *w, double q, double surprise)
{
    pb_gaussian_update(&w->belief, w->v, q, surprise);
    for (int i = 0; i < w->belief.n; i++) {
        w->v[i] /= q;
    }
}

/* Takes one figure in, given `s->h`; false if it tells nothing that is not known already. */
static bool take_in(workshop *w, const pb_measurement *m, double mean, pb_evidence_step *s)
{
    const double noise = pb_measurement_noise(m, w->params, w->model);
    const pb_moments known = pb_gaussian_predict(&w->belief, &s->h, w->v);
    if (!(known.variance > 0.0)) {
        return false;
    }
    const pb_moments prior = {mean + known.mean, known.variance + noise};
    const pb_equivalent figure = equivalent_of(m, prior);
    if (isinf(figure.variance)) {
        return false;
    }
    s->surprise = figure.value - mean;
    s->noise = declare(w->inputs, PB_FOR_EVIDENCE_NOISE, m->part, m->group, sqrt(noise));
    s->sampling =
        declare(w->inputs, PB_FOR_EVIDENCE_SAMPLING, m->part, m->group, sqrt(figure.variance));
    update(w, prior.variance + figure.variance, figure.value - prior.mean);
    return true;
}

static void mark_informed(const workshop *w, const pb_terms *h, pb_evidence *evidence)
{
    for (int t = 0; t < h->n && h->term[t].state < evidence->n_effects; t++) {
        evidence->informed[h->term[t].state] = true;
        pb_inputs_set_informed(w->inputs, w->model->effects.row[h->term[t].state]);
    }
}

static pb_status add_step(workshop *w, const pb_measurement *m, pb_evidence *evidence,
                          pb_error *err)
{
    pb_evidence_step *s = &evidence->step[evidence->n_steps];
    const double mean = measure(w, m);
    pb_status status = pb_terms_gather(w->h, w->belief.n, &s->h, err);
    if (status != PB_OK || !take_in(w, m, mean, s)) {
        pb_terms_free(&s->h);
        return status;
    }
    evidence->n_steps++;
    mark_informed(w, &s->h, evidence);
    return pb_terms_gather(w->v, w->belief.n, &s->gain, err);
}

static void keep_posterior(const pb_gaussian *belief, pb_evidence *evidence)
{
    const size_t n = (size_t)belief->n;
    for (size_t e = 0; e < (size_t)evidence->n_effects; e++) {
        evidence->posterior[e] = (pb_moments){belief->mean[e], belief->covariance[e * n + e]};
    }
}

static pb_status add_steps(workshop *w, const pb_measurement *list, int n, pb_evidence *evidence,
                           pb_error *err)
{
    evidence->n_effects = evidence->n_states = w->model->effects.n;
    evidence->step = calloc((size_t)n, sizeof *evidence->step);
    if (evidence->step == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the evidence");
    }
    declare_biases(w, list, n, evidence);
    pb_status status = open_belief(w, evidence, err);
    for (int i = 0; i < n && status == PB_OK; i++) {
        status = add_step(w, &list[i], evidence, err);
    }
    if (status == PB_OK) {
        keep_posterior(&w->belief, evidence);
    }
    pb_gaussian_close(&w->belief);
    return status;
}

/* One figure or more. */
static pb_status compile(workshop *w, const pb_measurement *list, int n, pb_evidence **evidence,
                         pb_error *err)
{
    pb_evidence *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the evidence");
    }
    const pb_status status = add_steps(w, list, n, made, err);
    if (status != PB_OK) {
        pb_evidence_free(made);
        return status;
    }
    *evidence = made;
    return PB_OK;
}

pb_status pb_evidence_compile(const pb_evidence_params *params, const pb_ratification *model,
                              pb_inputs *inputs, pb_evidence **evidence, pb_error *err)
{
    pb_measurement *list = malloc(PB_MAX_MEASUREMENTS * sizeof *list);
    *evidence = NULL;
    if (list == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the evidence");
    }
    const int n = pb_measurements_list(params, model, list);
    workshop w = {.params = params, .model = model, .inputs = inputs};
    const pb_status status = n > 0 ? compile(&w, list, n, evidence, err) : PB_OK;
    free(list);
    return status;
}
