/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/parameter.h"

#include "models/special.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Far enough out for any double: beyond lies no probability that a double next to 1 could show. */
static double normal_cdf(double x)
{
    const double far = 38.0, z = fmin(fabs(x), far);
    const double tail = pb_normal_tail_ratio(z) * pb_exp(pb_normal_log_density(z));
    return x > 0.0 ? 1.0 - tail : tail;
}

/* The distribution function, not cut, of the families that have no ends of their own. */
static double cdf(const pb_input *input, double x)
{
    if (input->distribution == PB_EXPONENTIAL) {
        return x > 0.0 ? 1.0 - pb_exp(-x / input->a) : 0.0;
    }
    return input->b > 0.0 ? normal_cdf((x - input->a) / input->b) : x >= input->a;
}

/* Normal and exponential values stay within what the key allows: the scenario's ranges are what
 * the models can compute. The mean lies within, so what is left is never nothing. */
static void cut(pb_input *input, const pb_parameter *parameter)
{
    const bool endless = input->distribution == PB_NORMAL || input->distribution == PB_EXPONENTIAL;
    if (!endless || (input->distribution == PB_NORMAL && !(input->b > 0.0))) {
        return;
    }
    input->cut = true;
    input->lowest = parameter->lowest;
    input->highest = parameter->highest;
    input->below = cdf(input, parameter->lowest);
    input->inside = cdf(input, parameter->highest) - input->below;
}

static bool make_uncertain(pb_inputs *inputs, const void *scenario, size_t size)
{
    const size_t n = size / sizeof(double);
    pb_uncertain *made = calloc(1, sizeof *made);
    uint32_t *row = calloc(2 * (n + 1), sizeof *row);
    if (made == NULL || row == NULL) {
        free(made);
        free(row);
        inputs->failed = PB_INTERNAL;
        return false;
    }
    *made = (pb_uncertain){
        .from = (uintptr_t)scenario, .n = n, .row = row, .drawn_before = row + n + 1};
    inputs->uncertain = made;
    return true;
}

static void count_drawn(pb_uncertain *uncertain)
{
    for (size_t i = 0; i < uncertain->n; i++) {
        uncertain->drawn_before[i + 1] = uncertain->drawn_before[i] + (uncertain->row[i] > 0);
    }
}

static size_t declare(pb_inputs *inputs, const pb_parameter *parameter)
{
    const pb_quantity *q = &parameter->quantity;
    const size_t row = pb_inputs_add(inputs, PB_FOR_PARAMETER, 0, parameter->name,
                                     pb_distribution_of(q->kind), q->a, q->b, q->c);
    if (inputs->failed == PB_OK) {
        cut(&inputs->item[row], parameter);
    }
    return row;
}

void pb_inputs_add_parameters(pb_inputs *inputs, const pb_parameters *parameters,
                              const void *scenario, size_t size)
{
    size_t row[PB_MAX_PARAMETERS];
    if (parameters->n == 0 || !make_uncertain(inputs, scenario, size)) {
        return;
    }
    for (int i = 0; i < parameters->n; i++) {
        row[i] = declare(inputs, &parameters->item[i]);
    }
    for (int i = 0; i < parameters->n_uses; i++) {
        const pb_parameter_use *use = &parameters->use[i];
        inputs->uncertain->row[use->offset / sizeof(double)] = (uint32_t)row[use->parameter] + 1;
    }
    count_drawn(inputs->uncertain);
}

void pb_parameters_put(const pb_parameters *parameters, const double *value, size_t lane,
                       void *scenario)
{
    for (int i = 0; i < parameters->n_uses; i++) {
        const pb_parameter_use *use = &parameters->use[i];
        memcpy((char *)scenario + use->offset, &value[(size_t)use->parameter * PB_LANES + lane],
               sizeof *value);
    }
}

const void *pb_copy_in_draw(pb_lane at, const void *params, size_t size, void *copy)
{
    const size_t first = ((uintptr_t)params - at.uncertain->from) / sizeof(double);
    memcpy(copy, params, size);
    for (size_t i = 0; i < size / sizeof(double); i++) {
        const uint32_t row = at.uncertain->row[first + i];
        if (row > 0) {
            memcpy((char *)copy + i * sizeof(double), &at.z[row - 1][at.lane], sizeof(double));
        }
    }
    return copy;
}

/* The distribution function of a parameter, cut where it is cut. */
static double parameter_cdf(const pb_input *input, double x)
{
    const double a = input->a, b = input->b, c = input->c;
    switch (input->distribution) {
        case PB_UNIFORM:
            return (x - a) / (b - a);
        case PB_TRIANGULAR:
            return x < b || b == c ? (x - a) * (x - a) / ((c - a) * (b - a))
                                   : 1.0 - (c - x) * (c - x) / ((c - a) * (c - b));
        default:
            return (cdf(input, x) - input->below) / input->inside;
    }
}

void pb_parameter_score(const pb_input *input, const pb_kernels *kernels, const double *x,
                        double *score)
{
    const double smallest = 0x1p-53;
    if (input->distribution == PB_NORMAL && (!input->cut || input->inside >= 1.0)) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            score[lane] = input->b > 0.0 ? (x[lane] - input->a) / input->b : 0.0;
        }
        return;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        score[lane] = fmin(fmax(parameter_cdf(input, x[lane]), smallest), 1.0 - smallest);
    }
    kernels->normal(score, score);
}

/*
 * Hermite's polynomials, made orthonormal under the normal distribution:
 * h_(d+1) = (x h_d - sqrt(d) h_(d-1)) / sqrt(d + 1).
 */
static void set_polynomials(double x, size_t lane, double *polynomial)
{
    double before = 0.0, now = 1.0;
    for (int d = 0; d < PB_PARAMETER_DEGREES; d++) {
        const double next = (x * now - sqrt(d) * before) / sqrt(d + 1.0);
        before = now;
        now = next;
        polynomial[(size_t)d * PB_LANES + lane] = next;
    }
}

void pb_parameters_store(const pb_inputs *inputs, const pb_kernels *kernels, pb_rows z,
                         pb_outcomes *out)
{
    double score[PB_LANES], *polynomial = out->parameter_polynomial, *value = out->parameter_value;
    if (inputs->uncertain == NULL) {
        return;
    }
    for (size_t row = 0; row < inputs->n; row++) {
        if (inputs->item[row].purpose == PB_FOR_PARAMETER) {
            memcpy(value, z[row], sizeof score);
            pb_parameter_score(&inputs->item[row], kernels, z[row], score);
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                set_polynomials(score[lane], lane, polynomial);
            }
            value += PB_LANES;
            polynomial += (size_t)PB_PARAMETER_DEGREES * PB_LANES;
        }
    }
}
