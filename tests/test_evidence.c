/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evidence (SPEC C.4). Oracles: conditioning on all figures at once with dense matrices
 * (tests/evidence_oracle.h), closed forms for one or two effects, rejection sampling for a bare
 * result. Simulated moments within 4.9 standard errors at 2^20 draws with a fixed seed.
 */
#include "models/effects.h"
#include "models/equivalent.h"
#include "models/evidence.h"
#include "tests/evidence_oracle.h"
#include "tests/fixture.h"
#include "tests/moments.h"

enum { N_BATCHES = 4096, N = N_BATCHES * PB_LANES };

static pb_coalition coalition;
static pb_ratification model;
static pb_evidence_params params;
static pb_evidence *evidence;
static batch b;

static const pb_vote_params VOTE = {.mu0 = 0.75,
                                    .sd_coalition = 0.65,
                                    .sd_sector = 0.30,
                                    .sd_union = 0.35,
                                    .sd_late_swing = 0.20,
                                    .sd_unit = 0.40,
                                    .df = INFINITY,
                                    .turnout = 0.75};

static const pb_round ROUNDS[PB_ROUNDS] = {
    {.persistence = 0.0},
    {.shift = {0.80, 0.40}, .persistence = 0.40, .noise = 0.15, .backlash = 0.10},
};

static const pb_evidence_sd EVIDENCE_SD[PB_N_EVIDENCE_KINDS] = {
    [PB_EVIDENCE_PROFESSIONAL_POLL] = {0.10, 0.10},
    [PB_EVIDENCE_STRAW_POLL] = {0.30, 0.30},
    [PB_EVIDENCE_OFFICIAL_PARTIAL] = {0.0, 0.10},
    [PB_EVIDENCE_EARLIER_RATIFICATION] = {0.0, 0.45},
};

/* ---- set-up ---- */

/* Three unions of 2, 1 and 3 units in two sectors; no figure yet. */
static void start(void)
{
    memset(&params, 0, sizeof params);
    memcpy(params.sd, EVIDENCE_SD, sizeof params.sd);
    start_coalition(&coalition);
    coalition.n_sectors = 2;
    strcpy(coalition.sector[1], "other");
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 1000, 0.7)->offset = 0.5;
    add_unit(&coalition, 3000, 0.7);
    add_union(&coalition, PB_AGGREGATE_BALLOTS);
    add_unit(&coalition, 2000, 0.7)->offset = -0.25;
    add_union(&coalition, PB_AGGREGATE_UNITS);
    add_unit(&coalition, 4000, 0.7)->sector = 1;
    add_unit(&coalition, 500, 0.7)->sector = 1;
    add_unit(&coalition, 800, 0.7);
}

/* One union of one unit. */
static void start_single(void)
{
    start();
    coalition.n_unions = coalition.n_units = coalition.unions[0].n_units = 1;
    coalition.unit[0].offset = 0.0;
}

static void observe(const char *group, int first, int n, pb_evidence_kind kind, int round,
                    int64_t yes, int64_t no, pb_date date)
{
    pb_observation *seen = &params.observation[params.n_observations++];
    *seen = (pb_observation){.first_unit = first,
                             .n_units = n,
                             .kind = kind,
                             .round = round,
                             .yes_ballots = yes,
                             .no_ballots = no,
                             .date = date};
    strcpy(seen->group, group);
}

static void compile(const pb_vote_params *vote, int n_rounds)
{
    pb_error err = {0};
    const pb_shape shape = shape_of_coalition(&coalition, n_rounds);
    memset(&b, 0, sizeof b);
    cr_assert_eq(pb_ratification_compile(vote, &coalition, ROUNDS, n_rounds, &params, &b.inputs,
                                         &model, &err),
                 PB_OK, "%s", err.text);
    evidence = model.evidence;
    batch_open(&b, &shape);
}

static void discard(void)
{
    pb_ratification_free(&model);
    batch_close(&b);
}

