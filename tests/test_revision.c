/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Official estimates during the first year (SPEC D.7). Oracles: the moments of a Brownian motion
 * and of normal vectors of which some numbers are known, and hand arithmetic. Simulated moments
 * are compared within 4.9 standard errors at 2^20 draws.
 */
#include "tests/revenue_fixture.h"

static const double SHARE[PB_REVISION_DATES] = {0.05, 0.10, 0.25, 0.40};
static const double KNOWN[PB_REVISION_DATES] = {0.05, 0.15, 0.40, 0.80};

static double known[PB_REVISION_DATES][N_STREAMS][N];

static void add_revisions(void)
{
    const pb_date dates[] = {day(2011, 7, 1), day(2011, 11, 10), day(2012, 1, 15),
                             day(2012, 4, 30)};
    memcpy(params.revisions.date, dates, sizeof dates);
    memcpy(params.revisions.share, SHARE, sizeof SHARE);
}

static void observe(int stream, pb_date date, double change)
{
    params.revisions.observed[params.revisions.n_observed++] =
        (pb_observed){.stream = stream, .date = date, .change = change};
}

/* Fills known, and e with the uncapped errors. */
static void simulate_known(void)
{
    open_revenue();
    for (size_t i = 0; i < N_BATCHES; i++) {
        simulate(i);
        memcpy(&regime[0][i * PB_LANES], b.out.recession, PB_LANES);
        for (int s = 0; s < N_STREAMS; s++) {
            for (int t = 0; t < PB_REVISION_DATES; t++) {
                memcpy(&known[t][s][i * PB_LANES], b.w->known_error[t][s],
                       sizeof(double[PB_LANES]));
            }
            for (int year = 0; year < PB_YEARS; year++) {
                memcpy(&e[year][s][i * PB_LANES], b.w->log_error[year][s],
                       sizeof(double[PB_LANES]));
            }
        }
    }
    batch_close(&b);
}

/* x - y, in memory of its own. */
static const double *difference(const double *x, const double *y)
{
    static double result[4][N];
    static int next;
    double *to = result[next++ % 4];
    for (size_t i = 0; i < N; i++) {
        to[i] = x[i] - y[i];
    }
    return to;
}

/* ---- without a block ---- */

Test(revision, without_revisions_the_adopted_estimates_stand)
{
    three_streams();
    add_regimes();
    open_revenue();
    simulate(0);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_expect_eq(b.out.revenue_official[lane], 8661.0 + 3500.0 - 968.7);
        cr_expect_eq(b.out.revenue_official[PB_LANES + lane], 8554.0 + 3750.0 - 980.0);
        for (int t = 0; t < PB_N_REVISIONS; t++) {
            cr_expect_eq(b.w->official_revenue[t][lane], 8661.0 + 3500.0 - 968.7);
        }
    }
    batch_close(&b);
}

static void keep_revenue(double *to)
{
    open_revenue();
    simulate(3);
    memcpy(to, b.out.stream_revenue, N_STREAMS * PB_YEARS * sizeof(double[PB_LANES]));
    batch_close(&b);
}

Test(revision, revisions_change_no_bit_of_revenue)
{
    static double without[N_STREAMS * PB_YEARS * PB_LANES], with[N_STREAMS * PB_YEARS * PB_LANES];
    three_streams();
    add_regimes();
    params.df = 6.0;
    keep_revenue(without);
    add_revisions();
    keep_revenue(with);
    cr_expect_arr_eq(without, with, sizeof with);
}

/* ---- what is known when ---- */

/* Var known_t = c_t sd^2; what comes later is independent of it. */
static void expect_a_martingale(int t, int s)
{
    char what[40];
    snprintf(what, sizeof what, "date %d, stream %d", t, s);
    const double *later = t == PB_REVISION_DATES - 1 ? e[0][s] : known[t + 1][s];
    const double *change = difference(later, known[t][s]);
    const double share = (t == PB_REVISION_DATES - 1 ? 1.0 : KNOWN[t + 1]) - KNOWN[t];
    expect_mean(what, known[t][s], N, 0.0);
    expect_mean(what, change, N, 0.0);
    expect_variance(what, known[t][s], 0.0, N, KNOWN[t] * SD[s] * SD[s]);
    expect_variance(what, change, 0.0, N, share * SD[s] * SD[s]);
    for (int before = 0; before <= t; before++) {
        for (int other = 0; other < N_STREAMS; other++) {
            expect_covariance(what, change, 0.0, known[before][other], 0.0, N, 0.0);
        }
    }
}

Test(revision, the_log_of_the_estimate_is_a_martingale_at_each_date)
{
    three_streams();
    add_revisions();
    simulate_known();
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        for (int s = 0; s < N_STREAMS; s++) {
            expect_a_martingale(t, s);
        }
        expect_covariance("streams", known[t][0], 0.0, known[t][1], 0.0, N,
                          KNOWN[t] * 0.5 * SD[0] * SD[1]);
        expect_covariance("streams", known[t][0], 0.0, known[t][2], 0.0, N,
                          KNOWN[t] * -0.3 * SD[0] * SD[2]);
    }
}

