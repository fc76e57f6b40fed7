/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_RULE_H
#define PLANB_MODELS_RULE_H

#include "models/quantity.h"

#include <stdbool.h>
#include <stdint.h>

/** Sets of unions are bit masks: union k is bit k. */
enum { PB_MAX_UNIONS = 64, PB_MAX_RULE_NODES = 64, PB_MAX_RULES = 16 };

/** What a vote came to, in whole numbers: all that a rule may look at (SPEC C.7). */
typedef struct pb_tally {
    uint64_t approving;    /**< unions that approve */
    int64_t unions_voting; /**< unions that do not abstain */
    int64_t unions_approving;
    int64_t members_voting;    /**< members of the unions that do not abstain */
    int64_t members_approving; /**< whole membership of the approving unions */
    int64_t members;           /**< who may vote, for `turnout` */
    int64_t ballots;           /**< cast in all, pooled */
    int64_t yes;               /**< of them yes */
} pb_tally;

typedef enum pb_clause_kind {
    PB_CLAUSE_ALL,
    PB_CLAUSE_ANY,
    PB_CLAUSE_NOT,
    PB_CLAUSE_VETO,
    PB_CLAUSE_UNIONS_APPROVING,
    PB_CLAUSE_UNIONS_OPPOSED,
    PB_CLAUSE_MEMBERS_REPRESENTED,
    PB_CLAUSE_BALLOTS_APPROVING,
    PB_CLAUSE_BALLOTS_OPPOSED,
    PB_CLAUSE_TURNOUT,
    PB_N_CLAUSES
} pb_clause_kind;

typedef enum pb_comparison {
    PB_AT_LEAST,
    PB_MORE_THAN,
    PB_AT_MOST,
    PB_LESS_THAN,
    PB_N_COMPARISONS
} pb_comparison;

/**
 * One node of a rule's tree. Nodes stand in preorder: a node's first child follows it, and
 * `next` leads past the whole subtree, so the children of node i are i + 1, next of that, ...
 */
typedef struct pb_rule_node {
    pb_clause_kind kind;
    int next; /**< index of the first node after this subtree */
    pb_comparison comparison;
    int64_t numerator, denominator; /**< denominator 0: a whole number of unions */
    uint64_t veto;                  /**< PB_CLAUSE_VETO: unions that must approve */
} pb_rule_node;

typedef struct pb_rule {
    char id[PB_ID_SIZE];
    int n_nodes;
    pb_rule_node node[PB_MAX_RULE_NODES];
} pb_rule;

/** How a clause is written and measured. A new clause is one row in rule.c and its function. */
typedef struct pb_clause {
    const char *name; /**< as in a scenario */
    const char *meaning;
    bool counts_unions; /**< takes a whole number of unions as well as a share */
    bool of_one_group;  /**< may stand in `accepts:` of a unit or union */
    /** The share is part / whole; NULL for all, any, not, veto. */
    void (*measure)(const pb_tally *tally, int64_t *part, int64_t *whole);
} pb_clause;

extern const pb_clause PB_CLAUSES[PB_N_CLAUSES];
extern const char *const PB_COMPARISONS[PB_N_COMPARISONS]; /**< "at_least", ... */

/**
 * Whether the tally satisfies the rule. Comparisons are exact, in integers; a share of nothing
 * (no ballots cast, no union voting) satisfies no comparison.
 */
bool pb_rule_holds(const pb_rule *rule, const pb_tally *tally);

/** Whether the outcome depends on ballots or turnout, not only on which unions approve. */
bool pb_rule_uses_ballots(const pb_rule *rule);

/** `ballots_approving: {more_than: 1/2}`, how a unit or union accepts unless it says otherwise. */
pb_rule pb_rule_simple_majority(void);

#endif
