/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/summary.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const PB_METHOD_NAMES[PB_N_METHODS] = {
#define X(name, text) text,
    PB_METHODS(X)
#undef X
};

/* Room for one more entry, zeroed; NULL when there is none. */
static pb_entry *next_entry(pb_summary *summary)
{
    if (summary->n == summary->capacity) {
        const size_t capacity = summary->capacity == 0 ? 256 : 2 * summary->capacity;
        pb_entry *grown = realloc(summary->entry, capacity * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        summary->entry = grown;
        summary->capacity = capacity;
    }
    return memset(&summary->entry[summary->n], 0, sizeof *summary->entry);
}

/* Appends `entry` under its path, with a copy of `text` unless that is NULL. */
__attribute__((format(printf, 4, 0))) static void
append(pb_summary *summary, pb_entry entry, const char *text, const char *path, va_list args)
{
    pb_entry *place = next_entry(summary);
    const int length = vsnprintf(entry.path, sizeof entry.path, path, args);
    entry.text = text == NULL ? NULL : strdup(text);
    if (place == NULL || length < 0 || length >= PB_PATH_SIZE
        || (text != NULL && entry.text == NULL)) {
        free(entry.text);
        summary->failed = PB_INTERNAL;
        return;
    }
    *place = entry;
    summary->n++;
}

void pb_summary_estimate(pb_summary *summary, double value, double se, pb_method method, int64_t n,
                         const char *path, ...)
{
    va_list args;
    va_start(args, path);
    append(
        summary,
        (pb_entry){.kind = PB_ENTRY_ESTIMATE, .value = value, .se = se, .method = method, .n = n},
        NULL, path, args);
    va_end(args);
}

void pb_summary_number(pb_summary *summary, double value, const char *path, ...)
{
    va_list args;
    va_start(args, path);
    append(summary, (pb_entry){.kind = PB_ENTRY_NUMBER, .value = value}, NULL, path, args);
    va_end(args);
}

void pb_summary_integer(pb_summary *summary, uint64_t value, const char *path, ...)
{
    char digits[24];
    va_list args;
    (void)snprintf(digits, sizeof digits, "%" PRIu64, value);
    va_start(args, path);
    append(summary, (pb_entry){.kind = PB_ENTRY_INTEGER, .value = (double)value}, digits, path,
           args);
    va_end(args);
}

void pb_summary_text(pb_summary *summary, const char *text, const char *path, ...)
{
    va_list args;
    va_start(args, path);
    append(summary, (pb_entry){.kind = PB_ENTRY_TEXT}, text, path, args);
    va_end(args);
}

void pb_summary_empty_list(pb_summary *summary, const char *path, ...)
{
    va_list args;
    va_start(args, path);
    append(summary, (pb_entry){.kind = PB_ENTRY_EMPTY_LIST}, NULL, path, args);
    va_end(args);
}

pb_status pb_summary_check(const pb_summary *summary, pb_error *err)
{
    if (summary->failed != PB_OK) {
        return pb_fail(err, summary->failed,
                       "the summary is incomplete: out of memory, or a path "
                       "that is too long");
    }
    return PB_OK;
}

const pb_entry *pb_summary_find(const pb_summary *summary, const char *path, ...)
{
    char wanted[PB_PATH_SIZE];
    va_list args;
    va_start(args, path);
    const int length = vsnprintf(wanted, sizeof wanted, path, args);
    va_end(args);
    for (size_t i = 0; length < PB_PATH_SIZE && i < summary->n; i++) {
        if (strcmp(summary->entry[i].path, wanted) == 0) {
            return &summary->entry[i];
        }
    }
    return NULL;
}

void pb_summary_free(pb_summary *summary)
{
    for (size_t i = 0; i < summary->n; i++) {
        free(summary->entry[i].text);
    }
    free(summary->entry);
    memset(summary, 0, sizeof *summary);
}
