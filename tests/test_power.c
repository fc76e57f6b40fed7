/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Known values: the textbook cases of the EEC of 1958 and the UN Security Council (D. S. Felsenthal
 * and M. Machover, The Measurement of Voting Power (1998)). Elsewhere the definitions themselves:
 * swings counted over every set of the other unions, weighted by s! (n - 1 - s)! / n! for
 * Shapley-Shubik. Tolerance 1e-13: a few hundred roundings of numbers below 1.
 */
#include "models/power.h"

#include <criterion/criterion.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const double TOLERANCE = 1e-13;

enum { N_SEBAC = 15 };

/* Members of the coalition of 2011, rounded. */
static const int64_t SEBAC[N_SEBAC] = {15600, 7700, 6800, 3900, 4500, 3000, 800, 1150,
                                       750,   2000, 1150, 1000, 250,  60,   50};

// clang-format off
static const pb_rule SEBAC_RULES[] = {
    {"sebac1996", 3, {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0}, {PB_CLAUSE_UNIONS_OPPOSED, 2, PB_AT_MOST, 1, 15, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_AT_LEAST, 4, 5, 0}}},
    {"sebac2011jul", 3, {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0}, {PB_CLAUSE_UNIONS_APPROVING, 2, PB_MORE_THAN, 1, 2, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_MORE_THAN, 1, 2, 0}}},
    /* more approval can break it */
    {"not_too_many", 4, {{PB_CLAUSE_ALL, 4, 0, 0, 0, 0}, {PB_CLAUSE_UNIONS_APPROVING, 2, PB_AT_MOST, 12, 0, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_MORE_THAN, 1, 2, 0}, {PB_CLAUSE_VETO, 4, 0, 0, 0, 4}}},
};
// clang-format on