/* The conditioned effects of batch `index`, in b.w->effects. */
static void draw_conditioned(size_t index)
{
    batch_fill(&b, index);
    pb_effects_draw(&model.effects, rows_of(&b), b.w->effects);
    pb_evidence_condition(evidence, rows_of(&b), b.w->effects);
}

static double mean_of(int effect)
{
    double mean, variance;
    pb_evidence_posterior(evidence, effect, &mean, &variance);
    return mean;
}

static double variance_of(int effect)
{
    double mean, variance;
    pb_evidence_posterior(evidence, effect, &mean, &variance);
    return variance;
}

static double square(double x)
{
    return x * x;
}

static double logit(double p)
{
    return log(p / (1.0 - p));
}

/* ---- figures for scenario and oracle alike ---- */

enum { COUNT = PB_N_EVIDENCE_KINDS, APPROVED, REJECTED };

typedef struct figure {
    char group[16];
    int first, n_units; /* n_units 0: the count of union `first` */
    int kind, round;
    int64_t yes, no;
} figure;

/* In order of date: a figure a day. */
static const figure FIGURES[] = {
    {"all", 0, 6, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 300, 180},
    {"unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 12, 8},
    {"union1", 2, 1, PB_EVIDENCE_STRAW_POLL, 1, 0, 7},
    {"unit4", 4, 1, PB_EVIDENCE_OFFICIAL_PARTIAL, 1, 150, 130},
    {"unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 20, 0},
    {"all", 0, 6, PB_EVIDENCE_EARLIER_RATIFICATION, 1, 5100, 2900},
    {"unit1", 1, 1, REJECTED, 1, 0, 0},
    {"unit0", 0, 1, COUNT, 1, 410, 380},
    {"unit3", 3, 1, COUNT, 1, 1900, 900},
    {"unit4", 4, 1, APPROVED, 1, 0, 0},
    {"union1", 1, 0, APPROVED, 1, 0, 0},
    /* second round */
    {"union2", 3, 3, PB_EVIDENCE_PROFESSIONAL_POLL, 2, 30, 15},
    {"all", 0, 6, PB_EVIDENCE_EARLIER_RATIFICATION, 2, 6000, 2100},
    {"unit2", 2, 1, REJECTED, 2, 0, 0},
    {"unit5", 5, 1, COUNT, 2, 420, 260},
    /* of groups that were counted in the first */
    {"unit0", 0, 1, COUNT, 2, 500, 270},
    {"unit1", 1, 1, APPROVED, 2, 0, 0},
};
enum { N_FIGURES = COUNT_OF(FIGURES), N_FIRST_ROUND = 11 };

static void count(const figure *f, pb_date date)
{
    const pb_counted counted = {.kind = f->kind == COUNT      ? PB_COUNTED_BALLOTS
                                        : f->kind == APPROVED ? PB_COUNTED_APPROVED
                                                              : PB_COUNTED_REJECTED,
                                .yes_ballots = f->yes,
                                .no_ballots = f->no,
                                .date = date};
    if (f->n_units == 0) {
        coalition.unions[f->first].counted[f->round - 1] = counted;
    } else {
        coalition.unit[f->first].counted[f->round - 1] = counted;
    }
}

/* Latest first, so that the order of the list is not the order of the dates. */
static void give(int n)
{
    for (int i = n - 1; i >= 0; i--) {
        const figure *f = &FIGURES[i];
        if (f->kind < COUNT) {
            observe(f->group, f->first, f->n_units, (pb_evidence_kind)f->kind, f->round, f->yes,
                    f->no, 15000 + i);
        } else {
            count(f, 15000 + i);
        }
    }
}

/* Another vote's late swings: 0.20^2 times the squared weights of the three unions. */
static const double OTHER_SWINGS = 0.04 * (4.0 * 4.0 + 2.0 * 2.0 + 5.3 * 5.3) / (11.3 * 11.3);

static void oracle_take(oracle *o, const figure *f)
{
    const pb_union *voters = &coalition.unions[f->first];
    const bool is_union = f->n_units == 0, is_count = f->kind >= COUNT;
    double noise = is_count ? 0.0 : square(EVIDENCE_SD[f->kind].noise);
    if (f->kind == PB_EVIDENCE_EARLIER_RATIFICATION) {
        noise += OTHER_SWINGS; /* of all members */
    }
    oracle_measure(o, f->round - 1, is_union ? voters->first_unit : f->first,
                   is_union ? voters->n_units : f->n_units, is_count ? -1 : f->kind, noise,
                   is_count);
    if (f->kind == APPROVED || f->kind == REJECTED) {
        oracle_result(o, f->kind == APPROVED ? 1.0 : -1.0);
    } else {
        oracle_ballots(o, (double)f->yes, (double)f->no);
    }
}

static void condition_oracle(oracle *o, int n)
{
    oracle_start(o, &model, &params);
    for (int i = 0; i < n; i++) {
        oracle_take(o, &FIGURES[i]);
    }
    oracle_condition(o);
}

static void expect_oracle(const oracle *o)
{
    for (int e = 0; e < model.effects.n; e++) {
        cr_expect_float_eq(mean_of(e), o->posterior_mean[e], 1e-10,
                           "effect %d: mean %.12f not %.12f", e, mean_of(e), o->posterior_mean[e]);
        cr_expect_float_eq(variance_of(e), o->posterior[e][e], 1e-10,
                           "effect %d: variance %.12f not %.12f", e, variance_of(e),
                           o->posterior[e][e]);
    }
}

/* ---- against dense conditioning ---- */

static oracle dense;

Test(evidence, posterior_is_that_of_conditioning_on_all_figures_at_once)
{
    for (int n = 1; n <= N_FIGURES; n++) {
        start();
        give(n);
        compile(&VOTE, 2);
        condition_oracle(&dense, n);
        expect_oracle(&dense);
        discard();
    }
}

/* Every pair of effects, for polls, counts and results of the first round. */
Test(evidence, conditioned_draws_have_the_posterior_mean_and_covariance)
{
    enum { MAX = 16 };
    static double sum[MAX], product[MAX][MAX], squares[MAX][MAX];
    start();
    give(N_FIRST_ROUND);
    compile(&VOTE, 1);
    condition_oracle(&dense, N_FIRST_ROUND);
    expect_oracle(&dense);
    const int n = model.effects.n;
    cr_assert_leq(n, MAX);

    for (size_t index = 0; index < N_BATCHES; index++) {
        draw_conditioned(index);
        for (int e = 0; e < n; e++) {
            for (int f = 0; f <= e; f++) {
                for (size_t lane = 0; lane < PB_LANES; lane++) {
                    const double p = (b.w->effects[e][lane] - dense.posterior_mean[e])
                                     * (b.w->effects[f][lane] - dense.posterior_mean[f]);
                    product[e][f] += p;
                    squares[e][f] += p * p;
                }
            }
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                sum[e] += b.w->effects[e][lane] - dense.posterior_mean[e];
            }
        }
    }
    for (int e = 0; e < n; e++) {
        const double se = sqrt(dense.posterior[e][e] / N);
        cr_expect_leq(fabs(sum[e] / N), STANDARD_ERRORS * se, "effect %d: mean off by %g", e,
                      sum[e] / N);
        for (int f = 0; f <= e; f++) {
            const double mean = product[e][f] / N, off = mean - dense.posterior[e][f];
            const double se_product = sqrt((squares[e][f] / N - mean * mean) / N);
            cr_expect_leq(fabs(off), STANDARD_ERRORS * se_product,
                          "effects %d and %d: covariance off by %g, standard error %g", e, f, off,
                          se_product);
        }
    }
    discard();
}

/* ---- nothing to learn ---- */

Test(evidence, without_figures_there_is_nothing_and_nothing_changes)
{
    start();
    compile(&VOTE, 2);
    cr_expect_null(evidence);
    const size_t n_inputs = b.inputs.n;
    discard();

    start(); /* no ballots, a round that does not exist, results that tell of no ballot */
    observe("all", 0, 6, PB_EVIDENCE_STRAW_POLL, 1, 0, 0, 1);
    observe("all", 0, 6, PB_EVIDENCE_STRAW_POLL, 2, 40, 10, 1);
    coalition.unit[3].counted[1] = counted_ballots(300, 200);
    coalition.unit[4].counted[0] = counted_ballots(0, 0);
    coalition.unions[0].counted[0] = (pb_counted){.kind = PB_COUNTED_APPROVED};
    coalition.unions[0].abstains = true;
    coalition.unions[1].counted[0] = (pb_counted){.kind = PB_COUNTED_REJECTED};
    coalition.unions[1].aggregate = PB_AGGREGATE_LEADERS;
    compile(&VOTE, 1);
    cr_expect_null(evidence);
    cr_expect(!pb_evidence_informs(evidence, model.effects.coalition));
    for (size_t i = 0; i < b.inputs.n; i++) {
        cr_expect_lt(b.inputs.item[i].purpose, PB_FOR_EVIDENCE_BIAS);
    }
    cr_expect_lt(b.inputs.n, n_inputs);

    static double x[PB_MAX_EFFECTS][PB_LANES];
    draw_conditioned(0);
    pb_effects_draw(&model.effects, rows_of(&b), x);
    cr_expect_arr_eq(x, b.w->effects, (size_t)model.effects.n * sizeof x[0]);
    discard();
}

Test(evidence, of_enormous_noise_changes_nothing)
{
    static double x[PB_MAX_EFFECTS][PB_LANES];
    pb_vote_params vote = VOTE;
    vote.df = 5.0;
    start();
    params.sd[PB_EVIDENCE_STRAW_POLL].noise = 1e7;
    observe("all", 0, 6, PB_EVIDENCE_STRAW_POLL, 1, 20, 0, 1);
    observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 0, 1000000, 2);
    compile(&vote, 1);
    draw_conditioned(0);
    pb_effects_draw(&model.effects, rows_of(&b), x);
    for (int e = 0; e < model.effects.n; e++) {
        cr_expect_float_eq(mean_of(e), 0.0, 1e-6);
        cr_expect_float_eq(variance_of(e), square(model.effects.sd[e]), 1e-12);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_expect_float_eq(b.w->effects[e][lane], x[e][lane], 1e-6);
        }
    }
    discard();
}

