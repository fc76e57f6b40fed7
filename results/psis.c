/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/psis.h"

#include <math.h>
#include <stdlib.h>

/* ---- the generalized Pareto distribution ---- */

enum { LEAST_GRID = 30, FEWEST = 5 };

/* Mean of log(1 - theta x): minus k, were theta the right one. */
static double mean_log(const double *x, size_t n, double theta)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += log1p(-theta * x[i]);
    }
    return sum / (double)n;
}

/* Profile log likelihood of theta. */
static double profile(const double *x, size_t n, double theta)
{
    const double k = mean_log(x, n, theta);
    return (double)n * (log(-theta / k) - k - 1.0);
}

/* The j-th of m values of theta, j from 1: quantiles of the prior. */
static double theta_at(const double *x, size_t n, size_t j, size_t m)
{
    const double quartile = x[(size_t)((double)n / 4.0 + 0.5) - 1];
    const double scale = 3.0 * (quartile > 0.0 ? quartile : x[n - 1]);
    return 1.0 / x[n - 1] + (1.0 - sqrt((double)m / ((double)j - 0.5))) / scale;
}

/* Posterior mean of theta on its grid. */
static double mean_theta(const double *x, size_t n)
{
    const size_t m = LEAST_GRID + (size_t)sqrt((double)n);
    double best = -INFINITY, sum = 0.0, weight = 0.0;
    for (size_t j = 1; j <= m; j++) {
        best = fmax(best, profile(x, n, theta_at(x, n, j, m)));
    }
    for (size_t j = 1; j <= m; j++) {
        const double theta = theta_at(x, n, j, m), w = exp(profile(x, n, theta) - best);
        sum += w * theta;
        weight += w;
    }
    return sum / weight;
}

pb_pareto pb_pareto_fit(const double *x, size_t n)
{
    const double theta = mean_theta(x, n), k = mean_log(x, n, theta), drawn = 10.0;
    return (pb_pareto){.k = ((double)n * k + 0.5 * drawn) / ((double)n + drawn),
                       .sigma = -k / theta};
}

double pb_pareto_quantile(const pb_pareto *pareto, double p)
{
    return fabs(pareto->k) < 1e-12 ? -pareto->sigma * log1p(-p)
                                   : pareto->sigma * expm1(-pareto->k * log1p(-p)) / pareto->k;
}

/* ---- smoothing ---- */

/* Weights so much smaller than the largest would be 0 as doubles. */
#define LOG_OF_NOTHING 700.0

typedef struct place {
    double log_w;
    size_t at;
} place;

static int by_weight(const void *left, const void *right)
{
    const place *a = left, *b = right;
    if (a->log_w != b->log_w) {
        return a->log_w < b->log_w ? -1 : 1;
    }
    return a->at < b->at ? -1 : a->at > b->at;
}

/* The weights that are not 0 beside the largest, ascending; returns how many. */
static size_t sort_positive(const double *log_w, size_t n, place *sorted)
{
    double top = -INFINITY;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        top = fmax(top, log_w[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (log_w[i] > top - LOG_OF_NOTHING) {
            sorted[m++] = (place){log_w[i], i};
        }
    }
    qsort(sorted, m, sizeof *sorted, by_weight);
    return m;
}

/* Replaces the tail, log weights relative to the largest, by quantiles; returns k. */
static double smooth_tail(const place *tail, size_t n, double cut, double *excess, double *w)
{
    const double top = tail[n - 1].log_w;
    for (size_t i = 0; i < n; i++) {
        excess[i] = exp(tail[i].log_w - top) - cut;
    }
    const pb_pareto pareto = pb_pareto_fit(excess, n);
    for (size_t i = 0; i < n; i++) {
        const double p = ((double)i + 0.5) / (double)n;
        w[tail[i].at] = fmin(cut + pb_pareto_quantile(&pareto, p), 1.0);
    }
    return pareto.k;
}

/* `sorted` holds the m positive weights. */
static double smooth(const place *sorted, size_t m, double *excess, double *w)
{
    const double size = ceil(fmin(0.2 * (double)m, 3.0 * sqrt((double)m)));
    const size_t n = (size_t)size, first = m - n;
    if (n < FEWEST) {
        return INFINITY;
    }
    const double top = sorted[m - 1].log_w, cut = exp(sorted[first - 1].log_w - top);
    if (!(sorted[m - 1].log_w - sorted[first].log_w > 1e-14)) {
        return -INFINITY;
    }
    return smooth_tail(&sorted[first], n, cut, excess, w);
}

pb_status pb_psis_smooth(const double *log_w, size_t n, double *w, double *k, pb_error *err)
{
    place *sorted = malloc((n + 1) * sizeof *sorted);
    double *excess = malloc((n + 1) * sizeof *excess);
    pb_status status = PB_OK;
    if (sorted == NULL || excess == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for %zu weights", n);
    } else {
        const size_t m = sort_positive(log_w, n, sorted);
        const double top = m > 0 ? sorted[m - 1].log_w : 0.0;
        for (size_t i = 0; i < n; i++) {
            w[i] = exp(log_w[i] - top);
        }
        *k = smooth(sorted, m, excess, w);
    }
    free(sorted);
    free(excess);
    return status;
}

/* ---- estimates ---- */

pb_weighted pb_weighted_mean(const double *w, const double *x, size_t n)
{
    double weight = 0.0, squares = 0.0, sum = 0.0, errors = 0.0;
    for (size_t i = 0; i < n; i++) {
        weight += w[i];
        squares += w[i] * w[i];
        sum += w[i] * x[i];
    }
    const double value = sum / weight;
    for (size_t i = 0; i < n; i++) {
        const double error = w[i] * (x[i] - value);
        errors += error * error;
    }
    return (pb_weighted){value, sqrt(errors) / weight, weight * weight / squares};
}
