/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/rule.h"

#include <stddef.h>
#include <string.h>

static void unions_approving(const pb_tally *tally, int64_t *part, int64_t *whole)
{
    *part = tally->unions_approving;
    *whole = tally->unions_voting;
}

static void unions_opposed(const pb_tally *tally, int64_t *part, int64_t *whole)
{
    *part = tally->unions_voting - tally->unions_approving;
    *whole = tally->unions_voting;
}

static void members_represented(const pb_tally *tally, int64_t *part, int64_t *whole)
{
    *part = tally->members_approving;
    *whole = tally->members_voting;
}

static void ballots_approving(const pb_tally *tally, int64_t *part, int64_t *whole)
{
    *part = tally->yes;
    *whole = tally->ballots;
}

static void ballots_opposed(const pb_tally *tally, int64_t *part, int64_t *whole)
{
    *part = tally->ballots - tally->yes;
    *whole = tally->ballots;
}

static void turnout(const pb_tally *tally, int64_t *part, int64_t *whole)
{
    *part = tally->ballots;
    *whole = tally->members;
}

// clang-format off
const pb_clause PB_CLAUSES[PB_N_CLAUSES] = {
    [PB_CLAUSE_ALL] = {"all", "every one of a list holds", false, true, NULL},
    [PB_CLAUSE_ANY] = {"any", "at least one of a list holds", false, true, NULL},
    [PB_CLAUSE_NOT] = {"not", "the clause does not hold", false, true, NULL},
    [PB_CLAUSE_VETO] = {"veto", "each of these unions approves", false, false, NULL},
    [PB_CLAUSE_UNIONS_APPROVING] = {"unions_approving", "unions that approve, of those that vote", true, false, unions_approving},
    [PB_CLAUSE_UNIONS_OPPOSED] = {"unions_opposed", "unions that do not approve, of those that vote", true, false, unions_opposed},
    [PB_CLAUSE_MEMBERS_REPRESENTED] = {"members_represented", "members of approving unions, each counted whole, of the members of unions that vote", false, false, members_represented},
    [PB_CLAUSE_BALLOTS_APPROVING] = {"ballots_approving", "yes among the ballots cast, pooled", false, true, ballots_approving},
    [PB_CLAUSE_BALLOTS_OPPOSED] = {"ballots_opposed", "no among the ballots cast, pooled", false, true, ballots_opposed},
    [PB_CLAUSE_TURNOUT] = {"turnout", "ballots cast per member", false, true, turnout},
};
// clang-format on

const char *const PB_COMPARISONS[PB_N_COMPARISONS] = {
    [PB_AT_LEAST] = "at_least",
    [PB_MORE_THAN] = "more_than",
    [PB_AT_MOST] = "at_most",
    [PB_LESS_THAN] = "less_than",
};

/* part / whole against numerator / denominator, multiplied out. Counts stay below 2^31 members
 * and denominators below 2^31 (params/ refuses larger ones), so nothing overflows. */
static bool compares(pb_comparison comparison, int64_t part, int64_t whole, int64_t numerator,
                     int64_t denominator)
{
    const int64_t left = denominator * part, right = numerator * whole;
    switch (comparison) {
        case PB_AT_LEAST:
            return left >= right;
        case PB_MORE_THAN:
            return left > right;
        case PB_AT_MOST:
            return left <= right;
        case PB_LESS_THAN:
            return left < right;
        case PB_N_COMPARISONS:
            break;
    }
    return false;
}

static bool measured_holds(const pb_rule_node *node, const pb_tally *tally)
{
    int64_t part, whole;
    PB_CLAUSES[node->kind].measure(tally, &part, &whole);
    if (whole == 0) {
        return false;
    }
    const bool count = node->denominator == 0;
    return compares(node->comparison, part, count ? 1 : whole, node->numerator,
                    count ? 1 : node->denominator);
}

static bool node_holds(const pb_rule *rule, int i, const pb_tally *tally)
{
    const pb_rule_node *node = &rule->node[i];
    switch (node->kind) {
        case PB_CLAUSE_ALL:
        case PB_CLAUSE_ANY:
            for (int child = i + 1; child < node->next; child = rule->node[child].next) {
                if (node_holds(rule, child, tally) != (node->kind == PB_CLAUSE_ALL)) {
                    return node->kind == PB_CLAUSE_ANY;
                }
            }
            return node->kind == PB_CLAUSE_ALL;
        case PB_CLAUSE_NOT:
            return !node_holds(rule, i + 1, tally);
        case PB_CLAUSE_VETO:
            return (node->veto & ~tally->approving) == 0;
        default:
            return measured_holds(node, tally);
    }
}

bool pb_rule_holds(const pb_rule *rule, const pb_tally *tally)
{
    return node_holds(rule, 0, tally);
}

bool pb_rule_uses_ballots(const pb_rule *rule)
{
    for (int i = 0; i < rule->n_nodes; i++) {
        const pb_clause_kind kind = rule->node[i].kind;
        if (kind == PB_CLAUSE_BALLOTS_APPROVING || kind == PB_CLAUSE_BALLOTS_OPPOSED
            || kind == PB_CLAUSE_TURNOUT) {
            return true;
        }
    }
    return false;
}

pb_rule pb_rule_simple_majority(void)
{
    return (pb_rule){
        .id = "simple_majority",
        .n_nodes = 1,
        .node = {{.kind = PB_CLAUSE_BALLOTS_APPROVING,
                  .next = 1,
                  .comparison = PB_MORE_THAN,
                  .numerator = 1,
                  .denominator = 2}},
    };
}
