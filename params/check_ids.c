/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/check.h"

#include "params/groups.h"

#include <string.h>

/* Groups that must have different names: at most all unions and all their units. */
typedef struct named {
    int n;
    const pb_node *id[PB_MAX_UNIONS + PB_MAX_UNITS];
} named;

static void add(const pb_check *check, named *group, const pb_node *item, const char *what)
{
    const pb_node *id = pb_node_find(item, "id");
    for (int i = 0; i < group->n; i++) {
        if (strcmp(group->id[i]->text, id->text) == 0) {
            const pb_place first = group->id[i]->place;
            const bool same_file = first.source->has_lines;
            char where[320] = "";
            if (same_file) {
                snprintf(where, sizeof where, " (first at %.256s:%u)", first.source->name,
                         first.line);
            }
            pb_message(check->messages, PB_SEVERITY_ERROR, id->place, what,
                       "id given twice, '%s'%s", id->text, where);
            return;
        }
    }
    group->id[group->n++] = id;
}

static void add_list(const pb_check *check, named *group, const pb_node *list, const char *what)
{
    for (unsigned i = 0; list != NULL && i < list->n; i++) {
        add(check, group, list->item[i], what);
    }
}

static void list_has_different_ids(const pb_check *check, const char *block, const char *key)
{
    named group = {0};
    const pb_node *list = pb_node_find(check->root, block);
    if (list != NULL && key != NULL) {
        list = pb_node_find(list, key);
    }
    add_list(check, &group, list, key != NULL ? key : block);
}

/* Units and unions share one set of names: an observed count or a poll names either. */
static void groups_have_different_ids(const pb_check *check)
{
    named groups = {0};
    const pb_node *unions = pb_node_find(check->root, "unions");
    add_list(check, &groups, unions, "unions");
    for (unsigned i = 0; i < unions->n; i++) {
        add_list(check, &groups, pb_node_find(unions->item[i], "units"), "units");
    }
    for (int i = 0; i < groups.n; i++) {
        if (strcmp(groups.id[i]->text, PB_GROUP_OF_ALL) == 0) {
            pb_message(check->messages, PB_SEVERITY_ERROR, groups.id[i]->place, "unions",
                       "a unit or union cannot have this id, '%s' (it means all units)",
                       PB_GROUP_OF_ALL);
        }
    }
}

void pb_check_ids(const pb_check *check)
{
    groups_have_different_ids(check);
    list_has_different_ids(check, "rounds", NULL);
    list_has_different_ids(check, "savings", NULL);
    list_has_different_ids(check, "plan_b", NULL);
    list_has_different_ids(check, "revenue", "streams");
    list_has_different_ids(check, "revenue", "policies");
}
