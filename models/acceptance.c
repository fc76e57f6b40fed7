/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/acceptance.h"

#include <math.h>

/* A group in which nobody votes does not accept, whatever its rule says. */
static bool accepts(const pb_rule *rule, double members, double ballots, double yes)
{
    const pb_tally tally = {
        .members = (int64_t)members, .ballots = (int64_t)ballots, .yes = (int64_t)yes};
    return tally.ballots > 0 && pb_rule_holds(rule, &tally);
}

void pb_accept(const pb_coalition *coalition, int acceptance, double members, const double *ballots,
               const double *yes, uint8_t *vote)
{
    if (acceptance == 0) { /* simple majority, the usual case */
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            vote[lane] = 2.0 * yes[lane] > ballots[lane];
        }
        return;
    }
    const pb_rule *rule = &coalition->acceptance[acceptance];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        vote[lane] = accepts(rule, members, ballots[lane], yes[lane]);
    }
}

/* A floor under approval or a ceiling over opposition grows with yes; `not` turns it round. */
static bool grows_with_yes(const pb_rule_node *node)
{
    const bool floor = node->comparison == PB_AT_LEAST || node->comparison == PB_MORE_THAN;
    return node->kind == PB_CLAUSE_BALLOTS_APPROVING ? floor : !floor;
}

/* Checks the children of a node; `turned` is whether an odd number of `not` stands above. */
static bool is_monotone(const pb_rule *rule, int i, bool turned)
{
    const pb_rule_node *node = &rule->node[i];
    switch (node->kind) {
        case PB_CLAUSE_ALL:
        case PB_CLAUSE_ANY:
            for (int child = i + 1; child < node->next; child = rule->node[child].next) {
                if (!is_monotone(rule, child, turned)) {
                    return false;
                }
            }
            return true;
        case PB_CLAUSE_NOT:
            return is_monotone(rule, i + 1, !turned);
        case PB_CLAUSE_BALLOTS_APPROVING:
        case PB_CLAUSE_BALLOTS_OPPOSED:
            return grows_with_yes(node) != turned;
        default:
            return true; /* turnout does not move with yes */
    }
}

bool pb_acceptance_is_monotone(const pb_rule *rule)
{
    return is_monotone(rule, 0, false);
}

static double smallest_yes(const pb_rule *rule, double members, double ballots)
{
    double refused = -1.0, accepted = ballots + 1.0;
    while (accepted - refused > 1.0) {
        const double middle = floor(0.5 * (refused + accepted));
        if (accepts(rule, members, ballots, middle)) {
            accepted = middle;
        } else {
            refused = middle;
        }
    }
    return accepted;
}

void pb_acceptance_need(const pb_coalition *coalition, int acceptance, double members,
                        const double *ballots, double *need)
{
    const pb_rule *rule = &coalition->acceptance[acceptance];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        need[lane] = acceptance == 0 ? floor(0.5 * ballots[lane]) + 1.0
                                     : smallest_yes(rule, members, ballots[lane]);
    }
}
