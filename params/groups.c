/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/groups.h"

#include "params/text.h"

#include "models/ratification.h"

#include <string.h>

enum { MAX_GROUPS = PB_MAX_UNIONS + PB_MAX_UNITS };

/* Unions and units that have ids; more than there may be are left out. */
typedef struct groups {
    int n;
    pb_node *node[MAX_GROUPS];
} groups;

static const pb_node *list_in(const pb_node *map, const char *key)
{
    const pb_node *list = map->kind == PB_NODE_MAP ? pb_node_find(map, key) : NULL;
    return list != NULL && list->kind == PB_NODE_LIST ? list : NULL;
}

static void add_all(groups *g, const pb_node *list)
{
    for (unsigned i = 0; list != NULL && i < list->n && g->n < MAX_GROUPS; i++) {
        const char *id = pb_node_id(list->item[i]);
        if (id != NULL && pb_is_id(id)) {
            g->node[g->n++] = list->item[i];
        }
    }
}

static void collect(const pb_node *root, groups *g)
{
    const pb_node *unions = list_in(root, "unions");
    g->n = 0;
    add_all(g, unions);
    for (unsigned i = 0; unions != NULL && i < unions->n; i++) {
        add_all(g, list_in(unions->item[i], "units"));
    }
}

pb_node *pb_group_find(const pb_node *root, const char *id)
{
    groups g;
    collect(root, &g);
    for (int i = 0; i < g.n; i++) {
        if (strcmp(pb_node_id(g.node[i]), id) == 0) {
            return g.node[i];
        }
    }
    return NULL;
}

const char *pb_group_hint(const pb_node *root, const char *id, const char *also, char *hint,
                          size_t size)
{
    groups g;
    const char *ids[MAX_GROUPS + 1];
    int n = 0;
    collect(root, &g);
    if (also != NULL) {
        ids[n++] = also;
    }
    for (int i = 0; i < g.n; i++) {
        ids[n++] = pb_node_id(g.node[i]);
    }
    const pb_words words = {.first = ids, .stride = sizeof ids[0], .n = n};
    if (n == 0) {
        snprintf(hint, size, "there is none");
        return hint;
    }
    return pb_words_hint(&words, id, hint, size);
}
