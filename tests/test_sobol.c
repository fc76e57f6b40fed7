/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scrambled Sobol points: what a nested scrambling must keep (every dyadic interval holds its
 * share, exactly) and what it must randomise (each point is uniform, replicates are independent).
 * Statistical bounds are 4.9 standard errors, seeds fixed.
 */
#include "sim/sobol.h"

#include "sim/random.h"

#include <criterion/criterion.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BITS = 10, POINTS = 1 << BITS, DRAWS = POINTS * PB_REPLICATES };

/* Where an input stands here: the dimensions of the votes' sequence, of the money's, and those
 * stratified alone. */
enum { VOTES = 0, MONEY = PB_SOBOL_DIMENSIONS, ALONE = MONEY + 8, N_INPUTS = ALONE + 8 };

static pb_inputs inputs;
static pb_sobol sobol;

static size_t row_of[N_INPUTS];

static void set_rows(void)
{
    int n = ALONE;
    for (size_t row = 0; row < N_INPUTS; row++) {
        const pb_sobol_place at = sobol.place[row];
        const int first = at.sequence == PB_OF_MONEY ? MONEY - 1 : VOTES;
        row_of[at.dimension >= 0 ? first + at.dimension : n++] = row;
    }
}

static void open_inputs(uint64_t seed)
{
    pb_error err = {0};
    memset(&inputs, 0, sizeof inputs);
    for (int i = 0; i < N_INPUTS; i++) {
        const pb_purpose purpose = i < ALONE - MONEY ? PB_FOR_REVENUE : PB_FOR_UNIT;
        char name[16];
        snprintf(name, sizeof name, "name-%d", i);
        pb_inputs_add(&inputs, purpose, 0, name, PB_UNIFORM_01, 0, 0, 0);
    }
    cr_assert_eq(pb_sobol_init(&inputs, seed, &sobol, &err), PB_OK, "%s", err.text);
    set_rows();
}

static void close_inputs(void)
{
    pb_sobol_free(&sobol);
    pb_inputs_free(&inputs);
}

static void take_uniforms(int d, uint64_t first_draw, double *u)
{
    pb_sobol_batch batch;
    pb_sobol_batch_at(&sobol, pb_kernels_get(), first_draw, &batch);
    pb_sobol_uniforms(&sobol, pb_kernels_get(), row_of[d], &batch, u);
}

/* u[point][replicate] of a dimension. */
static void take_dimension(int d, double (*u)[PB_REPLICATES])
{
    for (int first = 0; first < DRAWS; first += PB_LANES) {
        take_uniforms(d, (uint64_t)first, &u[first / PB_REPLICATES][0]);
    }
}

static double u[N_INPUTS][POINTS][PB_REPLICATES];

static void take_all(uint64_t seed)
{
    open_inputs(seed);
    for (int d = 0; d < N_INPUTS; d++) {
        take_dimension(d, u[d]);
    }
    close_inputs();
}

Test(sobol, every_prefix_of_2_to_the_k_points_has_one_in_each_interval)
{
    take_all(1);
    for (int k = 0; k <= BITS; k++) {
        for (int d = 0; d < N_INPUTS; d++) {
            for (int r = 0; r < PB_REPLICATES; r++) {
                static unsigned char hit[POINTS];
                memset(hit, 0, sizeof hit);
                for (int i = 0; i < 1 << k; i++) {
                    hit[(int)(u[d][i][r] * (1 << k))]++;
                }
                for (int cell = 0; cell < 1 << k; cell++) {
                    cr_assert_eq(hit[cell], 1, "dimension %d, replicate %d, 2^%d", d, r, k);
                }
            }
        }
    }
}

/* The first two dimensions of the Sobol sequence are a (0, 2)-sequence: 2^k points have one in
 * each of the 2^k boxes of 2^-a by 2^-(k-a), for every a. A nested scrambling keeps that, and so
 * does an order by which aligned blocks go to aligned blocks. */
static void expect_net(double (*first)[PB_REPLICATES], double (*second)[PB_REPLICATES])
{
    for (int a = 0; a <= BITS; a++) {
        for (int r = 0; r < PB_REPLICATES; r++) {
            static unsigned char hit[POINTS];
            memset(hit, 0, sizeof hit);
            for (int i = 0; i < POINTS; i++) {
                const int x = (int)(first[i][r] * (1 << a));
                const int y = (int)(second[i][r] * (1 << (BITS - a)));
                hit[x << (BITS - a) | y]++;
            }
            for (int box = 0; box < POINTS; box++) {
                cr_assert_eq(hit[box], 1, "2^-%d wide, replicate %d", a, r);
            }
        }
    }
}

