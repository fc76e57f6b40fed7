/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thresholds that decide nothing: allowed, but hardly meant. */
#include "params/check.h"

/* Whether a comparison holds always or never, where `whole` unions vote; NULL: neither. */
static const char *degenerate(const pb_rule_node *node, int64_t whole)
{
    const int64_t most = node->denominator == 0 ? whole : node->denominator;
    const int64_t threshold = node->numerator;
    switch (node->comparison) {
        case PB_AT_LEAST:
            return threshold == 0 ? "holds always" : threshold > most ? "never holds" : NULL;
        case PB_MORE_THAN:
            return threshold >= most ? "never holds" : NULL;
        case PB_AT_MOST:
            return threshold >= most ? "holds always" : NULL;
        case PB_LESS_THAN:
            return threshold == 0 ? "never holds" : threshold > most ? "holds always" : NULL;
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
