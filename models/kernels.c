/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The array kernels. This file is compiled once per instruction set, each time with another
 * PB_ISA (v2, v3, v4 or generic), which names the table: pb_kernels_v2 and so on. Loops over
 * lanes are left to the compiler's vectoriser; flags of lanes are joined as integers, because
 * gcc vectorises no floating-point maximum that minds NaN and the sign of zero, as C's does.
 */
#include "models/kernels.h"

#include "models/binomial_elements.h"
#include "models/kernel_elements.h"
#include "models/threshold_lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#ifndef PB_ISA
#define PB_ISA generic
#endif
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

/* Lanes that take a detour together: if none of a group needs it, the group is done. */
enum { GROUP = PB_GROUP_LANES };

/* ---- Philox4x32-10 ---- */

#if defined(__AVX512F__)
enum { PHILOX_WIDTH = 8 };
#elif defined(__AVX2__)
enum { PHILOX_WIDTH = 4 };
#else
enum { PHILOX_WIDTH = 2 };
#endif

/* One 64-bit place per counter; only the low 32 bits of each count between rounds. */
typedef uint64_t words __attribute__((vector_size(8 * PHILOX_WIDTH)));

static const uint64_t LOW_HALF = 0xffffffff;

/* The full product of the low halves: one instruction on x86, which gcc 12 does not find. */
PB_ELEMENT words multiply_low_halves(words a, words b)
{
#if defined(__AVX512F__)
    return (words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return (words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & LOW_HALF) * (b & LOW_HALF);
#endif
}

/**
 * The 128 bits of each counter {low, high, word2, word3} under the key `seed`, as two words.
 * Source: J. K. Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (SC11), sec. 4.2.
 */
PB_ELEMENT void philox(uint64_t seed, words counter, uint32_t word2, uint32_t word3, words *even,
                       words *odd)
{
    const words zero = {0}, m0 = zero + 0xD2511F53u, m2 = zero + 0xCD9E8D57u;
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    words x0 = counter, x1 = counter >> 32, x2 = zero + word2, x3 = zero + word3;
    for (int round = 0; round < 10; round++) {
        const words product0 = multiply_low_halves(x0, m0), product2 = multiply_low_halves(x2, m2);
        x0 = (product2 >> 32) ^ x1 ^ (zero + key0);
        x2 = (product0 >> 32) ^ x3 ^ (zero + key1);
        x1 = product2;
        x3 = product0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    *even = (x0 << 32) | (x1 & LOW_HALF);
    *odd = (x2 << 32) | (x3 & LOW_HALF);
}

/* (k + 1/2) 2^-52, k the top 52 bits: they become the fraction of a number in [1, 2). */
PB_ELEMENT double uniform_of_word(uint64_t word)
{
    return double_of((word >> 12) | bits_of(1.0)) - (1.0 - 0x1p-53);
}

static void uniform_lanes(uint64_t seed, uint64_t first_draw, uint32_t word2, uint32_t word3,
                          double *u)
{
    uint64_t even[PB_LANES / 2], odd[PB_LANES / 2];
    for (int pair = 0; pair < PB_LANES / 2; pair += PHILOX_WIDTH) {
        words counter, even_words, odd_words;
        for (int i = 0; i < PHILOX_WIDTH; i++) {
            // cppcheck-suppress uninitvar ; a vector, filled element by element
            counter[i] = (first_draw >> 1) + (uint64_t)(pair + i);
        }
        philox(seed, counter, word2, word3, &even_words, &odd_words);
        memcpy(even + pair, &even_words, sizeof even_words);
        memcpy(odd + pair, &odd_words, sizeof odd_words);
    }
    for (int pair = 0; pair < PB_LANES / 2; pair++) {
        u[2 * pair] = uniform_of_word(even[pair]);
        u[2 * pair + 1] = uniform_of_word(odd[pair]);
    }
}

/* ---- Scrambled points ---- */

/*
 * A nested (Owen) scrambling by hashing: x is a point's coordinate with its first bit lowest.
 * Additions, products with odd numbers and x ^ x * even let a bit depend on itself and on lower
 * bits alone, so each bit is flipped or not according to those before it, which is what a
 * nested scrambling is; the keys choose which one. Sources: S. Laine and T. Karras, Stratified
 * sampling for stochastic transparency (2011); B. Burley, Practical hash-based Owen scrambling
 * (JCGT 9(4), 2020); constants of our own for 64 bits, tested for balance and independence.
 */
PB_ELEMENT uint64_t scrambled(uint64_t x, uint64_t key0, uint64_t key1)
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

/* The sum of the directions of the bits of `number` from `first` to before `end`. */
PB_ELEMENT uint64_t sum_of_directions(const uint64_t *direction, uint64_t number, int first,
                                      int end)
{
    uint64_t sum = 0;
    for (int j = first; j < end; j++) {
        sum ^= -(number >> j & 1) & direction[j];
    }
    return sum;
}

/* Bits of a number in which the points of a batch differ. */
enum { BATCH_BITS = 4 };
_Static_assert(1 << BATCH_BITS == PB_LANES / PB_SCRAMBLINGS, "a batch's points differ in these");

static void scramble_lanes(const uint64_t *direction, const uint64_t *number, const uint64_t *key0,
                           const uint64_t *key1, double *u)
{
    uint64_t common[PB_SCRAMBLINGS];
#pragma omp simd
    for (int r = 0; r < PB_SCRAMBLINGS; r++) {
        common[r] = sum_of_directions(direction, number[r], BATCH_BITS, PB_POINT_BITS);
    }
    for (int first = 0; first < PB_LANES; first += PB_SCRAMBLINGS) {
#pragma omp simd
        for (int r = 0; r < PB_SCRAMBLINGS; r++) {
            const uint64_t x =
                common[r] ^ sum_of_directions(direction, number[first + r], 0, BATCH_BITS);
            u[first + r] = uniform_of_word(reverse_bits(scrambled(x, key0[r], key1[r])));
        }
    }
}

/* An order is a nested scrambling of the points' numbers, their highest bits being the first. */
static void order_lanes(uint64_t first_point, const uint64_t *key0, const uint64_t *key1,
                        uint64_t *number)
{
    for (uint64_t i = 0; i < PB_LANES / PB_SCRAMBLINGS; i++) {
        const uint64_t reversed = reverse_bits(first_point + i) >> (64 - PB_POINT_BITS);
#pragma omp simd
        for (int r = 0; r < PB_SCRAMBLINGS; r++) {
            const uint64_t x = scrambled(reversed, key0[r], key1[r]);
            number[i * PB_SCRAMBLINGS + (uint64_t)r] = reverse_bits(x << (64 - PB_POINT_BITS));
        }
    }
}

/*
 * The order is a nested scrambling of the point's number, its first bit being the highest: aligned
 * blocks of numbers go to aligned blocks. The number so found is a coordinate of van der Corput's
 * sequence as it stands. Source: Burley, as above, sec. 4 (padding).
 */
PB_ELEMENT uint64_t shuffled(uint64_t reversed_number, uint64_t key0, uint64_t key1)
{
    const uint64_t other0 = key1 * UINT64_C(0xd6e8feb86659fd93);
    const uint64_t other1 = key0 * UINT64_C(0xa0761d6478bd642f);
    return reverse_bits(scrambled(reversed_number, other0, other1));
}

/* Points 2 i and 2 i + 1 differ in their number's last bit only: the highest one of the reversed
 * number, on which no other bit depends. So the shuffled numbers differ in the last bit only. */
static void stratify_lanes(uint64_t first_point, const uint64_t *key0, const uint64_t *key1,
                           double *u)
{
    for (uint64_t i = 0; i < PB_LANES / PB_SCRAMBLINGS; i += 2) {
        const uint64_t number = reverse_bits(first_point + i);
#pragma omp simd
        for (int r = 0; r < PB_SCRAMBLINGS; r++) {
            const uint64_t x = shuffled(number, key0[r], key1[r]);
            double *pair = u + i * PB_SCRAMBLINGS + r;
            pair[0] = uniform_of_word(reverse_bits(scrambled(x, key0[r], key1[r])));
            pair[PB_SCRAMBLINGS] =
                uniform_of_word(reverse_bits(scrambled(x ^ 1, key0[r], key1[r])));
        }
    }
}

/* ---- Normal quantile, tables, elementary functions ---- */

/* The central formula for all lanes; one lane in 1,024 is outer and is done again. */
static void normal_group(const double *u, double *z)
{
    double central[GROUP];
    uint64_t any_outer = 0;
#pragma omp simd reduction(| : any_outer)
    for (int i = 0; i < GROUP; i++) {
        central[i] = normal_central(u[i]);
        any_outer |= distance_from_end(u[i]) < NORMAL_OUTER ? 1 : 0;
    }
    for (int i = 0; any_outer != 0 && i < GROUP; i++) {
        if (distance_from_end(u[i]) < NORMAL_OUTER) {
            central[i] = normal_outer(u[i]);
        }
    }
    memcpy(z, central, sizeof central);
}

static void normal_lanes(const double *u, double *z)
{
    for (int first = 0; first < PB_LANES; first += GROUP) {
        normal_group(u + first, z + first);
    }
}

static void quantile_lanes(const pb_quantile_table *table, const double *z, double *x)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        x[i] = table_element(table, z[i]);
    }
}

