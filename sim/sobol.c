/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sobol.h"

#include "models/kernel_elements.h"
#include "sim/random.h"

#include <gsl/gsl_qrng.h>
#include <stdlib.h>
#include <string.h>

/* ---- which inputs are dimensions ---- */

/* Of each sequence the most important first. What is not named follows the votes' last. A new
 * purpose goes to the end of its sequence, so that the dimensions of existing scenarios stay;
 * uncertain parameters stand where they leave those of revenue as they are without them. */
// clang-format off
static const struct {
    pb_purpose purpose;
    pb_sequence sequence;
} ORDER[] = {
    {PB_FOR_COALITION, PB_OF_VOTES},
    {PB_FOR_SECTOR, PB_OF_VOTES},
    {PB_FOR_SHIFT, PB_OF_VOTES},
    {PB_FOR_TURNOUT_COMMON, PB_OF_VOTES},
    {PB_FOR_UNIT, PB_OF_VOTES},
    {PB_FOR_UNION, PB_OF_VOTES},
    {PB_FOR_LATE_SWING, PB_OF_VOTES},
    {PB_FOR_REVENUE_SCALE, PB_OF_MONEY},
    {PB_FOR_VINTAGE, PB_OF_MONEY},
    {PB_FOR_RECESSION, PB_OF_MONEY},
    {PB_FOR_REVENUE, PB_OF_MONEY},
    {PB_FOR_POLICY, PB_OF_MONEY},
    {PB_FOR_PARAMETER, PB_OF_MONEY},
    {PB_FOR_REALISATION_COMMON, PB_OF_MONEY},
    {PB_FOR_AGREEMENT, PB_OF_MONEY},
    {PB_FOR_AGREEMENT_DAY, PB_OF_MONEY},
    {PB_FOR_NOTICE_WEEKS, PB_OF_MONEY},
    {PB_FOR_OPTION_COMMON, PB_OF_MONEY},
    {PB_FOR_LEGISLATURE, PB_OF_MONEY},
    {PB_FOR_RULE_CHANGE, PB_OF_MONEY},
    {PB_FOR_SPENDING, PB_OF_MONEY},
    {PB_FOR_REVENUE_PATH, PB_OF_MONEY},
    {PB_FOR_REALISATION, PB_OF_MONEY},
    {PB_FOR_OPTION_PASSAGE, PB_OF_MONEY},
    {PB_FOR_OPTION_REALISATION, PB_OF_MONEY},
    {PB_FOR_BUMPING_DELAY, PB_OF_MONEY},
    {PB_FOR_MITIGATION, PB_OF_MONEY},
    {PB_FOR_REOPEN, PB_OF_MONEY},
    {PB_FOR_DAYS_TO_RULE_CHANGE, PB_OF_MONEY},
    {PB_FOR_DAYS_TO_AGREEMENT, PB_OF_MONEY},
    {PB_FOR_DAYS_TO_VOTE, PB_OF_MONEY},
};
// clang-format on
enum { N_ORDER = sizeof ORDER / sizeof ORDER[0] };

/* The dimension of a sequence's first input. The money does without van der Corput's sequence: for
 * a thousand points it goes unevenly with dimensions in which the revenue of the second year is. */
static const int FIRST_DIMENSION[PB_N_SEQUENCES] = {[PB_OF_VOTES] = 0, [PB_OF_MONEY] = 1};

/* The place of a purpose in the list; N_ORDER if it is not there. */
static int importance(pb_purpose purpose)
{
    int i = 0;
    while (i < N_ORDER && ORDER[i].purpose != purpose) {
        i++;
    }
    return i;
}

/* An input's rank: by sequence and importance, first year or round first, the larger group first,
 * then by name, so that the order in which a scenario lists its units does not matter. */
typedef struct rank {
    pb_sequence sequence;
    int importance;
    unsigned part;
    double members;
    const char *name;
    size_t row;
} rank;

