/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "params/reference.h"
#include "sim/options.h"

#include <string.h>

static const struct {
    const char *name;
    void (*print)(FILE *out);
} TOPICS[] = {
    {"fields", pb_reference_fields},
    {"columns", pb_reference_columns},
    {"schema", pb_reference_schema},
};

pb_status pb_cmd_reference(int argc, char **argv, pb_error *err)
{
    pb_options options;
    const pb_status status = pb_options_parse(argc, argv, PB_ASKING_REFERENCE,
                                              "reference fields|columns|schema", &options, err);
    if (status != PB_OK || options.help) {
        return status;
    }
    for (size_t i = 0; i < sizeof TOPICS / sizeof TOPICS[0]; i++) {
        if (strcmp(options.operand, TOPICS[i].name) == 0) {
            TOPICS[i].print(stdout);
            return PB_OK;
        }
    }
    return pb_fail(err, PB_USAGE, "'%.60s' is not one of fields, columns, schema", options.operand);
}