/* A place in a swing table, and log P(I > |w|) there; an infinite w is a very large one. */
typedef struct swing_place {
    uint64_t cell;
    double stretch; /* d(|w| / sd) / d asinh(|w| / sd) */
    double t, log_tail;
} swing_place;

PB_ELEMENT swing_place swing_place_of(const pb_swing_table *table, double w)
{
    swing_place at;
    const double sds = smaller(fabs(w) * table->per_sd, 1e150);
    at.stretch = sqrt(fma(sds, sds, 1.0));
    const double place = log_element(sds + at.stretch) * PB_SWING_CELLS_PER_UNIT;
    const double inside = smaller(place, PB_SWING_CELLS * (1.0 - 0x1p-53));
    const double inner_end = floor_element(inside);
    at.cell = bits_of(inner_end + 0x1p52) - bits_of(0x1p52);
    at.t = inside - inner_end;
    const double t2 = at.t * at.t;
    const double low =
        cubic(at.t, t2, table->coefficient[0][at.cell], table->coefficient[1][at.cell],
              table->coefficient[2][at.cell], table->coefficient[3][at.cell]);
    const double high = fma(table->coefficient[5][at.cell], at.t, table->coefficient[4][at.cell]);
    const double beyond = table->slope_beyond * (place - inside);
    at.log_tail = fma(high, t2 * t2, low) + beyond;
    return at;
}