Test(evidence, what_has_sd_0_stays_0)
{
    const pb_vote_params certain = {.mu0 = 0.75, .df = 5.0},
                         coalition_only = {.mu0 = 0.75, .sd_coalition = 0.65, .df = 5.0};
    start();
    give(N_FIRST_ROUND);
    compile(&certain, 1);
    draw_conditioned(0);
    for (int e = 0; e < model.effects.n; e++) {
        cr_expect_eq(mean_of(e), 0.0);
        cr_expect_eq(variance_of(e), 0.0);
        cr_expect_eq(b.w->effects[e][17], 0.0);
    }
    discard();

    compile(&coalition_only, 1);
    draw_conditioned(0);
    for (int e = 1; e < model.effects.n; e++) {
        cr_expect_eq(mean_of(e), 0.0);
        cr_expect_eq(b.w->effects[e][17], 0.0);
    }
    cr_expect_neq(mean_of(0), 0.0);
    discard();
}

/* ---- closed forms ---- */

/* Mean of unit u's support in round 1 without the late swing. */
static double support_of(int u)
{
    const pb_effects *e = &model.effects;
    return pb_unit_mean(&model, u) + mean_of(e->coalition)
           + mean_of(e->sector[coalition.unit[u].sector])
           + mean_of(e->in_union[coalition.unit[u].parent]) + mean_of(e->unit[u]);
}

