/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SHARDS_H
#define PLANB_RESULTS_SHARDS_H

#include "results/part.h"
#include "results/writer.h"

/**
 * What a long run has put by in the work directory of its output: files of draws that are closed,
 * read back, made durable, renamed and then never written again, and a manifest that lists them.
 * A run that is killed loses what came after the last of them.
 */
typedef struct pb_shards {
    char directory[PB_OUTPUT_PATH_SIZE];
    pb_manifest manifest;
    pb_part_of range; /**< which draws the run makes; sums_first is where its sums begin */
} pb_shards;

/**
 * Reads what the writer's work directory holds. The shards must be whole (SHA-256) and of the
 * same run as `identity`; without a manifest there are none. `first` is the first draw that the
 * writer still lacks. Ended by pb_shards_close, also after an error.
 * Errors: PB_DATA (which names the shard and what is wrong with it), PB_IO, PB_INTERNAL.
 */
PB_MUST_CHECK pb_status pb_shards_open(const pb_writer *writer, const pb_identity *identity,
                                       uint64_t seed, const pb_part_of *range, int64_t block,
                                       pb_shards *shards, pb_error *err);

/** One past the last draw that has been put by; the first draw if none has. */
int64_t pb_shards_end(const pb_shards *shards);

/** Path of shard `i` < manifest.n. */
void pb_shards_path(const pb_shards *shards, size_t i, char *path, size_t size);

/**
 * Puts by the draws that the writer has got since the last time, up to `end`, with the sums of
 * all before `end`.
 * Errors: PB_IO, PB_CANNOT_CREATE, PB_PERMISSION, PB_INTERNAL.
 */
PB_MUST_CHECK pb_status pb_shards_put(pb_shards *shards, const pb_writer *writer, int64_t end,
                                      const pb_statistics *sums, pb_error *err);

void pb_shards_close(pb_shards *shards);

#endif
