/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Oracles: GSL for the normal quantile, long double libm for exp, log and logistic, Random123 for
 * Philox. Failures are counted and asserted once: an assertion a value would take longer than
 * the values.
 */
#define _POSIX_C_SOURCE 200809L
#include "models/kernels.h"
#include "tests/lanes.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <Random123/philox.h>

/* Distance of x from the exact value, in units of the exact value's last place. */
static double ulps(double x, long double exact)
{
    const double nearest = (double)exact;
    const double ulp = nextafter(fabs(nearest), INFINITY) - fabs(nearest);
    return (double)(fabsl((long double)x - exact) / (long double)ulp);
}

/* ---- Philox ---- */

static double uniform_of_words(uint32_t high, uint32_t low)
{
    const uint64_t word = (uint64_t)high << 32 | low;
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

/* Random123-1.14.0/tests/kat_vectors, philox4x32 with 10 rounds. The second and third counters
 * are beyond 2^63 draws, so they test the oracle; the kernel must equal the oracle. */
Test(uniform, the_oracle_gives_the_published_answers)
{
    static const struct {
        philox4x32_ctr_t counter;
        philox4x32_key_t key;
        uint32_t answer[4];
    } CASES[] = {
        {{{0, 0, 0, 0}}, {{0, 0}}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
         {{0xffffffff, 0xffffffff}},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
         {{0xa4093822, 0x299f31d0}},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const philox4x32_ctr_t words = philox4x32(CASES[i].counter, CASES[i].key);
        cr_expect_eq(memcmp(words.v, CASES[i].answer, sizeof CASES[i].answer), 0, "case %zu", i);
    }
}

Test(uniform, counter_zero_gives_the_published_answer)
{
    double u[PB_LANES];
    kernels()->uniform(0, 0, 0, 0, u);
    cr_expect_eq(u[0], uniform_of_words(0x6627e8d5, 0xe169c58d));
    cr_expect_eq(u[1], uniform_of_words(0xbc57ac4c, 0x9b00dbd8));
}

static int lanes_unlike_random123(uint64_t seed, uint64_t first_draw, uint32_t word2,
                                  uint32_t word3)
{
    double u[PB_LANES];
    int unlike = 0;
    kernels()->uniform(seed, first_draw, word2, word3, u);
    for (int i = 0; i < PB_LANES; i++) {
        const uint64_t draw = first_draw + (uint64_t)i, pair = draw >> 1;
        const philox4x32_ctr_t counter = {{(uint32_t)pair, (uint32_t)(pair >> 32), word2, word3}};
        const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
        const philox4x32_ctr_t words = philox4x32(counter, key);
        const int half = draw & 1 ? 2 : 0;
        unlike += u[i] != uniform_of_words(words.v[half], words.v[half + 1]);
    }
    return unlike;
}

Test(uniform, equals_random123_at_random_counters)
{
    int unlike = 0;
    for (uint32_t i = 0; i < 300; i++) {
        const philox4x32_ctr_t at = philox4x32((philox4x32_ctr_t){{i}}, (philox4x32_key_t){{1}});
        const philox4x32_ctr_t by = philox4x32((philox4x32_ctr_t){{i}}, (philox4x32_key_t){{2}});
        const uint64_t seed = (uint64_t)at.v[0] << 32 | at.v[1];
        const uint64_t draw = ((uint64_t)at.v[2] << 32 | at.v[3]) & ~(uint64_t)1;
        unlike += lanes_unlike_random123(seed, draw, by.v[0], by.v[1]);
    }
    cr_expect_eq(unlike, 0, "%d lanes", unlike);
}

Test(uniform, carries_into_the_counters_high_half)
{
    cr_expect_eq(lanes_unlike_random123(5, ((uint64_t)1 << 33) - 100, 6, 7), 0);
}

Test(uniform, is_an_odd_multiple_of_2_to_the_minus_53_inside_the_unit_interval)
{
    double u[PB_LANES];
    int bad = 0;
    for (unsigned batch = 0; batch < 4000; batch++) {
        fill_uniform(batch, u);
        for (int i = 0; i < PB_LANES; i++) {
            bad += !(u[i] > 0.0 && u[i] < 1.0 && fmod(u[i] * 0x1p53, 2.0) == 1.0);
        }
    }
    cr_expect_eq(bad, 0);
}

/* ---- Normal quantile ---- */

/* Threshold 2e-15 relative: our own error is below 7e-16 (against 40 digits), GSL's as much. */
Test(normal, agrees_with_gsl_to_2e_minus_15)
{
    double u[PB_LANES], z[PB_LANES], worst = 0.0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_with_tails(batch, u);
        kernels()->normal(u, z);
        for (int i = 0; i < PB_LANES; i++) {
            const double exact =
                u[i] < 0.5 ? gsl_cdf_ugaussian_Pinv(u[i]) : gsl_cdf_ugaussian_Qinv(1.0 - u[i]);
            worst = fmax(worst, fabs(z[i] / exact - 1.0));
        }
    }
    cr_expect_lt(worst, 2e-15, "%g", worst);
}

Test(normal, is_finite_and_right_at_the_ends)
{
    cr_expect_float_eq(pb_normal_quantile(0x1p-53), -8.209536151601387, 1e-14);
    cr_expect_float_eq(pb_normal_quantile(1.0 - 0x1p-53), 8.209536151601387, 1e-14);
    cr_expect_float_eq(pb_normal_quantile(1e-300), -37.0471, 1e-4); /* GSL: -37.0471 */
    cr_expect_eq(pb_normal_quantile(0.5), 0.0);
}

Test(normal, is_odd_to_the_bit)
{
    double u[PB_LANES], mirrored[PB_LANES], z[PB_LANES], z_mirrored[PB_LANES];
    int bad = 0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_uniform(batch, u);
        for (int i = 0; i < PB_LANES; i++) {
            u[i] = i % 4 == 0 ? fmax(u[i] * 0x1p-9, 0x1p-53) : u[i];
            mirrored[i] = 1.0 - u[i];
            u[i] = 1.0 - mirrored[i]; /* a multiple of 2^-53, as the generator's are */
        }
        kernels()->normal(u, z);
        kernels()->normal(mirrored, z_mirrored);
        for (int i = 0; i < PB_LANES; i++) {
            bad += z[i] != -z_mirrored[i];
        }
    }
    cr_expect_eq(bad, 0, "%d", bad);
}