/* P(I > |w|); what exp cannot hold is 0. */
PB_ELEMENT double tail_at(swing_place at)
{
    return at.log_tail > -700.0 ? exp_element(at.log_tail) : 0.0;
}

static void swing_tail_lanes(const pb_swing_table *table, const double *w, double *tail)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        const double outer = tail_at(swing_place_of(table, w[i]));
        tail[i] = w[i] > 0.0 ? outer : 1.0 - outer;
    }
}

/* The quintic's slope, by place, times that of the place by |w|. */
static void swing_density_lanes(const pb_swing_table *table, const double *w, double *density)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        const swing_place at = swing_place_of(table, w[i]);
        const double t2 = at.t * at.t;
        const double low =
            cubic(at.t, t2, table->coefficient[1][at.cell], 2.0 * table->coefficient[2][at.cell],
                  3.0 * table->coefficient[3][at.cell], 4.0 * table->coefficient[4][at.cell]);
        const double slope = fma(5.0 * table->coefficient[5][at.cell], t2 * t2, low);
        const double cells_by_w = PB_SWING_CELLS_PER_UNIT * table->per_sd / at.stretch;
        density[i] = -slope * tail_at(at) * cells_by_w;
    }
}

static void exp_lanes(const double *x, double *y)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        y[i] = exp_element(x[i]);
    }
}

static void logistic_lanes(const double *x, double *p)
{
#pragma omp simd
    for (int i = 0; i < PB_LANES; i++) {
        p[i] = logistic_element(x[i]);
    }
}

static void logistic_group(const double *x, double *p)
{
#pragma omp simd
    for (int i = 0; i < GROUP; i++) {
        p[i] = logistic_element(x[i]);
    }
}

/* ---- Binomial quantile ---- */

/* The series for all lanes, and what each still needs; returns all needs joined. */
static uint64_t series_group(const double *n, const double *p, const double *u, const double *w,
                             double *k, uint64_t *needs)
{
    uint64_t any = 0;
#pragma omp simd reduction(| : any)
    for (int i = 0; i < GROUP; i++) {
        uint64_t series_needs;
        k[i] = quantile_by_series(n[i], p[i], w[i], &series_needs);
        const double target = p[i] > 0.5 ? 1.0 - u[i] : u[i];
        const uint64_t small_needs =
            target < SMALL_BINOMIAL_REACH ? BINOMIAL_SMALL : BINOMIAL_EXACT;
        needs[i] = variance_is_small(n[i], p[i]) != 0 ? small_needs : series_needs;
        any |= needs[i];
    }
    return any;
}

