/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A standardised Student's t is a normal whose variance is (a - 1) / X, X gamma with shape
 * a = df / 2. So I is a mixture of normals of variance V = sd_normal^2 + A, A the sum of one or
 * two sd^2 (a - 1) / X. The density of log A is a trapezoidal sum, and so is the mixture: for
 * smooth integrands that fall fast at both ends its error is exponentially small in 1 / step
 * (L. N. Trefethen and J. A. C. Weideman, SIAM Review 56 (2014)).
 */
#include "models/swing.h"

#include "models/kernel_elements.h"
#include "models/kernels.h"
#include "models/special.h"

#include <assert.h>

#define LOG_2PI 1.8378770664093454836

/* An sd below this share of the whole does not count, even in the tail. */
#define NEGLIGIBLE_SD 1e-12

/* From here on a t is a normal: they differ by 1 / (4 df) at most. */
#define LARGEST_DF 1e10

/* log of what a sum leaves out of a tail as small as itself, of a centre, and of all doubles. */
#define LOG_TAIL_LOSS 35.0
#define LOG_CENTRE_LOSS 60.0
#define LOG_SMALLEST (-700.0)

/* log P(I > w) of a step, w > 0: so small that the kernel makes it 0. */
#define LOG_TAIL_OF_STEP (-1000.0)

/* ---- The mixture of normals ---- */

enum { MAX_NORMALS = 1024 };

/** P(I > w) = sum of exp(log_weight[i]) P(Z > w per_sd[i]) */
typedef struct normal_mixture {
    int n_normals;
    double log_weight[MAX_NORMALS];
    double per_sd[MAX_NORMALS];
} normal_mixture;

/** A: the part of the variance that varies, in units of the whole's. */
typedef struct varying_variance {
    double shape;    /**< a */
    double scale[2]; /**< sd^2 (a - 1), the larger first; A = scale[0] / X + scale[1] / X' */
    double step;     /**< of the trapezoidal sums, over logarithms */
} varying_variance;

/* Over logarithms a gamma density is smooth at the scale of 1 / sqrt(a), and its Fourier transform
 * falls at last like exp(-pi/2 |frequency|). */
static varying_variance varying_variance_of(double sd1, double sd2, double df)
{
    const double a = 0.5 * df, most = larger(sd1, sd2), least = smaller(sd1, sd2);
    return (varying_variance){
        .shape = a,
        .scale = {most * most * (a - 1.0), least * least * (a - 1.0)},
        .step = smaller(0.25, 0.5 / sqrt(a)),
    };
}

/* log x, or -infinity where x is negative. */
static double log_or_nothing(double x)
{
    return x > 0.0 ? log_element(x) : -INFINITY;
}

/*
 * The density of log A at `log_sum` where both parts vary, but for a constant: A is split as
 * A / (1 + e^-y) + A / (1 + e^y), whose Jacobian is 1. Outside least..most an X has no chance: the
 * logarithm of its density is LOG_SMALLEST below the highest.
 */
static double density_of_sum(const varying_variance *v, double log_sum)
{
    const double a = v->shape, least = a * exp_element(-sqrt(2100.0 / a) - 1900.0 / a);
    const double most = a + 1000.0 + 40.0 * sqrt(a), sum = exp_element(log_sum);
    const double x1 = v->scale[0] / sum, x2 = v->scale[1] / sum;
    const double first = larger(-log_or_nothing(most / x1 - 1.0), log_or_nothing(least / x2 - 1.0));
    const double last = smaller(-log_or_nothing(least / x1 - 1.0), log_or_nothing(most / x2 - 1.0));
    double density = 0.0;
    for (double y = first; y <= last; y += v->step) {
        const double odds = exp_element(y);
        const double exponent = -deviance(a, x1 + x1 / odds) - deviance(a, x2 + x2 * odds);
        density += exponent > LOG_SMALLEST ? exp_element(exponent) : 0.0;
    }
    return density;
}

/* log of the density of log A, but for a constant; below LOG_SMALLEST it does not count. */
static double log_density_of_log(const varying_variance *v, double log_sum)
{
    if (v->scale[1] > 0.0) {
        const double density = density_of_sum(v, log_sum);
        return density > 0.0 ? log_element(density) : 2.0 * LOG_SMALLEST;
    }
    return -deviance(v->shape, v->scale[0] / exp_element(log_sum));
}

/* Adds the normals with log A = from, from + step, ... up to `end`, or until their weight is
 * `loss` below the highest so far. Returns the highest. */