/* Falls among 400 batches of successive u at distance `step`, ending at `centre` + half of it. */
static int falls_of_normal_around(double centre, double step)
{
    double u[PB_LANES], z[PB_LANES], last = -INFINITY, first = centre - 200 * PB_LANES * step;
    int falls = 0;
    for (int batch = 0; batch < 400; batch++) {
        for (int i = 0; i < PB_LANES; i++) {
            u[i] = first + (batch * PB_LANES + i) * step;
        }
        kernels()->normal(u, z);
        for (int i = 0; i < PB_LANES; i++) {
            falls += z[i] < last;
            last = z[i];
        }
    }
    return falls;
}

/* Neighbours of the generator's grid, across the switch of formulas at 2^-11 and elsewhere. */
Test(normal, never_falls_between_neighbouring_uniforms)
{
    static const double CENTRES[] = {0x1p-11, 1.0 - 0x1p-11, 0x1p-20, 0.001, 0.02, 0.1,
                                     0.25,    0.4,           0.5,     0.77,  0.999};
    for (size_t i = 0; i < COUNT_OF(CENTRES); i++) {
        const int falls = falls_of_normal_around(CENTRES[i], 0x1p-52);
        cr_expect_eq(falls, 0, "%d falls around u = %g", falls, CENTRES[i]);
    }
    cr_expect_eq(falls_of_normal_around(0.5, 0.49999 / (200 * PB_LANES)), 0);
    cr_expect_eq(falls_of_normal_around(0x1.8p-37, 0x1p-53), 0, "across r = 5 of AS 241");
}

Test(normal, may_write_over_its_input)
{
    double u[PB_LANES], z[PB_LANES];
    fill_with_tails(1, u);
    kernels()->normal(u, z);
    kernels()->normal(u, u);
    cr_expect_eq(memcmp(u, z, sizeof u), 0);
}

/* ---- exp, log, logistic, logit ---- */

