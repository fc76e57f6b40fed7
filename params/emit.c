/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/emit.h"

#include "params/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void emit_value(FILE *out, const pb_node *node, int depth, bool after_dash);

/* Numbers, dates, ids, shares: texts that mean the same without quotes in every context. */
static bool is_plain(const pb_node *node)
{
    static const char SAFE[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-";
    const char *text = node->text + strspn(node->text, "+-.");
    return !node->quoted && text - node->text <= 2 && *text != '\0' && strchr("_/", *text) == NULL
           && node->text[strspn(node->text, SAFE)] == '\0';
}

/* What YAML would take for a line break, or refuse, if it stood in quotes as it is. */
static const struct {
    const char *bytes, *escape;
} ESCAPES[] = {
    {"\"", "\\\""},
    {"\\", "\\\\"},
    {"\xE2\x80\xA8", "\\L"},
    {"\xE2\x80\xA9", "\\P"},
    {"\xEF\xBB\xBF", "\\uFEFF"},
    {"\xEF\xBF\xBE", "\\uFFFE"},
    {"\xEF\xBF\xBF", "\\uFFFF"},
};

/* Writes the escape for what stands at `text`, if it needs one; its length in bytes, else 0. */
static size_t emit_escape(FILE *out, const char *text)
{
    const unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
    if (first < 0x20 || first == 0x7F) {
        fprintf(out, "\\x%02X", first);
        return 1;
    }
    if (first == 0xC2 && second < 0xA0) {
        fprintf(out, "\\x%02X", second);
        return 2;
    }
    for (size_t i = 0; i < sizeof ESCAPES / sizeof ESCAPES[0]; i++) {
        const size_t size = strlen(ESCAPES[i].bytes);
        if (strncmp(text, ESCAPES[i].bytes, size) == 0) {
            fputs(ESCAPES[i].escape, out);
            return size;
        }
    }
    return 0;
}

static void emit_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text != '\0') {
        const size_t escaped = emit_escape(out, text);
        if (escaped == 0) {
            fputc(*text, out);
        }
        text += escaped > 0 ? escaped : 1;
    }
    fputc('"', out);
}

static void emit_scalar(FILE *out, const pb_node *node)
{
    if (is_plain(node)) {
        fputs(node->text, out);
    } else {
        emit_quoted(out, node->text);
    }
}

enum { MAX_SHORT_MAP = 3, MAX_SHORT_LIST = 8 };

/* Whether a value is written in one line: a list of scalars, a clause, a mean and an sd. */
static bool is_short(const pb_node *node)
{
    const unsigned most = node->kind == PB_NODE_MAP ? MAX_SHORT_MAP : MAX_SHORT_LIST;
    bool is = node->n <= most && pb_node_id(node) == NULL;
    for (unsigned i = 0; i < node->n && is; i++) {
        is = is_short(node->item[i]);
    }
    return is;
}

/* `{mean: 0.9, sd: 0.1}`, `[1, 2]` */
static void emit_short(FILE *out, const pb_node *node)
{
    const bool map = node->kind == PB_NODE_MAP;
    if (node->kind == PB_NODE_SCALAR) {
        emit_scalar(out, node);
        return;
    }
    fputc(map ? '{' : '[', out);
    for (unsigned i = 0; i < node->n; i++) {
        fputs(i == 0 ? "" : ", ", out);
        if (map) {
            emit_scalar(out, node->key[i]);
            fputs(": ", out);
        }
        emit_short(out, node->item[i]);
    }
    fputc(map ? '}' : ']', out);
}

/* The entries of a map or list, each on lines of its own; the first goes on where the line
 * stands if that is behind the dash of a list. */
static void emit_long(FILE *out, const pb_node *node, int depth, bool after_dash)
{
    for (unsigned i = 0; i < node->n; i++) {
        fprintf(out, "%*s", i == 0 && after_dash ? 0 : 2 * depth, "");
        if (node->kind == PB_NODE_MAP) {
            emit_scalar(out, node->key[i]);
            fputc(':', out);
        } else {
            fputc('-', out);
        }
        emit_value(out, node->item[i], depth + 1, node->kind == PB_NODE_LIST);
    }
}

/* What stands behind a colon or a dash, with its line's end. */
static void emit_value(FILE *out, const pb_node *node, int depth, bool after_dash)
{
    const bool block = depth == 1 && node->kind == PB_NODE_MAP && node->n > 0;
    if (!block && is_short(node)) {
        fputc(' ', out);
        emit_short(out, node);
        fputc('\n', out);
        return;
    }
    fputc(after_dash ? ' ' : '\n', out);
    emit_long(out, node, depth, after_dash);
}

char *pb_emit_yaml(const pb_node *root)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    emit_long(out, root, 0, false);
    const bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad) {
        free(text);
        return NULL;
    }
    return text;
}
