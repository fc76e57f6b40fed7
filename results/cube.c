/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/cube.h"

#include "results/h5.h"
#include "results/output.h"
#include "results/provenance.h"
#include "results/summary_set.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double MISSING = NAN;

/* ---- the numbers of all points side by side ---- */

typedef struct table {
    size_t n_entries, capacity;
    const char **entry; /**< places in the summaries, each once; borrowed from the points */
    double *value, *se; /**< shape [n_points][n_entries] */
    uint8_t *method;
    const char **command, **sha256; /**< shape [n_points] */
} table;

static void free_table(table *t)
{
    free(t->entry);
    free(t->value);
    free(t->se);
    free(t->method);
    free(t->command);
    free(t->sha256);
}

static bool is_number(const pb_entry *e)
{
    return e->kind == PB_ENTRY_ESTIMATE || e->kind == PB_ENTRY_NUMBER
           || e->kind == PB_ENTRY_INTEGER;
}

/* Where a path stands in the list, n_entries: nowhere. Points mostly have the same entries in the
 * same order, so the search begins at `guess`. */
static size_t find_entry(const table *t, const char *path, size_t guess)
{
    for (size_t i = 0; i < t->n_entries; i++) {
        const size_t at = (guess + i) % t->n_entries;
        if (strcmp(t->entry[at], path) == 0) {
            return at;
        }
    }
    return t->n_entries;
}

