/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Of the unions that have voted a rule sees only how many approve, their members, and which vetoes
 * are broken. Two such states need the same node if whatever follows is the same for both. So
 * every node comes with a region of states for which it is right: at a leaf, where each comparison
 * that decided it keeps its truth; above, the states whose two successors lie in the children's
 * regions. (M. Behle, "On threshold BDDs and the optimal variable ordering problem", J. Comb.
 * Optim. 16 (2008): intervals of one weight. Here count and weight make a rectangle.)
 */
#include "models/diagram.h"

#include <stdlib.h>
#include <string.h>

enum { UNIONS, MEMBERS, N_SUMS };

/* States examined may outnumber nodes: several regions can share one. */
enum { MAX_KNOWN = 4 * PB_MAX_DIAGRAM_NODES, N_SLOTS = 2 * PB_MAX_DIAGRAM_NODES, NONE = -1 };

/*
 * The known states of a level lie in drawers by their members, a state whose region reaches into
 * several in each, one that reaches into more than MAX_COPIES in the drawer WIDE. (A single list
 * takes seconds to find out that a diagram is too large.)
 */
enum { N_DRAWERS = 256, WIDE = N_DRAWERS, MAX_COPIES = 4 };

/* Looks at known states after which the diagram counts as too large: about a second. Rules with a
 * dozen vetoes come to that, for drawers do not part those; others end at a third of it. */
enum { MAX_LOOKS = 1 << 26 };

/* Beyond every sum, yet sums can be added to it. */
static const int64_t FAR = INT64_C(1) << 62;

typedef struct state {
    int64_t approving[N_SUMS]; /* unions, and their members */
    uint64_t broken;           /* bit i: the veto in node i of the rule has met a no */
} state;

/* The states with lowest <= approving <= highest whose vetoes of `matters` are as in `broken`. */
typedef struct region {
    int64_t lowest[N_SUMS], highest[N_SUMS];
    uint64_t matters, broken;
} region;

/* A comparison of the rule: approving[sum] >= least, or with `below` its opposite. */
typedef struct threshold {
    int sum;
    bool below;
    int64_t least;
} threshold;

typedef struct known_state {
    region where;
    int node;
    int older; /* in the same drawer */
} known_state;

/* A level is the place of a union in the order of voting. */
typedef struct builder {
    const pb_rule *rule;
    int n_voters;
    int voter[PB_MAX_UNIONS];
    int64_t size[PB_MAX_UNIONS + 1][N_SUMS]; /* of the voter: 1, and its members */
    int64_t rest[PB_MAX_UNIONS + 1][N_SUMS]; /* of all from this level on */
    uint64_t breaks[PB_MAX_UNIONS];          /* vetoes that a no at this level breaks */
    int settled[PB_MAX_RULE_NODES];          /* level from which on a veto cannot break */
    threshold threshold[PB_MAX_RULE_NODES];
    int n_nodes, n_known, n_looks;
    pb_diagram_node *node;        /* shape [PB_MAX_DIAGRAM_NODES] */
    known_state *known;           /* shape [MAX_KNOWN] */
    int (*newest)[N_DRAWERS + 1]; /* of each level's drawers; shape [PB_MAX_UNIONS] */
    int32_t *slot;                /* hash table of nodes, 0: free; shape [N_SLOTS] */
} builder;

/* NO and YES are also the numbers of the leaves. */
typedef enum verdict { NO = PB_DIAGRAM_REJECTED, YES = PB_DIAGRAM_RATIFIED, OPEN } verdict;

