/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts of both rounds of one group (SPEC C.4, C.6). Oracles: two normal equations solved by
 * hand, and the posterior with its binomials integrated numerically over the support of two units
 * in both rounds. The order of dates should not matter.
 */
#include "models/ballots.h"
#include "tests/vote_cases.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>

static campaign c;

static double square(double x)
{
    return x * x;
}

static double logit(double p)
{
    return log(p / (1.0 - p));
}

static void count(int u, int r, int64_t yes, int64_t no, pb_date date)
{
    c.coalition.unit[u].counted[r] = counted_ballots(yes, no);
    c.coalition.unit[u].counted[r].date = date;
}

/* Three unions of one unit each; all members of the last vote. */
static void start(void)
{
    start_campaign(&c);
    c.vote.df = INFINITY;
    c.round[1].shift.mean = 0.80;
    for (int k = 0; k < 3; k++) {
        add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
        add_unit(&c.coalition, k == 2 ? 101 : 3000000, k == 2 ? 1.0 : 0.7);
    }
    c.coalition.unit[0].offset = 0.2;
}

static double posterior_mean(int effect)
{
    double mean, variance;
    pb_evidence_posterior(c.model.evidence, effect, &mean, &variance);
    return mean;
}

static double posterior_variance(int effect)
{
    double mean, variance;
    pb_evidence_posterior(c.model.evidence, effect, &mean, &variance);
    return variance;
}

/* Posterior mean of unit u's support: the model's formula at the effects' means. */
static double posterior_support(int u, int r)
{
    static double x[PB_MAX_EFFECTS][PB_LANES];
    double eta[PB_LANES];
    for (int e = 0; e < c.model.effects.n; e++) {
        set_lanes(x[e], posterior_mean(e));
    }
    pb_first_support(&c.model, NULL, (pb_effect_rows)x, u, eta);
    if (r == 1) {
        pb_second_support(&c.model, NULL, (pb_effect_rows)x, u, eta);
    }
    return eta[0];
}

/* ---- two normal equations ---- */

/* With a million ballots a count says eta = logit of its share. Of an effect with coefficients
 * g1 and g2 in eta_1 and eta_2 and variance v: mean v (g1 a1 + g2 a2), where S a = surprise. */
Test(both_rounds, large_counts_solve_two_normal_equations)
{
    start();
    count(0, 0, 400000, 600000, 100);
    count(0, 1, 700000, 300000, 200);
    open_campaign(&c);
    const pb_vote_params *v = &c.vote;
    const pb_effects *e = &c.model.effects;
    const double kappa = 0.40, all = square(v->sd_coalition);
    const double own =
        square(v->sd_sector) + square(v->sd_union) + square(v->sd_unit) + square(v->sd_late_swing);
    const double s11 = all + own, s12 = all + kappa * own;
    const double s22 = all + kappa * kappa * own + square(c.round[1].shift.sd)
                       + square(c.round[1].noise) + square(v->sd_late_swing);
    const double first = logit(0.4) - (0.3 + 0.2);
    const double mean_of_all = 0.3 + 0.2 * 3000000.0 / 6000101.0;
    const double second = logit(0.7) - ((1.0 - kappa) * mean_of_all + kappa * (0.3 + 0.2) + 0.80);
    const double determinant = s11 * s22 - s12 * s12;
    const double a1 = (s22 * first - s12 * second) / determinant;
    const double a2 = (s11 * second - s12 * first) / determinant;
    const struct {
        int effect;
        double variance, g1, g2;
    } effects[] = {
        {e->coalition, all, 1.0, 1.0},
        {e->sector[0], square(v->sd_sector), 1.0, kappa},
        {e->in_union[0], square(v->sd_union), 1.0, kappa},
        {e->unit[0], square(v->sd_unit), 1.0, kappa},
        {e->late_swing[0][0], square(v->sd_late_swing), 1.0, kappa},
        {e->late_swing[1][0], square(v->sd_late_swing), 0.0, 1.0},
        {e->shift, square(c.round[1].shift.sd), 0.0, 1.0},
        {e->noise[0], square(c.round[1].noise), 0.0, 1.0},
        {e->unit[1], square(v->sd_unit), 0.0, 0.0},
    };
    for (size_t i = 0; i < COUNT_OF(effects); i++) {
        const double g1 = effects[i].g1, g2 = effects[i].g2, own_v = effects[i].variance;
        const double mean = own_v * (g1 * a1 + g2 * a2);
        const double learned = (g1 * g1 * s22 - 2.0 * g1 * g2 * s12 + g2 * g2 * s11) / determinant;
        cr_expect_float_eq(posterior_mean(effects[i].effect), mean, 2e-5, "%zu: %.8f, not %.8f", i,
                           posterior_mean(effects[i].effect), mean);
        cr_expect_float_eq(posterior_variance(effects[i].effect), own_v * (1.0 - own_v * learned),
                           2e-5, "%zu", i);
    }
    close_campaign(&c);
}