static double add_normals(const varying_variance *v, double fixed_variance, double from,
                          double step, double end, double loss, double highest,
                          normal_mixture *mixture)
{
    for (double at = from; at < end && mixture->n_normals < MAX_NORMALS; at += step) {
        const double log_density = log_density_of_log(v, at);
        highest = larger(highest, log_density);
        if (log_density < highest - loss) {
            break;
        }
        mixture->log_weight[mixture->n_normals] = log_density;
        mixture->per_sd[mixture->n_normals++] = 1.0 / sqrt(fixed_variance + exp_element(at));
    }
    return highest;
}

static void make_weights_add_to_1(normal_mixture *mixture)
{
    double sum = 0.0;
    for (int i = 0; i < mixture->n_normals; i++) {
        sum += exp_element(mixture->log_weight[i]);
    }
    for (int i = 0; i < mixture->n_normals; i++) {
        mixture->log_weight[i] -= log_element(sum);
    }
}

/* From the middle of log A outwards: up to where not even the last node's tail needs more (A has
 * a tail like A^-a), down to where the centre does not. */
static void mix_varying(const varying_variance *v, double fixed_variance, normal_mixture *mixture)
{
    const double log_last_node = (double)PB_SWING_CELLS / PB_SWING_CELLS_PER_UNIT;
    const double end = 2.0 * log_last_node + LOG_TAIL_LOSS / v->shape;
    const double middle = log_element((v->scale[0] + v->scale[1]) / v->shape);
    const double highest = add_normals(v, fixed_variance, middle, v->step, end, -LOG_SMALLEST,
                                       2.0 * LOG_SMALLEST, mixture);
    add_normals(v, fixed_variance, middle - v->step, -v->step, end, LOG_CENTRE_LOSS, highest,
                mixture);
    make_weights_add_to_1(mixture);
}

/* The sds are shares of the whole's. */
static void mix(double sd_normal, double sd_t1, double sd_t2, double df, normal_mixture *mixture)
{
    const double t1 = sd_t1 > NEGLIGIBLE_SD ? sd_t1 : 0.0, t2 = sd_t2 > NEGLIGIBLE_SD ? sd_t2 : 0.0;
    mixture->n_normals = 0;
    if (df > LARGEST_DF || t1 + t2 <= 0.0) {
        *mixture = (normal_mixture){.n_normals = 1, .log_weight = {0.0}, .per_sd = {1.0}};
        return;
    }
    const varying_variance varying = varying_variance_of(t1, t2, df);
    mix_varying(&varying, sd_normal * sd_normal, mixture);
}

/* ---- Mills' ratio, fast: Taylor's series from the nearest of a set of nodes ---- */

enum { MILLS_PER_UNIT = 8, MILLS_REACH = 16, MILLS_TERMS = 10 };
enum { MILLS_NODES = MILLS_REACH * MILLS_PER_UNIT + 1 };

typedef struct mills_table {
    double coefficient[MILLS_NODES][MILLS_TERMS];
} mills_table;

/* M' = x M - 1, M'' = M + x M', and so on: M^(j + 1) = x M^(j) + j M^(j - 1). */
static void tabulate_mills(mills_table *table)
{
    for (int node = 0; node < MILLS_NODES; node++) {
        const double x = (double)node / MILLS_PER_UNIT;
        double before = pb_normal_tail_ratio(x), derivative = x * before - 1.0, factorial = 1.0;
        table->coefficient[node][0] = before;
        for (int j = 1; j < MILLS_TERMS; j++) {
            factorial *= j;
            table->coefficient[node][j] = derivative / factorial;
            const double next = x * derivative + j * before;
            before = derivative;
            derivative = next;
        }
    }
}

static double mills_ratio(const mills_table *table, double x)
{
    if (x >= MILLS_REACH) {
        return pb_normal_tail_ratio(x);
    }
    const int node = (int)(x * MILLS_PER_UNIT + 0.5);
    const double *c = table->coefficient[node], t = x - (double)node / MILLS_PER_UNIT;
    double sum = c[MILLS_TERMS - 1];
    for (int j = MILLS_TERMS - 2; j >= 0; j--) {
        sum = sum * t + c[j];
    }
    return sum;
}

/* ---- The table ---- */

/** log P(I > w) and its derivatives by the place in cells, at one node. */
typedef struct node {
    double value, slope, half_curvature;
} node;

/* The exponents of the normals' densities at w; returns the largest. */
static double exponents_at(const normal_mixture *mixture, double w, double *exponent)
{
    double top = -INFINITY;
    for (int i = 0; i < mixture->n_normals; i++) {
        const double x = w * mixture->per_sd[i];
        exponent[i] = mixture->log_weight[i] - 0.5 * x * x;
        top = larger(top, exponent[i]);
    }
    return top;
}

