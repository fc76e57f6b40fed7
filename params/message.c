/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/message.h"

#include "params/text.h"

#include <string.h>

enum { MAX_PRINTED = 20, MAX_LINE = 200, MAX_WIDTH = 60 };

static const struct {
    const char *prefix, *plural;
} WORDING[PB_N_SEVERITIES] = {
    [PB_SEVERITY_ERROR] = {"", "errors"},
    [PB_SEVERITY_WARNING] = {"warning: ", "warnings"},
    [PB_SEVERITY_NOTE] = {"note: ", "notes"},
};

static void print_place(FILE *out, pb_place place)
{
    if (place.source == NULL) {
        return;
    }
    pb_print_escaped(out, place.source->name, strlen(place.source->name));
    if (place.source->has_lines && place.line > 0) {
        fprintf(out, ":%u:%u", place.line, place.column);
    }
    fputs(": ", out);
}

/* As many blanks as stand before `column`, so that the caret is under it: tabs stay tabs. */
static void print_indent(FILE *out, const char *line, size_t size, unsigned column)
{
    unsigned at = 1;
    for (size_t i = 0; i < size && at < column; i++) {
        if (((unsigned char)line[i] & 0xC0) != 0x80) {
            fputc(line[i] == '\t' ? '\t' : ' ', out);
            at++;
        }
    }
}

static void print_line(FILE *out, pb_place place)
{
    size_t size;
    const char *line = pb_source_line(place.source, place.line, &size);
    if (size > MAX_LINE) {
        return;
    }
    const int margin = fprintf(out, "%5u | ", place.line);
    pb_print_escaped(out, line, size);
    fprintf(out, "\n%*s| ", margin - 2, "");
    print_indent(out, line, size, place.column);
    fputc('^', out);
    for (unsigned i = 1; i < place.width && i < MAX_WIDTH; i++) {
        fputc('~', out);
    }
    fputc('\n', out);
}

void pb_message_v(pb_messages *messages, pb_severity severity, pb_place place, const char *path,
                  const char *format, va_list args)
{
    FILE *out = messages->out;
    if (severity == PB_SEVERITY_ERROR && messages->status == PB_OK) {
        messages->status = PB_DATA;
    }
    if (messages->n[severity]++ >= MAX_PRINTED || out == NULL) {
        return;
    }
    print_place(out, place);
    fprintf(out, "%s%s%s", WORDING[severity].prefix, path, path[0] == '\0' ? "" : ": ");
    vfprintf(out, format, args);
    fputc('\n', out);
    if (severity != PB_SEVERITY_NOTE && place.source != NULL && place.source->has_lines
        && place.line > 0) {
        print_line(out, place);
    }
}

void pb_message(pb_messages *messages, pb_severity severity, pb_place place, const char *path,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pb_message_v(messages, severity, place, path, format, args);
    va_end(args);
}

void pb_message_failure(pb_messages *messages, pb_place place, const pb_error *err)
{
    if (messages->status == PB_OK) {
        messages->status = err->status;
    }
    pb_message(messages, PB_SEVERITY_ERROR, place, "", "%s", err->text);
}

void pb_message_no_memory(pb_messages *messages)
{
    const pb_error err = {.status = PB_INTERNAL, .text = "out of memory"};
    pb_message_failure(messages, (pb_place){0}, &err);
}

void pb_messages_finish(pb_messages *messages)
{
    for (int i = 0; i < PB_N_SEVERITIES; i++) {
        if (messages->n[i] > MAX_PRINTED && messages->out != NULL) {
            fprintf(messages->out, "... and %zu more %s\n", messages->n[i] - MAX_PRINTED,
                    WORDING[i].plural);
        }
    }
}
