/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_KERNEL_ELEMENTS_H
#define PLANB_MODELS_KERNEL_ELEMENTS_H

/**
 * Elementary functions of one number, inlined into the array kernels and into the scalar
 * functions of kernels.h alike, so that both give the same bits.
 *
 * Only IEEE + - * / sqrt, explicit fma and integer bits: a function of these has one correct
 * result, whatever the compiler, the instruction set and the libm. Branches on a lane's value
 * are written as conditional expressions, which compilers turn into blends.
 * Error bounds in ulp are against the exact value, measured by tests/test_kernels.c.
 */

#include "models/quantile_table.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A loop over lanes is only vectorised when everything in it is inlined. */
#define PB_ELEMENT static inline __attribute__((always_inline))

PB_ELEMENT uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* The first bit last. */
PB_ELEMENT uint64_t reverse_bits(uint64_t x)
{
    x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
    x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
    x = (x >> 8 & 0x00ff00ff00ff00ff) | (x & 0x00ff00ff00ff00ff) << 8;
    x = (x >> 16 & 0x0000ffff0000ffff) | (x & 0x0000ffff0000ffff) << 16;
    return x >> 32 | x << 32;
}

PB_ELEMENT double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

PB_ELEMENT double larger(double a, double b)
{
    return a > b ? a : b;
}

PB_ELEMENT double smaller(double a, double b)
{
    return a < b ? a : b;
}

/** The next double above x > 0. */
PB_ELEMENT double next_above(double x)
{
    return double_of(bits_of(x) + 1);
}

/** Largest whole number <= x, for 0 <= x < 2^51; by adding 2^52, where doubles are whole. */
PB_ELEMENT double floor_element(double x)
{
    const double nearest = (x + 0x1p52) - 0x1p52;
    return nearest - (nearest > x ? 1.0 : 0.0);
}

/** c0 + c1 x + c2 x^2 + c3 x^3, given x and x^2: Estrin's order, short chains of dependence. */
PB_ELEMENT double cubic(double x, double x2, double c0, double c1, double c2, double c3)
{
    return fma(fma(c3, x, c2), x2, fma(c1, x, c0));
}

/* log 2 = LOG2_HIGH + LOG2_LOW; HIGH ends in 20 zero bits, so that k HIGH is exact for
 * |k| < 2^20 (fdlibm, e_log.c). */
#define LOG2_HIGH 6.93147180369123816490e-01
#define LOG2_LOW 1.90821492927058770002e-10

/**
 * (log((1 + s) / (1 - s)) - 2 s) / s = 2/3 s^2 + 2/5 s^4 + ..., |s| <= 3 - sqrt 8 = 0.1716.
 * Source: fdlibm, e_log.c, Lg1..Lg7; error below 2^-58.45.
 */
PB_ELEMENT double log_ratio_series(double s)
{
    const double x = s * s, x2 = x * x;
    const double high = fma(fma(1.479819860511658591e-01, x, 1.531383769920937332e-01), x,
                            1.818357216161805012e-01);
    const double low = cubic(x, x2, 6.666666666666735130e-01, 3.999999999940941908e-01,
                             2.857142874366239149e-01, 2.222219843214978396e-01);
    return x * fma(high, x2 * x2, low);
}

/**
 * log x for a normal x > 0; error below 1 ulp.
 * x = 2^e (1 + f), sqrt(1/2) <= 1 + f < sqrt 2; s = f / (2 + f) makes 1 + f = (1 + s) / (1 - s).
 * Source: fdlibm, e_log.c (with the sum in its order, which keeps the error down).
 */
PB_ELEMENT double log_element(double x)
{
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcd, exponent_of_1 = (uint64_t)1023 << 52;
    const uint64_t exponent = (bits_of(x) - sqrt_half + exponent_of_1) >> 52;
    const double e = double_of(exponent | bits_of(0x1p52)) - (0x1p52 + 1023.0);
    const double f = double_of(bits_of(x) - (exponent << 52) + exponent_of_1) - 1.0;
    const double s = f / (2.0 + f), half_square = 0.5 * f * f;
    const double correction = s * (half_square + log_ratio_series(s)) + e * LOG2_LOW;
    return e * LOG2_HIGH - ((half_square - correction) - f);
}

/** log(1 + f), f > -1; error below 2 ulp. The rounding of 1 + f is added back, divided by it. */
PB_ELEMENT double log1p_element(double f)
{
    const double sum = 1.0 + f, lost = f - (sum - 1.0);
    return log_element(sum) + lost / sum;
}

