/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a group accepts (SPEC C.7). Oracle: the rule as a tree, evaluated for every possible number
 * of yes votes; the smallest that accepts is what the group needs.
 */
#include "models/acceptance.h"
#include "tests/vote_cases.h"

static pb_coalition coalition;
static tree_pool pool;

/* ---- random rules over a group's own ballots ---- */

static const pb_clause_kind LEAVES[] = {PB_CLAUSE_BALLOTS_APPROVING, PB_CLAUSE_BALLOTS_OPPOSED,
                                        PB_CLAUSE_TURNOUT};

static tree *random_leaf(uint64_t *state)
{
    tree *leaf = new_tree(&pool, LEAVES[next_int(state, 0, 2)]);
    leaf->comparison = (pb_comparison)next_int(state, 0, PB_N_COMPARISONS - 1);
    leaf->denominator = next_int(state, 1, 12);
    leaf->numerator = next_int(state, 0, (int)leaf->denominator);
    return leaf;
}

static tree *random_tree(uint64_t *state, int depth)
{
    const int shape = depth == 0 ? 0 : next_int(state, 0, 4);
    if (shape < 2) {
        return random_leaf(state);
    }
    tree *made = new_tree(&pool, shape == 2   ? PB_CLAUSE_NOT
                                 : shape == 3 ? PB_CLAUSE_ALL
                                              : PB_CLAUSE_ANY);
    made->n_children = made->kind == PB_CLAUSE_NOT ? 1 : next_int(state, 1, 3);
    for (int i = 0; i < made->n_children; i++) {
        made->child[i] = random_tree(state, depth - 1);
    }
    return made;
}

/* Turns leaves so that each grows with yes, however many `not` stand above. */
static void make_monotone(tree *t, bool turned)
{
    if (t->kind == PB_CLAUSE_BALLOTS_APPROVING || t->kind == PB_CLAUSE_BALLOTS_OPPOSED) {
        const bool floor_wanted = (t->kind == PB_CLAUSE_BALLOTS_APPROVING) != turned;
        const bool strict = t->comparison == PB_MORE_THAN || t->comparison == PB_LESS_THAN;
        t->comparison = floor_wanted ? (strict ? PB_MORE_THAN : PB_AT_LEAST)
                                     : (strict ? PB_LESS_THAN : PB_AT_MOST);
    }
    for (int i = 0; i < t->n_children; i++) {
        make_monotone(t->child[i], turned != (t->kind == PB_CLAUSE_NOT));
    }
}

/* ---- the oracle ---- */

static bool accepts(const tree *t, int members, int ballots, int yes)
{
    const facts f = {.electorate = members, .ballots = ballots, .yes = yes};
    return ballots > 0 && tree_holds(t, &f);
}

static int scan_need(const tree *t, int members, int ballots)
{
    for (int yes = 0; yes <= ballots; yes++) {
        if (accepts(t, members, ballots, yes)) {
            return yes;
        }
    }
    return ballots + 1;
}

