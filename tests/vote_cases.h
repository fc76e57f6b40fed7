/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_VOTE_CASES_H
#define PLANB_TESTS_VOTE_CASES_H

/**
 * What the tests of the conditional probability share: a random number generator of their own,
 * random rules that are kept as trees beside the model's flat form, and frequencies.
 */

#include "models/evidence.h"
#include "tests/fixture.h"
#include "tests/rule_tree.h"

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

/* ---- random rules ---- */

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

/* ---- a campaign: what the model is compiled from, and a batch of it ---- */

typedef struct campaign {
    pb_vote_params vote;
    pb_coalition coalition;
    pb_evidence_params evidence;
    pb_round round[PB_ROUNDS];
    int n_rounds;
    pb_ratification model;
    batch b;
} campaign;

/** The defaults of the scenarios; two rounds by count of unions, nobody in the coalition yet. */
static inline void start_campaign(campaign *c)
{
    memset(c, 0, sizeof *c);
    c->vote = (pb_vote_params){.mu0 = 0.3,
                               .sd_coalition = 0.65,
                               .sd_sector = 0.30,
                               .sd_union = 0.30,
                               .sd_late_swing = 0.20,
                               .sd_unit = 0.40,
                               .df = 5.0,
                               .turnout = 0.75,
                               .turnout_sd_common = 0.20,
                               .turnout_sd_unit = 0.35,
                               .turnout_correlation = 0.3,
                               .contract_shift = 0.30,
                               .contract_sd = 0.30};
    c->evidence.sd[PB_EVIDENCE_PROFESSIONAL_POLL] = (pb_evidence_sd){0.10, 0.10};
    c->evidence.sd[PB_EVIDENCE_STRAW_POLL] = (pb_evidence_sd){0.30, 0.30};
    c->evidence.sd[PB_EVIDENCE_OFFICIAL_PARTIAL] = (pb_evidence_sd){0.0, 0.10};
    c->evidence.sd[PB_EVIDENCE_EARLIER_RATIFICATION] = (pb_evidence_sd){0.0, 0.45};
    c->n_rounds = PB_ROUNDS;
    for (int r = 0; r < PB_ROUNDS; r++) {
        c->round[r].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_MORE_THAN, 1, 2);
    }
    c->round[1].shift = (pb_mean_sd){0.30, 0.40};
    c->round[1].persistence = 0.40;
    c->round[1].noise = 0.15;
    start_coalition(&c->coalition);
    c->coalition.n_sectors = 2;
    strcpy(c->coalition.sector[1], "other");
}

static inline void open_campaign(campaign *c)
{
    const pb_shape shape = shape_of_coalition(&c->coalition, c->n_rounds);
    pb_error err = {0};
    cr_assert_eq(pb_ratification_compile(&c->vote, &c->coalition, c->round, c->n_rounds,
                                         &c->evidence, &c->b.inputs, &c->model, &err),
                 PB_OK, "%s", err.text);
    batch_open_votes(&c->b, &shape, &c->model);
}

static inline void close_campaign(campaign *c)
{
    batch_close(&c->b);
    pb_ratification_free(&c->model);
}

/** The votes of the rows as they stand. */
static inline void vote_again(campaign *c)
{
    pb_ratification_simulate(&c->model, kernels(), rows_of(&c->b), &c->b.out, c->b.w);
}

static inline void vote_in_batch(campaign *c, size_t index)
{
    batch_fill(&c->b, index);
    vote_again(c);
}

static inline size_t union_row(const campaign *c, int r, int k)
{
    return (size_t)(r * c->coalition.n_unions + k) * PB_LANES;
}

static inline size_t unit_row(const campaign *c, int r, int u)
{
    return (size_t)(r * c->coalition.n_units + u) * PB_LANES;
}

/** A poll or an earlier vote of units first .. first + n - 1. */
static inline void observe(campaign *c, const char *group, int first, int n, pb_evidence_kind kind,
                           int round, int64_t yes, int64_t no)
{
    pb_observation *seen = &c->evidence.observation[c->evidence.n_observations++];
    *seen = (pb_observation){.first_unit = first,
                             .n_units = n,
                             .kind = kind,
                             .round = round,
                             .yes_ballots = yes,
                             .no_ballots = no};
    snprintf(seen->group, sizeof seen->group, "%s", group);
}

