/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Votes (SPEC C.1-C.3, C.6, C.7). Oracles: the moments that the formulas imply, exact binomial
 * sums for tiny electorates, and hand-made counts. Simulated moments are compared within 4.9
 * standard errors at 2^20 draws: a variance 0.7% off is seen, with Student's tails 1.4%.
 */
#include "models/ballots.h"
#include "models/effects.h"
#include "models/ratification.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

enum { N_BATCHES = 4096, N = N_BATCHES * PB_LANES };

static pb_coalition coalition;
static pb_ratification model;
static batch b;

static const pb_vote_params VOTE = {.mu0 = 0.75,
                                    .sd_coalition = 0.65,
                                    .sd_sector = 0.30,
                                    .sd_union = 0.35,
                                    .sd_late_swing = 0.20,
                                    .sd_unit = 0.40,
                                    .df = INFINITY,
                                    .turnout = 0.75,
                                    .turnout_sd_common = 0.20,
                                    .turnout_sd_unit = 0.35,
                                    .turnout_correlation = 0.3,
                                    .contract_shift = 0.30,
                                    .contract_sd = 0.30};

/* No effect at all: everybody votes, and yes with probability 1/2. */
static const pb_vote_params FLAT = {.df = INFINITY};

static const pb_round ROUNDS[PB_ROUNDS] = {
    {.rule = {.n_nodes = 1, .node = {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_MORE_THAN, 1, 2, 0}}}},
    {.rule = {.n_nodes = 1, .node = {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_MORE_THAN, 1, 2, 0}}},
     .shift = {0.80, 0.40},
     .persistence = 0.40,
     .noise = 0.15,
     .backlash = 0.10},
};

static void open_model(const pb_vote_params *vote, const pb_round *rounds, int n_rounds)
{
    const pb_shape shape = shape_of_coalition(&coalition, n_rounds);
    pb_error err = {0};
    cr_assert_eq(
        pb_ratification_compile(vote, &coalition, rounds, n_rounds, NULL, &b.inputs, &model, &err),
        PB_OK, "%s", err.text);
    batch_open_votes(&b, &shape, &model);
}

static void simulate(size_t index)
{
    batch_fill(&b, index);
    pb_ratification_simulate(&model, kernels(), rows_of(&b), &b.out, b.w);
}

/* ---- support ---- */

/* The effects of batch `index`. */
static pb_effect_rows draw_effects(size_t index)
{
    batch_fill(&b, index);
    pb_effects_draw(&model.effects, rows_of(&b), b.w->effects);
    return (pb_effect_rows)b.w->effects;
}

enum { N_PAIRED = 4 };
static double eta[PB_ROUNDS][N_PAIRED][N];

/* Units 0 and 1 in one union; unit 2 in another of the same sector; unit 3 of another sector. */
static void four_units(void)
{
    start_coalition(&coalition);
    coalition.n_sectors = 2;
    strcpy(coalition.sector[1], "other");
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 1000, 0.7)->offset = 0.5;
    add_unit(&coalition, 3000, 0.7);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 2000, 0.7)->offset = -0.25;
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 4000, 0.7)->sector = 1;
}

static void simulate_support(void)
{
    for (size_t i = 0; i < N_BATCHES; i++) {
        const pb_effect_rows x = draw_effects(i);
        for (int u = 0; u < N_PAIRED; u++) {
            double support[PB_LANES];
            pb_first_support(&model, NULL, x, u, support);
            memcpy(&eta[0][u][i * PB_LANES], support, sizeof support);
            if (model.n_rounds > 1) {
                pb_second_support(&model, NULL, x, u, support);
                memcpy(&eta[1][u][i * PB_LANES], support, sizeof support);
            }
        }
    }
}

/* What units u and v share of each effect: 1 or 0. */
typedef struct kinship {
    double sector, in_union, unit;
} kinship;

static kinship kinship_of(int u, int v)
{
    return (kinship){
        .sector = (u < 3) == (v < 3), .in_union = u == v || (u < 2 && v < 2), .unit = u == v};
}

