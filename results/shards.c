/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/shards.h"

#include "results/durable.h"
#include "results/statistics_pack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t pb_shards_end(const pb_shards *shards)
{
    const pb_manifest *manifest = &shards->manifest;
    return manifest->n == 0 ? shards->range.first : manifest->shard[manifest->n - 1].end;
}

static void path_of(const pb_shards *shards, const char *name, char *path, size_t size)
{
    (void)snprintf(path, size, "%s/%s", shards->directory, name);
}

void pb_shards_path(const pb_shards *shards, size_t i, char *path, size_t size)
{
    path_of(shards, shards->manifest.shard[i].name, path, size);
}

void pb_shards_close(pb_shards *shards)
{
    pb_manifest_free(&shards->manifest);
}

/* ---- what is there ---- */

static pb_status check_shard(const pb_shards *shards, size_t i, const pb_identity *identity,
                             int64_t block, pb_error *err)
{
    const pb_shard *shard = &shards->manifest.shard[i];
    char path[PB_OUTPUT_PATH_SIZE], hash[PB_HASH_SIZE];
    pb_part part;
    pb_shards_path(shards, i, path, sizeof path);
    if (pb_sha256_file(path, -1, hash) != 0) {
        return pb_fail(err, PB_DATA, "%s cannot be read: %s; --overwrite starts anew", path,
                       strerror(errno));
    }
    if (strcmp(hash, shard->sha256) != 0) {
        return pb_fail(err, PB_DATA,
                       "%s is damaged: it does not have its SHA-256; --overwrite starts anew",
                       path);
    }
    pb_status status = pb_part_open_checked(path, block, &part, err);
    if (status == PB_OK) {
        status = pb_identity_check(&part.identity, shards->directory, identity, err);
    }
    if (status == PB_OK
        && (part.of.first != shard->first || part.of.end != shard->end
            || part.of.sums_first != shards->range.sums_first
            || part.of.shard != shards->range.shard
            || part.of.n_shards != shards->range.n_shards)) {
        status = pb_fail(err, PB_DATA, "%s is a shard of other draws", path);
    }
    pb_part_close(&part);
    return status;
}

static pb_status check_manifest(const pb_shards *shards, uint64_t seed, pb_error *err)
{
    const pb_manifest *manifest = &shards->manifest;
    if (manifest->seed != seed) {
        return pb_fail(err, PB_DATA, "%s is of another run: its seed is %" PRIu64 ", not %" PRIu64,
                       shards->directory, manifest->seed, seed);
    }
    if (manifest->first != shards->range.first) {
        return pb_fail(err, PB_DATA,
                       "%s is of another run: it begins at draw %" PRId64 ", not %" PRId64,
                       shards->directory, manifest->first, shards->range.first);
    }
    if (pb_shards_end(shards) > shards->range.end) {
        return pb_fail(err, PB_DATA,
                       "%s holds draws up to %" PRId64 ", more than the %" PRId64
                       " that are wanted; --overwrite starts anew",
                       shards->directory, pb_shards_end(shards), shards->range.draws);
    }
    return PB_OK;
}

pb_status pb_shards_open(const pb_writer *writer, const pb_identity *identity, uint64_t seed,
                         const pb_part_of *range, int64_t block, pb_shards *shards, pb_error *err)
{
    const pb_output *output = pb_writer_output(writer);
    char path[PB_OUTPUT_PATH_SIZE];
    pb_status status = PB_OK;
    memset(shards, 0, sizeof *shards);
    (void)snprintf(shards->directory, sizeof shards->directory, "%s", output->work);
    shards->range = *range;
    if (pb_output_place(output, "manifest", path) && access(path, F_OK) == 0) {
        status = pb_manifest_read(path, &shards->manifest, err);
        for (size_t i = 0; i < shards->manifest.n && status == PB_OK; i++) {
            status = check_shard(shards, i, identity, block, err);
        }
        return status == PB_OK ? check_manifest(shards, seed, err) : status;
    }
    shards->manifest.seed = seed;
    shards->manifest.first = range->first;
    (void)snprintf(shards->manifest.parameters, sizeof shards->manifest.parameters, "%s",
                   identity->hash);
    return PB_OK;
}

/* ---- putting by ---- */

