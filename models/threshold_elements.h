/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_THRESHOLD_ELEMENTS_H
#define PLANB_MODELS_THRESHOLD_ELEMENTS_H

/**
 * The support at which a binomial vote passes, of one lane, in parts: the x = logit(p) at which
 * P(Bin(n, p) <= k - 1) = u, that is p = Q_Beta(1 - u; k, n - k + 1), for whole 1 <= k <= n. A
 * series that is right for all but small electorates and far tails, and knows its error; and a
 * step of Newton's method on the exact tail for the others.
 */

#include "models/binomial_elements.h"

/* Series errors [ballots]: below GOOD nothing more is done, below CLOSE the series is where the
 * exact search starts. */
#define THRESHOLD_GOOD 5e-8
#define THRESHOLD_CLOSE 0.02

/**
 * k successes of n seen from a normal approximation: the odds (k - 1/2) / (n - k + 1/2), and with
 * their share P, Q = 1 - P: v = P Q, c = Q - P, e^2 = 1 / (n P Q).
 */
typedef struct threshold_place {
    double odds, v, c, e2;
    double w; /**< -Phi^-1(u): x grows with it */
} threshold_place;

/* One division for all: it is what this kernel spends most of its time on. */
PB_ELEMENT threshold_place threshold_place_of(double n, double k, double z)
{
    const double yes = k - 0.5, no = n - k + 0.5, product = yes * no, inverse = 1.0 / (n * product);
    const double share = inverse * product;
    threshold_place at;
    at.odds = yes * yes * (n * inverse);
    at.v = product * share * share;
    at.c = (no - yes) * share;
    at.e2 = n * n * inverse;
    at.w = -z;
    return at;
}

/** c0 + c1 v + ..., the last one c4 v^4. */
PB_ELEMENT double linear_in(double v, double c0, double c1)
{
    return fma(c1, v, c0);
}

PB_ELEMENT double square_in(double v, double c0, double c1, double c2)
{
    return fma(fma(c2, v, c1), v, c0);
}

PB_ELEMENT double cubic_in(double v, double c0, double c1, double c2, double c3)
{
    return fma(fma(fma(c3, v, c2), v, c1), v, c0);
}

PB_ELEMENT double quartic_in(double v, double c0, double c1, double c2, double c3, double c4)
{
    return fma(fma(fma(fma(c4, v, c3), v, c2), v, c1), v, c0);
}

/* ---- The series' terms t_j, y = w^2 ---- */

PB_ELEMENT double threshold_t2(double y, double v)
{
    const double y0 = linear_in(v, -4.0, 7.0) * (1.0 / 36);
    const double y1 = linear_in(v, 1.0, -1.0) * (1.0 / 36);
    return fma(y1, y, y0);
}

PB_ELEMENT double threshold_t3(double y, double v)
{
    const double y0 = linear_in(v, 19.0, 32.0) * (1.0 / 3240);
    const double y1 = linear_in(v, 76.0, -7.0) * (1.0 / 1620);
    const double y2 = linear_in(v, -2.0, -1.0) * (1.0 / 540);
    return fma(fma(y2, y, y1), y, y0);
}

PB_ELEMENT double threshold_t4(double y, double v)
{
    const double y0 = square_in(v, 194.0, -364.0, -433.0) * (1.0 / 38880);
    const double y1 = square_in(v, -289.0, 719.0, 128.0) * (1.0 / 19440);
    const double y2 = square_in(v, 1.0, -2.0, 1.0) * (1.0 / 4320);
    return fma(fma(y2, y, y1), y, y0);
}

PB_ELEMENT double threshold_t5(double y, double v)
{
    const double y0 = square_in(v, -901.0, 629.0, -736.0) * (1.0 / 204120);
    const double y1 = square_in(v, -2959.0, 2918.0, 923.0) * (1.0 / 408240);
    const double y2 = square_in(v, 163.0, -148.0, 27.0) * (1.0 / 45360);
    const double y3 = square_in(v, 2.0, -1.0, -1.0) * (1.0 / 34020);
    return cubic(y, y * y, y0, y1, y2, y3);
}

PB_ELEMENT double threshold_t6(double y, double v)
{
    const double y0 = cubic_in(v, 578392.0, -2031186.0, 378120.0, -289717.0) * (1.0 / 146966400);
    const double y1 = cubic_in(v, 667742.0, -2363856.0, 661875.0, -289517.0) * (1.0 / 146966400);
    const double y2 = cubic_in(v, -29126.0, 96963.0, -17880.0, 1451.0) * (1.0 / 48988800);
    const double y3 = cubic_in(v, -139.0, 417.0, 15.0, 139.0) * (1.0 / 5443200);
    return cubic(y, y * y, y0, y1, y2, y3);
}

PB_ELEMENT double threshold_t7(double y, double v)
{
    const double y0 = cubic_in(v, -223901.0, 269178.0, 125760.0, 71936.0) * (1.0 / 220449600);
    const double y1 = cubic_in(v, -156596.0, 338343.0, -10770.0, -104989.0) * (1.0 / 110224800);
    const double y2 = cubic_in(v, -23408.0, 47379.0, -1530.0, -1057.0) * (1.0 / 12247200);
    const double y3 = cubic_in(v, 446.0, -663.0, -120.0, 769.0) * (1.0 / 18370800);
    const double y4 = cubic_in(v, 2.0, -3.0, 0.0, 1.0) * (1.0 / 408240);
    return quartic_in(y, y0, y1, y2, y3, y4);
}

