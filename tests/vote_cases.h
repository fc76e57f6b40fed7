/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_VOTE_CASES_H
#define PLANB_TESTS_VOTE_CASES_H

/**
 * What the tests of the conditional probability share: a random number generator of their own,
 * random rules that are kept as trees beside the model's flat form, and frequencies.
 */

#include "tests/fixture.h"

#include <gsl/gsl_cdf.h>

/* ---- random numbers ---- */

/** SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014). */
static inline uint64_t next_bits(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline double next_uniform(uint64_t *state)
{
    return ((double)(next_bits(state) >> 12) + 0.5) * 0x1p-52;
}

/** A whole number from low to high. */
static inline int next_int(uint64_t *state, int low, int high)
{
    return low + (int)(next_bits(state) % (uint64_t)(high - low + 1));
}

/** Whole numbers over several orders of magnitude. */
static inline int next_size(uint64_t *state, int most)
{
    return (int)exp(next_uniform(state) * log((double)most + 1.0));
}

/* ---- rules as trees ---- */

enum { TREE_CHILDREN = 3 };

typedef struct tree {
    pb_clause_kind kind;
    pb_comparison comparison;
    int64_t numerator, denominator;
    uint64_t veto;
    int n_children;
    struct tree *child[TREE_CHILDREN];
} tree;

/** Trees are taken from a pool that is emptied for every new rule. */
typedef struct tree_pool {
    tree node[PB_MAX_RULE_NODES];
    int n;
} tree_pool;

static inline tree *new_tree(tree_pool *pool, pb_clause_kind kind)
{
    tree *made = &pool->node[pool->n++];
    cr_assert_leq(pool->n, PB_MAX_RULE_NODES);
    memset(made, 0, sizeof *made);
    made->kind = kind;
    return made;
}

/** What a tree looks at; shares of nothing satisfy nothing. */
typedef struct facts {
    uint64_t approving;
    int64_t unions, unions_for, members, members_for, electorate, ballots, yes;
} facts;

static inline bool compare_share(const tree *t, int64_t part, int64_t whole)
{
    if (whole == 0) {
        return false;
    }
    const __int128 left = (__int128)part * (t->denominator == 0 ? 1 : t->denominator);
    const __int128 right = (__int128)t->numerator * (t->denominator == 0 ? 1 : whole);
    return t->comparison == PB_AT_LEAST    ? left >= right
           : t->comparison == PB_MORE_THAN ? left > right
           : t->comparison == PB_AT_MOST   ? left <= right
                                           : left < right;
}

static inline bool tree_holds(const tree *t, const facts *f)
{
    int holding = 0;
    for (int i = 0; i < t->n_children; i++) {
        holding += tree_holds(t->child[i], f);
    }
    switch (t->kind) {
        case PB_CLAUSE_ALL:
            return holding == t->n_children;
        case PB_CLAUSE_ANY:
            return holding > 0;
        case PB_CLAUSE_NOT:
            return holding == 0;
        case PB_CLAUSE_VETO:
            return (f->approving & t->veto) == t->veto;
        case PB_CLAUSE_UNIONS_APPROVING:
            return compare_share(t, f->unions_for, f->unions);
        case PB_CLAUSE_UNIONS_OPPOSED:
            return compare_share(t, f->unions - f->unions_for, f->unions);
        case PB_CLAUSE_MEMBERS_REPRESENTED:
            return compare_share(t, f->members_for, f->members);
        case PB_CLAUSE_BALLOTS_APPROVING:
            return compare_share(t, f->yes, f->ballots);
        case PB_CLAUSE_BALLOTS_OPPOSED:
            return compare_share(t, f->ballots - f->yes, f->ballots);
        case PB_CLAUSE_TURNOUT:
            return compare_share(t, f->ballots, f->electorate);
        case PB_N_CLAUSES:
            break;
    }
    cr_assert_fail("no such clause");
    return false;
}

/* Appends the tree in preorder. */
static inline void flatten(const tree *t, pb_rule *rule)
{
    const int at = rule->n_nodes++;
    rule->node[at] = (pb_rule_node){.kind = t->kind,
                                    .comparison = t->comparison,
                                    .numerator = t->numerator,
                                    .denominator = t->denominator,
                                    .veto = t->veto};
    for (int i = 0; i < t->n_children; i++) {
        flatten(t->child[i], rule);
    }
    rule->node[at].next = rule->n_nodes;
}

static inline pb_rule rule_of_tree(const tree *t)
{
    pb_rule rule = {.n_nodes = 0};
    flatten(t, &rule);
    return rule;
}

/* ---- frequencies ---- */

/**
 * Whether `hits` of n agree with probability p, by both exact binomial tails: right code fails
 * once in a million comparisons. Where p is 0 or 1 there must be no exception.
 */
static inline void expect_frequency(const char *what, size_t hits, size_t n, double p)
{
    cr_expect(p >= 0.0 && p <= 1.0, "%s: %.17g is no probability", what, p);
    if (p <= 0.0 || p >= 1.0) {
        cr_expect_eq(hits, p > 0.0 ? n : 0, "%s: %zu of %zu, expected with probability %g", what,
                     hits, n, p);
        return;
    }
    const double below = gsl_cdf_binomial_P((unsigned)hits, p, (unsigned)n);
    const double above = hits > 0 ? gsl_cdf_binomial_Q((unsigned)hits - 1, p, (unsigned)n) : 1.0;
    cr_expect(fmin(below, above) > 5e-7, "%s: %zu of %zu, expected %.6f, tail %.2g", what, hits, n,
              p, fmin(below, above));
}

/** A sum that should be 0 but for chance: within 4.9 of its standard errors. */
typedef struct balance {
    double sum, squares;
} balance;

static inline void weigh(balance *b, double x)
{
    b->sum += x;
    b->squares += x * x;
}

static inline void expect_balance(const char *what, const balance *b, double slack)
{
    const double se = sqrt(b->squares);
    cr_expect(fabs(b->sum) <= 4.9 * se + slack, "%s: %.2f standard errors of %.3g", what,
              b->sum / fmax(se, 1e-300), se);
}

#endif