static bool append_entry(table *t, const char *path)
{
    if (t->n_entries == t->capacity) {
        const size_t capacity = t->capacity > 0 ? 2 * t->capacity : 512;
        const char **grown = realloc(t->entry, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        t->entry = grown;
        t->capacity = capacity;
    }
    t->entry[t->n_entries++] = path;
    return true;
}

/* Every entry of any point once, in the order in which they are met. */
static bool list_entries(const pb_cube *cube, table *t)
{
    for (size_t p = 0; p < cube->n_points; p++) {
        const pb_summary *summary = &cube->point[p].summary;
        size_t next = 0;
        for (size_t i = 0; i < summary->n; i++) {
            const pb_entry *e = &summary->entry[i];
            if (!is_number(e)) {
                continue;
            }
            const size_t at = find_entry(t, e->path, next);
            if (at == t->n_entries && !append_entry(t, e->path)) {
                return false;
            }
            next = at + 1;
        }
    }
    return true;
}

static void fill_point(const pb_cube_point *point, size_t p, table *t)
{
    double *value = t->value + p * t->n_entries, *se = t->se + p * t->n_entries;
    uint8_t *method = t->method + p * t->n_entries;
    for (size_t i = 0; i < t->n_entries; i++) {
        value[i] = se[i] = MISSING;
    }
    size_t next = 0;
    for (size_t i = 0; i < point->summary.n; i++) {
        const pb_entry *e = &point->summary.entry[i];
        if (is_number(e)) {
            const size_t at = find_entry(t, e->path, next);
            value[at] = e->value;
            se[at] = e->kind == PB_ENTRY_ESTIMATE ? e->se : MISSING;
            method[at] = (uint8_t)(e->kind == PB_ENTRY_ESTIMATE ? e->method : PB_METHOD_EXACT);
            next = at + 1;
        }
    }
    t->command[p] = point->command;
    t->sha256[p] = point->scenario_sha256;
}

static bool make_table(const pb_cube *cube, table *t)
{
    if (!list_entries(cube, t) || t->n_entries == 0) {
        return false;
    }
    const size_t n = cube->n_points * t->n_entries;
    t->value = malloc(n * sizeof *t->value);
    t->se = malloc(n * sizeof *t->se);
    t->method = calloc(n, sizeof *t->method);
    t->command = malloc(cube->n_points * sizeof *t->command);
    t->sha256 = malloc(cube->n_points * sizeof *t->sha256);
    if (t->value == NULL || t->se == NULL || t->method == NULL || t->command == NULL
        || t->sha256 == NULL) {
        return false;
    }
    for (size_t p = 0; p < cube->n_points; p++) {
        fill_point(&cube->point[p], p, t);
    }
    return true;
}

/* ---- the file ---- */

bool pb_cube_axis_is_numeric(const pb_cube_axis *axis)
{
    for (size_t i = 0; i < axis->n; i++) {
        const char *text = axis->text[i];
        char *end;
        if (text[strspn(text, "+-.0123456789eE")] != '\0' || !isfinite(strtod(text, &end))
            || end == text || *end != '\0') {
            return false;
        }
    }
    return true;
}

static hid_t put_axis(hid_t file, const pb_cube_axis *axis, hid_t text)
{
    const pb_h5_about about = {.name = axis->name, .long_name = axis->meaning, .units = "1"};
    if (!pb_cube_axis_is_numeric(axis)) {
        return pb_h5_put_scale(file, &about, text, axis->n, axis->text);
    }
    double *value = malloc(axis->n * sizeof *value);
    hid_t scale = H5I_INVALID_HID;
    for (size_t i = 0; i < axis->n && value != NULL; i++) {
        value[i] = strtod(axis->text[i], NULL);
    }
    if (value != NULL) {
        scale = pb_h5_put_scale(file, &about, H5T_NATIVE_DOUBLE, axis->n, value);
    }
    free(value);
    return scale;
}

static herr_t put_values(hid_t file, const table *t, int n_axes, const hid_t *scale, hid_t text)
{
    const struct {
        pb_h5_about about;
        hid_t type;
        int rank;
        const void *values;
    } sets[] = {
        {{"value", "estimate or number of the summary", "1", NULL, NULL, &MISSING},
         H5T_NATIVE_DOUBLE,
         n_axes + 1,
         t->value},
        {{"standard_error", "Monte Carlo standard error of an estimate", "1", NULL, NULL, &MISSING},
         H5T_NATIVE_DOUBLE,
         n_axes + 1,
         t->se},
        {{"method", "how an estimate was made", "1", PB_METHOD_WORDS, NULL, NULL},
         H5T_NATIVE_UINT8,
         n_axes + 1,
         t->method},
        {{"command", "the command that makes the point again", "1", NULL, NULL, NULL},
         text,
         n_axes,
         t->command},
        {{"scenario_sha256", "SHA-256 of the point's scenario", "1", NULL, NULL, NULL},
         text,
         n_axes,
         t->sha256},
    };
    herr_t result = 0;
    for (size_t i = 0; i < sizeof sets / sizeof *sets && result >= 0; i++) {
        result =
            pb_h5_put_set(file, &sets[i].about, sets[i].type, sets[i].rank, scale, sets[i].values);
    }
    return result;
}

static herr_t put_attributes(hid_t file, const pb_cube *cube)
{
    const int32_t format = PB_RESULT_FORMAT;
    char source[96];
    (void)snprintf(source, sizeof source, "planb %s", cube->planb_version);
    const bool put = pb_h5_put_number(file, "planb_sweep_format", H5T_NATIVE_INT32, &format) >= 0
                     && pb_h5_put_text(file, "Conventions", "CF-1.10") >= 0
                     && pb_h5_put_text(file, "source", source) >= 0
                     && pb_h5_put_text(file, "planb_version", cube->planb_version) >= 0
                     && pb_h5_put_text(file, "planb_git_revision", cube->git_revision) >= 0;
    return put ? 0 : -1;
}

static herr_t put_all(hid_t file, const pb_cube *cube, const table *t)
{
    hid_t scale[PB_CUBE_AXES + 1], text = pb_h5_text_type();
    herr_t result = text < 0 ? -1 : put_attributes(file, cube);
    for (int a = 0; a <= cube->n_axes; a++) {
        const pb_h5_about entry = {"entry", "place in the summary's JSON object", "1", NULL, NULL,
                                   NULL};
        scale[a] = result < 0         ? H5I_INVALID_HID
                   : a < cube->n_axes ? put_axis(file, &cube->axis[a], text)
                                      : pb_h5_put_scale(file, &entry, text, t->n_entries, t->entry);
        result = scale[a] < 0 ? -1 : result;
    }
    if (result >= 0) {
        result = put_values(file, t, cube->n_axes, scale, text);
    }
    for (int a = 0; a <= cube->n_axes; a++) {
        result = pb_h5_close(scale[a], result);
    }
    return pb_h5_close(text, result);
}

/* After a full disk HDF5 may report success all the same: the numbers are read back. */
static herr_t verify(const char *path, const pb_cube *cube, const table *t)
{
    const size_t size = cube->n_points * t->n_entries * sizeof *t->value;
    double *read = malloc(size);
    hid_t file = pb_h5_open_file(path);
    hid_t set = file < 0 ? H5I_INVALID_HID : H5Dopen2(file, "value", H5P_DEFAULT);
    const bool same = read != NULL && set >= 0
                      && H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0
                      && memcmp(read, t->value, size) == 0;
    free(read);
    return pb_h5_close(file, pb_h5_close(set, same ? 0 : -1));
}

static pb_status write_file(pb_output *output, const pb_cube *cube, const table *t, pb_error *err)
{
    const int32_t complete = 1;
    errno = 0;
    hid_t file = pb_h5_create_file(output->temporary);
    const bool written = file >= 0 && put_all(file, cube, t) >= 0
                         && pb_h5_put_number(file, "complete", H5T_NATIVE_INT32, &complete) >= 0
                         && H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    if (pb_h5_close(file, written ? 0 : -1) < 0 || verify(output->temporary, cube, t) < 0) {
        return pb_fail(err, PB_IO, "cannot write %s: %s", output->path,
                       errno != 0 ? strerror(errno) : "HDF5 failed");
    }
    return pb_output_publish(output, err);
}

pb_status pb_cube_write(const char *path, bool overwrite, const pb_cube *cube, pb_error *err)
{
    table t = {0};
    pb_output output;
    pb_h5_init();
    if (!make_table(cube, &t)) {
        free_table(&t);
        return pb_fail(err, PB_INTERNAL, "out of memory for %zu points", cube->n_points);
    }
    pb_status status = pb_output_open(path, overwrite ? PB_OUTPUT_REPLACE : 0, &output, err);
    if (status == PB_OK) {
        status = write_file(&output, cube, &t, err);
        pb_output_close(&output);
    }
    free_table(&t);
    return status;
}
