/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/override.h"

#include "params/document.h"
#include "params/path.h"
#include "params/text.h"

#include <string.h>

/* One override on its way into the tree. */
typedef struct override {
    pb_arena *arena;
    pb_messages *messages;
    pb_place place;
    const char *rest; /* of the path, not yet followed */
    pb_node *value;
} override;

/* The `=` between path and value: the first outside brackets. */
static const char *find_equals(const char *argument)
{
    bool inside = false;
    for (const char *p = argument; *p != '\0'; p++) {
        inside = *p == '[' || (inside && *p != ']');
        if (*p == '=' && !inside) {
            return p;
        }
    }
    return NULL;
}

static void refuse(const override *o, const char *why)
{
    pb_message(o->messages, PB_SEVERITY_ERROR, o->place, "", "%s", why);
}

static void refuse_step(const override *o, const pb_node *node, const pb_step *step)
{
    if (node->kind == PB_NODE_LIST && step->bracket) {
        pb_message(o->messages, PB_SEVERITY_ERROR, o->place, "",
                   "no entry '%s' in the list (its ids, or an index from 0 to %d)",
                   pb_show(step->name).text, (int)node->n - 1);
    } else {
        pb_message(o->messages, PB_SEVERITY_ERROR, o->place, "", "'%s' leads nowhere: found %s",
                   pb_show(step->name).text, pb_node_kind_text(node));
    }
}

/* Adds a key to a map: with the value if the path ends here, else with a new map. */
static pb_node *add_key(const override *o, pb_node *map, const char *name)
{
    const bool last = o->rest[0] == '\0';
    pb_node *key = pb_node_new(o->arena, PB_NODE_SCALAR, o->place);
    pb_node *item = last ? o->value : pb_node_new(o->arena, PB_NODE_MAP, o->place);
    if (key != NULL) {
        key->text = pb_arena_text(o->arena, name, strlen(name));
    }
    if (key == NULL || key->text == NULL || item == NULL
        || !pb_node_append(o->arena, map, key, item)) {
        pb_message_no_memory(o->messages);
        return NULL;
    }
    return item;
}

/* Takes one step; NULL where the path ends, in the value or in an error. */
static pb_node *follow(override *o, pb_node *node)
{
    pb_step step;
    if (!pb_path_next(&o->rest, &step)) {
        refuse(o, "not a path (such as unions[AFSCME4].units[0].members=5000)");
        return NULL;
    }
    pb_node **slot = pb_path_slot(node, &step);
    if (slot == NULL && node->kind != PB_NODE_MAP) {
        refuse_step(o, node, &step);
        return NULL;
    }
    if (slot == NULL) {
        node = add_key(o, node, step.name);
    } else if (o->rest[0] == '\0') {
        *slot = o->value;
    } else {
        node = *slot;
    }
    return o->rest[0] == '\0' ? NULL : node;
}

static pb_node *parse_value(const override *o, const char *text)
{
    pb_source *source = pb_arena_take(o->arena, sizeof *source);
    pb_error err = {0};
    if (source == NULL) {
        pb_message_no_memory(o->messages);
        return NULL;
    }
    *source = (pb_source){.name = o->place.source->name, .text = text, .size = strlen(text)};
    if (text[strspn(text, " ")] == '\0') {
        refuse(o, "no value after '='");
        return NULL;
    }
    if (pb_source_check(source, &err) != PB_OK) {
        pb_message_failure(o->messages, o->place, &err);
        return NULL;
    }
    return pb_document_parse(o->arena, source, o->messages);
}

static pb_source *source_of(pb_arena *arena, const char *argument)
{
    pb_source *source = pb_arena_take(arena, sizeof *source);
    const size_t size = sizeof(pb_shown) + 8;
    char *name = pb_arena_take(arena, size);
    if (source == NULL || name == NULL) {
        return NULL;
    }
    snprintf(name, size, "--set %s", pb_show(argument).text);
    source->name = name;
    return source;
}

void pb_override(pb_arena *arena, pb_node *root, const char *argument, pb_messages *messages)
{
    override o = {.arena = arena, .messages = messages, .place.source = source_of(arena, argument)};
    const char *equals = find_equals(argument);
    if (o.place.source == NULL) {
        pb_message_no_memory(messages);
        return;
    }
    if (equals == NULL || equals == argument) {
        refuse(&o, "not an override (write PATH=VALUE)");
        return;
    }
    o.value = parse_value(&o, equals + 1);
    o.rest = pb_arena_text(arena, argument, (size_t)(equals - argument));
    if (o.value == NULL || o.rest == NULL) {
        return;
    }
    for (pb_node *node = root; node != NULL;) {
        node = follow(&o, node);
    }
}