static double square(double x)
{
    return x * x;
}

/* C is common to all, S to a sector, W and D to a union, V to nobody else. */
static double first_covariance(int u, int v)
{
    const kinship k = kinship_of(u, v);
    return square(0.65) + k.sector * square(0.30) + k.in_union * (square(0.35) + square(0.20))
           + k.unit * square(0.40);
}

static const double MEAN[N_PAIRED] = {1.25, 0.75, 0.50, 0.75};

Test(ratification, support_has_the_means_and_covariances_of_its_effects)
{
    four_units();
    open_model(&VOTE, ROUNDS, 1);
    simulate_support();
    for (int u = 0; u < N_PAIRED; u++) {
        expect_mean("E eta", eta[0][u], N, MEAN[u]);
        for (int v = 0; v <= u; v++) {
            char what[40];
            snprintf(what, sizeof what, "cov(eta_%d, eta_%d)", u, v);
            expect_covariance(what, eta[0][u], MEAN[u], eta[0][v], MEAN[v], N,
                              first_covariance(u, v));
        }
    }
    batch_close(&b);
}

/* mbar = (1000 x 1.25 + 3000 x 0.75 + 2000 x 0.50 + 4000 x 0.75) / 10000 = 0.75 */
static double second_mean(int u, double persistence)
{
    return 0.75 + 0.80 - 0.10 + persistence * (MEAN[u] - 0.75);
}

/* eta_2 = mbar + C + delta + kap (m_u - mbar + S + W + V + D_1) + noise + D_2 */
static double second_covariance(int u, int v, double persistence)
{
    const kinship k = kinship_of(u, v);
    return square(0.65) + square(0.40) + k.unit * square(0.15) + k.in_union * square(0.20)
           + square(persistence) * (first_covariance(u, v) - square(0.65));
}

static double cross_covariance(int u, int v, double persistence)
{
    return square(0.65) + persistence * (first_covariance(u, v) - square(0.65));
}

struct persistence_case {
    double persistence;
};