Test(evidence, one_more_yes_never_lowers_anybodys_support)
{
    double before[6] = {0.0};
    for (int64_t yes = 0; yes <= 25; yes++) {
        start();
        observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, yes, 25 - yes, 1);
        observe("union2", 3, 3, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 40, 60, 2);
        compile(&VOTE, 1);
        for (int u = 0; u < 6; u++) {
            cr_expect(yes == 0 || support_of(u) > before[u], "unit %d, %ld yes", u, (long)yes);
            before[u] = support_of(u);
        }
        discard();
    }
}

static double drawn[N];

/* A class's bias does not average out. One effect C of variance A, m polls of variance T each
 * and bias variance B: 1 / (1/A + 1/(B + T/m)), against 1 / (1/A + m/(B + T)) if each had its
 * own. T is noise + 1 / (n p q), here to 1e-4 of it. */
Test(evidence, ten_polls_of_one_class_share_its_bias)
{
    const pb_vote_params vote = {.mu0 = 0.75, .sd_coalition = 0.65, .df = INFINITY};
    const double a = square(0.65), share = 0.6, n = 1e6;
    start_single();
    for (int i = 0; i < 10; i++) {
        observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 600000, 400000, i);
    }
    compile(&vote, 1);
    const double t = square(0.30) + 1.0 / (n * share * (1.0 - share));
    const double together = 1.0 / (1.0 / a + 1.0 / (square(0.30) + t / 10.0));
    const double apart = 1.0 / (1.0 / a + 10.0 / (square(0.30) + t));
    cr_expect_float_eq(variance_of(0), together, 1e-6);
    cr_expect_float_eq(mean_of(0), together / (square(0.30) + t / 10.0) * (logit(share) - 0.75),
                       1e-5);
    cr_expect_gt(together, 2.0 * apart);
    for (size_t index = 0; index < N_BATCHES; index++) {
        draw_conditioned(index);
        memcpy(&drawn[index * PB_LANES], b.w->effects[0], sizeof b.w->effects[0]);
    }
    expect_mean("C given ten polls", drawn, N, mean_of(0));
    expect_variance("C given ten polls", drawn, mean_of(0), N, together);
    discard();

    params.sd[PB_EVIDENCE_STRAW_POLL] = (pb_evidence_sd){0.0, sqrt(0.18)}; /* each its own */
    compile(&vote, 1);
    cr_expect_float_eq(variance_of(0), apart, 1e-6);
    discard();
}