/* Whether acceptance ever turns into refusal as yes grows, among up to 72 ballots. */
static bool scan_monotone(const tree *t, int members)
{
    for (int ballots = 0; ballots <= 72; ballots++) {
        for (int yes = 1; yes <= ballots; yes++) {
            if (accepts(t, members, ballots, yes - 1) && !accepts(t, members, ballots, yes)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- the tests ---- */

static void use(const tree *t)
{
    start_coalition(&coalition);
    coalition.n_acceptance = 2;
    coalition.acceptance[1] = rule_of_tree(t);
}

/* Ballots 0..255 in the lanes, or of every size. */
static void fill_ballots(uint64_t *state, bool large, double *ballots)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        ballots[lane] = large ? next_size(state, 16000) : (double)lane;
    }
}

static void compare_needs(const tree *t, uint64_t *state, bool large)
{
    const int members = next_int(state, 1, large ? 20000 : 300);
    double ballots[PB_LANES], need[PB_LANES];
    use(t);
    fill_ballots(state, large, ballots);
    pb_acceptance_need(&coalition, 1, members, ballots, need);
    for (size_t lane = 0; lane < (large ? 24 : PB_LANES); lane++) {
        const int expected = scan_need(t, members, (int)ballots[lane]);
        cr_assert_eq(need[lane], expected, "%g ballots of %d members: %g needed, by scan %d",
                     ballots[lane], members, need[lane], expected);
    }
}

/* Each clause, comparison and a range of shares, alone and under `not`. */
Test(acceptance, every_clause_needs_what_a_scan_of_all_votes_finds)
{
    uint64_t state = SEED;
    size_t monotone = 0, seen = 0;
    for (size_t kind = 0; kind < COUNT_OF(LEAVES); kind++) {
        for (int comparison = 0; comparison < PB_N_COMPARISONS; comparison++) {
            for (int numerator = 0; numerator <= 6; numerator++) {
                for (int turned = 0; turned < 2; turned++) {
                    pool.n = 0;
                    tree *leaf = new_tree(&pool, LEAVES[kind]), *top = leaf;
                    leaf->comparison = (pb_comparison)comparison;
                    leaf->numerator = numerator;
                    leaf->denominator = 6;
                    if (turned) {
                        top = new_tree(&pool, PB_CLAUSE_NOT);
                        top->child[top->n_children++] = leaf;
                    }
                    const pb_rule rule = rule_of_tree(top);
                    seen++;
                    if (pb_acceptance_is_monotone(&rule)) {
                        monotone++;
                        compare_needs(top, &state, false);
                        compare_needs(top, &state, true);
                    }
                }
            }
        }
    }
    /* all of turnout, and of the others a floor under yes or a ceiling over no */
    cr_expect_eq(seen, 3 * 4 * 7 * 2);
    cr_expect_eq(monotone, 4 * 7 * 2 + 2 * 4 * 7);
}

Test(acceptance, random_monotone_rules_need_what_a_scan_finds)
{
    uint64_t state = SEED + 1;
    for (int i = 0; i < 800; i++) {
        pool.n = 0;
        tree *t = random_tree(&state, 3);
        make_monotone(t, false);
        compare_needs(t, &state, i % 4 == 0);
    }
}

/* Sound: what is called monotone is. Complete where every leaf grows, and for a single leaf that
 * decides anything. */
Test(acceptance, rules_called_monotone_never_refuse_for_more_yes)
{
    uint64_t state = SEED + 2;
    size_t called = 0, are = 0, missed = 0;
    for (int i = 0; i < 3000; i++) {
        pool.n = 0;
        const tree *t = random_tree(&state, 3);
        const pb_rule rule = rule_of_tree(t);
        const bool is = scan_monotone(t, 72) && scan_monotone(t, 100);
        const bool found = pb_acceptance_is_monotone(&rule);
        cr_assert(is || !found, "rule %d is called monotone", i);
        called += found;
        are += is;
        missed += is && !found;
    }
    cr_expect_geq(called, 500, "of %zu that are, %zu are missed", are, missed);
    cr_expect_geq(3000 - are, 500);
}

Test(acceptance, rules_all_of_whose_clauses_grow_are_called_monotone)
{
    uint64_t state = SEED + 3;
    for (int i = 0; i < 1000; i++) {
        pool.n = 0;
        tree *t = random_tree(&state, 4);
        make_monotone(t, false);
        const pb_rule rule = rule_of_tree(t);
        cr_assert(scan_monotone(t, 90));
        cr_assert(pb_acceptance_is_monotone(&rule), "rule %d", i);
    }
}

Test(acceptance, single_clauses_that_fall_with_yes_are_found)
{
    for (int comparison = 0; comparison < PB_N_COMPARISONS; comparison++) {
        for (size_t kind = 0; kind < 2; kind++) {
            pool.n = 0;
            tree *leaf = new_tree(&pool, LEAVES[kind]);
            leaf->comparison = (pb_comparison)comparison;
            leaf->numerator = 2;
            leaf->denominator = 5;
            const pb_rule rule = rule_of_tree(leaf);
            cr_expect_eq(pb_acceptance_is_monotone(&rule), scan_monotone(leaf, 72));
        }
    }
}

/* Index 0 takes a shortcut; it is the rule more_than 1/2 of the ballots. */
Test(acceptance, the_simple_majority_is_its_rule)
{
    double ballots[PB_LANES], yes[PB_LANES], need[2][PB_LANES];
    uint8_t vote[2][PB_LANES];
    uint64_t state = SEED + 4;
    start_coalition(&coalition);
    coalition.n_acceptance = 2;
    coalition.acceptance[1] = pb_rule_simple_majority();
    for (int large = 0; large < 2; large++) {
        fill_ballots(&state, large, ballots);
        for (int a = 0; a < 2; a++) {
            pb_acceptance_need(&coalition, a, 20000.0, ballots, need[a]);
        }
        for (int off = -1; off <= 1; off++) { /* around a tie */
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                yes[lane] = fmin(fmax(floor(0.5 * ballots[lane]) + off, 0.0), ballots[lane]);
            }
            for (int a = 0; a < 2; a++) {
                pb_accept(&coalition, a, 20000.0, ballots, yes, vote[a]);
            }
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                cr_assert_eq(vote[0][lane], vote[1][lane]);
                cr_assert_eq(vote[0][lane], 2.0 * yes[lane] > ballots[lane]);
                cr_assert_eq(vote[0][lane], yes[lane] >= need[0][lane]);
                cr_assert_eq(need[0][lane], need[1][lane]);
            }
        }
    }
}

