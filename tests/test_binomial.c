/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The binomial quantile by its definition: k is right if P(X <= k - 1) < u <= P(X <= k). Oracles
 * are GSL below n = 10^5 (above, gsl_cdf_binomial_P itself is off by 1e-8) and a sum in long
 * double. Failures are counted and asserted once.
 */
#include "models/binomial_elements.h"
#include "models/kernels.h"
#include "tests/lanes.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

typedef struct electorates {
    double n[PB_LANES], p[PB_LANES], u[PB_LANES], z[PB_LANES], k[PB_LANES];
} electorates;

static electorates lanes;

static void set_electorates(double n, double p)
{
    for (int i = 0; i < PB_LANES; i++) {
        lanes.n[i] = n;
        lanes.p[i] = p;
    }
}

static void run_binomial(void)
{
    kernels()->normal(lanes.u, lanes.z);
    kernels()->binomial(lanes.n, lanes.p, lanes.u, lanes.z, lanes.k);
}

/* The tail that holds u: P(X <= k) where u is below one half, P(X > k) above. */
typedef double tail_function(double n, double p, double k, bool upper);

static double tail_by_gsl(double n, double p, double k, bool upper)
{
    if (k < 0.0) {
        return upper ? 1.0 : 0.0;
    }
    return upper ? gsl_cdf_binomial_Q((unsigned)k, p, (unsigned)n)
                 : gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n);
}

/* A sum of masses in long double; its error is that of lgammal(n), 1e-12 at n = 10^6. */
static double tail_by_sum(double n, double p, double k, bool upper)
{
    if (k < 0.0 || k >= n) {
        return (k < 0.0) == upper ? 1.0 : 0.0;
    }
    const long double odds = (long double)p / (1.0L - p);
    long double mass = expl(lgammal(n + 1.0L) - lgammal(k + 1.0L) - lgammal(n - k + 1.0L)
                            + k * logl(p) + (n - k) * log1pl(-(long double)p));
    long double sum = upper ? 0.0L : mass;
    for (long double j = k; upper ? j < n : j > 0.0L; j += upper ? 1.0L : -1.0L) {
        mass *= upper ? (n - j) / (j + 1.0L) * odds : j / ((n - j + 1.0L) * odds);
        sum += mass;
        if (mass < sum * 1e-21L) {
            break;
        }
    }
    return (double)sum;
}

/* A tail, and how far from u a boundary must be for this oracle to decide it. */
typedef struct oracle {
    tail_function *tail;
    double relative, absolute;
} oracle;

static const oracle GSL = {tail_by_gsl, 1e-10, 0.0}; /* its error below n = 10^5 */
static const oracle SUM = {tail_by_sum, 1e-11, 0.0};

typedef struct verdict {
    long tested, close, wrong;
    double wrong_n, wrong_p, wrong_u, wrong_k; /* the last wrong one */
} verdict;

/*
 * Is k the smallest integer with P(X <= k) >= u? A boundary nearer to u than the oracle's error
 * decides nothing; such lanes count as close, not wrong.
 */
static void judge_lane(int i, const oracle *by, verdict *v)
{
    const double n = lanes.n[i], p = lanes.p[i], u = lanes.u[i], k = lanes.k[i];
    const bool upper = u > 0.5, whole = k == floor(k) && k >= 0.0 && k <= n;
    const double target = upper ? 1.0 - u : u;
    const double at = by->tail(n, p, k, upper), below = by->tail(n, p, k - 1.0, upper);
    const bool right = upper ? at <= target && target < below : at >= target && target > below;
    const double slack = by->relative * target + by->absolute;
    const bool close = fabs(at - target) <= slack || fabs(below - target) <= slack;
    v->tested++;
    if (whole && (right || close)) {
        v->close += !right;
        return;
    }
    *v = (verdict){v->tested, v->close, v->wrong + 1, n, p, u, k};
}

static void judge_batch(const oracle *by, verdict *v)
{
    run_binomial();
    for (int i = 0; i < PB_LANES; i++) {
        judge_lane(i, by, v);
    }
}

/* u a hair below and above the lattice boundaries at the k just found. */
static void move_to_boundaries(tail_function *tail, double hair)
{
    for (int i = 0; i < PB_LANES; i++) {
        const double scale = i % 2 ? 1.0 + hair : 1.0 - hair;
        const double lower = tail(lanes.n[i], lanes.p[i], lanes.k[i], false);
        const double upper = tail(lanes.n[i], lanes.p[i], lanes.k[i], true);
        lanes.u[i] = lower < 0.5 ? fmax(lower * scale, 1e-14) : 1.0 - fmax(upper * scale, 1e-14);
    }
}