/* x' = x + K (z - m - x - b - eps - e), term by term: 30 of 40 in a straw poll, effect C alone. */
Test(evidence, a_draw_moves_by_the_gain_times_what_it_leaves_unexplained)
{
    const pb_vote_params vote = {.mu0 = 0.75, .sd_coalition = 0.65, .df = 5.0};
    start_single();
    observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 30, 10, 1);
    compile(&vote, 1);
    const double a = square(0.65), before = a + square(0.30) + square(0.30);
    const pb_equivalent figure = pb_equivalent_of_ballots((pb_moments){0.75, before}, 30, 10);
    const double gain = a / (before + figure.variance);

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        row_of(&b, PB_FOR_COALITION, 0, "")[lane] = 0.05 * ((double)lane - 100.0);
    }
    set_lanes(row_of(&b, PB_FOR_EVIDENCE_BIAS, 0, "straw_poll"), 1.5);
    set_lanes(row_of(&b, PB_FOR_EVIDENCE_NOISE, 1001, "unit0"), -0.7);
    set_lanes(row_of(&b, PB_FOR_EVIDENCE_SAMPLING, 1001, "unit0"), 2.0);
    pb_effects_draw(&model.effects, rows_of(&b), b.w->effects);
    pb_evidence_condition(evidence, rows_of(&b), b.w->effects);
    const double error = 0.30 * 1.5 - 0.30 * 0.7 + 2.0 * sqrt(figure.variance);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double c = 0.65 * 0.05 * ((double)lane - 100.0);
        const double moved = c + gain * (figure.value - 0.75 - c - error);
        cr_expect_float_eq(b.w->effects[0][lane], moved, 1e-12);
    }
    discard();
}

