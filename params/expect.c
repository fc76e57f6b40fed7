/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of all kinds share: the path of a value, errors about it, what it must be. */
#include "params/number.h"
#include "params/reader.h"

#include <string.h>

static size_t enter(pb_reader *reader, const char *before, const char *name, const char *after)
{
    const size_t length = strlen(reader->path);
    snprintf(reader->path + length, PB_PATH_SIZE - length, "%s%s%s", before, name, after);
    return length;
}

size_t pb_path_enter_key(pb_reader *reader, const char *key)
{
    return enter(reader, reader->path[0] == '\0' ? "" : ".", key, "");
}

size_t pb_path_enter_item(pb_reader *reader, const pb_node *item, unsigned index)
{
    const char *id = pb_node_id(item);
    char number[16];
    snprintf(number, sizeof number, "%u", index);
    return enter(reader, "[", id != NULL && pb_is_id(id) ? id : number, "]");
}

void pb_path_leave(pb_reader *reader, size_t length)
{
    reader->path[length] = '\0';
}

void pb_read_error(pb_reader *reader, pb_node *node, const char *format, ...)
{
    if (node->faulty) {
        return;
    }
    node->faulty = true;
    va_list args;
    va_start(args, format);
    pb_message_v(reader->messages, PB_SEVERITY_ERROR, node->place, reader->path, format, args);
    va_end(args);
}

bool pb_read_expects(pb_reader *reader, pb_node *node, pb_node_kind kind)
{
    static const char *const NEEDED[] = {
        [PB_NODE_SCALAR] = "a single value", [PB_NODE_LIST] = "a list", [PB_NODE_MAP] = "a map"};
    const bool empty = kind == PB_NODE_SCALAR && node->kind == kind && node->text[0] == '\0';
    if (kind == PB_NODE_SCALAR && pb_read_refuses_distribution(reader, node, NEEDED[kind])) {
        return false;
    }
    if (node->kind != kind || empty) {
        pb_read_error(reader, node, "%s is needed, found %s", NEEDED[kind],
                      node->quoted ? "an empty text" : pb_node_kind_text(node));
        return false;
    }
    return true;
}

bool pb_read_expects_length(pb_reader *reader, const pb_field *field, pb_node *list)
{
    if (list->n < field->lowest || list->n > field->highest) {
        pb_read_error(reader, list, "%u entries (%g to %g are allowed)", list->n, field->lowest,
                      field->highest);
        return false;
    }
    return true;
}

const char *pb_read_plain(pb_reader *reader, pb_node *node, const char *what)
{
    if (pb_read_refuses_distribution(reader, node, what)
        || !pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return NULL;
    }
    if (node->quoted) {
        pb_read_error(reader, node, "%s is needed, found a text, \"%s\" (write it without quotes)",
                      what, pb_show(node->text).text);
        return NULL;
    }
    return node->text;
}

static void report_range(pb_reader *reader, const pb_field *field, pb_node *node, double value)
{
    char range[96], meant[40] = "";
    pb_field_range(field, range, sizeof range);
    if (field->lowest == 0.0 && field->highest == 1.0 && value >= 2.0 && value <= 100.0) {
        snprintf(meant, sizeof meant, "; did you mean %.2f?", value / 100.0);
    }
    pb_read_error(reader, node, "out of range, '%s' (%s%s)", pb_show(node->text).text, range,
                  meant);
}

bool pb_read_real(pb_reader *reader, const pb_field *field, pb_node *node, double *value)
{
    char hint[64];
    double read;
    const char *text = pb_read_plain(reader, node, "a number");
    if (text == NULL) {
        return false;
    }
    if (!pb_parse_real(text, &read)) {
        if (strchr(text, '%') != NULL && field->unit != NULL && strcmp(field->unit, "logit") == 0) {
            pb_read_error(reader, node, "not a number, '%s' (in logits: 0 is a share of 0.5)",
                          pb_show(text).text);
            return false;
        }
        pb_read_error(reader, node, "not a number, '%s' (%s)", pb_show(text).text,
                      pb_number_hint(text, hint, sizeof hint));
        return false;
    }
    if (read < field->lowest || read > field->highest
        || (field->above_lowest && read == field->lowest)) {
        report_range(reader, field, node, read);
        return false;
    }
    *value = read;
    return true;
}

void pb_read_no_such_id(pb_reader *reader, pb_node *node, const pb_node *list, const char *what)
{
    const char *ids[PB_MAX_UNITS];
    char hint[400] = "there is none";
    int n = 0;
    for (unsigned i = 0; list != NULL && i < list->n && n < PB_MAX_UNITS; i++) {
        const char *id = pb_node_id(list->item[i]);
        if (id != NULL && pb_is_id(id)) {
            ids[n++] = id;
        }
    }
    const pb_words words = {.first = ids, .stride = sizeof ids[0], .n = n};
    if (n > 0) {
        pb_words_hint(&words, node->text, hint, sizeof hint);
    }
    pb_read_error(reader, node, "no %s with this id, '%s' (%s)", what, pb_show(node->text).text,
                  hint);
}

void pb_read_annotation(pb_reader *reader, pb_node *map, unsigned entry)
{
    pb_node *value = map->item[entry];
    if (value->kind != PB_NODE_SCALAR) {
        const size_t outside = pb_path_enter_key(reader, map->key[entry]->text);
        pb_read_error(reader, value, "a text is needed, found %s", pb_node_kind_text(value));
        pb_path_leave(reader, outside);
    }
}

int pb_read_only_entry(pb_reader *reader, pb_node *map, const char *what)
{
    int entry = -1, n = 0;
    for (unsigned i = 0; i < map->n; i++) {
        if (pb_is_annotation(map->key[i]->text)) {
            pb_read_annotation(reader, map, i);
        } else {
            entry = (int)i;
            n++;
        }
    }
    if (n != 1) {
        pb_read_error(reader, map, "%d keys where one is needed (%s)", n, what);
        return -1;
    }
    return entry;
}

void pb_read_entries(pb_reader *reader, const pb_field *field, pb_node *map,
                     void (*read)(pb_reader *reader, const pb_field *field, pb_node *map,
                                  unsigned entry))
{
    if (!pb_read_expects(reader, map, PB_NODE_MAP)) {
        return;
    }
    for (unsigned i = 0; i < map->n; i++) {
        if (pb_is_annotation(map->key[i]->text)) {
            pb_read_annotation(reader, map, i);
        } else {
            read(reader, field, map, i);
        }
    }
}