/* Lanes side by side in the sum P(Y = 0) + P(Y = 1) + ...; those that reached their target, and
 * those that never started (target 0), wait for the others. */
typedef struct small_group {
    double odds[GROUP], target[GROUP];
    double term[GROUP]; /* P(Y = j) */
    double sum[GROUP];  /* P(Y <= j) */
    double count[GROUP];
} small_group;

static void start_small_group(small_group *g, const double *n, const double *p, const double *u,
                              const uint64_t *needs)
{
#pragma omp simd
    for (int i = 0; i < GROUP; i++) {
        const small_binomial lane = from_rarer_outcome(n[i], p[i], u[i]);
        g->odds[i] = lane.odds;
        g->term[i] = lane.none;
        g->sum[i] = lane.none;
        g->target[i] = needs[i] == BINOMIAL_SMALL ? lane.target : 0.0;
        g->count[i] = 0.0;
    }
}

/* From P(Y <= j) to P(Y <= j + 1), by P(Y = j + 1) = P(Y = j) odds (n - j) / (j + 1). Returns
 * whether some lane's target was above P(Y <= j). */
static uint64_t step_small_group(small_group *g, const double *n, double j)
{
    const double share = 1.0 / (j + 1.0);
    uint64_t any_below = 0;
#pragma omp simd reduction(| : any_below)
    for (int i = 0; i < GROUP; i++) {
        const uint64_t below = g->sum[i] < g->target[i] ? 1 : 0;
        g->count[i] += g->sum[i] < g->target[i] ? 1.0 : 0.0;
        g->term[i] *= (n[i] - j) * (g->odds[i] * share);
        g->sum[i] += g->term[i];
        any_below |= below;
    }
    return any_below;
}

static void small_variances(const double *n, const double *p, const double *u,
                            const uint64_t *needs, double *k)
{
    small_group group;
    start_small_group(&group, n, p, u, needs);
    for (double j = 0.0; step_small_group(&group, n, j) != 0; j += 1.0) {
    }
    for (int i = 0; i < GROUP; i++) {
        const double count = p[i] > 0.5 ? n[i] - group.count[i] : group.count[i];
        k[i] = needs[i] == BINOMIAL_SMALL ? count : k[i];
    }
}

static void exact_searches(const double *n, const double *p, const double *u, const uint64_t *needs,
                           double *k)
{
    for (int i = 0; i < GROUP; i++) {
        if (needs[i] == BINOMIAL_EXACT) {
            const uint64_t is_small = variance_is_small(n[i], p[i]);
            const double guess = is_small != 0 ? guess_near_mean(n[i], p[i]) : k[i];
            k[i] = binomial_quantile_exact(n[i], p[i], u[i], guess);
        }
    }
}

static void binomial_group(const double *n, const double *p, const double *u, const double *w,
                           double *k)
{
    uint64_t needs[GROUP];
    const uint64_t any = series_group(n, p, u, w, k, needs);
    if ((any & BINOMIAL_SMALL) != 0) {
        small_variances(n, p, u, needs, k);
    }
    if ((any & BINOMIAL_EXACT) != 0) {
        exact_searches(n, p, u, needs, k);
    }
}

static void binomial_lanes(const double *n, const double *p, const double *u, const double *z,
                           double *k)
{
    for (int i = 0; i < PB_LANES; i += GROUP) {
        binomial_group(n + i, p + i, u + i, z + i, k + i);
    }
}

const pb_kernels JOIN(pb_kernels_, PB_ISA) = {
    .isa = TEXT(PB_ISA),
    .uniform = uniform_lanes,
    .order = order_lanes,
    .scramble = scramble_lanes,
    .stratify = stratify_lanes,
    .normal = normal_lanes,
    .quantile = quantile_lanes,
    .exp = exp_lanes,
    .logistic = logistic_lanes,
    .binomial = binomial_lanes,
    .logistic_group = logistic_group,
    .binomial_group = binomial_group,
    .binomial_threshold = binomial_threshold_lanes,
    .swing_tail = swing_tail_lanes,
    .swing_density = swing_density_lanes,
};
