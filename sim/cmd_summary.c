/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "results/page.h"
#include "results/reader.h"
#include "sim/options.h"

pb_status pb_cmd_summary(int argc, char **argv, pb_error *err)
{
    pb_options options;
    pb_summary summary = {0};
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_SUMMARY, "summary FILE.h5 [OPTIONS]", &options, err);
    if (status != PB_OK || options.help) {
        return status;
    }
    status = pb_read_summary(options.operand, &summary, err);
    if (status == PB_OK && options.json) {
        pb_json_summary(&summary, stdout);
    } else if (status == PB_OK) {
        pb_page(&summary, stdout);
    }
    pb_summary_free(&summary);
    return status;
}
