/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/input.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const PURPOSE_NAMES[] = {
#define X(name, text) text,
    PB_PURPOSES(X)
#undef X
};

/* The table of a distribution with `df` degrees of freedom: found, or built on first use. */
static int table_of(pb_inputs *inputs, pb_distribution distribution, double df)
{
    if ((distribution != PB_STUDENT && distribution != PB_TAIL_SCALE) || isinf(df)) {
        return -1;
    }
    for (size_t i = 0; i < inputs->n_tables; i++) {
        if (inputs->tables[i].distribution == distribution && inputs->tables[i].df == df) {
            return (int)i;
        }
    }
    pb_quantile_table *table = inputs->n_tables < PB_MAX_TABLES ? malloc(sizeof *table) : NULL;
    if (table == NULL) {
        inputs->failed = PB_INTERNAL;
        return -1;
    }
    if (distribution == PB_STUDENT) {
        pb_table_student_t(df, table);
    } else {
        pb_table_tail_scale(df, table);
    }
    inputs->tables[inputs->n_tables].distribution = distribution;
    inputs->tables[inputs->n_tables].df = df;
    inputs->tables[inputs->n_tables].table = table;
    return (int)inputs->n_tables++;
}

const pb_quantile_table *pb_inputs_student(pb_inputs *inputs, double df)
{
    const int table = table_of(inputs, PB_STUDENT, df);
    return table < 0 ? NULL : inputs->tables[table].table;
}

static bool reserve(pb_inputs *inputs)
{
    if (inputs->n < inputs->capacity) {
        return true;
    }
    const size_t capacity = inputs->capacity ? 2 * inputs->capacity : 256;
    pb_input *item = realloc(inputs->item, capacity * sizeof *item);
    if (item == NULL) {
        inputs->failed = PB_INTERNAL;
        return false;
    }
    inputs->item = item;
    inputs->capacity = capacity;
    return true;
}

size_t pb_inputs_add(pb_inputs *inputs, pb_purpose purpose, unsigned part, const char *name,
                     pb_distribution distribution, double a, double b, double c)
{
    if (!reserve(inputs)) {
        return 0;
    }
    pb_input *input = &inputs->item[inputs->n];
    memset(input, 0, sizeof *input);
    input->purpose = purpose;
    input->part = part;
    snprintf(input->name, sizeof input->name, "%s", name);
    input->distribution = distribution;
    input->a = a;
    input->b = b;
    input->c = c;
    input->table = table_of(inputs, distribution, a);
    return inputs->n++;
}

pb_distribution pb_distribution_of(pb_quantity_kind kind)
{
    static const pb_distribution FAMILY[] = {
        [PB_QUANTITY_NORMAL] = PB_NORMAL,
        [PB_QUANTITY_TRIANGULAR] = PB_TRIANGULAR,
        [PB_QUANTITY_UNIFORM] = PB_UNIFORM,
        [PB_QUANTITY_EXPONENTIAL] = PB_EXPONENTIAL,
    };
    return FAMILY[kind];
}

pb_value pb_inputs_add_quantity(pb_inputs *inputs, pb_purpose purpose, unsigned part,
                                const char *name, const pb_quantity *quantity)
{
    if (quantity->kind == PB_QUANTITY_FIXED) {
        return (pb_value){PB_FIXED_ROW, quantity->a};
    }
    const size_t row =
        pb_inputs_add(inputs, purpose, part, name, pb_distribution_of(quantity->kind), quantity->a,
                      quantity->b, quantity->c);
    return (pb_value){row, 0.0};
}

uint32_t pb_input_hash(const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *p = name; *p != '\0'; p++) {
        hash = (hash ^ (uint32_t)(unsigned char)*p) * 16777619u;
    }
    return hash;
}

void pb_input_label(const pb_input *input, char *text, size_t size)
{
    char part[16] = "";
    if (input->part > 0) {
        snprintf(part, sizeof part, ":%u", input->part);
    }
    snprintf(text, size, "%s%s%s%s", PURPOSE_NAMES[input->purpose], input->name[0] ? ":" : "",
             input->name, part);
}

