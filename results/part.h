/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_PART_H
#define PLANB_RESULTS_PART_H

#include "results/draws_file.h"
#include "results/identity.h"
#include "results/statistics.h"

/** Which part of a run a file is. */
typedef struct pb_part_of {
    int64_t first, end;  /**< its draws */
    int64_t sums_first;  /**< its sums are those of draws [sums_first, end) */
    int64_t draws;       /**< of the whole run */
    int shard, n_shards; /**< of --shard K/N; 0 of a checkpoint or a whole result */
} pb_part_of;

/**
 * A file that planb can go on from: a shard of a work directory, what `run --shard` made, or a
 * finished result, whose sums reach to the last whole block. For files that one trusts.
 */
typedef struct pb_part {
    char path[4096];
    hid_t file;
    pb_part_of of;
    bool is_result; /**< finished, with a summary */
    pb_keep keep;
    pb_identity identity; /**< owned */
    char *yaml, *command; /**< owned */
    pb_columns columns;   /**< open after pb_part_columns */
} pb_part;

/** Writes what pb_part_open reads, beside what pb_draws_file_create has written. */
PB_MUST_CHECK pb_status pb_part_describe(const pb_draws_file *file, const pb_part_of *of,
                                         pb_error *err);

/**
 * Opens a part; `block` is the size of a block of draws, [1]. Closed by pb_part_close, also after
 * an error.
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA (not a planb file, damaged, made before there were
 * such parts), PB_INTERNAL.
 */
PB_MUST_CHECK pb_status pb_part_open(const char *path, int64_t block, pb_part *part, pb_error *err);
/** The same of a file whose SHA-256 has been checked already. */
PB_MUST_CHECK pb_status pb_part_open_checked(const char *path, int64_t block, pb_part *part,
                                             pb_error *err);
void pb_part_close(pb_part *part);

/** Opens its columns. Errors: PB_DATA. */
PB_MUST_CHECK pb_status pb_part_columns(pb_part *part, const pb_scenario *scenario, size_t n_inputs,
                                        pb_error *err);

/** Adds its sums to `statistics`. Errors: PB_DATA, PB_INTERNAL. */
PB_MUST_CHECK pb_status pb_part_add_sums(const pb_part *part, pb_statistics *statistics,
                                         pb_error *err);

#endif
