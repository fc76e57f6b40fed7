/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/facts.h"

#include <stdlib.h>
#include <string.h>

/* The place of `counted:` in a group. */
static pb_place place_of(const pb_node *group)
{
    return pb_node_find(group, "counted")->place;
}

static void leave_out(pb_loaded *loaded, const char *group, const pb_node *node,
                      pb_counted *counted, pb_messages *messages)
{
    if (counted->kind == PB_NOT_COUNTED || counted->date < loaded->scenario->as_of) {
        return;
    }
    pb_ignored *ignored = &loaded->ignored[loaded->n_ignored++];
    strcpy(ignored->group, group);
    ignored->date = counted->date;
    memset(counted, 0, sizeof *counted);
    const pb_node *date = pb_node_find(pb_node_find(node, "counted"), "date");
    pb_message(messages, PB_SEVERITY_NOTE, place_of(node), group,
               "the count of %s is not used: it is not dated before scenario.as_of", date->text);
}

bool pb_leave_out_late_facts(pb_loaded *loaded, const pb_node *root, pb_messages *messages)
{
    pb_coalition *coalition = &loaded->scenario->coalition;
    const pb_node *unions = pb_node_find(root, "unions");
    const size_t n_groups = (size_t)(coalition->n_unions + coalition->n_units);
    loaded->ignored = calloc(n_groups, sizeof *loaded->ignored);
    if (loaded->ignored == NULL) {
        return false;
    }
    for (int u = 0; u < coalition->n_unions; u++) {
        pb_union *parent = &coalition->unions[u];
        const pb_node *units = pb_node_find(unions->item[u], "units");
        leave_out(loaded, parent->id, unions->item[u], &parent->counted, messages);
        for (int i = 0; i < parent->n_units; i++) {
            pb_unit *unit = &coalition->unit[parent->first_unit + i];
            leave_out(loaded, unit->id, units->item[i], &unit->counted, messages);
        }
    }
    return true;
}
