/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/draws.h"

#include "results/columns.h"
#include "results/opened.h"
#include "results/shape.h"

#include <stdlib.h>
#include <string.h>

/* Draws read at once, as many as the longest chunk of a file has: each chunk is read once. */
enum { SPAN = 65536 };

struct pb_draws {
    char path[4096];
    hid_t file;
    pb_shape shape;
    int64_t n;
    hid_t set[PB_N_COLUMNS];  /**< H5I_INVALID_HID where the file has not the column */
    char *span[PB_N_COLUMNS]; /**< its draws from `first` on, owned; NULL: not read yet */
    int64_t first;            /**< of the span; -1: none is read yet */
};

static size_t row_bytes(const pb_draws *draws, size_t c)
{
    return pb_column_items(&PB_COLUMNS[c], &draws->shape) * PB_COLUMNS[c].width;
}

/* Whether the dataset has the type and the axes of its column. */
static bool has_shape(const pb_draws *draws, size_t c)
{
    const pb_column *column = &PB_COLUMNS[c];
    const hid_t type = H5Dget_type(draws->set[c]), space = H5Dget_space(draws->set[c]);
    hsize_t extent[PB_H5_MAX_RANK] = {0}, wanted[PB_H5_MAX_RANK] = {(hsize_t)draws->n};
    int rank = 1;
    for (int i = 0; i < 2; i++) {
        if (column->axis[i] != PB_AXIS_NONE) {
            wanted[rank++] = draws->shape.extent[column->axis[i]];
        }
    }
    const bool fits = type >= 0 && space >= 0 && H5Tequal(type, pb_column_type(column->kind)) > 0
                      && H5Sget_simple_extent_ndims(space) == rank
                      && H5Sget_simple_extent_dims(space, extent, NULL) == rank
                      && memcmp(extent, wanted, (size_t)rank * sizeof *extent) == 0;
    (void)pb_h5_close(type, 0);
    (void)pb_h5_close(space, 0);
    return fits;
}

static pb_status open_columns(pb_draws *draws, pb_error *err)
{
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        const char *name = PB_COLUMNS[c].name;
        if (PB_COLUMNS[c].keep == PB_KEEP_NEVER || row_bytes(draws, c) == 0
            || H5Lexists(draws->file, name, H5P_DEFAULT) <= 0) {
            continue;
        }
        draws->set[c] = pb_h5_open_set(draws->file, name);
        if (draws->set[c] < 0 || !has_shape(draws, c)) {
            return pb_fail(err, PB_DATA, "%s is damaged: %s cannot be read", draws->path, name);
        }
    }
    return PB_OK;
}

pb_status pb_draws_open(const char *path, const pb_scenario *scenario, pb_draws **draws,
                        pb_error *err)
{
    pb_draws *d = calloc(1, sizeof *d);
    *draws = d;
    if (d == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the draws");
    }
    snprintf(d->path, sizeof d->path, "%s", path);
    d->shape = pb_shape_of(scenario);
    d->first = -1;
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        d->set[c] = H5I_INVALID_HID;
    }
    pb_status status = pb_open_result(path, &d->file, err);
    if (status == PB_OK && H5Lexists(d->file, "draw", H5P_DEFAULT) > 0) {
        const hid_t axis = pb_h5_open_set(d->file, "draw");
        d->n = axis < 0 ? 0 : (int64_t)pb_h5_length(axis);
        (void)pb_h5_close(axis, 0);
        status = open_columns(d, err);
    }
    if (status != PB_OK) {
        pb_draws_close(d);
        *draws = NULL;
    }
    return status;
}

void pb_draws_close(pb_draws *draws)
{
    if (draws == NULL) {
        return;
    }
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        (void)pb_h5_close(draws->set[c], 0);
        free(draws->span[c]);
    }
    (void)pb_h5_close(draws->file, 0);
    free(draws);
}

int64_t pb_draws_count(const pb_draws *draws)
{
    return draws->n;
}

bool pb_draws_have(const pb_draws *draws, pb_column_id column)
{
    return draws->set[column] >= 0;
}