Test(elementary, exp_is_within_1_ulp)
{
    double x[PB_LANES], y[PB_LANES], worst = 0.0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_uniform(batch, x);
        for (int i = 0; i < PB_LANES; i++) {
            x[i] = (x[i] - 0.5) * (i % 2 ? 1400.0 : 2.0);
        }
        kernels()->exp(x, y);
        for (int i = 0; i < PB_LANES; i++) {
            worst = fmax(worst, ulps(y[i], expl(x[i])));
        }
    }
    cr_expect_lt(worst, 1.0, "%g", worst);
}

Test(elementary, exp_is_clamped_and_exact_at_0)
{
    cr_expect_eq(pb_exp(0.0), 1.0);
    cr_expect_eq(pb_exp(1000.0), pb_exp(700.0));
    cr_expect_eq(pb_exp(-INFINITY), pb_exp(-700.0));
    cr_expect_gt(pb_exp(-700.0), 0.0);
}

Test(elementary, log_is_within_1_ulp)
{
    double x[PB_LANES], worst = 0.0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_uniform(batch, x);
        for (int i = 0; i < PB_LANES; i++) {
            const double near_1 = 1.0 + (x[i] - 0.5) * exp2(-i % 50);
            const double value = i % 2 ? near_1 : exp2((x[i] - 0.5) * 2000.0);
            worst = fmax(worst, value == 1.0 ? 0.0 : ulps(pb_log(value), logl(value)));
        }
    }
    cr_expect_lt(worst, 1.0, "%g", worst);
    cr_expect_eq(pb_log(1.0), 0.0);
}

/* The threshold is that of three roundings and two correctly reduced exponentials. */
Test(elementary, logistic_is_within_3_ulp)
{
    double x[PB_LANES], p[PB_LANES], worst = 0.0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_uniform(batch, x);
        for (int i = 0; i < PB_LANES; i++) {
            x[i] = (x[i] - 0.5) * (i % 2 ? 1400.0 : 20.0);
        }
        kernels()->logistic(x, p);
        for (int i = 0; i < PB_LANES; i++) {
            worst = fmax(worst, ulps(p[i], 1.0L / (1.0L + expl(-(long double)x[i]))));
        }
    }
    cr_expect_lt(worst, 3.0, "%g", worst);
}

Test(elementary, logistic_stays_in_the_unit_interval)
{
    cr_expect_eq(pb_logistic(0.0), 0.5);
    cr_expect_eq(pb_logistic(INFINITY), 1.0);
    cr_expect_gt(pb_logistic(-INFINITY), 0.0);
    cr_expect_lt(pb_logistic(-INFINITY), 1e-300);
}

static long double exact_logit(long double p)
{
    const bool is_near_half = fabsl(p - 0.5L) < 0.1L;
    return is_near_half ? log1pl((2.0L * p - 1.0L) / (1.0L - p)) : logl(p) - log1pl(-p);
}

Test(elementary, logit_is_within_4_ulp_also_near_one_half)
{
    double u[PB_LANES], worst = 0.0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_with_tails(batch, u);
        for (int i = 0; i < PB_LANES; i++) {
            const double p = i % 8 == 2 ? 0.5 + (u[i] - 0.5) * 1e-6 : u[i];
            worst = fmax(worst, p == 0.5 ? 0.0 : ulps(pb_logit(p), exact_logit(p)));
        }
    }
    cr_expect_lt(worst, 4.0, "%g", worst);
    cr_expect_eq(pb_logit(0.5), 0.0);
}

/* ---- The same bits everywhere ---- */

typedef struct outputs {
    double uniform[PB_LANES], normal[PB_LANES], quantile[PB_LANES], exp[PB_LANES];
    double logistic[PB_LANES], binomial[PB_LANES];
} outputs;

static void run_all(const pb_kernels *level, const pb_quantile_table *table, unsigned batch,
                    outputs *out)
{
    double n[PB_LANES], p[PB_LANES], u[PB_LANES], wide[PB_LANES];
    level->uniform(SEED + batch, 2 * (uint64_t)batch * PB_LANES, batch, ~batch, out->uniform);
    fill_with_tails(batch, u);
    for (int i = 0; i < PB_LANES; i++) {
        wide[i] = 1500.0 * (out->uniform[i] - 0.5) * (i % 2 ? 1.0 : 0.01);
        n[i] = floor(pb_exp(13.8 * out->uniform[i]));
        p[i] = out->uniform[PB_LANES - 1 - i];
    }
    level->normal(u, out->normal);
    level->quantile(table, out->normal, out->quantile);
    level->exp(wide, out->exp);
    level->logistic(wide, out->logistic);
    level->binomial(n, p, u, out->normal, out->binomial);
}