/* One chi-square for the year: with df 12, E of the product of two increments' squares is 5/4 of
 * that of independent ones. */
Test(revision, all_dates_share_the_years_tail)
{
    static double first[N], second[N];
    three_streams();
    params.df = 12.0;
    add_revisions();
    simulate_known();
    const double *change = difference(known[2][0], known[1][0]);
    for (size_t i = 0; i < N; i++) {
        first[i] = known[1][0][i] * known[1][0][i] / (0.15 * SD[0] * SD[0]);
        second[i] = change[i] * change[i] / (0.25 * SD[0] * SD[0]);
    }
    expect_mean("before January", first, N, 1.0);
    expect_mean("January", second, N, 1.0);
    expect_covariance("both", first, 0.0, second, 0.0, N, 1.25);
}

/* The means by regime: 0 until January, then each regime's own. */
Test(revision, recessions_are_recognised_in_april)
{
    static double in_recession[N], gap[N];
    three_streams();
    add_regimes();
    add_revisions();
    simulate_known();
    for (size_t i = 0; i < N; i++) {
        in_recession[i] = regime[0][i];
    }
    for (int t = 0; t < PB_REVISION_DATES - 1; t++) {
        expect_covariance("until January", known[t][0], 0.0, in_recession, 0.0, N, 0.0);
        expect_mean("until January", known[t][0], N, 0.0);
    }
    for (size_t i = 0; i < N; i++) {
        gap[i] = known[3][0][i] * in_recession[i];
    }
    /* a recession's shift less the mean: -0.107 x 0.89 */
    expect_mean("April", gap, N, 0.11 * -0.107 * 0.89);
    expect_mean("April", known[3][0], N, 0.0);
    expect_variance("April", known[3][0], 0.0, N,
                    0.8 * 0.072 * 0.072 + 0.107 * 0.107 * 0.11 * 0.89);
    expect_variance("then", difference(e[0][0], known[3][0]), 0.0, N, 0.2 * 0.072 * 0.072);
}

Test(revision, a_prior_years_error_is_known_from_the_first_date)
{
    three_streams();
    params.stream[0].sd = 0.0;
    params.stream[0].prior_error = -0.1;
    add_revisions();
    open_revenue();
    simulate(0);
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        cr_expect_float_eq(b.w->known_error[t][0][7], -0.035, 1e-15);
    }
    batch_close(&b);
}

Test(revision, estimates_are_sums_of_streams_at_what_is_known)
{
    three_streams();
    add_regimes();
    params.df = 6.0;
    add_revisions();
    open_revenue();
    simulate(2);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        double first[PB_REVISION_DATES] = {0.0}, second = 0.0;
        for (int s = 0; s < N_STREAMS; s++) {
            const double *baseline = params.stream[s].baseline_musd;
            for (int t = 0; t < PB_REVISION_DATES; t++) {
                first[t] += baseline[0] * exp(b.w->known_error[t][s][lane]);
            }
            second += baseline[1] * exp(b.w->known_error[0][s][lane]);
        }
        cr_expect_float_eq(b.out.revenue_official[lane], first[0], 1e-8);
        cr_expect_float_eq(b.out.revenue_official[PB_LANES + lane], second, 1e-8);
        for (int t = 0; t < PB_N_REVISIONS; t++) {
            cr_expect_float_eq(b.w->official_revenue[t][lane], first[t + 1], 1e-8);
        }
    }
    batch_close(&b);
}

Test(revision, if_all_is_known_in_april_the_estimate_is_the_revenue)
{
    three_streams();
    add_regimes();
    params.df = 6.0;
    add_revisions();
    params.revisions.share[3] = 0.60;
    open_revenue();
    simulate(5);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_expect_float_eq(b.w->official_revenue[2][lane], b.out.revenue[lane], 1e-8);
    }
    batch_close(&b);
}

Test(revision, estimates_keep_within_the_cap)
{
    three_streams();
    params.stream[0].sd = 2.0;
    params.error_cap = 0.5;
    params.n_streams = 1;
    add_revisions();
    open_revenue();
    simulate(1);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (int t = 0; t < PB_N_REVISIONS; t++) {
            cr_expect_leq(fabs(log(b.w->official_revenue[t][lane] / 8661.0)), 0.5 + 1e-12);
        }
    }
    batch_close(&b);
}

Test(revision, with_nothing_random_each_estimate_is_the_baseline)
{
    three_streams();
    add_revisions();
    params.stream[0].sd = params.stream[1].sd = params.stream[2].sd = 0.0;
    open_revenue();
    simulate(1);
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        cr_expect_float_eq(b.w->official_revenue[t][9], 11192.3, 1e-9);
    }
    cr_expect_float_eq(b.out.revenue_official[9], 11192.3, 1e-9);
    cr_expect_float_eq(b.out.revenue_official[PB_LANES + 9], 11324.0, 1e-9);
    batch_close(&b);
}

/* ---- what has been observed ---- */

static void expect_pinned(int t, int s, double change)
{
    for (size_t i = 0; i < N; i++) {
        cr_assert_float_eq(known[t][s][i], change, 1e-14, "date %d, stream %d", t, s);
    }
}

