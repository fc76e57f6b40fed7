/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sobol.h"

#include "models/kernel_elements.h"
#include "sim/random.h"

#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

/* ---- which inputs are dimensions ---- */

/* Most important first; what is not named comes after all that is. A new purpose goes to the
 * end, so that the dimensions of existing scenarios stay; uncertain parameters, which no scenario
 * had before, stand where they leave those of support and revenue as they are without them. */
// clang-format off
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
    PB_FOR_UNIT,
    PB_FOR_RULE_CHANGE,
    PB_FOR_SPENDING,
    PB_FOR_UNION,
    PB_FOR_LATE_SWING,
    PB_FOR_REVENUE_PATH,
};
// clang-format on
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

/* An input's rank: by importance, first year or round first, the larger group first, then by name,
 * so that the order in which a scenario lists its units does not matter. */
typedef struct rank {
    int importance;
    unsigned part;
    double members;
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
    if (a->members != b->members) {
        return a->members > b->members ? -1 : 1;
    }
    const int names = strcmp(a->name, b->name);
    return names != 0 ? names : (a->row > b->row) - (a->row < b->row);
}

/* What evidence bears on comes before all that would follow the units' own effects, and never
 * moves what comes before those: a scenario with a count and one without keep them in common. */
static rank rank_of(const pb_inputs *inputs, size_t row)
{
    const pb_input *input = &inputs->item[row];
    const int own = 2 * pb_importance(input->purpose), ceiling = 2 * pb_importance(PB_FOR_UNIT) - 1;
    return (rank){input->informed && own > ceiling ? ceiling : own, input->part, input->members,
                  input->name, row};
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
        ranks[row] = rank_of(inputs, row);
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

/* The primitive polynomials behind GSL's dimensions, coefficients as bits: P. Bratley and B. L.
 * Fox, ACM TOMS 14 (1988) 88-100. Dimension 0 is van der Corput's sequence. */
static const unsigned POLYNOMIAL[PB_SOBOL_DIMENSIONS] = {
    1,   3,   7,   11,  13,  19,  25,  37,  59,  47,  61,  55,  41,  67,
    97,  91,  109, 103, 115, 131, 193, 137, 145, 143, 241, 157, 185, 167,
    229, 171, 213, 191, 253, 203, 211, 239, 247, 285, 369, 299};

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
static pb_status make_keys(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol, pb_error *err)
{
    const uint64_t beyond = UINT64_C(1) << 62;
    sobol->key = calloc(inputs->n + 1, sizeof *sobol->key);
    if (sobol->key == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the scramblings");
    }
    for (size_t row = 0; row < inputs->n; row++) {
        for (uint64_t r = 0; r < PB_REPLICATES; r++) {
            const uint64_t at = beyond + 2 * r;
            sobol->key[row][0][r] = pb_random_bits(seed, &inputs->item[row], at);
            sobol->key[row][1][r] = pb_random_bits(seed, &inputs->item[row], at + 1);
        }
    }
    return PB_OK;
}

pb_status pb_sobol_init(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol, pb_error *err)
{
    memset(sobol, 0, sizeof *sobol);
    pb_status status = bind_rows(inputs, sobol, err);
    if (status == PB_OK) {
        status = set_directions(sobol, err);
    }
    if (status == PB_OK) {
        status = make_keys(inputs, seed, sobol, err);
    }
    if (status != PB_OK) {
        pb_sobol_free(sobol);
    }
    return status;
}

void pb_sobol_free(pb_sobol *sobol)
{
    free(sobol->dimension);
    free(sobol->key);
    sobol->dimension = NULL;
    sobol->key = NULL;
}

/* Coordinates of a batch's points, first bit lowest. */
static void take_points(const uint64_t *direction, uint64_t first_point, uint64_t *point)
{
    uint64_t start = 0;
    for (int j = 0; j < PB_SOBOL_BITS; j++) {
        start ^= first_point >> j & 1 ? direction[j] : 0;
    }
    for (uint64_t i = 0; i < PB_LANES / PB_REPLICATES; i++) {
        point[i] = start ^ (i & 1 ? direction[0] : 0) ^ (i & 2 ? direction[1] : 0)
                   ^ (i & 4 ? direction[2] : 0) ^ (i & 8 ? direction[3] : 0);
    }
}

void pb_sobol_uniforms(const pb_sobol *sobol, const pb_kernels *kernels, size_t row,
                       uint64_t first_draw, double *u)
{
    uint64_t point[PB_LANES / PB_REPLICATES];
    const uint64_t first_point = first_draw / PB_REPLICATES;
    if (sobol->dimension[row] < 0) {
        kernels->stratify(first_point, sobol->key[row][0], sobol->key[row][1], u);
        return;
    }
    take_points(sobol->direction[sobol->dimension[row]], first_point, point);
    kernels->scramble(point, sobol->key[row][0], sobol->key[row][1], u);
}
