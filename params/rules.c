/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where rules stand: named ones in `rules`, their names in `rounds`, those of groups in
 * `accepts`. */
#include "params/reader.h"

#include <string.h>

static bool same_node(const pb_rule_node *a, const pb_rule_node *b)
{
    return a->kind == b->kind && a->next == b->next && a->comparison == b->comparison
           && a->numerator == b->numerator && a->denominator == b->denominator
           && a->veto == b->veto;
}

static bool same_rule(const pb_rule *a, const pb_rule *b)
{
    for (int i = 0; i < a->n_nodes && a->n_nodes == b->n_nodes; i++) {
        if (!same_node(&a->node[i], &b->node[i])) {
            return false;
        }
    }
    return a->n_nodes == b->n_nodes;
}

/* Index of an acceptance rule like this one, which is added if it is new; -1: no room. */
static int share_acceptance(pb_coalition *coalition, const pb_rule *rule)
{
    for (int i = 0; i < coalition->n_acceptance; i++) {
        if (same_rule(&coalition->acceptance[i], rule)) {
            return i;
        }
    }
    if (coalition->n_acceptance == PB_MAX_ACCEPTANCE) {
        return -1;
    }
    memcpy(&coalition->acceptance[coalition->n_acceptance], rule, sizeof *rule);
    return coalition->n_acceptance++;
}

void pb_start_acceptance(pb_coalition *coalition)
{
    const pb_rule majority = pb_rule_simple_majority();
    pb_rule *first = &coalition->acceptance[0];
    /* member by member: the padding of a scenario is zero, so that scenarios compare as bytes */
    strcpy(first->id, majority.id);
    first->n_nodes = majority.n_nodes;
    first->node[0].kind = majority.node[0].kind;
    first->node[0].next = majority.node[0].next;
    first->node[0].comparison = majority.node[0].comparison;
    first->node[0].numerator = majority.node[0].numerator;
    first->node[0].denominator = majority.node[0].denominator;
    coalition->n_acceptance = 1;
}

/* `accepts:` of a unit or union [int: index of the acceptance rule] */
void pb_read_accepts(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_rule rule;
    (void)field;
    if (!pb_read_rule_tree(reader, node, true, &rule)) {
        return;
    }
    const int index = share_acceptance(&reader->scenario->coalition, &rule);
    if (index < 0) {
        pb_read_error(reader, node, "more than %d different rules of acceptance",
                      PB_MAX_ACCEPTANCE);
        return;
    }
    memcpy(target, &index, sizeof index);
}

static void read_named_rule(pb_reader *reader, pb_node *name, pb_node *node)
{
    pb_scenario *scenario = reader->scenario;
    if (!pb_is_id(name->text) || strlen(name->text) >= PB_ID_SIZE) {
        pb_read_error(reader, name, "not a name, '%s' (letters, digits, _ . -)",
                      pb_show(name->text).text);
        return;
    }
    pb_rule *rule = &scenario->rules[scenario->n_rules++];
    const size_t outside = pb_path_enter_key(reader, name->text);
    pb_read_rule_tree(reader, node, false, rule);
    strcpy(rule->id, name->text);
    pb_path_leave(reader, outside);
}

/* `rules:` a map from names to rules [into pb_scenario.rules] */
void pb_read_rules(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)target;
    if (!pb_read_expects(reader, node, PB_NODE_MAP)
        || !pb_read_expects_length(reader, field, node)) {
        return;
    }
    for (unsigned i = 0; i < node->n; i++) {
        if (pb_is_annotation(node->key[i]->text)) {
            pb_read_annotation(reader, node, i);
        } else {
            read_named_rule(reader, node->key[i], node->item[i]);
        }
    }
}

static const pb_rule *find_rule(const pb_scenario *scenario, const char *name)
{
    for (int i = 0; i < scenario->n_rules; i++) {
        if (strcmp(scenario->rules[i].id, name) == 0) {
            return &scenario->rules[i];
        }
    }
    return NULL;
}

/* `rule:` of a round [pb_rule: a copy of the named one] */
void pb_read_name_of_rule(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    const pb_scenario *scenario = reader->scenario;
    char hint[300] = "there is none";
    (void)field;
    if (!pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return;
    }
    const pb_rule *rule = find_rule(scenario, node->text);
    if (rule != NULL) {
        memcpy(target, rule, sizeof *rule);
        return;
    }
    const char *names[PB_MAX_RULES];
    for (int i = 0; i < scenario->n_rules; i++) {
        names[i] = scenario->rules[i].id;
    }
    const pb_words words = {names, sizeof names[0], scenario->n_rules};
    if (words.n > 0) {
        pb_words_hint(&words, node->text, hint, sizeof hint);
    }
    pb_read_error(reader, node, "no rule of this name, '%s' (%s)", pb_show(node->text).text, hint);
}
