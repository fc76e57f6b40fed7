/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/document.h"

#include "params/text.h"

#include <string.h>
#include <yaml.h>

/* A tree under construction: open[depth - 1] is the list or map that the next node goes into,
 * key[depth - 1] its key if one has been read. */
typedef struct builder {
    pb_arena *arena;
    const pb_source *source;
    pb_messages *messages;
    pb_node *root;
    int depth, documents;
    pb_node *open[PB_MAX_DEPTH], *key[PB_MAX_DEPTH];
    size_t errors_before;
} builder;

static bool failed(const builder *b)
{
    return b->messages->n[PB_SEVERITY_ERROR] > b->errors_before;
}

static pb_place place_of(const builder *b, yaml_mark_t start, yaml_mark_t end)
{
    const bool one_line = end.line == start.line && end.column > start.column;
    return (pb_place){.source = b->source,
                      .line = (unsigned)start.line + 1,
                      .column = (unsigned)start.column + 1,
                      .width = one_line ? (unsigned)(end.column - start.column) : 1};
}

/* The key that was read last in a map: of the value under construction, or waiting for one. */
static const pb_node *last_key(const builder *b, int level)
{
    const pb_node *map = b->open[level];
    return b->key[level] != NULL || map->n == 0 ? b->key[level] : map->key[map->n - 1];
}

static void path_of(const builder *b, char *path, size_t size)
{
    size_t used = 0;
    path[0] = '\0';
    for (int i = 0; i < b->depth && used < size; i++) {
        const bool inside = i + 1 < b->depth; /* its item or value has been appended already */
        if (b->open[i]->kind == PB_NODE_LIST) {
            used += (size_t)snprintf(path + used, size - used, "[%u]", b->open[i]->n - inside);
        } else if (inside ? last_key(b, i) != NULL : b->key[i] != NULL) {
            used += (size_t)snprintf(path + used, size - used, "%s%s", i > 0 ? "." : "",
                                     pb_show(last_key(b, i)->text).text);
        }
    }
}

static bool refuse(const builder *b, pb_place place, const char *why)
{
    char path[256];
    path_of(b, path, sizeof path);
    pb_message(b->messages, PB_SEVERITY_ERROR, place, path, "%s", why);
    return false;
}

static bool no_memory(const builder *b)
{
    pb_message_no_memory(b->messages);
    return false;
}

static void check_duplicate(const builder *b, const pb_node *map, const pb_node *key)
{
    const pb_node *first = NULL;
    char path[256];
    for (unsigned i = 0; i < map->n && first == NULL; i++) {
        first = strcmp(map->key[i]->text, key->text) == 0 ? map->key[i] : NULL;
    }
    if (first != NULL) {
        path_of(b, path, sizeof path);
        pb_message(b->messages, PB_SEVERITY_ERROR, key->place, path,
                   "key given twice, '%s' (first on line %u)", pb_show(key->text).text,
                   first->place.line);
    }
}

static bool take_key(builder *b, pb_node *map, pb_node *key)
{
    if (key->kind != PB_NODE_SCALAR || key->text[0] == '\0') {
        return refuse(b, key->place, "a key must be a plain text");
    }
    if (strcmp(key->text, "<<") == 0) {
        return refuse(b, key->place, "merge keys are not accepted (see scenario.extends)");
    }
    if (map->n == PB_MAX_KEYS) {
        return refuse(b, key->place, "more than 512 keys in one map");
    }
    check_duplicate(b, map, key);
    b->key[b->depth - 1] = key;
    return true;
}

/* Puts a node where it belongs: as the root, a key, a value or an item. */
static bool place_node(builder *b, pb_node *node)
{
    if (node == NULL) {
        return no_memory(b);
    }
    if (b->depth == 0) {
        b->root = node;
        return true;
    }
    pb_node *parent = b->open[b->depth - 1];
    pb_node *key = b->key[b->depth - 1];
    if (parent->kind == PB_NODE_MAP && key == NULL) {
        return take_key(b, parent, node);
    }
    b->key[b->depth - 1] = NULL;
    return pb_node_append(b->arena, parent, key, node) || no_memory(b);
}

static bool refuse_extras(const builder *b, pb_place place, const yaml_char_t *anchor,
                          const yaml_char_t *tag)
{
    if (anchor != NULL) {
        return refuse(b, place, "anchors are not accepted (write the value out)");
    }
    return tag == NULL || refuse(b, place, "tags are not accepted (write the value alone)");
}

