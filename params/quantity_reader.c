/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `21`, `{normal: {mean, sd}}`, `{triangular: [lo, mode, hi]}`, `{uniform: [lo, hi]}`,
 * `{exponential: mean}`. */
#include "params/reader.h"

#include <string.h>

static const char *const WORDS[] = {
    [PB_QUANTITY_FIXED] = "fixed", /* written as a bare number, never as a word */
    [PB_QUANTITY_NORMAL] = "normal",   [PB_QUANTITY_TRIANGULAR] = "triangular",
    [PB_QUANTITY_UNIFORM] = "uniform", [PB_QUANTITY_EXPONENTIAL] = "exponential",
};

pb_words pb_quantity_words(void)
{
    return (pb_words){.first = &WORDS[PB_QUANTITY_NORMAL],
                      .stride = sizeof WORDS[0],
                      .n = PB_QUANTITY_EXPONENTIAL};
}

static bool read_numbers(pb_reader *reader, const pb_field *field, pb_node *list, unsigned n,
                         double *number)
{
    bool good = true;
    if (!pb_read_expects(reader, list, PB_NODE_LIST)) {
        return false;
    }
    if (list->n != n) {
        pb_read_error(reader, list, "%u numbers (%u are needed)", list->n, n);
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        const size_t outside = pb_path_enter_item(reader, list->item[i], i);
        good = pb_read_real(reader, field, list->item[i], &number[i]) && good;
        pb_path_leave(reader, outside);
    }
    return good;
}

static bool read_triangular(pb_reader *reader, const pb_field *field, pb_node *node, double *p)
{
    if (!read_numbers(reader, field, node, 3, p)) {
        return false;
    }
    if (p[0] > p[1] || p[1] > p[2] || p[0] == p[2]) {
        pb_read_error(reader, node,
                      "not in order, [%g, %g, %g] (lowest <= mode <= highest, and "
                      "lowest below highest)",
                      p[0], p[1], p[2]);
        return false;
    }
    return true;
}

static bool read_uniform(pb_reader *reader, const pb_field *field, pb_node *node, double *p)
{
    if (!read_numbers(reader, field, node, 2, p)) {
        return false;
    }
    if (p[0] >= p[1]) {
        pb_read_error(reader, node, "not in order, [%g, %g] (the lower end first)", p[0], p[1]);
        return false;
    }
    return true;
}

static bool read_exponential(pb_reader *reader, const pb_field *field, pb_node *node, double *p)
{
    if (!pb_read_real(reader, field, node, p)) {
        return false;
    }
    if (p[0] <= 0.0) {
        pb_read_error(reader, node, "out of range, '%s' (the mean is above 0)",
                      pb_show(node->text).text);
        return false;
    }
    return true;
}

#define OWN_NUMBERS "the numbers of a distribution are numbers"

static bool read_normal(pb_reader *reader, const pb_field *field, pb_node *node, double *p)
{
    const pb_field rows[] = {
        {.key = "mean",
         .kind = PB_FIELD_REAL,
         .offset = 0,
         .unit = field->unit,
         .lowest = field->lowest,
         .highest = field->highest,
         .meaning = "mean",
         .never_uncertain = OWN_NUMBERS},
        {.key = "sd",
         .kind = PB_FIELD_REAL,
         .offset = sizeof *p,
         .unit = field->unit,
         .lowest = 0.0,
         .highest = field->highest,
         .meaning = "standard deviation",
         .never_uncertain = OWN_NUMBERS},
    };
    const pb_map map = PB_MAP_OF(rows, 2 * sizeof *p);
    const size_t errors = reader->messages->n[PB_SEVERITY_ERROR];
    pb_read_map(reader, &map, node, p);
    return reader->messages->n[PB_SEVERITY_ERROR] == errors;
}

typedef bool read_parameters(pb_reader *, const pb_field *, pb_node *, double *);
static read_parameters *const READ[] = {
    [PB_QUANTITY_NORMAL] = read_normal,
    [PB_QUANTITY_TRIANGULAR] = read_triangular,
    [PB_QUANTITY_UNIFORM] = read_uniform,
    [PB_QUANTITY_EXPONENTIAL] = read_exponential,
};

bool pb_read_distribution(pb_reader *reader, const pb_field *field, pb_node *node,
                          pb_quantity *quantity)
{
    double p[3] = {0.0, 0.0, 0.0};
    char hint[120];
    const pb_words words = pb_quantity_words();
    const int entry = pb_read_only_entry(reader, node, "the distribution's name");
    if (entry < 0) {
        return false;
    }
    pb_node *key = node->key[entry];
    const int word = pb_word_find(&words, key->text);
    if (word < 0) {
        pb_read_error(reader, key, "unknown distribution, '%s' (%s)", pb_show(key->text).text,
                      pb_words_hint(&words, key->text, hint, sizeof hint));
        return false;
    }
    const pb_quantity_kind kind = (pb_quantity_kind)(word + PB_QUANTITY_NORMAL);
    const size_t outside = pb_path_enter_key(reader, key->text);
    const bool good = READ[kind](reader, field, node->item[entry], p);
    if (good) {
        *quantity = (pb_quantity){.kind = kind, .a = p[0], .b = p[1], .c = p[2]};
    }
    pb_path_leave(reader, outside);
    return good;
}

void pb_read_quantity(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_quantity *quantity = target;
    if (node->kind == PB_NODE_MAP) {
        (void)pb_read_distribution(reader, field, node, quantity);
    } else if (pb_read_real(reader, field, node, &quantity->a)) {
        quantity->kind = PB_QUANTITY_FIXED;
    }
}
