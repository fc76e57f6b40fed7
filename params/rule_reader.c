/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: a tree of clauses, flattened into preorder. The words come from models/rule.c. */
#include "params/number.h"
#include "params/reader.h"

#include <string.h>

/* A rule under construction. */
typedef struct growing {
    pb_reader *reader;
    pb_rule *rule;
    bool of_one_group; /* a unit's or union's own rule: no clause about the coalition */
} growing;

static bool read_clause(growing *g, pb_node *node);

static pb_words clause_words(void)
{
    return (pb_words){
        .first = &PB_CLAUSES[0].name, .stride = sizeof PB_CLAUSES[0], .n = PB_N_CLAUSES};
}

static pb_words comparison_words(void)
{
    return (pb_words){
        .first = PB_COMPARISONS, .stride = sizeof PB_COMPARISONS[0], .n = PB_N_COMPARISONS};
}

/* `all`, `any`: a list of clauses. */
static bool read_children(growing *g, pb_node *list)
{
    if (!pb_read_expects(g->reader, list, PB_NODE_LIST)) {
        return false;
    }
    if (list->n == 0) {
        pb_read_error(g->reader, list, "empty (at least one clause is needed)");
        return false;
    }
    bool good = true;
    for (unsigned i = 0; i < list->n; i++) {
        const size_t outside = pb_path_enter_item(g->reader, list->item[i], i);
        good = read_clause(g, list->item[i]) && good;
        pb_path_leave(g->reader, outside);
    }
    return good;
}

/* `veto: [AFSCME4, SEIU]` */
static bool read_veto(growing *g, pb_node *list, uint64_t *veto)
{
    const pb_node *unions = pb_node_find(g->reader->root, "unions");
    if (!pb_read_expects(g->reader, list, PB_NODE_LIST)) {
        return false;
    }
    if (list->n == 0) {
        pb_read_error(g->reader, list, "empty (at least one union is needed)");
        return false;
    }
    for (unsigned i = 0; i < list->n; i++) {
        pb_node *name = list->item[i];
        if (!pb_read_expects(g->reader, name, PB_NODE_SCALAR)) {
            return false;
        }
        const int u = unions != NULL ? pb_node_index(unions, name->text) : -1;
        if (u < 0 || u >= PB_MAX_UNIONS) {
            pb_read_no_such_id(g->reader, name, unions, "union");
            return false;
        }
        *veto |= UINT64_C(1) << u;
    }
    return true;
}

/* `{at_least: 4/5}` */
static bool read_comparison(growing *g, pb_node *map, pb_rule_node *clause)
{
    const pb_words words = comparison_words();
    char hint[120];
    if (!pb_read_expects(g->reader, map, PB_NODE_MAP)) {
        return false;
    }
    const int entry = pb_read_only_entry(g->reader, map, "one comparison such as at_least");
    if (entry < 0) {
        return false;
    }
    pb_node *key = map->key[entry];
    const int comparison = pb_word_find(&words, key->text);
    if (comparison < 0) {
        pb_read_error(g->reader, key, "unknown comparison, '%s' (%s)", pb_show(key->text).text,
                      pb_words_hint(&words, key->text, hint, sizeof hint));
        return false;
    }
    clause->comparison = (pb_comparison)comparison;
    const size_t outside = pb_path_enter_key(g->reader, key->text);
    const bool good = pb_read_threshold(g->reader, map->item[entry], clause);
    pb_path_leave(g->reader, outside);
    return good;
}

/* The clause's word; -1 after an error. */
static int read_clause_word(growing *g, pb_node *key)
{
    const pb_words words = clause_words();
    char hint[200];
    const int kind = pb_word_find(&words, key->text);
    if (kind < 0) {
        pb_read_error(g->reader, key, "unknown clause, '%s' (%s)", pb_show(key->text).text,
                      pb_words_hint(&words, key->text, hint, sizeof hint));
        return -1;
    }
    if (g->of_one_group && !PB_CLAUSES[kind].of_one_group) {
        pb_read_error(g->reader, key,
                      "a clause about the coalition, '%s' (here one about the "
                      "group's own ballots)",
                      key->text);
        return -1;
    }
    return kind;
}

static bool read_content(growing *g, pb_node *node, pb_rule_node *clause)
{
    switch (clause->kind) {
        case PB_CLAUSE_ALL:
        case PB_CLAUSE_ANY:
            return read_children(g, node);
        case PB_CLAUSE_NOT:
            return read_clause(g, node);
        case PB_CLAUSE_VETO:
            return read_veto(g, node, &clause->veto);
        default:
            return read_comparison(g, node, clause);
    }
}

static pb_rule_node *add_clause(growing *g, pb_node *node)
{
    if (g->rule->n_nodes == PB_MAX_RULE_NODES) {
        pb_read_error(g->reader, node, "more than %d clauses in one rule", PB_MAX_RULE_NODES);
        return NULL;
    }
    return &g->rule->node[g->rule->n_nodes++];
}

static bool read_clause(growing *g, pb_node *node)
{
    if (!pb_read_expects(g->reader, node, PB_NODE_MAP)) {
        return false;
    }
    const int entry = pb_read_only_entry(g->reader, node, "one clause");
    const int kind = entry < 0 ? -1 : read_clause_word(g, node->key[entry]);
    pb_rule_node *clause = kind < 0 ? NULL : add_clause(g, node);
    if (clause == NULL) {
        return false;
    }
    clause->kind = (pb_clause_kind)kind;
    const size_t outside = pb_path_enter_key(g->reader, PB_CLAUSES[kind].name);
    const bool good = read_content(g, node->item[entry], clause);
    pb_path_leave(g->reader, outside);
    clause->next = g->rule->n_nodes;
    return good;
}

bool pb_read_rule_tree(pb_reader *reader, pb_node *node, bool of_one_group, pb_rule *rule)
{
    growing g = {.reader = reader, .rule = rule, .of_one_group = of_one_group};
    memset(rule, 0, sizeof *rule);
    return read_clause(&g, node);
}
