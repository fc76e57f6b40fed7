/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_COLUMNS_H
#define PLANB_RESULTS_COLUMNS_H

#include "results/axes.h"
#include "results/chunked.h"

#include <stdbool.h>

/** The HDF5 type of a column's values. */
hid_t pb_column_type(pb_kind kind);

/** What is stored for each draw: the columns, the draw's number, its random inputs. */
enum { PB_STORED_DRAW = PB_N_COLUMNS, PB_STORED_INPUTS, PB_N_STORED };

/** The datasets over the draws; `set` is invalid and `buffer` NULL where one is not kept. */
typedef struct pb_columns {
    pb_chunked stored[PB_N_STORED];
    int at; /**< the last one worked on, for messages */
} pb_columns;

/** Bytes of one draw as kept, for a prediction of the file's size. */
size_t pb_columns_draw_bytes(const pb_scenario *scenario, pb_keep keep, size_t n_inputs);

/** Nothing kept, nothing open: pb_columns_close is legal from here on. */
void pb_columns_init(pb_columns *columns);

/**
 * Creates the datasets that `keep` asks for and the axes allow; takes over `axes->draw`.
 */
herr_t pb_columns_create(hid_t file, const pb_scenario *scenario, pb_keep keep, size_t n_inputs,
                         pb_axes *axes, pb_columns *columns);

/** Appends draws; see pb_writer_draws. */
herr_t pb_columns_append(pb_columns *columns, int64_t first_draw, int64_t n_draws,
                         const void *const column[PB_N_COLUMNS], const double *inputs);

/** Whether a dataset has `n_draws` rows of `items` values of a type, and how many in a chunk. */
bool pb_columns_shape(hid_t set, hid_t wanted, hsize_t n_draws, size_t items, hsize_t *chunk);

/**
 * Opens the datasets of a finished file for pb_columns_copy, checking their types and shapes:
 * those that `keep` asks for, with `n_draws` draws in each.
 */
herr_t pb_columns_open(hid_t file, const pb_scenario *scenario, pb_keep keep, size_t n_inputs,
                       int64_t n_draws, pb_columns *columns);

/**
 * Appends rows [row, row + n) of `from`, which keeps at least as much, to `to`; they are draws
 * `first_draw` and on.
 */
herr_t pb_columns_copy(const pb_columns *from, int64_t row, int64_t n, int64_t first_draw,
                       pb_columns *to);

/** Writes what is gathered and closes the datasets. */
herr_t pb_columns_finish(pb_columns *columns);

/** Compares what `file`, opened again, holds with what was written. */
herr_t pb_columns_verify(pb_columns *columns, hid_t file);

herr_t pb_columns_close(pb_columns *columns, herr_t result);

/** Name of the dataset `columns->at`. */
const char *pb_columns_name(const pb_columns *columns);

#endif