/* With a million ballots the equivalent observation hardly depends on what was known before. */
Test(evidence, the_order_of_large_figures_does_not_matter)
{
    double means[2][PB_MAX_EFFECTS], variances[2][PB_MAX_EFFECTS];
    for (int order = 0; order < 2; order++) {
        start();
        observe("unit0", 0, 1, PB_EVIDENCE_OFFICIAL_PARTIAL, 1, 600000, 400000, order ? 3 : 1);
        observe("all", 0, 6, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 500000, 500000, 2);
        observe("union2", 3, 3, PB_EVIDENCE_STRAW_POLL, 1, 700000, 300000, order ? 1 : 3);
        compile(&VOTE, 1);
        for (int e = 0; e < model.effects.n; e++) {
            pb_evidence_posterior(evidence, e, &means[order][e], &variances[order][e]);
        }
        discard();
    }
    for (int e = 0; e < model.effects.n; e++) {
        cr_expect_float_eq(means[0][e], means[1][e], 1e-5);
        cr_expect_float_eq(variances[0][e], variances[1][e], 1e-7);
    }
}

/* Small figures, so that the order shows: it is to the bit that of days apart. */
Test(evidence, on_one_day_polls_come_before_unions_before_units)
{
    double mean = 0.0;
    for (int days_apart = 1; days_apart >= 0; days_apart--) {
        start();
        coalition.unit[2].counted[0] = counted_ballots(1, 6);
        coalition.unit[2].counted[0].date = 4 * days_apart;
        coalition.unions[0].counted[0] = counted_ballots(5, 1);
        coalition.unions[0].counted[0].date = 3 * days_apart;
        observe("unit5", 5, 1, PB_EVIDENCE_STRAW_POLL, 1, 3, 0, 1 * days_apart);
        observe("all", 0, 6, PB_EVIDENCE_STRAW_POLL, 1, 1, 4, 2 * days_apart);
        compile(&VOTE, 1);
        cr_expect(days_apart || mean_of(0) == mean, "%.17g, expected %.17g", mean_of(0), mean);
        mean = mean_of(0);
        discard();
    }
}

/* The surprise of a count of all but certain share splits by variance: D gets its part, and the
 * support of a sister unit moves with what the two share, D included. */
Test(evidence, a_count_tells_a_sister_unit_of_the_late_swing)
{
    start();
    coalition.unit[0].counted[0] = counted_ballots(300000, 700000);
    compile(&VOTE, 1);
    const int swing = model.effects.late_swing[0][0];
    const double total = square(0.65) + square(0.30) + square(0.35) + square(0.40) + square(0.20);
    const double surprise = logit(0.3) - 1.25;
    cr_expect_float_eq(mean_of(swing), square(0.20) / total * surprise, 1e-4);
    cr_expect_float_eq(variance_of(swing), square(0.20) * (1.0 - square(0.20) / total), 1e-6);
    cr_expect_float_eq(support_of(1) + mean_of(swing) - 0.75,
                       (total - square(0.40)) / total * surprise, 1e-4);
    cr_expect_eq(mean_of(model.effects.late_swing[0][1]), 0.0);
    cr_expect(pb_evidence_informs(evidence, swing));
    cr_expect(pb_evidence_informs(evidence, model.effects.in_union[0]));
    cr_expect(!pb_evidence_informs(evidence, model.effects.in_union[1]));
    cr_expect(!pb_evidence_informs(evidence, model.effects.late_swing[0][1]));
    discard();
}

Test(evidence, nothing_before_the_count_tells_of_the_late_swing)
{
    start();
    for (int kind = 0; kind < PB_N_EVIDENCE_KINDS; kind++) {
        observe("unit0", 0, 1, (pb_evidence_kind)kind, 1, 20, 80, kind);
        observe("all", 0, 6, (pb_evidence_kind)kind, 1, 500, 100, kind);
    }
    compile(&VOTE, 1);
    for (int k = 0; k < coalition.n_unions; k++) {
        const int swing = model.effects.late_swing[0][k];
        cr_expect_eq(mean_of(swing), 0.0);
        cr_expect_eq(variance_of(swing), square(0.20));
        cr_expect(!pb_evidence_informs(evidence, swing));
        cr_expect(pb_evidence_informs(evidence, model.effects.in_union[k]));
    }
    discard();
}