/** The parts of exp(x): x = k log 2 + r, r = high - low, |r| <= log(2)/2 (1 + 2^-10). */
typedef struct exp_parts {
    double high, low, r;
    double c;          /**< exp(r) = 1 + 2 r / (2 - c) */
    double power_of_2; /**< 2^k */
} exp_parts;

/**
 * Source: fdlibm, e_exp.c: c = r - r^2 (P1 + P2 r^2 + ...), error of exp(r) below 2^-59. Adding
 * 1.5 2^52 leaves k in the low bits of the sum. x is clamped so that 2^k is a normal number.
 */
PB_ELEMENT exp_parts split_exp(double x)
{
    const double shift = 0x1.8p52, bounded = smaller(larger(x, -700.0), 700.0);
    const double shifted = fma(bounded, 1.44269504088896338700, shift), k = shifted - shift;
    exp_parts e;
    e.high = fma(-k, LOG2_HIGH, bounded);
    e.low = k * LOG2_LOW;
    e.r = e.high - e.low;
    const double t = e.r * e.r, t2 = t * t;
    const double p = fma(4.13813679705723846039e-08, t2 * t2,
                         cubic(t, t2, 1.66666666666666019037e-01, -2.77777777770155933842e-03,
                               6.61375632143793436117e-05, -1.65339022054652515390e-06));
    e.c = e.r - t * p;
    e.power_of_2 = double_of((bits_of(shifted) + 1023) << 52);
    return e;
}

/** exp(x), x clamped to [-700, 700]; error below 1 ulp. */
PB_ELEMENT double exp_element(double x)
{
    const exp_parts e = split_exp(x);
    return e.power_of_2 * (1.0 - ((e.low - e.r * e.c / (2.0 - e.c)) - e.high));
}

/**
 * 1 / (1 + exp(-x)); error below 3 ulp. With exp(-x) = 2^k n / d, d = 2 - c and n = d + 2 r,
 * this is d / (d + 2^k n): one division for both quotients.
 */
PB_ELEMENT double logistic_element(double x)
{
    const exp_parts e = split_exp(-x);
    const double d = 2.0 - e.c, n = d + 2.0 * e.r;
    return d / (d + e.power_of_2 * n);
}

/**
 * log(p / (1 - p)), 0 < p < 1; error below 4 ulp. Near p = 1/2 the quotient would lose the
 * distance from 1; there s = 2 p - 1 is exact and p / (1 - p) = (1 + s) / (1 - s).
 */
PB_ELEMENT double logit_element(double p)
{
    const double s = 2.0 * p - 1.0;
    if (fabs(s) < 0.17) {
        return 2.0 * s + s * log_ratio_series(s);
    }
    return log_element(p / (1.0 - p));
}

/* The normal quantile is central where 2^-11 <= u <= 1 - 2^-11, outer elsewhere. */
#define NORMAL_OUTER 0x1p-11

PB_ELEMENT double distance_from_end(double u)
{
    return smaller(u, 1.0 - u);
}

/**
 * Phi^-1(u) for the central u: sqrt(2) (2 u - 1) p(w), w = -log(4 u (1 - u)) <= 6.25.
 * Source: M. Giles, Approximating the erfinv function, GPU Computing Gems Jade (2011), ch. 10.
 */
PB_ELEMENT double normal_central(double u)
{
    const double w = -log_element(4.0 * u * (1.0 - u)) - 3.125;
    const double w2 = w * w, w4 = w2 * w2, w8 = w4 * w4;
    const double p0 = cubic(w, w2, 1.6536545626831027356, 0.24015818242558961693,
                            -0.0060336708714301490533, -0.00074070253416626697512);
    const double p4 = cubic(w, w2, 0.0001867342080340571352, -1.3882523362786468719e-05,
                            -1.3654692000834678645e-06, 4.2347877827932403518e-07);
    const double p8 = cubic(w, w2, -2.9070369957882005086e-08, -4.1126339803469836976e-09,
                            1.051212273321532285e-09, -5.4154120542946279317e-11);
    const double p12 = cubic(w, w2, -1.2975133253453532498e-11, 2.6335093153082322977e-12,
                             -8.1519341976054721522e-14, -4.0545662729752068639e-14);
    const double p16 = cubic(w, w2, 6.6376381343583238325e-15, 2.0972767875968561637e-17,
                             -1.333171662854620906e-16, 1.115787767802518096e-17);
    const double p20 = fma(fma(-3.6444120640178196996e-21, w, -1.685059138182016589e-19), w,
                           1.2858480715256400167e-18);
    const double p = fma(fma(fma(p20, w4, p16), w8, fma(p12, w4, p8)), w8, fma(p4, w4, p0));
    return 1.4142135623730951 * ((2.0 * u - 1.0) * p);
}