static bool take_scalar(builder *b, const yaml_event_t *event, pb_place place)
{
    const char *text = (const char *)event->data.scalar.value;
    const size_t size = event->data.scalar.length;
    if (!refuse_extras(b, place, event->data.scalar.anchor, event->data.scalar.tag)) {
        return false;
    }
    if (strlen(text) != size) {
        return refuse(b, place, "holds a NUL character");
    }
    pb_node *node = pb_node_new(b->arena, PB_NODE_SCALAR, place);
    if (node != NULL) {
        node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        node->text = pb_arena_text(b->arena, text, size);
    }
    return place_node(b, node != NULL && node->text != NULL ? node : NULL);
}

static bool open_node(builder *b, pb_node_kind kind, pb_place place)
{
    pb_node *node = pb_node_new(b->arena, kind, place);
    if (b->depth == PB_MAX_DEPTH) {
        return refuse(b, place, "nested deeper than 64 levels");
    }
    if (!place_node(b, node)) {
        return false;
    }
    b->open[b->depth] = node;
    b->key[b->depth++] = NULL;
    return true;
}

static bool take_event(builder *b, const yaml_event_t *event)
{
    const pb_place place = place_of(b, event->start_mark, event->end_mark);
    switch (event->type) {
        case YAML_DOCUMENT_START_EVENT:
            return b->documents++ == 0
                   || refuse(b, place, "a second document (a scenario is one document)");
        case YAML_ALIAS_EVENT:
            return refuse(b, place, "aliases are not accepted (write the value out)");
        case YAML_SCALAR_EVENT:
            return take_scalar(b, event, place);
        case YAML_SEQUENCE_START_EVENT:
            return refuse_extras(b, place, event->data.sequence_start.anchor,
                                 event->data.sequence_start.tag)
                   && open_node(b, PB_NODE_LIST, place);
        case YAML_MAPPING_START_EVENT:
            return refuse_extras(b, place, event->data.mapping_start.anchor,
                                 event->data.mapping_start.tag)
                   && open_node(b, PB_NODE_MAP, place);
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            b->depth--;
            return true;
        default:
            return true;
    }
}

/* libyaml's own errors. One of its reader has an offset instead of a mark; out of memory has
 * no text at all. */
static void report_parser(const builder *b, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR || parser->problem == NULL) {
        pb_message_no_memory(b->messages);
        return;
    }
    const bool reader = parser->error == YAML_READER_ERROR;
    const pb_place place = reader ? pb_source_place(b->source, parser->problem_offset)
                                  : place_of(b, parser->problem_mark, parser->problem_mark);
    size_t size;
    const char *line = pb_source_line(b->source, place.line, &size);
    const bool tab = !reader && memchr(line, '\t', size) != NULL;
    pb_message(b->messages, PB_SEVERITY_ERROR, place, "", "not valid YAML: %s%s%s%s",
               parser->problem, parser->context != NULL ? ", " : "",
               parser->context != NULL ? parser->context : "",
               tab ? " (indent with spaces, not with tabs)" : "");
}

/* One event; false at the end of the text and after an error. */
static bool next_event(builder *b, yaml_parser_t *parser, int *n_events)
{
    yaml_event_t event;
    if (!yaml_parser_parse(parser, &event)) {
        report_parser(b, parser);
        return false;
    }
    bool more = event.type != YAML_STREAM_END_EVENT;
    if (++*n_events > PB_MAX_EVENTS) {
        more = refuse(b, place_of(b, event.start_mark, event.start_mark), "too many values");
    } else if (more) {
        more = take_event(b, &event);
    }
    yaml_event_delete(&event);
    return more;
}

pb_node *pb_document_parse(pb_arena *arena, const pb_source *source, pb_messages *messages)
{
    builder b = {.arena = arena,
                 .source = source,
                 .messages = messages,
                 .errors_before = messages->n[PB_SEVERITY_ERROR]};
    yaml_parser_t parser;
    int n_events = 0;
    if (!yaml_parser_initialize(&parser)) {
        pb_message_no_memory(messages);
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text, source->size);
    while (next_event(&b, &parser, &n_events)) {
    }
    yaml_parser_delete(&parser);
    if (!failed(&b) && b.root == NULL) {
        const pb_place start = {.source = source, .line = 1, .column = 1, .width = 1};
        pb_message(messages, PB_SEVERITY_ERROR, start, "", "the file is empty");
    }
    return failed(&b) ? NULL : b.root;
}
