/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/csv.h"

#include <string.h>

bool pb_csv_open(pb_csv *csv, pb_arena *arena, const pb_source *source, pb_messages *messages)
{
    const size_t bad = pb_utf8_length(source->text, source->size);
    *csv = (pb_csv){.arena = arena, .source = source, .messages = messages, .line = 1, .column = 1};
    if (bad < source->size) {
        pb_message(messages, PB_SEVERITY_ERROR, pb_source_place(source, bad), "",
                   "not valid UTF-8 (save it as UTF-8)");
    }
    return bad == source->size;
}

static char look(const pb_csv *csv)
{
    return csv->at < csv->source->size ? csv->source->text[csv->at] : '\0';
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* One character or line break on; lines are those that messages count. */
static void step(pb_csv *csv)
{
    const char *text = csv->source->text;
    const size_t broken = pb_line_break_at(text + csv->at, csv->source->size - csv->at);
    csv->at += broken > 0 ? broken : 1;
    while (csv->at < csv->source->size && ((unsigned char)text[csv->at] & 0xC0) == 0x80) {
        csv->at++;
    }
    csv->line += broken > 0;
    csv->column = broken > 0 ? 1 : csv->column + 1;
}

static pb_place here(const pb_csv *csv)
{
    return (pb_place){.source = csv->source, .line = csv->line, .column = csv->column, .width = 1};
}

static bool refuse(pb_csv *csv, pb_place place, const char *why)
{
    pb_message(csv->messages, PB_SEVERITY_ERROR, place, "", "%s", why);
    return false;
}

/* Makes a cell of the text from `start` to `end`, where a doubled quote is one if `quoted`. */
static bool take_cell(pb_csv *csv, pb_place place, size_t start, size_t end, bool quoted)
{
    char *text = pb_arena_text(csv->arena, csv->source->text + start, end - start), *to = text;
    if (text == NULL) {
        pb_message_no_memory(csv->messages);
        return false;
    }
    for (const char *from = text; quoted && *from != '\0'; from++) {
        from += from[0] == '"' && from[1] == '"';
        *to++ = *from;
    }
    text[quoted ? (size_t)(to - text) : end - start] = '\0';
    if (csv->line == place.line && csv->column > place.column) {
        place.width = csv->column - place.column;
    }
    csv->cell[csv->n++] = (pb_cell){text, place};
    return true;
}

static bool ends_cell(const pb_csv *csv)
{
    return csv->at == csv->source->size || look(csv) == ',' || is_break(look(csv));
}

static bool read_quoted(pb_csv *csv)
{
    const pb_place place = here(csv);
    size_t end;
    step(csv);
    const size_t start = csv->at;
    for (;; step(csv)) {
        if (csv->at == csv->source->size) {
            return refuse(csv, place, "a quote that is not closed");
        }
        if (look(csv) != '"') {
            continue;
        }
        end = csv->at;
        step(csv);
        if (look(csv) != '"') {
            break;
        }
    }
    return ends_cell(csv) ? take_cell(csv, place, start, end, true)
                          : refuse(csv, here(csv), "text behind the closing quote of a cell");
}

static bool read_plain(pb_csv *csv)
{
    const pb_place place = here(csv);
    const size_t start = csv->at;
    for (; !ends_cell(csv); step(csv)) {
        if (look(csv) == '"') {
            return refuse(csv, here(csv),
                          "a quote inside a cell (quote the whole cell and double its quotes)");
        }
    }
    return take_cell(csv, place, start, csv->at, false);
}

static bool read_cell(pb_csv *csv)
{
    if (csv->n == PB_MAX_CELLS) {
        return refuse(csv, here(csv), "more than 16 cells in a row");
    }
    return look(csv) == '"' ? read_quoted(csv) : read_plain(csv);
}

bool pb_csv_next(pb_csv *csv)
{
    while (is_break(look(csv))) {
        step(csv);
    }
    csv->n = 0;
    if (csv->at == csv->source->size) {
        return false;
    }
    while (read_cell(csv)) {
        if (look(csv) != ',') {
            return true;
        }
        step(csv);
    }
    return false;
}

static bool take_column(pb_csv *csv, const pb_words *names, int cell, int *cell_of)
{
    const pb_cell *head = &csv->cell[cell];
    const int found = pb_word_find(names, head->text);
    char hint[200];
    if (found < 0) {
        pb_message(csv->messages, PB_SEVERITY_ERROR, head->place, "", "unknown column, '%s' (%s)",
                   pb_show(head->text).text, pb_words_hint(names, head->text, hint, sizeof hint));
        return false;
    }
    if (cell_of[found] >= 0) {
        pb_message(csv->messages, PB_SEVERITY_ERROR, head->place, "", "column given twice, '%s'",
                   head->text);
        return false;
    }
    cell_of[found] = cell;
    return true;
}

static bool has_required(const pb_csv *csv, const pb_words *names, uint32_t required,
                         const int *cell_of)
{
    bool all = true;
    for (int i = 0; i < names->n; i++) {
        if ((required >> i & 1) != 0 && cell_of[i] < 0) {
            pb_message(csv->messages, PB_SEVERITY_ERROR, csv->cell[0].place, "",
                       "column is missing, '%s'", pb_word(names, i));
            all = false;
        }
    }
    return all;
}

bool pb_csv_header(pb_csv *csv, const pb_words *names, uint32_t required, int *cell_of)
{
    const size_t n_errors = csv->messages->n[PB_SEVERITY_ERROR];
    bool good = true;
    if (!pb_csv_next(csv)) {
        if (csv->messages->n[PB_SEVERITY_ERROR] == n_errors) {
            const pb_place start = {.source = csv->source, .line = 1, .column = 1, .width = 1};
            pb_message(csv->messages, PB_SEVERITY_ERROR, start, "", "the file is empty");
        }
        return false;
    }
    csv->n_columns = csv->n;
    for (int i = 0; i < names->n; i++) {
        cell_of[i] = -1;
    }
    for (int cell = 0; cell < csv->n; cell++) {
        good = take_column(csv, names, cell, cell_of) && good;
    }
    return good && has_required(csv, names, required, cell_of);
}

bool pb_csv_is_full(const pb_csv *csv)
{
    if (csv->n != csv->n_columns) {
        pb_message(csv->messages, PB_SEVERITY_ERROR, csv->cell[0].place, "",
                   "%d cells where the first row has %d", csv->n, csv->n_columns);
    }
    return csv->n == csv->n_columns;
}
