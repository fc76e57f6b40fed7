/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/importance.h"

#include "models/gaussian.h"
#include "models/measurement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A normal error: a row of the inputs, or none. */
typedef struct error_row {
    bool is_drawn;
    size_t row;
    double sd;
} error_row;

struct pb_likelihood {
    double mean; /* of z where all effects are 0 */
    pb_terms h;  /* of the effects; owned */
    error_row bias, noise;
    pb_counted_kind tells;
    double yes, no;
};

/* ---- compile ---- */

static const char *const KIND_NAMES[] = {
#define X(name, text) text,
    PB_EVIDENCE_KINDS(X)
#undef X
};

static error_row find(const pb_inputs *inputs, pb_purpose purpose, unsigned part, const char *name,
                      double sd)
{
    for (size_t r = 0; r < inputs->n; r++) {
        const pb_input *input = &inputs->item[r];
        if (input->purpose == purpose && input->part == part && strcmp(input->name, name) == 0) {
            return (error_row){true, r, sd};
        }
    }
    return (error_row){false, 0, sd};
}

static error_row find_bias(const pb_evidence_params *params, const pb_inputs *inputs, int class)
{
    if (class == PB_CLASS_COUNT) {
        return (error_row){0};
    }
    return find(inputs, PB_FOR_EVIDENCE_BIAS, 0, KIND_NAMES[class], params->sd[class].bias);
}

/* A figure whose noise has an sd but no row is one that pb_evidence_compile passed over, since it
 * tells only what is certain already. */
static bool is_passed_over(const pb_likelihood *figure)
{
    return figure->noise.sd > 0.0 && !figure->noise.is_drawn;
}

static pb_status add_figure(const pb_evidence_params *params, const pb_ratification *model,
                            const pb_inputs *inputs, const pb_measurement *m,
                            pb_likelihoods *likelihoods, pb_error *err)
{
    double h[PB_MAX_EFFECTS];
    const double noise = sqrt(pb_measurement_noise(m, params, model));
    pb_likelihood figure = {.mean = pb_measurement_linear(m, model, h),
                            .bias = find_bias(params, inputs, m->class),
                            .noise = find(inputs, PB_FOR_EVIDENCE_NOISE, m->part, m->group, noise),
                            .tells = m->tells,
                            .yes = (double)m->yes_ballots,
                            .no = (double)m->no_ballots};
    if (is_passed_over(&figure)) {
        return PB_OK;
    }
    const pb_status status = pb_terms_gather(h, model->effects.n, &figure.h, err);
    if (status == PB_OK) {
        likelihoods->figure[likelihoods->n++] = figure;
    }
    return status;
}

pb_status pb_likelihoods_compile(const pb_evidence_params *params, const pb_ratification *model,
                                 const pb_inputs *inputs, pb_likelihoods *likelihoods,
                                 pb_error *err)
{
    pb_measurement *list = malloc(PB_MAX_MEASUREMENTS * sizeof *list);
    pb_status status = PB_OK;
    *likelihoods = (pb_likelihoods){0};
    likelihoods->figure = calloc(PB_MAX_MEASUREMENTS, sizeof *likelihoods->figure);
    if (list == NULL || likelihoods->figure == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the importance weights");
    }
    const int n = status == PB_OK ? pb_measurements_list(params, model, list) : 0;
    for (int i = 0; i < n && status == PB_OK; i++) {
        status = add_figure(params, model, inputs, &list[i], likelihoods, err);
    }
    free(list);
    if (status != PB_OK) {
        pb_likelihoods_free(likelihoods);
    }
    return status;
}

void pb_likelihoods_free(pb_likelihoods *likelihoods)
{
    for (int i = 0; i < likelihoods->n; i++) {
        pb_terms_free(&likelihoods->figure[i].h);
    }
    free(likelihoods->figure);
    *likelihoods = (pb_likelihoods){0};
}

/* ---- a batch ---- */

static void add_error(const error_row *error, pb_rows rows, double *z)
{
    if (error->is_drawn) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            z[lane] += error->sd * rows[error->row][lane];
        }
    }
}

static void logits(const pb_likelihood *figure, pb_rows rows, pb_effect_rows x, double *z)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        z[lane] = figure->mean;
    }
    for (int t = 0; t < figure->h.n; t++) {
        const pb_term *h = &figure->h.term[t];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            z[lane] += h->value * x[h->state][lane];
        }
    }
    add_error(&figure->bias, rows, z);
    add_error(&figure->noise, rows, z);
}

/* log(1 + exp(x)) without overflow. */
static double softplus(double x)
{
    return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double times_log_share(double part, double whole)
{
    return part > 0.0 ? part * log(part / whole) : 0.0;
}

static void add_ballots(const pb_likelihood *figure, const double *z, double *log_w)
{
    const double ballots = figure->yes + figure->no;
    const double best =
        times_log_share(figure->yes, ballots) + times_log_share(figure->no, ballots);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        log_w[lane] -= figure->yes * softplus(-z[lane]) + figure->no * softplus(z[lane]) + best;
    }
}

static void add_result(const pb_likelihood *figure, const double *z, double *log_w)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const bool approved = z[lane] > 0.0;
        log_w[lane] += approved == (figure->tells == PB_COUNTED_APPROVED) ? 0.0 : -INFINITY;
    }
}

void pb_likelihoods_log_weights(const pb_likelihoods *likelihoods, pb_rows z, pb_effect_rows x,
                                double *log_w)
{
    memset(log_w, 0, PB_LANES * sizeof *log_w);
    for (int i = 0; i < likelihoods->n; i++) {
        const pb_likelihood *figure = &likelihoods->figure[i];
        double logit[PB_LANES];
        logits(figure, z, x, logit);
        (figure->tells == PB_COUNTED_BALLOTS ? add_ballots : add_result)(figure, logit, log_w);
    }
}