/* ---- numerical integration ---- */

enum { N_LOGITS = 6, N_COUNTED = 4 }; /* rounds 1 and 2 of units 0, 1, which are counted, and 2 */

typedef struct integral {
    double mean[N_LOGITS], lower[N_LOGITS][N_LOGITS]; /* prior; lower: Cholesky factor */
    double yes[N_COUNTED], no[N_COUNTED];
    double mass, sum[N_LOGITS], squares[N_LOGITS], approves[PB_ROUNDS];
} integral;

/* C.1 and C.6; all units in one sector, each the only one of its union. */
static double prior_covariance(int i, int j)
{
    const pb_vote_params *v = &c.vote;
    const double kappa = c.round[1].persistence, all = square(v->sd_coalition);
    const double own =
        square(v->sd_sector)
        + (i / 2 == j / 2 ? square(v->sd_union) + square(v->sd_late_swing) + square(v->sd_unit)
                          : 0.0);
    const double new_own = i == j ? square(v->sd_late_swing) + square(c.round[1].noise) : 0.0;
    const int n_second = i % 2 + j % 2;
    return n_second == 0   ? all + own
           : n_second == 1 ? all + kappa * own
                           : all + kappa * kappa * own + square(c.round[1].shift.sd) + new_own;
}

static void set_prior(integral *s)
{
    double covariance[N_LOGITS * N_LOGITS], members = 0.0, centre = c.vote.mu0;
    const double kappa = c.round[1].persistence;
    for (int u = 0; u < 3; u++) {
        members += (double)c.coalition.unit[u].members;
    }
    for (int u = 0; u < 3; u++) {
        centre += c.coalition.unit[u].offset * (double)c.coalition.unit[u].members / members;
    }
    for (int i = 0; i < N_LOGITS; i++) {
        const double first = c.vote.mu0 + c.coalition.unit[i / 2].offset;
        s->mean[i] = i % 2 == 0 ? first : centre + c.round[1].shift.mean + kappa * (first - centre);
        for (int j = 0; j < N_LOGITS; j++) {
            covariance[i * N_LOGITS + j] = prior_covariance(i, j);
        }
    }
    gsl_matrix_view view = gsl_matrix_view_array(covariance, N_LOGITS, N_LOGITS);
    cr_assert_eq(gsl_linalg_cholesky_decomp1(&view.matrix), 0);
    for (int i = 0; i < N_LOGITS; i++) {
        for (int j = 0; j <= i; j++) {
            s->lower[i][j] = covariance[i * N_LOGITS + j];
        }
    }
}

/* P(unit 2 approves) where its logit is N(mu, sd^2), at mu from -8 in steps of 0.02. */
enum { N_NODES = 801 };
static double approval[PB_ROUNDS][N_NODES];

static void tabulate_approval(int r, double sd)
{
    for (int node = 0; node < N_NODES; node++) {
        double sum = 0.0;
        for (int i = -50; i <= 50; i++) {
            const double z = 0.12 * i, eta = 0.02 * node - 8.0 + sd * z;
            const double p = 1.0 / (1.0 + exp(-eta));
            sum += 0.12 * gsl_ran_ugaussian_pdf(z) * gsl_cdf_binomial_Q(50, p, 101);
        }
        approval[r][node] = sum;
    }
}

static double approves(int r, double mu)
{
    const double place = fmin(fmax((mu + 8.0) / 0.02, 0.0), N_NODES - 1.001);
    const int node = (int)place;
    return approval[r][node] + (place - node) * (approval[r][node + 1] - approval[r][node]);
}

static double likelihood(double yes, double no, double eta)
{
    const double best = yes * log(yes / (yes + no)) + no * log(no / (yes + no));
    return exp(-yes * log1p(exp(-eta)) - no * log1p(exp(eta)) - best);
}