/* The noise of another vote: sd 0.45 and its own late swing, sd 0.20. */
Test(evidence, an_earlier_ratification_has_a_late_swing_of_its_own)
{
    start_single();
    observe("unit0", 0, 1, PB_EVIDENCE_EARLIER_RATIFICATION, 1, 600000, 400000, 1);
    compile(&VOTE, 1);
    const double lasting = square(0.65) + square(0.30) + square(0.35) + square(0.40);
    const double total = lasting + square(0.45) + square(0.20) + 1.0 / (1e6 * 0.24);
    cr_expect_float_eq(variance_of(0), square(0.65) * (1.0 - square(0.65) / total), 1e-7);
    cr_expect_float_eq(mean_of(0), square(0.65) / total * (logit(0.6) - 0.75), 1e-5);
    discard();
}

/* C.6 by hand, one unit: eta_2 = 0.75 + C + 0.80 - 0.10 + shift + 0.40 (S + W + V + D_1) + noise
 * [+ D_2 if counted]. */
Test(evidence, of_the_second_round_tells_of_the_shift)
{
    const double kept = square(0.40);
    for (int is_count = 0; is_count < 2; is_count++) {
        start_single();
        if (is_count) {
            coalition.unit[0].counted[1] = counted_ballots(800000, 200000);
        } else {
            observe("unit0", 0, 1, PB_EVIDENCE_OFFICIAL_PARTIAL, 2, 800000, 200000, 1);
        }
        compile(&VOTE, 2);
        const double total = square(0.65) + square(0.40)
                             + kept * (square(0.30) + square(0.35) + square(0.40) + square(0.20))
                             + square(0.15) + (is_count ? square(0.20) : square(0.10));
        const double surprise = logit(0.8) - (0.75 + 0.80 - 0.10);
        const int shift = model.effects.shift, first = model.effects.late_swing[0][0];
        const int second = model.effects.late_swing[1][0];
        cr_expect_float_eq(mean_of(shift), square(0.40) / total * surprise, 1e-5);
        cr_expect_float_eq(mean_of(first), 0.40 * square(0.20) / total * surprise, 1e-5);
        cr_expect_float_eq(mean_of(second), is_count * square(0.20) / total * surprise, 1e-5);
        cr_expect_eq(pb_evidence_informs(evidence, second), is_count == 1);
        discard();
    }
}

/* ---- a bare result ---- */

static double kept[4][N];

/* Prior draws in which union 0 has more than half in support are draws given that it approved. */
Test(evidence, a_bare_result_moves_effects_as_rejection_sampling_does)
{
    size_t n = 0;
    start();
    coalition.unions[0].counted[0] = (pb_counted){.kind = PB_COUNTED_REJECTED};
    compile(&VOTE, 1);
    const int effects[4] = {model.effects.coalition, model.effects.in_union[0],
                            model.effects.late_swing[0][0], model.effects.unit[1]};
    for (size_t index = 0; index < N_BATCHES; index++) {
        double first[PB_LANES], second[PB_LANES];
        batch_fill(&b, index);
        pb_effects_draw(&model.effects, rows_of(&b), b.w->effects);
        pb_first_support(&model, NULL, (pb_effect_rows)b.w->effects, 0, first);
        pb_first_support(&model, NULL, (pb_effect_rows)b.w->effects, 1, second);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            if (0.25 * first[lane] + 0.75 * second[lane] < 0.0) {
                for (int e = 0; e < 4; e++) {
                    kept[e][n] = b.w->effects[effects[e]][lane];
                }
                n++;
            }
        }
    }
    cr_assert_gt(n, 100000);
    for (int e = 0; e < 4; e++) {
        expect_mean("effect given the result", kept[e], n, mean_of(effects[e]));
        expect_variance("effect given the result", kept[e], mean_of(effects[e]), n,
                        variance_of(effects[e]));
    }
    discard();
}

