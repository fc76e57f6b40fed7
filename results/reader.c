/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/reader.h"

#include "results/opened.h"
#include "results/provenance.h"
#include "results/summary_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether the file can be opened at all; HDF5 itself does not say why not. */
static pb_status check_readable(const char *path, pb_error *err)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return pb_fail(err, errno == EACCES ? PB_PERMISSION : PB_NO_INPUT, "cannot read %s: %s",
                       path, strerror(errno));
    }
    (void)close(file);
    if (H5Fis_hdf5(path) <= 0) {
        return pb_fail(err, PB_DATA, "%s is not an HDF5 file", path);
    }
    return PB_OK;
}

static pb_status check_format(hid_t file, const char *path, pb_error *err)
{
    int64_t format = 0, complete = 0;
    if (pb_h5_get_integer(file, "planb_format", &format) < 0 || format < 1) {
        return pb_h5_get_integer(file, "planb_sweep_format", &format) >= 0
                   ? pb_fail(err, PB_DATA, "%s is a sweep (planb collect): see results/FORMAT.md",
                             path)
                   : pb_fail(err, PB_DATA, "%s is not a result of planb", path);
    }
    if (format > PB_RESULT_FORMAT) {
        return pb_fail(err, PB_DATA,
                       "%s has format %lld, from a newer planb; this one reads up to format %d",
                       path, (long long)format, PB_RESULT_FORMAT);
    }
    if (pb_h5_get_integer(file, "complete", &complete) < 0 || complete != 1) {
        return pb_fail(err, PB_DATA, "%s is incomplete", path);
    }
    return PB_OK;
}

pb_status pb_open_file(const char *path, hid_t *file, pb_error *err)
{
    pb_h5_init();
    *file = H5I_INVALID_HID;
    pb_status status = check_readable(path, err);
    if (status != PB_OK) {
        return status;
    }
    *file = pb_h5_open_file(path);
    if (*file < 0) {
        return pb_fail(err, PB_DATA, "%s is damaged: HDF5 cannot open it", path);
    }
    status = check_format(*file, path, err);
    if (status != PB_OK) {
        (void)H5Fclose(*file);
        *file = H5I_INVALID_HID;
    }
    return status;
}

/* What `run --shard` and checkpoints make has no summary. */
static pb_status refuse_part(hid_t file, const char *path, pb_error *err)
{
    int64_t shard = 0, shards = 0;
    if (H5Aexists(file, "part_first") <= 0) {
        return PB_OK;
    }
    if (pb_h5_get_integer(file, "shard", &shard) < 0
        || pb_h5_get_integer(file, "shards", &shards) < 0) {
        shard = shards = 0;
    }
    return pb_fail(err, PB_DATA, "%s is part %lld of %lld of a run; planb merge joins the parts",
                   path, (long long)shard, (long long)shards);
}

pb_status pb_open_result(const char *path, hid_t *file, pb_error *err)
{
    pb_status status = pb_open_file(path, file, err);
    if (status == PB_OK) {
        status = refuse_part(*file, path, err);
    }
    if (status != PB_OK && *file >= 0) {
        (void)H5Fclose(*file);
        *file = H5I_INVALID_HID;
    }
    return status;
}

pb_status pb_read_summary(const char *path, pb_summary *summary, pb_error *err)
{
    hid_t file;
    memset(summary, 0, sizeof *summary);
    pb_status status = pb_open_result(path, &file, err);
    if (status == PB_OK && pb_summary_read(file, summary) < 0) {
        status = pb_fail(err, PB_DATA, "%s is damaged: its summary cannot be read", path);
    }
    (void)pb_h5_close(file, 0);
    return status;
}

/* The scenario has its checksum beside it. */
static bool text_is_intact(hid_t file, const char *attribute, const char *text)
{
    char hash[65], *stored = NULL;
    if (strcmp(attribute, "scenario_yaml") != 0) {
        return true;
    }
    pb_sha256_hex(text, strlen(text), hash);
    const bool intact =
        pb_h5_get_text(file, "scenario_sha256", &stored) >= 0 && strcmp(stored, hash) == 0;
    free(stored);
    return intact;
}

pb_status pb_read_attribute(const char *path, const char *attribute, char **text, pb_error *err)
{
    hid_t file;
    *text = NULL;
    pb_status status = pb_open_result(path, &file, err);
    if (status != PB_OK) {
        return status;
    }
    if (pb_h5_get_text(file, attribute, text) < 0) {
        status = pb_fail(err, PB_DATA, "%s has no text \"%s\"", path, attribute);
    } else if (!text_is_intact(file, attribute, *text)) {
        status =
            pb_fail(err, PB_DATA, "%s is damaged: %s does not have its SHA-256", path, attribute);
        free(*text);
        *text = NULL;
    }
    (void)pb_h5_close(file, 0);
    return status;
}
