/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_CSV_H
#define PLANB_PARAMS_CSV_H

#include "params/message.h"
#include "params/text.h"

#include <stdint.h>

enum { PB_MAX_CELLS = 16 };

/** A cell, without the quotes it may stand in. */
typedef struct pb_cell {
    const char *text;
    pb_place place;
} pb_cell;

/** A table of comma-separated values (RFC 4180) on its way from top to bottom. */
typedef struct pb_csv {
    pb_arena *arena;
    const pb_source *source;
    pb_messages *messages;
    size_t at;
    unsigned line, column;
    int n_columns; /**< cells of the first row, once pb_csv_header has read it */
    int n;         /**< cells of the row read last */
    pb_cell cell[PB_MAX_CELLS];
} pb_csv;

/** Starts at the top. False after an error: the source is not UTF-8. */
bool pb_csv_open(pb_csv *csv, pb_arena *arena, const pb_source *source, pb_messages *messages);

/** Reads the next row, past empty lines. False at the end and after an error. */
bool pb_csv_next(pb_csv *csv);

/**
 * Reads the first row, which names the columns in any order: cell_of[i] is the cell of
 * `names`' word i, -1 where the table has no such column. Columns whose bits are in `required`
 * must be there. False after an error.
 */
bool pb_csv_header(pb_csv *csv, const pb_words *names, uint32_t required, int *cell_of);

/** Whether the row read last has as many cells as the first; else an error. */
bool pb_csv_is_full(const pb_csv *csv);

#endif
