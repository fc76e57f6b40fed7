/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_PARTIAL_VOTE_H
#define PLANB_MODELS_PARTIAL_VOTE_H
/* What a rule comes to when some unions have voted, for models/diagram. */

#include "models/rule.h"

#include <stdbool.h>
#include <stdint.h>

/** What a rule counts of the unions that approve. */
enum { PB_UNIONS, PB_MEMBERS, PB_N_SUMS };

/** All that a rule sees of the unions that have voted. */
typedef struct pb_vote_state {
    int64_t approving[PB_N_SUMS]; /**< unions, and their members */
    uint64_t broken;              /**< bit i: the veto in node i of the rule has met a no */
} pb_vote_state;

/** The states with lowest <= approving <= highest whose vetoes of `matters` are as in `broken`. */
typedef struct pb_region {
    int64_t lowest[PB_N_SUMS], highest[PB_N_SUMS];
    uint64_t matters, broken;
} pb_region;

/** A comparison of the rule: approving[sum] >= least, or with `below` its opposite. */
typedef struct pb_sum_threshold {
    int sum;
    bool below;
    int64_t least;
} pb_sum_threshold;

/** A rule over unions that vote one after the other. A level is a place in that order. */
typedef struct pb_partial_vote {
    const pb_rule *rule; /**< borrowed */
    int n_voters;
    int voter[PB_MAX_UNIONS];
    int64_t size[PB_MAX_UNIONS + 1][PB_N_SUMS]; /**< of the voter: 1, and its members */
    int64_t rest[PB_MAX_UNIONS + 1][PB_N_SUMS]; /**< of all from this level on */
    uint64_t breaks[PB_MAX_UNIONS];             /**< vetoes that a no at this level breaks */
    int settled[PB_MAX_RULE_NODES];             /**< level from which on a veto cannot break */
    pb_sum_threshold threshold[PB_MAX_RULE_NODES];
    pb_vote_state start; /**< before anyone has voted */
} pb_partial_vote;

/** NO and YES hold whoever votes how from here on. */
typedef enum pb_verdict { PB_VERDICT_NO, PB_VERDICT_YES, PB_VERDICT_OPEN } pb_verdict;

/**
 * Puts the unions of `voting` in order, largest first: they decide most, so that votes are settled
 * early. Arguments as of pb_diagram_build.
 */
void pb_partial_vote_init(pb_partial_vote *vote, const pb_rule *rule, const int64_t *members,
                          int n_unions, uint64_t voting);

/**
 * What the rule comes to in state `s` before the vote of `level`.
 *
 * @param[out] where unless the verdict is open, states of this level with the same verdict, `s`
 *                   among them
 */
pb_verdict pb_partial_vote_judge(const pb_partial_vote *vote, int level, const pb_vote_state *s,
                                 pb_region *where);

pb_vote_state pb_state_after_no(const pb_partial_vote *vote, int level, pb_vote_state s);
pb_vote_state pb_state_after_yes(const pb_partial_vote *vote, int level, pb_vote_state s);

/** The states whose successors lie in the two regions; `lo` and `hi` are overwritten. */
pb_region pb_region_before(const pb_partial_vote *vote, int level, pb_region *lo, pb_region *hi);

/* Here because a search for a state asks it of every region it meets. */
static inline bool pb_region_contains(const pb_region *where, const pb_vote_state *s)
{
    return s->approving[PB_MEMBERS] >= where->lowest[PB_MEMBERS]
           && s->approving[PB_MEMBERS] <= where->highest[PB_MEMBERS]
           && s->approving[PB_UNIONS] >= where->lowest[PB_UNIONS]
           && s->approving[PB_UNIONS] <= where->highest[PB_UNIONS]
           && (s->broken & where->matters) == where->broken;
}

#endif
