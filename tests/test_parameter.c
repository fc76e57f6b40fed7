/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Distributions of uncertain parameters: moments against closed forms, by the midpoint rule over
 * uniform numbers, so without chance; the cut at the key's range; scores and polynomials.
 */
#include "models/parameter.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>

enum { N = 1 << 20 }; /* midpoints */

static double density(double x)
{
    return exp(-0.5 * x * x) / sqrt(8.0 * atan(1.0));
}

static double below(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

/* A normal cut to [a, b], in units of its sd from its mean: Johnson, Kotz and Balakrishnan,
 * Continuous Univariate Distributions 1 (1994), section 10.1. */
static void cut_normal(double mean, double sd, double from, double to, double *expected)
{
    const double a = (from - mean) / sd, b = (to - mean) / sd, inside = below(b) - below(a);
    const double shift = (density(a) - density(b)) / inside;
    expected[0] = mean + sd * shift;
    expected[1] = sd * sd * (1.0 + (a * density(a) - b * density(b)) / inside - shift * shift);
}

/* An exponential cut at t: mean m - t q / (1 - q), q = exp(-t / m); by parts for the square. */
static void cut_exponential(double m, double t, double *expected)
{
    const double q = exp(-t / m), square = 2.0 * m * m - q * (t * t + 2.0 * m * t + 2.0 * m * m);
    expected[0] = m - t * q / (1.0 - q);
    expected[1] = square / (1.0 - q) - expected[0] * expected[0];
}

struct family {
    pb_quantity quantity;
    double lowest, highest;
    double tolerance; /* of the midpoint rule, relative to the sd */
    char why[48];
};

static struct family FAMILIES[] = {
    {{PB_QUANTITY_UNIFORM, 2.0, 5.0, 0.0}, 0.0, 10.0, 1e-9, "uniform: mean 3.5, variance 9/12"},
    {{PB_QUANTITY_TRIANGULAR, 1.0, 2.0, 6.0}, 0.0, 10.0, 1e-6, "triangular"},
    {{PB_QUANTITY_TRIANGULAR, 0.0, 4.0, 4.0}, 0.0, 10.0, 1e-6, "triangular, mode at the end"},
    {{PB_QUANTITY_NORMAL, 0.3, 0.1, 0.0}, -10.0, 10.0, 1e-4, "normal, hardly cut"},
    {{PB_QUANTITY_NORMAL, 0.3, 0.4, 0.0}, 0.0, 1.0, 1e-6, "normal, cut on both sides"},
    {{PB_QUANTITY_NORMAL, 0.0, 2.0, 0.0}, 0.0, 1e7, 1e-4, "normal, half of it cut"},
    {{PB_QUANTITY_NORMAL, 0.3, 0.0, 0.0}, 0.0, 1.0, 1e-9, "normal without width"},
    {{PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0}, 0.0, 1e7, 1e-3, "exponential"},
    {{PB_QUANTITY_EXPONENTIAL, 0.8, 0.0, 0.0}, 0.0, 1.0, 1e-6, "exponential, cut"},
};

static void closed_form(const struct family *f, double *expected)
{
    const double a = f->quantity.a, b = f->quantity.b, c = f->quantity.c;
    switch (f->quantity.kind) {
        case PB_QUANTITY_UNIFORM:
            expected[0] = 0.5 * (a + b);
            expected[1] = (b - a) * (b - a) / 12.0;
            break;
        case PB_QUANTITY_TRIANGULAR:
            expected[0] = (a + b + c) / 3.0;
            expected[1] = (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0;
            break;
        case PB_QUANTITY_NORMAL:
            expected[0] = a;
            expected[1] = 0.0;
            if (b > 0.0) {
                cut_normal(a, b, f->lowest, f->highest, expected);
            }
            break;
        case PB_QUANTITY_EXPONENTIAL:
            cut_exponential(a, f->highest, expected);
            break;
        case PB_QUANTITY_FIXED:
            break;
    }
}

/* One parameter, declared for a scenario of one double. */
static void declare(const struct family *f, const double *scenario, pb_inputs *inputs)
{
    static pb_parameters parameters;
    parameters = (pb_parameters){.n = 1, .n_uses = 1};
    parameters.item[0] = (pb_parameter){
        .name = "x", .quantity = f->quantity, .lowest = f->lowest, .highest = f->highest};
    memset(inputs, 0, sizeof *inputs);
    pb_inputs_add_parameters(inputs, &parameters, scenario, sizeof *scenario);
    cr_assert_eq(inputs->n, 1);
}

ParameterizedTestParameters(parameter, moments_are_those_of_the_closed_form)
{
    return cr_make_param_array(struct family, FAMILIES, sizeof FAMILIES / sizeof FAMILIES[0]);
}

ParameterizedTest(struct family *f, parameter, moments_are_those_of_the_closed_form)
{
    const double scenario = 0.0;
    double u[PB_LANES], x[PB_LANES], sum = 0.0, squares = 0.0, expected[2] = {0.0};
    pb_inputs inputs;
    declare(f, &scenario, &inputs);
    closed_form(f, expected);
    for (size_t first = 0; first < N; first += PB_LANES) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            u[lane] = ((double)(first + lane) + 0.5) / N;
        }
        pb_input_transform(&inputs, &inputs.item[0], pb_kernels_get(), u, x);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_assert(x[lane] >= f->lowest && x[lane] <= f->highest, "%s: %g", f->why, x[lane]);
            cr_assert(lane == 0 || x[lane] >= x[lane - 1], "%s: monotone", f->why);
            sum += (x[lane] - expected[0]) / N;
            squares += (x[lane] - expected[0]) * (x[lane] - expected[0]) / N;
        }
    }
    const double sd = sqrt(expected[1]);
    cr_expect_float_eq(sum, 0.0, f->tolerance * (sd + 1e-9), "%s: mean %g", f->why, sum);
    cr_expect_float_eq(squares, expected[1], f->tolerance * (expected[1] + 1e-9),
                       "%s: variance %.9g, not %.9g", f->why, squares, expected[1]);
    pb_inputs_free(&inputs);
}

