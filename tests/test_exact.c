/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The exact probability against closed forms (equicorrelated normal votes), against a recursion
 * over independent unions with GSL's quadrature, against the enumeration of every course that a
 * vote of a few members can take, and against itself with finer steps.
 */
#include "models/exact.h"
#include "tests/fixture.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>

static pb_coalition coalition;
static pb_vote_params vote;
static pb_round rounds[PB_ROUNDS];

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static pb_exact exact_of(int r, double fineness)
{
    pb_inputs inputs = {0};
    pb_ratification model;
    pb_error err = {0};
    pb_exact exact;
    cr_assert_eq(
        pb_ratification_compile(&vote, &coalition, rounds, r + 1, NULL, &inputs, &model, &err),
        PB_OK, "%s", err.text);
    cr_assert_eq(pb_exact_probability(&model, r, fineness, &exact, &err), PB_OK, "%s", err.text);
    pb_ratification_free(&model);
    pb_inputs_free(&inputs);
    return exact;
}

static double probability(void)
{
    const pb_exact exact = exact_of(0, 1.0);
    cr_assert(exact.available, "%s", exact.reason);
    return exact.probability;
}

static void start(void)
{
    memset(rounds, 0, sizeof rounds);
    vote = (pb_vote_params){.df = INFINITY, .turnout = 1.0};
    start_coalition(&coalition);
}

static void add_single(int64_t members, double turnout)
{
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, members, turnout);
}

static void expect_near(const char *what, double value, double expected, double tolerance)
{
    cr_expect(fabs(value - expected) <= tolerance, "%s: %.12f, expected %.12f", what, value,
              expected);
}

/* ---- closed forms ---- */

/* As in test_equicorrelated.c: half of the variance is common, so that the number of yes unions is
 * uniform. Counting a million ballots adds 4e-6 to the variance. */
static double equicorrelated(int64_t threshold)
{
    rounds[0].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, threshold, 0);
    return probability();
}

Test(exact, equicorrelated_votes_give_a_uniform_number_of_yes_unions)
{
    start();
    for (int k = 0; k < 15; k++) {
        add_single(999999, 1.0);
    }
    vote.sd_coalition = 1.0; /* the common half without the sector */
    vote.sd_union = 0.48, vote.sd_late_swing = 0.64, vote.sd_unit = 0.6;
    expect_near("P(14 or more)", equicorrelated(14), 1.0 / 8, 2e-6);
    expect_near("P(8 or more)", equicorrelated(8), 1.0 / 2, 2e-6);
    expect_near("P(1 or more)", equicorrelated(1), 15.0 / 16, 2e-6);

    vote.sd_coalition = 0.0; /* and the sector without the coalition */
    vote.sd_sector = 1.0;
    expect_near("one sector: P(14 or more)", equicorrelated(14), 1.0 / 8, 2e-6);

    vote.sd_coalition = 0.8; /* and both, which couples all unions twice over */
    vote.sd_sector = 0.6;
    expect_near("both: P(14 or more)", equicorrelated(14), 1.0 / 8, 2e-6);
}

Test(exact, even_chances_are_even)
{
    start();
    add_single(1001, 1.0);
    vote.sd_coalition = 0.65, vote.sd_unit = 0.4, vote.df = 5.0;
    rounds[0].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 1, 0);
    expect_near("odd electorate", probability(), 0.5, 1e-9);
}

/* ---- independent unions ---- */

/* One union: the integral over its own effect of P(Bin(n, L(m + x)) >= n / 2 + 1). */
typedef struct own {
    double mean, sd, df;
    unsigned members;
} own;

static double own_density(const own *o, double x)
{
    const double scale = isinf(o->df) ? 1.0 : sqrt(o->df / (o->df - 2.0));
    const double t = x / o->sd * scale;
    return (isinf(o->df) ? gsl_ran_ugaussian_pdf(t) : gsl_ran_tdist_pdf(t, o->df)) * scale / o->sd;
}

static double integrand(double x, void *context)
{
    const own *o = context;
    return own_density(o, x)
           * gsl_cdf_binomial_Q(o->members / 2, logistic(o->mean + x), o->members);
}

