/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The support at which a binomial vote passes. The oracle is the exact tail at the x found, summed
 * in long double: what a step of Halley's method would still add is the error of x. GSL's binomial
 * CDF, by bisection, is the second one, the `binomial` kernel the third. Failures are counted and
 * asserted once.
 */
#include "models/kernels.h"
#include "models/threshold_elements.h"
#include "tests/lanes.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

typedef struct votes_batch {
    double n[PB_LANES], k[PB_LANES], u[PB_LANES], z[PB_LANES], x[PB_LANES];
} votes_batch;

static votes_batch lanes;

static void run_threshold(void)
{
    kernels()->normal(lanes.u, lanes.z);
    kernels()->binomial_threshold(lanes.n, lanes.k, lanes.u, lanes.z, lanes.x);
}

static void set_votes(double n, double k)
{
    for (int i = 0; i < PB_LANES; i++) {
        lanes.n[i] = n;
        lanes.k[i] = k;
    }
}

/*
 * x minus the exact one, from T = P(Bin(n, p) >= m) at logit(p) = x, successes and failures
 * exchanged where u < 1/2: T' = p^m q^b / B(m, b), (log T')' = m - (n + 1) p.
 */
static double error_of(double n, double k, double u, double x)
{
    const bool is_lower = u < 0.5;
    const long double m = is_lower ? n - k + 1.0 : k, b = n - m + 1.0L, at = is_lower ? -x : x;
    const long double target = is_lower ? (long double)u : 1.0L - u, odds = expl(at);
    const long double log_p = -log1pl(expl(-at)), log_q = -log1pl(odds);
    const long double log_slope = lgammal(m + b) - lgammal(m) - lgammal(b) + m * log_p + b * log_q;
    long double term = 1.0L, sum = 1.0L;
    for (long double j = 1.0L; j < b && term > sum * 1e-21L; j += 1.0L) {
        term *= (b - j) / (m + j) * odds;
        sum += term;
    }
    const long double rate = m * expl(log_q) / sum; /* (log T)' */
    const long double newton = (log_slope - logl(rate) - logl(target)) / rate;
    const long double bend = m - (m + b) * expl(log_p) - rate;
    const long double error = newton / (1.0L - 0.5L * newton * bend);
    return (double)(is_lower ? -error : error);
}

static double variance_at(double n, double x)
{
    const double p = 1.0 / (1.0 + exp(-fabs(x)));
    return n * p * (exp(-fabs(x)) * p);
}

/* How far x may be from the exact one. */
static double promise(double n, double x)
{
    const double variance = variance_at(n, x);
    return variance >= 4.0 ? 1e-7 / variance : 1e-10 * (1.0 + fabs(x));
}

typedef struct worst_lane {
    double share, n, k, u;
} worst_lane;

static void judge_batch(worst_lane *worst)
{
    run_threshold();
    for (int i = 0; i < PB_LANES; i++) {
        const double n = lanes.n[i], k = lanes.k[i], u = lanes.u[i], x = lanes.x[i];
        const double share = fabs(error_of(n, k, u, x)) / promise(n, x);
        if (!(share <= worst->share)) {
            *worst = (worst_lane){share, n, k, u};
        }
    }
}

static void expect_promise_is_kept(const worst_lane *worst)
{
    cr_log_info("worst: %g of the promise at n=%g k=%g u=%.17g", worst->share, worst->n, worst->k,
                worst->u);
    cr_expect(worst->share < 1.0, "%g times the promise at n=%g k=%g u=%.17g", worst->share,
              worst->n, worst->k, worst->u);
}

/* The places of k that matter: both ends, the majority, and some between. */
enum { N_PLACES = 24 };

static double place_of_k(double n, int place)
{
    static const double FROM_END[] = {1, 2, 3, 5, 10, 25, 60, 200};
    const double from_end = FROM_END[place % 8];
    const double k[3] = {from_end, n + 1.0 - from_end, floor(n / 2.0) + 1.0 + (place % 8) * n / 20};
    return fmin(fmax(floor(k[place / 8]), 1.0), fmax(n, 1.0));
}

Test(threshold, keeps_its_promise_by_a_long_double_sum)
{
    static const double N[] = {1,   2,   3,   4,   5,    7,    12,  20,  33,  50,  75, 100,
                               150, 200, 300, 500, 1000, 3000, 1e4, 4e4, 1e5, 3e5, 1e6};
    worst_lane worst = {0};
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        for (int place = 0; place < N_PLACES; place++) {
            set_votes(N[a], place_of_k(N[a], place));
            fill_with_tails((unsigned)(a * N_PLACES) + (unsigned)place, lanes.u);
            judge_batch(&worst);
        }
    }
    expect_promise_is_kept(&worst);
}