/* A shard under its temporary name. */
static pb_status write_shard(const pb_writer *writer, const char *path, const char *shown,
                             const pb_part_of *of, const pb_statistics *sums, pb_error *err)
{
    const pb_draws_file *from = pb_writer_file(writer);
    pb_content content = *pb_writer_content(writer);
    pb_provenance provenance = *content.provenance;
    pb_draws_file file;
    uint8_t *bytes = NULL;
    size_t size = 0;
    content.provenance = &provenance;
    provenance.first = of->first;
    provenance.end = of->end;
    pb_status status = pb_draws_file_create(path, shown, &content, &file, err);
    status = status == PB_OK ? pb_part_describe(&file, of, err) : status;
    status = status == PB_OK ? pb_draws_file_copy(&file, &from->columns, of->first - from->first,
                                                  of->first, of->end - of->first, err)
                             : status;
    status = status == PB_OK ? pb_statistics_pack(sums, &bytes, &size, err) : status;
    status = status == PB_OK ? pb_draws_file_sums(&file, bytes, size, err) : status;
    status = status == PB_OK ? pb_draws_file_finish(&file, NULL, err) : status;
    pb_draws_file_close(&file);
    free(bytes);
    return status;
}

/* Gives the shard its name and lists it. What the list names is durable before the list is. */
static pb_status publish(pb_shards *shards, const char *temporary, pb_shard *shard, pb_error *err)
{
    char path[PB_OUTPUT_PATH_SIZE];
    path_of(shards, shard->name, path, sizeof path);
    if (pb_sha256_file(temporary, -1, shard->sha256) != 0
        || pb_publish(temporary, path, shards->directory) != 0) {
        return pb_fail(err, PB_IO, "cannot write %s: %s", path, strerror(errno));
    }
    pb_status status = pb_manifest_add(&shards->manifest, shard, err);
    return status == PB_OK ? pb_manifest_write(&shards->manifest, shards->directory, err) : status;
}

/* Without draws only the last sums count: the shard before gives its place to the new one. */
static void drop_superseded(pb_shards *shards, pb_shard *shard, char *old, size_t size)
{
    old[0] = '\0';
    if (shards->manifest.n > 0) {
        pb_shards_path(shards, 0, old, size);
        shard->first = shards->manifest.shard[0].first;
        shards->manifest.n = 0;
    }
}

static pb_status make_durable(const pb_shards *shards, const pb_writer *writer, pb_error *err)
{
    const pb_output *output = pb_writer_output(writer);
    if (shards->manifest.next == 0 && pb_sync_path(output->directory) != 0) {
        return pb_fail(err, PB_IO, "cannot write the directory %s: %s", output->directory,
                       strerror(errno));
    }
    return PB_OK;
}

pb_status pb_shards_put(pb_shards *shards, const pb_writer *writer, int64_t end,
                        const pb_statistics *sums, pb_error *err)
{
    const bool without_draws = pb_writer_content(writer)->provenance->keep == PB_KEEP_NONE;
    char temporary[PB_OUTPUT_PATH_SIZE], shown[PB_OUTPUT_PATH_SIZE], old[PB_OUTPUT_PATH_SIZE] = "";
    pb_shard shard = {.first = pb_shards_end(shards), .end = end};
    if (shard.first == end) {
        return PB_OK;
    }
    if (without_draws) {
        drop_superseded(shards, &shard, old, sizeof old);
    }
    const pb_part_of of = {.first = shard.first,
                           .end = end,
                           .sums_first = shards->range.sums_first,
                           .draws = shards->range.draws,
                           .shard = shards->range.shard,
                           .n_shards = shards->range.n_shards};
    (void)snprintf(shard.name, sizeof shard.name, "shard-%06" PRId64 ".h5", shards->manifest.next);
    path_of(shards, "shard.tmp", temporary, sizeof temporary);
    path_of(shards, shard.name, shown, sizeof shown);
    (void)unlink(temporary);
    pb_status status = make_durable(shards, writer, err);
    shards->manifest.next++;
    status = status == PB_OK ? write_shard(writer, temporary, shown, &of, sums, err) : status;
    status = status == PB_OK ? publish(shards, temporary, &shard, err) : status;
    if (status == PB_OK && old[0] != '\0') {
        (void)unlink(old);
    }
    return status;
}
