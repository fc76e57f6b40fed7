/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random numbers by name. Oracles: Random123's known-answer vector, a Philox4x32-10 written out
 * here from the paper (Salmon et al., SC11), published FNV-1a values, GSL's distributions.
 */
#include "models/input.h"
#include "sim/random.h"
#include "tests/fixture.h"

#include <criterion/parameterized.h>
#include <gsl/gsl_cdf.h>

static size_t add(pb_inputs *inputs, pb_purpose purpose, unsigned part, const char *name)
{
    return pb_inputs_add(inputs, purpose, part, name, PB_UNIFORM_01, 0.0, 0.0, 0.0);
}

/* ---- names ---- */

Test(input, hash_of_a_name_is_fnv_1a)
{
    cr_expect_eq(pb_input_hash(""), 0x811c9dc5u);
    cr_expect_eq(pb_input_hash("a"), 0xe40c292cu);
    cr_expect_eq(pb_input_hash("foobar"), 0xbf9cf968u);
}

struct check_case {
    pb_purpose purpose[2];
    unsigned part[2];
    char name[2][16];
    pb_status status;
    char why[64];
};

ParameterizedTestParameters(input, inputs_that_would_share_numbers_are_refused)
{
    static struct check_case cases[] = {
        {{PB_FOR_UNIT, PB_FOR_UNIT}, {0, 0}, {"altarage", "zinke"}, PB_DATA, "one 32-bit hash"},
        {{PB_FOR_UNIT, PB_FOR_UNIT}, {0, 0}, {"liquid", "costarring"}, PB_DATA, "another pair"},
        {{PB_FOR_YES, PB_FOR_YES}, {2, 2}, {"NP-4", "NP-4"}, PB_DATA, "the same input twice"},
        {{PB_FOR_UNIT, PB_FOR_UNION}, {0, 0}, {"zinke", "altarage"}, PB_OK, "purposes differ"},
        {{PB_FOR_YES, PB_FOR_YES}, {1, 2}, {"NP-4", "NP-4"}, PB_OK, "parts differ"},
        {{PB_FOR_YES, PB_FOR_YES}, {1, 1}, {"NP-4", "NP-5"}, PB_OK, "names differ"},
    };
    return cr_make_param_array(struct check_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct check_case *c, input, inputs_that_would_share_numbers_are_refused)
{
    pb_inputs inputs = {0};
    pb_error err = {0};
    add(&inputs, c->purpose[0], c->part[0], c->name[0]);
    add(&inputs, PB_FOR_COALITION, 0, ""); /* not neighbours in the list */
    add(&inputs, c->purpose[1], c->part[1], c->name[1]);
    cr_expect_eq(pb_inputs_check(&inputs, &err), c->status, "%s: %s", c->why, err.text);
    pb_inputs_free(&inputs);
}

Test(input, more_tables_than_there_is_room_for_are_reported)
{
    pb_inputs inputs = {0};
    pb_error err = {0};
    for (int i = 0; i < PB_MAX_TABLES; i++) {
        pb_inputs_add(&inputs, PB_FOR_UNIT, (unsigned)i, "", PB_STUDENT, 3.0 + i, 0.0, 0.0);
    }
    cr_expect_eq(pb_inputs_check(&inputs, &err), PB_OK);
    pb_inputs_add(&inputs, PB_FOR_UNIT, 20, "", PB_STUDENT, 3.0, 0.0, 0.0); /* shared */
    cr_expect_eq(pb_inputs_check(&inputs, &err), PB_OK);
    pb_inputs_add(&inputs, PB_FOR_UNIT, 21, "", PB_STUDENT, 99.0, 0.0, 0.0);
    cr_expect_neq(pb_inputs_check(&inputs, &err), PB_OK);
    pb_inputs_free(&inputs);
}

struct label_case {
    pb_purpose purpose;
    unsigned part;
    char name[16], label[40];
};

ParameterizedTestParameters(input, a_label_names_purpose_name_and_part)
{
    static struct label_case cases[] = {
        {PB_FOR_COALITION, 0, "", "coalition"},
        {PB_FOR_UNION, 0, "AFSCME4", "union:AFSCME4"},
        {PB_FOR_BALLOTS, 2, "NP-4", "ballots:NP-4:2"},
        {PB_FOR_TURNOUT_COMMON, 1, "", "turnout_common:1"},
        {PB_FOR_BUMPING_DELAY, 0, "", "bumping_delay"},
    };
    return cr_make_param_array(struct label_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct label_case *c, input, a_label_names_purpose_name_and_part)
{
    pb_input input = {.purpose = c->purpose, .part = c->part};
    char text[40], small[6];
    strcpy(input.name, c->name);
    pb_input_label(&input, text, sizeof text);
    pb_input_label(&input, small, sizeof small);
    cr_expect_str_eq(text, c->label);
    cr_expect(strncmp(small, c->label, 5) == 0 && small[5] == '\0', "cut short, terminated");
}

/* ---- bits ---- */

/* Philox4x32-10 from the paper: ten rounds, the key bumped between them. */
static void philox(uint32_t *counter, uint32_t *key)
{
    for (int round = 0; round < 10; round++) {
        const uint64_t left = UINT64_C(0xD2511F53) * counter[0];
        const uint64_t right = UINT64_C(0xCD9E8D57) * counter[2];
        const uint32_t next[4] = {(uint32_t)(right >> 32) ^ counter[1] ^ key[0], (uint32_t)right,
                                  (uint32_t)(left >> 32) ^ counter[3] ^ key[1], (uint32_t)left};
        memcpy(counter, next, sizeof next);
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
}

static double expected_uniform(uint64_t seed, const pb_input *input, uint64_t draw)
{
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t c[4] = {(uint32_t)(draw / 2), (uint32_t)(draw / 2 >> 32),
                     (uint32_t)input->purpose * 65536u + input->part, pb_input_hash(input->name)};
    philox(c, key);
    const uint64_t bits = (uint64_t)c[draw % 2 * 2] << 32 | c[draw % 2 * 2 + 1];
    return ldexp((double)(bits / 4096) + 0.5, -52);
}

/* Random123's kat_vectors: counter 0, key 0 gives 6627e8d5 e169c58d bc57ac4c 9b00dbd8. The name
 * was searched for: its hash is 0, so purpose 0, part 0, seed 0, draws 0 and 1 have that counter.
 */
Test(input, known_answer_of_random123)
{
    const pb_input input = {.purpose = PB_FOR_COALITION, .name = "Z2Uacic"};
    cr_assert_eq(pb_input_hash(input.name), 0u);
    cr_assert_eq((int)PB_FOR_COALITION, 0, "purposes are append only");
    cr_expect_eq(pb_uniform(0, &input, 0), ldexp((double)0x6627e8d5e169c + 0.5, -52));
    cr_expect_eq(pb_uniform(0, &input, 1), ldexp((double)0xbc57ac4c9b00d + 0.5, -52));
}

Test(input, a_uniform_is_a_function_of_seed_purpose_part_name_and_draw)
{
    static const uint64_t SEEDS[] = {0, 1, 20110624, UINT64_MAX, UINT64_C(1) << 32};
    static const uint64_t DRAWS[] = {0, 1, 2, 3, 255, UINT64_C(0x123456789), UINT64_MAX};
    const pb_input inputs[] = {{.purpose = PB_FOR_YES, .part = 2, .name = "NP-4"},
                               {.purpose = PB_FOR_YES, .part = 1, .name = "NP-4"},
                               {.purpose = PB_FOR_BUMPING_DELAY, .name = ""}};
    for (size_t s = 0; s < COUNT_OF(SEEDS); s++) {
        for (size_t d = 0; d < COUNT_OF(DRAWS); d++) {
            for (size_t i = 0; i < COUNT_OF(inputs); i++) {
                cr_expect_eq(pb_uniform(SEEDS[s], &inputs[i], DRAWS[d]),
                             expected_uniform(SEEDS[s], &inputs[i], DRAWS[d]));
            }
        }
    }
}

/* Every purpose and distribution that a scenario may declare. */
static void declare_all_sorts(pb_inputs *inputs)
{
    add(inputs, PB_FOR_RECESSION, 1, "");
    pb_inputs_add(inputs, PB_FOR_REVENUE, 2, "sales", PB_NORMAL_01, 0.0, 0.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_COALITION, 0, "", PB_STUDENT, 5.0, 0.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_UNIT, 0, "NP-4", PB_STUDENT, INFINITY, 0.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_REVENUE_SCALE, 1, "", PB_TAIL_SCALE, 6.0, 0.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_REVENUE_SCALE, 2, "", PB_TAIL_SCALE, INFINITY, 0.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_DAYS_TO_VOTE, 1, "", PB_TRIANGULAR, 21.0, 27.0, 40.0);
    pb_inputs_add(inputs, PB_FOR_BUMPING_DELAY, 0, "", PB_EXPONENTIAL, 2.0, 0.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_DAYS_TO_AGREEMENT, 0, "", PB_UNIFORM, 3.0, 21.0, 0.0);
    pb_inputs_add(inputs, PB_FOR_DAYS_TO_RULE_CHANGE, 0, "", PB_NORMAL, 24.0, 5.0, 0.0);
}

Test(input, a_filled_batch_is_the_uniforms_of_its_draws_transformed)
{
    enum { FIRST_DRAW = 4096 };
    static double rows[16][PB_LANES];
    pb_inputs inputs = {0};
    declare_all_sorts(&inputs);
    cr_assert(inputs.n <= COUNT_OF(rows));
    pb_fill(&inputs, kernels(), NULL, SEED, FIRST_DRAW, rows);
    for (size_t r = 0; r < inputs.n; r++) {
        double x[PB_LANES];
        for (unsigned lane = 0; lane < PB_LANES; lane++) {
            x[lane] = pb_uniform(SEED, &inputs.item[r], FIRST_DRAW + lane);
        }
        pb_input_transform(&inputs, &inputs.item[r], kernels(), x, x);
        cr_expect_arr_eq(rows[r], x, sizeof x, "row %zu", r);
    }
    pb_inputs_free(&inputs);
}

Test(input, adding_and_reordering_inputs_leaves_the_others_bits_unchanged)
{
    static double rows[16][PB_LANES], more_rows[32][PB_LANES];
    pb_inputs inputs = {0}, more = {0};
    declare_all_sorts(&inputs);
    for (size_t r = inputs.n; r-- > 0;) { /* backwards, each behind a new one */
        const pb_input *old = &inputs.item[r];
        char name[PB_ID_SIZE];
        snprintf(name, sizeof name, "new%zu", r);
        pb_inputs_add(&more, old->purpose, old->part, name, old->distribution, old->a, old->b,
                      old->c);
        pb_inputs_add(&more, old->purpose, old->part, old->name, old->distribution, old->a, old->b,
                      old->c);
    }
    pb_fill(&inputs, kernels(), NULL, SEED, 512, rows);
    pb_fill(&more, kernels(), NULL, SEED, 512, more_rows);
    for (size_t r = 0; r < inputs.n; r++) {
        cr_expect_arr_eq(rows[r], more_rows[2 * (inputs.n - 1 - r) + 1], sizeof rows[r], "row %zu",
                         r);
    }
    pb_inputs_free(&inputs);
    pb_inputs_free(&more);
}

/* ---- distributions ---- */

/* 256 uniforms that cover (0, 1), the outermost 1e-9 from its ends. */
static void spread(double *u)
{
    for (int i = 0; i < PB_LANES; i++) {
        u[i] = (i + 0.5) / PB_LANES;
    }
    u[0] = 1e-9;
    u[PB_LANES - 1] = 1.0 - 1e-9;
}

static void transformed(pb_distribution distribution, double a, double b, double c, double *u,
                        double *x)
{
    pb_inputs inputs = {0};
    pb_inputs_add(&inputs, PB_FOR_UNIT, 0, "", distribution, a, b, c);
    spread(u);
    pb_input_transform(&inputs, &inputs.item[0], kernels(), u, x);
    pb_inputs_free(&inputs);
}

static double triangular_cdf(double x, double lo, double mode, double hi)
{
    return x < mode ? (x - lo) * (x - lo) / ((hi - lo) * (mode - lo))
                    : 1.0 - (hi - x) * (hi - x) / ((hi - lo) * (hi - mode));
}

Test(input, uniform_normal_and_exponential_quantities_agree_with_gsl)
{
    double u[PB_LANES], x[PB_LANES];
    transformed(PB_UNIFORM, 3.0, 21.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_float_eq(x[i], gsl_cdf_flat_Pinv(u[i], 3.0, 21.0), 1e-12);
    }
    transformed(PB_NORMAL, 24.0, 5.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_float_eq(x[i], 24.0 + gsl_cdf_gaussian_Pinv(u[i], 5.0), 1e-11);
    }
    transformed(PB_EXPONENTIAL, 2.0, 0.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_float_eq(x[i], gsl_cdf_exponential_Pinv(u[i], 2.0), 1e-11);
    }
}

struct triangle {
    double lo, mode, hi;
};

ParameterizedTestParameters(input, a_triangular_quantity_has_its_distribution)
{
    static struct triangle cases[] = {
        {21.0, 27.0, 40.0}, {2.0, 6.0, 8.0}, {3.0, 3.0, 21.0}, {0.0, 5.0, 5.0}};
    return cr_make_param_array(struct triangle, cases, COUNT_OF(cases));
}

ParameterizedTest(struct triangle *c, input, a_triangular_quantity_has_its_distribution)
{
    double u[PB_LANES], x[PB_LANES];
    transformed(PB_TRIANGULAR, c->lo, c->mode, c->hi, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect(c->lo <= x[i] && x[i] <= c->hi);
        cr_expect_float_eq(triangular_cdf(x[i], c->lo, c->mode, c->hi), u[i], 1e-13);
    }
}

Test(input, a_triangle_without_width_is_its_value)
{
    double u[PB_LANES], x[PB_LANES];
    transformed(PB_TRIANGULAR, 7.0, 7.0, 7.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_eq(x[i], 7.0);
    }
}

Test(input, student_effects_have_variance_one_and_normal_ones_have_infinite_df)
{
    double u[PB_LANES], x[PB_LANES];
    transformed(PB_STUDENT, 5.0, 0.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_float_eq(x[i], sqrt(3.0 / 5.0) * gsl_cdf_tdist_Pinv(u[i], 5.0),
                           1e-6 * fmax(1.0, fabs(x[i])));
    }
    transformed(PB_STUDENT, INFINITY, 0.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_float_eq(x[i], gsl_cdf_ugaussian_Pinv(u[i]), 1e-12);
    }
}

Test(input, a_tail_scale_is_that_of_a_multivariate_t_and_1_for_the_normal)
{
    double u[PB_LANES], x[PB_LANES];
    transformed(PB_TAIL_SCALE, 6.0, 0.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_float_eq(x[i], sqrt(4.0 / gsl_cdf_chisq_Qinv(u[i], 6.0)), 1e-7 * x[i]);
    }
    transformed(PB_TAIL_SCALE, INFINITY, 0.0, 0.0, u, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_expect_eq(x[i], 1.0);
    }
}

/* ---- quantities ---- */

Test(input, a_fixed_quantity_takes_no_input_and_a_random_one_takes_a_row)
{
    const pb_quantity fixed = {PB_QUANTITY_FIXED, 21.0, 0.0, 0.0};
    const pb_quantity random = {PB_QUANTITY_TRIANGULAR, 21.0, 27.0, 40.0};
    static double rows[1][PB_LANES];
    pb_inputs inputs = {0};
    const pb_value always = pb_inputs_add_quantity(&inputs, PB_FOR_DAYS_TO_VOTE, 1, "", &fixed);
    cr_expect_eq(inputs.n, 0u);
    const pb_value drawn = pb_inputs_add_quantity(&inputs, PB_FOR_DAYS_TO_VOTE, 2, "", &random);
    cr_assert_eq(inputs.n, 1u);
    cr_expect_eq(inputs.item[0].distribution, PB_TRIANGULAR);
    cr_expect(inputs.item[0].a == 21.0 && inputs.item[0].b == 27.0 && inputs.item[0].c == 40.0);
    rows[0][7] = 33.0;
    cr_expect_eq(pb_value_at(&always, (pb_rows)rows, 7), 21.0);
    cr_expect_eq(pb_value_at(&drawn, (pb_rows)rows, 7), 33.0);
    pb_inputs_free(&inputs);
}

struct modal_case {
    pb_quantity quantity;
    pb_distribution drawn_as;
    double modal;
};

ParameterizedTestParameters(input, a_quantity_is_planned_with_at_its_mode)
{
    static struct modal_case cases[] = {
        {{PB_QUANTITY_NORMAL, 24.0, 5.0, 0.0}, PB_NORMAL, 24.0},
        {{PB_QUANTITY_TRIANGULAR, 2.0, 6.0, 8.0}, PB_TRIANGULAR, 6.0},
        {{PB_QUANTITY_UNIFORM, 3.0, 21.0, 0.0}, PB_UNIFORM, 12.0},
        {{PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0}, PB_EXPONENTIAL, 2.0},
    };
    return cr_make_param_array(struct modal_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct modal_case *c, input, a_quantity_is_planned_with_at_its_mode)
{
    pb_inputs inputs = {0};
    cr_expect_float_eq(pb_quantity_modal(&c->quantity), c->modal, 1e-15);
    pb_inputs_add_quantity(&inputs, PB_FOR_NOTICE_WEEKS, 0, "", &c->quantity);
    cr_expect_eq(inputs.item[0].distribution, c->drawn_as);
    pb_inputs_free(&inputs);
}
