/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/writer.h"

#include "results/seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct pb_writer {
    pb_output output;
    pb_content content;
    pb_draws_file draws;
};

pb_status pb_writer_create(const char *path, int may_find, const pb_scenario *scenario,
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
    made->content = (pb_content){.scenario = scenario,
                                 .provenance = provenance,
                                 .input_labels = input_labels,
                                 .n_inputs = n_inputs};
    pb_draws_file_init(&made->draws);
    pb_status status = pb_output_open(path, may_find, &made->output, err);
    if (status == PB_OK) {
        status = pb_output_check_space(&made->output, pb_draws_file_bytes(&made->content), err);
    }
    if (status == PB_OK) {
        status = pb_draws_file_create(made->output.temporary, made->output.path, &made->content,
                                      &made->draws, err);
    }
    if (status != PB_OK) {
        pb_writer_abandon(made);
        return status;
    }
    *writer = made;
    return PB_OK;
}

const pb_output *pb_writer_output(const pb_writer *writer)
{
    return &writer->output;
}

const pb_content *pb_writer_content(const pb_writer *writer)
{
    return &writer->content;
}

const pb_draws_file *pb_writer_file(const pb_writer *writer)
{
    return &writer->draws;
}

pb_status pb_writer_draws(pb_writer *writer, int64_t first_draw, int64_t n_draws,
                          const void *const column[PB_N_COLUMNS], const double *inputs,
                          pb_error *err)
{
    return pb_draws_file_append(&writer->draws, first_draw, n_draws, column, inputs, err);
}

pb_status pb_writer_copy(pb_writer *writer, const pb_columns *from, int64_t row, int64_t first_draw,
                         int64_t n_draws, pb_error *err)
{
    return pb_draws_file_copy(&writer->draws, from, row, first_draw, n_draws, err);
}

pb_status pb_writer_sums(pb_writer *writer, const uint8_t *bytes, size_t size, pb_error *err)
{
    return pb_draws_file_sums(&writer->draws, bytes, size, err);
}

pb_status pb_writer_finish(pb_writer *writer, const pb_summary *summary, pb_error *err)
{
    pb_status status = summary == NULL ? PB_OK : pb_summary_check(summary, err);
    status = status == PB_OK ? pb_draws_file_finish(&writer->draws, summary, err) : status;
    if (status == PB_OK && summary == NULL && pb_seal(writer->output.temporary) != 0) {
        status = pb_fail(err, PB_IO, "cannot write %s: %s", writer->output.path, strerror(errno));
    }
    status = status == PB_OK ? pb_output_publish(&writer->output, err) : status;
    pb_writer_abandon(writer);
    return status;
}

void pb_writer_abandon(pb_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    pb_draws_file_close(&writer->draws);
    pb_output_close(&writer->output);
    free(writer);
}
