/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_RULE_TREE_H
#define PLANB_TESTS_RULE_TREE_H

/** A rule as one would draw it, and its preorder form, the model's. */

#include "models/rule.h"

enum { TREE_CHILDREN = 4 };

typedef struct tree {
    pb_clause_kind kind;
    pb_comparison comparison;
    int64_t numerator, denominator;
    uint64_t veto;
    int n_children;
    struct tree *child[TREE_CHILDREN];
} tree;

static inline void append_tree(const tree *t, pb_rule *rule)
{
    const int at = rule->n_nodes++;
    rule->node[at] = (pb_rule_node){.kind = t->kind,
                                    .comparison = t->comparison,
                                    .numerator = t->numerator,
                                    .denominator = t->denominator,
                                    .veto = t->veto};
    for (int i = 0; i < t->n_children; i++) {
        append_tree(t->child[i], rule);
    }
    rule->node[at].next = rule->n_nodes;
}

static inline pb_rule rule_of_tree(const tree *t)
{
    pb_rule rule = {.n_nodes = 0};
    append_tree(t, &rule);
    return rule;
}

#endif
