/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/paired_error.h"

#include <math.h>

double pb_sum_of_replicates(const double *x)
{
    double sum = 0.0;
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        sum += x[r];
    }
    return sum;
}

/* Of scale[B] x (mean of B) - scale[A] x (mean of A), from the spread of the replicates. */
static double replicate_error(const pb_pair_sums *sums, const double *scale)
{
    double each[PB_REPLICATES], squares = 0.0;
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        each[r] = 0.0;
        for (int s = 0; s < SIDES; s++) {
            const double mean = sums->value[s][r] / sums->weight[s][r];
            each[r] += scale[s] == 0.0 ? 0.0 : (s == B ? scale[s] : -scale[s]) * mean;
        }
    }
    const double centre = pb_sum_of_replicates(each) / PB_REPLICATES;
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        squares += (each[r] - centre) * (each[r] - centre);
    }
    return sqrt(squares / (PB_REPLICATES - 1) / PB_REPLICATES);
}

/* The same from the spread of the draws: a ratio's error is that of the mean of
 * (value - ratio x weight) / mean weight. */
static double draw_error(const pb_pair_sums *sums, const double *scale, double n)
{
    double factor[SIDES];
    for (int s = 0; s < SIDES; s++) {
        factor[s] = scale[s] == 0.0 ? 0.0 : scale[s] * n / pb_sum_of_replicates(sums->weight[s]);
    }
    const double squares = factor[A] * factor[A] * sums->product[A][A]
                           - 2.0 * factor[A] * factor[B] * sums->product[A][B]
                           + factor[B] * factor[B] * sums->product[B][B];
    return sqrt(fmax(squares, 0.0) / n / (n - 1.0));
}

static double error_of(const pb_run_params *run, const pb_pair_sums *sums, const double *scale)
{
    const bool sobol = run->sampling == PB_SAMPLING_SOBOL;
    const double spread = sobol ? replicate_error(sums, scale) : NAN;
    return isnan(spread) ? draw_error(sums, scale, (double)run->draws) : spread;
}

/* How far a quantile moves for a share of draws: its error over that of the share. */
static double slope_of(const pb_run_params *run, const pb_pair *p, const pb_pair_sums *sums, int s)
{
    const double only[SIDES] = {s == A ? 1.0 : 0.0, s == B ? 1.0 : 0.0};
    const double of_share = error_of(run, sums, only);
    return of_share > 0.0 ? p->of[s].entry->se / of_share : 0.0;
}

double pb_without_rounding(const pb_pair *p, double x)
{
    const double size = fabs(p->of[A].entry->value) + fabs(p->of[B].entry->value);
    return fabs(x) <= 1e-12 * size ? 0.0 : x;
}

double pb_paired_error(const pb_run_params *run, const pb_pair *p, const pb_pair_sums *sums)
{
    double scale[SIDES] = {1.0, 1.0};
    for (int s = 0; s < SIDES && !isnan(p->of[s].quantile); s++) {
        scale[s] = slope_of(run, p, sums, s);
    }
    const double se = error_of(run, sums, scale);
    return pb_without_rounding(p, se);
}
