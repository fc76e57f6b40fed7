/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is `counted` of a unit or union: one block, or a list of one for each round. */
#include "params/counts.h"

#include "params/reader.h"

#include <assert.h>
#include <string.h>

/* ---- in the tree ---- */

static unsigned n_blocks(const pb_node *counted)
{
    return counted->kind == PB_NODE_LIST ? counted->n : 1;
}

static pb_node *block(pb_node *counted, unsigned i)
{
    return counted->kind == PB_NODE_LIST ? counted->item[i] : counted;
}

static bool are_blocks(pb_node *counted)
{
    for (unsigned i = 0; i < n_blocks(counted); i++) {
        if (block(counted, i)->kind != PB_NODE_MAP) {
            return false;
        }
    }
    return true;
}

/* As it is written: whether it is a round is seen later. */
static const char *round_of(const pb_node *count)
{
    const pb_node *round = pb_node_find(count, "round");
    return round != NULL && round->kind == PB_NODE_SCALAR ? round->text : "1";
}

const pb_node *pb_count_of_same_round(pb_node *counted, const pb_node *like)
{
    for (unsigned i = 0; are_blocks(counted) && i < n_blocks(counted); i++) {
        if (strcmp(round_of(block(counted, i)), round_of(like)) == 0) {
            return block(counted, i);
        }
    }
    return NULL;
}

pb_node *pb_counts_lay(pb_arena *arena, pb_node *base, pb_node *over)
{
    if (!are_blocks(base) || !are_blocks(over) || n_blocks(over) == 0) {
        return over;
    }
    pb_node *both = pb_node_new(arena, PB_NODE_LIST, over->place);
    bool good = both != NULL;
    for (unsigned i = 0; i < n_blocks(base) && good; i++) {
        const bool replaced = pb_count_of_same_round(over, block(base, i)) != NULL;
        good = replaced || pb_node_append(arena, both, NULL, block(base, i));
    }
    for (unsigned i = 0; i < n_blocks(over) && good; i++) {
        good = pb_node_append(arena, both, NULL, block(over, i));
    }
    return !good ? NULL : both->n == 1 ? both->item[0] : both;
}

/* ---- in the scenario ---- */

/* `result:` of a count without figures [pb_counted_kind] */
void pb_read_result(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    int word = -1;
    pb_read_word(reader, field, node, &word);
    const pb_counted_kind kind = word < 0    ? PB_NOT_COUNTED
                                 : word == 0 ? PB_COUNTED_APPROVED
                                             : PB_COUNTED_REJECTED;
    memcpy(target, &kind, sizeof kind);
}

/* Either both numbers of ballots or a result. */
static void read_block(pb_reader *reader, const pb_map *map, pb_node *node, pb_count *count)
{
    const bool yes = pb_node_find(node, "yes_ballots") != NULL;
    const bool no = pb_node_find(node, "no_ballots") != NULL;
    const bool result = pb_node_find(node, "result") != NULL;
    pb_read_map(reader, map, node, count);
    if (result ? yes || no : !yes || !no) {
        pb_read_error(reader, node,
                      "either yes_ballots and no_ballots or result is needed (not %s)",
                      result ? "both" : "one number alone or nothing");
    } else if (!result) {
        count->value.kind = PB_COUNTED_BALLOTS;
    }
}

_Static_assert(offsetof(pb_unit, id) == 0 && offsetof(pb_union, id) == 0, "a group begins by id");

static void read_count(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_counts *counts = reader->counts;
    if (!pb_read_expects(reader, node, PB_NODE_MAP)) {
        return;
    }
    assert(counts->n < PB_MAX_COUNTS);
    pb_count *count = &counts->item[counts->n++];
    count->target = target;
    count->group = (const char *)target - field->offset;
    count->node = node;
    count->path = pb_arena_text(reader->arena, reader->path, strlen(reader->path));
    if (count->path == NULL) {
        pb_message_no_memory(reader->messages);
        return;
    }
    read_block(reader, field->map, node, count);
}

/* `counted:` [pb_counts; pb_use_facts chooses what goes to the members at `target`] */
void pb_read_counts(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    if (node->kind != PB_NODE_LIST) {
        read_count(reader, field, node, target);
        return;
    }
    if (!pb_read_expects_length(reader, field, node)) {
        return;
    }
    for (unsigned i = 0; i < node->n; i++) {
        const size_t outside = pb_path_enter_item(reader, node->item[i], i);
        read_count(reader, field, node->item[i], target);
        pb_path_leave(reader, outside);
    }
}
