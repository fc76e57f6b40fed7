/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of counts (--counts) or, if its header names a forecast_year, of past forecasts. */
#include "tests/fuzz/fuzz_load.h"

#include "params/counts_file.h"
#include "params/vintages_file.h"

#include <string.h>

static bool is_record(const uint8_t *data, size_t size)
{
    return size >= 8 && memcmp(data, "forecast", 8) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_source source;
    fuzz_load load;
    fuzz_load_start(&load);
    pb_node *root = load.reader.root;
    if (fuzz_source(data, size, &source) && is_record(data, size)) {
        const pb_node *revenue = pb_node_find(root, "revenue");
        (void)pb_vintages_of(&load.reader, pb_node_find(revenue, "streams"), &source);
    } else if (source.text != NULL) {
        pb_lay_counts(&load.arena, root, &source, &load.messages);
        if (load.messages.n[PB_SEVERITY_ERROR] == 0) {
            (void)fuzz_load_interpret(&load);
        }
    }
    fuzz_load_end(&load);
    return 0;
}