Test(sobol, the_first_two_dimensions_stay_a_net)
{
    take_all(2);
    expect_net(u[VOTES], u[VOTES + 1]);
}

Test(sobol, two_dimensions_stay_a_net_in_an_order_of_their_own)
{
    const pb_kernels *kernels = pb_kernels_get();
    open_inputs(4);
    for (uint64_t point = 0; point < POINTS; point += PB_LANES / PB_REPLICATES) {
        uint64_t number[PB_LANES];
        kernels->order(point, sobol.order_key[0], sobol.order_key[1], number);
        cr_assert(number[0] >> BITS != 0, "the order goes far beyond the first points");
        for (size_t d = 0; d < 2; d++) {
            kernels->scramble(sobol.direction[d], number, sobol.key[d][0], sobol.key[d][1],
                              u[d][point]);
        }
    }
    close_inputs();
    expect_net(u[0], u[1]);
}

Test(sobol, the_last_points_of_all_are_points_like_others)
{
    pb_sobol_batch batch;
    open_inputs(5);
    pb_sobol_batch_at(&sobol, pb_kernels_get(), PB_SOBOL_MOST_DRAWS - PB_LANES, &batch);
    for (int a = 0; a < PB_LANES; a++) {
        cr_expect_lt(batch.number[PB_OF_VOTES][a], UINT64_C(1) << PB_POINT_BITS);
        cr_expect_lt(batch.number[PB_OF_MONEY][a], UINT64_C(1) << PB_POINT_BITS);
        for (int b = a % PB_REPLICATES; b < a; b += PB_REPLICATES) {
            cr_expect_neq(batch.number[PB_OF_MONEY][a], batch.number[PB_OF_MONEY][b]);
        }
    }
    close_inputs();
}

/* Over many seeds a given point of a given replicate is uniform, and so is the order in which two
 * points fall; neighbouring replicates and dimensions are uncorrelated. */
Test(sobol, scrambled_points_are_uniform_and_independent_over_seeds)
{
    enum { SEEDS = 4000 };
    /* point 0, point 5; another replicate, the other sequence, a stratified input */
    enum { N_LOOKED_AT = 5 };
    static double first[SEEDS][N_LOOKED_AT];
    for (int seed = 0; seed < SEEDS; seed++) {
        double x[PB_LANES], y[PB_LANES], alone[PB_LANES];
        open_inputs((uint64_t)seed + 100);
        take_uniforms(3, 0, x);
        take_uniforms(MONEY + 3, 0, y);
        take_uniforms(ALONE, 0, alone);
        close_inputs();
        first[seed][0] = x[0];
        first[seed][1] = x[5 * PB_REPLICATES];
        first[seed][2] = x[1];
        first[seed][3] = y[0];
        first[seed][4] = alone[0];
    }
    for (int a = 0; a < N_LOOKED_AT; a++) {
        double mean = 0, square = 0;
        for (int s = 0; s < SEEDS; s++) {
            mean += (first[s][a] - 0.5) / SEEDS;
            square += (first[s][a] - 0.5) * (first[s][a] - 0.5) / SEEDS;
        }
        cr_expect(fabs(mean) < 4.9 * sqrt(1.0 / 12 / SEEDS), "mean of %d: %g", a, mean);
        cr_expect(fabs(square - 1.0 / 12) < 4.9 * sqrt(1.0 / 180 / SEEDS), "variance of %d", a);
    }
    for (int a = 2; a < N_LOOKED_AT; a++) { /* independent of point 0, not only of its mean */
        double product = 0;
        for (int s = 0; s < SEEDS; s++) {
            product += 12 * (first[s][0] - 0.5) * (first[s][a] - 0.5) / SEEDS;
        }
        cr_expect(fabs(product) < 4.9 / sqrt(SEEDS), "correlation with %d: %g", a, product);
    }
}

