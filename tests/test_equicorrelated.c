/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The known answer for counts of correlated votes. Unions of about a million members, p = 1/2,
 * normal effects of which half of the variance is common: union k approves if C + I_k > 0, with
 * C and the I_k independent N(0, 1). Given C it does with probability Phi(C), which is uniform,
 * so the number of yes unions of n is uniform over 0..n: of 15, P(14 or more) = 2/16 = 1/8 and
 * P(8 or more) = 8/16 = 1/2. Counting adds 4e-6 to the variance: nothing at a million draws.
 */
#include "models/ratification.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <gsl/gsl_cdf.h>

enum { N_UNIONS = 15, N_BATCHES = 4096, N = N_BATCHES * PB_LANES };

/* Common: 0.8^2 + 0.6^2 = 1 (one sector). Own: 0.48^2 + 0.64^2 + 0.6^2 = 1. */
static const pb_vote_params VOTE = {.sd_coalition = 0.8,
                                    .sd_sector = 0.6,
                                    .sd_union = 0.48,
                                    .sd_late_swing = 0.64,
                                    .sd_unit = 0.6,
                                    .df = INFINITY,
                                    .turnout = 1.0};

static pb_coalition coalition;
static pb_ratification model[2];

/* A round's rule over the same inputs. */
typedef struct voting {
    pb_ratification *model;
    pb_round round;
    batch b;
} voting;

static void open_voting(voting *v, pb_ratification *made, int64_t threshold)
{
    const pb_shape shape = shape_of_coalition(&coalition, 1);
    v->model = made;
    v->round.rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, threshold, 0);
    pb_error err = {0};
    cr_assert_eq(
        pb_ratification_compile(&VOTE, &coalition, &v->round, 1, NULL, &v->b.inputs, made, &err),
        PB_OK, "%s", err.text);
    batch_open_votes(&v->b, &shape, made);
}

static void build_coalition(void)
{
    start_coalition(&coalition);
    for (int k = 0; k < N_UNIONS; k++) {
        add_union(&coalition, PB_AGGREGATE_BALLOTS);
        add_unit(&coalition, 999999, 1.0);
    }
}

Test(equicorrelated, every_number_of_yes_unions_is_equally_likely)
{
    static voting most, half;
    size_t fourteen = 0, eight = 0, count[N_UNIONS + 1] = {0};
    build_coalition();
    open_voting(&most, &model[0], 14);
    open_voting(&half, &model[1], 8);

    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&most.b, i);
        pb_ratification_simulate(&model[0], kernels(), rows_of(&most.b), &most.b.out, most.b.w);
        pb_ratification_simulate(&model[1], kernels(), rows_of(&most.b), &half.b.out, half.b.w);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            fourteen += most.b.out.rule_satisfied[lane];
            eight += half.b.out.rule_satisfied[lane];
            count[most.b.out.unions_approving[lane]]++;
        }
    }
    expect_probability("P(14 or more approve)", fourteen, N, 1.0 / 8);
    expect_probability("P(8 or more approve)", eight, N, 1.0 / 2);

    double chi_square = 0.0;
    for (int k = 0; k <= N_UNIONS; k++) {
        const double expected = N / (N_UNIONS + 1.0);
        const double excess = (double)count[k] - expected;
        chi_square += excess * excess / expected;
    }
    cr_expect(gsl_cdf_chisq_Q(chi_square, N_UNIONS) > 1e-6, "chi-square %.1f on 15", chi_square);
    batch_close(&most.b);
    batch_close(&half.b);
}