ParameterizedTestParameters(ratification, second_support_follows_the_first_by_its_persistence)
{
    static struct persistence_case cases[] = {{0.0}, {0.4}, {1.0}};
    return cr_make_param_array(struct persistence_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct persistence_case *c, ratification,
                  second_support_follows_the_first_by_its_persistence)
{
    pb_round rounds[PB_ROUNDS] = {ROUNDS[0], ROUNDS[1]};
    rounds[1].persistence = c->persistence;
    four_units();
    open_model(&VOTE, rounds, 2);
    cr_expect_float_eq(model.mean_support, 0.75, 1e-12, "mbar is weighted by members");
    simulate_support();
    for (int u = 0; u < N_PAIRED; u++) {
        const double mean_u = second_mean(u, c->persistence);
        expect_mean("E eta_2", eta[1][u], N, mean_u);
        for (int v = 0; v < N_PAIRED; v++) {
            char what[40];
            snprintf(what, sizeof what, "units %d and %d", u, v);
            expect_covariance(what, eta[1][u], mean_u, eta[1][v], second_mean(v, c->persistence), N,
                              second_covariance(u, v, c->persistence));
            expect_covariance(what, eta[1][u], mean_u, eta[0][v], MEAN[v], N,
                              cross_covariance(u, v, c->persistence));
        }
    }
    batch_close(&b);
}

Test(ratification, without_any_sd_support_is_its_formula)
{
    pb_round rounds[PB_ROUNDS] = {ROUNDS[0], ROUNDS[1]};
    const pb_vote_params vote = {.mu0 = 0.75, .df = 5.0};
    double support[PB_LANES];
    rounds[1].shift.sd = rounds[1].noise = 0.0;
    four_units();
    open_model(&vote, rounds, 2);
    const pb_effect_rows x = draw_effects(0);
    for (int u = 0; u < N_PAIRED; u++) {
        pb_first_support(&model, NULL, x, u, support);
        cr_expect_float_eq(support[17], MEAN[u], 1e-12);
        pb_second_support(&model, NULL, x, u, support);
        cr_expect_float_eq(support[17], 0.75 + 0.7 + 0.4 * (MEAN[u] - 0.75), 1e-12);
    }
    batch_close(&b);
}

struct effect_case {
    double coalition, sector, in_union, swing, unit;
    bool student;
    char why[24];
};

ParameterizedTestParameters(ratification, coalition_unit_and_late_swing_have_student_tails)
{
    static struct effect_case cases[] = {
        {1, 0, 0, 0, 0, true, "coalition"}, {0, 1, 0, 0, 0, false, "sector"},
        {0, 0, 1, 0, 0, false, "union"},    {0, 0, 0, 1, 0, true, "late swing"},
        {0, 0, 0, 0, 1, true, "unit"},
    };
    return cr_make_param_array(struct effect_case, cases, COUNT_OF(cases));
}

/* Each effect alone, df 5: T_5 = t_5 sqrt(3/5) or the normal. */
ParameterizedTest(struct effect_case *c, ratification,
                  coalition_unit_and_late_swing_have_student_tails)
{
    static const double AT[] = {-4.0, -2.0, -0.7, 0.5, 1.0, 3.0, 4.0};
    const pb_vote_params vote = {.sd_coalition = c->coalition,
                                 .sd_sector = c->sector,
                                 .sd_union = c->in_union,
                                 .sd_late_swing = c->swing,
                                 .sd_unit = c->unit,
                                 .df = 5.0};
    four_units();
    coalition.unit[0].offset = 0.0;
    open_model(&vote, ROUNDS, 1);
    simulate_support();
    expect_mean(c->why, eta[0][0], N, 0.0);
    expect_variance(c->why, eta[0][0], 0.0, N, 1.0);
    for (size_t i = 0; i < COUNT_OF(AT); i++) {
        size_t below = 0;
        for (size_t draw = 0; draw < N; draw++) {
            below += eta[0][0][draw] < AT[i];
        }
        expect_probability(c->why, below, N,
                           c->student ? gsl_cdf_tdist_P(AT[i] / sqrt(0.6), 5.0)
                                      : gsl_cdf_ugaussian_P(AT[i]));
    }
    batch_close(&b);
}

/* ---- turnout and shares: in a unit of a million a share's logit is the logit itself ---- */

static double turnout_logit[2][N], share_logit[2][N], coalition_effect[N];

static double logit_of(double part, double whole)
{
    return log(part / (whole - part));
}

static void two_large_units(void)
{
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 999999, 0.83);
    add_unit(&coalition, 999999, 0.48);
}

static void simulate_shares(int r)
{
    for (size_t i = 0; i < N_BATCHES; i++) {
        const pb_effect_rows x = draw_effects(i);
        memcpy(&coalition_effect[i * PB_LANES], row_of(&b, PB_FOR_COALITION, 0, ""),
               sizeof b.rows[0]);
        for (int u = 0; u < 2; u++) {
            double support[PB_LANES], ballots[PB_LANES], yes[PB_LANES], score[PB_LANES];
            pb_first_support(&model, NULL, x, u, support);
            pb_coalition_question(&model, kernels(), rows_of(&b), x, r, u, support, ballots, yes,
                                  score);
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                turnout_logit[u][i * PB_LANES + lane] = logit_of(ballots[lane], 999999.0);
                share_logit[u][i * PB_LANES + lane] = logit_of(yes[lane], ballots[lane]);
            }
        }
    }
}

struct round_case {
    int r;
};

ParameterizedTestParameters(ratification, turnout_has_a_common_and_an_own_part)
{
    static struct round_case cases[] = {{0}, {1}};
    return cr_make_param_array(struct round_case, cases, COUNT_OF(cases));
}

/* logit t = alpha + xi_T (rho C + sqrt(1 - rho^2) Z) + xi_u Z_u; counting adds 1 / (N t (1 - t)),
 * at most 0.00001, to the variance. */
