/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz_load.h"

#include "params/check.h"
#include "params/document.h"
#include "params/load.h"

#include <string.h>

const char FUZZ_SCENARIO[] =
    "scenario: {name: small, as_of: 2011-06-24}\n"
    "dates: {fy_start: 2011-07-01, deadline: 2011-07-01, agreement: 2011-05-27}\n"
    "unions:\n"
    "  - {id: A, units: [{id: A-1, members: 4800}, {id: A-2, members: 120}]}\n"
    "  - {id: B, aggregate: units, units: [{id: B-1, members: 900}, {id: B-2, members: 45}]}\n"
    "  - {id: C, units: [{id: C-1, members: 30}]}\n"
    "rules: {simple: {unions_approving: {at_least: 2}}}\n"
    "rounds: [{id: one, rule: simple}, {id: two, rule: simple}]\n"
    "revenue: {streams: [{id: income, baseline: [9, 8], sd: 0.1},"
    " {id: sales, baseline: [3, 4], sd: 0.1}]}\n"
    "budget: {appropriations: [12, 12], target: [1, 1]}\n"
    "savings: [{id: wage, kind: wage, amount: [1, 2], realised: {mean: 1, sd: 0}}]\n"
    "plan_b: [{id: aid, class: municipal_aid, amount: [1, 1]}]\n"
    "layoffs: {notices: 100}\n";

/* ---- the scenario's tree, made once; each input begins with a copy of its bytes ---- */

enum { TREE_SIZE = 256 * 1024 };

static _Alignas(16) unsigned char tree[TREE_SIZE], pristine[TREE_SIZE];
static size_t used;

static void *take(size_t size)
{
    void *taken = tree + used;
    used += (size + 15) / 16 * 16;
    FUZZ_REQUIRE(used <= TREE_SIZE);
    return taken;
}

static pb_node *copy(const pb_node *from)
{
    pb_node *to = take(sizeof *to);
    *to = *from; /* texts are only read */
    to->capacity = to->n;
    to->item = take(to->n * sizeof *to->item);
    to->key = take(to->n * sizeof *to->key);
    for (unsigned i = 0; i < from->n; i++) {
        to->item[i] = copy(from->item[i]);
        to->key[i] = from->kind == PB_NODE_MAP ? copy(from->key[i]) : NULL;
    }
    return to;
}

/* With its defaults, so that they need not be parsed for each input. */
static void make_tree(void)
{
    static pb_arena arena;
    static pb_source source = {.name = "small.yaml", .has_lines = true};
    static pb_loaded loaded;
    pb_messages messages = {.out = stderr};
    FUZZ_REQUIRE(pb_load_scenario_text(FUZZ_SCENARIO, "small.yaml", stderr, &loaded) == PB_OK);
    source.text = loaded.yaml;
    source.size = strlen(loaded.yaml);
    const pb_node *root = pb_document_parse(&arena, &source, &messages);
    FUZZ_REQUIRE(root != NULL);
    (void)copy(root);
    memcpy(pristine, tree, used);
}

void fuzz_load_start(fuzz_load *load)
{
    static pb_scenario scenario;
    static pb_counts counts;
    memset(load, 0, sizeof *load);
    load->messages.out = fuzz_nowhere();
    if (used == 0) {
        make_tree();
    }
    memcpy(tree, pristine, used);
    load->reader = (pb_reader){.arena = &load->arena,
                               .messages = &load->messages,
                               .root = (pb_node *)tree,
                               .scenario = &scenario,
                               .counts = &counts};
}

bool fuzz_load_interpret(fuzz_load *load)
{
    load->reader.counts->n = 0;
    pb_read_scenario(&load->reader);
    if (load->messages.n[PB_SEVERITY_ERROR] == 0) {
        pb_check_scenario(load->reader.scenario, load->reader.counts, load->reader.root,
                          &load->messages);
    }
    return load->messages.n[PB_SEVERITY_ERROR] == 0;
}

void fuzz_load_end(fuzz_load *load)
{
    pb_messages_finish(&load->messages);
    pb_arena_free(&load->arena);
}

bool fuzz_source(const uint8_t *data, size_t size, pb_source *source)
{
    pb_error err = {0};
    *source =
        (pb_source){.name = "input", .text = (const char *)data, .size = size, .has_lines = true};
    return pb_source_check(source, &err) == PB_OK;
}
