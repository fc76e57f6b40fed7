/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/layers.h"

#include "params/document.h"
#include "params/merge.h"
#include "params/text.h"

#include <string.h>

enum { MAX_LAYERS = 16 };

static pb_node *read_layer(pb_arena *arena, const char *path, pb_place asked_at,
                           pb_messages *messages);

static pb_node *no_memory(pb_messages *messages)
{
    pb_message_no_memory(messages);
    return NULL;
}

/* Why a file cannot be the next layer, or NULL: it is one of those above, or one too many. */
static const char *why_not(const pb_source *source)
{
    int depth = 1;
    for (const pb_source *above = source->asked_by; above != NULL; above = above->asked_by) {
        if (above->device == source->device && above->number == source->number) {
            return "circular: this file is being extended already";
        }
        depth++;
    }
    return depth > MAX_LAYERS ? "more than 16 files extend each other" : NULL;
}

/* A failure to read stands where the file was asked for, and names it. */
static void report_unread(pb_messages *messages, const pb_source *source, pb_place asked_at,
                          const pb_error *err)
{
    pb_error named = {.status = err->status};
    if (asked_at.source == NULL) {
        pb_message_failure(messages, (pb_place){.source = source}, err);
        return;
    }
    snprintf(named.text, sizeof named.text, "scenario.extends: '%s' %.400s",
             pb_show(source->name).text, err->text);
    pb_message_failure(messages, asked_at, &named);
}

static pb_node *parse_file(pb_arena *arena, const char *path, pb_place asked_at,
                           pb_messages *messages)
{
    pb_error err = {0};
    pb_source *source = pb_arena_take(arena, sizeof *source);
    if (source == NULL) {
        return no_memory(messages);
    }
    source->asked_by = asked_at.source;
    if (pb_source_read(arena, path, source, &err) != PB_OK) {
        report_unread(messages, source, asked_at, &err);
        return NULL;
    }
    if (why_not(source) != NULL) {
        pb_message(messages, PB_SEVERITY_ERROR, asked_at, "scenario.extends", "%s, '%s'",
                   why_not(source), pb_show(path).text);
        return NULL;
    }
    return pb_document_parse(arena, source, messages);
}

static pb_node *read_base(pb_arena *arena, const pb_node *extends, pb_messages *messages)
{
    if (extends->kind != PB_NODE_SCALAR || extends->text[0] == '\0') {
        pb_message(messages, PB_SEVERITY_ERROR, extends->place, "scenario.extends",
                   "a file name is needed, found %s", pb_node_kind_text(extends));
        return NULL;
    }
    const char *path = pb_source_beside(arena, extends->place.source->name, extends->text);
    return path == NULL ? no_memory(messages) : read_layer(arena, path, extends->place, messages);
}

static pb_node *read_layer(pb_arena *arena, const char *path, pb_place asked_at,
                           pb_messages *messages)
{
    pb_node *root = parse_file(arena, path, asked_at, messages);
    pb_node *head =
        root != NULL && root->kind == PB_NODE_MAP ? pb_node_find(root, "scenario") : NULL;
    const pb_node *extends =
        head != NULL && head->kind == PB_NODE_MAP ? pb_node_find(head, "extends") : NULL;
    if (extends == NULL) {
        return root;
    }
    pb_node_remove(head, "extends");
    pb_node *base = read_base(arena, extends, messages);
    if (base == NULL) {
        return NULL;
    }
    pb_node *merged = pb_merge_scenarios(arena, base, root);
    return merged == NULL ? no_memory(messages) : merged;
}

pb_node *pb_layers_read(pb_arena *arena, const char *path, pb_messages *messages)
{
    return read_layer(arena, path, (pb_place){0}, messages);
}