ParameterizedTest(struct round_case *c, ratification, turnout_has_a_common_and_an_own_part)
{
    static const double ALPHA[2] = {1.5856272637403819, -0.080042707673536356};
    two_large_units();
    open_model(&VOTE, ROUNDS, 2);
    simulate_shares(c->r);
    for (int u = 0; u < 2; u++) {
        expect_mean("E logit turnout", turnout_logit[u], N, ALPHA[u]);
        expect_variance("var logit turnout", turnout_logit[u], ALPHA[u], N,
                        square(0.20) + square(0.35));
        expect_covariance("with the coalition effect", turnout_logit[u], ALPHA[u], coalition_effect,
                          0.0, N, 0.20 * 0.3);
    }
    expect_covariance("of two units", turnout_logit[0], ALPHA[0], turnout_logit[1], ALPHA[1], N,
                      square(0.20));
    batch_close(&b);
}

Test(ratification, yes_shares_have_the_moments_of_support)
{
    const double variance = square(0.65) + square(0.30) + square(0.35) + square(0.20);
    two_large_units();
    open_model(&VOTE, ROUNDS, 1);
    simulate_shares(0);
    expect_mean("E logit share", share_logit[0], N, 0.75);
    expect_variance("var logit share", share_logit[0], 0.75, N, variance + square(0.40));
    expect_covariance("two units of a union", share_logit[0], 0.75, share_logit[1], 0.75, N,
                      variance);
    expect_covariance("share and turnout", share_logit[0], 0.75, turnout_logit[0],
                      1.5856272637403819, N, 0.65 * 0.20 * 0.3);
    batch_close(&b);
}

Test(ratification, turnout_1_means_that_every_member_votes)
{
    double support[PB_LANES] = {0.0}, ballots[PB_LANES], yes[PB_LANES], score[PB_LANES];
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 12345, 1.0);
    open_model(&VOTE, ROUNDS, 1);
    for (size_t i = 0; i < 16; i++) {
        const pb_effect_rows x = draw_effects(i);
        pb_coalition_question(&model, kernels(), rows_of(&b), x, 0, 0, support, ballots, yes,
                              score);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_assert_eq(ballots[lane], 12345.0);
        }
    }
    simulate(0);
    cr_expect_eq(b.out.turnout[3], 1.0f);
    batch_close(&b);
}

/* ---- tiny electorates ---- */

struct tiny_case {
    int members;
    double turnout, support;
};

ParameterizedTestParameters(ratification, tiny_electorates_approve_as_exact_binomials_say)
{
    static struct tiny_case cases[] = {
        {1, 0.5, 0.0},  {2, 0.5, 0.0}, {2, 0.9, 0.7},   {3, 0.48, -0.2},
        {4, 0.75, 0.3}, {6, 0.6, 0.0}, {20, 0.75, 0.4}, {21, 1.0, 0.1},
    };
    return cr_make_param_array(struct tiny_case, cases, COUNT_OF(cases));
}

/* P(2 yes > ballots), ballots ~ Bin(N, t), yes ~ Bin(ballots, p). A tie is not a yes, nor is an
 * empty ballot box. */
static double p_approves(const struct tiny_case *c)
{
    const double p = 1.0 / (1.0 + exp(-c->support));
    double sum = 0.0;
    for (unsigned ballots = 0; ballots <= (unsigned)c->members; ballots++) {
        const double cast = gsl_ran_binomial_pdf(ballots, c->turnout, (unsigned)c->members);
        for (unsigned yes = 0; yes <= ballots; yes++) {
            sum += 2 * yes > ballots ? cast * gsl_ran_binomial_pdf(yes, p, ballots) : 0.0;
        }
    }
    return sum;
}

