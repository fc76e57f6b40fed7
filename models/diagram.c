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

#include "models/partial_vote.h"

#include <stdlib.h>
#include <string.h>

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

typedef struct known_state {
    pb_region where;
    int node;
    int older; /* in the same drawer */
} known_state;

/* A level is the place of a union in the order of voting. */
typedef struct builder {
    pb_partial_vote vote;
    int n_nodes, n_known, n_looks;
    pb_diagram_node *node;        /* shape [PB_MAX_DIAGRAM_NODES] */
    known_state *known;           /* shape [MAX_KNOWN] */
    int (*newest)[N_DRAWERS + 1]; /* of each level's drawers; shape [PB_MAX_UNIONS] */
    int32_t *slot;                /* hash table of nodes, 0: free; shape [N_SLOTS] */
} builder;

static int drawer_of(const builder *b, int64_t members)
{
    const int64_t all = b->vote.rest[0][PB_MEMBERS];
    const int64_t within = members < 0 ? 0 : members > all ? all : members;
    return (int)(within * N_DRAWERS / (all + 1));
}

static int find_in_drawer(builder *b, int level, int drawer, const pb_vote_state *s,
                          pb_region *where)
{
    for (int i = b->newest[level][drawer]; i != NONE; i = b->known[i].older) {
        b->n_looks++;
        if (pb_region_contains(&b->known[i].where, s)) {
            *where = b->known[i].where;
            return b->known[i].node;
        }
    }
    return NONE;
}

static int find_known(builder *b, int level, const pb_vote_state *s, pb_region *where)
{
    const int drawer = drawer_of(b, s->approving[PB_MEMBERS]);
    const int node = find_in_drawer(b, level, drawer, s, where);
    return node != NONE ? node : find_in_drawer(b, level, WIDE, s, where);
}

static void put_in_drawer(builder *b, int level, int drawer, const pb_region *where, int node)
{
    b->known[b->n_known] = (known_state){*where, node, b->newest[level][drawer]};
    b->newest[level][drawer] = b->n_known++;
}

static int remember(builder *b, int level, const pb_region *where, int node)
{
    int first = drawer_of(b, where->lowest[PB_MEMBERS]);
    int last = drawer_of(b, where->highest[PB_MEMBERS]);
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
    const pb_diagram_node wanted = {lo, hi, b->vote.voter[level]};
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
static int build_node(builder *b, int level, pb_vote_state s, pb_region *where)
{
    const pb_partial_vote *vote = &b->vote;
    const pb_verdict verdict = pb_partial_vote_judge(vote, level, &s, where);
    if (verdict != PB_VERDICT_OPEN) {
        return verdict == PB_VERDICT_YES ? PB_DIAGRAM_RATIFIED : PB_DIAGRAM_REJECTED;
    }
    const int known = find_known(b, level, &s, where);
    if (known != NONE) {
        return known;
    }
    pb_region if_no, if_yes;
    const int lo = build_node(b, level + 1, pb_state_after_no(vote, level, s), &if_no);
    const int hi =
        lo == NONE ? NONE : build_node(b, level + 1, pb_state_after_yes(vote, level, s), &if_yes);
    if (hi == NONE) {
        return NONE;
    }
    *where = pb_region_before(vote, level, &if_no, &if_yes);
    return remember(b, level, where, find_or_add_node(b, level, lo, hi));
}

static int build_root(builder *b)
{
    pb_region where;
    memset(b->newest, 0xFF, PB_MAX_UNIONS * sizeof *b->newest); /* NONE */
    b->n_nodes = PB_DIAGRAM_LEAVES;
    return build_node(b, 0, b->vote.start, &where);
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
    builder b = {.n_nodes = 0};
    *diagram = (pb_diagram){.n_unions = n_unions, .voting = voting};
    if (pb_rule_uses_ballots(rule)) {
        return PB_DIAGRAM_USES_BALLOTS;
    }
    b.node = calloc(PB_MAX_DIAGRAM_NODES, sizeof *b.node);
    b.known = calloc(MAX_KNOWN, sizeof *b.known);
    b.newest = calloc(PB_MAX_UNIONS, sizeof *b.newest);
    b.slot = calloc(N_SLOTS, sizeof *b.slot);
    if (b.node != NULL && b.known != NULL && b.newest != NULL && b.slot != NULL) {
        pb_partial_vote_init(&b.vote, rule, members, n_unions, voting);
        outcome = take_nodes(&b, build_root(&b), diagram);
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