static double approval_of(own o)
{
    double value, error;
    gsl_function f = {integrand, &o};
    gsl_integration_workspace *room = gsl_integration_workspace_alloc(2000);
    gsl_integration_qagi(&f, 1e-12, 1e-10, 2000, room, &value, &error);
    gsl_integration_workspace_free(room);
    return value;
}

/* P(at least `threshold` of n independent unions approve). */
static double poisson_binomial(const double *p, int n, int threshold)
{
    double count[PB_MAX_UNIONS + 1] = {1.0}, sum = 0.0;
    for (int k = 0; k < n; k++) {
        for (int yes = k + 1; yes > 0; yes--) {
            count[yes] = count[yes] * (1.0 - p[k]) + count[yes - 1] * p[k];
        }
        count[0] *= 1.0 - p[k];
    }
    for (int yes = threshold; yes <= n; yes++) {
        sum += count[yes];
    }
    return sum;
}

Test(exact, independent_unions_follow_the_poisson_binomial_recursion)
{
    static const unsigned MEMBERS[] = {1, 2, 20, 51, 300, 1200, 4801};
    enum { N_UNIONS = sizeof MEMBERS / sizeof MEMBERS[0] };
    for (int t = 0; t < 2; t++) {
        double p[N_UNIONS];
        start();
        vote.mu0 = 0.1;
        vote.df = t ? 5.0 : INFINITY;
        *(t ? &vote.sd_unit : &vote.sd_union) = 0.5;
        for (int k = 0; k < N_UNIONS; k++) {
            add_single(MEMBERS[k], 1.0);
            coalition.unit[k].offset = 0.1 * (k - 3);
            p[k] = approval_of((own){0.1 + coalition.unit[k].offset, 0.5, vote.df, MEMBERS[k]});
        }
        for (int threshold = 1; threshold <= N_UNIONS; threshold += 2) {
            rounds[0].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, threshold, 0);
            expect_near(t ? "t" : "normal", probability(), poisson_binomial(p, N_UNIONS, threshold),
                        1e-8);
        }
    }
}

/* ---- a few members, one by one ---- */

/* P(yes > no), each member staying at home, saying yes or no: 3^n courses. */
static double by_members(int n, double turnout, double share)
{
    int courses = 1;
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        courses *= 3;
    }
    for (int course = 0; course < courses; course++) {
        int margin = 0;
        double p = 1.0;
        for (int i = 0, rest = course; i < n; i++, rest /= 3) {
            const int says = rest % 3 - 1; /* no, at home, yes */
            margin += says;
            p *= says == 0 ? 1.0 - turnout : turnout * (says > 0 ? share : 1.0 - share);
        }
        sum += margin > 0 ? p : 0.0;
    }
    return sum;
}

static const int TINY[] = {1, 2, 4, 7};
enum { N_TINY = sizeof TINY / sizeof TINY[0] };

static double tiny_given(double c, void *context)
{
    double p[N_TINY];
    (void)context;
    for (int k = 0; k < N_TINY; k++) {
        p[k] = by_members(TINY[k], coalition.unit[k].turnout, logistic(vote.mu0 + c));
    }
    const double density =
        vote.sd_coalition > 0.0 ? gsl_ran_gaussian_pdf(c, vote.sd_coalition) : 1.0;
    return density * poisson_binomial(p, N_TINY, 3);
}

static double tiny_integrated(void)
{
    double value, error;
    gsl_function f = {tiny_given, NULL};
    gsl_integration_workspace *room = gsl_integration_workspace_alloc(200);
    gsl_integration_qag(&f, -6.0, 6.0, 1e-10, 1e-9, 200, GSL_INTEG_GAUSS21, room, &value, &error);
    gsl_integration_workspace_free(room);
    return value;
}

