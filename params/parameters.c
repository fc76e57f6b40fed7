/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/parameters.h"

#include "params/document.h"
#include "params/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 512 };

static const char *const HOW_MANY[] = {"run.draws", "run.max_draws", "run.target_se"};

static bool says_how_many(const char *path)
{
    for (size_t i = 0; i < sizeof HOW_MANY / sizeof *HOW_MANY; i++) {
        if (strcmp(path, HOW_MANY[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* In one line, whatever the text holds. */
static void put_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20) {
            fprintf(out, "\\x%02X", (unsigned)*text);
        } else {
            fputc(*text, out);
        }
    }
}

static void put_node(FILE *out, const pb_node *node, const char *path)
{
    if (says_how_many(path)) {
        return;
    }
    if (node->kind == PB_NODE_SCALAR || node->n == 0) {
        fprintf(out, "%s=", path);
        put_text(out, node->kind == PB_NODE_SCALAR ? node->text : pb_node_kind_text(node));
        fputc('\n', out);
    }
    for (unsigned i = 0; i < node->n; i++) {
        const char *id = pb_node_id(node->item[i]);
        char below[PATH_SIZE];
        if (node->kind == PB_NODE_MAP) {
            snprintf(below, sizeof below, "%s%s%s", path, *path == '\0' ? "" : ".",
                     node->key[i]->text);
        } else if (id != NULL) {
            snprintf(below, sizeof below, "%s[%s]", path, id);
        } else {
            snprintf(below, sizeof below, "%s[%u]", path, i);
        }
        put_node(out, node->item[i], below);
    }
}

char *pb_parameter_lines(const char *yaml)
{
    pb_arena arena = {0};
    pb_messages messages = {.out = NULL};
    const pb_source source = {.name = "", .text = yaml, .size = strlen(yaml), .has_lines = true};
    const pb_node *root = pb_document_parse(&arena, &source, &messages);
    char *text = NULL;
    size_t size = 0;
    FILE *out = root == NULL ? NULL : open_memstream(&text, &size);
    if (out != NULL) {
        put_node(out, root, "");
        const bool bad = ferror(out) != 0;
        if (fclose(out) != 0 || bad) {
            free(text);
            text = NULL;
        }
    }
    pb_arena_free(&arena);
    return text;
}

/* Length of a line and of its path. */
static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static size_t path_length(const char *line)
{
    return strcspn(line, "=\n");
}

static const char *next_line(const char *line)
{
    line += line_length(line);
    return *line == '\n' ? line + 1 : line;
}

/* The line of `lines` with the path that `line` has, or NULL. */
static const char *same_path(const char *lines, const char *line)
{
    for (; *lines != '\0'; lines = next_line(lines)) {
        if (path_length(lines) == path_length(line)
            && strncmp(lines, line, path_length(line)) == 0) {
            return lines;
        }
    }
    return NULL;
}

static pb_shown show_value(const char *line)
{
    char value[PATH_SIZE];
    const size_t skip = path_length(line) + 1;
    const size_t length = line_length(line) < skip ? 0 : line_length(line) - skip;
    snprintf(value, sizeof value, "%.*s", (int)(length < 200 ? length : 200), line + skip);
    return pb_show(value);
}

static void tell_one_sided(const char *line, const char *where, char *text, size_t size)
{
    snprintf(text, size, "%.*s = %s stands only %s", (int)path_length(line), line,
             show_value(line).text, where);
}

bool pb_parameter_difference(const char *there, const char *here, char *text, size_t size)
{
    while (*there != '\0' && *here != '\0' && line_length(there) == line_length(here)
           && strncmp(there, here, line_length(here)) == 0) {
        there = next_line(there);
        here = next_line(here);
    }
    if (*there == '\0' && *here == '\0') {
        return false;
    }
    const char *match = *there == '\0' ? NULL : same_path(here, there);
    if (match != NULL && strncmp(match, there, line_length(there) + 1) == 0) {
        tell_one_sided(here, "here", text, size); /* an insertion, or another order */
    } else if (match != NULL) {
        snprintf(text, size, "%.*s is %s there and %s here", (int)path_length(there), there,
                 show_value(there).text, show_value(match).text);
    } else if (*there != '\0') {
        tell_one_sided(there, "there", text, size);
    } else {
        tell_one_sided(here, "here", text, size);
    }
    return true;
}

/* ---- all differences ---- */

/* Whether the line is of a text about the scenario or about a value of it. */
static bool is_remark(const char *line)
{
    static const char *const OF_SCENARIO[] = {"scenario.name=", "scenario.title="};
    char key[PATH_SIZE];
    size_t start = path_length(line);
    while (start > 0 && line[start - 1] != '.') {
        start--;
    }
    for (size_t i = 0; i < sizeof OF_SCENARIO / sizeof *OF_SCENARIO; i++) {
        if (strncmp(line, OF_SCENARIO[i], strlen(OF_SCENARIO[i])) == 0) {
            return true;
        }
    }
    snprintf(key, sizeof key, "%.*s", (int)(path_length(line) - start), line + start);
    return pb_is_annotation(key);
}

static bool is_same_line(const char *a, const char *b)
{
    return line_length(a) == line_length(b) && strncmp(a, b, line_length(a)) == 0;
}

/* Whether some line has a value at or below the first `length` bytes of `path`. */
static bool has_below(const char *lines, const char *path, size_t length)
{
    for (; *lines != '\0'; lines = next_line(lines)) {
        if (path_length(lines) >= length && strncmp(lines, path, length) == 0
            && strchr(".[=", lines[length]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Length of the path of the largest block with the line's value that `other` has nothing of; 0:
 * `other` has the value. */
static size_t missing_length(const char *line, const char *other)
{
    bool in_id = false;
    for (size_t i = 1; i <= path_length(line); i++) {
        const bool ends = i == path_length(line) || line[i] == '[' || (line[i] == '.' && !in_id);
        if (ends && !has_below(other, line, i)) {
            return i;
        }
        in_id = line[i] == '[' || (in_id && line[i] != ']');
    }
    return 0;
}

/* What `other` has not: blocks by their path, single values with it. */
static void put_missing(FILE *out, const char *lines, const char *other, const char *where)
{
    const char *last = "";
    size_t last_length = 0;
    for (const char *line = lines; *line != '\0'; line = next_line(line)) {
        const size_t length = is_remark(line) ? 0 : missing_length(line, other);
        if (length == 0 || (length == last_length && strncmp(line, last, length) == 0)) {
            continue; /* is there, or was told with its block */
        }
        fprintf(out, "%.*s", (int)length, line);
        if (length == path_length(line)) {
            fprintf(out, ": %s", show_value(line).text);
        }
        fprintf(out, " only in %s\n", where);
        last = line;
        last_length = length;
    }
}

static void put_changes(FILE *out, const char *a, const char *b)
{
    for (const char *line = a; *line != '\0'; line = next_line(line)) {
        const char *match = is_remark(line) ? NULL : same_path(b, line);
        if (match != NULL && !is_same_line(match, line)) {
            fprintf(out, "%.*s: %s in A, %s in B\n", (int)path_length(line), line,
                    show_value(line).text, show_value(match).text);
        }
    }
    put_missing(out, a, b, "A");
    put_missing(out, b, a, "B");
}

char *pb_parameter_changes(const char *a, const char *b)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    put_changes(out, a, b);
    const bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad) {
        free(text);
        text = NULL;
    }
    return text;
}
