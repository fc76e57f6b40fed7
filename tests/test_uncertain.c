/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Uncertain parameters (SPEC K): every key that may be a distribution is made one in turn, and a
 * draw must be the very draw, bit for bit, of the scenario with the drawn value in place.
 */
#include "models/parameter.h"
#include "params/field.h"
#include "sim/batch.h"
#include "tests/scenario_text.h"

#include <math.h>

#define SCENARIO PLANB_SOURCE "/tests/uncertain.yaml"

enum { PATH_SIZE = 96, MAX_KEYS = 256, LEADERS = 3 }; /* the union whose leaders decide */

/* ---- every key that may be uncertain ---- */

struct key {
    char path[PATH_SIZE];
    double lowest, highest;
};

static struct key keys[MAX_KEYS];
static size_t n_keys;

static void add_key(const char *path, const pb_field *field)
{
    struct key *key = &keys[n_keys++];
    snprintf(key->path, sizeof key->path, "%s", path);
    key->lowest = field->lowest;
    key->highest = field->highest;
}

static void walk(const pb_map *map, const char *above);

/* A key of the map at `above`; of a list its first item. */
static void visit(const pb_field *field, const char *above)
{
    char path[PATH_SIZE], below[PATH_SIZE];
    snprintf(path, sizeof path, "%s%s%s", above, above[0] == '\0' ? "" : ".", field->key);
    if (strcmp(path, "unions[0].p_approve") == 0) {
        snprintf(path, sizeof path, "unions[%d].p_approve", LEADERS);
    }
    if (field->kind == PB_FIELD_YEARS && pb_field_may_be_uncertain(field)) {
        for (int year = 0; year < PB_YEARS; year++) {
            snprintf(below, sizeof below, "%.80s[%d]", path, year);
            add_key(below, field);
        }
    } else if (pb_field_may_be_uncertain(field)) {
        add_key(path, field);
    } else if (field->kind == PB_FIELD_MAP) {
        walk(field->map, path);
    } else if (field->kind == PB_FIELD_LIST) {
        snprintf(below, sizeof below, "%.80s[%d]", path, field->first_map != NULL);
        walk(field->map, below);
    }
}

static void walk(const pb_map *map, const char *above)
{
    for (size_t i = 0; i < map->n; i++) {
        visit(&map->field[i], above);
    }
}

/* ---- runs of one batch ---- */

/* The scenario with all its defaults written out, so that every key can be replaced. */
static const char *resolved(void)
{
    static char *yaml;
    if (yaml == NULL) {
        trial t = load_file(SCENARIO, NULL, 0);
        cr_assert_eq(t.status, PB_OK, "%s", t.messages);
        yaml = strdup(t.loaded.yaml);
        end(&t);
    }
    return yaml;
}

static trial load_with(const char *set)
{
    trial t = {0};
    size_t size = 0;
    FILE *out = open_memstream(&t.messages, &size);
    const pb_load_options options = {
        .path = "resolved", .text = resolved(), .overrides = &set, .n_overrides = set != NULL};
    t.status = pb_load_scenario_with(&options, out, &t.loaded);
    fclose(out);
    return t;
}

/* The first batch of a scenario; ended by end_run. */
typedef struct run {
    pb_model *model;
    pb_batch batch;
} run;

static void simulate(const pb_scenario *scenario, run *r)
{
    pb_error err = {0};
    cr_assert_eq(pb_model_make(scenario, &r->model, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_batch_init(&r->model->inputs, &r->model->ratification, &r->model->shape,
                               &r->batch, &err),
                 PB_OK);
    pb_batch_simulate(r->model, pb_kernels_get(), 7, 0, &r->batch);
}

static void end_run(run *r)
{
    pb_batch_free(&r->batch);
    pb_model_free(r->model);
}

/* Whether a column holds what is integrated over effects: with an uncertain sd fewer of them. */
static bool is_conditional(size_t column)
{
    return column == PB_COLUMN_ratify_probability || column == PB_COLUMN_union_probability
           || column == PB_COLUMN_pivotal || column == PB_COLUMN_lost_deal
           || column == PB_COLUMN_unit_pivotal || column == PB_COLUMN_persuasion
           || column == PB_COLUMN_held_probability || column == PB_COLUMN_ratified_probability
           || column == PB_COLUMN_deal_probability || column == PB_COLUMN_outcome_probability;
}

static bool is_of_parameters(size_t column)
{
    return column == PB_COLUMN_parameter_value || column == PB_COLUMN_parameter_polynomial;
}

/* The first column in which two runs differ in a lane, or NULL. */
static const char *difference(const run *a, const run *b, size_t lane, bool conditional)
{
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        const pb_column *column = &PB_COLUMNS[c];
        const char *x = pb_column_values(&a->batch.out, column);
        const char *y = pb_column_values(&b->batch.out, column);
        for (size_t i = 0; i < pb_column_items(column, &b->model->shape); i++) {
            const size_t at = (i * PB_LANES + lane) * column->width;
            if (!is_of_parameters(c) && (conditional || !is_conditional(c))
                && memcmp(x + at, y + at, column->width) != 0) {
                return column->name;
            }
        }
    }
    return NULL;
}