/* ---- random campaigns ---- */

/** [1] the Teamsters' of 2018, [2] two thirds, [3] falls with yes, [4] a quorum of one half. */
static inline void set_acceptances(campaign *c)
{
    c->coalition.n_acceptance = 5;
    c->coalition.acceptance[1] = (pb_rule){
        .n_nodes = 6,
        .node = {{PB_CLAUSE_ANY, 6, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_BALLOTS_APPROVING, 2, PB_MORE_THAN, 1, 2, 0},
                 {PB_CLAUSE_ALL, 6, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_TURNOUT, 4, PB_LESS_THAN, 3, 5, 0},
                 {PB_CLAUSE_NOT, 6, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_BALLOTS_OPPOSED, 6, PB_AT_LEAST, 2, 3, 0}},
    };
    c->coalition.acceptance[2] = rule_of(PB_CLAUSE_BALLOTS_APPROVING, PB_AT_LEAST, 2, 3);
    c->coalition.acceptance[3] = rule_of(PB_CLAUSE_BALLOTS_APPROVING, PB_AT_MOST, 3, 5);
    c->coalition.acceptance[4] = (pb_rule){
        .n_nodes = 3,
        .node = {{PB_CLAUSE_ALL, 3, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_BALLOTS_APPROVING, 2, PB_MORE_THAN, 1, 2, 0},
                 {PB_CLAUSE_TURNOUT, 3, PB_AT_LEAST, 3, 5, 0}},
    };
}

/** A campaign of up to nine unions of any kind. */
static inline void random_coalition(campaign *c, uint64_t *state)
{
    const int n_unions = next_int(state, 1, 9);
    start_campaign(c);
    set_acceptances(c);
    c->vote.mu0 = 1.5 * next_uniform(state) - 0.5;
    for (int k = 0; k < n_unions; k++) {
        pb_union *added = add_union(&c->coalition, (pb_aggregate)next_int(state, 0, 3));
        added->p_approve = next_uniform(state);
        added->abstains = next_int(state, 0, 9) == 0;
        added->accepts = (int[]){0, 0, 1, 2, 4}[next_int(state, 0, 4)];
        const int n_units = next_int(state, 1, 5);
        for (int u = 0; u < n_units; u++) {
            pb_unit *unit = add_unit(&c->coalition, next_size(state, 3000), 0.3);
            unit->turnout += 0.7 * next_uniform(state);
            unit->offset = 2.0 * next_uniform(state) - 1.0;
            unit->sector = next_int(state, 0, 1);
            unit->accepts = (int[]){0, 0, 1, 2, 4}[next_int(state, 0, 4)];
        }
    }
}

/** Floors under unions and members, ceilings over opposition, in `all` and `any`. */
static inline pb_rule random_monotone_rule(uint64_t *state)
{
    static const pb_clause_kind KINDS[] = {PB_CLAUSE_UNIONS_APPROVING, PB_CLAUSE_UNIONS_OPPOSED,
                                           PB_CLAUSE_MEMBERS_REPRESENTED};
    const int n = next_int(state, 1, 3);
    pb_rule rule = {.n_nodes = 1 + n};
    rule.node[0] = (pb_rule_node){.kind = next_int(state, 0, 1) ? PB_CLAUSE_ALL : PB_CLAUSE_ANY,
                                  .next = 1 + n};
    for (int i = 1; i <= n; i++) {
        const pb_clause_kind kind = KINDS[next_int(state, 0, 2)];
        const int strict = next_int(state, 0, 1), denominator = next_int(state, 2, 15);
        rule.node[i] = (pb_rule_node){
            .kind = kind,
            .next = i + 1,
            .comparison = kind == PB_CLAUSE_UNIONS_OPPOSED ? (strict ? PB_LESS_THAN : PB_AT_MOST)
                          : strict                         ? PB_MORE_THAN
                                                           : PB_AT_LEAST,
            .numerator = next_int(state, 1, denominator - 1),
            .denominator = denominator,
        };
    }
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