/* Every one of the upper bits of a scrambled point is fair and independent of the bit before. */
Test(sobol, bits_of_a_scrambled_point_are_fair)
{
    enum { SEEDS = 4000, LOOKED_AT = 40 };
    int set[LOOKED_AT] = {0}, same[LOOKED_AT] = {0};
    for (int seed = 0; seed < SEEDS; seed++) {
        double x[PB_LANES];
        open_inputs((uint64_t)seed + 9000);
        take_uniforms(7, 0, x);
        close_inputs();
        const uint64_t bits = (uint64_t)(x[3 * PB_REPLICATES + 2] * 0x1p52);
        for (int b = 0; b < LOOKED_AT; b++) {
            const int bit = bits >> (51 - b) & 1, before = bits >> (52 - b) & 1;
            set[b] += bit;
            same[b] += bit == before;
        }
    }
    const double bound = 4.9 * sqrt(0.25 * SEEDS);
    for (int b = 0; b < LOOKED_AT; b++) {
        cr_expect(fabs(set[b] - 0.5 * SEEDS) < bound, "bit %d: %d", b, set[b]);
        cr_expect(b == 0 || fabs(same[b] - 0.5 * SEEDS) < bound, "bits %d and before: %d", b,
                  same[b]);
    }
}

/* A smooth integrand in five dimensions, mean 1: sixteen replicates of 1,024 points know it at
 * least 30 times better than 16,384 independent points would, and their error says so. */
Test(sobol, replicates_know_a_smooth_mean_and_its_error)
{
    take_all(3);
    double mean[PB_REPLICATES] = {0}, all = 0, spread = 0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        for (int i = 0; i < POINTS; i++) {
            double f = 1;
            for (int d = 0; d < 5; d++) {
                f *= 1 + (u[d][i][r] - 0.5) / (d + 1);
            }
            mean[r] += f / POINTS;
        }
        all += mean[r] / PB_REPLICATES;
    }
    for (int r = 0; r < PB_REPLICATES; r++) {
        spread += (mean[r] - all) * (mean[r] - all) / (PB_REPLICATES - 1) / PB_REPLICATES;
    }
    double second = 1; /* E f^2 */
    for (int d = 1; d <= 5; d++) {
        second *= 1 + 1.0 / 12 / (d * d);
    }
    const double independent = (second - 1) / DRAWS;
    cr_expect(fabs(all - 1) < 4.9 * sqrt(spread), "%g +- %g", all - 1, sqrt(spread));
    cr_expect(spread < independent / 30, "variance ratio %g", independent / spread);
}

static uint64_t reversed(uint64_t x)
{
    uint64_t y = 0;
    for (int b = 0; b < 64; b++) {
        y |= (x >> b & 1) << (63 - b);
    }
    return y;
}

/* Point n of GSL, by Gray code, is the sum of the directions of n ^ n/2. */
Test(sobol, directions_are_those_of_gsl)
{
    enum { WALKED = 1 << 17 };
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, PB_SOBOL_DIMENSIONS);
    open_inputs(6);
    for (uint64_t n = 1; n <= WALKED; n++) {
        double point[PB_SOBOL_DIMENSIONS];
        gsl_qrng_get(sequence, point);
        if (n % 97 != 0 && (n & (n - 1)) != 0) {
            continue;
        }
        for (int d = 0; d < PB_SOBOL_DIMENSIONS; d++) {
            uint64_t sum = 0;
            for (int j = 0; j < PB_POINT_BITS; j++) {
                sum ^= (n ^ n >> 1) >> j & 1 ? sobol.direction[d][j] : 0;
            }
            cr_assert_eq((double)(reversed(sum) >> 34) * 0x1p-30, point[d], "dimension %d, %lu", d,
                         (unsigned long)n);
        }
    }
    close_inputs();
    gsl_qrng_free(sequence);
}

static void expect_dimensions(pb_sequence sequence, int first, const size_t *row, int n)
{
    for (int i = 0; i < n; i++) {
        cr_expect_eq(sobol.place[row[i]].sequence, sequence, "input %d", i);
        cr_expect_eq(sobol.place[row[i]].dimension, first + i);
    }
}

