/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/reader.h"

#include "params/document.h"
#include "params/path.h"

#include <string.h>

static void read_map_field(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_read_map(reader, field->map, node, target);
}

/* The list's length stands `count` into the struct, its array `offset`: so go back from one. */
static void read_list(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    if (!pb_read_expects(reader, node, PB_NODE_LIST)
        || !pb_read_expects_length(reader, field, node)) {
        return;
    }
    char *array = target;
    const int count = (int)node->n;
    memcpy(array - field->offset + field->count, &count, sizeof count);
    for (unsigned i = 0; i < node->n; i++) {
        const size_t outside = pb_path_enter_item(reader, node->item[i], i);
        pb_read_map(reader, field->map, node->item[i], array + i * field->map->size);
        pb_path_leave(reader, outside);
    }
}

static pb_read_function *const READ[PB_N_FIELD_KINDS] = {
    [PB_FIELD_REAL] = pb_read_real_field,
    [PB_FIELD_WHOLE] = pb_read_whole,
    [PB_FIELD_SEED] = pb_read_seed,
    [PB_FIELD_TEXT] = pb_read_text,
    [PB_FIELD_ID] = pb_read_id,
    [PB_FIELD_DATE] = pb_read_date,
    [PB_FIELD_BOOLEAN] = pb_read_boolean,
    [PB_FIELD_WORD] = pb_read_word,
    [PB_FIELD_YEARS] = pb_read_years,
    [PB_FIELD_QUANTITY] = pb_read_quantity,
    [PB_FIELD_DF] = pb_read_df,
    [PB_FIELD_MAP] = read_map_field,
    [PB_FIELD_LIST] = read_list,
    [PB_FIELD_RULE] = pb_read_accepts,
    [PB_FIELD_IDS] = pb_read_option_ids,
    [PB_FIELD_NAME_OF_RULE] = pb_read_name_of_rule,
    [PB_FIELD_RULES] = pb_read_rules,
    [PB_FIELD_PAIRS] = pb_read_correlation,
    [PB_FIELD_REALS] = pb_read_reals,
    [PB_FIELD_DATES] = pb_read_dates,
    [PB_FIELD_STREAM_YEARS] = pb_read_stream_years,
    [PB_FIELD_COUNTS] = pb_read_counts,
};

void pb_read_value(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_read_function *read = field->read != NULL ? field->read : READ[field->kind];
    read(reader, field, node, target);
}

/* A default's text as a node; NULL: no memory (a default is valid YAML: a test reads them all). */
static pb_node *parse_default(pb_reader *reader, const char *text)
{
    pb_source *source = pb_arena_take(reader->arena, sizeof *source);
    const char *copy = pb_arena_text(reader->arena, text, strlen(text));
    if (source == NULL || copy == NULL) {
        pb_message_no_memory(reader->messages);
        return NULL;
    }
    *source = (pb_source){.name = "default", .text = copy, .size = strlen(copy)};
    return pb_document_parse(reader->arena, source, reader->messages);
}

static pb_node *find_same(const pb_reader *reader, const pb_field *field, const pb_node *map)
{
    if (field->same_as == NULL) {
        return NULL;
    }
    return field->same_as[0] == '.' ? pb_node_find(map, field->same_as + 1)
                                    : pb_path_find(reader->root, field->same_as);
}

static void report_missing(pb_reader *reader, const pb_field *field, const pb_node *map)
{
    pb_message(reader->messages, PB_SEVERITY_ERROR, map->place, reader->path,
               "key is missing, '%s' (%s)", field->key, field->meaning);
}

static pb_node *make_default(pb_reader *reader, const pb_field *field, const pb_node *map)
{
    char text[128];
    pb_node *same = find_same(reader, field, map);
    if (same != NULL) {
        return same;
    }
    if (field->derive != NULL) {
        const char *derived = field->derive(reader, map, text, sizeof text);
        return derived == NULL ? NULL : parse_default(reader, derived);
    }
    if (pb_field_required(field)) {
        report_missing(reader, field, map);
    }
    /* what a copied default is copied from was missing itself: that has been reported */
    return field->fallback == NULL || strcmp(field->fallback, PB_ABSENT) == 0
               ? NULL
               : parse_default(reader, field->fallback);
}

