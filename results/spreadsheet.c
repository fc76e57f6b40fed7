/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/spreadsheet.h"

#include "results/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void pb_csv_field(const char *text, FILE *out)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        fputs(*text == '"' ? "\"" : "", out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void pb_csv_number(double value, FILE *out)
{
    if (isfinite(value)) {
        pb_json_number(value, out);
    }
}

static void print_entry(const pb_entry *entry, FILE *out)
{
    pb_csv_field(entry->path, out);
    fputc(',', out);
    switch (entry->kind) {
        case PB_ENTRY_ESTIMATE:
            pb_csv_number(entry->value, out);
            fputc(',', out);
            pb_csv_number(entry->se, out);
            fprintf(out, ",%s,%" PRId64, PB_METHOD_NAMES[entry->method], entry->n);
            break;
        case PB_ENTRY_NUMBER:
            pb_csv_number(entry->value, out);
            fputs(",,,", out);
            break;
        case PB_ENTRY_TEXT:
        case PB_ENTRY_INTEGER:
            pb_csv_field(entry->text, out);
            fputs(",,,", out);
            break;
        case PB_ENTRY_EMPTY_LIST:
        case PB_N_ENTRY_KINDS:
            fputs(",,,", out);
            break;
    }
    fputc('\n', out);
}

void pb_csv_summary(const pb_summary *summary, FILE *out)
{
    fputs("entry,value,se,method,draws\n", out);
    for (size_t i = 0; i < summary->n; i++) {
        print_entry(&summary->entry[i], out);
    }
}
