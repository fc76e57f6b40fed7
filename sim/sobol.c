/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sobol.h"

#include "sim/random.h"

#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

/* ---- which inputs are dimensions ---- */

/* Most important first; what is not named comes after all that is. A new purpose goes to the
 * end, so that the dimensions of existing scenarios stay. */
static const pb_purpose ORDER[] = {
    PB_FOR_COALITION,
    PB_FOR_REVENUE_SCALE,
    PB_FOR_RECESSION,
    PB_FOR_REVENUE,
    PB_FOR_SECTOR,
    PB_FOR_SHIFT,
    PB_FOR_REALISATION_COMMON,
    PB_FOR_NOTICE_WEEKS,
    PB_FOR_OPTION_COMMON,
    PB_FOR_TURNOUT_COMMON,
    PB_FOR_LEGISLATURE,
    PB_FOR_RULE_CHANGE,
    PB_FOR_SPENDING,
    PB_FOR_UNION,
    PB_FOR_UNIT,
    PB_FOR_LATE_SWING,
};
enum { N_ORDER = sizeof ORDER / sizeof ORDER[0] };

int pb_importance(pb_purpose purpose)
{
    for (int i = 0; i < N_ORDER; i++) {
        if (ORDER[i] == purpose) {
            return i;
        }
    }
    return N_ORDER;
}

/* An input's rank: by importance, first year or round first, then by name, so that the order in
 * which a scenario lists its units does not matter. */
typedef struct rank {
    int importance;
    unsigned part;
    const char *name;
    size_t row;
} rank;

static int by_rank(const void *left, const void *right)
{
    const rank *a = left, *b = right;
    if (a->importance != b->importance) {
        return a->importance < b->importance ? -1 : 1;
    }
    if (a->part != b->part) {
        return a->part < b->part ? -1 : 1;
    }
    const int names = strcmp(a->name, b->name);
    return names != 0 ? names : (a->row > b->row) - (a->row < b->row);
}

static pb_status bind_rows(const pb_inputs *inputs, pb_sobol *sobol, pb_error *err)
{
    rank *ranks = malloc((inputs->n + 1) * sizeof *ranks);
    sobol->dimension = malloc(inputs->n + 1);
    if (ranks == NULL || sobol->dimension == NULL) {
        free(ranks);
        return pb_fail(err, PB_INTERNAL, "out of memory for the order of the inputs");
    }
    for (size_t row = 0; row < inputs->n; row++) {
        const pb_input *input = &inputs->item[row];
        ranks[row] = (rank){pb_importance(input->purpose), input->part, input->name, row};
    }
    qsort(ranks, inputs->n, sizeof *ranks, by_rank);
    sobol->n_dimensions = inputs->n < PB_SOBOL_DIMENSIONS ? (int)inputs->n : PB_SOBOL_DIMENSIONS;
    memset(sobol->dimension, -1, inputs->n);
    for (int d = 0; d < sobol->n_dimensions; d++) {
        sobol->row[d] = ranks[d].row;
        sobol->dimension[ranks[d].row] = (signed char)d;
    }
    free(ranks);
    return PB_OK;
}

/* ---- the sequence ---- */

static uint64_t reverse_bits(uint64_t x)
{
    x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
    x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
    x = (x >> 8 & 0x00ff00ff00ff00ff) | (x & 0x00ff00ff00ff00ff) << 8;
    x = (x >> 16 & 0x0000ffff0000ffff) | (x & 0x0000ffff0000ffff) << 16;
    return x >> 32 | x << 32;
}

/* GSL walks the sequence by Gray code and leaves out the origin: its point 2^j is the sum (XOR)
 * of directions j and j - 1, points counted from 1. */
static pb_status take_directions(int n_bits, pb_sobol *sobol, pb_error *err)
{
    double point[PB_SOBOL_DIMENSIONS];
    uint64_t previous[PB_SOBOL_DIMENSIONS] = {0};
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, PB_SOBOL_DIMENSIONS);
    if (sequence == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the Sobol sequence");
    }
    uint64_t index = 0;
    for (int j = 0; j < n_bits; j++) {
        while (index < UINT64_C(1) << j) {
            gsl_qrng_get(sequence, point);
            index++;
        }
        for (int d = 0; d < sobol->n_dimensions; d++) {
            previous[d] ^= (uint64_t)(point[d] * 0x1p30);
            sobol->direction[d][j] = reverse_bits(previous[d] << (64 - PB_SOBOL_BITS));
        }
    }
    gsl_qrng_free(sequence);
    return PB_OK;
}