PB_ELEMENT double threshold_t8(double y, double v)
{
    const double y0 = quartic_in(v, -3989428.0, 9926896.0, 5962548.0, 9016264.0, 37501325.0)
                      * (1.0 / 21163161600.0);
    const double y1 = quartic_in(v, -481376.0, 1823450.0, -304725.0, -1031275.0, 1754056.0)
                      * (1.0 / 5290790400.0);
    const double y2 =
        quartic_in(v, 680544.0, -3053068.0, 2301231.0, 88638.0, -152345.0) * (1.0 / 1175731200.0);
    const double y3 =
        quartic_in(v, 14689.0, -64327.0, 45609.0, -193.0, -15218.0) * (1.0 / 587865600.0);
    const double y4 = quartic_in(v, -571.0, 2284.0, -1698.0, 556.0, -571.0) * (1.0 / 2351462400.0);
    return quartic_in(y, y0, y1, y2, y3, y4);
}

/**
 * The Cornish-Fisher series of a beta variable on the logit scale (Fisher's z):
 *   x = log((k - 1/2) / (n - k + 1/2)) + e (w + c e (1 - w^2) / 6 + w e^2 t2 + c e^3 t3 + ...),
 * odd terms with the factor c, even ones with w, up to e^8. Source: R. A. Fisher and
 * E. A. Cornish, Technometrics 2 (1960), for the first ones; all follow from
 *   x'' / x' + (k - (n + 1) p(x)) x' + w = 0,
 * the logarithmic derivative of phi(w) dw = beta density dx, order by order in exact fractions.
 */
PB_ELEMENT double threshold_by_series(threshold_place at)
{
    const double y = at.w * at.w, v = at.v, e2 = at.e2, e = sqrt(e2);
    const double even = cubic(e2, e2 * e2, threshold_t2(y, v), threshold_t4(y, v),
                              threshold_t6(y, v), threshold_t8(y, v));
    const double odd = cubic(e2, e2 * e2, (1.0 - y) * (1.0 / 6), threshold_t3(y, v),
                             threshold_t5(y, v), threshold_t7(y, v));
    const double sum = fma(at.c * e, odd, fma(at.w * e2, even, at.w));
    return fma(e, sum, log_element(at.odds));
}

/**
 * A bound of the series' error [ballots], an error of x times n P Q: 2e-6 (4 + w^2)^5 e^8
 * (|c| + e / 10), the form of its first two neglected terms. The constant is empirical: where the
 * bound is below THRESHOLD_CLOSE, 1.2e-6 would have been enough.
 */
PB_ELEMENT double threshold_series_error(threshold_place at)
{
    const double g = fma(at.w, at.w, 4.0), g2 = g * g, e4 = at.e2 * at.e2;
    return 2e-6 * (g2 * g2 * g) * (e4 * e4) * (fabs(at.c) + 0.1 * sqrt(at.e2));
}

/* ---- The exact tail ---- */

/**
 * A lane of the exact search, turned so that the tail is an upper one of at most one half:
 * P(Bin(n, p) >= m) = tail. Where u < 1/2 successes and failures are exchanged: x is -logit(p*).
 */
typedef struct threshold_lane {
    double m, b;     /**< b = n - m + 1 */
    double log_tail; /**< what the logarithm of the tail shall be */
    double constant; /**< -log B(m, b) */
    double ceiling;  /**< a place above the median of p, beyond which x cannot be */
    double e;        /**< the standard deviation of x, roughly */
    double x;        /**< where the search starts */
} threshold_lane;

/** The part of -log B(m, b) that logarithms do not give. */
static inline double stirling_error_of_beta(double m, double b)
{
    return stirling_error_of_count(m + b) - stirling_error_of_count(m) - stirling_error_of_count(b);
}

/** The rest of -log B(m, b), m and b at least 1; its entropy from the smaller share's distance. */
PB_ELEMENT double entropy_of_beta(double m, double b)
{
    const double sum = m + b, share = smaller(m, b) / sum;
    return 0.5 * log_element(m * b / (6.283185307179586476925287 * sum))
           - smaller(m, b) * log_element(share) - larger(m, b) * log1p_element(-share);
}

/**
 * A coarse x that no w < 0 throws far off. Source: A&S 26.5.22; its 1 / (2 b - 1) - 1 / (2 a - 1)
 * is -2 c / h.
 */
PB_ELEMENT double threshold_coarse(double m, double b, double w)
{
    const double yes = m - 0.5, no = b - 0.5, n = yes + no, lambda = fma(w, w, -3.0) * (1.0 / 6);
    const double h = 4.0 * yes * no / n, c = (no - yes) / n;
    const double half = w * sqrt(h + lambda) + 2.0 * c * (2.0 / (3.0 * h) - lambda - 5.0 / 6);
    return log_element(m / b) + 2.0 * half / h;
}

/** The lane of (n, k, u, z), 1 <= k <= n, whose series gave x. */
PB_ELEMENT threshold_lane threshold_lane_of(double n, double k, double u, double z, double x,
                                            double stirling_error)
{
    const threshold_place at = threshold_place_of(n, k, z);
    threshold_lane lane;
    lane.m = u < 0.5 ? n - k + 1.0 : k;
    lane.b = u < 0.5 ? k : n - k + 1.0;
    lane.log_tail = log_element(distance_from_end(u));
    lane.constant = entropy_of_beta(lane.m, lane.b) + stirling_error;
    lane.ceiling = log_element((lane.m - 0.25) / (lane.b - 0.4));
    lane.e = sqrt(at.e2);
    const double turned = u < 0.5 ? -x : x, coarse = threshold_coarse(lane.m, lane.b, -fabs(z));
    const double start = threshold_series_error(at) < THRESHOLD_CLOSE ? turned : coarse;
    lane.x = smaller(start, lane.ceiling);
    return lane;
}

#endif
