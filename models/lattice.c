/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/lattice.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The density of a t has poles at +-i sqrt(df - 2) sd, a normal none: hence the two bounds, each
 * of which leaves an error near exp(-25). */
double pb_lattice_step(double sd, double df)
{
    const double of_t = 0.25 * sqrt(df - 2.0);
    return sd * (of_t < 0.5 ? of_t : 0.5);
}

/* Of a standardised t to t itself. */
static double per_unit(double df)
{
    return isinf(df) ? 1.0 : sqrt(df / (df - 2.0));
}

double pb_lattice_reach(double sd, double df)
{
    if (isinf(df)) {
        return 8.5 * sd;
    }
    const double of_tails = gsl_cdf_tdist_Qinv(0.5e-8, df) / per_unit(df);
    return sd * (of_tails < 100.0 ? of_tails : 100.0);
}

static double density(double x, double df)
{
    return isinf(df) ? gsl_ran_ugaussian_pdf(x)
                     : per_unit(df) * gsl_ran_tdist_pdf(per_unit(df) * x, df);
}

static double tail(double x, double df)
{
    return isinf(df) ? gsl_cdf_ugaussian_Q(x) : gsl_cdf_tdist_Q(per_unit(df) * x, df);
}

static void normalise(double *weight, int n)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        sum += weight[i];
    }
    for (int i = 0; i < n; i++) {
        weight[i] /= sum;
    }
}

pb_status pb_lattice_make(double sd, double df, double step, pb_lattice *lattice, pb_error *err)
{
    const double h = sd > 0.0 ? step / sd : 1.0;
    const int n = sd > 0.0 ? (int)ceil(pb_lattice_reach(1.0, df) / h) : 0, size = 2 * n + 1;
    *lattice = (pb_lattice){.n = n, .step = step, .weight = malloc((size_t)size * sizeof(double))};
    if (lattice->weight == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for a lattice of %d nodes", size);
    }
    for (int i = 0; i < size; i++) {
        lattice->weight[i] = sd > 0.0 ? h * density((i - n) * h, df) : 1.0;
    }
    if (sd > 0.0) {
        lattice->weight[0] += tail((n + 0.5) * h, df);
        lattice->weight[size - 1] += tail((n + 0.5) * h, df);
        normalise(lattice->weight, size);
    }
    return PB_OK;
}

void pb_lattice_free(pb_lattice *lattice)
{
    free(lattice->weight);
    memset(lattice, 0, sizeof *lattice);
}

int pb_lattice_size(const pb_lattice *lattice)
{
    return 2 * lattice->n + 1;
}

double pb_lattice_at(const pb_lattice *lattice, int i)
{
    return (i - lattice->n) * lattice->step;
}
