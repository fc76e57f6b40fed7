/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_BINOMIAL_ELEMENTS_H
#define PLANB_MODELS_BINOMIAL_ELEMENTS_H

/**
 * The exact binomial quantile of one lane, in parts: a series that is right almost always and
 * knows when it might not be, and the exact search that decides those cases. n is a whole number
 * in 0..10^6, p in [0, 1], q = 1 - p, u in (0, 1), w = Phi^-1(u).
 *
 * Below one half u itself is inverted; above, 1 - u (exact in a double) by exchanging successes
 * and failures: P(X <= k) >= u exactly if P(Y <= n - k - 1) <= 1 - u for Y = n - X. So
 * n - k is the smallest j with P(Y <= j) > 1 - u, that is P(Y <= j) >= next_above(1 - u).
 */

#include "models/kernel_elements.h"

/** What a lane still needs after the series; powers of two, so that lanes are joined by `|`. */
enum { BINOMIAL_DONE = 0, BINOMIAL_SMALL = 1, BINOMIAL_EXACT = 2 };

/** Is npq below 4? Then the series is no use, and a sum from 0 is short. */
PB_ELEMENT uint64_t variance_is_small(double n, double p)
{
    return n * p * (1.0 - p) < 4.0 ? 1 : 0;
}

/**
 * The continuous Cornish-Fisher quantile plus 1/2, s = sqrt(npq), v = pq, c = q - p:
 *   n p + s w + c (w^2 - 1) / 6 + 1/2
 *   + w ((7 v - 1) / 36 - (2 v + 1) w^2 / 72) / s
 *   + c (v + 2) (w^4 / 540 + 7 w^2 / 1620 - 4 / 405) / s^2
 *   + w (b5 w^4 + b3 w^2 + b1) / s^3
 * Source: cumulants of the binomial with Sheppard's corrections in the expansion of R. A. Fisher
 * and E. A. Cornish, Technometrics 2 (1960), collected by powers of s with a computer algebra.
 */
PB_ELEMENT double cornish_fisher(double n, double p, double w)
{
    const double q = 1.0 - p, v = p * q, c = q - p, w2 = w * w;
    const double s = sqrt(n * v), e = 1.0 / s;
    const double a0 = c * (w2 - 1.0) * (1.0 / 6);
    const double a1 = w * ((7.0 * v - 1.0) * (1.0 / 36) - (2.0 * v + 1.0) * (1.0 / 72) * w2);
    const double a2 = c * (v + 2.0) * fma(fma(w2, 1.0 / 540, 7.0 / 1620), w2, -4.0 / 405);
    const double b5 = fma(fma(4.0, v, 52.0), v, -23.0) * (1.0 / 17280);
    const double b3 = fma(fma(256.0, v, 403.0), v, -137.0) * (1.0 / 38880);
    const double b1 = fma(fma(-433.0, v, -1354.0), v, 671.0) * (1.0 / 38880);
    const double a3 = w * fma(fma(b5, w2, b3), w2, b1);
    const double small_terms = fma(fma(fma(a3, e, a2), e, a1), e, a0) + 0.5;
    return n * p + fma(s, w, small_terms);
}

/**
 * A bound of the series' error at the lattice boundaries, for npq >= 4 and w^2 <= 25:
 * 0.05 (1 + w^2)^2 (|c| + 1/s) / s^4 + 1e-9. The form is that of the first two neglected terms
 * (the one in 1 / s^4 vanishes with c), 1e-9 is for rounding. The constant is empirical: over npq
 * from 4 to 20,000, p from 1e-7 to 1 - 1e-7 and all k, 0.0296 would have been enough.
 */
PB_ELEMENT double guard_band(double n, double p, double w)
{
    const double c = 1.0 - 2.0 * p, variance = n * p * (1.0 - p), g = fma(w, w, 1.0);
    const double e2 = 1.0 / variance, e = sqrt(e2);
    return 0.05 * e2 * e2 * g * g * (fabs(c) + e) + 1e-9;
}

/** The quantile by the series, rounded down; wrong only if the lane is not BINOMIAL_DONE. */
PB_ELEMENT double quantile_by_series(double n, double p, double w, uint64_t *needs)
{
    const double x = larger(cornish_fisher(n, p, w), 0.0), band = guard_band(n, p, w);
    const double k = floor_element(x), fraction = x - k;
    uint64_t doubtful = fraction < band ? 1 : 0;
    doubtful |= fraction > 1.0 - band ? 1 : 0;
    doubtful |= w * w > 25.0 ? 1 : 0;
    doubtful |= k >= n ? 1 : 0;
    *needs = doubtful != 0 ? BINOMIAL_EXACT : BINOMIAL_DONE;
    return k;
}