static uint64_t first(int n)
{
    return n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static pb_diagram build(const pb_rule *rule, const int64_t *members, int n, uint64_t voting)
{
    pb_diagram diagram;
    cr_assert_eq(pb_diagram_build(rule, members, n, voting, &diagram), PB_DIAGRAM_BUILT);
    return diagram;
}

static pb_power power_of(const pb_rule *rule, const int64_t *members, int n, uint64_t voting)
{
    pb_error err = {.status = PB_OK};
    pb_power power;
    pb_diagram diagram = build(rule, members, n, voting);
    cr_assert_eq(pb_power_indices(&diagram, &power, &err), PB_OK, "%s", err.text);
    pb_diagram_free(&diagram);
    return power;
}

/* [quota; weights]: a union carries its weight as members. */
static pb_power power_of_weights(int64_t quota, const int64_t *weights, int n)
{
    pb_rule rule = {"weights", 1, {{PB_CLAUSE_MEMBERS_REPRESENTED, 1, PB_AT_LEAST, quota, 0, 0}}};
    for (int u = 0; u < n; u++) {
        rule.node[0].denominator += weights[u];
    }
    return power_of(&rule, weights, n, first(n));
}

Test(power, of_the_eec_of_1958)
{
    static const int64_t WEIGHTS[] = {4, 4, 4, 2, 2, 1}, SWINGS[] = {10, 10, 10, 6, 6, 0};
    static const double SHARES[] = {5.0 / 21, 5.0 / 21, 5.0 / 21, 1.0 / 7, 1.0 / 7, 0};
    static const double SHAPLEY[] = {7.0 / 30, 7.0 / 30, 7.0 / 30, 3.0 / 20, 3.0 / 20, 0};
    const pb_power power = power_of_weights(12, WEIGHTS, 6);
    for (int u = 0; u < 6; u++) {
        cr_expect_eq(pb_power_swings(&power, u), SWINGS[u]);
        cr_expect_eq(power.banzhaf[u], (double)SWINGS[u] / 32);
        cr_expect_float_eq(power.banzhaf_share[u], SHARES[u], TOLERANCE);
        cr_expect_float_eq(power.shapley_shubik[u], SHAPLEY[u], TOLERANCE);
    }
    cr_expect_eq(power.shapley_shubik[5], 0.0, "Luxembourg never decides");
}

Test(power, of_the_un_security_council)
{
    static const int64_t WEIGHTS[] = {7, 7, 7, 7, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const pb_power power = power_of_weights(39, WEIGHTS, 15);
    for (int u = 0; u < 15; u++) {
        cr_expect_eq(pb_power_swings(&power, u), u < 5 ? 848 : 84);
        cr_expect_float_eq(power.shapley_shubik[u], (u < 5 ? 421.0 : 4.0) / 2145, TOLERANCE);
    }
}

/* The same rule in words: nine in favour, among them the five permanent members. */
Test(power, of_the_un_security_council_by_vetoes)
{
    static const int64_t ANY_SIZE[15] = {1, 5, 2, 9, 1, 4, 4, 7, 3, 8, 6, 2, 1, 1, 5};
    const pb_rule rule = {"un",
                          3,
                          {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0},
                           {PB_CLAUSE_VETO, 2, 0, 0, 0, 0x1F},
                           {PB_CLAUSE_UNIONS_APPROVING, 3, PB_AT_LEAST, 9, 0, 0}}};
    const pb_power power = power_of(&rule, ANY_SIZE, 15, first(15));
    for (int u = 0; u < 15; u++) {
        cr_expect_eq(pb_power_swings(&power, u), u < 5 ? 848 : 84);
    }
}

/* ---- by the definitions ---- */

static bool holds(const pb_rule *rule, const int64_t *members, uint64_t voting, uint64_t approving)
{
    pb_tally tally = {.approving = approving};
    for (int u = 0; u < N_SEBAC; u++) {
        const int64_t votes = voting >> u & 1, approves = approving >> u & 1;
        tally.unions_voting += votes;
        tally.unions_approving += approves;
        tally.members_voting += votes * members[u];
        tally.members_approving += approves * members[u];
    }
    return pb_rule_holds(rule, &tally);
}

/* swings[s]: sets of s others in which u decides, less those in which its yes breaks the rule. */
static void count_swings(const pb_rule *rule, uint64_t voting, int u, int64_t *swings)
{
    const uint64_t own = UINT64_C(1) << u;
    memset(swings, 0, N_SEBAC * sizeof *swings);
    for (uint64_t others = 0; others <= first(N_SEBAC); others++) {
        if ((others & own) == 0 && (others & ~voting) == 0) {
            swings[__builtin_popcountll(others)] +=
                holds(rule, SEBAC, voting, others | own) - holds(rule, SEBAC, voting, others);
        }
    }
}

static void expect_power_by_definition(const pb_rule *rule, uint64_t voting, int u,
                                       const pb_power *power)
{
    int64_t swings[N_SEBAC], all = 0;
    double shapley = 0.0;
    const int n = power->n_voting;
    count_swings(rule, voting, u, swings);
    for (int s = 0; s < n; s++) {
        all += swings[s];
        shapley += (double)swings[s] * tgamma(s + 1) * tgamma(n - s) / tgamma(n + 1);
    }
    cr_expect_eq(pb_power_swings(power, u), all, "%s, union %d", rule->id, u);
    cr_expect_float_eq(power->shapley_shubik[u], shapley, TOLERANCE, "%s, union %d", rule->id, u);
}

Test(power, of_15_unions_is_that_of_the_definitions)
{
    static const uint64_t VOTING[] = {0x7FFF, 0x7BDE};
    for (size_t i = 0; i < COUNT_OF(SEBAC_RULES) * COUNT_OF(VOTING); i++) {
        const pb_rule *rule = &SEBAC_RULES[i / COUNT_OF(VOTING)];
        const uint64_t voting = VOTING[i % COUNT_OF(VOTING)];
        const pb_power power = power_of(rule, SEBAC, N_SEBAC, voting);
        for (int u = 0; u < N_SEBAC; u++) {
            if ((voting >> u & 1) != 0) {
                expect_power_by_definition(rule, voting, u, &power);
            }
        }
    }
}

Test(power, of_an_abstainer_is_0)
{
    const pb_power power = power_of(&SEBAC_RULES[1], SEBAC, N_SEBAC, first(N_SEBAC) & ~1u);
    cr_expect_eq(power.n_voting, N_SEBAC - 1);
    cr_expect_eq(power.banzhaf[0], 0.0);
    cr_expect_eq(power.shapley_shubik[0], 0.0);
}

Test(power, of_a_rule_that_nobody_decides_is_0)
{
    const pb_rule never = {"never", 1, {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_MORE_THAN, 1, 1, 0}}};
    const pb_power power = power_of(&never, SEBAC, N_SEBAC, first(N_SEBAC));
    for (int u = 0; u < N_SEBAC; u++) {
        cr_expect_eq(power.banzhaf_share[u], 0.0);
        cr_expect_eq(power.shapley_shubik[u], 0.0);
    }
}

/* ---- 64 unions ---- */

static double sum(const double *x, int n)
{
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        total += x[i];
    }
    return total;
}

