/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules on tallies. Oracles: hand-made ties, the sourced cases of the 1996, 2011 and Teamsters
 * rules, and a naive evaluator of trees in exact fractions over all outcomes of up to ten unions.
 */
#include "models/rule.h"
#include "tests/fixture.h"
#include "tests/rule_tree.h"

#include <criterion/parameterized.h>

/* ---- one clause ---- */

static const pb_tally HALF_AND_HALF = {.approving = 0x155,
                                       .unions_voting = 10,
                                       .unions_approving = 5,
                                       .members_voting = 1000,
                                       .members_approving = 800,
                                       .members = 2000,
                                       .ballots = 600,
                                       .yes = 400};

/* What each clause measures of HALF_AND_HALF is exactly numerator / denominator. */
struct tie_case {
    pb_clause_kind kind;
    int64_t numerator, denominator;
    char why[48];
};

static struct tie_case ties[] = {
    {PB_CLAUSE_UNIONS_APPROVING, 1, 2, "5 of 10 unions"},
    {PB_CLAUSE_UNIONS_APPROVING, 5, 0, "5 unions, a whole number"},
    {PB_CLAUSE_UNIONS_OPPOSED, 5, 10, "the other 5, not in lowest terms"},
    {PB_CLAUSE_UNIONS_OPPOSED, 5, 0, "5 unions against"},
    {PB_CLAUSE_MEMBERS_REPRESENTED, 4, 5, "800 of the 1,000 in voting unions"},
    {PB_CLAUSE_BALLOTS_APPROVING, 2, 3, "400 of 600 ballots"},
    {PB_CLAUSE_BALLOTS_OPPOSED, 1, 3, "200 of 600 ballots"},
    {PB_CLAUSE_TURNOUT, 3, 10, "600 ballots of 2,000 who may vote"},
};

ParameterizedTestParameters(rule, at_a_tie_strict_comparisons_fail_and_the_others_hold)
{
    return cr_make_param_array(struct tie_case, ties, COUNT_OF(ties));
}

ParameterizedTest(struct tie_case *c, rule, at_a_tie_strict_comparisons_fail_and_the_others_hold)
{
    static const bool AT_TIE[] = {[PB_AT_LEAST] = true, [PB_AT_MOST] = true};
    for (int comparison = 0; comparison < PB_N_COMPARISONS; comparison++) {
        const pb_rule rule = rule_of(c->kind, comparison, c->numerator, c->denominator);
        const bool expected = comparison < (int)COUNT_OF(AT_TIE) && AT_TIE[comparison];
        cr_expect_eq(pb_rule_holds(&rule, &HALF_AND_HALF), expected, "%s, %s", c->why,
                     PB_COMPARISONS[comparison]);
    }
}

ParameterizedTestParameters(rule, a_threshold_just_off_a_tie_decides)
{
    return cr_make_param_array(struct tie_case, ties, COUNT_OF(ties));
}

/* The threshold moves by one part in 10^8 of itself or so, or by one union. */
ParameterizedTest(struct tie_case *c, rule, a_threshold_just_off_a_tie_decides)
{
    static const bool ABOVE[] = {
        [PB_AT_LEAST] = true, [PB_MORE_THAN] = true, [PB_LESS_THAN] = false};
    const bool whole = c->denominator == 0;
    const int64_t scale = whole ? 1 : 100000000;
    for (int comparison = 0; comparison < PB_N_COMPARISONS; comparison++) {
        const pb_rule lower =
            rule_of(c->kind, comparison, c->numerator * scale - 1, c->denominator * scale);
        const pb_rule higher =
            rule_of(c->kind, comparison, c->numerator * scale + 1, c->denominator * scale);
        cr_expect_eq(pb_rule_holds(&lower, &HALF_AND_HALF), ABOVE[comparison], "%s, %s a bit less",
                     c->why, PB_COMPARISONS[comparison]);
        cr_expect_neq(pb_rule_holds(&higher, &HALF_AND_HALF), ABOVE[comparison],
                      "%s, %s a bit more", c->why, PB_COMPARISONS[comparison]);
    }
}

