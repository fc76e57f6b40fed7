/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sobol.h"

#include "sim/random.h"

#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

/* ---- which inputs are dimensions ---- */

/* Most important first; what is not named comes after all that is. A new purpose goes to the
 * end, so that the dimensions of existing scenarios stay; uncertain parameters, which no scenario
 * had before, stand where they leave those of support and revenue as they are without them. */
static const pb_purpose ORDER[] = {
    PB_FOR_COALITION,
    PB_FOR_REVENUE_SCALE,
    PB_FOR_VINTAGE,
    PB_FOR_RECESSION,
    PB_FOR_REVENUE,
    PB_FOR_POLICY,
    PB_FOR_PARAMETER,
    PB_FOR_SECTOR,
    PB_FOR_SHIFT,
    PB_FOR_REALISATION_COMMON,
    PB_FOR_AGREEMENT,
    PB_FOR_AGREEMENT_DAY,
    PB_FOR_NOTICE_WEEKS,
    PB_FOR_OPTION_COMMON,
    PB_FOR_TURNOUT_COMMON,
    PB_FOR_LEGISLATURE,
    PB_FOR_RULE_CHANGE,
    PB_FOR_SPENDING,
    PB_FOR_UNION,
    PB_FOR_UNIT,
    PB_FOR_LATE_SWING,
    PB_FOR_REVENUE_PATH,
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

/* The primitive polynomials behind GSL's dimensions, coefficients as bits: P. Bratley and B. L.
 * Fox, ACM TOMS 14 (1988) 88-100. Dimension 0 is van der Corput's sequence. */
static const unsigned POLYNOMIAL[PB_SOBOL_DIMENSIONS] = {
    1,   3,   7,   11,  13,  19,  25,  37,  59,  47,  61,  55,  41,  67,  97,  91,
    109, 103, 115, 131, 193, 137, 145, 143, 241, 157, 185, 167, 229, 171, 213, 191};

static int degree_of(unsigned polynomial)
{
    int degree = 0;
    while (polynomial >> (degree + 1) != 0) {
        degree++;
    }
    return degree;
}

/* Sobol's recurrence for the odd numbers m_j behind the directions m_j 2^-(j+1):
 * m_j = 2 a_1 m_(j-1) ^ 2^2 a_2 m_(j-2) ^ ... ^ 2^d m_(j-d) ^ m_(j-d). */
static uint64_t next_number(unsigned polynomial, int degree, const uint64_t *m, int j)
{
    uint64_t next = m[j - degree];
    for (int k = 1; k <= degree; k++) {
        next ^= polynomial >> (degree - k) & 1 ? m[j - k] << k : 0;
    }
    return next;
}

/* GSL walks the sequence by Gray code and leaves out the origin: its point 2^j is the sum (XOR)
 * of directions j and j - 1, points counted from 1. The first numbers of a dimension are read off
 * there; they are free, all later ones follow. */
enum { FREE_BITS = 8 };

static pb_status read_numbers(uint64_t (*m)[PB_SOBOL_BITS], pb_error *err)
{
    double point[PB_SOBOL_DIMENSIONS];
    uint64_t previous[PB_SOBOL_DIMENSIONS] = {0};
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, PB_SOBOL_DIMENSIONS);
    if (sequence == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the Sobol sequence");
    }
    for (int j = 0, index = 0; j < FREE_BITS; j++) {
        for (; index < 1 << j; index++) {
            gsl_qrng_get(sequence, point);
        }
        for (int d = 0; d < PB_SOBOL_DIMENSIONS; d++) {
            previous[d] ^= (uint64_t)(point[d] * 0x1p30);
            m[d][j] = previous[d] >> (PB_SOBOL_BITS - 1 - j);
        }
    }
    gsl_qrng_free(sequence);
    return PB_OK;
}

static pb_status set_directions(pb_sobol *sobol, pb_error *err)
{
    uint64_t m[PB_SOBOL_DIMENSIONS][PB_SOBOL_BITS];
    const pb_status status = read_numbers(m, err);
    for (int d = 0; d < sobol->n_dimensions && status == PB_OK; d++) {
        const int degree = degree_of(POLYNOMIAL[d]);
        for (int j = 0; j < PB_SOBOL_BITS; j++) {
            if (j >= FREE_BITS) {
                m[d][j] = d == 0 ? 1 : next_number(POLYNOMIAL[d], degree, m[d], j);
            }
            sobol->direction[d][j] = reverse_bits(m[d][j] << (63 - j));
        }
    }
    return status;
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

pb_status pb_sobol_init(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol, pb_error *err)
{
    memset(sobol, 0, sizeof *sobol);
    pb_status status = bind_rows(inputs, sobol, err);
    if (status == PB_OK) {
        status = set_directions(sobol, err);
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
