/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/given.h"
#include "results/json.h"
#include "results/page.h"
#include "results/reader.h"
#include "results/spreadsheet.h"
#include "sim/options.h"
#include "sim/reload.h"

/* The summary of the draws that the options ask for. */
static pb_status given_summary(const pb_options *options, pb_summary *summary, pb_error *err)
{
    pb_condition condition[PB_MAX_CONDITIONS];
    pb_draws *draws = NULL;
    pb_reloaded file;
    pb_status status = pb_reload(options->operand, &file, err);
    for (size_t i = 0; i < options->n_given && status == PB_OK; i++) {
        status = pb_condition_read(file.loaded.scenario, options->given[i], &condition[i], err);
    }
    if (status == PB_OK) {
        status = pb_draws_open(options->operand, file.loaded.scenario, &draws, err);
    }
    if (status == PB_OK) {
        status = pb_given_summary(file.loaded.scenario, draws, &file.whole, condition,
                                  (int)options->n_given, summary, err);
    }
    pb_draws_close(draws);
    pb_reloaded_free(&file);
    return status;
}

static void print(const pb_options *options, const pb_summary *summary)
{
    if (options->json) {
        pb_json_summary(summary, stdout);
    } else if (options->csv) {
        pb_csv_summary(summary, stdout);
    } else {
        pb_page(summary, stdout);
    }
}

pb_status pb_cmd_summary(int argc, char **argv, pb_error *err)
{
    static pb_options options;
    pb_summary summary = {0};
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_SUMMARY, "summary FILE.h5 [OPTIONS]", &options, err);
    if (status != PB_OK || options.help) {
        return status;
    }
    status = options.n_given > 0 ? given_summary(&options, &summary, err)
                                 : pb_read_summary(options.operand, &summary, err);
    if (status == PB_OK) {
        print(&options, &summary);
    }
    pb_summary_free(&summary);
    return status;
}
