/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Oracles: every set of approving unions, judged by pb_rule_holds, up to 15 unions; for 64 unions
 * the joint distribution of count and members by recursion (for a count alone the Poisson-binomial
 * recursion of Y. Hong, Comput. Stat. Data Anal. 59 (2013)). Tolerance 1e-12 throughout
 * unless said otherwise: sums of at most 2^15 products of numbers in [0, 1].
 */
#include "models/diagram.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

enum { MAX_BRUTE = 15, N_SEBAC = 15 };

/* Members of the coalition of 2011, rounded. */
static const int64_t SEBAC[N_SEBAC] = {15600, 7700, 6800, 3900, 4500, 3000, 800, 1150,
                                       750,   2000, 1150, 1000, 250,  60,   50};

// clang-format off
static const struct preset {
    pb_rule rule;
    int most_nodes; /* on SEBAC, leaves included: a bound on what the diagram may cost */
} PRESETS[] = {
    {{"sebac1996", 3, {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0}, {PB_CLAUSE_UNIONS_OPPOSED, 2, PB_AT_MOST, 1, 15, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_AT_LEAST, 4, 5, 0}}}, 30},
    {{"sebac2011jul", 3, {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0}, {PB_CLAUSE_UNIONS_APPROVING, 2, PB_MORE_THAN, 1, 2, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_MORE_THAN, 1, 2, 0}}}, 180},
    {{"sebac2012_ta", 3, {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 2, PB_AT_LEAST, 4, 5, 0}, {PB_CLAUSE_UNIONS_OPPOSED, 3, PB_AT_MOST, 1, 5, 0}}}, 60},
    {{"sebac2012_ratify", 3, {{PB_CLAUSE_ALL, 3, 0, 0, 0, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 2, PB_AT_LEAST, 2, 3, 0}, {PB_CLAUSE_UNIONS_OPPOSED, 3, PB_AT_MOST, 1, 3, 0}}}, 120},
    {{"bylaw_change", 1, {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_AT_LEAST, 10, 0, 0}}}, 62},
    {{"unanimous", 1, {{PB_CLAUSE_UNIONS_OPPOSED, 1, PB_AT_MOST, 0, 0, 0}}}, 17},
    {{"majority", 1, {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_MORE_THAN, 1, 2, 0}}}, 66},
    {{"members_majority", 1, {{PB_CLAUSE_MEMBERS_REPRESENTED, 1, PB_MORE_THAN, 1, 2, 0}}}, 180},
    {{"either_or_veto", 6, {{PB_CLAUSE_ANY, 6, 0, 0, 0, 0}, {PB_CLAUSE_ALL, 4, 0, 0, 0, 0}, {PB_CLAUSE_VETO, 3, 0, 0, 0, 0x41}, {PB_CLAUSE_UNIONS_APPROVING, 4, PB_AT_LEAST, 2, 3, 0},
                            {PB_CLAUSE_NOT, 6, 0, 0, 0, 0}, {PB_CLAUSE_MEMBERS_REPRESENTED, 6, PB_LESS_THAN, 9, 10, 0}}}, 400},
};
// clang-format on

enum { SEBAC1996, SEBAC2011JUL, MAJORITY = 6 };

static double pi[PB_MAX_UNIONS][PB_LANES], p[PB_LANES], gradient[PB_MAX_UNIONS][PB_LANES];

/* ---- numbers that are the same in every run (splitmix64: Steele, Lea and Flood 2014) ---- */

static uint64_t seed;

