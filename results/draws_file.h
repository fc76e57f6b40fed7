/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_DRAWS_FILE_H
#define PLANB_RESULTS_DRAWS_FILE_H

#include "results/columns.h"
#include "results/provenance.h"
#include "results/summary.h"

/** What every file of draws is made from. All borrowed. */
typedef struct pb_content {
    const pb_scenario *scenario;
    const pb_provenance *provenance;
    const char *const *input_labels; /**< shape [n_inputs]; stored with PB_KEEP_INPUTS */
    size_t n_inputs;
} pb_content;

/**
 * An HDF5 file with the axes, the labels and the columns of draws [first, first + n_draws), while
 * it is being filled: a result, or a part of one. What may go wrong in it is always PB_IO (the
 * message names `shown`), or PB_INTERNAL for a caller's mistake.
 */
typedef struct pb_draws_file {
    char path[4096], shown[4096]; /**< where it is made; what the user calls it */
    hid_t file;
    pb_columns columns;
    int64_t first, n_draws; /**< to be kept; n_draws 0 with PB_KEEP_NONE */
    int64_t written;
    bool failed; /**< a file that has failed once is never published */
} pb_draws_file;

/** Nothing is open: pb_draws_file_close is legal from here on. */
void pb_draws_file_init(pb_draws_file *file);

/** Creates the file, which must not exist, with everything but the draws. */
PB_MUST_CHECK pb_status pb_draws_file_create(const char *path, const char *shown,
                                             const pb_content *content, pb_draws_file *file,
                                             pb_error *err);

/** Appends draws; see pb_writer_draws. */
PB_MUST_CHECK pb_status pb_draws_file_append(pb_draws_file *file, int64_t first_draw,
                                             int64_t n_draws,
                                             const void *const column[PB_N_COLUMNS],
                                             const double *inputs, pb_error *err);

/** Appends draws [first_draw, first_draw + n_draws) from other columns, where they begin at
 * `row`. */
PB_MUST_CHECK pb_status pb_draws_file_copy(pb_draws_file *file, const pb_columns *from, int64_t row,
                                           int64_t first_draw, int64_t n_draws, pb_error *err);

/** Stores the packed sums of draws (see statistics_pack.h) for whoever goes on from them. */
PB_MUST_CHECK pb_status pb_draws_file_sums(pb_draws_file *file, const uint8_t *bytes, size_t size,
                                           pb_error *err);

/** Reads them; *bytes is owned by the caller. */
herr_t pb_draws_file_read_sums(hid_t file, uint8_t **bytes, size_t *size);

/**
 * Completes the file with its summary (NULL: none), closes it, opens it again and compares what
 * reads back with what was written.
 */
PB_MUST_CHECK pb_status pb_draws_file_finish(pb_draws_file *file, const pb_summary *summary,
                                             pb_error *err);

void pb_draws_file_close(pb_draws_file *file);

/** How often bytes of one draw will be on disk, and what else the file holds. */
uint64_t pb_draws_file_bytes(const pb_content *content);

/** "none", "draws", ... */
const char *pb_keep_word(pb_keep keep);

/** -1 if there is no such word. */
int pb_keep_of(const char *word);

#endif
