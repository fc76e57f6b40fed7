/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/json.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void pb_json_string(const char *text, FILE *out)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c < 0x20) {
            fprintf(out, "\\u%04x", *c);
        } else {
            fputc(*c, out);
        }
    }
    fputc('"', out);
}

void pb_json_number(double value, FILE *out)
{
    char digits[32];
    if (!isfinite(value)) {
        fputs("null", out);
        return;
    }
    if (value == floor(value) && fabs(value) < 1e15) {
        fprintf(out, "%.0f", value);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) {
            break;
        }
    }
    fputs(digits, out);
}

static void print_estimate(const pb_entry *entry, FILE *out)
{
    fputs("{\"value\": ", out);
    pb_json_number(entry->value, out);
    fputs(", \"se\": ", out);
    pb_json_number(entry->se, out);
    fprintf(out, ", \"method\": \"%s\"}", PB_METHOD_NAMES[entry->method]);
}

static void print_value(const pb_entry *entry, FILE *out)
{
    switch (entry->kind) {
        case PB_ENTRY_ESTIMATE:
            print_estimate(entry, out);
            break;
        case PB_ENTRY_NUMBER:
            pb_json_number(entry->value, out);
            break;
        case PB_ENTRY_TEXT:
            pb_json_string(entry->text, out);
            break;
        case PB_ENTRY_INTEGER:
            fputs(entry->text, out);
            break;
        case PB_ENTRY_EMPTY_LIST:
        case PB_N_ENTRY_KINDS:
            fputs("[]", out);
            break;
    }
}

/* A path cut at its slashes: step d begins at text[at[d]]. */
typedef struct steps {
    int n;
    size_t at[PB_PATH_SIZE];
    char text[PB_PATH_SIZE];
} steps;

static void cut(const char *path, steps *out)
{
    size_t at = 0;
    out->n = 0;
    strcpy(out->text, path); /* an entry's path has the same room */
    for (;;) {
        out->at[out->n++] = at;
        at += strcspn(out->text + at, "/");
        if (out->text[at] == '\0') {
            break;
        }
        out->text[at++] = '\0';
    }
}

static const char *step(const steps *path, int d)
{
    return path->text + path->at[d];
}

/* How many leading steps, the last ones left out, two paths have in common. */
static int common_steps(const steps *a, const steps *b)
{
    int n = 0;
    while (n < a->n - 1 && n < b->n - 1 && strcmp(step(a, n), step(b, n)) == 0) {
        n++;
    }
    return n;
}

static bool in_list(const steps *path, int d)
{
    return *step(path, d) == '[';
}

static void new_line(int depth, FILE *out)
{
    fprintf(out, "\n%*s", 2 * depth, "");
}

/* Ends what is open below `depth`: each step tells whether it stands in a list or an object. */
static void close_down_to(const steps *path, int depth, FILE *out)
{
    for (int d = path->n - 1; d > depth; d--) {
        new_line(d, out);
        fputc(in_list(path, d) ? ']' : '}', out);
    }
}

/* Writes the keys from `depth` on, and opens what they lead into. */
static void open_from(const steps *path, int depth, FILE *out)
{
    for (int d = depth; d < path->n; d++) {
        new_line(d + 1, out);
        if (!in_list(path, d)) {
            pb_json_string(step(path, d), out);
            fputs(": ", out);
        }
        if (d + 1 < path->n) {
            fputc(in_list(path, d + 1) ? '[' : '{', out);
        }
    }
}

void pb_json_summary(const pb_summary *summary, FILE *out)
{
    steps last = {0}, path;
    fputc('{', out);
    for (size_t i = 0; i < summary->n; i++) {
        cut(summary->entry[i].path, &path);
        const int depth = common_steps(&last, &path);
        close_down_to(&last, depth, out);
        fputs(i == 0 ? "" : ",", out);
        open_from(&path, depth, out);
        print_value(&summary->entry[i], out);
        last = path;
    }
    close_down_to(&last, 0, out);
    fputs("\n}\n", out);
}
