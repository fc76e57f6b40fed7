/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/manifest.h"

#include "results/durable.h"
#include "results/provenance.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MANIFEST_FORMAT = 1, MAX_BYTES = 1 << 28, PATH_ROOM = 4096 };

pb_status pb_manifest_add(pb_manifest *manifest, const pb_shard *shard, pb_error *err)
{
    if (manifest->n == manifest->capacity) {
        const size_t capacity = manifest->capacity == 0 ? 16 : 2 * manifest->capacity;
        pb_shard *grown = realloc(manifest->shard, capacity * sizeof *grown);
        if (grown == NULL) {
            return pb_fail(err, PB_INTERNAL, "out of memory for the list of shards");
        }
        manifest->shard = grown;
        manifest->capacity = capacity;
    }
    manifest->shard[manifest->n++] = *shard;
    return PB_OK;
}

void pb_manifest_free(pb_manifest *manifest)
{
    free(manifest->shard);
    memset(manifest, 0, sizeof *manifest);
}

/* ---- writing ---- */

static char *compose(const pb_manifest *manifest, size_t *size)
{
    char *text = NULL, hash[PB_HASH_SIZE];
    FILE *out = open_memstream(&text, size);
    if (out == NULL) {
        return NULL;
    }
    fprintf(out,
            "planb-manifest %d\nparameters %s\nseed %" PRIu64 "\nfirst %" PRId64 "\nnext %" PRId64
            "\n",
            MANIFEST_FORMAT, manifest->parameters, manifest->seed, manifest->first, manifest->next);
    for (size_t i = 0; i < manifest->n; i++) {
        const pb_shard *shard = &manifest->shard[i];
        fprintf(out, "shard %s %" PRId64 " %" PRId64 " %s\n", shard->name, shard->first, shard->end,
                shard->sha256);
    }
    if (fflush(out) == 0) {
        pb_sha256_hex(text, *size, hash);
        fprintf(out, "sha256 %s\n", hash);
    }
    const bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad) {
        free(text);
        return NULL;
    }
    return text;
}

static int write_file(const char *path, const char *text, size_t size)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        return -1;
    }
    size_t done = 0;
    while (done < size) {
        const ssize_t n = write(file, text + done, size - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    const int cause = errno;
    if (close(file) != 0) {
        return -1;
    }
    errno = cause;
    return done == size ? 0 : -1;
}

pb_status pb_manifest_write(const pb_manifest *manifest, const char *directory, pb_error *err)
{
    char temporary[PATH_ROOM], path[PATH_ROOM];
    size_t size = 0;
    char *text = compose(manifest, &size);
    if (text == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the manifest");
    }
    (void)snprintf(path, sizeof path, "%s/manifest", directory);
    (void)snprintf(temporary, sizeof temporary, "%s/manifest.tmp", directory);
    const bool written =
        write_file(temporary, text, size) == 0 && pb_publish(temporary, path, directory) == 0;
    free(text);
    return written ? PB_OK : pb_fail(err, PB_IO, "cannot write %s: %s", path, strerror(errno));
}

/* ---- reading ---- */

static char *read_file(const char *path, size_t *size, pb_error *err)
{
    FILE *in = fopen(path, "rbe");
    long length = -1;
    if (in != NULL && fseek(in, 0, SEEK_END) == 0) {
        length = ftell(in);
    }
    char *text = length < 0 || length > MAX_BYTES ? NULL : malloc((size_t)length + 1);
    if (text != NULL) {
        rewind(in);
        *size = fread(text, 1, (size_t)length, in);
        text[*size] = '\0';
    }
    if (text == NULL || *size != (size_t)length) {
        (void)pb_fail(err, PB_IO, "cannot read %s: %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    return text;
}

/* Whether the last line is the SHA-256 of what stands before it. */
static bool is_intact(const char *text, size_t size)
{
    char expected[PB_HASH_SIZE + 16], hash[PB_HASH_SIZE];
    const size_t tail = sizeof "sha256 \n" - 1 + PB_HASH_SIZE - 1;
    if (size < tail || strlen(text) != size) {
        return false;
    }
    pb_sha256_hex(text, size - tail, hash);
    (void)snprintf(expected, sizeof expected, "sha256 %s\n", hash);
    return strcmp(text + size - tail, expected) == 0;
}

static bool is_name(const char *name)
{
    return strncmp(name, "shard-", 6) == 0 && strchr(name, '/') == NULL;
}

static bool read_head(const char *text, pb_manifest *manifest, int *used)
{
    int format = 0;
    return sscanf(text,
                  "planb-manifest %d\nparameters %64[0-9a-f]\nseed %" SCNu64 "\nfirst %" SCNd64
                  "\nnext %" SCNd64 "\n%n",
                  &format, manifest->parameters, &manifest->seed, &manifest->first, &manifest->next,
                  used)
               == 5
           && format == MANIFEST_FORMAT;
}

static pb_status read_shards(const char *text, pb_manifest *manifest, bool *good, pb_error *err)
{
    int64_t next = manifest->first;
    pb_status status = PB_OK;
    while (status == PB_OK && *good && strncmp(text, "shard ", 6) == 0) {
        pb_shard shard = {.first = -1};
        int used = 0;
        *good = sscanf(text, "shard %31s %" SCNd64 " %" SCNd64 " %64[0-9a-f]\n%n", shard.name,
                       &shard.first, &shard.end, shard.sha256, &used)
                    == 4
                && is_name(shard.name) && shard.first == next && shard.end > next;
        next = shard.end;
        text += used;
        status = *good ? pb_manifest_add(manifest, &shard, err) : PB_OK;
    }
    *good = *good && strncmp(text, "sha256 ", 7) == 0 && manifest->n > 0;
    return status;
}

pb_status pb_manifest_read(const char *path, pb_manifest *manifest, pb_error *err)
{
    size_t size = 0;
    int used = 0;
    pb_status status = PB_OK;
    memset(manifest, 0, sizeof *manifest);
    char *text = read_file(path, &size, err);
    if (text == NULL) {
        return PB_IO;
    }
    bool good = is_intact(text, size) && read_head(text, manifest, &used);
    if (good) {
        status = read_shards(text + used, manifest, &good, err);
    }
    if (status == PB_OK && !good) {
        status = pb_fail(err, PB_DATA, "%s is damaged or of another version of planb", path);
    }
    free(text);
    if (status != PB_OK) {
        pb_manifest_free(manifest);
    }
    return status;
}
