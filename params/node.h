/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_NODE_H
#define PLANB_PARAMS_NODE_H

#include "params/source.h"

typedef enum pb_node_kind { PB_NODE_SCALAR, PB_NODE_LIST, PB_NODE_MAP } pb_node_kind;

/**
 * A value of a scenario before it means anything: a text, a list or a map, and where it came
 * from. Nodes live in an arena and know their own place, so that a tree put together from several
 * files, overrides and defaults still says of each value who gave it.
 */
typedef struct pb_node {
    pb_node_kind kind;
    bool quoted; /**< a scalar in quotes: a text, whatever it looks like */
    bool faulty; /**< an error about it was given: no further one */
    pb_place place;
    const char *text; /**< of a scalar */
    unsigned n, capacity;
    struct pb_node **item; /**< of a list or map, shape [n] */
    struct pb_node **key;  /**< of a map: scalars, shape [n] */
} pb_node;

/** NULL: no memory. */
pb_node *pb_node_new(pb_arena *arena, pb_node_kind kind, pb_place place);

/** Appends to a list (`key` NULL) or map. False: no memory. */
bool pb_node_append(pb_arena *arena, pb_node *node, pb_node *key, pb_node *item);

/** Index of a map's key, or of the list's map whose `id` is `name`; -1: none. */
int pb_node_index(const pb_node *node, const char *name);

/** The value of a map's key or the list's map with that `id`; NULL: none, or no such kind. */
pb_node *pb_node_find(const pb_node *node, const char *name);

/** Takes an entry out of a map. */
void pb_node_remove(pb_node *map, const char *key);

/** The text of a map's scalar `id`, or NULL. */
const char *pb_node_id(const pb_node *node);

/** "a list", "nothing", ... for messages. */
const char *pb_node_kind_text(const pb_node *node);

/** `source:` and `note:` may stand in every map and mean nothing to the model. */
bool pb_is_annotation(const char *key);

#endif
