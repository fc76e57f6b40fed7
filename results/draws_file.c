/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/draws_file.h"

#include "results/summary_set.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const KEEP_WORDS[] = {
    [PB_KEEP_NONE] = "none",
    [PB_KEEP_DRAWS] = "draws",
    [PB_KEEP_UNITS] = "units",
    [PB_KEEP_INPUTS] = "inputs",
};

const char *pb_keep_word(pb_keep keep)
{
    return KEEP_WORDS[keep];
}

int pb_keep_of(const char *word)
{
    for (int keep = PB_KEEP_NONE; keep <= PB_KEEP_INPUTS; keep++) {
        if (strcmp(word, KEEP_WORDS[keep]) == 0) {
            return keep;
        }
    }
    return -1;
}

void pb_draws_file_init(pb_draws_file *file)
{
    memset(file, 0, sizeof *file);
    file->file = H5I_INVALID_HID;
    pb_columns_init(&file->columns);
}

/* What the system said last, if it said anything. */
static pb_status fail_write(pb_draws_file *file, const char *dataset, pb_error *err)
{
    file->failed = true;
    return pb_fail(err, PB_IO, "cannot write %s (%s): %s", file->shown, dataset,
                   errno != 0 ? strerror(errno) : "HDF5 failed");
}

static herr_t put_texts(hid_t file, const pb_scenario *scenario, const pb_provenance *provenance)
{
    char created[32], source[96], hash[65];
    const char *revision = provenance->git_revision;
    pb_creation_time(created, sizeof created);
    (void)snprintf(source, sizeof source, "planb %s", provenance->planb_version);
    pb_sha256_hex(provenance->scenario_yaml, strlen(provenance->scenario_yaml), hash);
    const struct {
        const char *name, *text;
    } texts[] = {
        {"Conventions", "CF-1.10"},
        {"title", scenario->title[0] != '\0' ? scenario->title : scenario->name},
        {"source", source},
        {"command", provenance->command},
        {"date_created", created},
        {"planb_version", provenance->planb_version},
        {"planb_git_revision", revision != NULL ? revision : "unknown"},
        {"sampling", provenance->sampling},
        {"keep", KEEP_WORDS[provenance->keep]},
        {"fingerprint", provenance->fingerprint},
        {"scenario_name", scenario->name},
        {"scenario_sha256", hash},
        {"scenario_yaml", provenance->scenario_yaml},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].text != NULL && pb_h5_put_text(file, texts[i].name, texts[i].text) < 0) {
            return -1;
        }
    }
    return 0;
}

static herr_t put_attributes(hid_t file, const pb_scenario *scenario,
                             const pb_provenance *provenance)
{
    const int32_t format = PB_RESULT_FORMAT;
    const bool written =
        pb_h5_put_number(file, "planb_format", H5T_NATIVE_INT32, &format) >= 0
        && put_texts(file, scenario, provenance) >= 0
        && pb_h5_put_number(file, "seed", H5T_NATIVE_UINT64, &provenance->seed) >= 0
        && pb_h5_put_number(file, "draws", H5T_NATIVE_INT64, &provenance->draws) >= 0;
    return written ? 0 : -1;
}

/* Says of each round whether its probability is the exact conditional one. */
static herr_t put_methods(hid_t file, const char *methods)
{
    static const char NAME[] = "ratify_probability";
    if (H5Lexists(file, NAME, H5P_DEFAULT) <= 0) {
        return 0;
    }
    const hid_t set = H5Dopen2(file, NAME, H5P_DEFAULT);
    const herr_t put = set < 0 ? -1 : pb_h5_put_text(set, "method", methods);
    return set >= 0 && H5Dclose(set) < 0 ? -1 : put;
}

