/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rule as --rule and `rules:` take it. One that is accepted is put into words and compiled; its
 * decision diagram must agree with the rule itself for every set of approving unions. */
#include "tests/fuzz/fuzz_load.h"

#include "models/diagram.h"
#include "params/document.h"
#include "results/rule_text.h"

enum { UNIONS = 3, MEMBERS = 4920 + 945 + 30 };

static const int64_t SIZE[UNIONS] = {4920, 945, 30}; /* of FUZZ_SCENARIO */

/* Where the diagram ends for this set of approving unions. */
static int leaf(const pb_diagram *diagram, uint64_t approving)
{
    int at = diagram->root;
    while (at >= PB_DIAGRAM_LEAVES) {
        const pb_diagram_node *node = &diagram->node[at];
        at = (approving >> node->voter & 1) != 0 ? node->hi : node->lo;
    }
    return at;
}

static bool holds(const pb_rule *rule, uint64_t approving)
{
    pb_tally tally = {.approving = approving, .unions_voting = UNIONS, .members_voting = MEMBERS};
    for (int u = 0; u < UNIONS; u++) {
        const bool yes = (approving >> u & 1) != 0;
        tally.unions_approving += yes;
        tally.members_approving += yes ? SIZE[u] : 0;
    }
    return pb_rule_holds(rule, &tally);
}

static void try_rule(const pb_rule *rule, const pb_coalition *coalition)
{
    char text[256];
    pb_diagram diagram;
    pb_rule_text(rule, coalition, text, sizeof text);
    FUZZ_REQUIRE(pb_rule_implied_unions(rule, coalition) <= UNIONS);
    if (pb_diagram_build(rule, SIZE, UNIONS, (1u << UNIONS) - 1, &diagram) != PB_DIAGRAM_BUILT) {
        return;
    }
    for (uint64_t approving = 0; approving < 1u << UNIONS; approving++) {
        const bool ratified = leaf(&diagram, approving) == PB_DIAGRAM_RATIFIED;
        FUZZ_REQUIRE(ratified == holds(rule, approving));
    }
    pb_diagram_free(&diagram);
}

/* The unions of FUZZ_SCENARIO, read once. */
static const pb_coalition *coalition(void)
{
    static pb_coalition unions;
    if (unions.n_unions == 0) {
        fuzz_load load;
        fuzz_load_start(&load);
        FUZZ_REQUIRE(fuzz_load_interpret(&load));
        unions = load.reader.scenario->coalition;
        fuzz_load_end(&load);
    }
    return &unions;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_source source;
    pb_rule rule;
    fuzz_load load;
    const pb_coalition *unions = coalition();
    fuzz_load_start(&load);
    pb_node *root = fuzz_source(data, size, &source)
                        ? pb_document_parse(&load.arena, &source, &load.messages)
                        : NULL;
    if (root != NULL && pb_read_rule_tree(&load.reader, root, false, &rule)) {
        FUZZ_REQUIRE(rule.n_nodes >= 1 && rule.node[0].next == rule.n_nodes);
        try_rule(&rule, unions);
    }
    fuzz_load_end(&load);
    return 0;
}