/* How many bits the points' indices have. */
static int bits_of_points(int64_t draws)
{
    const int64_t points = (draws + PB_REPLICATES - 1) / PB_REPLICATES;
    int bits = 4; /* a batch fills 16 points whatever the run's length */
    while (bits < PB_SOBOL_BITS && INT64_C(1) << bits < points) {
        bits++;
    }
    return bits;
}

/* ---- the scramblings ---- */

/* Two 64-bit keys of an input in a replicate, from its own random numbers far beyond any draw. */
static void make_keys(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol)
{
    const uint64_t beyond = UINT64_C(1) << 62;
    for (int d = 0; d < sobol->n_dimensions; d++) {
        const pb_input *input = &inputs->item[sobol->row[d]];
        for (uint64_t r = 0; r < PB_REPLICATES; r++) {
            sobol->key[d][0][r] = pb_random_bits(seed, input, beyond + 2 * r);
            sobol->key[d][1][r] = pb_random_bits(seed, input, beyond + 2 * r + 1);
        }
    }
}

pb_status pb_sobol_init(const pb_inputs *inputs, uint64_t seed, int64_t draws, pb_sobol *sobol,
                        pb_error *err)
{
    memset(sobol, 0, sizeof *sobol);
    pb_status status = bind_rows(inputs, sobol, err);
    if (status == PB_OK) {
        status = take_directions(bits_of_points(draws), sobol, err);
    }
    if (status != PB_OK) {
        pb_sobol_free(sobol);
        return status;
    }
    make_keys(inputs, seed, sobol);
    return PB_OK;
}

void pb_sobol_free(pb_sobol *sobol)
{
    free(sobol->dimension);
    sobol->dimension = NULL;
}

/*
 * A nested (Owen) scrambling by hashing: x is a point's coordinate with its first bit lowest.
 * Additions, products with odd numbers and x ^ x * even let a bit depend on itself and on lower
 * bits alone, so each bit is flipped or not according to those before it, which is what a
 * nested scrambling is; the keys choose which one. Sources: S. Laine and T. Karras, Stratified
 * sampling for stochastic transparency (2011); B. Burley, Practical hash-based Owen scrambling
 * (JCGT 9(4), 2020); constants of our own for 64 bits, tested for balance and independence.
 */
static inline uint64_t scramble(uint64_t x, uint64_t key0, uint64_t key1)
{
    x += key0;
    x ^= x * UINT64_C(0x9e3779b97f4a7c16);
    x *= key1 | 1;
    x ^= x * UINT64_C(0xbf58476d1ce4e5b8);
    x += key0 >> 32 | key0 << 32;
    x *= (key1 >> 32 | key1 << 32) | 1;
    x ^= x * UINT64_C(0x94d049bb133111ea);
    return x;
}

void pb_sobol_uniforms(const pb_sobol *sobol, int d, uint64_t first_draw, double *u)
{
    const uint64_t first_point = first_draw / PB_REPLICATES;
    uint64_t point = 0;
    for (int j = 0; j < PB_SOBOL_BITS; j++) {
        point ^= first_point >> j & 1 ? sobol->direction[d][j] : 0;
    }
    for (uint64_t i = 0; i < PB_LANES / PB_REPLICATES; i++) {
        const uint64_t *direction = sobol->direction[d];
        const uint64_t x = point ^ (i & 1 ? direction[0] : 0) ^ (i & 2 ? direction[1] : 0)
                           ^ (i & 4 ? direction[2] : 0) ^ (i & 8 ? direction[3] : 0);
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            const uint64_t bits =
                reverse_bits(scramble(x, sobol->key[d][0][r], sobol->key[d][1][r]));
            u[i * PB_REPLICATES + r] = ((double)(bits >> 12) + 0.5) * 0x1p-52;
        }
    }
}
