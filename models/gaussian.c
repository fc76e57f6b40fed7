/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/gaussian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

pb_status pb_terms_gather(const double *dense, int n, pb_terms *terms, pb_error *err)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        found += dense[i] != 0.0;
    }
    terms->n = 0;
    terms->term = malloc(((size_t)found + 1) * sizeof *terms->term);
    if (terms->term == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the evidence");
    }
    for (int i = 0; i < n; i++) {
        if (dense[i] != 0.0) {
            terms->term[terms->n++] = (pb_term){i, dense[i]};
        }
    }
    return PB_OK;
}

void pb_terms_free(pb_terms *terms)
{
    free(terms->term);
    memset(terms, 0, sizeof *terms);
}

pb_status pb_gaussian_open(const double *sd, int n, pb_gaussian *gaussian, pb_error *err)
{
    const size_t size = (size_t)n;
    gaussian->n = n;
    gaussian->mean = calloc(size + 1, sizeof *gaussian->mean);
    gaussian->covariance = calloc(size * size + 1, sizeof *gaussian->covariance);
    if (gaussian->mean == NULL || gaussian->covariance == NULL) {
        pb_gaussian_close(gaussian);
        return pb_fail(err, PB_INTERNAL, "out of memory for the evidence");
    }
    for (size_t i = 0; i < size; i++) {
        gaussian->covariance[i * size + i] = sd[i] * sd[i];
    }
    return PB_OK;
}

void pb_gaussian_close(pb_gaussian *gaussian)
{
    free(gaussian->mean);
    free(gaussian->covariance);
    memset(gaussian, 0, sizeof *gaussian);
}

static const double *row_of(const pb_gaussian *gaussian, int i)
{
    return &gaussian->covariance[(size_t)i * (size_t)gaussian->n];
}

pb_moments pb_gaussian_predict(const pb_gaussian *gaussian, const pb_terms *h, double *v)
{
    pb_moments predicted = {0.0, 0.0};
    memset(v, 0, (size_t)gaussian->n * sizeof *v);
    for (int t = 0; t < h->n; t++) {
        const double *row = row_of(gaussian, h->term[t].state), weight = h->term[t].value;
        for (int i = 0; i < gaussian->n; i++) {
            v[i] += weight * row[i];
        }
        predicted.mean += weight * gaussian->mean[h->term[t].state];
    }
    for (int t = 0; t < h->n; t++) {
        predicted.variance += h->term[t].value * v[h->term[t].state];
    }
    return predicted;
}

/* Row by row in full: v_i v_j is v_j v_i to the bit, so the matrix stays symmetric. */
void pb_gaussian_update(pb_gaussian *gaussian, const double *v, double q, double surprise)
{
    const int n = gaussian->n;
    const double weight = 1.0 / q;
    for (int i = 0; i < n; i++) {
        double *row = &gaussian->covariance[(size_t)i * (size_t)n];
        if (v[i] == 0.0) {
            continue;
        }
        gaussian->mean[i] += v[i] * weight * surprise;
        for (int j = 0; j < n; j++) {
            row[j] -= v[i] * v[j] * weight;
        }
    }
}