static bool add_entry(pb_reader *reader, pb_node *map, const char *name, pb_node *value)
{
    pb_node *key = pb_node_new(reader->arena, PB_NODE_SCALAR, value->place);
    if (key == NULL || !pb_node_append(reader->arena, map, key, value)) {
        pb_message_no_memory(reader->messages);
        return false;
    }
    key->text = name;
    return true;
}

/* A distribution that a key takes over from another stays one parameter: written out twice, it
 * would be two. */
static bool is_shared(const pb_reader *reader, const pb_field *field, const pb_node *map,
                      const pb_node *value)
{
    return pb_holds_distribution(value) && find_same(reader, field, map) == value;
}

static void set_absent(const pb_field *field, void *target)
{
    const pb_date none = PB_NO_DATE;
    if (field->kind == PB_FIELD_DATE) {
        memcpy(target, &none, sizeof none);
    }
}

static void read_field(pb_reader *reader, const pb_field *field, pb_node *map, void *base)
{
    void *target = (char *)base + field->offset;
    pb_node *value = pb_node_find(map, field->key);
    if (value == NULL) {
        value = make_default(reader, field, map);
        if (value == NULL
            || (!is_shared(reader, field, map, value)
                && !add_entry(reader, map, field->key, value))) {
            set_absent(field, target);
            return;
        }
    }
    const size_t outside = pb_path_enter_key(reader, field->key);
    pb_read_value(reader, field, value, target);
    pb_path_leave(reader, outside);
}

static void check_keys(pb_reader *reader, const pb_map *map, pb_node *node)
{
    const pb_words words = pb_map_words(map);
    char hint[400];
    for (unsigned i = 0; i < node->n; i++) {
        const char *key = node->key[i]->text;
        if (pb_is_annotation(key)) {
            pb_read_annotation(reader, node, i);
        } else if (pb_field_find(map, key) == NULL) {
            pb_read_error(reader, node->key[i], "unknown key, '%s' (%s)", pb_show(key).text,
                          pb_words_hint(&words, key, hint, sizeof hint));
        }
    }
}

static size_t rank(const pb_map *map, const char *key)
{
    const pb_field *field = pb_field_find(map, key);
    return field == NULL ? map->n : (size_t)(field - map->field);
}

/* Brings the entries into the order of the rows, so that the resolved scenario reads alike
 * however it was put together. Insertion sort: a map has a few dozen keys. */
static void sort_entries(const pb_map *map, pb_node *node)
{
    for (unsigned i = 1; i < node->n; i++) {
        pb_node *key = node->key[i], *item = node->item[i];
        unsigned j = i;
        for (; j > 0 && rank(map, node->key[j - 1]->text) > rank(map, key->text); j--) {
            node->key[j] = node->key[j - 1];
            node->item[j] = node->item[j - 1];
        }
        node->key[j] = key;
        node->item[j] = item;
    }
}

void pb_read_map(pb_reader *reader, const pb_map *map, pb_node *node, void *target)
{
    if (!pb_read_expects(reader, node, PB_NODE_MAP)) {
        return;
    }
    check_keys(reader, map, node);
    for (size_t i = 0; i < map->n; i++) {
        read_field(reader, &map->field[i], node, target);
    }
    sort_entries(map, node);
}

void pb_read_scenario(pb_reader *reader)
{
    memset(reader->scenario, 0, sizeof *reader->scenario);
    reader->path[0] = '\0';
    pb_start_acceptance(&reader->scenario->coalition);
    pb_read_map(reader, &PB_SCENARIO_MAP, reader->root, reader->scenario);
}
