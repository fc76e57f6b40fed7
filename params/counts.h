/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_COUNTS_H
#define PLANB_PARAMS_COUNTS_H

#include "params/node.h"

#include "models/ratification.h"

enum { PB_MAX_COUNTS = (PB_MAX_UNIONS + PB_MAX_UNITS) * PB_ROUNDS };

/** A count as it is given, before `as_of` decides whether it is used. */
typedef struct pb_count {
    pb_counted value;
    int64_t round;       /**< 1 or 2 */
    pb_counted *target;  /**< of its unit or union, in the scenario; shape [PB_ROUNDS] */
    const char *group;   /**< id of the unit or union, in the scenario */
    const char *path;    /**< "unions[A].counted" */
    const pb_node *node; /**< its block */
} pb_count;

/** Every count of a scenario: groups in their order, at most one a round of each. */
typedef struct pb_counts {
    int n;
    pb_count item[PB_MAX_COUNTS];
} pb_counts;

/**
 * Lays what is `counted` of a group, a block or a list of them, over what was: a count takes the
 * place of the one of its round, others stay; an empty list leaves nothing.
 * @return one block or a list; NULL: no memory
 */
pb_node *pb_counts_lay(pb_arena *arena, pb_node *base, pb_node *over);

/** The block in `counted` about the round that `like` is about, or NULL. */
const pb_node *pb_count_of_same_round(pb_node *counted, const pb_node *like);

#endif