static void judge_electorate(double n, double p, unsigned batch, const oracle *by, verdict *v)
{
    static const double HAIRS[] = {1e-3, 1e-6, 1e-9};
    set_electorates(n, p);
    fill_with_tails(batch, lanes.u);
    judge_batch(by, v);
    for (size_t h = 0; h < COUNT_OF(HAIRS); h++) {
        move_to_boundaries(by->tail, HAIRS[h]);
        judge_batch(by, v);
    }
}

static void expect_right(const verdict *v)
{
    cr_expect_eq(v->wrong, 0, "%ld of %ld wrong, the last: n=%g p=%.17g u=%.17g k=%g", v->wrong,
                 v->tested, v->wrong_n, v->wrong_p, v->wrong_u, v->wrong_k);
    cr_expect_lt(v->close, 1 + v->tested / 100, "%ld of %ld undecided", v->close, v->tested);
}

static const double SHARES[] = {1e-9, 1e-6,  1e-4, 0.002, 0.01, 0.05, 0.2,    0.37,
                                0.5,  0.501, 0.66, 0.8,   0.9,  0.99, 0.9995, 1.0 - 1e-9};

Test(binomial, is_the_quantile_by_gsl)
{
    static const double N[] = {1,  2,  3,   7,   12,   16,   17,    25,
                               40, 75, 150, 400, 1000, 3000, 10000, 50000};
    verdict v = {0};
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        for (size_t b = 0; b < COUNT_OF(SHARES); b++) {
            judge_electorate(N[a], SHARES[b], (unsigned)(a * 100 + b), &GSL, &v);
        }
    }
    expect_right(&v);
}

Test(binomial, is_the_quantile_by_a_long_double_sum)
{
    static const double N[] = {1, 5, 20, 33, 100, 700, 5000, 200000, 1000000};
    verdict v = {0};
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        for (size_t b = 0; b < COUNT_OF(SHARES); b++) {
            judge_electorate(N[a], SHARES[b], (unsigned)(a * 100 + b), &SUM, &v);
        }
    }
    expect_right(&v);
}

/* Boundaries that are 4e-14 of a tail or three steps of the generator's grid off are decided. */
Test(binomial, decides_close_boundaries_in_small_electorates)
{
    const oracle by = {tail_by_sum, 2e-14, 3 * 0x1p-52};
    verdict v = {0};
    for (double n = 1.0; n <= 40.0; n += 1.0) {
        for (double p = 0.03; p < 1.0; p += 0.06) {
            set_electorates(n, p);
            fill_uniform((unsigned)n, lanes.u);
            run_binomial();
            move_to_boundaries(tail_by_sum, 4e-14);
            judge_batch(&by, &v);
        }
    }
    expect_right(&v);
}

/* The switch from the sum to the series at npq = 4. */
Test(binomial, is_right_around_a_variance_of_4)
{
    static const double N[] = {16, 17, 30, 100, 1000, 50000, 1000000};
    static const double VARIANCES[] = {3.99, 4.0 - 1e-9, 4.0, 4.0 + 1e-9, 4.01, 5.0, 8.0};
    verdict v = {0};
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        for (size_t b = 0; b < COUNT_OF(VARIANCES); b++) {
            const double root = sqrt(fmax(0.0, 0.25 - VARIANCES[b] / N[a]));
            judge_electorate(N[a], 0.5 - root, 7, &SUM, &v);
            judge_electorate(N[a], 0.5 + root, 7, &SUM, &v);
        }
    }
    expect_right(&v);
}

/* Where the series gives up (|w| = 5), and at the outermost uniforms. */
Test(binomial, is_right_around_5_sd_and_at_the_ends)
{
    static const double SCORES[] = {4.9, 4.99999, 5.0 - 1e-12, 5.0 + 1e-12, 5.00001, 5.1, 7.0};
    verdict v = {0};
    for (double n = 5.0; n < 1e6; n = ceil(n * 1.7)) {
        for (int i = 0; i < PB_LANES; i++) {
            const size_t which = (size_t)i / 2 % (COUNT_OF(SCORES) + 1);
            const double tail =
                which < COUNT_OF(SCORES) ? gsl_cdf_ugaussian_Q(SCORES[which]) : 0x1p-53;
            lanes.u[i] = i % 2 ? 1.0 - tail : tail;
            lanes.n[i] = n;
            lanes.p[i] = 0.02 + 0.03 * (i % 33);
        }
        judge_batch(&SUM, &v);
    }
    expect_right(&v);
}