size_t pb_draws_items(const pb_draws *draws, pb_column_id column)
{
    return pb_column_items(&PB_COLUMNS[column], &draws->shape);
}

pb_status pb_draws_needed(const pb_draws *draws, const char *purpose, pb_error *err)
{
    char *command = NULL;
    if (draws->n > 0) {
        return PB_OK;
    }
    (void)pb_h5_get_text(draws->file, "command", &command);
    const pb_status status =
        pb_fail(err, PB_DATA,
                "%s has no draws, which %s needs: run the scenario again with --keep draws "
                "instead of --keep none (the file was made by: %s)",
                draws->path, purpose, command == NULL ? "an unknown command" : command);
    free(command);
    return status;
}

static herr_t read_slab(hid_t set, pb_kind kind, int64_t first, int64_t n, void *values)
{
    hsize_t start[PB_H5_MAX_RANK] = {(hsize_t)first}, count[PB_H5_MAX_RANK];
    const hid_t space = H5Dget_space(set);
    const int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, count, NULL);
    hid_t memory = H5I_INVALID_HID;
    herr_t result = -1;
    count[0] = (hsize_t)n;
    if (rank >= 1) {
        memory = H5Screate_simple(rank, count, NULL);
    }
    if (memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0) {
        result = H5Dread(set, pb_column_type(kind), memory, space, H5P_DEFAULT, values);
    }
    result = pb_h5_close(memory, result);
    return pb_h5_close(space, result);
}

pb_status pb_draws_read(const pb_draws *draws, pb_column_id column, int64_t first, int64_t n,
                        void *values, pb_error *err)
{
    if (first < 0 || n < 1 || first + n > draws->n
        || read_slab(draws->set[column], PB_COLUMNS[column].kind, first, n, values) < 0) {
        return pb_fail(err, PB_DATA, "%s is damaged: draws %lld to %lld of %s cannot be read",
                       draws->path, (long long)first, (long long)(first + n - 1),
                       PB_COLUMNS[column].name);
    }
    return PB_OK;
}

/* ---- batches ---- */

static pb_status read_span(pb_draws *draws, int64_t first, pb_error *err)
{
    const int64_t left = draws->n - first, n = left < SPAN ? left : SPAN;
    draws->first = -1;
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        if (!pb_draws_have(draws, (pb_column_id)c)) {
            continue;
        }
        if (draws->span[c] == NULL) {
            draws->span[c] = malloc(SPAN * row_bytes(draws, c));
        }
        if (draws->span[c] == NULL) {
            return pb_fail(err, PB_INTERNAL, "out of memory for the draws");
        }
        const pb_status status =
            pb_draws_read(draws, (pb_column_id)c, first, n, draws->span[c], err);
        if (status != PB_OK) {
            return status;
        }
    }
    draws->first = first;
    return PB_OK;
}

/* [lane][items] to [items][PB_LANES]. */
static void to_lanes(const char *from, size_t items, size_t width, size_t n_lanes, char *to)
{
    for (size_t item = 0; item < items; item++) {
        for (size_t lane = 0; lane < n_lanes; lane++) {
            memcpy(to + (item * PB_LANES + lane) * width, from + (lane * items + item) * width,
                   width);
        }
    }
}

pb_status pb_draws_batch(pb_draws *draws, int64_t first, pb_outcomes *out, size_t *n_lanes,
                         pb_error *err)
{
    const int64_t left = draws->n - first, span = first / SPAN * SPAN;
    *n_lanes = left < PB_LANES ? (size_t)left : PB_LANES;
    if (draws->first != span) {
        const pb_status status = read_span(draws, span, err);
        if (status != PB_OK) {
            return status;
        }
    }
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        if (draws->span[c] != NULL) {
            to_lanes(draws->span[c] + (size_t)(first - span) * row_bytes(draws, c),
                     pb_column_items(&PB_COLUMNS[c], &draws->shape), PB_COLUMNS[c].width, *n_lanes,
                     pb_column_values(out, &PB_COLUMNS[c]));
        }
    }
    return PB_OK;
}
