/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_MADE_UP_RESULT_H
#define PLANB_TESTS_MADE_UP_RESULT_H

#include "results/writer.h"

/**
 * A result that no model has computed: three unions, four units, two streams, one option, two
 * rounds, and draws whose ledger adds up. For tests of the file and of what reads it.
 */
typedef struct made_up_result {
    pb_scenario *scenario;
    pb_provenance provenance;
    pb_summary summary;
    void *column[PB_N_COLUMNS]; /**< of a block of MADE_UP_BLOCK draws */
    double *inputs;
} made_up_result;

enum { MADE_UP_BLOCK = 1000, MADE_UP_INPUTS = 3 };

void made_up_init(made_up_result *made, int64_t draws, pb_keep keep);
void made_up_free(made_up_result *made);

/** Computes draws [first, first + n), n <= MADE_UP_BLOCK, into `column` and `inputs`. */
void made_up_block(made_up_result *made, int64_t first, int64_t n);

/** Creates the file at `path`. */
PB_MUST_CHECK pb_status made_up_create(const made_up_result *made, const char *path, bool overwrite,
                                       pb_writer **writer, pb_error *err);

/** Creates, fills and finishes it. */
PB_MUST_CHECK pb_status made_up_write(made_up_result *made, const char *path, bool overwrite,
                                      pb_error *err);

#endif
