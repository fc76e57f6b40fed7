/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/writer.h"

#include "results/columns.h"
#include "results/output.h"
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

struct pb_writer {
    pb_output output;
    hid_t file;
    pb_columns columns;
    int64_t n_draws; /**< to be kept; 0 with PB_KEEP_NONE */
    int64_t written;
    bool failed; /**< a file that has failed once is never published */
};

/* What the system said last, if it said anything. */
static pb_status fail_write(pb_writer *writer, const char *dataset, pb_error *err)
{
    writer->failed = true;
    return pb_fail(err, PB_IO, "cannot write %s (%s): %s", writer->output.path, dataset,
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
        {"scenario_name", scenario->name},
        {"scenario_sha256", hash},
        {"scenario_yaml", provenance->scenario_yaml},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (pb_h5_put_text(file, texts[i].name, texts[i].text) < 0) {
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
static herr_t create_content(pb_writer *writer, const pb_scenario *scenario,
                             const pb_provenance *provenance, const char *const *input_labels,
                             size_t n_inputs)
{
    const size_t kept_inputs = provenance->keep == PB_KEEP_INPUTS ? n_inputs : 0;
    pb_axes axes;
    const bool written = pb_axes_create(writer->file, scenario, (hsize_t)writer->n_draws,
                                        input_labels, kept_inputs, &axes)
                             >= 0
                         && put_attributes(writer->file, scenario, provenance) >= 0
                         && pb_constants_write(writer->file, scenario, &axes) >= 0
                         && pb_columns_create(writer->file, scenario, provenance->keep, kept_inputs,
                                              &axes, &writer->columns)
                                >= 0
                         && put_methods(writer->file, provenance->rule_methods) >= 0;
    return pb_axes_close(&axes, written ? 0 : -1);
}

static uint64_t predicted_bytes(const pb_scenario *scenario, const pb_provenance *provenance,
                                size_t n_inputs)
{
    const uint64_t draw = pb_columns_draw_bytes(scenario, provenance->keep, n_inputs);
    return (uint64_t)provenance->draws * draw + 2 * strlen(provenance->scenario_yaml) + (1 << 20);
}

static pb_status create_file(pb_writer *writer, const pb_scenario *scenario,
                             const pb_provenance *provenance, const char *const *input_labels,
                             size_t n_inputs, pb_error *err)
{
    writer->file = pb_h5_create_file(writer->output.temporary);
    if (writer->file < 0) {
        return fail_write(writer, "creating it", err);
    }
    if (create_content(writer, scenario, provenance, input_labels, n_inputs) < 0) {
        return fail_write(writer, "axes and labels", err);
    }
    return PB_OK;
}

pb_status pb_writer_create(const char *path, bool overwrite, const pb_scenario *scenario,
                           const pb_provenance *provenance, const char *const *input_labels,
                           size_t n_inputs, pb_writer **writer, pb_error *err)
{
    *writer = NULL;
    pb_writer *made = malloc(sizeof *made);
    if (made == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the result file");
    }
    pb_h5_init();
    memset(made, 0, sizeof *made);
    made->file = H5I_INVALID_HID;
    made->n_draws = provenance->keep == PB_KEEP_NONE ? 0 : provenance->draws;
    pb_columns_init(&made->columns);
    errno = 0;
    pb_status status = pb_output_open(path, overwrite, &made->output, err);
    if (status == PB_OK) {
        status = pb_output_check_space(&made->output,
                                       predicted_bytes(scenario, provenance, n_inputs), err);
    }
    if (status == PB_OK) {
        status = create_file(made, scenario, provenance, input_labels, n_inputs, err);
    }
    if (status != PB_OK) {
        pb_writer_abandon(made);
        return status;
    }
    *writer = made;
    return PB_OK;
}

pb_status pb_writer_draws(pb_writer *writer, int64_t first_draw, int64_t n_draws,
                          const void *const column[PB_N_COLUMNS], const double *inputs,
                          pb_error *err)
{
    errno = 0;
    if (writer->n_draws == 0) {
        return PB_OK;
    }
    if (first_draw != writer->written || n_draws > writer->n_draws - writer->written) {
        writer->failed = true;
        return pb_fail(err, PB_INTERNAL, "%" PRId64 " draws from %" PRId64 " on are out of order",
                       n_draws, first_draw);
    }
    if (pb_columns_append(&writer->columns, first_draw, n_draws, column, inputs) < 0) {
        return fail_write(writer, pb_columns_name(&writer->columns), err);
    }
    writer->written += n_draws;
    return PB_OK;
}

static pb_status write_end(pb_writer *writer, const pb_summary *summary, pb_error *err)
{
    const int32_t complete = 1;
    errno = 0;
    if (writer->failed || writer->written != writer->n_draws) {
        return pb_fail(err, PB_INTERNAL, "%s is not complete", writer->output.path);
    }
    if (pb_columns_finish(&writer->columns) < 0) {
        return fail_write(writer, pb_columns_name(&writer->columns), err);
    }
    if (pb_summary_write(writer->file, summary) < 0) {
        return fail_write(writer, "summary", err);
    }
    if (pb_h5_put_number(writer->file, "complete", H5T_NATIVE_INT32, &complete) < 0
        || H5Fflush(writer->file, H5F_SCOPE_GLOBAL) < 0) {
        return fail_write(writer, "flushing it", err);
    }
    const hid_t file = writer->file;
    writer->file = H5I_INVALID_HID;
    return H5Fclose(file) < 0 ? fail_write(writer, "closing it", err) : PB_OK;
}

/* After a full disk HDF5 may report success all the same: only reading back tells. */
static pb_status verify(pb_writer *writer, pb_error *err)
{
    int64_t complete = 0;
    pb_summary summary = {0};
    const char *damaged = NULL;
    errno = 0;
    hid_t file = pb_h5_open_file(writer->output.temporary);
    if (file < 0 || pb_h5_get_integer(file, "complete", &complete) < 0 || complete != 1) {
        damaged = "its end";
    } else if (pb_columns_verify(&writer->columns, file) < 0) {
        damaged = pb_columns_name(&writer->columns);
    } else if (pb_summary_read(file, &summary) < 0) {
        damaged = "summary";
    }
    pb_summary_free(&summary);
    if (pb_h5_close(file, 0) < 0 && damaged == NULL) {
        damaged = "closing it";
    }
    return damaged == NULL ? PB_OK
                           : pb_fail(err, PB_IO, "%s does not read back as written (%s)",
                                     writer->output.path, damaged);
}

pb_status pb_writer_finish(pb_writer *writer, const pb_summary *summary, pb_error *err)
{
    pb_status status = pb_summary_check(summary, err);
    status = status == PB_OK ? write_end(writer, summary, err) : status;
    status = status == PB_OK ? verify(writer, err) : status;
    status = status == PB_OK ? pb_output_publish(&writer->output, err) : status;
    pb_writer_abandon(writer);
    return status;
}

void pb_writer_abandon(pb_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    (void)pb_columns_close(&writer->columns, 0);
    (void)pb_h5_close(writer->file, 0);
    pb_output_close(&writer->output);
    free(writer);
}