/** top[0] + top[1] r + ... over 1 + bottom[0] r + ..., degree 7 both. */
PB_ELEMENT double ratio_of_septics(const double *top, const double *bottom, double r)
{
    double p = top[7], q = bottom[6];
    for (int i = 6; i >= 0; i--) {
        p = fma(p, r, top[i]);
        q = fma(q, r, i > 0 ? bottom[i - 1] : 1.0);
    }
    return p / q;
}

/**
 * Phi^-1(u) for the outer u, from r = sqrt(-log(min(u, 1 - u))).
 * Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), PPND16.
 */
static inline double normal_outer(double u)
{
    static const double MIDDLE_TOP[8] = {
        1.42343711074968357734,    4.6303378461565452959,    5.7694972214606914055,
        3.64784832476320460504,    1.27045825245236838258,   0.241780725177450611770,
        2.27238449892691845833e-2, 7.7454501427834140764e-4,
    };
    static const double MIDDLE_BOTTOM[7] = {
        2.05319162663775882187,    1.67638483018380384940,    0.689767334985100004550,
        0.148103976427480074590,   1.51986665636164571966e-2, 5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    };
    static const double FAR_TOP[8] = {
        6.65790464350110377720,    5.46378491116411436990,    1.78482653991729133580,
        0.296560571828504891230,   2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7,
    };
    static const double FAR_BOTTOM[7] = {
        0.599832206555887937690,    0.136929880922735805310,   1.48753612908506148525e-2,
        7.86869131145613259100e-4,  1.84631831751005468180e-5, 1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    };
    const double r = sqrt(-log_element(distance_from_end(u)));
    const double z = r <= 5.0 ? ratio_of_septics(MIDDLE_TOP, MIDDLE_BOTTOM, r - 1.6)
                              : ratio_of_septics(FAR_TOP, FAR_BOTTOM, r - 5.0);
    return u < 0.5 ? -z : z;
}

/**
 * The quantile whose normal score is z. Both halves of a table run outwards from z = 0, so that
 * x(-z) = -x(z) to the bit if the left half's coefficients are the right half's negatives. A NaN
 * reads the outermost cell.
 */
PB_ELEMENT double table_element(const pb_quantile_table *table, double z)
{
    const double last = PB_TABLE_CELLS / 2 * (1.0 - 0x1p-53);
    const double place = smaller(fabs(z) * PB_TABLE_CELLS_PER_UNIT, last);
    const double inner_end = floor_element(place);
    const uint64_t left_half = (bits_of(z) >> 63) * (PB_TABLE_CELLS / 2);
    const uint64_t cell = bits_of(inner_end + 0x1p52) - bits_of(0x1p52) + left_half;
    const double t = place - inner_end, t2 = t * t;
    const double low = cubic(t, t2, table->coefficient[0][cell], table->coefficient[1][cell],
                             table->coefficient[2][cell], table->coefficient[3][cell]);
    const double high = fma(table->coefficient[5][cell], t, table->coefficient[4][cell]);
    return fma(high, t2 * t2, low);
}

/**
 * log Gamma(x) - ((x - 1/2) log x - x + log(2 pi) / 2) for x >= 16, to 1e-16 absolute.
 * Source: Stirling's series, DLMF 5.11.1.
 */
PB_ELEMENT double stirling_series(double x)
{
    const double y = 1.0 / (x * x);
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - y / 1188) * y) * y) * y) / x;
}

/**
 * The deviance term x log(x / m) + m - x >= 0 for x, m > 0, without cancellation near x = m.
 * Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000), bd0;
 * with v = (x - m) / (x + m) it is (x - m) v + 2 x (v^3/3 + v^5/5 + ...).
 */
static inline double deviance(double x, double m)
{
    const double difference = x - m;
    if (fabs(difference) >= 0.1 * (x + m)) {
        return x * log_element(x / m) + m - x;
    }
    const double v = difference / (x + m);
    double sum = difference * v, power = 2.0 * x * v;
    for (int odd = 3; odd < 40; odd += 2) { /* |v| < 0.1: 20 terms are more than enough */
        power *= v * v;
        const double longer = sum + power / odd;
        if (longer == sum) {
            break;
        }
        sum = longer;
    }
    return sum;
}

#endif