static int by_counter(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* The words of the Philox counter that name an input, as one number. */
static uint64_t counter_of(const pb_input *input)
{
    return (uint64_t)input->purpose << 48 | (uint64_t)(input->part & 0xffff) << 32
           | pb_input_hash(input->name);
}

pb_status pb_inputs_check(const pb_inputs *inputs, pb_error *err)
{
    if (inputs->failed != PB_OK) {
        return pb_fail(err, inputs->failed, "out of memory for the list of random inputs");
    }
    uint64_t *counter = malloc((inputs->n + 1) * sizeof *counter);
    if (counter == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the list of random inputs");
    }
    for (size_t i = 0; i < inputs->n; i++) {
        counter[i] = counter_of(&inputs->item[i]);
    }
    qsort(counter, inputs->n, sizeof *counter, by_counter);
    pb_status status = PB_OK;
    for (size_t i = 1; i < inputs->n && status == PB_OK; i++) {
        if (counter[i] == counter[i - 1]) {
            status = pb_fail(err, PB_DATA,
                             "two ids have the same 32-bit hash %08x and would share their random "
                             "numbers: rename one of the units, unions, streams or options",
                             (unsigned)counter[i]);
        }
    }
    free(counter);
    return status;
}

/* Inverse of the triangular distribution function. */
static double triangular(const pb_input *input, double u)
{
    const double width = input->c - input->a;
    if (!(width > 0.0)) {
        return input->a;
    }
    const double at_mode = (input->b - input->a) / width;
    return u < at_mode ? input->a + sqrt(u * width * (input->b - input->a))
                       : input->c - sqrt((1.0 - u) * width * (input->c - input->b));
}

static double from_uniform(const pb_input *input, double u)
{
    switch (input->distribution) {
        case PB_UNIFORM:
            return input->a + (input->b - input->a) * u;
        case PB_TRIANGULAR:
            return triangular(input, u);
        case PB_EXPONENTIAL:
            return -input->a * pb_log(1.0 - u);
        default:
            return u;
    }
}

/* Distributions that are functions of the normal score z, held in x. */
static void from_normal(const pb_inputs *inputs, const pb_input *input, const pb_kernels *kernels,
                        double *x)
{
    if (input->table >= 0) {
        kernels->quantile(inputs->tables[input->table].table, x, x);
    } else if (input->distribution == PB_TAIL_SCALE) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            x[lane] = 1.0;
        }
    } else if (input->distribution == PB_NORMAL) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            x[lane] = input->a + input->b * x[lane];
        }
    }
}

/* Uniform numbers that give only values inside the cut. */
static void cut_uniforms(const pb_input *input, const double *u, double *inside)
{
    const double largest = 1.0 - 0x1p-53;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        inside[lane] = fmin(input->below + input->inside * u[lane], largest);
    }
}

static void cut_values(const pb_input *input, double *x)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        x[lane] = fmin(fmax(x[lane], input->lowest), input->highest);
    }
}

static void transform(const pb_inputs *inputs, const pb_input *input, const pb_kernels *kernels,
                      const double *u, double *x)
{
    switch (input->distribution) {
        case PB_NORMAL_01:
        case PB_NORMAL:
        case PB_STUDENT:
        case PB_TAIL_SCALE:
            kernels->normal(u, x);
            from_normal(inputs, input, kernels, x);
            break;
        default:
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                x[lane] = from_uniform(input, u[lane]);
            }
    }
}

void pb_input_transform(const pb_inputs *inputs, const pb_input *input, const pb_kernels *kernels,
                        const double *u, double *x)
{
    if (input->cut) {
        cut_uniforms(input, u, x);
        transform(inputs, input, kernels, x, x);
        cut_values(input, x);
    } else {
        transform(inputs, input, kernels, u, x);
    }
}

void pb_inputs_free(pb_inputs *inputs)
{
    if (inputs->uncertain != NULL) {
        free(inputs->uncertain->row);
    }
    free(inputs->uncertain);
    free(inputs->item);
    for (size_t i = 0; i < inputs->n_tables; i++) {
        free(inputs->tables[i].table);
    }
    memset(inputs, 0, sizeof *inputs);
}