static void add_point(integral *s, const double *w, double weight)
{
    s->mass += weight;
    for (int i = 0; i < N_LOGITS; i++) {
        double mu = s->mean[i];
        for (int j = 0; j <= i && j < N_COUNTED; j++) {
            mu += s->lower[i][j] * w[j];
        }
        s->sum[i] += weight * mu;
        s->squares[i] += weight * mu * mu;
        if (i >= N_COUNTED) {
            s->approves[i - N_COUNTED] += weight * approves(i - N_COUNTED, mu);
        }
    }
}

/* Trapezoidal rule over independent normals, one dimension a level. */
static void integrate(integral *s, int level, double *w, double weight)
{
    const double step = 0.25;
    if (level == N_COUNTED) {
        add_point(s, w, weight);
        return;
    }
    for (int i = -24; i <= 24; i++) {
        double eta = s->mean[level];
        w[level] = step * i;
        for (int j = 0; j <= level; j++) {
            eta += s->lower[level][j] * w[j];
        }
        const double here = weight * step * gsl_ran_ugaussian_pdf(w[level])
                            * likelihood(s->yes[level], s->no[level], eta);
        if (here > 1e-14) {
            integrate(s, level + 1, w, here);
        }
    }
}

/* What is left of a logit's variance once the counted ones are known. */
static double unexplained(const integral *s, int i)
{
    double variance = 0.0;
    for (int j = N_COUNTED; j <= i; j++) {
        variance += square(s->lower[i][j]);
    }
    return variance;
}

static void integrate_all(integral *s)
{
    double w[N_COUNTED];
    set_prior(s);
    for (int i = 0; i < N_COUNTED; i++) {
        const pb_counted *counted = &c.coalition.unit[i / 2].counted[i % 2];
        s->yes[i] = (double)counted->yes_ballots;
        s->no[i] = (double)counted->no_ballots;
    }
    for (int r = 0; r < PB_ROUNDS; r++) {
        tabulate_approval(r, sqrt(unexplained(s, N_COUNTED + r)));
    }
    integrate(s, 0, w, 1.0);
    for (int i = 0; i < N_LOGITS; i++) {
        s->sum[i] /= s->mass;
        s->squares[i] += s->mass * (unexplained(s, i) - square(s->sum[i]));
        s->squares[i] /= s->mass;
    }
    s->approves[0] /= s->mass;
    s->approves[1] /= s->mass;
}

/* The same of the model's draws. */
static void simulate(integral *s, size_t n_batches)
{
    const double n = (double)(n_batches * PB_LANES);
    memset(s, 0, sizeof *s);
    open_campaign(&c);
    for (size_t batch = 0; batch < n_batches; batch++) {
        vote_in_batch(&c, batch);
        for (int i = 0; i < N_LOGITS; i++) {
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                const double eta = c.b.w->votes[i % 2].support[i / 2][lane];
                s->sum[i] += eta / n;
                s->squares[i] += eta * eta / n;
            }
        }
        for (int r = 0; r < PB_ROUNDS; r++) {
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                s->approves[r] += c.b.out.union_probability[union_row(&c, r, 2) + lane] / n;
            }
        }
    }
    close_campaign(&c);
    for (int i = 0; i < N_LOGITS; i++) {
        s->squares[i] -= square(s->sum[i]);
    }
}

/* The model takes a mode for a mean and a curvature for a variance (MODEL.md, C.4); 2^18 draws
 * leave 0.002 of a mean. */
static void expect_integral(const char *which, double mean_within, double p_within)
{
    static integral numerical, simulated;
    memset(&numerical, 0, sizeof numerical);
    integrate_all(&numerical);
    simulate(&simulated, 1024);
    for (int i = 0; i < N_LOGITS; i++) {
        const double sd = sqrt(numerical.squares[i]);
        cr_expect_float_eq(simulated.sum[i], numerical.sum[i], mean_within,
                           "%s: unit %d, round %d: mean %.4f, integrated %.4f", which, i / 2,
                           i % 2 + 1, simulated.sum[i], numerical.sum[i]);
        cr_expect_float_eq(sqrt(simulated.squares[i]) / sd, 1.0, 0.02,
                           "%s: unit %d, round %d: sd %.4f, integrated %.4f", which, i / 2,
                           i % 2 + 1, sqrt(simulated.squares[i]), sd);
    }
    for (int r = 0; r < PB_ROUNDS; r++) {
        cr_expect_float_eq(simulated.approves[r], numerical.approves[r], p_within,
                           "%s: approves in round %d: %.4f, integrated %.4f", which, r + 1,
                           simulated.approves[r], numerical.approves[r]);
    }
}

