/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/part.h"

#include "results/opened.h"
#include "results/seal.h"
#include "results/statistics_pack.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct number {
    const char *name;
    size_t offset;
    bool is_int;
} NUMBERS[] = {
    {"part_first", offsetof(pb_part_of, first), false},
    {"part_end", offsetof(pb_part_of, end), false},
    {"part_sums_first", offsetof(pb_part_of, sums_first), false},
    {"shard", offsetof(pb_part_of, shard), true},
    {"shards", offsetof(pb_part_of, n_shards), true},
};
enum { N_NUMBERS = sizeof NUMBERS / sizeof *NUMBERS };

pb_status pb_part_describe(const pb_draws_file *file, const pb_part_of *of, pb_error *err)
{
    bool written = true;
    for (size_t i = 0; i < N_NUMBERS && written; i++) {
        const char *value = (const char *)of + NUMBERS[i].offset;
        written = pb_h5_put_number(file->file, NUMBERS[i].name,
                                   NUMBERS[i].is_int ? H5T_NATIVE_INT : H5T_NATIVE_INT64, value)
                  >= 0;
    }
    return written ? PB_OK : pb_fail(err, PB_IO, "cannot write %s (which part it is)", file->shown);
}

static herr_t read_numbers(hid_t file, pb_part_of *of)
{
    for (size_t i = 0; i < N_NUMBERS; i++) {
        char *place = (char *)of + NUMBERS[i].offset;
        int64_t value = 0;
        if (pb_h5_get_integer(file, NUMBERS[i].name, &value) < 0) {
            return -1;
        }
        if (NUMBERS[i].is_int) {
            *(int *)(void *)place = (int)value;
        } else {
            *(int64_t *)(void *)place = value;
        }
    }
    return pb_h5_get_integer(file, "draws", &of->draws);
}

/* A finished result as a part: all its draws, with the sums of its whole blocks. */
static herr_t describe_result(hid_t file, int64_t block, pb_part_of *of)
{
    *of = (pb_part_of){0};
    const herr_t result = pb_h5_get_integer(file, "draws", &of->draws);
    of->end = of->draws - of->draws % block;
    return result;
}

static bool is_sound(const pb_part *part, const char *hash)
{
    const pb_part_of *of = &part->of;
    char own[PB_HASH_SIZE];
    pb_sha256_hex(part->yaml, strlen(part->yaml), own);
    return strcmp(own, hash) == 0 && of->first >= of->sums_first && of->sums_first >= 0
           && of->first <= of->end && of->end <= of->draws;
}

/* The texts; *status: whether there was memory for them. What is wrong with them, or NULL. */
static const char *read_texts(pb_part *part, pb_status *status, pb_error *err)
{
    char *keep = NULL, *fingerprint = NULL, *hash = NULL;
    const char *wrong = NULL;
    if (pb_h5_get_text(part->file, "fingerprint", &fingerprint) < 0) {
        wrong = "of an older planb: there is nothing in it to go on from";
    } else if (pb_h5_get_text(part->file, "scenario_yaml", &part->yaml) < 0
               || pb_h5_get_text(part->file, "command", &part->command) < 0
               || pb_h5_get_text(part->file, "keep", &keep) < 0
               || pb_h5_get_text(part->file, "scenario_sha256", &hash) < 0 || pb_keep_of(keep) < 0
               || !is_sound(part, hash)) {
        wrong = "damaged: what it says of itself cannot be true";
    } else {
        part->keep = (pb_keep)pb_keep_of(keep);
        *status = pb_identity_make(part->yaml, part->keep, fingerprint, &part->identity, err);
    }
    free(keep), free(fingerprint), free(hash);
    return wrong;
}

static void init(const char *path, pb_part *part)
{
    memset(part, 0, sizeof *part);
    (void)snprintf(part->path, sizeof part->path, "%s", path);
    part->file = H5I_INVALID_HID;
    pb_columns_init(&part->columns);
}

pb_status pb_part_open(const char *path, int64_t block, pb_part *part, pb_error *err)
{
    const pb_sealed sealed = pb_seal_check(path);
    init(path, part);
    if (sealed == PB_SEAL_BROKEN) {
        return pb_fail(err, PB_DATA, "%s is damaged: it does not have its SHA-256", path);
    }
    const pb_status status = pb_part_open_checked(path, block, part, err);
    return status == PB_OK && sealed == PB_SEAL_NONE && !part->is_result
               ? pb_fail(err, PB_DATA, "%s is damaged: its end, with its SHA-256, is missing", path)
               : status;
}

pb_status pb_part_open_checked(const char *path, int64_t block, pb_part *part, pb_error *err)
{
    init(path, part);
    pb_status status = pb_open_file(path, &part->file, err);
    if (status != PB_OK) {
        return status;
    }
    part->is_result = H5Lexists(part->file, "summary", H5P_DEFAULT) > 0;
    if ((part->is_result ? describe_result(part->file, block, &part->of)
                         : read_numbers(part->file, &part->of))
        < 0) {
        return pb_fail(err, PB_DATA, "%s is damaged: it does not say which draws it holds", path);
    }
    const char *wrong = read_texts(part, &status, err);
    return wrong != NULL ? pb_fail(err, PB_DATA, "%s is %s", path, wrong) : status;
}

void pb_part_close(pb_part *part)
{
    (void)pb_columns_close(&part->columns, 0);
    (void)pb_h5_close(part->file, 0);
    pb_identity_free(&part->identity);
    free(part->yaml);
    free(part->command);
    init("", part);
}

pb_status pb_part_columns(pb_part *part, const pb_scenario *scenario, size_t n_inputs,
                          pb_error *err)
{
    const int64_t rows = part->is_result ? part->of.draws : part->of.end - part->of.first;
    return pb_columns_open(part->file, scenario, part->keep, n_inputs, rows, &part->columns) < 0
               ? pb_fail(err, PB_DATA, "%s is damaged: %s cannot be read", part->path,
                         pb_columns_name(&part->columns))
               : PB_OK;
}

pb_status pb_part_add_sums(const pb_part *part, pb_statistics *statistics, pb_error *err)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    pb_error why = {0};
    pb_status status = PB_DATA;
    if (pb_draws_file_read_sums(part->file, &bytes, &size) < 0) {
        (void)pb_fail(&why, status, "its sums cannot be read");
    } else {
        status = pb_statistics_unpack(bytes, size, statistics, &why);
    }
    free(bytes);
    return status == PB_OK ? PB_OK
                           : pb_fail(err, status, "%s is damaged: %s", part->path, why.text);
}