ParameterizedTest(struct tiny_case *c, ratification,
                  tiny_electorates_approve_as_exact_binomials_say)
{
    pb_vote_params vote = FLAT;
    size_t approving = 0, contracts = 0;
    vote.mu0 = c->support - 1.0;
    vote.contract_shift = 1.0 - 2.0 * c->support;
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, c->members, c->turnout)->offset = 1.0;
    open_model(&vote, ROUNDS, 1);
    for (size_t i = 0; i < N_BATCHES; i++) {
        simulate(i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            approving += b.out.union_vote[lane];
            contracts += b.w->contract_vote[0][0][lane];
            cr_assert_eq(b.out.union_vote[lane], b.out.unit_vote[lane]);
        }
    }
    expect_probability("approves", approving, N, p_approves(c));
    const struct tiny_case contract = {c->members, c->turnout, 1.0 - c->support};
    expect_probability("accepts its contract", contracts, N, p_approves(&contract));
    batch_close(&b);
}

/* ---- counts and aggregates ---- */

/* One union of three units with known counts; its decision by each way of aggregation. */
struct aggregate_case {
    int64_t yes[3], no[3];
    uint8_t ballots, units, all_units;
    char why[48];
};

ParameterizedTestParameters(ratification, a_union_adds_up_its_units_ballots_or_votes)
{
    static struct aggregate_case cases[] = {
        {{60, 60, 60}, {40, 40, 40}, 1, 1, 1, "all in favour"},
        {{51, 51, 10}, {49, 49, 90}, 0, 1, 0, "two small majorities and a large no"},
        {{90, 49, 49}, {10, 51, 51}, 1, 0, 0, "one large majority and two small noes"},
        {{50, 60, 40}, {50, 40, 60}, 0, 0, 0, "pooled ballots tie, one unit ties"},
        {{50, 60, 41}, {50, 40, 60}, 1, 0, 0, "one more yes; one of three units"},
        {{50, 60, 60}, {50, 40, 40}, 1, 1, 0, "a unit that ties is not for it"},
        {{0, 60, 60}, {0, 40, 40}, 1, 1, 0, "nor is one in which nobody votes"},
        {{0, 0, 0}, {0, 0, 0}, 0, 0, 0, "nobody votes at all"},
        {{1, 0, 0}, {0, 0, 0}, 1, 0, 0, "a single ballot"},
    };
    return cr_make_param_array(struct aggregate_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct aggregate_case *c, ratification,
                  a_union_adds_up_its_units_ballots_or_votes)
{
    start_coalition(&coalition);
    for (int k = 0; k < 3; k++) {
        add_union(&coalition, PB_AGGREGATE_BALLOTS + k);
        for (int u = 0; u < 3; u++) {
            add_unit(&coalition, 100, 0.7)->counted[0] = counted_ballots(c->yes[u], c->no[u]);
        }
    }
    open_model(&VOTE, ROUNDS, 1);
    simulate(0);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_expect_eq(b.out.union_vote[lane], c->ballots, "ballots: %s", c->why);
        cr_expect_eq(b.out.union_vote[PB_LANES + lane], c->units, "units: %s", c->why);
        cr_expect_eq(b.out.union_vote[2 * PB_LANES + lane], c->all_units, "all units: %s", c->why);
    }
    batch_close(&b);
}

Test(ratification, half_of_an_even_number_of_units_is_not_a_majority)
{
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_UNITS);
    add_unit(&coalition, 100, 0.7)->counted[0] = counted_ballots(60, 40);
    add_unit(&coalition, 100, 0.7)->counted[0] = counted_ballots(40, 60);
    open_model(&VOTE, ROUNDS, 1);
    simulate(0);
    cr_expect_eq(b.out.union_vote[0], 0);
    cr_expect_eq(b.out.unit_vote[0], 1);
    cr_expect_eq(b.out.unit_vote[PB_LANES], 0);
    batch_close(&b);
}

