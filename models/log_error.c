/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/log_error.h"

#include "models/kernels.h"

#include <stddef.h>

/* The rule: normal scores from -8 to 8, beyond which lies 1e-15 of the probability. */
enum { PLACES = 256, PER_UNIT = 16 };

typedef struct rule {
    int n;
    double weight[PLACES], t[PLACES];
} rule;

/* A part of the error that is nothing needs one place. */
static void make_rule(const pb_log_error *error, double sd, rule *r)
{
    double total = 0.0;
    if (sd == 0.0) {
        *r = (rule){.n = 1, .weight = {1.0}};
        return;
    }
    r->n = PLACES;
    for (int i = 0; i < PLACES; i++) {
        const double z = (i + 0.5 - PLACES / 2) / PER_UNIT;
        r->t[i] = sd * (error->student == NULL ? z : pb_quantile(error->student, z));
        r->weight[i] = pb_exp(-0.5 * z * z);
        total += r->weight[i];
    }
    for (int i = 0; i < PLACES; i++) {
        r->weight[i] /= total;
    }
}

static double mean_exp_from(double shift, const rule *second, double cap)
{
    double sum = 0.0;
    for (int j = 0; j < second->n; j++) {
        const double e = shift + second->t[j];
        sum += second->weight[j] * pb_exp(e < -cap ? -cap : e > cap ? cap : e);
    }
    return sum;
}

double pb_log_mean_exp(const pb_log_error *error, double cap)
{
    rule first, second;
    double sum = 0.0;
    make_rule(error, error->sd[0], &first);
    make_rule(error, error->sd[1], &second);
    for (int i = 0; i < error->n; i++) {
        for (int j = 0; j < first.n; j++) {
            sum += error->p[i] * first.weight[j]
                   * mean_exp_from(error->shift[i] + first.t[j], &second, cap);
        }
    }
    return pb_log(sum);
}
