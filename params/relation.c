/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that relate things by their ids: options that need each other, streams that correlate. */
#include "params/reader.h"

#include "params/vintages_file.h"

#include <string.h>

static const pb_node *list_of(const pb_reader *reader, const char *block, const char *key)
{
    const pb_node *node = pb_node_find(reader->root, block);
    if (key != NULL) {
        node = node != NULL && node->kind == PB_NODE_MAP ? pb_node_find(node, key) : NULL;
    }
    return node != NULL && node->kind == PB_NODE_LIST ? node : NULL;
}

/* `needs: [a, b]` [uint64_t: options as bits] */
void pb_read_option_ids(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    const pb_node *options = list_of(reader, "plan_b", NULL);
    uint64_t bits = 0;
    (void)field;
    if (!pb_read_expects(reader, node, PB_NODE_LIST)) {
        return;
    }
    for (unsigned i = 0; i < node->n; i++) {
        pb_node *name = node->item[i];
        if (!pb_read_expects(reader, name, PB_NODE_SCALAR)) {
            return;
        }
        const int option = options == NULL ? -1 : pb_node_index(options, name->text);
        if (option < 0 || option >= PB_MAX_OPTIONS) {
            pb_read_no_such_id(reader, name, options, "option");
            return;
        }
        bits |= UINT64_C(1) << option;
    }
    memcpy(target, &bits, sizeof bits);
}

/* A stream named in `key` from `start` on, `size` bytes; -1 after an error. */
static int find_stream(pb_reader *reader, pb_node *key, const char *start, size_t size)
{
    const pb_node *streams = list_of(reader, "revenue", "streams");
    char name[PB_ID_SIZE];
    if (size < sizeof name) {
        memcpy(name, start, size);
        name[size] = '\0';
        const int stream = streams == NULL ? -1 : pb_node_index(streams, name);
        if (stream >= 0 && stream < PB_MAX_STREAMS) {
            return stream;
        }
        pb_node *named = pb_node_new(reader->arena, PB_NODE_SCALAR, key->place);
        if (named != NULL) {
            named->text = pb_arena_text(reader->arena, name, size);
        }
        if (named != NULL && named->text != NULL) {
            pb_read_no_such_id(reader, named, streams, "stream");
            return -1;
        }
    }
    pb_read_error(reader, key, "no such stream, '%s'", pb_show(start).text);
    return -1;
}

/* `stream: sales` [int: its index] */
void pb_read_stream(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)field;
    if (!pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return;
    }
    const int stream = find_stream(reader, node, node->text, strlen(node->text));
    if (stream >= 0) {
        memcpy(target, &stream, sizeof stream);
    }
}

/* The same, or `all` [int: PB_ALL_STREAMS] */
void pb_read_stream_or_all(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    const int all = PB_ALL_STREAMS;
    if (node->kind == PB_NODE_SCALAR && strcmp(node->text, "all") == 0) {
        memcpy(target, &all, sizeof all);
    } else {
        pb_read_stream(reader, field, node, target);
    }
}

/* `errors: {sales: [0.01, 0.02]}` for every stream [double[PB_MAX_STREAMS][PB_YEARS]] */
void pb_read_stream_years(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    double(*years)[PB_YEARS] = target;
    const pb_node *streams = list_of(reader, "revenue", "streams");
    if (!pb_read_expects(reader, node, PB_NODE_MAP)) {
        return;
    }
    for (unsigned i = 0; i < node->n; i++) {
        const char *key = node->key[i]->text;
        const int stream =
            pb_is_annotation(key) ? -1 : find_stream(reader, node->key[i], key, strlen(key));
        const size_t outside = pb_path_enter_key(reader, key);
        if (stream >= 0) {
            pb_read_years(reader, field, node->item[i], years[stream]);
        }
        pb_path_leave(reader, outside);
    }
    for (unsigned s = 0; streams != NULL && s < streams->n; s++) {
        const char *id = pb_node_id(streams->item[s]);
        if (id != NULL && pb_node_find(node, id) == NULL) {
            pb_read_error(reader, node, "stream is missing, '%s' (each has its errors)",
                          pb_show(id).text);
        }
    }
}