Test(ratification, leaders_decide_alone_and_poll_nobody)
{
    size_t approving[PB_ROUNDS] = {0}, both = 0;
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_LEADERS)->p_approve = 0.3;
    add_unit(&coalition, 1000, 1.0);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 3000, 0.7)->counted[0] = counted_ballots(1200, 300);
    open_model(&VOTE, ROUNDS, 2);
    for (size_t i = 0; i < N_BATCHES; i++) {
        simulate(i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            approving[0] += b.out.union_vote[lane];
            approving[1] += b.out.union_vote[2 * PB_LANES + lane];
            both += b.out.union_vote[lane] & b.out.union_vote[2 * PB_LANES + lane];
        }
    }
    expect_probability("first round", approving[0], N, 0.3);
    expect_probability("second round", approving[1], N, 0.3);
    expect_probability("the rounds are independent", both, N, 0.09);
    cr_expect_float_eq(b.out.ballots_approving[0], 0.8, 1e-7, "1,200 of 1,500 ballots");
    batch_close(&b);
}

Test(ratification, a_count_fixes_its_own_round_only)
{
    size_t approving = 0, second = 0;
    pb_vote_params vote = FLAT;
    pb_round rounds[PB_ROUNDS] = {ROUNDS[0], {.rule = ROUNDS[1].rule}};
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 13001, 1.0)->counted[0] = counted_ballots(5547, 6781);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 1001, 1.0)->counted[1] = (pb_counted){.kind = PB_COUNTED_REJECTED};
    add_union(&coalition, PB_AGGREGATE_ALL_UNITS)->counted[0] =
        (pb_counted){.kind = PB_COUNTED_APPROVED};
    add_unit(&coalition, 1001, 1.0);
    add_union(&coalition, PB_AGGREGATE_BALLOTS)->counted[1] = counted_ballots(700, 300);
    add_unit(&coalition, 1001, 1.0);
    open_model(&vote, rounds, 2);
    for (size_t i = 0; i < 64; i++) {
        simulate(i);
        const uint8_t *first = b.out.union_vote, *then = b.out.union_vote + 4 * PB_LANES;
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_assert_eq(first[lane], 0, "counted: 5,547 yes, 6,781 no");
            cr_assert_eq(first[2 * PB_LANES + lane], 1, "approved, figures unknown");
            cr_assert_eq(then[3 * PB_LANES + lane], 1, "700 of 1,000");
            cr_assert_eq(b.out.unit_vote[(4 + 1) * PB_LANES + lane], 0, "a unit's known result");
            approving += first[PB_LANES + lane] + first[3 * PB_LANES + lane];
            second += then[lane] + then[2 * PB_LANES + lane];
        }
    }
    expect_probability("not counted in the first round", approving, 2 * 64 * PB_LANES, 0.5);
    expect_probability("not counted in the second", second, 2 * 64 * PB_LANES, 0.5);
    batch_close(&b);
}

/* ---- acceptance rules of a group ---- */

struct acceptance_case {
    int64_t yes, no;
    bool unit, in_union;
    char why[48];
};

ParameterizedTestParameters(ratification, a_group_accepts_by_its_own_rule)
{
    static struct acceptance_case cases[] = {
        {66, 33, true, true, "exactly two thirds; 99 of 200 vote"},
        {65, 34, false, true, "one ballot short of it"},
        {67, 33, true, false, "turnout is one half, not below it"},
        {0, 0, false, false, "nobody votes: low turnout is not approval"},
    };
    return cr_make_param_array(struct acceptance_case, cases, COUNT_OF(cases));
}

/* The unit accepts by two thirds of its ballots, its union if turnout is below one half. */
ParameterizedTest(struct acceptance_case *c, ratification, a_group_accepts_by_its_own_rule)
{
    start_coalition(&coalition);
    coalition.n_acceptance = 3;
    coalition.acceptance[1] = rule_of(PB_CLAUSE_BALLOTS_APPROVING, PB_AT_LEAST, 2, 3);
    coalition.acceptance[2] = rule_of(PB_CLAUSE_TURNOUT, PB_LESS_THAN, 1, 2);
    add_union(&coalition, PB_AGGREGATE_BALLOTS)->accepts = 2;
    add_unit(&coalition, 200, 0.7)->accepts = 1;
    coalition.unit[0].counted[0] = counted_ballots(c->yes, c->no);
    open_model(&VOTE, ROUNDS, 1);
    simulate(0);
    cr_expect_eq(b.out.unit_vote[5], c->unit, "unit: %s", c->why);
    cr_expect_eq(b.out.union_vote[5], c->in_union, "union: %s", c->why);
    batch_close(&b);
}