Test(levels, all_give_the_same_bits)
{
    static const char *const LEVELS[] = {"v2", "v3", "v4", "generic"};
    static pb_quantile_table table;
    static outputs chosen, other;
    pb_table_student_t(5.0, &table);
    for (size_t level = 0; level < COUNT_OF(LEVELS); level++) {
        const pb_kernels *kernels_of_level = pb_kernels_of_level(LEVELS[level]);
        for (unsigned batch = 0; kernels_of_level != NULL && batch < 400; batch++) {
            run_all(kernels(), &table, batch, &chosen);
            run_all(kernels_of_level, &table, batch, &other);
            cr_assert_eq(memcmp(&chosen, &other, sizeof chosen), 0, "%s, batch %u", LEVELS[level],
                         batch);
        }
    }
}

Test(levels, groups_have_the_bits_of_the_whole_batch)
{
    double n[PB_LANES], p[PB_LANES], u[PB_LANES], z[PB_LANES], whole[PB_LANES], part[PB_LANES];
    for (unsigned batch = 0; batch < 200; batch++) {
        fill_with_tails(batch, u);
        kernels()->normal(u, z);
        for (int i = 0; i < PB_LANES; i++) {
            n[i] = i % 3 * 1000 + i;
            p[i] = z[i];
        }
        kernels()->logistic(p, p);
        kernels()->binomial(n, p, u, z, whole);
        for (int i = 0; i < PB_LANES; i += PB_GROUP_LANES) {
            double share[PB_GROUP_LANES];
            kernels()->logistic_group(z + i, share);
            cr_assert_arr_eq(share, p + i, sizeof share);
            kernels()->binomial_group(n + i, p + i, u + i, z + i, part + i);
        }
        cr_assert_arr_eq(part, whole, sizeof whole);
    }
}

Test(levels, scalar_functions_give_the_arrays_bits)
{
    double u[PB_LANES], x[PB_LANES], normal[PB_LANES], exp_x[PB_LANES], logistic_x[PB_LANES];
    int unlike = 0;
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_with_tails(batch, u);
        for (int i = 0; i < PB_LANES; i++) {
            x[i] = 1500.0 * (u[i] - 0.5) * (i % 8 > 3 ? 1.0 : 0.01);
        }
        kernels()->normal(u, normal);
        kernels()->exp(x, exp_x);
        kernels()->logistic(x, logistic_x);
        for (int i = 0; i < PB_LANES; i++) {
            unlike += pb_normal_quantile(u[i]) != normal[i] || pb_exp(x[i]) != exp_x[i]
                      || pb_logistic(x[i]) != logistic_x[i];
        }
    }
    cr_expect_eq(unlike, 0, "%d", unlike);
}

/* FNV-1a of all outputs. Another number means changed results: say so in CHANGELOG. */
Test(levels, bits_are_those_of_the_first_release)
{
    static pb_quantile_table tables[2];
    static outputs out;
    uint64_t hash = 0xcbf29ce484222325;
    pb_table_student_t(5.0, &tables[0]);
    pb_table_tail_scale(6.0, &tables[1]);
    for (unsigned batch = 0; batch < 64; batch++) {
        run_all(kernels(), &tables[batch % 2], batch, &out);
        const unsigned char *bytes = (const unsigned char *)&out;
        for (size_t i = 0; i < sizeof out; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3;
        }
    }
    cr_expect_eq(hash, 0xee287489b473e491, "%#llx", (unsigned long long)hash);
}

Test(levels, planb_isa_chooses_the_level)
{
    setenv("PLANB_ISA", "v2", 1);
    cr_expect_eq(pb_kernels_get(), pb_kernels_of_level("v2"));
    setenv("PLANB_ISA", "v3", 1);
    cr_expect_eq(pb_kernels_get(), pb_kernels_of_level("v3"));
    setenv("PLANB_ISA", "v99", 1);
    cr_expect_null(pb_kernels_get());
    setenv("PLANB_ISA", "", 1);
    cr_expect_not_null(pb_kernels_get(), "empty is unset");
    unsetenv("PLANB_ISA");
    cr_expect_not_null(pb_kernels_get());
}
