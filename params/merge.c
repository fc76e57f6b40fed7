/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/merge.h"

#include "params/counts.h"

#include <string.h>

typedef pb_node *merge_function(pb_arena *arena, const pb_map *map, pb_node *base, pb_node *over);

static pb_node *merge_field(pb_arena *arena, const pb_field *field, pb_node *base, pb_node *over);

/* Key by key; `map` NULL: the keys are names, their values replace. */
static pb_node *merge_maps(pb_arena *arena, const pb_map *map, pb_node *base, pb_node *over)
{
    for (unsigned i = 0; i < over->n; i++) {
        const char *key = over->key[i]->text;
        const int at = pb_node_index(base, key);
        if (at < 0) {
            if (!pb_node_append(arena, base, over->key[i], over->item[i])) {
                return NULL;
            }
            continue;
        }
        const pb_field *field = map == NULL ? NULL : pb_field_find(map, key);
        base->key[at] = over->key[i];
        base->item[at] = merge_field(arena, field, base->item[at], over->item[i]);
        if (base->item[at] == NULL) {
            return NULL;
        }
    }
    base->place = over->place;
    return base;
}

static bool all_have_ids(const pb_node *list)
{
    for (unsigned i = 0; i < list->n; i++) {
        if (pb_node_id(list->item[i]) == NULL) {
            return false;
        }
    }
    return list->n > 0;
}

/* By id; a second item with one id is appended, for the check of ids to find. */
static pb_node *merge_lists(pb_arena *arena, const pb_map *map, pb_node *base, pb_node *over)
{
    const unsigned n_before = base->n;
    if (!all_have_ids(base) || !all_have_ids(over)) {
        return over;
    }
    bool *merged = pb_arena_take(arena, n_before * sizeof *merged);
    if (merged == NULL) {
        return NULL;
    }
    for (unsigned i = 0; i < over->n; i++) {
        const int at = pb_node_index(base, pb_node_id(over->item[i]));
        if (at < 0 || (unsigned)at >= n_before || merged[at]) {
            if (!pb_node_append(arena, base, NULL, over->item[i])) {
                return NULL;
            }
            continue;
        }
        merged[at] = true;
        if (merge_maps(arena, map, base->item[at], over->item[i]) == NULL) {
            return NULL;
        }
    }
    base->place = over->place;
    return base;
}

/* What stands under a key of each kind: a kind without an entry replaces. */
static const struct {
    pb_node_kind kind;
    merge_function *merge;
} MERGE[PB_N_FIELD_KINDS] = {
    [PB_FIELD_MAP] = {PB_NODE_MAP, merge_maps},
    [PB_FIELD_LIST] = {PB_NODE_LIST, merge_lists},
    [PB_FIELD_RULES] = {PB_NODE_MAP, merge_maps},
    [PB_FIELD_PAIRS] = {PB_NODE_MAP, merge_maps},
    [PB_FIELD_TARGETS] = {PB_NODE_MAP, merge_maps},
};

static pb_node *merge_field(pb_arena *arena, const pb_field *field, pb_node *base, pb_node *over)
{
    if (field != NULL && field->kind == PB_FIELD_COUNTS) {
        return pb_counts_lay(arena, base, over);
    }
    if (field == NULL || MERGE[field->kind].merge == NULL) {
        return over;
    }
    const pb_node_kind kind = MERGE[field->kind].kind;
    return base->kind == kind && over->kind == kind
               ? MERGE[field->kind].merge(arena, field->map, base, over)
               : over;
}

pb_node *pb_merge_scenarios(pb_arena *arena, pb_node *base, pb_node *over)
{
    return base->kind == PB_NODE_MAP && over->kind == PB_NODE_MAP
               ? merge_maps(arena, &PB_SCENARIO_MAP, base, over)
               : over;
}
