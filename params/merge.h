/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_MERGE_H
#define PLANB_PARAMS_MERGE_H

#include "params/field.h"

/**
 * Lays scenario `over` on scenario `base`: blocks merge key by key, lists of blocks with ids
 * merge by id, named rules and correlations by name, counts by round; any other value replaces.
 * Each value keeps the place it came from.
 * @param base consumed
 * @return the merged root; NULL: no memory
 */
pb_node *pb_merge_scenarios(pb_arena *arena, pb_node *base, pb_node *over);

#endif
