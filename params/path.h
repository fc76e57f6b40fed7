/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_PATH_H
#define PLANB_PARAMS_PATH_H

#include "params/node.h"

/** One step of `unions[AFSCME4].units[0].members`: a key, or what stands in brackets. */
typedef struct pb_step {
    char name[128];
    bool bracket;
} pb_step;

/** Reads the next step and moves `*path` behind it. False at the end and where it is malformed. */
bool pb_path_next(const char **path, pb_step *step);

/** The slot a step leads to: a map's value, a list's item by id or index. NULL: none. */
pb_node **pb_path_slot(const pb_node *node, const pb_step *step);

/** The node a path leads to, or NULL. */
pb_node *pb_path_find(pb_node *root, const char *path);

#endif