/* ---- the coalition's tally ---- */

/* 1,000 members yes 600 to 100, 2,000 yes 500 to 400, 4,000 no 1,000 to 1,400. */
static void three_counted_unions(bool last_abstains)
{
    start_coalition(&coalition);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 1000, 0.7)->counted[0] = counted_ballots(600, 100);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 2000, 0.7)->counted[0] = counted_ballots(500, 400);
    add_union(&coalition, PB_AGGREGATE_BALLOTS)->abstains = last_abstains;
    add_unit(&coalition, 4000, 0.7)->counted[0] = counted_ballots(1000, 1400);
}

struct base_case {
    pb_clause_kind kind;
    pb_comparison comparison;
    int64_t numerator, denominator;
    bool voting, abstaining;
    char why[64];
};

ParameterizedTestParameters(ratification, an_abstaining_union_leaves_the_base)
{
    static struct base_case cases[] = {
        {PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 1, 1, false, true, "2 of 3, 2 of 2"},
        {PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 2, 3, true, true, "exactly 2 of 3"},
        {PB_CLAUSE_UNIONS_OPPOSED, PB_AT_MOST, 0, 0, false, true, "it opposes, or nobody does"},
        {PB_CLAUSE_MEMBERS_REPRESENTED, PB_AT_LEAST, 3, 7, true, true, "exactly 3,000 of 7,000"},
        {PB_CLAUSE_MEMBERS_REPRESENTED, PB_MORE_THAN, 3, 7, false, true, "or of 3,000"},
        {PB_CLAUSE_BALLOTS_APPROVING, PB_AT_MOST, 21, 40, true, false, "2,100 of 4,000 yes"},
        {PB_CLAUSE_BALLOTS_APPROVING, PB_AT_LEAST, 11, 16, false, true, "1,100 of 1,600 yes"},
        {PB_CLAUSE_BALLOTS_OPPOSED, PB_AT_LEAST, 19, 40, true, false, "1,900 of 4,000 no"},
        {PB_CLAUSE_TURNOUT, PB_AT_LEAST, 4, 7, true, false, "4,000 of 7,000, 1,600 of 3,000"},
        {PB_CLAUSE_TURNOUT, PB_AT_MOST, 8, 15, false, true, "1,600 of 3,000"},
    };
    return cr_make_param_array(struct base_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct base_case *c, ratification, an_abstaining_union_leaves_the_base)
{
    for (int abstains = 0; abstains < 2; abstains++) {
        const pb_round round = {.rule =
                                    rule_of(c->kind, c->comparison, c->numerator, c->denominator)};
        three_counted_unions(abstains);
        open_model(&VOTE, &round, 1);
        simulate(0);
        cr_expect_eq(b.out.rule_satisfied[9], abstains ? c->abstaining : c->voting, "%s: %s",
                     abstains ? "abstains" : "votes", c->why);
        batch_close(&b);
    }
}

Test(ratification, columns_of_a_round_are_those_of_its_tally)
{
    static const double MEMBERS[2] = {3.0 / 7, 1.0}, YES[2] = {21.0 / 40, 11.0 / 16};
    static const double TURNOUT[2] = {4.0 / 7, 16.0 / 30};
    for (int abstains = 0; abstains < 2; abstains++) {
        three_counted_unions(abstains);
        open_model(&VOTE, ROUNDS, 1);
        simulate(0);
        cr_expect_eq(b.out.union_vote[0], 1);
        cr_expect_eq(b.out.union_vote[PB_LANES], 1);
        cr_expect_eq(b.out.union_vote[2 * PB_LANES], abstains ? 2 : 0, "2: abstains");
        cr_expect_eq(b.out.unions_approving[0], 2);
        cr_expect_float_eq(b.out.members_represented[0], MEMBERS[abstains], 1e-7);
        cr_expect_float_eq(b.out.ballots_approving[0], YES[abstains], 1e-7);
        cr_expect_float_eq(b.out.turnout[0], TURNOUT[abstains], 1e-7);
        batch_close(&b);
    }
}

Test(ratification, a_veto_sees_which_unions_approve)
{
    for (uint64_t veto = 0; veto < 8; veto++) {
        const pb_round round = {
            .rule = {.n_nodes = 1, .node = {{.kind = PB_CLAUSE_VETO, .next = 1, .veto = veto}}}};
        three_counted_unions(false);
        open_model(&VOTE, &round, 1);
        simulate(0);
        cr_expect_eq(b.out.rule_satisfied[0], veto < 4, "unions 0 and 1 approve, 2 does not");
        batch_close(&b);
    }
}

/* ---- the unit contract ---- */

static double contract_logit[N], support_logit[N];

/* eta_B = eta + shift + sd Z, and the ballots are the same. */
Test(ratification, support_of_the_contract_is_shifted_and_noisy)
{
    two_large_units();
    open_model(&VOTE, ROUNDS, 2);
    for (size_t i = 0; i < N_BATCHES; i++) {
        double support[PB_LANES], ballots[PB_LANES], yes[PB_LANES];
        const pb_effect_rows x = draw_effects(i);
        pb_first_support(&model, NULL, x, 1, support);
        pb_second_support(&model, NULL, x, 1, support);
        set_lanes(ballots, 999999.0);
        pb_contract_question(&model, kernels(), rows_of(&b), 1, 1, support, ballots, yes);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            support_logit[i * PB_LANES + lane] = support[lane];
            contract_logit[i * PB_LANES + lane] =
                logit_of(yes[lane], ballots[lane]) - support[lane];
        }
    }
    expect_mean("E eta_B - eta", contract_logit, N, 0.30);
    expect_variance("var eta_B - eta", contract_logit, 0.30, N, square(0.30));
    expect_covariance("with eta", contract_logit, 0.30, support_logit, 0.75 + 0.70, N, 0.0);
    batch_close(&b);
}

