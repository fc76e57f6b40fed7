/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/columns.h"

#include "results/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOW                                                                               \
    "revenue + labor_savings + plan_b + layoff_savings + rescission + mitigation + lapse " \
    "+ other - appropriations - separation_cost - spending_error"

/* How columns add up, as an attribute of the sum. */
static const struct identity {
    pb_column_id column;
    const char *text;
} IDENTITIES[] = {
    {PB_COLUMN_flow, "flow = " FLOW},
    {PB_COLUMN_balance_by_branch, "balance_by_branch = flow - carry, where flow = " FLOW},
    {PB_COLUMN_balance,
     "balance = balance_by_branch + reserve_use of the branch that happens: deal "
     "where outcome is deal_round_1 or deal_round_2, else no_deal"},
};

hid_t pb_column_type(pb_kind kind)
{
    switch (kind) {
        case PB_U8:
            return H5T_NATIVE_UINT8;
        case PB_I32:
            return H5T_NATIVE_INT32;
        case PB_F32:
            return H5T_NATIVE_FLOAT;
        case PB_F64:
            return H5T_NATIVE_DOUBLE;
    }
    return H5I_INVALID_HID;
}

/* Only what may be missing has such a value: readers turn integers that have one into floats. */
static const void *fill_of(const pb_column *column)
{
    static const float no_f32 = NAN;
    static const double no_f64 = NAN;
    static const int32_t no_date = PB_NO_DATE;
    if (strcmp(column->unit, PB_DAYS) == 0) {
        return &no_date;
    }
    return column->kind == PB_F32   ? (const void *)&no_f32
           : column->kind == PB_F64 ? (const void *)&no_f64
                                    : NULL;
}

static bool is_kept(const pb_column *column, pb_keep keep, const pb_shape *shape)
{
    return column->keep <= keep && pb_column_items(column, shape) > 0;
}

static size_t row_bytes(const pb_column *column, const pb_shape *shape)
{
    return pb_column_items(column, shape) * column->width;
}

size_t pb_columns_draw_bytes(const pb_scenario *scenario, pb_keep keep, size_t n_inputs)
{
    const pb_shape shape = pb_shape_of(scenario);
    size_t bytes = keep == PB_KEEP_NONE ? 0 : sizeof(int64_t);
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        if (is_kept(&PB_COLUMNS[c], keep, &shape)) {
            bytes += row_bytes(&PB_COLUMNS[c], &shape);
        }
    }
    return bytes + (keep == PB_KEEP_INPUTS ? n_inputs * sizeof(double) : 0);
}

static herr_t put_identity(hid_t set, pb_column_id column)
{
    for (size_t i = 0; i < sizeof IDENTITIES / sizeof *IDENTITIES; i++) {
        if (IDENTITIES[i].column == column) {
            return pb_h5_put_text(set, "identity", IDENTITIES[i].text);
        }
    }
    return 0;
}

/* The labels of a column's axes, with a blank between two; false if it has none. */
static bool labels_of(const pb_column *column, char *text, size_t size)
{
    const char *first = pb_axis_label(column->axis[0]), *second = pb_axis_label(column->axis[1]);
    (void)snprintf(text, size, "%s%s%s", first == NULL ? "" : first,
                   first != NULL && second != NULL ? " " : "", second == NULL ? "" : second);
    return text[0] != '\0';
}

static herr_t create_column(hid_t file, const pb_axes *axes, const pb_shape *shape, pb_column_id id,
                            pb_chunked *stored)
{
    const pb_column *column = &PB_COLUMNS[id];
    const size_t bytes = row_bytes(column, shape);
    const hsize_t chunk = pb_chunk_draws(pb_h5_length(axes->draw), bytes);
    char labels[96];
    const pb_h5_about about = {
        .name = column->name,
        .long_name = column->meaning,
        .units = column->unit,
        .flags = column->flags,
        .coordinates = labels_of(column, labels, sizeof labels) ? labels : NULL,
        .fill = fill_of(column),
    };
    hid_t scale[PB_H5_MAX_RANK] = {axes->draw};
    int rank = 1;
    for (int i = 0; i < 2; i++) {
        if (column->axis[i] != PB_AXIS_NONE) {
            scale[rank++] = axes->scale[column->axis[i]];
        }
    }
    hid_t set = pb_h5_create_set(file, &about, pb_column_type(column->kind), rank, scale, chunk);
    herr_t result = pb_chunked_open(stored, set, bytes, chunk);
    return result < 0 ? -1 : put_identity(set, id);
}

