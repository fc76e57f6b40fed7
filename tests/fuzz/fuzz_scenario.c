/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file: it is refused, or what is stored of it loads again as the same scenario. */
#include "tests/fuzz/fuzz_load.h"

#include "params/document.h"
#include "params/load.h"

#include <stdlib.h>
#include <string.h>

static bool same(const pb_loaded *a, const pb_loaded *b)
{
    return memcmp(a->scenario, b->scenario, sizeof *a->scenario) == 0
           && strcmp(a->yaml, b->yaml) == 0;
}

/* Loads an accepted text as a user does, and again what was stored of it. */
static void load_twice(const char *text)
{
    pb_loaded loaded, again;
    FUZZ_REQUIRE(pb_load_scenario_text(text, "input", stderr, &loaded) == PB_OK);
    FUZZ_REQUIRE(pb_load_scenario_text(loaded.yaml, "stored", stderr, &again) == PB_OK);
    FUZZ_REQUIRE(same(&loaded, &again));
    pb_loaded_free(&loaded);
    pb_loaded_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_load load;
    pb_source source;
    fuzz_load_start(&load);
    load.reader.root = fuzz_source(data, size, &source)
                           ? pb_document_parse(&load.arena, &source, &load.messages)
                           : NULL;
    if (load.reader.root != NULL && fuzz_load_interpret(&load)) {
        char *text = strndup(source.text, source.size);
        FUZZ_REQUIRE(text != NULL);
        load_twice(text);
        free(text);
    }
    fuzz_load_end(&load);
    return 0;
}