Test(acceptance, a_group_accepts_as_its_tree_says)
{
    uint64_t state = SEED + 5;
    size_t accepting = 0;
    for (int i = 0; i < 500; i++) {
        double ballots[PB_LANES], yes[PB_LANES];
        uint8_t vote[PB_LANES];
        pool.n = 0;
        const tree *t = random_tree(&state, 3);
        const int members = next_int(&state, 1, 300);
        use(t);
        fill_ballots(&state, i % 2 == 1, ballots);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            yes[lane] = next_int(&state, 0, (int)ballots[lane]);
        }
        pb_accept(&coalition, 1, members, ballots, yes, vote);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const bool expected = accepts(t, members, (int)ballots[lane], (int)yes[lane]);
            cr_assert_eq(vote[lane], expected, "%g of %g ballots", yes[lane], ballots[lane]);
            accepting += expected;
        }
    }
    cr_expect(accepting > 20000 && accepting < 110000, "%zu accept", accepting);
}

/* The Teamsters' rule of 2018 by hand: below half turnout it takes two thirds no to reject. */
Test(acceptance, the_teamsters_need_fewer_at_low_turnout)
{
    static const double BALLOTS[] = {44, 49, 50, 100, 1, 3, 0};
    /* 44: 29.33 noes reject, so 15 yes; 49: 32.67, 17; 50 is half: 26; 1: 1; 3: 2 noes, so 2 */
    static const double NEED[] = {15, 17, 26, 51, 1, 2, 1};
    double ballots[PB_LANES] = {0.0}, need[PB_LANES];
    start_coalition(&coalition);
    coalition.n_acceptance = 2;
    coalition.acceptance[1] = (pb_rule){
        .n_nodes = 6,
        .node = {{PB_CLAUSE_ANY, 6, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_BALLOTS_APPROVING, 2, PB_MORE_THAN, 1, 2, 0},
                 {PB_CLAUSE_ALL, 6, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_TURNOUT, 4, PB_LESS_THAN, 1, 2, 0},
                 {PB_CLAUSE_NOT, 6, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_BALLOTS_OPPOSED, 6, PB_AT_LEAST, 2, 3, 0}},
    };
    memcpy(ballots, BALLOTS, sizeof BALLOTS);
    cr_expect(pb_acceptance_is_monotone(&coalition.acceptance[1]));
    pb_acceptance_need(&coalition, 1, 100.0, ballots, need);
    for (size_t i = 0; i < COUNT_OF(NEED); i++) {
        cr_expect_eq(need[i], NEED[i], "%g ballots: %g", BALLOTS[i], need[i]);
    }
}