/* Of normal numbers with variance sd^2 c and correlation rho, one known to be r: the other has
 * mean rho r (sd's ratio) and variance (1 - rho^2) sd^2 c; the rest of the year is as before. */
Test(revision, an_observed_change_is_met_in_every_draw)
{
    const double r = 0.02;
    three_streams();
    add_revisions();
    observe(0, day(2011, 6, 1), r);
    simulate_known();
    expect_pinned(0, 0, r);
    expect_mean("year 1", e[0][0], N, r);
    expect_mean("year 2", e[1][0], N, r);
    expect_variance("year 1", e[0][0], r, N, 0.95 * SD[0] * SD[0]);
    const double mean = 0.5 * r * SD[1] / SD[0];
    expect_mean("sales", known[0][1], N, mean);
    expect_variance("sales", known[0][1], mean, N, 0.75 * 0.05 * SD[1] * SD[1]);
    expect_mean("sales, year 1", e[0][1], N, mean);
    expect_variance("sales, year 1", e[0][1], mean, N, (0.95 + 0.75 * 0.05) * SD[1] * SD[1]);
    expect_covariance("both", e[0][0], r, e[0][1], mean, N, 0.95 * 0.5 * SD[0] * SD[1]);
}

Test(revision, all_streams_may_change_alike)
{
    three_streams();
    params.df = 6.0;
    add_revisions();
    observe(PB_ALL_STREAMS, day(2011, 11, 10), -0.01);
    simulate_known();
    for (int s = 0; s < N_STREAMS; s++) {
        expect_pinned(1, s, -0.01);
        expect_mean("year 1", e[0][s], N, -0.01);
        expect_variance("year 1", e[0][s], -0.01, N, 0.85 * SD[s] * SD[s]);
    }
    /* before it: a bridge from 0, a third of the way */
    expect_mean("before", known[0][0], N, -0.01 / 3.0);
    expect_variance("before", known[0][0], -0.01 / 3.0, N, 0.05 * (2.0 / 3.0) * SD[0] * SD[0]);
}

/*
 * Income known as 0.03 in November and sales as -0.02 in January, in units of their sds x =
 * (0.03 / 0.072, -0.02 / 0.035) with covariance [.15 .075; .075 .40]: the whole of income has
 * mean sd (.15, .2) inverse x, and so on for the others.
 */
Test(revision, changes_of_several_streams_and_dates_fit_together)
{
    const double x = 0.03 / SD[0], y = -0.02 / SD[1];
    const double det = 0.15 * 0.40 - 0.075 * 0.075;
    const double u = (0.40 * x - 0.075 * y) / det, v = (0.15 * y - 0.075 * x) / det;
    three_streams();
    add_revisions();
    observe(1, day(2012, 1, 15), -0.02);
    observe(0, day(2011, 11, 10), 0.03);
    simulate_known();
    expect_pinned(1, 0, 0.03);
    expect_pinned(2, 1, -0.02);
    expect_mean("income", e[0][0], N, SD[0] * (0.15 * u + 0.5 * 0.40 * v));
    expect_mean("sales", e[0][1], N, SD[1] * (0.5 * 0.15 * u + 0.40 * v));
    expect_mean("refunds", e[0][2], N, SD[2] * (-0.3 * 0.15 * u + 0.2 * 0.40 * v));
    expect_mean("refunds, November", known[1][2], N, SD[2] * (-0.3 * 0.15 * u + 0.2 * 0.15 * v));
}

Test(revision, the_latest_of_several_changes_for_one_date_counts)
{
    three_streams();
    add_revisions();
    observe(0, day(2011, 10, 20), 0.03);
    observe(PB_ALL_STREAMS, day(2011, 9, 1), 0.01);
    observe(0, day(2011, 7, 2), 0.05);
    simulate_known();
    expect_pinned(1, 0, 0.03);
    expect_pinned(1, 1, 0.01);
}

/* In April the regime is known: the change is what it is in either. */
Test(revision, an_april_estimate_is_met_in_each_regime)
{
    three_streams();
    add_regimes();
    add_revisions();
    observe(PB_ALL_STREAMS, day(2012, 4, 30), -0.04);
    simulate_known();
    expect_pinned(3, 0, -0.04);
    expect_pinned(3, 2, -0.04);
    expect_variance("the rest", e[0][0], -0.04, N, 0.2 * SD[0] * SD[0]);
}

Test(revision, a_stream_without_error_moves_by_its_own_changes_alone)
{
    three_streams();
    params.stream[2].sd = 0.0;
    add_revisions();
    observe(0, day(2011, 7, 1), 0.05);
    simulate_known();
    expect_pinned(0, 2, 0.0);
    three_streams();
    params.stream[2].sd = 0.0;
    add_revisions();
    observe(2, day(2011, 7, 1), 0.05);
    simulate_known();
    expect_pinned(0, 2, 0.05);
    expect_pinned(3, 2, 0.05);
    expect_mean("income", known[0][0], N, 0.0);
}
