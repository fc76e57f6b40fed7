/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_MANIFEST_H
#define PLANB_RESULTS_MANIFEST_H

#include "models/error.h"

#include <stdint.h>

enum { PB_HASH_SIZE = 65, PB_SHARD_NAME_SIZE = 32 };

/** A file of the work directory with draws [first, end) and the sums of all draws before `end`. */
typedef struct pb_shard {
    char name[PB_SHARD_NAME_SIZE];
    char sha256[PB_HASH_SIZE]; /**< of the file */
    int64_t first, end;
} pb_shard;

/** What the work directory holds, in the order of the draws, without gaps from `first` on. */
typedef struct pb_manifest {
    char parameters[PB_HASH_SIZE]; /**< see pb_identity */
    uint64_t seed;
    int64_t first;   /**< first draw of the shards: 0, or where the file that is extended ends */
    int64_t next;    /**< number of the next shard, so that no name comes twice */
    pb_shard *shard; /**< owned */
    size_t n, capacity;
} pb_manifest;

/**
 * Reads a manifest. Errors: PB_IO, PB_DATA (damaged: its last line is the SHA-256 of the others;
 * or of a newer planb), PB_INTERNAL. `manifest` is owned by the caller, pb_manifest_free.
 */
PB_MUST_CHECK pb_status pb_manifest_read(const char *path, pb_manifest *manifest, pb_error *err);

/** Replaces the manifest in `directory` durably: it is the old one or the new one at any time. */
PB_MUST_CHECK pb_status pb_manifest_write(const pb_manifest *manifest, const char *directory,
                                          pb_error *err);

PB_MUST_CHECK pb_status pb_manifest_add(pb_manifest *manifest, const pb_shard *shard,
                                        pb_error *err);
void pb_manifest_free(pb_manifest *manifest);

#endif
