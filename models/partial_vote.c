/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/partial_vote.h"

#include <string.h>

/* Beyond every sum, yet sums can be added to it. */
static const int64_t FAR = INT64_C(1) << 62;

static pb_region everywhere(void)
{
    return (pb_region){.lowest = {-FAR, -FAR}, .highest = {FAR, FAR}};
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Both regions hold a common state, so where both mind a veto they agree on it. */
static pb_region intersection(const pb_region *a, const pb_region *b)
{
    pb_region both = {.matters = a->matters | b->matters, .broken = a->broken | b->broken};
    for (int i = 0; i < PB_N_SUMS; i++) {
        both.lowest[i] = larger(a->lowest[i], b->lowest[i]);
        both.highest[i] = smaller(a->highest[i], b->highest[i]);
    }
    return both;
}

pb_vote_state pb_state_after_no(const pb_partial_vote *vote, int level, pb_vote_state s)
{
    s.broken |= vote->breaks[level];
    return s;
}

pb_vote_state pb_state_after_yes(const pb_partial_vote *vote, int level, pb_vote_state s)
{
    for (int i = 0; i < PB_N_SUMS; i++) {
        s.approving[i] += vote->size[level][i];
    }
    return s;
}

pb_region pb_region_before(const pb_partial_vote *vote, int level, pb_region *lo, pb_region *hi)
{
    lo->matters &= ~vote->breaks[level];
    lo->broken &= ~vote->breaks[level];
    for (int i = 0; i < PB_N_SUMS; i++) {
        hi->lowest[i] -= vote->size[level][i];
        hi->highest[i] -= vote->size[level][i];
    }
    return intersection(lo, hi);
}

static pb_verdict judge_threshold(const pb_partial_vote *vote, int i, int level,
                                  const pb_vote_state *s, pb_region *where)
{
    const pb_sum_threshold *t = &vote->threshold[i];
    const int64_t sum = s->approving[t->sum], rest = vote->rest[level][t->sum];
    *where = everywhere();
    if (sum >= t->least) {
        where->lowest[t->sum] = t->least;
        return t->below ? PB_VERDICT_NO : PB_VERDICT_YES;
    }
    if (sum + rest < t->least) {
        where->highest[t->sum] = t->least - 1 - rest;
        return t->below ? PB_VERDICT_YES : PB_VERDICT_NO;
    }
    return PB_VERDICT_OPEN;
}

static pb_verdict judge_veto(const pb_partial_vote *vote, int i, int level, const pb_vote_state *s,
                             pb_region *where)
{
    const uint64_t bit = UINT64_C(1) << i;
    *where = everywhere();
    where->matters = bit;
    where->broken = s->broken & bit;
    return where->broken != 0          ? PB_VERDICT_NO
           : level >= vote->settled[i] ? PB_VERDICT_YES
                                       : PB_VERDICT_OPEN;
}

static pb_verdict judge(const pb_partial_vote *vote, int i, int level, const pb_vote_state *s,
                        pb_region *where);

/* One clause that fails decides an `all`, whatever the others: its region alone counts. */
static pb_verdict judge_group(const pb_partial_vote *vote, int i, int level, const pb_vote_state *s,
                              pb_region *where)
{
    const pb_rule_node *node = &vote->rule->node[i];
    const pb_verdict decisive = node->kind == PB_CLAUSE_ALL ? PB_VERDICT_NO : PB_VERDICT_YES;
    pb_verdict together = decisive == PB_VERDICT_NO ? PB_VERDICT_YES : PB_VERDICT_NO;
    *where = everywhere();
    for (int child = i + 1; child < node->next; child = vote->rule->node[child].next) {
        pb_region part;
        const pb_verdict v = judge(vote, child, level, s, &part);
        if (v == decisive) {
            *where = part;
            return v;
        }
        together = v == PB_VERDICT_OPEN ? PB_VERDICT_OPEN : together;
        *where = intersection(where, &part);
    }
    return together;
}

/* What the clause in node i of the rule comes to whoever votes how from `level` on; unless that
 * is open, `where` holds states of which the same is true. */
static pb_verdict judge(const pb_partial_vote *vote, int i, int level, const pb_vote_state *s,
                        pb_region *where)
{
    pb_verdict v;
    switch (vote->rule->node[i].kind) {
        case PB_CLAUSE_ALL:
        case PB_CLAUSE_ANY:
            return judge_group(vote, i, level, s, where);
        case PB_CLAUSE_NOT:
            v = judge(vote, i + 1, level, s, where);
            return v == PB_VERDICT_OPEN ? PB_VERDICT_OPEN
                   : v == PB_VERDICT_NO ? PB_VERDICT_YES
                                        : PB_VERDICT_NO;
        case PB_CLAUSE_VETO:
            return judge_veto(vote, i, level, s, where);
        default:
            return judge_threshold(vote, i, level, s, where);
    }
}

static void order_voters(pb_partial_vote *vote, const int64_t *members, int n_unions,
                         uint64_t voting)
{
    for (int u = 0; u < n_unions; u++) {
        if ((voting >> u & 1) == 0) {
            continue;
        }
        int place = vote->n_voters++;
        for (; place > 0 && members[vote->voter[place - 1]] < members[u]; place--) {
            vote->voter[place] = vote->voter[place - 1];
        }
        vote->voter[place] = u;
    }
    for (int level = vote->n_voters - 1; level >= 0; level--) {
        vote->size[level][PB_UNIONS] = 1;
        vote->size[level][PB_MEMBERS] = members[vote->voter[level]];
        for (int i = 0; i < PB_N_SUMS; i++) {
            vote->rest[level][i] = vote->rest[level + 1][i] + vote->size[level][i];
        }
    }
}

/* part / whole compared with the node's share, as rule.c has it, solved for part in integers. */
static pb_sum_threshold threshold_of(const pb_partial_vote *vote, const pb_rule_node *node)
{
    const int sum = node->kind == PB_CLAUSE_MEMBERS_REPRESENTED ? PB_MEMBERS : PB_UNIONS;
    const int64_t whole = vote->rest[0][sum];
    const int64_t denominator = node->denominator == 0 ? 1 : node->denominator;
    const int64_t share = node->numerator * (node->denominator == 0 ? 1 : whole);
    const int64_t down = share / denominator, up = down + (share % denominator != 0);
    const bool rounds_up = node->comparison == PB_AT_LEAST || node->comparison == PB_LESS_THAN;
    const bool below = node->comparison == PB_AT_MOST || node->comparison == PB_LESS_THAN;
    const int64_t least = rounds_up ? up : down + 1; /* part >= least, or not */

    if (whole == 0) {
        return (pb_sum_threshold){sum, false, FAR}; /* a share of nothing satisfies no comparison */
    }
    if (node->kind == PB_CLAUSE_UNIONS_OPPOSED) {
        return (pb_sum_threshold){sum, !below, whole - least + 1};
    }
    return (pb_sum_threshold){sum, below, least};
}

/* A veto of a union that does not vote is broken from the start. */
static void place_veto(pb_partial_vote *vote, int i, uint64_t voting)
{
    const uint64_t bit = UINT64_C(1) << i, veto = vote->rule->node[i].veto;
    for (int level = 0; level < vote->n_voters; level++) {
        if ((veto >> vote->voter[level] & 1) != 0) {
            vote->breaks[level] |= bit;
            vote->settled[i] = level + 1;
        }
    }
    vote->start.broken |= (veto & ~voting) != 0 ? bit : 0;
}

pb_verdict pb_partial_vote_judge(const pb_partial_vote *vote, int level, const pb_vote_state *s,
                                 pb_region *where)
{
    return judge(vote, 0, level, s, where);
}

void pb_partial_vote_init(pb_partial_vote *vote, const pb_rule *rule, const int64_t *members,
                          int n_unions, uint64_t voting)
{
    memset(vote, 0, sizeof *vote);
    vote->rule = rule;
    order_voters(vote, members, n_unions, voting);
    for (int i = 0; i < rule->n_nodes; i++) {
        const pb_rule_node *node = &rule->node[i];
        if (node->kind == PB_CLAUSE_VETO) {
            place_veto(vote, i, voting);
        } else if (PB_CLAUSES[node->kind].measure != NULL) {
            vote->threshold[i] = threshold_of(vote, node);
        }
    }
}