/* A fixed sample of everything: lanes that differ within a batch. */
Test(threshold, keeps_its_promise_when_lanes_differ)
{
    double a[PB_LANES], b[PB_LANES];
    worst_lane worst = {0};
    for (unsigned batch = 0; batch < 400; batch++) {
        fill_uniform(3 * batch, a);
        fill_uniform(3 * batch + 1, b);
        fill_with_tails(3 * batch + 2, lanes.u);
        for (int i = 0; i < PB_LANES; i++) {
            lanes.n[i] = fmin(floor(exp2(20.0 * a[i])), 1e6);
            lanes.k[i] = fmin(1.0 + floor(lanes.n[i] * b[i]), lanes.n[i]);
        }
        judge_batch(&worst);
    }
    expect_promise_is_kept(&worst);
}

/* Far beyond the uniforms of the generator the search must still end. */
Test(threshold, keeps_its_promise_where_u_is_1e_minus_300)
{
    worst_lane worst = {0};
    for (double n = 1.0; n < 1e5; n = ceil(n * 1.5)) {
        for (int i = 0; i < PB_LANES; i++) {
            lanes.n[i] = n;
            lanes.k[i] = fmin(1.0 + floor(n * i / PB_LANES), n);
            lanes.u[i] = pow(10.0, -300.0 + i);
        }
        for (int i = 0; i < PB_LANES; i++) {
            lanes.u[i] = i % 2 ? lanes.u[i] : fmin(lanes.u[i] * 1e3, 0.4);
        }
        judge_batch(&worst);
    }
    expect_promise_is_kept(&worst);
}

/* x where GSL's P(X <= k - 1) falls through u. */
static double bisect_gsl(double n, double k, double u)
{
    double low = -40.0, high = 40.0;
    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (low + high), p = 1.0 / (1.0 + exp(-middle));
        const double below = gsl_cdf_binomial_P((unsigned)k - 1, p, (unsigned)n);
        const double above = gsl_cdf_binomial_Q((unsigned)k - 1, p, (unsigned)n);
        const bool is_low = u < 0.5 ? below > u : above < 1.0 - u;
        low = is_low ? middle : low;
        high = is_low ? high : middle;
    }
    return 0.5 * (low + high);
}

/* Threshold: the promise, and GSL's own error of 1e-10 or so of the tail. u is kept from 1e-9 of
 * the ends, where p near 1 has too few digits for GSL. */
Test(threshold, agrees_with_bisection_of_gsl)
{
    static const double N[] = {1, 2, 5, 12, 20, 60, 200, 1000, 5000, 30000};
    int wrong = 0;
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        for (int place = 0; place < N_PLACES; place++) {
            const double k = place_of_k(N[a], place);
            set_votes(N[a], k);
            fill_uniform((unsigned)place, lanes.u);
            run_threshold();
            for (int i = 0; i < 12; i++) {
                const double by_gsl = bisect_gsl(N[a], k, lanes.u[i]);
                const double slack = fmax(promise(N[a], by_gsl), 1e-9 * (1.0 + fabs(by_gsl)));
                wrong += !(fabs(lanes.x[i] - by_gsl) < slack);
            }
        }
    }
    cr_expect_eq(wrong, 0, "%d", wrong);
}

/* The binomial quantile's k at x + `shift` promises. */
static void quantile_beside(double shift, double *k)
{
    double p[PB_LANES];
    for (int i = 0; i < PB_LANES; i++) {
        p[i] = pb_logistic(lanes.x[i] + shift * promise(lanes.n[i], lanes.x[i]));
    }
    kernels()->binomial(lanes.n, p, lanes.u, lanes.z, k);
}

/* Just above p* the quantile is at least k, just below it is less. p near 1 is left out, where a
 * double does not hold it closely enough. */
static int lanes_unlike_the_quantile(void)
{
    double above[PB_LANES], below[PB_LANES];
    int wrong = 0;
    run_threshold();
    quantile_beside(1.0, above);
    quantile_beside(-1.0, below);
    for (int i = 0; i < PB_LANES; i++) {
        const bool is_right = above[i] >= lanes.k[i] && below[i] < lanes.k[i];
        wrong += lanes.x[i] < 12.0 && !is_right;
    }
    return wrong;
}

Test(threshold, is_where_the_binomial_quantile_reaches_k)
{
    static const double N[] = {1, 2, 3, 6, 13, 20, 48, 99, 200, 640, 3000, 20000, 200000, 1000000};
    int wrong = 0;
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        for (int place = 0; place < N_PLACES; place++) {
            set_votes(N[a], place_of_k(N[a], place));
            fill_with_tails((unsigned)place, lanes.u);
            wrong += lanes_unlike_the_quantile();
        }
    }
    cr_expect_eq(wrong, 0, "%d", wrong);
}

