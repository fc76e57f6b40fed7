/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/path.h"

#include "params/number.h"

#include <string.h>

bool pb_path_next(const char **path, pb_step *step)
{
    const char *p = *path;
    step->bracket = *p == '[';
    p += step->bracket;
    const size_t size = strcspn(p, step->bracket ? "]" : ".[]");
    if (size == 0 || size >= sizeof step->name) {
        return false;
    }
    memcpy(step->name, p, size);
    step->name[size] = '\0';
    p += size;
    if (step->bracket && *p++ != ']') {
        return false;
    }
    if (*p == '.' && p[1] != '\0' && p[1] != '[') {
        p++; /* a dot leads on to a key; a dangling one stays, and is refused as the next step */
    } else if (*p != '[' && *p != '\0') {
        return false;
    }
    *path = p;
    return true;
}

/* An index into a list, if no item has that id. */
static int index_of(const pb_node *node, const pb_step *step)
{
    int64_t index;
    const int by_name = pb_node_index(node, step->name);
    if (by_name >= 0 || node->kind == PB_NODE_MAP) {
        return by_name;
    }
    return pb_parse_whole(step->name, &index) && index >= 0 && index < node->n ? (int)index : -1;
}

pb_node **pb_path_slot(const pb_node *node, const pb_step *step)
{
    if (node->kind == PB_NODE_SCALAR || (node->kind == PB_NODE_LIST && !step->bracket)) {
        return NULL;
    }
    const int i = index_of(node, step);
    return i < 0 ? NULL : &node->item[i];
}

pb_node *pb_path_find(pb_node *root, const char *path)
{
    pb_node *node = root;
    pb_step step;
    while (node != NULL && *path != '\0') {
        pb_node **slot = pb_path_next(&path, &step) ? pb_path_slot(node, &step) : NULL;
        node = slot == NULL ? NULL : *slot;
    }
    return node;
}
