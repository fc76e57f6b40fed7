/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/summary_set.h"

#include "results/provenance.h"
#include "results/summary_table.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENTRIES = 1 << 20, HASH_SIZE = 65 };

#define X(name, text) " " text
static const char METHOD_WORDS[] = PB_METHODS(X);
static const char KIND_WORDS[] = PB_ENTRY_KINDS(X);
#undef X

/* SHA-256 of one line an entry; floating-point numbers exactly, in hexadecimal. */
static bool hash_entries(const pb_summary *summary, char *hex)
{
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);
    if (out == NULL) {
        return false;
    }
    for (size_t i = 0; i < summary->n; i++) {
        const pb_entry *e = &summary->entry[i];
        fprintf(out, "%s=%d:%d:%a:%a:%" PRId64 ":%s\n", e->path, (int)e->kind, (int)e->method,
                e->value, e->se, e->n, e->text == NULL ? "" : e->text);
    }
    const bool written = ferror(out) == 0;
    if (fclose(out) == 0 && written) {
        pb_sha256_hex(lines, size, hex);
    }
    free(lines);
    return written;
}

/** One dataset of the group. */
typedef struct field {
    pb_h5_about about;
    hid_t type;
    void *values; /**< a member of the table */
} field;

enum { FIELD_PATH, N_FIELDS = 7 };

/* The datasets of a table; the first one is the axis of the others. */
static void fields_of(const pb_summary_table *t, hid_t text, field fields[N_FIELDS])
{
    const field all[N_FIELDS] = {
        [FIELD_PATH] = {{"entry", "place in the summary's JSON object", "1", NULL, NULL, NULL},
                        text,
                        t->path},
        {{"kind", "what the entry is", "1", KIND_WORDS, NULL, NULL}, H5T_NATIVE_UINT8, t->kind},
        {{"value", "the estimate or number", "1", NULL, NULL, NULL}, H5T_NATIVE_DOUBLE, t->value},
        {{"standard_error", "Monte Carlo standard error of an estimate", "1", NULL, NULL, NULL},
         H5T_NATIVE_DOUBLE,
         t->se},
        {{"method", "how an estimate was made", "1", METHOD_WORDS, NULL, NULL},
         H5T_NATIVE_UINT8,
         t->method},
        {{"n", "draws an estimate rests on", "1", NULL, NULL, NULL}, H5T_NATIVE_INT64, t->draws},
        {{"text", "the text, or the digits of an integer", "1", NULL, NULL, NULL}, text, t->text},
    };
    memcpy(fields, all, sizeof all);
}

static void fill_table(const pb_summary *summary, pb_summary_table *t)
{
    static char none[] = "";
    for (size_t i = 0; i < t->n; i++) {
        pb_entry *e = &summary->entry[i];
        t->path[i] = e->path;
        t->text[i] = e->text == NULL ? none : e->text;
        t->kind[i] = (uint8_t)e->kind;
        t->method[i] = (uint8_t)e->method;
        t->value[i] = e->value;
        t->se[i] = e->se;
        t->draws[i] = e->n;
    }
}

static herr_t write_fields(hid_t group, const pb_summary_table *t, hid_t text)
{
    field fields[N_FIELDS];
    fields_of(t, text, fields);
    hid_t scale = pb_h5_put_scale(group, &fields[FIELD_PATH].about, text, t->n, t->path);
    herr_t result = scale < 0 ? -1 : 0;
    for (int f = FIELD_PATH + 1; result >= 0 && f < N_FIELDS; f++) {
        result =
            pb_h5_put_set(group, &fields[f].about, fields[f].type, 1, &scale, fields[f].values);
    }
    return pb_h5_close(scale, result);
}

herr_t pb_summary_write(hid_t file, const pb_summary *summary)
{
    herr_t result = -1;
    pb_summary_table t = {0};
    char hash[HASH_SIZE];
    hid_t group = pb_h5_create_group(file, "summary"), text = pb_h5_text_type();
    if (group < 0 || text < 0 || summary->n == 0 || !pb_summary_table_alloc(&t, summary->n)
        || !hash_entries(summary, hash)) {
        goto out;
    }
    fill_table(summary, &t);
    if (pb_h5_put_text(group, "sha256", hash) >= 0) {
        result = write_fields(group, &t, text);
    }
out:
    pb_summary_table_free(&t);
    result = pb_h5_close(text, result);
    return pb_h5_close(group, result);
}

static bool same_type(hid_t set, hid_t type)
{
    hid_t stored = H5Dget_type(set);
    const bool same = stored >= 0 && H5Tget_class(stored) == H5Tget_class(type)
                      && H5Tget_size(stored) == H5Tget_size(type)
                      && H5Tis_variable_str(stored) == H5Tis_variable_str(type);
    (void)pb_h5_close(stored, 0);
    return same;
}

static herr_t read_field(hid_t group, const field *f, size_t n)
{
    hid_t set = pb_h5_open_set(group, f->about.name);
    herr_t result = -1;
    if (set >= 0 && pb_h5_length(set) == n && same_type(set, f->type)) {
        result = H5Dread(set, f->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, f->values);
    }
    return pb_h5_close(set, result);
}

static size_t count_entries(hid_t group)
{
    hid_t set = pb_h5_open_set(group, "entry");
    const hsize_t n = set < 0 ? 0 : pb_h5_length(set);
    (void)pb_h5_close(set, 0);
    return n <= MAX_ENTRIES ? (size_t)n : 0;
}

/* Reads all fields; the texts that HDF5 allocates meanwhile are freed again. */
static herr_t read_entries(hid_t group, size_t n, hid_t text, pb_summary *summary)
{
    pb_summary_table t = {0};
    field fields[N_FIELDS];
    hid_t space = H5Screate_simple(1, (hsize_t[]){n}, NULL);
    herr_t result = space >= 0 && pb_summary_table_alloc(&t, n) ? 0 : -1;
    fields_of(&t, text, fields);
    for (int f = 0; result >= 0 && f < N_FIELDS; f++) {
        result = read_field(group, &fields[f], n);
    }
    if (result >= 0 && !pb_summary_table_take(&t, summary)) {
        result = -1;
    }
    for (int f = 0; f < N_FIELDS; f++) {
        if (fields[f].type == text && fields[f].values != NULL && space >= 0) {
            (void)H5Dvlen_reclaim(text, space, H5P_DEFAULT, fields[f].values);
        }
    }
    pb_summary_table_free(&t);
    return pb_h5_close(space, result);
}

herr_t pb_summary_read(hid_t file, pb_summary *summary)
{
    herr_t result = -1;
    char hash[HASH_SIZE], *stored = NULL;
    memset(summary, 0, sizeof *summary);
    hid_t group = H5Gopen2(file, "summary", H5P_DEFAULT), text = pb_h5_text_type();
    const size_t n = group < 0 ? 0 : count_entries(group);
    if (text >= 0 && n > 0 && read_entries(group, n, text, summary) >= 0
        && hash_entries(summary, hash) && pb_h5_get_text(group, "sha256", &stored) >= 0
        && strcmp(hash, stored) == 0) {
        result = 0;
    }
    free(stored);
    if (result < 0) {
        pb_summary_free(summary);
    }
    (void)pb_h5_close(text, 0);
    (void)pb_h5_close(group, 0);
    return result;
}