/* Everything but the draws themselves. */
static herr_t create_content(pb_draws_file *file, const pb_content *content)
{
    const pb_provenance *provenance = content->provenance;
    const pb_keep keep = file->n_draws == 0 ? PB_KEEP_NONE : provenance->keep;
    const size_t kept_inputs = keep == PB_KEEP_INPUTS ? content->n_inputs : 0;
    pb_axes axes;
    const bool written = pb_axes_create(file->file, content->scenario, (hsize_t)file->n_draws,
                                        content->input_labels, kept_inputs, &axes)
                             >= 0
                         && put_attributes(file->file, content->scenario, provenance) >= 0
                         && pb_constants_write(file->file, content->scenario, &axes) >= 0
                         && pb_columns_create(file->file, content->scenario, keep, kept_inputs,
                                              &axes, &file->columns)
                                >= 0
                         && put_methods(file->file, provenance->rule_methods) >= 0;
    return pb_axes_close(&axes, written ? 0 : -1);
}

uint64_t pb_draws_file_bytes(const pb_content *content)
{
    const pb_provenance *provenance = content->provenance;
    const uint64_t draw =
        pb_columns_draw_bytes(content->scenario, provenance->keep, content->n_inputs);
    return (uint64_t)pb_provenance_draws(provenance) * draw + 2 * strlen(provenance->scenario_yaml)
           + (1 << 20);
}

pb_status pb_draws_file_create(const char *path, const char *shown, const pb_content *content,
                               pb_draws_file *file, pb_error *err)
{
    const pb_provenance *provenance = content->provenance;
    pb_draws_file_init(file);
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    (void)snprintf(file->shown, sizeof file->shown, "%s", shown);
    file->first = provenance->first;
    file->n_draws = provenance->keep == PB_KEEP_NONE ? 0 : pb_provenance_draws(provenance);
    errno = 0;
    file->file = pb_h5_create_file(path);
    if (file->file < 0) {
        return fail_write(file, "creating it", err);
    }
    return create_content(file, content) < 0 ? fail_write(file, "axes and labels", err) : PB_OK;
}

/* Draws come in their order, none twice and none left out. */
static pb_status check_order(pb_draws_file *file, int64_t first_draw, int64_t n_draws,
                             pb_error *err)
{
    errno = 0; /* of what is done next */
    if (first_draw == file->first + file->written && n_draws <= file->n_draws - file->written) {
        return PB_OK;
    }
    file->failed = true;
    return pb_fail(err, PB_INTERNAL, "%" PRId64 " draws from %" PRId64 " on are out of order",
                   n_draws, first_draw);
}

static pb_status appended(pb_draws_file *file, herr_t result, int64_t n_draws, pb_error *err)
{
    file->written += n_draws;
    return result < 0 ? fail_write(file, pb_columns_name(&file->columns), err) : PB_OK;
}

pb_status pb_draws_file_append(pb_draws_file *file, int64_t first_draw, int64_t n_draws,
                               const void *const column[PB_N_COLUMNS], const double *inputs,
                               pb_error *err)
{
    if (file->n_draws == 0) {
        return PB_OK;
    }
    const pb_status status = check_order(file, first_draw, n_draws, err);
    return status != PB_OK
               ? status
               : appended(file,
                          pb_columns_append(&file->columns, first_draw, n_draws, column, inputs),
                          n_draws, err);
}

pb_status pb_draws_file_copy(pb_draws_file *file, const pb_columns *from, int64_t row,
                             int64_t first_draw, int64_t n_draws, pb_error *err)
{
    if (file->n_draws == 0) {
        return PB_OK;
    }
    const pb_status status = check_order(file, first_draw, n_draws, err);
    return status != PB_OK
               ? status
               : appended(file, pb_columns_copy(from, row, n_draws, first_draw, &file->columns),
                          n_draws, err);
}

/* ---- the sums ---- */

static const char SUMS_GROUP[] = "resume", SUMS[] = "sums", SUMS_PATH[] = "resume/sums";

pb_status pb_draws_file_sums(pb_draws_file *file, const uint8_t *bytes, size_t size, pb_error *err)
{
    const pb_h5_about about = {
        .name = SUMS, .long_name = "running sums, from which planb goes on", .units = "1"};
    errno = 0;
    const hid_t group = pb_h5_create_group(file->file, SUMS_GROUP);
    const hid_t set = group < 0
                          ? H5I_INVALID_HID
                          : pb_h5_put_scale(group, &about, H5T_NATIVE_UINT8, (hsize_t)size, bytes);
    const herr_t result = pb_h5_close(set, set < 0 ? -1 : 0);
    return pb_h5_close(group, result) < 0 ? fail_write(file, SUMS, err) : PB_OK;
}