/* The two streams of `a/b`. */
static bool find_pair(pb_reader *reader, pb_node *key, int *a, int *b)
{
    const char *slash = strchr(key->text, '/');
    if (slash == NULL) {
        pb_read_error(reader, key, "not a pair of streams, '%s' (first/second)",
                      pb_show(key->text).text);
        return false;
    }
    *a = find_stream(reader, key, key->text, (size_t)(slash - key->text));
    *b = *a < 0 ? -1 : find_stream(reader, key, slash + 1, strlen(slash + 1));
    if (*b >= 0 && *a == *b) {
        pb_read_error(reader, key, "a stream with itself, '%s' (its correlation is 1)",
                      pb_show(key->text).text);
        return false;
    }
    return *b >= 0;
}

/* Whether an earlier entry is about the same two streams, as `b/a`. */
static bool given_before(pb_reader *reader, const pb_node *map, unsigned entry)
{
    pb_node *key = map->key[entry];
    const char *slash = strchr(key->text, '/');
    const size_t first = (size_t)(slash - key->text);
    for (unsigned i = 0; i < entry; i++) {
        const char *other = map->key[i]->text;
        const size_t second = strlen(slash + 1);
        if (strncmp(other, slash + 1, second) == 0 && other[second] == '/'
            && strncmp(other + second + 1, key->text, first) == 0
            && other[second + 1 + first] == '\0') {
            pb_read_error(reader, key, "pair given twice, '%s' (first as '%s' on line %u)",
                          pb_show(key->text).text, pb_show(other).text, map->key[i]->place.line);
            return true;
        }
    }
    return false;
}

static void read_pair(pb_reader *reader, const pb_field *field, pb_node *map, unsigned entry)
{
    double(*correlation)[PB_MAX_STREAMS] = reader->scenario->revenue.correlation;
    int a, b;
    double value;
    if (!find_pair(reader, map->key[entry], &a, &b) || given_before(reader, map, entry)) {
        return;
    }
    const size_t outside = pb_path_enter_key(reader, map->key[entry]->text);
    if (pb_read_real(reader, field, map->item[entry], &value)) {
        correlation[a][b] = value;
        correlation[b][a] = value;
    }
    pb_path_leave(reader, outside);
}

/* `correlation: {a/b: 0.5}` [pb_revenue_params.correlation; pairs not named are 0] */
void pb_read_correlation(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_revenue_params *revenue = &reader->scenario->revenue;
    (void)target;
    for (int i = 0; i < revenue->n_streams; i++) {
        revenue->correlation[i][i] = 1.0;
    }
    pb_read_entries(reader, field, node, read_pair);
}

/* Puts what a bootstrap's `file` holds into the tree, where `file` becomes `read_from`: so the
 * resolved scenario needs no file. */
static void take_in_file(pb_reader *reader, pb_node *map, int file)
{
    const pb_node *streams = list_of(reader, "revenue", "streams");
    pb_node *key = map->key[file], *asked = map->item[file];
    const size_t outside = pb_path_enter_key(reader, "file");
    key->text = "read_from";
    if (pb_node_find(map, "vintages") != NULL) {
        pb_read_error(reader, asked, "given together with vintages (either one or the other)");
    } else if (pb_read_expects(reader, asked, PB_NODE_SCALAR) && streams != NULL) {
        pb_node *vintages = pb_vintages_read(reader, streams, asked);
        pb_node *name = pb_node_new(reader->arena, PB_NODE_SCALAR, asked->place);
        if (vintages != NULL
            && (name == NULL || !pb_node_append(reader->arena, map, name, vintages))) {
            pb_message_no_memory(reader->messages);
        } else if (vintages != NULL) {
            name->text = "vintages";
        }
    }
    pb_path_leave(reader, outside);
}

/* `bootstrap:` [pb_bootstrap_params] */
void pb_read_bootstrap(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    const int file = node->kind == PB_NODE_MAP ? pb_node_index(node, "file") : -1;
    if (file >= 0) {
        take_in_file(reader, node, file);
    }
    pb_read_map(reader, field->map, node, target);
}