Test(sobol, dimensions_are_the_most_important_inputs)
{
    pb_error err = {0};
    memset(&inputs, 0, sizeof inputs);
    const size_t unit = pb_inputs_add(&inputs, PB_FOR_UNIT, 0, "a", PB_NORMAL_01, 0, 0, 0);
    const size_t yes = pb_inputs_add(&inputs, PB_FOR_YES, 1, "a", PB_UNIFORM_01, 0, 0, 0);
    const size_t spending = pb_inputs_add(&inputs, PB_FOR_SPENDING, 1, "", PB_NORMAL_01, 0, 0, 0);
    const size_t second = pb_inputs_add(&inputs, PB_FOR_RECESSION, 2, "", PB_UNIFORM_01, 0, 0, 0);
    const size_t first = pb_inputs_add(&inputs, PB_FOR_RECESSION, 1, "", PB_UNIFORM_01, 0, 0, 0);
    const size_t coalition = pb_inputs_add(&inputs, PB_FOR_COALITION, 0, "", PB_NORMAL_01, 0, 0, 0);
    cr_assert_eq(pb_sobol_init(&inputs, 1, &sobol, &err), PB_OK);
    const size_t votes[] = {coalition, unit, yes}, money[] = {first, second, spending};
    expect_dimensions(PB_OF_VOTES, 0, votes, 3);
    expect_dimensions(PB_OF_MONEY, 1, money, 3);
    close_inputs();
}

/* The larger unit first; what evidence bears on before all that follow the units. */
Test(sobol, large_units_and_what_evidence_bears_on_come_first)
{
    pb_error err = {0};
    memset(&inputs, 0, sizeof inputs);
    const size_t small = pb_inputs_add(&inputs, PB_FOR_UNIT, 0, "a", PB_NORMAL_01, 0, 0, 0);
    const size_t large = pb_inputs_add(&inputs, PB_FOR_UNIT, 0, "b", PB_NORMAL_01, 0, 0, 0);
    const size_t poll =
        pb_inputs_add(&inputs, PB_FOR_EVIDENCE_NOISE, 0, "b", PB_NORMAL_01, 0, 0, 0);
    const size_t swing = pb_inputs_add(&inputs, PB_FOR_LATE_SWING, 1, "k", PB_NORMAL_01, 0, 0, 0);
    const size_t sector = pb_inputs_add(&inputs, PB_FOR_SECTOR, 0, "s", PB_NORMAL_01, 0, 0, 0);
    pb_inputs_set_members(&inputs, large, 4800);
    pb_inputs_set_members(&inputs, small, 40);
    pb_inputs_set_informed(&inputs, poll);
    pb_inputs_set_informed(&inputs, sector);
    cr_assert_eq(pb_sobol_init(&inputs, 1, &sobol, &err), PB_OK);
    const size_t expected[] = {sector, poll, large, small, swing};
    expect_dimensions(PB_OF_VOTES, 0, expected, 5);
    close_inputs();
}

/*
 * Two inputs in orders of their own go together at random, but for this: of the 2^j points of an
 * aligned block each has one in every interval of length 2^-j. Two points of one block of 2^j, of
 * different halves of it, have covariance -8^(1-j) / 16 in each input, so the correlation over a
 * replicate's points has 1 + sum over j of 2^(j-1) (12 8^(1-j) / 16)^2 = 49/31 of the variance
 * of independent numbers.
 */
static void expect_no_pattern(int first, int n_first, int second, int n_second)
{
    enum { SEEDS = 10 };
    double squares = 0.0;
    int n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        take_all(800 + seed);
        for (int d = first; d < first + n_first; d++) {
            for (int e = second; e < second + n_second && e != d; e++) {
                for (int r = 0; r < PB_REPLICATES; r++) {
                    double product = 0.0;
                    for (int i = 0; i < POINTS; i++) {
                        product += 12.0 * (u[d][i][r] - 0.5) * (u[e][i][r] - 0.5) / POINTS;
                    }
                    squares += product * product * POINTS;
                    n++;
                }
            }
        }
    }
    const double expected = 49.0 / 31.0;
    cr_expect(fabs(squares / n - expected) < 4.9 * expected * sqrt(2.0 / n), "%g", squares / n);
}

Test(sobol, stratified_inputs_make_no_pattern)
{
    expect_no_pattern(ALONE, N_INPUTS - ALONE, ALONE, N_INPUTS - ALONE);
}

Test(sobol, neither_do_the_two_sequences)
{
    expect_no_pattern(VOTES, ALONE - MONEY, MONEY, ALONE - MONEY);
}
