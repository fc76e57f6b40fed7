/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_DIAGRAM_H
#define PLANB_MODELS_DIAGRAM_H

#include "models/error.h"
#include "models/kernels.h"
#include "models/rule.h"

#include <stddef.h>
#include <stdint.h>

/** Larger diagrams are not built: the caller estimates by plain Monte Carlo (SPEC C.8). */
enum { PB_MAX_DIAGRAM_NODES = 65536 };

/** The two nodes that end every path. */
enum { PB_DIAGRAM_REJECTED = 0, PB_DIAGRAM_RATIFIED = 1, PB_DIAGRAM_LEAVES = 2 };

/** `lo` is where the vote goes on if the union says no, `hi` if it approves. */
typedef struct pb_diagram_node {
    int32_t lo, hi;
    int32_t voter; /**< the union */
} pb_diagram_node;

/**
 * A rule as a reduced ordered decision diagram over the unions that vote, largest first: every
 * set of approving unions is a path from the root to a leaf. Children stand before their parents,
 * no two nodes are alike and none has equal children; the two leaves are nodes 0 and 1.
 */
typedef struct pb_diagram {
    int n_unions;
    uint64_t voting;
    int n_nodes; /**< leaves included */
    int root;
    pb_diagram_node *node; /**< owned, shape [n_nodes] */
} pb_diagram;

typedef enum pb_diagram_outcome {
    PB_DIAGRAM_BUILT,
    PB_DIAGRAM_USES_BALLOTS, /**< not representable: the rule looks at ballots or turnout */
    PB_DIAGRAM_TOO_LARGE,    /**< above PB_MAX_DIAGRAM_NODES, or too many states to search */
    PB_DIAGRAM_NO_MEMORY,
} pb_diagram_outcome;

/** Why there is no diagram, as a clause for a message: "the rule looks at ballots or turnout". */
const char *pb_diagram_outcome_text(pb_diagram_outcome outcome);

/**
 * Compiles a rule for the unions of `voting`; the others abstain and leave every base.
 *
 * @param members  of each union, >= 0, shape [n_unions]; their sum below 2^54, times any
 *                 denominator of the rule below 2^63
 * @param n_unions at most PB_MAX_UNIONS
 * @param[out] diagram owned by the caller after; empty unless the outcome is PB_DIAGRAM_BUILT
 */
PB_MUST_CHECK pb_diagram_outcome pb_diagram_build(const pb_rule *rule, const int64_t *members,
                                                  int n_unions, uint64_t voting,
                                                  pb_diagram *diagram);

/** Legal on a zeroed diagram, and twice. */
void pb_diagram_free(pb_diagram *diagram);

/** Length of the workspace that the two functions below need, one per thread. */
size_t pb_diagram_workspace_doubles(const pb_diagram *diagram);

/**
 * The probability that the rule holds, union k approving with probability pi[k] independently of
 * the others. Exact but for rounding, exactly 0 or 1 where every pi is, never outside [0, 1];
 * the same bits from every compiler and instruction set.
 *
 * @param pi         shape [n_unions][PB_LANES]; the rows of abstainers are not read
 * @param workspace  shape [pb_diagram_workspace_doubles]
 * @param[out] p     shape [PB_LANES]
 */
void pb_diagram_probability(const pb_diagram *diagram, const double (*pi)[PB_LANES],
                            double *workspace, double *p);

/**
 * The same, and its derivatives: gradient[k] = dp / dpi[k] = P(holds if k approves) - P(holds if
 * k does not), Birnbaum's importance (SPEC C.9). In a rule that more approval never breaks it is
 * the probability that k is pivotal. The rows of abstainers are 0.
 *
 * @param[out] gradient  shape [n_unions][PB_LANES]
 */
void pb_diagram_gradient(const pb_diagram *diagram, const double (*pi)[PB_LANES], double *workspace,
                         double *p, double (*gradient)[PB_LANES]);

#endif