/* A fixed sample of everything: lanes that differ within a batch. */
Test(binomial, is_right_when_lanes_differ)
{
    double a[PB_LANES], b[PB_LANES];
    verdict v = {0};
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_uniform(3 * batch, a);
        fill_uniform(3 * batch + 1, b);
        fill_with_tails(3 * batch + 2, lanes.u);
        for (int i = 0; i < PB_LANES; i++) {
            lanes.n[i] = floor(exp2(20.0 * a[i]));
            lanes.n[i] = fmin(lanes.n[i], 1e6);
            lanes.p[i] = i % 3 ? b[i] : pb_logistic(30.0 * (b[i] - 0.5));
        }
        judge_batch(&SUM, &v);
    }
    expect_right(&v);
}

/* Lattice boundaries of one electorate at which the series is off by more than its guard band. */
static int boundaries_outside_guard_band(double n, double p)
{
    const double mean = n * p, reach = 9.0 * sqrt(n * p * (1.0 - p));
    int outside = 0;
    for (double k = fmax(0.0, floor(mean - reach)); k < fmin(n, mean + reach); k += 1.0) {
        const bool upper = k >= mean;
        const double tail = tail_by_sum(n, p, k, upper);
        const double w = upper ? gsl_cdf_ugaussian_Qinv(tail) : gsl_cdf_ugaussian_Pinv(tail);
        const double error = cornish_fisher(n, p, w) - (k + 1.0);
        outside += w * w <= 25.0 && !(fabs(error) < guard_band(n, p, w));
    }
    return outside;
}

Test(binomial, the_guard_band_covers_the_series_at_every_lattice_boundary)
{
    for (double variance = 4.0; variance < 8000.0; variance *= 1.25) {
        for (double odds = 1.0; odds < 1e5; odds *= 1.4) {
            const double p = 1.0 / (1.0 + odds), n = ceil(variance / (p * (1.0 - p)));
            if (n <= 1e6) {
                const int outside =
                    boundaries_outside_guard_band(n, p) + boundaries_outside_guard_band(n, 1.0 - p);
                cr_expect_eq(outside, 0, "n=%g p=%g: %d", n, p, outside);
            }
        }
    }
}

Test(binomial, of_nobody_or_of_certainty_is_certain)
{
    static const struct {
        double n, p, k;
        const char *why;
    } CASES[] = {
        {0.0, 0.0, 0.0, "nobody, never"},     {0.0, 0.3, 0.0, "nobody"},
        {0.0, 1.0, 0.0, "nobody, always"},    {17.0, 0.0, 0.0, "never"},
        {17.0, 1.0, 17.0, "always"},          {1e6, 0.0, 0.0, "a million, never"},
        {1e6, 1.0, 1e6, "a million, always"}, {50.0, 1e-308, 0.0, "hardly ever"},
    };
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        int wrong = 0;
        set_electorates(CASES[c].n, CASES[c].p);
        fill_with_tails(1, lanes.u);
        lanes.u[0] = 0x1p-53;
        lanes.u[1] = 1.0 - 0x1p-53;
        lanes.u[2] = 1e-300;
        run_binomial();
        for (int i = 0; i < PB_LANES; i++) {
            wrong += lanes.k[i] != CASES[c].k;
        }
        cr_expect_eq(wrong, 0, "%s: %d lanes", CASES[c].why, wrong);
    }
}

Test(binomial, never_falls_as_u_grows)
{
    static const double CASES[][2] = {{12, 0.4}, {17, 0.52}, {60, 0.9}, {900, 0.03}, {1e6, 0.5}};
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        double last = 0.0;
        int falls = 0;
        set_electorates(CASES[c][0], CASES[c][1]);
        for (int batch = 0; batch < 1000; batch++) {
            for (int i = 0; i < PB_LANES; i++) {
                lanes.u[i] = (batch * PB_LANES + i + 0.5) / (1000.0 * PB_LANES);
            }
            run_binomial();
            for (int i = 0; i < PB_LANES; i++) {
                falls += lanes.k[i] < last;
                last = lanes.k[i];
            }
        }
        cr_expect_eq(falls, 0, "n=%g p=%g: %d falls", CASES[c][0], CASES[c][1], falls);
    }
}