Test(ratification, coverage_is_the_member_share_of_units_that_accept_their_contract)
{
    four_units();
    open_model(&VOTE, ROUNDS, 2);
    simulate(3);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (size_t r = 0; r < PB_ROUNDS; r++) {
            double members = 0.0;
            for (int u = 0; u < 4; u++) {
                members += b.w->contract_vote[r][u][lane] ? (double)coalition.unit[u].members : 0.0;
            }
            cr_expect_float_eq(b.w->coverage[r][lane], members / 10000.0, 1e-12);
        }
    }
    batch_close(&b);
}

/* 70, 20 and 10 notices in units that need their contract for protection, 900 in one that does
 * not. */
Test(ratification, notices_of_units_that_refuse_protection_are_exposed)
{
    static const double NOTICES[] = {70.0, 20.0, 900.0, 10.0};
    size_t refusals = 0;
    four_units();
    for (int u = 0; u < 4; u++) {
        coalition.unit[u].notices = NOTICES[u];
        coalition.unit[u].contract_security = u != 2;
    }
    open_model(&VOTE, ROUNDS, 2);
    simulate(3);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (size_t r = 0; r < PB_ROUNDS; r++) {
            double exposed = 0.0;
            for (int u = 0; u < 4; u++) {
                const bool refuses = u != 2 && b.w->contract_vote[r][u][lane] == 0;
                exposed += refuses ? NOTICES[u] : 0.0;
                refusals += refuses;
            }
            cr_expect_float_eq(b.w->exposed[r][lane], exposed / 1000.0, 1e-12);
        }
    }
    cr_expect(refusals > 50 && refusals < 6 * PB_LANES - 50, "%zu of them refuse", refusals);
    batch_close(&b);
}