/* ---- inputs ---- */

static int find_input(const pb_inputs *inputs, const pb_input *wanted)
{
    int found = 0;
    for (size_t i = 0; i < inputs->n; i++) {
        found += inputs->item[i].purpose == wanted->purpose && inputs->item[i].part == wanted->part
                 && strcmp(inputs->item[i].name, wanted->name) == 0;
    }
    return found;
}

Test(evidence, another_figure_renames_no_random_number)
{
    start();
    observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 12, 8, 5);
    observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 13, 8, 7);
    compile(&VOTE, 1);
    const batch fewer = b;
    pb_evidence_free(evidence);

    observe("unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 9, 1, 9);
    observe("unit0", 0, 1, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 9, 1, 1);
    observe("unit1", 1, 1, PB_EVIDENCE_STRAW_POLL, 1, 9, 1, 1);
    coalition.unit[0].counted[0] = counted_ballots(500, 300);
    compile(&VOTE, 1); /* refuses two inputs with one name */
    for (size_t i = 0; i < fewer.inputs.n; i++) {
        cr_expect_eq(find_input(&b.inputs, &fewer.inputs.item[i]), 1);
    }
    /* biases of two kinds; noise of five polls; sampling of these and a count */
    const size_t added = 2 + 5 + 6, before = 1 + 2 + 2;
    cr_expect_eq(b.inputs.n, fewer.inputs.n + added - before);
    cr_expect_neq(row_of(&b, PB_FOR_EVIDENCE_BIAS, 0, "straw_poll"), NULL);
    cr_expect_neq(row_of(&b, PB_FOR_EVIDENCE_NOISE, 1003, "unit0"), NULL);
    cr_expect_neq(row_of(&b, PB_FOR_EVIDENCE_SAMPLING, 4001, "unit0"), NULL);
    discard();
    b = fewer;
    batch_close(&b);
}

/* ---- size ---- */

/* The largest scenario: every unit and union counted in both rounds and as many polls as there may
 * be. */
Test(evidence, the_largest_scenario_compiles_and_stays_finite)
{
    start();
    start_coalition(&coalition);
    for (int u = 0; u < PB_MAX_UNITS; u++) {
        if (u * PB_MAX_UNIONS / PB_MAX_UNITS == coalition.n_unions) {
            pb_union *voters = add_union(&coalition, PB_AGGREGATE_BALLOTS);
            voters->counted[0] = (pb_counted){.kind = PB_COUNTED_APPROVED};
            voters->counted[1] = counted_ballots(140 + u % 5, 90);
        }
        pb_unit *unit = add_unit(&coalition, 50 + u, 0.7);
        unit->counted[0] = counted_ballots(20 + u % 9, 15);
        unit->counted[1] = counted_ballots(21 + u % 8, 14);
    }
    for (int i = 0; i < PB_MAX_EVIDENCE; i++) {
        observe(i % 3 ? coalition.unit[i].id : "all", i % 3 ? i : 0, i % 3 ? 1 : PB_MAX_UNITS,
                (pb_evidence_kind)(i % 4), 1 + i % 2, i % 50, 25, i % 7);
    }
    compile(&VOTE, 2);
    draw_conditioned(0);
    for (int e = 0; e < model.effects.n; e++) {
        cr_expect(isfinite(mean_of(e)) && fabs(mean_of(e)) < 10.0);
        cr_expect(variance_of(e) >= 0.0 && variance_of(e) <= square(model.effects.sd[e]) + 1e-12);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_expect(isfinite(b.w->effects[e][lane]) && fabs(b.w->effects[e][lane]) < 20.0);
        }
    }
    discard();
}
