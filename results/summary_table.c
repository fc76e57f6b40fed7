/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/summary_table.h"

#include <stdlib.h>
#include <string.h>

void pb_summary_table_free(pb_summary_table *t)
{
    free(t->path);
    free(t->text);
    free(t->kind);
    free(t->method);
    free(t->value);
    free(t->se);
    free(t->draws);
    memset(t, 0, sizeof *t);
}

bool pb_summary_table_alloc(pb_summary_table *t, size_t n)
{
    *t = (pb_summary_table){
        .n = n,
        .path = calloc(n, sizeof *t->path),
        .text = calloc(n, sizeof *t->text),
        .kind = calloc(n, sizeof *t->kind),
        .method = calloc(n, sizeof *t->method),
        .value = calloc(n, sizeof *t->value),
        .se = calloc(n, sizeof *t->se),
        .draws = calloc(n, sizeof *t->draws),
    };
    return t->path != NULL && t->text != NULL && t->kind != NULL && t->method != NULL
           && t->value != NULL && t->se != NULL && t->draws != NULL;
}

static bool is_digits(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* One row of the table as an entry with its own copy of the text. */
static bool take_entry(const pb_summary_table *t, size_t i, pb_summary *summary)
{
    if (t->path[i] == NULL || t->text[i] == NULL || strlen(t->path[i]) >= PB_PATH_SIZE
        || t->kind[i] >= PB_N_ENTRY_KINDS || t->method[i] >= PB_N_METHODS
        || (t->kind[i] == PB_ENTRY_INTEGER && !is_digits(t->text[i]))) {
        return false;
    }
    pb_entry *e = &summary->entry[summary->n];
    *e = (pb_entry){.kind = (pb_entry_kind)t->kind[i],
                    .method = (pb_method)t->method[i],
                    .value = t->value[i],
                    .se = t->se[i],
                    .n = t->draws[i]};
    strcpy(e->path, t->path[i]);
    if (e->kind == PB_ENTRY_TEXT || e->kind == PB_ENTRY_INTEGER) {
        e->text = strdup(t->text[i]);
        if (e->text == NULL) {
            return false;
        }
    }
    summary->n++;
    return true;
}

bool pb_summary_table_take(const pb_summary_table *t, pb_summary *summary)
{
    summary->entry = calloc(t->n, sizeof *summary->entry);
    summary->capacity = t->n;
    if (summary->entry == NULL) {
        return false;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!take_entry(t, i, summary)) {
            return false;
        }
    }
    return true;
}
