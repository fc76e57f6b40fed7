/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/load.h"

#include "params/check.h"
#include "params/counts_file.h"
#include "params/document.h"
#include "params/emit.h"
#include "params/facts.h"
#include "params/layers.h"
#include "params/override.h"
#include "params/reader.h"

#include <stdlib.h>
#include <string.h>

static bool failed(const pb_messages *messages)
{
    return messages->n[PB_SEVERITY_ERROR] > 0;
}

static bool allocate(pb_loaded *loaded)
{
    memset(loaded, 0, sizeof *loaded);
    loaded->scenario = calloc(1, sizeof *loaded->scenario);
    return loaded->scenario != NULL;
}

/* From a merged tree to a checked scenario. */
static void interpret(pb_arena *arena, pb_node *root, pb_messages *messages, pb_loaded *loaded)
{
    pb_counts *counts = pb_arena_take(arena, sizeof *counts);
    pb_reader reader = {.arena = arena, .messages = messages, .root = root, .counts = counts};
    if (counts == NULL || !allocate(loaded)) {
        pb_message_no_memory(messages);
        return;
    }
    reader.scenario = loaded->scenario;
    pb_read_scenario(&reader);
    if (!failed(messages)) {
        pb_check_scenario(loaded->scenario, counts, root, messages);
    }
    if (failed(messages)) {
        return;
    }
    loaded->yaml = pb_emit_yaml(root);
    if (loaded->yaml == NULL || !pb_use_facts(loaded, counts, root, messages)) {
        pb_message_no_memory(messages);
    }
    pb_check_parameters(loaded->scenario, root, messages);
}

static pb_status finish(pb_arena *arena, pb_messages *messages, pb_loaded *loaded)
{
    pb_messages_finish(messages);
    pb_arena_free(arena);
    if (failed(messages)) {
        pb_loaded_free(loaded);
    }
    return messages->status;
}

/* The tree of a text in memory; NULL after an error. `source` outlives the tree. */
static pb_node *read_text(pb_arena *arena, pb_source *source, pb_messages *messages)
{
    pb_error err = {0};
    if (pb_source_check(source, &err) != PB_OK) {
        pb_message_failure(messages, (pb_place){.source = source}, &err);
        return NULL;
    }
    return pb_document_parse(arena, source, messages);
}

pb_status pb_load_scenario_with(const pb_load_options *options, FILE *messages_out,
                                pb_loaded *loaded)
{
    pb_arena arena = {0};
    pb_messages messages = {.out = messages_out};
    pb_source source = {.name = options->path, .text = options->text, .has_lines = true};
    memset(loaded, 0, sizeof *loaded);
    if (options->text != NULL) {
        source.size = strlen(options->text);
    }
    pb_node *root = options->text != NULL ? read_text(&arena, &source, &messages)
                                          : pb_layers_read(&arena, options->path, &messages);
    if (root != NULL && options->counts != NULL) {
        pb_lay_counts_file(&arena, root, options->counts, &messages);
    }
    for (size_t i = 0; i < options->n_overrides && root != NULL; i++) {
        pb_override(&arena, root, options->overrides[i], &messages);
    }
    if (root != NULL && !failed(&messages)) {
        interpret(&arena, root, &messages, loaded);
    }
    return finish(&arena, &messages, loaded);
}

pb_status pb_load_scenario(const char *path, const char *const *overrides, size_t n_overrides,
                           FILE *messages, pb_loaded *loaded)
{
    const pb_load_options options = {
        .path = path, .overrides = overrides, .n_overrides = n_overrides};
    return pb_load_scenario_with(&options, messages, loaded);
}

pb_status pb_load_scenario_text(const char *text, const char *name, FILE *messages,
                                pb_loaded *loaded)
{
    const pb_load_options options = {.path = name, .text = text};
    return pb_load_scenario_with(&options, messages, loaded);
}

void pb_loaded_free(pb_loaded *loaded)
{
    free(loaded->scenario);
    free(loaded->yaml);
    free(loaded->ignored);
    memset(loaded, 0, sizeof *loaded);
}
