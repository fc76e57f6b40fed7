/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readers of the kinds of a single value, and of a pair of numbers. */
#include "params/number.h"
#include "params/reader.h"

#include <math.h>
#include <string.h>

void pb_read_real_field(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)pb_read_number(reader, field, node, target);
}

void pb_read_whole(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    int64_t value;
    const char *text = pb_read_plain(reader, node, "a whole number");
    if (text == NULL) {
        return;
    }
    if (!pb_parse_whole(text, &value)) {
        pb_read_error(reader, node, "not a whole number, '%s' (digits only, below 2^63)",
                      pb_show(text).text);
        return;
    }
    if ((double)value < field->lowest || (double)value > field->highest) {
        pb_read_error(reader, node, "out of range, '%s' (%.15g to %.15g)", pb_show(text).text,
                      field->lowest, field->highest);
        return;
    }
    memcpy(target, &value, sizeof value);
}

void pb_read_seed(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    uint64_t value;
    const char *text = pb_read_plain(reader, node, "a whole number");
    (void)field;
    if (text == NULL) {
        return;
    }
    if (!pb_parse_seed(text, &value)) {
        pb_read_error(reader, node,
                      "not a seed, '%s' (a whole number from 0 to 18446744073709551615)",
                      pb_show(text).text);
        return;
    }
    memcpy(target, &value, sizeof value);
}

void pb_read_text(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)field;
    if (!pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return;
    }
    if (strlen(node->text) >= PB_TITLE_SIZE) {
        pb_read_error(reader, node, "too long, '%s' (at most %d bytes)", pb_show(node->text).text,
                      PB_TITLE_SIZE - 1);
    } else if (pb_has_control(node->text)) {
        pb_read_error(reader, node, "holds control characters, '%s' (one line of text)",
                      pb_show(node->text).text);
    } else {
        strcpy(target, node->text);
    }
}

void pb_read_id(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)field;
    if (!pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return;
    }
    if (!pb_is_id(node->text) || strlen(node->text) >= PB_ID_SIZE) {
        pb_read_error(reader, node,
                      "not an id, '%s' (a letter or digit, then letters, digits, _ . -, at most "
                      "%d in all)",
                      pb_show(node->text).text, PB_ID_SIZE - 1);
        return;
    }
    strcpy(target, node->text);
}

void pb_read_date(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_date date;
    (void)field;
    if (!pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return;
    }
    if (!pb_parse_date(node->text, &date)) {
        pb_read_error(reader, node, "not a date, '%s' (a day YYYY-MM-DD from 1900 to 2200)",
                      pb_show(node->text).text);
        return;
    }
    memcpy(target, &date, sizeof date);
}

void pb_read_boolean(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)field;
    const char *text = pb_read_plain(reader, node, "true or false");
    if (text == NULL) {
        return;
    }
    const bool value = strcmp(text, "true") == 0;
    if (!value && strcmp(text, "false") != 0) {
        pb_read_error(reader, node, "neither true nor false, '%s' (write true or false)",
                      pb_show(text).text);
        return;
    }
    memcpy(target, &value, sizeof value);
}

_Static_assert(sizeof(pb_phase) == sizeof(int), "a word's index is stored as an int");

void pb_read_word(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    char hint[300];
    if (!pb_read_expects(reader, node, PB_NODE_SCALAR)) {
        return;
    }
    const int word = pb_word_find(&field->words, node->text);
    if (word < 0) {
        pb_read_error(reader, node, "unknown word, '%s' (%s)", pb_show(node->text).text,
                      pb_words_hint(&field->words, node->text, hint, sizeof hint));
        return;
    }
    memcpy(target, &word, sizeof word);
}

/* A word that fills no member: there is one way, which nobody has to look up. */
void pb_read_only_word(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    int word;
    (void)target;
    pb_read_word(reader, field, node, &word);
}

void pb_read_years(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    double *years = target;
    if (!pb_read_expects(reader, node, PB_NODE_LIST)) {
        return;
    }
    if (node->n != PB_YEARS) {
        pb_read_error(reader, node, "%u numbers (2 are needed: one for each fiscal year)", node->n);
        return;
    }
    for (unsigned y = 0; y < PB_YEARS; y++) {
        const size_t outside = pb_path_enter_item(reader, node->item[y], y);
        (void)pb_read_number(reader, field, node->item[y], &years[y]);
        pb_path_leave(reader, outside);
    }
}

/* Whether a list has the length that its row asks for; else an error. */
static bool has_length(pb_reader *reader, const pb_field *field, pb_node *node, const char *what)
{
    if (!pb_read_expects(reader, node, PB_NODE_LIST)) {
        return false;
    }
    if (node->n != field->length) {
        pb_read_error(reader, node, "%u %s (%u are needed)", node->n, what, field->length);
    }
    return node->n == field->length;
}

void pb_read_reals(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    double *values = target;
    if (!has_length(reader, field, node, "numbers")) {
        return;
    }
    for (unsigned i = 0; i < node->n; i++) {
        const size_t outside = pb_path_enter_item(reader, node->item[i], i);
        pb_read_real(reader, field, node->item[i], &values[i]);
        pb_path_leave(reader, outside);
    }
}

void pb_read_dates(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_date *dates = target;
    if (!has_length(reader, field, node, "dates")) {
        return;
    }
    for (unsigned i = 0; i < node->n; i++) {
        const size_t outside = pb_path_enter_item(reader, node->item[i], i);
        pb_read_date(reader, field, node->item[i], &dates[i]);
        pb_path_leave(reader, outside);
    }
}

void pb_read_df(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    const double normal = INFINITY;
    if (node->kind == PB_NODE_SCALAR && strcmp(node->text, "normal") == 0) {
        memcpy(target, &normal, sizeof normal);
    } else {
        pb_read_real_field(reader, field, node, target);
    }
}