Test(rule, a_whole_number_counts_unions_and_a_share_does_not)
{
    const pb_tally one_of_three = {.unions_voting = 3, .unions_approving = 1};
    const pb_rule one_union = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 1, 0);
    const pb_rule all_unions = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 1, 1);
    const pb_rule two_against = rule_of(PB_CLAUSE_UNIONS_OPPOSED, PB_AT_MOST, 2, 0);
    const pb_rule any_against = rule_of(PB_CLAUSE_UNIONS_OPPOSED, PB_AT_MOST, 1, 1);
    const pb_rule none_against = rule_of(PB_CLAUSE_UNIONS_OPPOSED, PB_AT_MOST, 0, 0);
    cr_expect(pb_rule_holds(&one_union, &one_of_three));
    cr_expect_not(pb_rule_holds(&all_unions, &one_of_three));
    cr_expect(pb_rule_holds(&two_against, &one_of_three));
    cr_expect(pb_rule_holds(&any_against, &one_of_three));
    cr_expect_not(pb_rule_holds(&none_against, &one_of_three), "unanimous");
}

Test(rule, counts_of_millions_are_compared_exactly)
{
    const pb_rule two_thirds = rule_of(PB_CLAUSE_BALLOTS_APPROVING, PB_AT_LEAST, 2, 3);
    pb_tally tally = {.members = 2147483646, .ballots = 2147483646, .yes = 1431655764};
    cr_expect(pb_rule_holds(&two_thirds, &tally), "exactly two thirds of 2^31 - 2");
    tally.yes--;
    cr_expect_not(pb_rule_holds(&two_thirds, &tally), "one ballot less");
    /* 2147483645 / 2147483646 against 2147483646 / 2147483647: nearer than a double's last bit of
     * either share would tell after rounding */
    const pb_rule nearly_all =
        rule_of(PB_CLAUSE_BALLOTS_APPROVING, PB_AT_LEAST, 2147483646, 2147483647);
    tally.yes = tally.ballots - 1;
    cr_expect_not(pb_rule_holds(&nearly_all, &tally));
}

Test(rule, a_share_of_nothing_satisfies_no_comparison)
{
    const pb_tally nothing = {0};
    for (int kind = PB_CLAUSE_UNIONS_APPROVING; kind < PB_N_CLAUSES; kind++) {
        for (int comparison = 0; comparison < PB_N_COMPARISONS; comparison++) {
            const pb_rule zero = rule_of(kind, comparison, 0, 1),
                          half = rule_of(kind, comparison, 1, 2);
            cr_expect_not(pb_rule_holds(&zero, &nothing), "%s %s 0", PB_CLAUSES[kind].name,
                          PB_COMPARISONS[comparison]);
            cr_expect_not(pb_rule_holds(&half, &nothing), "%s %s 1/2", PB_CLAUSES[kind].name,
                          PB_COMPARISONS[comparison]);
        }
    }
}

Test(rule, the_simple_majority_is_more_than_half_of_the_ballots)
{
    const pb_rule majority = pb_rule_simple_majority();
    const pb_tally tie = {.members = 4, .ballots = 2, .yes = 1};
    const pb_tally most = {.members = 4, .ballots = 3, .yes = 2};
    const pb_tally nobody = {.members = 4};
    cr_expect_not(pb_rule_holds(&majority, &tie), "a tie is not a yes");
    cr_expect(pb_rule_holds(&majority, &most));
    cr_expect_not(pb_rule_holds(&majority, &nobody));
}

/* ---- trees ---- */