/* k = 1: (1 - p)^n = u; k = n: 1 - p^n = u; n = 1 is both. */
Test(threshold, has_its_closed_forms_for_the_first_and_the_last_ballot)
{
    double worst = 0.0;
    for (double n = 1.0; n <= 1e6; n = ceil(n * 1.9)) {
        fill_with_tails((unsigned)n % 1000, lanes.u);
        for (int i = 0; i < PB_LANES; i++) {
            lanes.n[i] = n;
            lanes.k[i] = i % 8 < 4 ? 1.0 : n;
        }
        run_threshold();
        for (int i = 0; i < PB_LANES; i++) {
            const long double u = lanes.u[i];
            const long double log_q = i % 8 < 4 ? logl(u) / n : log1pl(-u) / n;
            const long double logit = logl(expm1l(-log_q));
            const double error = (double)fabsl(lanes.x[i] - (i % 8 < 4 ? logit : -logit));
            worst = fmax(worst, error / (1.0 + fabs(lanes.x[i])));
        }
    }
    cr_log_info("%g", worst);
    cr_expect_lt(worst, 1e-10, "%g", worst);
}

/* From mpmath with 40 digits: the root of P(X <= k - 1) = u. */
Test(threshold, is_within_its_promise_of_mpmath)
{
    static const struct {
        double n, k, u, x;
    } CASES[] = {
        // clang-format off
        {1, 1, 0.3, 0.84729786038720367},
        {2, 2, 0.75, 0},
        {20, 11, 1e-06, 2.4343629995099211},
        {20, 11, 0.5, 0.098397484149498989},
        {57, 29, 0.999, -0.82631416930834564},
        {100, 51, 0.02, 0.43138877677601739},
        {200, 101, 0.9, -0.17112739993854748},
        {200, 3, 0.25, -3.9172273500513802},
        {1000, 667, 1e-12, 1.1785091877822032},
        {3000, 1501, 0.625, -0.01096752826113723},
        {43100, 21551, 0.01, 0.022457756635805617},
        {1000000, 500001, 0.5, 1.9999993333338667e-6},
        {1000000, 4, 0.125, -11.972097834467694},
        {1000000, 999999, 0.9375, 12.317608362353078},
        // clang-format on
    };
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        set_votes(CASES[c].n, CASES[c].k);
        fill_uniform(1, lanes.u);
        lanes.u[c] = CASES[c].u;
        run_threshold();
        const double error = fabs(lanes.x[c] - CASES[c].x);
        cr_expect(error < promise(CASES[c].n, CASES[c].x), "n=%g k=%g u=%g: %.17g", CASES[c].n,
                  CASES[c].k, CASES[c].u, lanes.x[c]);
    }
}

Test(threshold, is_infinite_where_the_vote_passes_or_fails_anyway)
{
    static const struct {
        double n, k, x;
        const char *why;
    } CASES[] = {
        {0.0, 0.0, -INFINITY, "nobody, none needed"}, {0.0, 1.0, INFINITY, "nobody, one needed"},
        {7.0, 0.0, -INFINITY, "none needed"},         {7.0, -3.0, -INFINITY, "less than none"},
        {7.0, 8.0, INFINITY, "one too many"},         {1e6, 1e6 + 1.0, INFINITY, "a million"},
        {3000, 9e9, INFINITY, "far too many"},
    };
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        int wrong = 0;
        set_votes(CASES[c].n, CASES[c].k);
        fill_with_tails(1, lanes.u);
        run_threshold();
        for (int i = 0; i < PB_LANES; i++) {
            wrong += lanes.x[i] != CASES[c].x;
        }
        cr_expect_eq(wrong, 0, "%s: %d lanes", CASES[c].why, wrong);
    }
}

Test(threshold, grows_with_k)
{
    static const double N[] = {1, 2, 9, 20, 45, 80, 120, 200, 900};
    int falls = 0;
    for (size_t a = 0; a < COUNT_OF(N); a++) {
        double last[PB_LANES];
        for (double k = 0.0; k <= N[a] + 1.0; k += 1.0) {
            memcpy(last, lanes.x, sizeof last);
            set_votes(N[a], k);
            fill_with_tails(9, lanes.u);
            run_threshold();
            for (int i = 0; i < PB_LANES && k > 0.0; i++) {
                falls += !(lanes.x[i] > last[i]);
            }
        }
    }
    cr_expect_eq(falls, 0, "%d", falls);
}

/* Across the switches of series and search too, whose difference is below 1e-7 ballots. */
Test(threshold, falls_as_u_grows)
{
    static const double CASES[][2] = {{1, 1},   {12, 7},   {20, 11},   {50, 26},    {50, 8},
                                      {80, 41}, {200, 61}, {1000, 10}, {3000, 1501}};
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        double last = INFINITY;
        int rises = 0;
        set_votes(CASES[c][0], CASES[c][1]);
        for (int batch = 0; batch < 200; batch++) {
            for (int i = 0; i < PB_LANES; i++) {
                lanes.u[i] = (batch * PB_LANES + i + 0.5) / (200.0 * PB_LANES);
            }
            run_threshold();
            for (int i = 0; i < PB_LANES; i++) {
                rises += !(lanes.x[i] < last);
                last = lanes.x[i];
            }
        }
        cr_expect_eq(rises, 0, "n=%g k=%g: %d rises", CASES[c][0], CASES[c][1], rises);
    }
}