static herr_t create_inputs(hid_t file, const pb_axes *axes, size_t n_inputs, pb_chunked *stored)
{
    const size_t bytes = n_inputs * sizeof(double);
    const hsize_t chunk = pb_chunk_draws(pb_h5_length(axes->draw), bytes);
    const double missing = NAN;
    const pb_h5_about about = {.name = "inputs",
                               .long_name = "random inputs, each in its model's own unit",
                               .units = "1",
                               .fill = &missing};
    const hid_t scale[2] = {axes->draw, axes->input};
    return pb_chunked_open(
        stored, pb_h5_create_set(file, &about, H5T_NATIVE_DOUBLE, 2, scale, chunk), bytes, chunk);
}

void pb_columns_init(pb_columns *columns)
{
    *columns = (pb_columns){.at = PB_STORED_DRAW};
    for (int i = 0; i < PB_N_STORED; i++) {
        columns->stored[i].set = H5I_INVALID_HID;
    }
}

herr_t pb_columns_create(hid_t file, const pb_scenario *scenario, pb_keep keep, size_t n_inputs,
                         pb_axes *axes, pb_columns *columns)
{
    const pb_shape shape = pb_shape_of(scenario);
    if (keep == PB_KEEP_NONE) {
        return 0;
    }
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        columns->at = c;
        if (is_kept(&PB_COLUMNS[c], keep, &shape)
            && create_column(file, axes, &shape, (pb_column_id)c, &columns->stored[c]) < 0) {
            return -1;
        }
    }
    columns->at = PB_STORED_INPUTS;
    if (keep == PB_KEEP_INPUTS && n_inputs > 0
        && create_inputs(file, axes, n_inputs, &columns->stored[PB_STORED_INPUTS]) < 0) {
        return -1;
    }
    columns->at = PB_STORED_DRAW;
    const hid_t draw = axes->draw;
    axes->draw = H5I_INVALID_HID;
    return pb_chunked_open(&columns->stored[PB_STORED_DRAW], draw, sizeof(int64_t),
                           pb_chunk_draws(pb_h5_length(draw), sizeof(int64_t)));
}

static herr_t append_draw_numbers(pb_chunked *stored, int64_t first_draw, int64_t n_draws)
{
    int64_t number[256];
    while (n_draws > 0) {
        const int64_t n = n_draws < 256 ? n_draws : 256;
        for (int64_t i = 0; i < n; i++) {
            number[i] = first_draw + i;
        }
        if (pb_chunked_append(stored, number, (hsize_t)n) < 0) {
            return -1;
        }
        first_draw += n;
        n_draws -= n;
    }
    return 0;
}

static bool is_stored(const pb_columns *columns, int i)
{
    return columns->stored[i].buffer != NULL;
}

/* Where the rows of a draw's column begin. */
static const void *rows_at(const void *values, int64_t row, size_t row_bytes)
{
    return (const char *)values + (size_t)row * row_bytes;
}

static herr_t append_step(pb_columns *columns, int64_t first_draw, int64_t row, int64_t n,
                          const void *const column[PB_N_COLUMNS], const double *inputs)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        pb_chunked *stored = &columns->stored[i];
        columns->at = i;
        if (!is_stored(columns, i)) {
            continue;
        }
        const void *values = i == PB_STORED_INPUTS ? inputs
                             : i == PB_STORED_DRAW ? NULL
                                                   : column[i];
        const herr_t result =
            i == PB_STORED_DRAW
                ? append_draw_numbers(stored, first_draw + row, n)
                : pb_chunked_append(stored, rows_at(values, row, stored->row_bytes), (hsize_t)n);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

/* In steps of one size, since the order in which chunks of different columns fill up decides
 * where they lie in the file: that must not depend on how many draws come at once. */