#define LEAF(k, c, num, den) \
    (&(tree){.kind = PB_CLAUSE_##k, .comparison = PB_##c, .numerator = (num), .denominator = (den)})
#define BRANCH(k, ...)                                               \
    (&(tree){.kind = PB_CLAUSE_##k,                                  \
             .n_children = (int)COUNT_OF(((tree *[]){__VA_ARGS__})), \
             .child = {__VA_ARGS__}})

static pb_rule sebac1996(void)
{
    return rule_of_tree(BRANCH(ALL, LEAF(UNIONS_OPPOSED, AT_MOST, 1, 15),
                               LEAF(MEMBERS_REPRESENTED, AT_LEAST, 4, 5)));
}

static pb_rule sebac2011jul(void)
{
    return rule_of_tree(BRANCH(ALL, LEAF(UNIONS_APPROVING, MORE_THAN, 1, 2),
                               LEAF(MEMBERS_REPRESENTED, MORE_THAN, 1, 2)));
}

static pb_rule teamsters2018(void)
{
    return rule_of_tree(BRANCH(ANY, LEAF(BALLOTS_APPROVING, MORE_THAN, 1, 2),
                               BRANCH(ALL, LEAF(TURNOUT, LESS_THAN, 1, 2),
                                      BRANCH(NOT, LEAF(BALLOTS_OPPOSED, AT_LEAST, 2, 3)))));
}

struct sebac_case {
    int approving;        /* of 15 unions */
    int weight_per_mille; /* of the members */
    bool old_rule, new_rule;
    char why[64];
};

ParameterizedTestParameters(rule, sebac_rules_decide_the_known_cases)
{
    static struct sebac_case cases[] = {
        {11, 511, false, true, "June 2011: 11 of 15, weight 51.1%"},
        {14, 975, true, true, "August 2011: 14 of 15, weight 97.5%"},
        {14, 800, true, true, "exactly 80%"},
        {14, 799, false, true, "a thousandth less"},
        {13, 990, false, true, "two unions against"},
        {15, 1000, true, true, "unanimous"},
        {8, 501, false, true, "8 of 15 is more than half"},
        {7, 900, false, false, "7 of 15 is not"},
        {8, 500, false, false, "half of the members is not more than half"},
    };
    return cr_make_param_array(struct sebac_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct sebac_case *c, rule, sebac_rules_decide_the_known_cases)
{
    const pb_rule old_rule = sebac1996(), new_rule = sebac2011jul();
    const pb_tally tally = {.unions_voting = 15,
                            .unions_approving = c->approving,
                            .members_voting = 45000,
                            .members_approving = 45 * c->weight_per_mille,
                            .members = 45000};
    cr_expect_eq(pb_rule_holds(&old_rule, &tally), c->old_rule, "1996: %s", c->why);
    cr_expect_eq(pb_rule_holds(&new_rule, &tally), c->new_rule, "July 2011: %s", c->why);
}

struct teamsters_case {
    int64_t members, ballots, no;
    bool ratified;
    char why[72];
};

ParameterizedTestParameters(rule, teamsters_rule_needs_two_thirds_no_at_low_turnout)
{
    static struct teamsters_case cases[] = {
        {1000000, 443000, 240106, true, "UPS 2018: 54.2% no at 44.3% turnout is ratified"},
        {1000000, 600000, 325200, false, "54.2% no at 60% turnout is not"},
        {1000000, 500000, 271000, false, "turnout of exactly one half is not low"},
        {1000000, 300000, 200000, false, "two thirds no at low turnout"},
        {1000000, 300000, 199999, true, "one ballot less than two thirds no"},
        {1000000, 600000, 299999, true, "a majority at high turnout"},
        {1000000, 600000, 300000, false, "a tie at high turnout"},
        {1000000, 400000, 200000, true, "a tie at low turnout"},
    };
    return cr_make_param_array(struct teamsters_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct teamsters_case *c, rule, teamsters_rule_needs_two_thirds_no_at_low_turnout)
{
    const pb_rule rule = teamsters2018();
    const pb_tally tally = {
        .members = c->members, .ballots = c->ballots, .yes = c->ballots - c->no};
    cr_expect_eq(pb_rule_holds(&rule, &tally), c->ratified, "%s", c->why);
}

Test(rule, a_veto_needs_every_named_union_and_no_other)
{
    tree veto = {.kind = PB_CLAUSE_VETO, .veto = 0x8000000000000005};
    const pb_rule rule = rule_of_tree(&veto);
    pb_tally tally = {.approving = 0x8000000000000005, .unions_voting = 64, .unions_approving = 3};
    cr_expect(pb_rule_holds(&rule, &tally), "just these");
    tally.approving = UINT64_MAX;
    cr_expect(pb_rule_holds(&rule, &tally), "all");
    tally.approving = UINT64_MAX & ~UINT64_C(4);
    cr_expect_not(pb_rule_holds(&rule, &tally), "all but one of them");
    tally.approving = 0x7fffffffffffffff;
    cr_expect_not(pb_rule_holds(&rule, &tally), "all but union 63");
}

Test(rule, whether_a_rule_looks_at_ballots_is_seen_through_nesting)
{
    const pb_rule members_only = sebac1996(), nested = teamsters2018();
    const pb_rule deep = rule_of_tree(BRANCH(ALL, LEAF(UNIONS_APPROVING, AT_LEAST, 1, 0),
                                             BRANCH(NOT, LEAF(TURNOUT, LESS_THAN, 1, 3))));
    tree veto = {.kind = PB_CLAUSE_VETO, .veto = 1};
    const pb_rule only_veto = rule_of_tree(&veto);
    cr_expect_not(pb_rule_uses_ballots(&members_only));
    cr_expect_not(pb_rule_uses_ballots(&only_veto));
    cr_expect(pb_rule_uses_ballots(&nested));
    cr_expect(pb_rule_uses_ballots(&deep));
}

/* ---- random trees against a naive evaluator ---- */

static uint64_t random_state;

/* xorshift64*; what matters is that it repeats. */
static int random_below(int n)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int)((random_state * UINT64_C(2685821657736338717) >> 33) % (uint64_t)n);
}

/* Thresholds that small numbers can hit exactly. */
static void random_threshold(tree *t)
{
    t->comparison = random_below(PB_N_COMPARISONS);
    t->denominator = 1 + random_below(10);
    t->numerator = random_below((int)t->denominator + 1);
    const bool of_unions =
        t->kind == PB_CLAUSE_UNIONS_APPROVING || t->kind == PB_CLAUSE_UNIONS_OPPOSED;
    if (of_unions && random_below(2)) {
        t->denominator = 0;
        t->numerator = random_below(8);
    }
}

static tree *random_tree(tree *pool, int *n, int depth, int n_unions)
{
    tree *t = &pool[(*n)++];
    memset(t, 0, sizeof *t);
    const bool leaf = depth == 0 || *n > 15;
    t->kind = leaf ? PB_CLAUSE_VETO + random_below(PB_N_CLAUSES - PB_CLAUSE_VETO)
                   : random_below(PB_N_CLAUSES);
    if (t->kind == PB_CLAUSE_VETO) {
        t->veto = (uint64_t)random_below(1 << n_unions) & (uint64_t)random_below(1 << n_unions);
    } else if (t->kind > PB_CLAUSE_VETO) {
        random_threshold(t);
    } else {
        t->n_children = t->kind == PB_CLAUSE_NOT ? 1 : 1 + random_below(4);
        for (int i = 0; i < t->n_children; i++) {
            t->child[i] = random_tree(pool, n, depth - 1, n_unions);
        }
    }
    return t;
}

typedef struct election {
    int n_unions;
    int members[10], ballots[10], yes[10];
} election;

/* -1, 0, 1 as part/whole is less than, equal to or more than num/den; continued fractions, so
 * that nothing is multiplied out. */
static int compare_fractions(int64_t part, int64_t whole, int64_t num, int64_t den)
{
    const int64_t a = part / whole, b = num / den;
    if (a != b) {
        return a < b ? -1 : 1;
    }
    const int64_t rest = part % whole, other = num % den;
    if (rest == 0 || other == 0) {
        return (rest > 0) - (other > 0);
    }
    return -compare_fractions(whole, rest, den, other);
}

static bool naive_leaf(const tree *t, const election *e, uint64_t approving)
{
    int64_t unions = 0, members = 0, all_members = 0, ballots = 0, yes = 0;
    for (int k = 0; k < e->n_unions; k++) {
        const bool approves = approving >> k & 1;
        unions += approves;
        members += approves ? e->members[k] : 0;
        all_members += e->members[k];
        ballots += e->ballots[k];
        yes += e->yes[k];
    }
    int64_t part = 0, whole = 0;
    switch (t->kind) {
        case PB_CLAUSE_UNIONS_APPROVING:
            part = unions;
            whole = e->n_unions;
            break;
        case PB_CLAUSE_UNIONS_OPPOSED:
            part = e->n_unions - unions;
            whole = e->n_unions;
            break;
        case PB_CLAUSE_MEMBERS_REPRESENTED:
            part = members;
            whole = all_members;
            break;
        case PB_CLAUSE_BALLOTS_APPROVING:
            part = yes;
            whole = ballots;
            break;
        case PB_CLAUSE_BALLOTS_OPPOSED:
            part = ballots - yes;
            whole = ballots;
            break;
        default:
            part = ballots;
            whole = all_members;
    }
    if (whole == 0) {
        return false;
    }
    const int sign = t->denominator == 0
                         ? (part > t->numerator) - (part < t->numerator)
                         : compare_fractions(part, whole, t->numerator, t->denominator);
    return t->comparison == PB_AT_LEAST    ? sign >= 0
           : t->comparison == PB_MORE_THAN ? sign > 0
           : t->comparison == PB_AT_MOST   ? sign <= 0
                                           : sign < 0;
}

static bool naive(const tree *t, const election *e, uint64_t approving)
{
    int holding = 0;
    for (int i = 0; i < t->n_children; i++) {
        holding += naive(t->child[i], e, approving);
    }
    switch (t->kind) {
        case PB_CLAUSE_ALL:
            return holding == t->n_children;
        case PB_CLAUSE_ANY:
            return holding > 0;
        case PB_CLAUSE_NOT:
            return holding == 0;
        case PB_CLAUSE_VETO:
            for (int k = 0; k < e->n_unions; k++) {
                if ((t->veto >> k & 1) && !(approving >> k & 1)) {
                    return false;
                }
            }
            return true;
        default:
            return naive_leaf(t, e, approving);
    }
}

static election random_election(void)
{
    election e = {.n_unions = 1 + random_below(10)};
    for (int k = 0; k < e.n_unions; k++) {
        e.members[k] = 1 + random_below(12);
        e.ballots[k] = random_below(4) ? random_below(e.members[k] + 1) : 0;
        e.yes[k] = random_below(e.ballots[k] + 1);
    }
    return e;
}

static pb_tally tally_of(const election *e, uint64_t approving)
{
    pb_tally tally = {.approving = approving, .unions_voting = e->n_unions};
    for (int k = 0; k < e->n_unions; k++) {
        tally.unions_approving += (int64_t)(approving >> k & 1);
        tally.members_approving += approving >> k & 1 ? e->members[k] : 0;
        tally.members_voting += e->members[k];
        tally.ballots += e->ballots[k];
        tally.yes += e->yes[k];
    }
    tally.members = tally.members_voting;
    return tally;
}

Test(rule, random_trees_agree_with_a_naive_evaluator_on_every_outcome)
{
    enum { N_TREES = 3000 };
    static tree pool[PB_MAX_RULE_NODES];
    long holding = 0, wrong = 0, asked = 0;
    random_state = SEED;
    for (int i = 0; i < N_TREES; i++) {
        const election e = random_election();
        int n = 0;
        const tree *root = random_tree(pool, &n, 3, e.n_unions);
        const pb_rule rule = rule_of_tree(root);
        for (uint64_t approving = 0; approving < UINT64_C(1) << e.n_unions; approving++) {
            const pb_tally tally = tally_of(&e, approving);
            const bool expected = naive(root, &e, approving);
            wrong += pb_rule_holds(&rule, &tally) != expected;
            holding += expected;
            asked++;
        }
    }
    cr_expect_eq(wrong, 0, "%ld of %ld outcomes differ", wrong, asked);
    cr_expect(holding > asked / 5 && holding < asked * 4 / 5, "the trees must not be trivial");
}