static uint64_t next_bits(void)
{
    uint64_t x = seed += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static int below(int n)
{
    return (int)(next_bits() % (uint64_t)n);
}

static double uniform(void)
{
    return (double)(next_bits() >> 11) * 0x1p-53;
}

/* One lane in eight has sure votes among its unions. */
static void fill_pi(void)
{
    for (int u = 0; u < PB_MAX_UNIONS; u++) {
        for (int lane = 0; lane < PB_LANES; lane++) {
            pi[u][lane] = lane % 8 == 7 && below(2) == 0 ? below(2) : uniform();
        }
    }
}

/* ---- the diagram at work ---- */

static uint64_t first(int n)
{
    return n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static pb_diagram build(const pb_rule *rule, const int64_t *members, int n, uint64_t voting)
{
    pb_diagram diagram;
    const pb_diagram_outcome outcome = pb_diagram_build(rule, members, n, voting, &diagram);
    cr_assert_eq(outcome, PB_DIAGRAM_BUILT, "%s: %s", rule->id, pb_diagram_outcome_text(outcome));
    return diagram;
}

/* Fills p and gradient; both functions must give the same probabilities to the bit. */
static void evaluate(const pb_diagram *diagram)
{
    const double(*rows)[PB_LANES] = (const double(*)[PB_LANES])pi;
    double again[PB_LANES];
    double *workspace = malloc(pb_diagram_workspace_doubles(diagram) * sizeof *workspace);
    cr_assert_not_null(workspace);
    pb_diagram_probability(diagram, rows, workspace, again);
    pb_diagram_gradient(diagram, rows, workspace, p, gradient);
    free(workspace);
    cr_assert_arr_eq(p, again, sizeof p);
}

/* ---- every outcome ---- */

static pb_tally tally_of(const int64_t *members, int n, uint64_t voting, uint64_t approving)
{
    pb_tally tally = {.approving = approving};
    for (int u = 0; u < n; u++) {
        const int64_t votes = voting >> u & 1, approves = approving >> u & 1;
        tally.unions_voting += votes;
        tally.unions_approving += approves;
        tally.members_voting += votes * members[u];
        tally.members_approving += approves * members[u];
    }
    return tally;
}

static bool holds[1 << MAX_BRUTE]; /* by set of approving unions */

static void judge_outcomes(const pb_rule *rule, const int64_t *members, int n, uint64_t voting)
{
    for (uint64_t set = 0; set < UINT64_C(1) << n; set++) {
        const pb_tally tally = tally_of(members, n, voting, set & voting);
        holds[set] = pb_rule_holds(rule, &tally);
    }
}

/* P(holds) with union u approving with `chance[u]`: the last union is summed out first. */
static double sum_outcomes(int n, const double *chance)
{
    static double sum[1 << MAX_BRUTE];
    for (size_t set = 0; set < (size_t)1 << n; set++) {
        sum[set] = holds[set];
    }
    for (int u = n - 1; u >= 0; u--) {
        const size_t half = (size_t)1 << u;
        for (size_t set = 0; set < half; set++) {
            sum[set] = (1.0 - chance[u]) * sum[set] + chance[u] * sum[set + half];
        }
    }
    return sum[0];
}

static double gradient_by_outcomes(int n, int u, const double *chance)
{
    double sure[MAX_BRUTE];
    memcpy(sure, chance, sizeof sure);
    sure[u] = 1.0;
    const double yes = sum_outcomes(n, sure);
    sure[u] = 0.0;
    return yes - sum_outcomes(n, sure);
}

static double largest_error_of_lane(int n, int lane)
{
    double chance[MAX_BRUTE], error;
    for (int u = 0; u < MAX_BRUTE; u++) {
        chance[u] = pi[u][lane];
    }
    error = fabs(p[lane] - sum_outcomes(n, chance));
    for (int u = 0; u < n; u++) {
        error = fmax(error, fabs(gradient[u][lane] - gradient_by_outcomes(n, u, chance)));
    }
    return error;
}

/* Of the probability and the gradient, in `lanes` lanes with sure votes and `lanes` without. */
static double largest_error(const pb_rule *rule, const int64_t *members, int n, uint64_t voting,
                            int lanes)
{
    pb_diagram diagram = build(rule, members, n, voting);
    double error = 0.0;
    fill_pi();
    evaluate(&diagram);
    judge_outcomes(rule, members, n, voting);
    for (int i = 0; i < lanes; i++) {
        error = fmax(error, largest_error_of_lane(n, below(PB_LANES / 8) * 8 + 7));
        error = fmax(error, largest_error_of_lane(n, below(PB_LANES)));
    }
    pb_diagram_free(&diagram);
    return error;
}

Test(diagram, agrees_with_every_outcome_of_the_presets)
{
    for (size_t i = 0; i < COUNT_OF(PRESETS); i++) {
        const pb_rule *rule = &PRESETS[i].rule;
        const double error = largest_error(rule, SEBAC, N_SEBAC, first(N_SEBAC), 2);
        cr_expect_leq(error, 1e-12, "%s: %g", rule->id, error);
    }
}

Test(diagram, agrees_with_every_outcome_when_some_abstain)
{
    const uint64_t voting = first(N_SEBAC) & ~UINT64_C(0x1025); /* the largest among them */
    for (size_t i = 0; i < COUNT_OF(PRESETS); i++) {
        const pb_rule *rule = &PRESETS[i].rule;
        const double error = largest_error(rule, SEBAC, N_SEBAC, voting, 2);
        cr_expect_leq(error, 1e-12, "%s: %g", rule->id, error);
    }
}

/* ---- random trees ---- */

static void add_share(pb_rule_node *node, int n)
{
    node->comparison = (pb_comparison)below(PB_N_COMPARISONS);
    if (PB_CLAUSES[node->kind].counts_unions && below(2) == 0) {
        node->numerator = below(n + 1);
        return;
    }
    node->denominator = 1 + below(20);
    node->numerator = below((int)node->denominator + 1);
}

/* In a monotone tree no approval ever breaks the rule. */
static void make_monotone(pb_rule_node *node)
{
    const bool strict = node->comparison == PB_MORE_THAN || node->comparison == PB_LESS_THAN;
    if (node->kind == PB_CLAUSE_UNIONS_OPPOSED) {
        node->comparison = strict ? PB_LESS_THAN : PB_AT_MOST;
    } else {
        node->comparison = strict ? PB_MORE_THAN : PB_AT_LEAST;
    }
}

static void add_tree(pb_rule *rule, int n, int depth, bool monotone)
{
    static const pb_clause_kind KINDS[] = {PB_CLAUSE_VETO,
                                           PB_CLAUSE_UNIONS_APPROVING,
                                           PB_CLAUSE_UNIONS_OPPOSED,
                                           PB_CLAUSE_MEMBERS_REPRESENTED,
                                           PB_CLAUSE_MEMBERS_REPRESENTED,
                                           PB_CLAUSE_ALL,
                                           PB_CLAUSE_ANY,
                                           PB_CLAUSE_ALL,
                                           PB_CLAUSE_ANY,
                                           PB_CLAUSE_NOT};
    const int n_kinds = depth == 0 ? 5 : monotone ? 9 : 10;
    pb_rule_node *node = &rule->node[rule->n_nodes++];
    node->kind = KINDS[below(n_kinds)];
    if (node->kind == PB_CLAUSE_VETO) {
        node->veto = next_bits() & next_bits() & next_bits() & first(n);
    } else if (PB_CLAUSES[node->kind].measure != NULL) {
        add_share(node, n);
    }
    if (PB_CLAUSES[node->kind].measure != NULL && monotone) {
        make_monotone(node);
    }
    if (node->kind == PB_CLAUSE_ALL || node->kind == PB_CLAUSE_ANY || node->kind == PB_CLAUSE_NOT) {
        for (int children = node->kind == PB_CLAUSE_NOT ? 1 : below(4); children > 0; children--) {
            add_tree(rule, n, depth - 1, monotone);
        }
    }
    node->next = rule->n_nodes;
}

/* A tree (at most 1 + 3 + 9 + 27 nodes) and an electorate: sizes alike, few, all small or any. */
typedef struct made_up {
    pb_rule rule;
    int n;
    int64_t members[PB_MAX_UNIONS];
    uint64_t voting;
} made_up;

static void make_up(made_up *m, int n, bool monotone)
{
    static const int SIZES[] = {1, 2, 7, 30000};
    const int sizes = SIZES[below((int)COUNT_OF(SIZES))];
    memset(m, 0, sizeof *m);
    m->n = n;
    m->voting = first(n);
    for (int u = 0; u < n; u++) {
        m->members[u] = 1 + below(sizes);
    }
    if (below(3) == 0) {
        m->voting &= next_bits() | next_bits();
    }
    if (below(10) == 0) {
        m->members[below(n)] = 0;
    }
    add_tree(&m->rule, n, 3, monotone);
}

static double largest_error_of_trees(int trees, int least_n, int most_n)
{
    static made_up m;
    double error = 0.0;
    for (int tree = 0; tree < trees; tree++) {
        make_up(&m, least_n + below(most_n - least_n + 1), false);
        error = fmax(error, largest_error(&m.rule, m.members, m.n, m.voting, 1));
    }
    return error;
}

Test(diagram, agrees_with_every_outcome_of_800_random_trees)
{
    seed = 1;
    const double error = largest_error_of_trees(800, 1, 12);
    cr_expect_leq(error, 1e-12, "%g", error);
}

Test(diagram, agrees_with_every_outcome_of_20_random_trees_over_15_unions)
{
    seed = 2;
    const double error = largest_error_of_trees(20, 15, 15);
    cr_expect_leq(error, 1e-12, "%g", error);
}

/* ---- invariants ---- */

/* Sure votes, the sets 256 k to 256 k + 255: lane by set. */
static void fill_sure_votes(int n, int batch)
{
    for (int lane = 0; lane < PB_LANES; lane++) {
        for (int u = 0; u < n; u++) {
            pi[u][lane] = (batch * PB_LANES + lane) >> u & 1;
        }
    }
}

static int count_unsure(int n, int batch)
{
    int wrong = 0;
    for (int lane = 0; lane < PB_LANES; lane++) {
        const int set = (batch * PB_LANES + lane) & (int)first(n);
        wrong += p[lane] != holds[set];
        for (int u = 0; u < n; u++) {
            wrong += gradient[u][lane] != holds[set | 1 << u] - holds[set & ~(1 << u)];
        }
    }
    return wrong;
}

Test(diagram, sure_votes_give_exactly_0_or_1)
{
    static made_up m;
    int wrong = 0;
    seed = 3;
    for (int tree = 0; tree < 300; tree++) {
        make_up(&m, 1 + below(10), false);
        pb_diagram diagram = build(&m.rule, m.members, m.n, m.voting);
        judge_outcomes(&m.rule, m.members, m.n, m.voting);
        for (int batch = 0; batch * PB_LANES < 1 << m.n; batch++) {
            fill_sure_votes(m.n, batch);
            evaluate(&diagram);
            wrong += count_unsure(m.n, batch);
        }
        pb_diagram_free(&diagram);
    }
    cr_expect_eq(wrong, 0);
}

/* Rounding may cost an ulp or two of 1: bound 1e-15. */
static int count_falling(const pb_diagram *diagram)
{
    double before[PB_LANES];
    int falling = 0;
    fill_pi();
    evaluate(diagram);
    memcpy(before, p, sizeof p);
    for (int lane = 0; lane < PB_LANES; lane++) {
        const int u = below(diagram->n_unions);
        pi[u][lane] += (1.0 - pi[u][lane]) * uniform();
        falling += gradient[u][lane] < -1e-15;
    }
    evaluate(diagram);
    for (int lane = 0; lane < PB_LANES; lane++) {
        falling += p[lane] < before[lane] - 1e-15;
    }
    return falling;
}

Test(diagram, more_support_never_lowers_a_monotone_rule)
{
    static made_up m;
    int falling = 0;
    seed = 4;
    for (int tree = 0; tree < 300; tree++) {
        make_up(&m, 1 + below(20), true);
        pb_diagram diagram = build(&m.rule, m.members, m.n, m.voting);
        falling += count_falling(&diagram);
        pb_diagram_free(&diagram);
    }
    cr_expect_eq(falling, 0);
}

Test(diagram, is_a_probability)
{
    static made_up m;
    int outside = 0;
    seed = 5;
    for (int tree = 0; tree < 300; tree++) {
        make_up(&m, 1 + below(20), false);
        pb_diagram diagram = build(&m.rule, m.members, m.n, m.voting);
        fill_pi();
        evaluate(&diagram);
        for (int lane = 0; lane < PB_LANES; lane++) {
            outside += !(p[lane] >= 0.0 && p[lane] <= 1.0);
        }
        pb_diagram_free(&diagram);
    }
    cr_expect_eq(outside, 0);
}

Test(diagram, a_lane_does_not_depend_on_its_place)
{
    pb_diagram diagram = build(&PRESETS[SEBAC2011JUL].rule, SEBAC, N_SEBAC, first(N_SEBAC));
    for (int u = 0; u < N_SEBAC; u++) {
        const double chance = uniform();
        for (int lane = 0; lane < PB_LANES; lane++) {
            pi[u][lane] = chance;
        }
    }
    evaluate(&diagram);
    for (int lane = 1; lane < PB_LANES; lane++) {
        cr_expect_eq(p[lane], p[0]);
        cr_expect_eq(gradient[3][lane], gradient[3][0]);
    }
    pb_diagram_free(&diagram);
}

/* ---- shape ---- */

static void expect_reduced(const pb_diagram *diagram)
{
    for (int i = PB_DIAGRAM_LEAVES; i < diagram->n_nodes; i++) {
        const pb_diagram_node *node = &diagram->node[i];
        cr_expect(node->lo != node->hi, "node %d does not decide", i);
        cr_expect(node->lo < i && node->hi < i, "node %d stands before a child", i);
        for (int j = PB_DIAGRAM_LEAVES; j < i; j++) {
            cr_expect(memcmp(node, &diagram->node[j], sizeof *node) != 0, "%d is %d", i, j);
        }
    }
}

Test(diagram, stays_small_for_the_presets)
{
    for (size_t i = 0; i < COUNT_OF(PRESETS); i++) {
        const pb_rule *rule = &PRESETS[i].rule;
        pb_diagram diagram = build(rule, SEBAC, N_SEBAC, first(N_SEBAC));
        cr_log_info("%s: %d nodes", rule->id, diagram.n_nodes);
        cr_expect_leq(diagram.n_nodes, PRESETS[i].most_nodes, "%s: %d", rule->id, diagram.n_nodes);
        expect_reduced(&diagram);
        pb_diagram_free(&diagram);
    }
}

Test(diagram, of_a_rule_that_decides_nothing_is_a_leaf)
{
    const pb_rule always = {"always", 1, {{PB_CLAUSE_UNIONS_APPROVING, 1, PB_AT_LEAST, 0, 0, 0}}};
    pb_diagram diagram = build(&always, SEBAC, N_SEBAC, first(N_SEBAC));
    cr_expect_eq(diagram.n_nodes, PB_DIAGRAM_LEAVES);
    cr_expect_eq(diagram.root, PB_DIAGRAM_RATIFIED);
    pb_diagram_free(&diagram);
}

Test(diagram, of_a_share_of_nothing_is_rejected)
{
    const int64_t nobody[2] = {0, 0};
    const pb_rule rule = {"m", 1, {{PB_CLAUSE_MEMBERS_REPRESENTED, 1, PB_AT_LEAST, 0, 1, 0}}};
    pb_diagram all_abstain = build(&PRESETS[MAJORITY].rule, SEBAC, N_SEBAC, 0);
    pb_diagram no_members = build(&rule, nobody, 2, 3);
    cr_expect_eq(all_abstain.root, PB_DIAGRAM_REJECTED);
    cr_expect_eq(no_members.root, PB_DIAGRAM_REJECTED);
    pb_diagram_free(&all_abstain);
    pb_diagram_free(&no_members);
}

Test(diagram, a_veto_of_an_abstainer_is_never_lifted)
{
    const pb_rule rule = {"v", 1, {{PB_CLAUSE_VETO, 1, 0, 0, 0, 0x5}}};
    pb_diagram diagram = build(&rule, SEBAC, N_SEBAC, first(N_SEBAC) & ~UINT64_C(4));
    cr_expect_eq(diagram.root, PB_DIAGRAM_REJECTED);
    pb_diagram_free(&diagram);
}

/* ---- 64 unions ---- */

enum { N_LARGE = 64, MOST_MEMBERS = 12 * N_LARGE };

/* P(count, members) of the approving unions, one union after the other. */
static double joint[N_LARGE + 1][MOST_MEMBERS + 1];

static void add_union(int voted, int64_t members, double chance)
{
    for (int count = voted; count >= 0; count--) {
        for (int64_t sum = MOST_MEMBERS - members; sum >= 0; sum--) {
            const double yes = chance * joint[count][sum];
            joint[count][sum] -= yes;
            joint[count + 1][sum + members] += yes;
        }
    }
}

static double probability_by_recursion(const pb_rule *rule, const int64_t *members, int lane)
{
    pb_tally tally = tally_of(members, N_LARGE, UINT64_MAX, 0);
    double sum = 0.0;
    memset(joint, 0, sizeof joint);
    joint[0][0] = 1.0;
    for (int u = 0; u < N_LARGE; u++) {
        add_union(u, members[u], pi[u][lane]);
    }
    for (int count = 0; count <= N_LARGE; count++) {
        for (int weight = 0; weight <= tally.members_voting; weight++) {
            tally.unions_approving = count;
            tally.members_approving = weight;
            sum += pb_rule_holds(rule, &tally) ? joint[count][weight] : 0.0;
        }
    }
    return sum;
}

Test(diagram, of_64_unions_agrees_with_the_recursion)
{
    int64_t members[N_LARGE];
    seed = 6;
    for (int u = 0; u < N_LARGE; u++) {
        members[u] = 1 + below(12);
    }
    for (int i = SEBAC1996; i <= MAJORITY + 1; i++) {
        const pb_rule *rule = &PRESETS[i].rule;
        pb_diagram diagram = build(rule, members, N_LARGE, UINT64_MAX);
        fill_pi();
        evaluate(&diagram);
        for (int lane = 0; lane < 8; lane++) {
            const double wanted = probability_by_recursion(rule, members, lane);
            cr_expect_float_eq(p[lane], wanted, 1e-12, "%s: %g", rule->id, p[lane] - wanted);
        }
        pb_diagram_free(&diagram);
    }
}

/* A row for each number of unions that voted, 33 yes or 32 no end it: 33 x 32 nodes. */
Test(diagram, of_a_majority_of_64_unions_is_a_grid)
{
    int64_t members[N_LARGE];
    for (int u = 0; u < N_LARGE; u++) {
        members[u] = 1 + u * u;
    }
    pb_diagram diagram = build(&PRESETS[MAJORITY].rule, members, N_LARGE, UINT64_MAX);
    cr_expect_eq(diagram.n_nodes, 33 * 32 + PB_DIAGRAM_LEAVES);
    pb_diagram_free(&diagram);
}

/* ---- no diagram ---- */

static void expect_no_diagram(const pb_rule *rule, const int64_t *members, int n,
                              pb_diagram_outcome why)
{
    pb_diagram diagram;
    cr_expect_eq(pb_diagram_build(rule, members, n, first(n), &diagram), why);
    cr_expect_null(diagram.node);
    cr_expect_eq(diagram.n_nodes, 0);
    pb_diagram_free(&diagram);
    pb_diagram_free(&diagram);
}

/* 64 sizes without a pattern: almost every set of approving unions has members of its own. */
Test(diagram, above_the_cap_is_refused)
{
    int64_t members[N_LARGE];
    seed = 7;
    for (int u = 0; u < N_LARGE; u++) {
        members[u] = 1 + below(1000000);
    }
    expect_no_diagram(&PRESETS[SEBAC2011JUL].rule, members, N_LARGE, PB_DIAGRAM_TOO_LARGE);
}

/* Pairs of unions, one of each half, any of which carries the rule: 2^k nodes. */
Test(diagram, of_too_many_vetoes_is_refused)
{
    enum { PAIRS = 24 };
    pb_rule rule = {.id = "any_pair", .n_nodes = 1 + PAIRS};
    int64_t members[N_LARGE];
    rule.node[0] = (pb_rule_node){.kind = PB_CLAUSE_ANY, .next = 1 + PAIRS};
    for (int u = 0; u < N_LARGE; u++) {
        members[u] = 1000 + 7 * u;
    }
    for (int i = 0; i < PAIRS; i++) {
        rule.node[1 + i] = (pb_rule_node){
            .kind = PB_CLAUSE_VETO, .next = 2 + i, .veto = UINT64_C(0x100000001) << i};
    }
    expect_no_diagram(&rule, members, N_LARGE, PB_DIAGRAM_TOO_LARGE);
}

Test(diagram, of_a_rule_about_ballots_is_refused)
{
    const pb_rule rule = pb_rule_simple_majority();
    expect_no_diagram(&rule, SEBAC, N_SEBAC, PB_DIAGRAM_USES_BALLOTS);
}