/* The bound that sends a lane to the search, over its whole range of use. */
Test(threshold, the_series_error_stays_below_its_bound)
{
    double worst = 0.0;
    for (double n = 3.0; n < 1e6; n = ceil(n * 1.3)) {
        for (double k = 1.0; k <= n; k = ceil(k * 1.2)) {
            for (double w = -8.0; w <= 8.0; w += 0.25) {
                const threshold_place at = threshold_place_of(n, k, -w);
                const double bound = threshold_series_error(at), u = gsl_cdf_ugaussian_P(-w);
                if (bound < THRESHOLD_CLOSE && bound > 1e-9 && u < 0.5) {
                    const double x =
                        threshold_by_series(threshold_place_of(n, k, gsl_cdf_ugaussian_Pinv(u)));
                    worst = fmax(worst, fabs(error_of(n, k, u, x)) / (at.e2 * bound));
                }
            }
        }
    }
    cr_log_info("%g of the bound", worst);
    cr_expect(worst > 0.1 && worst < 1.0, "%g", worst);
}

static void fill_mixed_batch(unsigned batch)
{
    double a[PB_LANES], b[PB_LANES];
    fill_uniform(3 * batch, a);
    fill_uniform(3 * batch + 1, b);
    fill_with_tails(3 * batch + 2, lanes.u);
    for (int i = 0; i < PB_LANES; i++) {
        lanes.n[i] = floor(pb_exp(13.8 * a[i])) - 1.0;
        lanes.k[i] = floor((lanes.n[i] + 3.0) * b[i]);
    }
    kernels()->normal(lanes.u, lanes.z);
}

Test(threshold, all_levels_give_the_same_bits)
{
    static const char *const LEVELS[] = {"v2", "v3", "v4", "generic"};
    double x[PB_LANES];
    for (size_t level = 0; level < COUNT_OF(LEVELS); level++) {
        const pb_kernels *kernels_of_level = pb_kernels_of_level(LEVELS[level]);
        for (unsigned batch = 0; kernels_of_level != NULL && batch < 400; batch++) {
            fill_mixed_batch(batch);
            run_threshold();
            kernels_of_level->binomial_threshold(lanes.n, lanes.k, lanes.u, lanes.z, x);
            cr_assert_eq(memcmp(x, lanes.x, sizeof x), 0, "%s, batch %u", LEVELS[level], batch);
        }
    }
}

/* FNV-1a of 64 batches. Another number means changed results: say so in CHANGELOG. */
Test(threshold, bits_are_those_of_the_first_release)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (unsigned batch = 0; batch < 64; batch++) {
        fill_mixed_batch(batch);
        run_threshold();
        const unsigned char *bytes = (const unsigned char *)lanes.x;
        for (size_t i = 0; i < sizeof lanes.x; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3;
        }
    }
    cr_expect_eq(hash, 0x6c3b0c5773460170, "%#llx", (unsigned long long)hash);
}

/* The search takes lanes together that do not belong together: no bit may come of that. */
Test(threshold, of_a_lane_does_not_depend_on_its_neighbours)
{
    votes_batch mixed;
    int unlike = 0;
    for (unsigned batch = 0; batch < 40; batch++) {
        fill_mixed_batch(batch);
        run_threshold();
        mixed = lanes;
        for (int i = 0; i < PB_LANES; i++) {
            const int from = (i * 37 + 11) % PB_LANES;
            lanes.n[i] = mixed.n[from];
            lanes.k[i] = mixed.k[from];
            lanes.u[i] = i % 3 ? mixed.u[from] : 0.3;
        }
        run_threshold();
        for (int i = 0; i < PB_LANES; i++) {
            unlike += i % 3 && lanes.x[i] != mixed.x[(i * 37 + 11) % PB_LANES];
        }
    }
    cr_expect_eq(unlike, 0, "%d lanes", unlike);
}

Test(threshold, may_be_written_over_any_input)
{
    votes_batch copy;
    fill_mixed_batch(3);
    run_threshold();
    for (int input = 0; input < 4; input++) {
        copy = lanes;
        double *const inputs[] = {copy.n, copy.k, copy.u, copy.z};
        kernels()->binomial_threshold(copy.n, copy.k, copy.u, copy.z, inputs[input]);
        cr_expect_eq(memcmp(inputs[input], lanes.x, sizeof lanes.x), 0, "input %d", input);
    }
}