Test(both_rounds, draws_have_the_posterior_of_numerical_integration)
{
    start();
    count(0, 0, 90, 130, 100);
    count(0, 1, 150, 70, 200);
    count(1, 0, 220, 80, 101);
    count(1, 1, 210, 120, 201);
    expect_integral("hundreds of ballots", 0.005, 0.003);

    start();
    count(0, 0, 14, 21, 100);
    count(0, 1, 24, 9, 200);
    count(1, 0, 18, 12, 101);
    count(1, 1, 25, 15, 201);
    expect_integral("tens of ballots", 0.02, 0.005);
}

/* ---- dates ---- */

/* A late count of round 1 is taken in before those of round 2: to the bit. */
Test(both_rounds, a_first_count_may_come_after_the_second)
{
    static double before[PB_ROUNDS * PB_LANES];
    for (int late = 0; late < 2; late++) {
        start();
        count(0, 0, 12, 20, late ? 300 : 100);
        count(0, 1, 30, 9, 200);
        c.coalition.unions[1].counted[0] = (pb_counted){.kind = PB_COUNTED_REJECTED};
        c.coalition.unions[1].counted[1] = (pb_counted){.kind = PB_COUNTED_APPROVED, .date = -late};
        open_campaign(&c);
        vote_in_batch(&c, 0);
        for (size_t at = 0; at < PB_ROUNDS * PB_LANES; at++) {
            cr_assert(!late || c.b.out.ratify_probability[at] == before[at]);
        }
        memcpy(before, c.b.out.ratify_probability, sizeof before);
        close_campaign(&c);
    }
}

/* Each count is turned into a normal one where the earlier ones of its round left the belief, so
 * that their order leaves a trace: 0.001 with ten ballots, next to none with many. */
Test(both_rounds, the_order_of_dates_within_a_round_hardly_matters)
{
    for (int size = 0; size < 2; size++) {
        const int64_t times = size == 0 ? 10 : 30000;
        double support[2][3][PB_ROUNDS];
        for (int order = 0; order < 2; order++) {
            start();
            count(0, 0, 4 * times, 6 * times, order == 0 ? 100 : 102);
            count(0, 1, 7 * times, 3 * times, order == 0 ? 200 : 202);
            count(1, 0, 7 * times, 3 * times, 101);
            count(1, 1, 6 * times, 4 * times, 201);
            open_campaign(&c);
            for (int i = 0; i < 3 * PB_ROUNDS; i++) {
                support[order][i / 2][i % 2] = posterior_support(i / 2, i % 2);
            }
            close_campaign(&c);
        }
        for (int i = 0; i < 3 * PB_ROUNDS; i++) {
            cr_expect_float_eq(support[0][i / 2][i % 2], support[1][i / 2][i % 2],
                               size == 0 ? 0.005 : 1e-6, "unit %d, round %d: %.8f, then %.8f",
                               i / 2, i % 2 + 1, support[0][i / 2][i % 2],
                               support[1][i / 2][i % 2]);
        }
    }
}

/* ---- direction ---- */

/* Of the unit itself, in both rounds; what it says of others may turn, as in test_chance. */
Test(both_rounds, a_more_favourable_second_count_never_lowers_the_units_support)
{
    double before[PB_ROUNDS] = {0.0};
    for (int64_t yes = 0; yes <= 60; yes += 3) {
        start();
        count(0, 0, 25, 35, 100);
        count(1, 0, 40, 10, 101);
        count(0, 1, yes, 60 - yes, 200);
        open_campaign(&c);
        for (int r = 0; r < PB_ROUNDS; r++) {
            cr_expect(yes == 0 || posterior_support(0, r) > before[r], "round %d, %ld yes", r + 1,
                      (long)yes);
            before[r] = posterior_support(0, r);
        }
        close_campaign(&c);
    }
}

/* The second count flows back: the first vote is thought higher than it was counted, by little,
 * for its own ballots say more of it. */
Test(both_rounds, a_second_count_moves_the_first_rounds_support_between_the_two)
{
    double alone, both;
    start();
    count(0, 0, 40, 60, 100);
    open_campaign(&c);
    alone = posterior_support(0, 0);
    close_campaign(&c);
    count(0, 1, 90, 10, 200);
    open_campaign(&c);
    both = posterior_support(0, 0);
    close_campaign(&c);
    cr_expect(both > alone + 0.01 && both < alone + 0.2, "%.4f, then %.4f", alone, both);
}
