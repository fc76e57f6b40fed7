/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/parameter_share.h"

#include "models/parameter.h"

#include <math.h>

enum { NOBODY = -1 }; /* no replicate is left out */

/* Variance of the outcome over the draws of all replicates but one. */
static double variance(const pb_series *series, const pb_sums *sums, int left_out)
{
    double n = 0.0, sum = 0.0, squares = 0.0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        if (r != left_out) {
            n += (double)sums->n[r];
            sum += (double)sums->of[PB_SUM][r] * PB_SUM_GRID;
            squares += (double)sums->of[PB_SUM_SQUARES][r] * PB_SUM_GRID;
        }
    }
    const double mean = sum / n; /* what happens with probability x in a draw varies beyond x */
    return series->is_probability ? mean * (1.0 - mean) : squares / n - mean * mean;
}

static double covariance(const pb_sums *sums, int r)
{
    const double n = (double)sums->n[r];
    const double x = (double)sums->of[PB_SUM][r] * PB_SUM_GRID / n;
    const double h = (double)sums->of[PB_SUM_OVER][r] * PB_SUM_GRID / n;
    return (double)sums->of[PB_SUM_PRODUCTS][r] * PB_SUM_GRID / n - x * h;
}

/* The mean of c_r c_q over all pairs r < q of replicates: an unbiased square. */
static double square(const pb_sums *sums, int left_out)
{
    double sum = 0.0, squares = 0.0, n = 0.0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        if (r != left_out) {
            const double c = covariance(sums, r);
            sum += c;
            squares += c * c;
            n += 1.0;
        }
    }
    return (sum * sum - squares) / (n * (n - 1.0));
}

/* Var(E[Y | parameters]) of `n` terms that stand together. */
static double explained(const pb_sums *sums, size_t n, int left_out)
{
    double sum = 0.0;
    for (size_t term = 0; term < n; term++) {
        sum += square(&sums[term], left_out);
    }
    return sum;
}

/* A number with its standard error. */
typedef struct estimate {
    double value, se;
} estimate;

/* The share, and what the parameters alone would make the outcome's standard deviation. */
typedef struct share {
    estimate part, sd;
} share;

static estimate jackknife(double value, const double *without)
{
    double mean = 0.0, sum = 0.0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        mean += without[r] / PB_REPLICATES;
    }
    for (int r = 0; r < PB_REPLICATES; r++) {
        sum += (without[r] - mean) * (without[r] - mean);
    }
    return (estimate){value, sqrt(sum * (PB_REPLICATES - 1) / PB_REPLICATES)};
}

static share share_of(const pb_series *series, const pb_sums *sums, size_t n)
{
    double part[PB_REPLICATES], sd[PB_REPLICATES];
    for (int r = 0; r < PB_REPLICATES; r++) {
        const double own = explained(sums, n, r);
        part[r] = own / variance(series, sums, r);
        sd[r] = sqrt(fmax(0.0, own));
    }
    const double all = explained(sums, n, NOBODY);
    return (share){jackknife(all / variance(series, sums, NOBODY), part),
                   jackknife(sqrt(fmax(0.0, all)), sd)};
}

static void add_estimate(const estimate *of, pb_sampling sampling, int64_t n, const char *path,
                         const char *key, const char *parameter, pb_summary *summary)
{
    pb_summary_estimate(summary, of->value, of->se,
                        sampling == PB_SAMPLING_SOBOL ? PB_METHOD_RQMC : PB_METHOD_PLAIN, n,
                        "%s/%s%s", path, key, parameter);
}

static int64_t draws_of(const pb_sums *sums)
{
    int64_t n = 0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        n += sums->n[r];
    }
    return n;
}

/* Where an outcome is the same in every draw there is nothing to split. */
static bool varies(const pb_series *series, const pb_sums *sums)
{
    const double smallest = 1e-9; /* of the mean square: sums are rounded */
    for (int r = 0; r < PB_REPLICATES; r++) {
        if (sums->n[r] < 2) {
            return false;
        }
    }
    const double n = (double)draws_of(sums);
    double squares = 0.0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        squares += (double)sums->of[PB_SUM_SQUARES][r] * PB_SUM_GRID / n;
    }
    return variance(series, sums, NOBODY) > smallest * squares;
}

/* One outcome: its terms start at `series`, in the order parameter, degree. */
static void summarise_outcome(const pb_series *series, const pb_sums *sums,
                              const pb_parameters *parameters, pb_sampling sampling,
                              pb_summary *summary)
{
    const int64_t n = draws_of(sums);
    const size_t terms = (size_t)parameters->n * PB_PARAMETER_DEGREES;
    const share all = share_of(series, sums, terms);
    add_estimate(&all.part, sampling, n, series->path, "share", "", summary);
    add_estimate(&all.sd, sampling, n, series->path, "sd", "", summary);
    for (int p = 0; p < parameters->n; p++) {
        const share own =
            share_of(series, sums + (size_t)p * PB_PARAMETER_DEGREES, PB_PARAMETER_DEGREES);
        add_estimate(&own.part, sampling, n, series->path, "by_parameter/",
                     parameters->item[p].name, summary);
    }
}

void pb_parameter_shares_summarise(const pb_statistics *statistics, const pb_parameters *parameters,
                                   pb_sampling sampling, pb_summary *summary)
{
    const size_t terms = (size_t)parameters->n * PB_PARAMETER_DEGREES;
    char text[96];
    for (int p = 0; p < parameters->n; p++) {
        pb_summary_text(summary, pb_quantity_text(&parameters->item[p].quantity, text, sizeof text),
                        "uncertain/%s", parameters->item[p].name);
    }
    for (size_t i = 0; i < statistics->list->n;) {
        const pb_series *series = &statistics->list->series[i];
        const pb_sums *sums = &statistics->sums[i];
        if (series->is_term && varies(series, sums)) {
            summarise_outcome(series, sums, parameters, sampling, summary);
        }
        i += series->is_term ? terms : 1;
    }
}