static region everywhere(void)
{
    return (region){.lowest = {-FAR, -FAR}, .highest = {FAR, FAR}};
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
static region intersection(const region *a, const region *b)
{
    region both = {.matters = a->matters | b->matters, .broken = a->broken | b->broken};
    for (int i = 0; i < N_SUMS; i++) {
        both.lowest[i] = larger(a->lowest[i], b->lowest[i]);
        both.highest[i] = smaller(a->highest[i], b->highest[i]);
    }
    return both;
}

static bool contains(const region *where, const state *s)
{
    return s->approving[MEMBERS] >= where->lowest[MEMBERS]
           && s->approving[MEMBERS] <= where->highest[MEMBERS]
           && s->approving[UNIONS] >= where->lowest[UNIONS]
           && s->approving[UNIONS] <= where->highest[UNIONS]
           && (s->broken & where->matters) == where->broken;
}

static state after_no(const builder *b, int level, state s)
{
    s.broken |= b->breaks[level];
    return s;
}

static state after_yes(const builder *b, int level, state s)
{
    for (int i = 0; i < N_SUMS; i++) {
        s.approving[i] += b->size[level][i];
    }
    return s;
}

/* The states whose successors lie in the two regions; `lo` and `hi` are overwritten. */
static region before(const builder *b, int level, region *lo, region *hi)
{
    lo->matters &= ~b->breaks[level];
    lo->broken &= ~b->breaks[level];
    for (int i = 0; i < N_SUMS; i++) {
        hi->lowest[i] -= b->size[level][i];
        hi->highest[i] -= b->size[level][i];
    }
    return intersection(lo, hi);
}

static verdict judge_threshold(const builder *b, int i, int level, const state *s, region *where)
{
    const threshold *t = &b->threshold[i];
    const int64_t sum = s->approving[t->sum], rest = b->rest[level][t->sum];
    *where = everywhere();
    if (sum >= t->least) {
        where->lowest[t->sum] = t->least;
        return t->below ? NO : YES;
    }
    if (sum + rest < t->least) {
        where->highest[t->sum] = t->least - 1 - rest;
        return t->below ? YES : NO;
    }
    return OPEN;
}

static verdict judge_veto(const builder *b, int i, int level, const state *s, region *where)
{
    const uint64_t bit = UINT64_C(1) << i;
    *where = everywhere();
    where->matters = bit;
    where->broken = s->broken & bit;
    return where->broken != 0 ? NO : level >= b->settled[i] ? YES : OPEN;
}

static verdict judge(const builder *b, int i, int level, const state *s, region *where);

/* One clause that fails decides an `all`, whatever the others: its region alone counts. */
static verdict judge_group(const builder *b, int i, int level, const state *s, region *where)
{
    const pb_rule_node *node = &b->rule->node[i];
    const verdict decisive = node->kind == PB_CLAUSE_ALL ? NO : YES;
    verdict together = decisive == NO ? YES : NO;
    *where = everywhere();
    for (int child = i + 1; child < node->next; child = b->rule->node[child].next) {
        region part;
        const verdict v = judge(b, child, level, s, &part);
        if (v == decisive) {
            *where = part;
            return v;
        }
        together = v == OPEN ? OPEN : together;
        *where = intersection(where, &part);
    }
    return together;
}

/* What the clause in node i of the rule comes to whoever votes how from `level` on; unless that
 * is open, `where` holds states of which the same is true. */
static verdict judge(const builder *b, int i, int level, const state *s, region *where)
{
    verdict v;
    switch (b->rule->node[i].kind) {
        case PB_CLAUSE_ALL:
        case PB_CLAUSE_ANY:
            return judge_group(b, i, level, s, where);
        case PB_CLAUSE_NOT:
            v = judge(b, i + 1, level, s, where);
            return v == OPEN ? OPEN : v == NO ? YES : NO;
        case PB_CLAUSE_VETO:
            return judge_veto(b, i, level, s, where);
        default:
            return judge_threshold(b, i, level, s, where);
    }
}

static int drawer_of(const builder *b, int64_t members)
{
    const int64_t all = b->rest[0][MEMBERS];
    return (int)(smaller(larger(members, 0), all) * N_DRAWERS / (all + 1));
}

static int find_in_drawer(builder *b, int level, int drawer, const state *s, region *where)
{
    for (int i = b->newest[level][drawer]; i != NONE; i = b->known[i].older) {
        b->n_looks++;
        if (contains(&b->known[i].where, s)) {
            *where = b->known[i].where;
            return b->known[i].node;
        }
    }
    return NONE;
}

static int find_known(builder *b, int level, const state *s, region *where)
{
    const int drawer = drawer_of(b, s->approving[MEMBERS]);
    const int node = find_in_drawer(b, level, drawer, s, where);
    return node != NONE ? node : find_in_drawer(b, level, WIDE, s, where);
}

static void put_in_drawer(builder *b, int level, int drawer, const region *where, int node)
{
    b->known[b->n_known] = (known_state){*where, node, b->newest[level][drawer]};
    b->newest[level][drawer] = b->n_known++;
}

static int remember(builder *b, int level, const region *where, int node)
{
    int first = drawer_of(b, where->lowest[MEMBERS]), last = drawer_of(b, where->highest[MEMBERS]);
    if (last - first >= MAX_COPIES) {
        first = last = WIDE;
    }
    if (node == NONE || b->n_known + MAX_COPIES > MAX_KNOWN || b->n_looks > MAX_LOOKS) {
        return NONE;
    }
    for (int drawer = first; drawer <= last; drawer++) {
        put_in_drawer(b, level, drawer, where, node);
    }
    return node;
}

static int find_or_add_node(builder *b, int level, int lo, int hi)
{
    if (lo == hi) {
        return lo;
    }
    const pb_diagram_node wanted = {lo, hi, b->voter[level]};
    uint64_t hash = ((uint64_t)lo << 38 ^ (uint64_t)hi << 16 ^ (uint64_t)level)
                    * UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio (Knuth 6.4) */
    for (hash >>= 40;; hash++) {
        int32_t *slot = &b->slot[hash % N_SLOTS];
        if (*slot != 0 && memcmp(&b->node[*slot], &wanted, sizeof wanted) == 0) {
            return *slot;
        }
        if (*slot == 0) {
            if (b->n_nodes == PB_MAX_DIAGRAM_NODES) {
                return NONE;
            }
            *slot = b->n_nodes;
            b->node[b->n_nodes] = wanted;
            return b->n_nodes++;
        }
    }
}

/* The node for a state, and a region around the state where it is right. NONE: too large. */
static int build_node(builder *b, int level, state s, region *where)
{
    const verdict v = judge(b, 0, level, &s, where);
    if (v != OPEN) {
        return (int)v;
    }
    const int known = find_known(b, level, &s, where);
    if (known != NONE) {
        return known;
    }
    region if_no, if_yes;
    const int lo = build_node(b, level + 1, after_no(b, level, s), &if_no);
    const int hi = lo == NONE ? NONE : build_node(b, level + 1, after_yes(b, level, s), &if_yes);
    if (hi == NONE) {
        return NONE;
    }
    *where = before(b, level, &if_no, &if_yes);
    return remember(b, level, where, find_or_add_node(b, level, lo, hi));
}

/* Largest first: they decide most, so that paths end early and the diagram stays small. */
static void order_voters(builder *b, const int64_t *members, int n_unions, uint64_t voting)
{
    for (int u = 0; u < n_unions; u++) {
        if ((voting >> u & 1) == 0) {
            continue;
        }
        int place = b->n_voters++;
        for (; place > 0 && members[b->voter[place - 1]] < members[u]; place--) {
            b->voter[place] = b->voter[place - 1];
        }
        b->voter[place] = u;
    }
    for (int level = b->n_voters - 1; level >= 0; level--) {
        b->size[level][UNIONS] = 1;
        b->size[level][MEMBERS] = members[b->voter[level]];
        for (int i = 0; i < N_SUMS; i++) {
            b->rest[level][i] = b->rest[level + 1][i] + b->size[level][i];
        }
    }
}

/* part / whole compared with the node's share, as rule.c has it, solved for part in integers. */
static threshold threshold_of(const builder *b, const pb_rule_node *node)
{
    const int sum = node->kind == PB_CLAUSE_MEMBERS_REPRESENTED ? MEMBERS : UNIONS;
    const int64_t whole = b->rest[0][sum];
    const int64_t denominator = node->denominator == 0 ? 1 : node->denominator;
    const int64_t share = node->numerator * (node->denominator == 0 ? 1 : whole);
    const int64_t down = share / denominator, up = down + (share % denominator != 0);
    const bool rounds_up = node->comparison == PB_AT_LEAST || node->comparison == PB_LESS_THAN;
    const bool below = node->comparison == PB_AT_MOST || node->comparison == PB_LESS_THAN;
    const int64_t least = rounds_up ? up : down + 1; /* part >= least, or not */

    if (whole == 0) {
        return (threshold){sum, false, FAR}; /* a share of nothing satisfies no comparison */
    }
    if (node->kind == PB_CLAUSE_UNIONS_OPPOSED) {
        return (threshold){sum, !below, whole - least + 1};
    }
    return (threshold){sum, below, least};
}

/* A veto of a union that does not vote is broken from the start. */
static void place_veto(builder *b, int i, uint64_t voting, state *start)
{
    const uint64_t bit = UINT64_C(1) << i, veto = b->rule->node[i].veto;
    for (int level = 0; level < b->n_voters; level++) {
        if ((veto >> b->voter[level] & 1) != 0) {
            b->breaks[level] |= bit;
            b->settled[i] = level + 1;
        }
    }
    start->broken |= (veto & ~voting) != 0 ? bit : 0;
}

static int build_root(builder *b, uint64_t voting)
{
    region where;
    state start = {.broken = 0};
    for (int i = 0; i < b->rule->n_nodes; i++) {
        const pb_rule_node *node = &b->rule->node[i];
        if (node->kind == PB_CLAUSE_VETO) {
            place_veto(b, i, voting, &start);
        } else if (PB_CLAUSES[node->kind].measure != NULL) {
            b->threshold[i] = threshold_of(b, node);
        }
    }
    memset(b->newest, 0xFF, PB_MAX_UNIONS * sizeof *b->newest); /* NONE */
    b->n_nodes = PB_DIAGRAM_LEAVES;
    return build_node(b, 0, start, &where);
}

static pb_diagram_outcome take_nodes(builder *b, int root, pb_diagram *diagram)
{
    if (root == NONE) {
        return PB_DIAGRAM_TOO_LARGE;
    }
    pb_diagram_node *node = realloc(b->node, (size_t)b->n_nodes * sizeof *node);
    if (node == NULL) {
        return PB_DIAGRAM_NO_MEMORY;
    }
    b->node = NULL;
    diagram->n_nodes = b->n_nodes;
    diagram->root = root;
    diagram->node = node;
    return PB_DIAGRAM_BUILT;
}

pb_diagram_outcome pb_diagram_build(const pb_rule *rule, const int64_t *members, int n_unions,
                                    uint64_t voting, pb_diagram *diagram)
{
    pb_diagram_outcome outcome = PB_DIAGRAM_NO_MEMORY;
    builder b = {.rule = rule};
    *diagram = (pb_diagram){.n_unions = n_unions, .voting = voting};
    if (pb_rule_uses_ballots(rule)) {
        return PB_DIAGRAM_USES_BALLOTS;
    }
    b.node = calloc(PB_MAX_DIAGRAM_NODES, sizeof *b.node);
    b.known = calloc(MAX_KNOWN, sizeof *b.known);
    b.newest = calloc(PB_MAX_UNIONS, sizeof *b.newest);
    b.slot = calloc(N_SLOTS, sizeof *b.slot);
    if (b.node != NULL && b.known != NULL && b.newest != NULL && b.slot != NULL) {
        order_voters(&b, members, n_unions, voting);
        outcome = take_nodes(&b, build_root(&b, voting), diagram);
    }
    free(b.node);
    free(b.known);
    free(b.newest);
    free(b.slot);
    return outcome;
}

void pb_diagram_free(pb_diagram *diagram)
{
    free(diagram->node);
    *diagram = (pb_diagram){.node = NULL};
}

const char *pb_diagram_outcome_text(pb_diagram_outcome outcome)
{
    static const char *const TEXTS[] = {
        [PB_DIAGRAM_BUILT] = "it is built",
        [PB_DIAGRAM_USES_BALLOTS] = "the rule looks at ballots or turnout",
        [PB_DIAGRAM_TOO_LARGE] = "its decision diagram is too large",
        [PB_DIAGRAM_NO_MEMORY] = "there is no memory for its decision diagram",
    };
    return TEXTS[outcome];
}
