/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/reload.h"

#include "results/reader.h"

#include <stdlib.h>
#include <string.h>

pb_status pb_reload(const char *path, pb_reloaded *file, pb_error *err)
{
    char *yaml = NULL;
    memset(file, 0, sizeof *file);
    pb_status status = pb_read_summary(path, &file->whole, err);
    if (status == PB_OK) {
        status = pb_read_attribute(path, "scenario_yaml", &yaml, err);
    }
    if (status == PB_OK) {
        /* the notes were told when the file was made; only an error is worth saying */
        status = pb_load_scenario_text(yaml, path, NULL, &file->loaded);
        if (status != PB_OK) {
            status = pb_load_scenario_text(yaml, path, stderr, &file->loaded);
        }
    }
    free(yaml);
    const pb_entry *draws = pb_summary_find(&file->whole, "draws");
    if (status == PB_OK && (draws == NULL || draws->value < 1.0)) {
        status = pb_fail(err, PB_DATA, "%s is damaged: its summary has no number of draws", path);
    }
    if (status == PB_OK) {
        file->loaded.scenario->run.draws = (int64_t)draws->value;
    }
    return status;
}

void pb_reloaded_free(pb_reloaded *file)
{
    pb_loaded_free(&file->loaded);
    pb_summary_free(&file->whole);
}
