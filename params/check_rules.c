/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thresholds that decide nothing: allowed, but hardly meant. */
#include "params/check.h"

/* Share (or count, out of `whole`) of a comparison, whether it holds always or never. */
static const char *degenerate(const pb_rule_node *node, int64_t whole)
{
    const bool none = node->numerator == 0;
    const bool everything = node->numerator == (node->denominator == 0 ? whole : node->denominator);
    switch (node->comparison) {
        case PB_AT_LEAST:
            return none ? "holds always" : NULL;
        case PB_MORE_THAN:
            return everything ? "never holds" : NULL;
        case PB_AT_MOST:
            return everything ? "holds always" : NULL;
        case PB_LESS_THAN:
            return none ? "never holds" : NULL;
        case PB_N_COMPARISONS:
            break;
    }
    return NULL;
}

static int64_t unions_voting(const pb_coalition *coalition)
{
    int64_t n = 0;
    for (int u = 0; u < coalition->n_unions; u++) {
        n += !coalition->unions[u].abstains;
    }
    return n;
}

static void thresholds_decide_something(const pb_check *check, const pb_rule *rule)
{
    const int64_t whole = unions_voting(&check->scenario->coalition);
    char path[64];
    snprintf(path, sizeof path, "rules.%s", rule->id);
    for (int i = 0; i < rule->n_nodes; i++) {
        const pb_rule_node *node = &rule->node[i];
        const char *odd = PB_CLAUSES[node->kind].measure != NULL ? degenerate(node, whole) : NULL;
        if (odd != NULL) {
            pb_check_message(check, PB_SEVERITY_WARNING, path, "the clause %s %s",
                             PB_CLAUSES[node->kind].name, odd);
        }
    }
}

void pb_check_rules(const pb_check *check)
{
    for (int i = 0; i < check->scenario->n_rules; i++) {
        thresholds_decide_something(check, &check->scenario->rules[i]);
    }
}
