/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_WRITER_H
#define PLANB_RESULTS_WRITER_H

#include "results/draws_file.h"
#include "results/output.h"

/** A result file being written, under a temporary name until it is whole. */
typedef struct pb_writer pb_writer;

/**
 * Creates the file with its axes, labels and empty columns. `may_find` says what may be there
 * already (PB_OUTPUT_...), else it is refused (PB_CANNOT_CREATE). `input_labels` (n_inputs of them)
 * name the random inputs; they are stored only with PB_KEEP_INPUTS. A second writer on the same
 * path is refused at once, and so is what the disk has no room for. All arguments but `path` are
 * borrowed until the end. On success *writer is owned by the caller, who ends it with
 * pb_writer_finish or pb_writer_abandon. Errors: PB_CANNOT_CREATE, PB_PERMISSION, PB_IO.
 */
PB_MUST_CHECK pb_status pb_writer_create(const char *path, int may_find,
                                         const pb_scenario *scenario,
                                         const pb_provenance *provenance,
                                         const char *const *input_labels, size_t n_inputs,
                                         pb_writer **writer, pb_error *err);

/**
 * Writes `n_draws` draws of every kept column, from draw `first_draw` on. column[c] has shape
 * [n_draws][items of PB_COLUMNS[c]] in the column's own type (ignored where not kept);
 * `inputs` has shape [n_draws][n_inputs] or is NULL. To be called in the order of the draws.
 */
PB_MUST_CHECK pb_status pb_writer_draws(pb_writer *writer, int64_t first_draw, int64_t n_draws,
                                        const void *const column[PB_N_COLUMNS],
                                        const double *inputs, pb_error *err);

/** Copies draws [first_draw, first_draw + n_draws) from another file's columns, where they begin
 * at `row`. */
PB_MUST_CHECK pb_status pb_writer_copy(pb_writer *writer, const pb_columns *from, int64_t row,
                                       int64_t first_draw, int64_t n_draws, pb_error *err);

/** Stores packed sums, see pb_draws_file_sums. */
PB_MUST_CHECK pb_status pb_writer_sums(pb_writer *writer, const uint8_t *bytes, size_t size,
                                       pb_error *err);

/** Where it writes, from what, and the draws so far; borrowed. */
const pb_output *pb_writer_output(const pb_writer *writer);
const pb_content *pb_writer_content(const pb_writer *writer);
const pb_draws_file *pb_writer_file(const pb_writer *writer);

/**
 * Writes the summary (NULL: none, of a part of a run), closes the file, opens it again and verifies
 * it, fsyncs it, gives it its final name and fsyncs the directory. The writer is gone afterwards,
 * whatever happened; on failure no file of the final name has been made.
 */
PB_MUST_CHECK pb_status pb_writer_finish(pb_writer *writer, const pb_summary *summary,
                                         pb_error *err);

/** Closes and removes the temporary file. NULL is allowed. */
void pb_writer_abandon(pb_writer *writer);

#endif
