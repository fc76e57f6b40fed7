/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_POINT_LANES_H
#define PLANB_MODELS_POINT_LANES_H

/**
 * The kernels that everything random begins with: `uniform`, independent numbers, and `order`,
 * `scramble` and `stratify`, points of a digital sequence. For kernels.c only, which is compiled
 * once per instruction set.
 */

#include "models/kernel_elements.h"
#include "models/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

#endif