/* The largest case of all: the integrand has degree 63, the last that 32 points do exactly. */
Test(power, of_64_unions_sums_to_1)
{
    int64_t members[PB_MAX_UNIONS];
    for (int u = 0; u < PB_MAX_UNIONS; u++) {
        members[u] = 1 + u * u % 23;
    }
    for (size_t i = 0; i < 2; i++) {
        const pb_power power = power_of(&SEBAC_RULES[i], members, PB_MAX_UNIONS, UINT64_MAX);
        cr_expect_float_eq(sum(power.shapley_shubik, PB_MAX_UNIONS), 1.0, TOLERANCE);
        cr_expect_float_eq(sum(power.banzhaf_share, PB_MAX_UNIONS), 1.0, TOLERANCE);
    }
}

/* Alike in all: 1/64 each; a swing is a tie at 32 of the 63 others, C(63, 32) / 2^63. */
Test(power, of_64_equal_unions_is_equal)
{
    const pb_rule majority = {
        "majority", 1, {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_MORE_THAN, 1, 2, 0}}};
    const int64_t members[PB_MAX_UNIONS] = {0};
    const pb_power power = power_of(&majority, members, PB_MAX_UNIONS, UINT64_MAX);
    const double tie = exp(lgamma(64) - lgamma(33) - lgamma(32) - 63 * log(2.0));
    for (int u = 0; u < PB_MAX_UNIONS; u++) {
        cr_expect_float_eq(power.shapley_shubik[u], 1.0 / 64, TOLERANCE);
        cr_expect_float_eq(power.banzhaf[u], tie, 1e-12, "lgamma(64) = 201 costs digits");
    }
}

/* ---- pivotality ---- */

static double pi[PB_MAX_UNIONS][PB_LANES], p[PB_LANES], gradient[PB_MAX_UNIONS][PB_LANES];

static void evaluate_at_common(const pb_diagram *diagram, const double *common)
{
    double *workspace = malloc(pb_diagram_workspace_doubles(diagram) * sizeof *workspace);
    cr_assert_not_null(workspace);
    for (int u = 0; u < PB_MAX_UNIONS; u++) {
        memcpy(pi[u], common, sizeof pi[u]);
    }
    pb_diagram_gradient(diagram, (const double(*)[PB_LANES])pi, workspace, p, gradient);
    free(workspace);
}

/* The mean over a uniform probability by Simpson's rule on 255 points, for these rules good to
 * SIMPSON (steepest: the 1996 rule, where nearly all must approve). */
static const double SIMPSON = 1e-6;

static double simpson_mean(const double *f)
{
    double total = 0.0;
    for (int i = 0; i <= 254; i++) {
        total += f[i] * (i == 0 || i == 254 ? 1.0 : i % 2 == 1 ? 4.0 : 2.0);
    }
    return total / (3.0 * 254.0);
}

Test(power, is_pivotality_at_a_common_probability)
{
    double common[PB_LANES];
    for (int lane = 0; lane < PB_LANES; lane++) {
        common[lane] = lane < 255 ? lane / 254.0 : 0.5;
    }
    for (size_t i = 0; i < COUNT_OF(SEBAC_RULES); i++) {
        const pb_power power = power_of(&SEBAC_RULES[i], SEBAC, N_SEBAC, first(N_SEBAC));
        pb_diagram diagram = build(&SEBAC_RULES[i], SEBAC, N_SEBAC, first(N_SEBAC));
        evaluate_at_common(&diagram, common);
        for (int u = 0; u < N_SEBAC; u++) {
            cr_expect_eq(gradient[u][255], power.banzhaf[u]);
            cr_expect_float_eq(simpson_mean(gradient[u]), power.shapley_shubik[u], SIMPSON);
        }
        pb_diagram_free(&diagram);
    }
}

/* ---- the quadrature ---- */

Test(gauss_legendre, has_the_points_and_weights_of_gsl)
{
    double point[PB_GAUSS_POINTS], weight[PB_GAUSS_POINTS];
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(PB_GAUSS_POINTS);
    pb_gauss_legendre(point, weight);
    for (size_t i = 0; i < PB_GAUSS_POINTS; i++) {
        double x, w;
        gsl_integration_glfixed_point(0.0, 1.0, i, &x, &w, table);
        cr_expect_float_eq(point[i], x, 2e-16);
        cr_expect_float_eq(weight[i], w, 2e-17);
    }
    gsl_integration_glfixed_table_free(table);
}

Test(gauss_legendre, is_exact_up_to_degree_63)
{
    double point[PB_GAUSS_POINTS], weight[PB_GAUSS_POINTS];
    pb_gauss_legendre(point, weight);
    for (int degree = 0; degree <= 63; degree++) {
        double integral = 0.0;
        for (int i = 0; i < PB_GAUSS_POINTS; i++) {
            integral += weight[i] * pow(point[i], degree);
        }
        cr_expect_float_eq(integral, 1.0 / (degree + 1), 1e-15, "degree %d", degree);
    }
}