/** A lane whose npq is below 4, seen from its rarer outcome. */
typedef struct small_binomial {
    double odds;   /**< r / (1 - r), r = min(p, 1 - p) */
    double none;   /**< (1 - r)^n, the chance of no rare outcome */
    double target; /**< the count of rare outcomes is the smallest j with P(<= j) >= target */
} small_binomial;

PB_ELEMENT small_binomial from_rarer_outcome(double n, double p, double u)
{
    const double r = distance_from_end(p);
    small_binomial lane;
    lane.odds = r / (1.0 - r);
    lane.none = exp_element(n * log1p_element(-r));
    lane.target = p > 0.5 ? next_above(1.0 - u) : u;
    return lane;
}

/** Sums from 0 up lose what is left above; targets beyond this are left to the exact search. */
#define SMALL_BINOMIAL_REACH (1.0 - 0x1p-16)

typedef struct binomial {
    double n, p, q; /**< q = 1 - p, both given: one of them is exact however small it is */
} binomial;

/** log Gamma(k) minus its Stirling approximation, k a whole number >= 1; table to 15. */
static inline double stirling_error_of_count(double k)
{
    static const double TABLE[16] = {
        0.0,
        0.08106146679532725821967026,
        0.04134069595540929409382208,
        0.02767792568499833914878929,
        0.02079067210376509311152277,
        0.01664469118982119216319487,
        0.01387612882307074799874573,
        0.01189670994589177009505572,
        0.010411265261972096497478567,
        0.009255462182712732917728637,
        0.008330563433362871256469318,
        0.007573675487951840794972024,
        0.006942840107209529865664152,
        0.006408994188004207068439631,
        0.005951370112758847735624416,
        0.005554733551962801371038690,
    };
    return k <= 15.0 ? TABLE[(int)k] : stirling_series(k);
}

/** log q, from whichever of p and q carries it exactly. */
static inline double log_of_failure(binomial b)
{
    return b.p < 0.5 ? log1p_element(-b.p) : log_element(b.q);
}

/**
 * P(X = k) for 0 < p < 1; relative error below 1e-12 for n <= 10^6 and |k - n p| <= 10 sqrt(npq).
 * Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
 */
static inline double binomial_mass(binomial b, double k)
{
    if (k <= 0.0) {
        return exp_element(b.n * log_of_failure(b));
    }
    if (k >= b.n) {
        return exp_element(b.n * log_of_failure((binomial){b.n, b.q, b.p}));
    }
    const double rest = b.n - k;
    const double log_mass = stirling_error_of_count(b.n) - stirling_error_of_count(k)
                            - stirling_error_of_count(rest) - deviance(k, b.n * b.p)
                            - deviance(rest, b.n * b.q);
    return exp_element(log_mass) * sqrt(b.n / (6.283185307179586476925287 * k * rest));
}

/** P(X = k - 1) / P(X = k) */
static inline double mass_ratio_down(binomial b, double k)
{
    return k * b.q / ((b.n - k + 1.0) * b.p);
}

/** P(X < k), given P(X = k): positive terms downwards, until they no longer count. */
static inline double mass_below(binomial b, double k, double mass_at_k)
{
    double sum = 0.0, mass = mass_at_k;
    for (double j = k; j > 0.0; j -= 1.0) {
        mass *= mass_ratio_down(b, j);
        sum += mass;
        if (mass < sum * 0x1p-57) {
            break;
        }
    }
    return sum;
}

/**
 * The smallest k with P(X <= k) >= target, by walking from a guess. Sums only grow: a step down
 * sums the tail anew, because the difference of two sums would lose a small tail's digits.
 */
static inline double smallest_reaching(binomial b, double target, double guess)
{
    double k = smaller(larger(guess, 0.0), b.n);
    double mass = binomial_mass(b, k), below = mass_below(b, k, mass);
    while (k > 0.0 && below >= target) {
        mass *= mass_ratio_down(b, k);
        k -= 1.0;
        below = mass_below(b, k, mass);
    }
    while (k < b.n && below + mass < target) {
        below += mass;
        k += 1.0;
        mass /= mass_ratio_down(b, k);
    }
    return k;
}

/** The binomial quantile, exact up to 1e-12 relative in the smaller of P(X <= k), P(X > k). */
static inline double binomial_quantile_exact(double n, double p, double u, double guess)
{
    const double q = 1.0 - p;
    if (n <= 0.0 || p <= 0.0) {
        return 0.0;
    }
    if (q <= 0.0) {
        return n;
    }
    if (u <= 0.5) {
        return smallest_reaching((binomial){n, p, q}, u, guess);
    }
    return n - smallest_reaching((binomial){n, q, p}, next_above(1.0 - u), n - guess);
}

/** Where the search starts when npq < 4: at the mean, on the side of the likelier outcome. */
static inline double guess_near_mean(double n, double p)
{
    return p <= 0.5 ? floor_element(n * p) : n - floor_element(n * (1.0 - p));
}

#endif