ParameterizedTestParameters(parameter, a_score_is_what_a_normal_would_have_been)
{
    return cr_make_param_array(struct family, FAMILIES, sizeof FAMILIES / sizeof FAMILIES[0]);
}

ParameterizedTest(struct family *f, parameter, a_score_is_what_a_normal_would_have_been)
{
    const double scenario = 0.0;
    double u[PB_LANES], x[PB_LANES], score[PB_LANES], z[PB_LANES];
    pb_inputs inputs;
    declare(f, &scenario, &inputs);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        u[lane] = ((double)lane + 0.5) / PB_LANES;
    }
    pb_input_transform(&inputs, &inputs.item[0], pb_kernels_get(), u, x);
    pb_parameter_score(&inputs.item[0], pb_kernels_get(), x, score);
    pb_kernels_get()->normal(u, z);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const bool wide = f->quantity.kind != PB_QUANTITY_NORMAL || f->quantity.b > 0.0;
        cr_expect_float_eq(score[lane], wide ? z[lane] : 0.0, 1e-9, "%s: %g, not %g", f->why,
                           score[lane], z[lane]);
    }
    pb_inputs_free(&inputs);
}

/* The mean of h_i h_j is 1 or 0, but for what a million midpoints leave of the tails: beyond 4.9
 * lies 1.5% of the square of the fifth degree. */