herr_t pb_draws_file_read_sums(hid_t file, uint8_t **bytes, size_t *size)
{
    hsize_t chunk = 0, n = 0;
    *bytes = NULL;
    const bool there =
        H5Lexists(file, SUMS_GROUP, H5P_DEFAULT) > 0 && H5Lexists(file, SUMS_PATH, H5P_DEFAULT) > 0;
    const hid_t set = there ? H5Dopen2(file, SUMS_PATH, H5P_DEFAULT) : H5I_INVALID_HID;
    if (set >= 0) {
        n = pb_h5_length(set);
    }
    if (n > 0 && pb_columns_shape(set, H5T_NATIVE_UINT8, n, 1, &chunk)) {
        *bytes = malloc((size_t)n);
    }
    *size = (size_t)n;
    const herr_t result =
        *bytes == NULL ? -1 : H5Dread(set, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, *bytes);
    return pb_h5_close(set, result);
}

/* ---- the end ---- */

static pb_status write_end(pb_draws_file *file, const pb_summary *summary, pb_error *err)
{
    const int32_t complete = 1;
    errno = 0;
    if (file->failed || file->written != file->n_draws) {
        return pb_fail(err, PB_INTERNAL, "%s is not complete", file->shown);
    }
    if (pb_columns_finish(&file->columns) < 0) {
        return fail_write(file, pb_columns_name(&file->columns), err);
    }
    if (summary != NULL && pb_summary_write(file->file, summary) < 0) {
        return fail_write(file, "summary", err);
    }
    if (pb_h5_put_number(file->file, "complete", H5T_NATIVE_INT32, &complete) < 0
        || H5Fflush(file->file, H5F_SCOPE_GLOBAL) < 0) {
        return fail_write(file, "flushing it", err);
    }
    const hid_t closing = file->file;
    file->file = H5I_INVALID_HID;
    return H5Fclose(closing) < 0 ? fail_write(file, "closing it", err) : PB_OK;
}

static const char *find_damage(pb_draws_file *file, hid_t again, bool with_summary)
{
    int64_t complete = 0;
    pb_summary summary = {0};
    uint8_t *sums = NULL;
    size_t size = 0;
    const char *damaged = NULL;
    if (again < 0 || pb_h5_get_integer(again, "complete", &complete) < 0 || complete != 1) {
        damaged = "its end";
    } else if (pb_columns_verify(&file->columns, again) < 0) {
        damaged = pb_columns_name(&file->columns);
    } else if (with_summary && pb_summary_read(again, &summary) < 0) {
        damaged = "summary";
    } else if (H5Lexists(again, SUMS_GROUP, H5P_DEFAULT) > 0
               && pb_draws_file_read_sums(again, &sums, &size) < 0) {
        damaged = SUMS;
    }
    free(sums);
    pb_summary_free(&summary);
    return damaged;
}

/* After a full disk HDF5 may report success all the same: only reading back tells. */
static pb_status verify(pb_draws_file *file, bool with_summary, pb_error *err)
{
    errno = 0;
    const hid_t again = pb_h5_open_file(file->path);
    const char *damaged = find_damage(file, again, with_summary);
    if (pb_h5_close(again, 0) < 0 && damaged == NULL) {
        damaged = "closing it";
    }
    return damaged == NULL
               ? PB_OK
               : pb_fail(err, PB_IO, "%s does not read back as written (%s)", file->shown, damaged);
}

pb_status pb_draws_file_finish(pb_draws_file *file, const pb_summary *summary, pb_error *err)
{
    const pb_status status = write_end(file, summary, err);
    return status == PB_OK ? verify(file, summary != NULL, err) : status;
}

void pb_draws_file_close(pb_draws_file *file)
{
    (void)pb_columns_close(&file->columns, 0);
    (void)pb_h5_close(file->file, 0);
    file->file = H5I_INVALID_HID;
}