static int by_rank(const void *left, const void *right)
{
    const rank *a = left, *b = right;
    if (a->sequence != b->sequence) {
        return a->sequence < b->sequence ? -1 : 1;
    }
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

/* What evidence bears on comes right behind the sectors, and never moves what comes before: a
 * scenario with a count and one without keep that in common. Places are doubled, so that there is
 * one between two purposes. */
static rank rank_of(const pb_inputs *inputs, size_t row)
{
    const pb_input *input = &inputs->item[row];
    const int at = importance(input->purpose), ceiling = 2 * importance(PB_FOR_SHIFT) - 1;
    const pb_sequence sequence = at < N_ORDER ? ORDER[at].sequence : PB_OF_VOTES;
    const bool early = input->informed && sequence == PB_OF_VOTES && 2 * at > ceiling;
    return (rank){sequence, early ? ceiling : 2 * at, input->part, input->members, input->name,
                  row};
}

static pb_status bind_rows(const pb_inputs *inputs, pb_sobol *sobol, pb_error *err)
{
    int next[PB_N_SEQUENCES];
    rank *ranks = malloc((inputs->n + 1) * sizeof *ranks);
    sobol->place = malloc((inputs->n + 1) * sizeof *sobol->place);
    if (ranks == NULL || sobol->place == NULL) {
        free(ranks);
        return pb_fail(err, PB_INTERNAL, "out of memory for the order of the inputs");
    }
    for (size_t row = 0; row < inputs->n; row++) {
        ranks[row] = rank_of(inputs, row);
    }
    qsort(ranks, inputs->n, sizeof *ranks, by_rank);
    memcpy(next, FIRST_DIMENSION, sizeof next);
    for (size_t i = 0; i < inputs->n; i++) {
        const pb_sequence sequence = ranks[i].sequence;
        const int d = next[sequence] < PB_SOBOL_DIMENSIONS ? next[sequence]++ : -1;
        sobol->place[ranks[i].row] = (pb_sobol_place){(signed char)sequence, (signed char)d};
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

static pb_status read_numbers(uint64_t (*m)[PB_POINT_BITS], pb_error *err)
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
            m[d][j] = previous[d] >> (PB_POINT_BITS - 1 - j);
        }
    }
    gsl_qrng_free(sequence);
    return PB_OK;
}

static pb_status set_directions(pb_sobol *sobol, pb_error *err)
{
    uint64_t m[PB_SOBOL_DIMENSIONS][PB_POINT_BITS];
    const pb_status status = read_numbers(m, err);
    for (int d = 0; d < PB_SOBOL_DIMENSIONS && status == PB_OK; d++) {
        const int degree = degree_of(POLYNOMIAL[d]);
        for (int j = 0; j < PB_POINT_BITS; j++) {
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
static void make_keys(const pb_input *input, uint64_t seed, uint64_t (*key)[PB_REPLICATES])
{
    const uint64_t beyond = UINT64_C(1) << 62;
    for (uint64_t r = 0; r < PB_REPLICATES; r++) {
        key[0][r] = pb_random_bits(seed, input, beyond + 2 * r);
        key[1][r] = pb_random_bits(seed, input, beyond + 2 * r + 1);
    }
}

static pb_status set_keys(const pb_inputs *inputs, uint64_t seed, pb_sobol *sobol, pb_error *err)
{
    /* part 0, which no input of this purpose has */
    static const pb_input ORDER_OF_MONEY = {.purpose = PB_FOR_REVENUE_SCALE,
                                            .name = "(order of points)"};
    sobol->key = calloc(inputs->n + 1, sizeof *sobol->key);
    if (sobol->key == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the scramblings");
    }
    for (size_t row = 0; row < inputs->n; row++) {
        make_keys(&inputs->item[row], seed, sobol->key[row]);
    }
    make_keys(&ORDER_OF_MONEY, seed, sobol->order_key);
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
        status = set_keys(inputs, seed, sobol, err);
    }
    if (status != PB_OK) {
        pb_sobol_free(sobol);
    }
    return status;
}

void pb_sobol_free(pb_sobol *sobol)
{
    free(sobol->place);
    free(sobol->key);
    sobol->place = NULL;
    sobol->key = NULL;
}

/* ---- the points ---- */

void pb_sobol_batch_at(const pb_sobol *sobol, const pb_kernels *kernels, uint64_t first_draw,
                       pb_sobol_batch *batch)
{
    batch->first_point = first_draw / PB_REPLICATES;
    for (uint64_t lane = 0; lane < PB_LANES; lane++) {
        batch->number[PB_OF_VOTES][lane] = batch->first_point + lane / PB_REPLICATES;
    }
    kernels->order(batch->first_point, sobol->order_key[0], sobol->order_key[1],
                   batch->number[PB_OF_MONEY]);
}

void pb_sobol_uniforms(const pb_sobol *sobol, const pb_kernels *kernels, size_t row,
                       const pb_sobol_batch *batch, double *u)
{
    const pb_sobol_place place = sobol->place[row];
    const uint64_t *key0 = sobol->key[row][0], *key1 = sobol->key[row][1];
    if (place.dimension < 0) {
        kernels->stratify(batch->first_point, key0, key1, u);
    } else {
        kernels->scramble(sobol->direction[place.dimension], batch->number[place.sequence], key0,
                          key1, u);
    }
}