static bool has_effect(const run *a, const run *b)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        if (difference(a, b, lane, true) != NULL) {
            return true;
        }
    }
    return false;
}

static double *member(pb_scenario *scenario, size_t offset)
{
    return (double *)(void *)((char *)scenario + offset);
}

/* ---- the test of every key ---- */

ParameterizedTestParameters(uncertain, a_draw_is_one_of_the_scenario_with_its_value)
{
    n_keys = 0;
    walk(&PB_SCENARIO_MAP, "");
    return cr_make_param_array(struct key, keys, n_keys);
}

/* The scenario with the key uniform around its value there, within what is allowed. */
static trial load_uncertain(const struct key *key, size_t *offset)
{
    char set[256];
    /* anywhere will do to find the member, but what is cut is less than what there is */
    const double at = strcmp(key->path, "municipal.cap") == 0 ? 1e-7 : 0.4;
    snprintf(set, sizeof set, "%s={uniform: [%.17g, %.17g]}", key->path,
             key->lowest + at * (key->highest - key->lowest),
             key->lowest + 1.01 * at * (key->highest - key->lowest));
    trial somewhere = load_with(set);
    cr_assert_eq(somewhere.status, PB_OK, "%s", somewhere.messages);
    cr_assert_eq(somewhere.loaded.scenario->parameters.n, 1);
    *offset = somewhere.loaded.scenario->parameters.use[0].offset;
    end(&somewhere);

    trial plain = load_with(NULL);
    const double x = *member(plain.loaded.scenario, *offset), width = 0.4 * fabs(x) + 0.02;
    end(&plain);
    snprintf(set, sizeof set, "%s={uniform: [%.17g, %.17g]}", key->path,
             fmax(x - width, key->lowest + 1e-6), fmin(x + width, key->highest));
    return load_with(set);
}

/* With the value of a lane in place of the distribution, the lane's draw is the same. */
static bool check_lane(const struct key *key, const pb_scenario *plain, size_t offset,
                       const run *uncertain, const run *before, size_t lane)
{
    const bool integrated = strstr(key->path, "sd_union") || strstr(key->path, "sd_unit")
                            || strstr(key->path, "sd_late_swing") || strstr(key->path, "noise");
    pb_scenario *fixed = malloc(sizeof *fixed);
    run r;
    *fixed = *plain;
    *member(fixed, offset) = uncertain->batch.rows[0][lane];
    simulate(fixed, &r);
    const char *column = difference(uncertain, &r, lane, !integrated);
    const bool effect = has_effect(before, &r);
    cr_expect_null(column, "%s = %g: %s differs in lane %zu", key->path,
                   uncertain->batch.rows[0][lane], column, lane);
    end_run(&r);
    free(fixed);
    return effect;
}

ParameterizedTest(struct key *key, uncertain, a_draw_is_one_of_the_scenario_with_its_value)
{
    static const size_t LANES[] = {0, 101, 255};
    size_t offset;
    bool effect = false;
    trial t = load_uncertain(key, &offset), plain = load_with(NULL);
    cr_assert_eq(t.status, PB_OK, "%s: %s", key->path, t.messages);
    run uncertain, before;
    simulate(t.loaded.scenario, &uncertain);
    simulate(plain.loaded.scenario, &before);
    for (size_t i = 0; i < sizeof LANES / sizeof LANES[0]; i++) {
        effect |= check_lane(key, plain.loaded.scenario, offset, &uncertain, &before, LANES[i]);
    }
    /* every unit of the resolved scenario has a turnout of its own */
    cr_expect(effect || strcmp(key->path, "vote.turnout") == 0, "nothing reads %s", key->path);
    end_run(&uncertain);
    end_run(&before);
    end(&plain);
    end(&t);
}

Test(uncertain, the_keys_are_many)
{
    n_keys = 0;
    walk(&PB_SCENARIO_MAP, "");
    cr_expect_gt(n_keys, 100, "%zu", n_keys);
}
