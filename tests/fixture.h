/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_FIXTURE_H
#define PLANB_TESTS_FIXTURE_H

/** What the models' tests share: a batch with its inputs, small coalitions, rules of one clause. */

#include "models/calendar.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/ratification.h"
#include "models/workings.h"
#include "sim/random.h"
#include "tests/lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline pb_date day(int year, int month, int day_of_month)
{
    return pb_date_of_civil((pb_civil){year, month, day_of_month});
}

/* ---- a batch ---- */

/** Declare inputs through a model's compile, open, then fill or set rows and simulate. */
typedef struct batch {
    pb_inputs inputs;
    double (*rows)[PB_LANES]; /**< zero until filled or set */
    pb_outcomes out;
    pb_workings *w;
} batch;

static inline void batch_open(batch *b, const pb_shape *shape)
{
    pb_error err = {0};
    cr_assert_eq(pb_inputs_check(&b->inputs, &err), PB_OK, "%s", err.text);
    b->rows = aligned_alloc(64, (b->inputs.n + 1) * sizeof *b->rows);
    b->w = calloc(1, sizeof *b->w);
    cr_assert(b->rows != NULL && b->w != NULL);
    memset(b->rows, 0, b->inputs.n * sizeof *b->rows);
    cr_assert_eq(pb_outcomes_alloc(shape, &b->out, &err), PB_OK, "%s", err.text);
}

/** The same for a batch that a compiled ratification model simulates. */
static inline void batch_open_votes(batch *b, const pb_shape *shape, const pb_ratification *model)
{
    batch_open(b, shape);
    b->w->diagram = malloc(pb_ratification_workspace(model) * sizeof(double) + 64);
    cr_assert_not_null(b->w->diagram);
}

static inline void batch_close(batch *b)
{
    free(b->rows);
    if (b->w != NULL) {
        free(b->w->diagram);
    }
    free(b->w);
    pb_outcomes_free(&b->out);
    pb_inputs_free(&b->inputs);
}

static inline pb_rows rows_of(const batch *b)
{
    return (pb_rows)b->rows;
}

/** The row of a declared input, to read or set it whatever model it belongs to. */
static inline double *row_of(const batch *b, pb_purpose purpose, unsigned part, const char *name)
{
    for (size_t r = 0; r < b->inputs.n; r++) {
        const pb_input *input = &b->inputs.item[r];
        if (input->purpose == purpose && input->part == part && strcmp(input->name, name) == 0) {
            return b->rows[r];
        }
    }
    cr_assert_fail("no such input: purpose %d, part %u, '%s'", (int)purpose, part, name);
    return NULL;
}

/** Batch number `index` of a run with the tests' seed. */
static inline void batch_fill(batch *b, size_t index)
{
    pb_fill(&b->inputs, kernels(), NULL, SEED, index * PB_LANES, b->rows);
}

static inline void set_lanes(double *row, double value)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        row[lane] = value;
    }
}

/* ---- coalitions ---- */

static inline pb_shape shape_of_coalition(const pb_coalition *c, int n_rounds)
{
    return (pb_shape){.extent = {[PB_AXIS_NONE] = 1,
                                 [PB_AXIS_ROUND] = (size_t)n_rounds,
                                 [PB_AXIS_UNION] = (size_t)c->n_unions,
                                 [PB_AXIS_UNIT] = (size_t)c->n_units,
                                 [PB_AXIS_YEAR] = PB_YEARS,
                                 [PB_AXIS_BRANCH] = PB_BRANCHES,
                                 [PB_AXIS_OUTCOME] = PB_N_OUTCOMES}};
}

/** Nobody yet; one sector, and the simple majority for all. */
static inline void start_coalition(pb_coalition *c)
{
    memset(c, 0, sizeof *c);
    c->n_sectors = 1;
    strcpy(c->sector[0], "all");
    c->n_acceptance = 1;
    c->acceptance[0] = pb_rule_simple_majority();
}

static inline pb_union *add_union(pb_coalition *c, pb_aggregate aggregate)
{
    pb_union *added = &c->unions[c->n_unions];
    snprintf(added->id, sizeof added->id, "union%d", c->n_unions++);
    added->aggregate = aggregate;
    added->first_unit = c->n_units;
    return added;
}

/** One more unit of the last union. */
static inline pb_unit *add_unit(pb_coalition *c, int64_t members, double turnout)
{
    pb_unit *added = &c->unit[c->n_units];
    snprintf(added->id, sizeof added->id, "unit%d", c->n_units++);
    added->parent = c->n_unions - 1;
    added->members = members;
    added->turnout = turnout;
    c->unions[added->parent].n_units++;
    return added;
}

static inline pb_counted counted_ballots(int64_t yes, int64_t no)
{
    return (pb_counted){.kind = PB_COUNTED_BALLOTS, .yes_ballots = yes, .no_ballots = no};
}

/* ---- rules ---- */

/** `denominator` 0: a whole number of unions. */
static inline pb_rule rule_of(pb_clause_kind kind, pb_comparison comparison, int64_t numerator,
                              int64_t denominator)
{
    return (pb_rule){.n_nodes = 1,
                     .node = {{.kind = kind,
                               .next = 1,
                               .comparison = comparison,
                               .numerator = numerator,
                               .denominator = denominator}}};
}

#endif
