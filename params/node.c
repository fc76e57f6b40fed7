/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/node.h"

#include <string.h>

pb_node *pb_node_new(pb_arena *arena, pb_node_kind kind, pb_place place)
{
    pb_node *node = pb_arena_take(arena, sizeof *node);
    if (node != NULL) {
        node->kind = kind;
        node->place = place;
        node->text = "";
    }
    return node;
}

/* A copy of `nodes` with room for `capacity`; the old array stays in the arena unused. */
static pb_node **grown(pb_arena *arena, pb_node **nodes, unsigned n, unsigned capacity)
{
    pb_node **more = pb_arena_take(arena, capacity * sizeof *more);
    if (more != NULL && n > 0) {
        memcpy(more, nodes, n * sizeof *more);
    }
    return more;
}

static bool grow(pb_arena *arena, pb_node *node)
{
    const unsigned capacity = node->capacity == 0 ? 4 : 2 * node->capacity;
    pb_node **item = grown(arena, node->item, node->n, capacity);
    pb_node **key = node->kind == PB_NODE_MAP ? grown(arena, node->key, node->n, capacity) : NULL;
    if (item == NULL || (node->kind == PB_NODE_MAP && key == NULL)) {
        return false;
    }
    node->item = item;
    node->key = key;
    node->capacity = capacity;
    return true;
}

bool pb_node_append(pb_arena *arena, pb_node *node, pb_node *key, pb_node *item)
{
    if (node->n == node->capacity && !grow(arena, node)) {
        return false;
    }
    if (node->kind == PB_NODE_MAP) {
        node->key[node->n] = key;
    }
    node->item[node->n++] = item;
    return true;
}

static const char *name_of(const pb_node *node, unsigned i)
{
    return node->kind == PB_NODE_MAP ? node->key[i]->text : pb_node_id(node->item[i]);
}

int pb_node_index(const pb_node *node, const char *name)
{
    for (unsigned i = 0; i < node->n; i++) {
        const char *other = name_of(node, i);
        if (other != NULL && strcmp(other, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

pb_node *pb_node_find(const pb_node *node, const char *name)
{
    const int i = pb_node_index(node, name);
    return i < 0 ? NULL : node->item[i];
}

void pb_node_remove(pb_node *map, const char *key)
{
    const int i = pb_node_index(map, key);
    if (i < 0) {
        return;
    }
    map->n--;
    for (unsigned j = (unsigned)i; j < map->n; j++) {
        map->key[j] = map->key[j + 1];
        map->item[j] = map->item[j + 1];
    }
}

const char *pb_node_id(const pb_node *node)
{
    const pb_node *id = node->kind == PB_NODE_MAP ? pb_node_find(node, "id") : NULL;
    return id != NULL && id->kind == PB_NODE_SCALAR ? id->text : NULL;
}

const char *pb_node_kind_text(const pb_node *node)
{
    switch (node->kind) {
        case PB_NODE_LIST:
            return "a list";
        case PB_NODE_MAP:
            return "a map";
        case PB_NODE_SCALAR:
            break;
    }
    return node->text[0] == '\0' && !node->quoted ? "nothing" : "a single value";
}

bool pb_is_annotation(const char *key)
{
    return strcmp(key, "source") == 0 || strcmp(key, "note") == 0;
}