herr_t pb_columns_append(pb_columns *columns, int64_t first_draw, int64_t n_draws,
                         const void *const column[PB_N_COLUMNS], const double *inputs)
{
    enum { STEP = 4096 };
    for (int64_t row = 0; row < n_draws; row += STEP) {
        const int64_t n = n_draws - row < STEP ? n_draws - row : STEP;
        if (append_step(columns, first_draw, row, n, column, inputs) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- from one file to another ---- */

bool pb_columns_shape(hid_t set, hid_t wanted, hsize_t n_draws, size_t items, hsize_t *chunk)
{
    hsize_t extent[PB_H5_MAX_RANK] = {0}, piece[PB_H5_MAX_RANK] = {0};
    const hid_t type = H5Dget_type(set), space = H5Dget_space(set), list = H5Dget_create_plist(set);
    const hid_t native = type < 0 ? type : H5Tget_native_type(type, H5T_DIR_ASCEND);
    const int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    bool fits = native >= 0 && list >= 0 && rank >= 1 && rank <= PB_H5_MAX_RANK
                && H5Tequal(native, wanted) > 0
                && H5Sget_simple_extent_dims(space, extent, NULL) == rank && extent[0] == n_draws
                && H5Pget_layout(list) == H5D_CHUNKED && H5Pget_chunk(list, rank, piece) == rank;
    hsize_t each = 1;
    for (int axis = 1; axis < rank && fits; axis++) {
        each *= extent[axis];
    }
    *chunk = piece[0];
    (void)pb_h5_close(native, 0);
    (void)pb_h5_close(list, 0);
    (void)pb_h5_close(space, 0);
    (void)pb_h5_close(type, 0);
    return fits && each == items;
}

static herr_t open_stored(hid_t file, const char *name, hid_t type, size_t items, size_t row_bytes,
                          int64_t n_draws, pb_chunked *stored)
{
    hsize_t chunk = 0;
    hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
    if (set < 0 || !pb_columns_shape(set, type, (hsize_t)n_draws, items, &chunk)) {
        return pb_h5_close(set, -1);
    }
    return pb_chunked_view(stored, set, row_bytes, chunk, (hsize_t)n_draws);
}

herr_t pb_columns_open(hid_t file, const pb_scenario *scenario, pb_keep keep, size_t n_inputs,
                       int64_t n_draws, pb_columns *columns)
{
    const pb_shape shape = pb_shape_of(scenario);
    pb_columns_init(columns);
    if (keep == PB_KEEP_NONE || n_draws == 0) {
        return 0;
    }
    for (int c = 0; c < PB_N_COLUMNS; c++) {
        const pb_column *column = &PB_COLUMNS[c];
        columns->at = c;
        if (is_kept(column, keep, &shape)
            && open_stored(file, column->name, pb_column_type(column->kind),
                           pb_column_items(column, &shape), row_bytes(column, &shape), n_draws,
                           &columns->stored[c])
                   < 0) {
            return -1;
        }
    }
    columns->at = PB_STORED_INPUTS;
    return keep != PB_KEEP_INPUTS || n_inputs == 0
               ? 0
               : open_stored(file, "inputs", H5T_NATIVE_DOUBLE, n_inputs, n_inputs * sizeof(double),
                             n_draws, &columns->stored[PB_STORED_INPUTS]);
}

/* Rows of every column that `to` stores; shape [n][row_bytes], NULL where it does not. */
typedef struct rows {
    char *of[PB_N_STORED];
} rows;

static void free_rows(rows *r)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        free(r->of[i]);
    }
}

static herr_t read_rows(const pb_columns *from, int64_t row, int64_t n, pb_columns *to, rows *r)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        const pb_chunked *stored = &from->stored[i];
        to->at = i;
        if (i == PB_STORED_DRAW || !is_stored(to, i)) {
            continue;
        }
        r->of[i] = malloc((size_t)n * to->stored[i].row_bytes);
        if (r->of[i] == NULL || stored->set < 0 || stored->row_bytes != to->stored[i].row_bytes
            || pb_chunked_read(stored, (hsize_t)row, (hsize_t)n, r->of[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

herr_t pb_columns_copy(const pb_columns *from, int64_t row, int64_t n, int64_t first_draw,
                       pb_columns *to)
{
    enum { PIECE = 65536 }; /* what a run has in memory too */
    herr_t result = 0;
    for (int64_t done = 0; done < n && result >= 0; done += PIECE) {
        const int64_t length = n - done < PIECE ? n - done : PIECE;
        rows r = {0};
        result = read_rows(from, row + done, length, to, &r);
        if (result >= 0) {
            const void *column[PB_N_COLUMNS];
            memcpy(column, r.of, sizeof column);
            result = pb_columns_append(to, first_draw + done, length, column,
                                       (const double *)(const void *)r.of[PB_STORED_INPUTS]);
        }
        free_rows(&r);
    }
    return result;
}

herr_t pb_columns_finish(pb_columns *columns)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        columns->at = i;
        if (is_stored(columns, i) && pb_chunked_flush(&columns->stored[i]) < 0) {
            return -1;
        }
    }
    return pb_columns_close(columns, 0);
}

herr_t pb_columns_verify(pb_columns *columns, hid_t file)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        columns->at = i;
        if (columns->stored[i].written > 0) {
            hid_t set = H5Dopen2(file, pb_columns_name(columns), H5P_DEFAULT);
            herr_t result = set < 0 ? -1 : pb_chunked_verify(&columns->stored[i], set);
            if (pb_h5_close(set, result) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

herr_t pb_columns_close(pb_columns *columns, herr_t result)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        result = pb_chunked_close(&columns->stored[i], result);
    }
    return result;
}

const char *pb_columns_name(const pb_columns *columns)
{
    switch (columns->at) {
        case PB_STORED_DRAW:
            return "draw";
        case PB_STORED_INPUTS:
            return "inputs";
        default:
            return PB_COLUMNS[columns->at].name;
    }
}
