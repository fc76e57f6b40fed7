/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/csv.h"

#include "params/text.h"

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