Test(exact, tiny_electorates_with_their_ties_are_those_of_full_enumeration)
{
    start();
    vote.mu0 = 0.25;
    for (int k = 0; k < N_TINY; k++) {
        add_single(TINY[k], k == 2 ? 1.0 : 0.7);
    }
    rounds[0].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 3, 0);
    for (int k = 0; k < coalition.n_units; k++) {
        vote.turnout = 0.7;
    }
    expect_near("nothing random but ballots", probability(), tiny_given(0.0, NULL), 1e-12);
    vote.sd_coalition = 0.65;
    expect_near("a common effect", probability(), tiny_integrated(), 1e-8);
}

/* ---- its own steps, strides and rules ---- */

/* All that there is at once: sectors that couple, turnout that follows support, a quorum. */
static void start_mixed(void)
{
    static const int64_t MEMBERS[] = {1500, 400, 200, 151, 12};
    start();
    coalition.n_sectors = 2;
    vote = (pb_vote_params){0.4, 0.5, 0.3, 0.3, 0.2, 0.4, 5.0, 0.7, 0.2, 0.35, 0.3, 0.0, 0.0};
    for (int k = 0; k < 5; k++) {
        add_single(MEMBERS[k], 0.7);
        coalition.unit[k].sector = k % 2;
    }
    add_union(&coalition, PB_AGGREGATE_LEADERS)->p_approve = 0.8;
    add_unit(&coalition, 10, 1.0);
    coalition.acceptance[coalition.n_acceptance] =
        rule_of(PB_CLAUSE_TURNOUT, PB_AT_LEAST, 1, 2); /* a quorum is all this one asks */
    coalition.unions[3].accepts = coalition.n_acceptance++;
    rounds[0].rule = rule_of(PB_CLAUSE_MEMBERS_REPRESENTED, PB_AT_LEAST, 4, 5);
}

static void expect_fine_enough(const char *what)
{
    const pb_exact coarse = exact_of(0, 1.0), fine = exact_of(0, 1.5);
    cr_assert(coarse.available && fine.available, "%s: %s", what, fine.reason);
    expect_near(what, coarse.probability, fine.probability, 2e-8);
}

Test(exact, finer_steps_change_nothing)
{
    start_mixed();
    expect_fine_enough("mixed");
    vote.df = 3.0; /* heavier tails, and nothing but the ballots blurs the quorum */
    vote.turnout_sd_unit = 0.0;
    coalition.unit[0].members = coalition.unit[1].members = 100;
    coalition.unit[2].members = 50;
    expect_fine_enough("heavy tails");
    vote.sd_union = vote.sd_unit = vote.sd_late_swing = vote.sd_sector = 0.0;
    expect_fine_enough("sharp");
}

static void expect_reason(int r, const char *reason)
{
    const pb_exact exact = exact_of(r, 1.0);
    cr_expect(!exact.available && strstr(exact.reason, reason) != NULL, "'%s' instead of '%s'",
              exact.reason, reason);
}

Test(exact, says_why_it_is_not_to_be_had)
{
    start_mixed();
    expect_reason(1, "second round");
    coalition.unions[0].counted[0] = (pb_counted){.kind = PB_COUNTED_APPROVED};
    expect_reason(0, "evidence or a count");
    start_mixed();
    coalition.acceptance[1] = rule_of(PB_CLAUSE_BALLOTS_APPROVING, PB_LESS_THAN, 1, 2);
    expect_reason(0, "more yes may turn union union3 against");
    start_mixed();
    coalition.unit[3].members = 60000;
    expect_reason(0, "a rule of its own and more than 50000 members");
    start_mixed();
    rounds[0].rule = rule_of(PB_CLAUSE_TURNOUT, PB_AT_LEAST, 1, 2);
    expect_reason(0, "looks at ballots or turnout");
    start_mixed();
    vote.turnout_correlation = 1.0;
    expect_reason(0, "too large");
    start_mixed();
    add_unit(&coalition, 5, 1.0);
    coalition.unions[5].aggregate = PB_AGGREGATE_BALLOTS;
    expect_reason(0, "union union5 has 2 units");
    start_mixed();
    for (int k = 0; k < 15; k++) {
        add_single(100, 0.7);
    }
    expect_reason(0, "too large: 21 voting unions");
}
