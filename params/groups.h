/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_GROUPS_H
#define PLANB_PARAMS_GROUPS_H

#include "params/node.h"

/** The group of all units, as evidence names it. */
#define PB_GROUP_OF_ALL "all"

/** The block of the unit or union with an id, in a tree that need not be valid; NULL: none. */
pb_node *pb_group_find(const pb_node *root, const char *id);

/** What to write instead of an id that no group has; `also` NULL or one more word. */
const char *pb_group_hint(const pb_node *root, const char *id, const char *also, char *hint,
                          size_t size);

#endif