Test(parameter, polynomials_are_orthonormal)
{
    static const pb_shape SHAPE = {
        .extent = {
            [PB_AXIS_NONE] = 1, [PB_AXIS_PARAMETER] = 1, [PB_AXIS_DEGREE] = PB_PARAMETER_DEGREES}};
    const struct family normal = {{PB_QUANTITY_NORMAL, 1.0, 2.0, 0.0}, -1e7, 1e7, 0.0, ""};
    const double scenario = 0.0;
    double product[PB_PARAMETER_DEGREES + 1][PB_PARAMETER_DEGREES + 1] = {{0.0}};
    double u[PB_LANES], x[1][PB_LANES];
    pb_inputs inputs;
    pb_outcomes out;
    pb_error err = {0};
    declare(&normal, &scenario, &inputs);
    cr_assert_eq(pb_outcomes_alloc(&SHAPE, &out, &err), PB_OK);
    for (size_t first = 0; first < N; first += PB_LANES) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            u[lane] = ((double)(first + lane) + 0.5) / N;
        }
        pb_input_transform(&inputs, &inputs.item[0], pb_kernels_get(), u, x[0]);
        pb_parameters_store(&inputs, pb_kernels_get(), (pb_rows)x, &out);
        cr_assert_arr_eq(out.parameter_value, x[0], sizeof x[0]);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            double h[PB_PARAMETER_DEGREES + 1] = {1.0};
            for (size_t d = 0; d < PB_PARAMETER_DEGREES; d++) {
                h[d + 1] = out.parameter_polynomial[d * PB_LANES + lane];
            }
            for (int i = 0; i <= PB_PARAMETER_DEGREES; i++) {
                for (int j = 0; j <= PB_PARAMETER_DEGREES; j++) {
                    product[i][j] += h[i] * h[j] / N;
                }
            }
        }
    }
    for (int i = 0; i <= PB_PARAMETER_DEGREES; i++) {
        for (int j = 0; j <= PB_PARAMETER_DEGREES; j++) {
            cr_expect_float_eq(product[i][j], i == j, i + j < 10 ? 5e-3 : 0.02, "%d, %d: %g", i, j,
                               product[i][j]);
        }
    }
    pb_outcomes_free(&out);
    pb_inputs_free(&inputs);
}

/* A member outside what is drawn is itself; a struct with a drawn member is a copy with it. */
Test(parameter, a_struct_is_read_as_it_is_in_the_draw)
{
    static struct two_parts {
        double before[3];
        struct part {
            double fixed, drawn;
        } own;
    } scenario = {{1.0, 2.0, 3.0}, {4.0, 5.0}}, room;
    static pb_parameters parameters = {.n = 1, .n_uses = 2};
    double z[1][PB_LANES] = {{0.0}};
    pb_inputs inputs = {0};
    parameters.item[0] = (pb_parameter){
        .name = "x", .quantity = {PB_QUANTITY_UNIFORM, 0.0, 1.0, 0.0}, .highest = 1.0};
    parameters.use[0].offset = offsetof(struct two_parts, own.drawn);
    parameters.use[1].offset = sizeof(double);
    pb_inputs_add_parameters(&inputs, &parameters, &scenario, sizeof scenario);
    z[0][9] = 0.25;
    const pb_lane at = {inputs.uncertain, (pb_rows)z, 9};
    cr_expect_eq(pb_param(at, &scenario.own.drawn), 0.25);
    cr_expect_eq(pb_param(at, &scenario.before[1]), 0.25, "both places share the parameter");
    cr_expect_eq(pb_param(at, &scenario.own.fixed), 4.0);
    cr_expect_eq(pb_param(at, &room.own.drawn), 0.0, "not of the scenario: the number itself");
    cr_expect_eq(pb_param((pb_lane){NULL, NULL, 9}, &scenario.own.drawn), 5.0);
    cr_expect_eq(pb_params_in_draw(at, scenario.before, sizeof(double), &room), scenario.before);
    cr_expect_eq(pb_params_in_draw(at, &scenario.own, sizeof scenario.own, &room.own), &room.own);
    cr_expect_eq(room.own.fixed, 4.0);
    cr_expect_eq(room.own.drawn, 0.25);
    pb_inputs_free(&inputs);
}