/*
 * With G the tail and f its density, (log G)' = -f / G and (log G)'' = -f' / G - (f / G)^2; and
 * with y = asinh(w), dw / dy = sqrt(1 + w^2), the second derivative being w. All sums are relative
 * to the largest normal's density.
 */
static node node_at(const normal_mixture *mixture, const mills_table *mills, double w)
{
    double exponent[MAX_NORMALS], tail = 0.0, density = 0.0, fall = 0.0;
    const double top = exponents_at(mixture, w, exponent);
    for (int i = 0; i < mixture->n_normals; i++) {
        if (exponent[i] > top - LOG_CENTRE_LOSS) {
            const double per_sd = mixture->per_sd[i], part = exp_element(exponent[i] - top);
            tail += part * mills_ratio(mills, w * per_sd);
            density += part * per_sd;
            fall += part * per_sd * per_sd * (w * per_sd);
        }
    }
    const double cell = 1.0 / PB_SWING_CELLS_PER_UNIT, stretch = sqrt(1.0 + w * w) * cell;
    const double hazard = density / tail, bend = fall / tail - hazard * hazard;
    return (node){
        .value = top - 0.5 * LOG_2PI + log_element(tail),
        .slope = -hazard * stretch,
        .half_curvature = 0.5 * (bend * stretch * stretch - hazard * w * cell * cell),
    };
}

/* Do the control points of the quintic by Bernstein's polynomials fall? Then so does it. */
static int falls(node from, node to)
{
    const double rise = to.value - from.value;
    const double second = 0.4 * from.slope + 0.1 * from.half_curvature;
    const double third = rise - 0.4 * to.slope + 0.1 * to.half_curvature;
    return 0.0 >= from.slope && 0.2 * from.slope >= second && second >= third
           && third >= rise - 0.2 * to.slope && 0.0 >= to.slope;
}

/* The quintic with the values, slopes and curvatures of both nodes; a line if it may not fall. */
static void set_cell(pb_swing_table *table, int cell, node from, node to)
{
    const double rise = to.value - from.value;
    if (!falls(from, to)) {
        from = (node){from.value, rise, 0.0};
        to = (node){to.value, rise, 0.0};
    }
    const double half0 = from.half_curvature, half1 = to.half_curvature;
    const double quintic[PB_SWING_COEFFICIENTS] = {
        from.value,
        from.slope,
        half0,
        10.0 * rise - 6.0 * from.slope - 4.0 * to.slope - 3.0 * half0 + half1,
        -15.0 * rise + 8.0 * from.slope + 7.0 * to.slope + 3.0 * half0 - 2.0 * half1,
        6.0 * rise - 3.0 * from.slope - 3.0 * to.slope - half0 + half1,
    };
    for (int j = 0; j < PB_SWING_COEFFICIENTS; j++) {
        table->coefficient[j][cell] = quintic[j];
    }
}

static void set_step(pb_swing_table *table)
{
    const node nowhere = {LOG_TAIL_OF_STEP, 0.0, 0.0};
    for (int cell = 0; cell < PB_SWING_CELLS; cell++) {
        set_cell(table, cell, nowhere, nowhere);
    }
    table->slope_beyond = 0.0;
    table->per_sd = 1.0;
}

static void set_cells(pb_swing_table *table, const normal_mixture *mixture)
{
    mills_table mills;
    tabulate_mills(&mills);
    node from = node_at(mixture, &mills, 0.0);
    from.value = log_element(0.5);
    for (int cell = 0; cell < PB_SWING_CELLS; cell++) {
        const double growth = exp_element((cell + 1.0) / PB_SWING_CELLS_PER_UNIT);
        const node to = node_at(mixture, &mills, 0.5 * (growth - 1.0 / growth));
        set_cell(table, cell, from, to);
        from = to;
    }
    table->slope_beyond = from.slope;
}

void pb_swing_table_build(double sd_normal, double sd_t1, double sd_t2, double df,
                          pb_swing_table *table)
{
    const double sd = sqrt(sd_normal * sd_normal + sd_t1 * sd_t1 + sd_t2 * sd_t2);
    assert(df > 2.0);
    if (!(sd > 0.0)) {
        set_step(table);
        return;
    }
    normal_mixture mixture;
    mix(sd_normal / sd, sd_t1 / sd, sd_t2 / sd, df, &mixture);
    set_cells(table, &mixture);
    table->per_sd = 1.0 / sd;
}

void pb_swing_tail(const pb_swing_table *table, const double *w, double *tail)
{
    pb_kernels_get()->swing_tail(table, w, tail);
}

void pb_swing_density(const pb_swing_table *table, const double *w, double *density)
{
    pb_kernels_get()->swing_density(table, w, density);
}
