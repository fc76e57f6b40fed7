/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/page_parts.h"

#include "results/digits.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void pb_page_title(FILE *out, const char *title)
{
    fprintf(out, "\n%c%s%c\n", PB_BOLD, title, PB_PLAIN);
}

/* Whether a byte continues a UTF-8 character. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

void pb_page_column(FILE *out, const char *text, int width)
{
    int used = 0;
    for (; *text != '\0' && (used < width - 1 || continues(*text)); text++) {
        used += !continues(*text);
        fputc(*text, out);
    }
    fprintf(out, "%*s", width - used, "");
}

/* Bytes of the longest run of whole words that fits into `width`; at least one word. */
static size_t line_length(const char *text, size_t width)
{
    size_t best = strcspn(text, " ");
    size_t end = best;
    while (text[end] == ' ') {
        end += 1 + strcspn(text + end + 1, " ");
        if (end > width) {
            break;
        }
        best = end;
    }
    return best;
}

void pb_page_wrap(FILE *out, const char *text, int indent)
{
    while (*text != '\0') {
        const size_t length = line_length(text, (size_t)(PB_PAGE_WIDTH - indent));
        fwrite(text, 1, length, out);
        fputc('\n', out);
        text += length + strspn(text + length, " ");
        fprintf(out, "%*s", *text != '\0' ? indent : 0, "");
    }
}

static void digits_of(const pb_entry *entry, char *text, char *error)
{
    pb_digits(entry->value, entry->kind == PB_ENTRY_ESTIMATE ? entry->se : 0.0, text, error);
}

void pb_page_cell(FILE *out, const pb_entry *entry)
{
    char text[PB_DIGITS_SIZE] = "", error[PB_DIGITS_SIZE] = "";
    if (entry != NULL) {
        digits_of(entry, text, error);
    }
    /* the error before may fill its cell: a number that fills its own begins with a blank */
    const char *blank = strlen(text) >= PB_CELL_NUMBER ? " " : "";
    const int used =
        fprintf(out, "%s%*s%s%s", blank, PB_CELL_NUMBER, text, *error != '\0' ? " +- " : "", error);
    fprintf(out, "%*s", used < PB_CELL_WIDTH ? PB_CELL_WIDTH - used : 0, "");
}

void pb_page_head(FILE *out, const char *text)
{
    fprintf(out, "%*s%*s", PB_CELL_NUMBER, text, PB_CELL_WIDTH - PB_CELL_NUMBER, "");
}

void pb_page_number(FILE *out, const pb_entry *entry)
{
    char text[PB_DIGITS_SIZE], error[PB_DIGITS_SIZE];
    digits_of(entry, text, error);
    fprintf(out, "%s%s%s", text, *error != '\0' ? " +- " : "", error);
}

enum { SPREAD_LABEL = 23 };
static const struct {
    const char *head, *key;
} SPREAD[] = {{"5%", "0.05"}, {"median", "0.5"}, {"95%", "0.95"}};
enum { N_SPREAD = sizeof SPREAD / sizeof *SPREAD };

void pb_page_spread_heads(FILE *out, const char *label)
{
    pb_page_column(out, label, SPREAD_LABEL);
    pb_page_head(out, "mean");
    for (size_t q = 0; q < N_SPREAD; q++) {
        pb_page_head(out, SPREAD[q].head);
    }
    fputc('\n', out);
}

void pb_page_spread(const pb_summary *summary, FILE *out, const char *label, const char *prefix)
{
    const pb_entry *mean = pb_summary_find(summary, "%s/mean", prefix);
    if (mean == NULL) {
        mean = pb_summary_find(summary, "%s", prefix);
    }
    if (mean == NULL) {
        return;
    }
    pb_page_column(out, label, SPREAD_LABEL);
    pb_page_cell(out, mean);
    for (size_t q = 0; q < N_SPREAD; q++) {
        pb_page_cell(out, pb_summary_find(summary, "%s/quantiles/%s", prefix, SPREAD[q].key));
    }
    fputc('\n', out);
}

bool pb_page_year(const pb_summary *summary, int y, char *text, size_t size)
{
    const pb_entry *year = pb_summary_find(summary, "fiscal_year/[%d]", y);
    if (year == NULL) {
        return false;
    }
    (void)snprintf(text, size, "%.0f", year->value);
    return true;
}

/* Whether `path` is prefix + "/" + an id without slashes + "/" + suffix; gives the id. */
static bool match_id(const char *path, const char *prefix, const char *suffix, char *id)
{
    const size_t before = strlen(prefix);
    if (strncmp(path, prefix, before) != 0 || path[before] != '/') {
        return false;
    }
    const char *start = path + before + 1;
    const size_t length = strcspn(start, "/");
    if (start[length] != '/' || strcmp(start + length + 1, suffix) != 0
        || length >= PB_ID_COPY_SIZE) {
        return false;
    }
    memcpy(id, start, length);
    id[length] = '\0';
    return true;
}

bool pb_page_next_id(const pb_summary *summary, const char *prefix, const char *suffix, size_t *at,
                     char *id)
{
    while (*at < summary->n) {
        if (match_id(summary->entry[(*at)++].path, prefix, suffix, id)) {
            return true;
        }
    }
    return false;
}

/* Whether a terminal that takes colours reads it: https://no-color.org. */
static bool wants_colour(FILE *out)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    const int file = fileno(out);
    return file >= 0 && isatty(file) && (no_color == NULL || *no_color == '\0')
           && (term == NULL || strcmp(term, "dumb") != 0);
}

/* Prints a line of `length` bytes without the blanks at its end; marks become bold, or nothing. */
static void print_line(const char *text, size_t length, bool colour, FILE *out)
{
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] != PB_BOLD && text[i] != PB_PLAIN) {
            fputc(text[i], out);
        } else if (colour) {
            fputs(text[i] == PB_BOLD ? "\033[1m" : "\033[0m", out);
        }
    }
    fputc('\n', out);
}

void pb_page_show(pb_page_writer *write, const void *what, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *page = open_memstream(&text, &size);
    if (page == NULL) {
        write(what, out);
        return;
    }
    write(what, page);
    if (fclose(page) == 0) {
        const bool colour = wants_colour(out);
        for (const char *line = text; *line != '\0';) {
            const size_t length = strcspn(line, "\n");
            print_line(line, length, colour, out);
            line += length + (line[length] == '\n' ? 1 : 0);
        }
    }
    free(text);
}
