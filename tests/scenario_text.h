/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_SCENARIO_TEXT_H
#define PLANB_TESTS_SCENARIO_TEXT_H

/** What the tests of the loader share: a small scenario, and loading with the messages kept. */

#include "params/load.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE PLANB_SOURCE "/tests/bad/base.yaml"

/** The least a scenario can be. */
#define SMALL                                                                      \
    "scenario: {name: small, as_of: 2011-06-24}\n"                                 \
    "dates: {fy_start: 2011-07-01, deadline: 2011-07-01, agreement: 2011-05-27}\n" \
    "unions: [{id: A, units: [{id: A-1, members: 5}]}]\n"                          \
    "rules: {r: {unions_opposed: {at_most: 0}}}\n"                                 \
    "rounds: [{id: one, rule: r}]\n"

/** A load with everything it said. */
typedef struct trial {
    pb_status status;
    pb_loaded loaded;
    char *messages;
} trial;

static inline trial load_text(const char *text)
{
    trial t = {0};
    size_t size = 0;
    FILE *out = open_memstream(&t.messages, &size);
    t.status = pb_load_scenario_text(text, "text", out, &t.loaded);
    fclose(out);
    return t;
}

static inline trial load_file(const char *path, const char *const *sets, size_t n_sets)
{
    trial t = {0};
    size_t size = 0;
    FILE *out = open_memstream(&t.messages, &size);
    t.status = pb_load_scenario(path, sets, n_sets, out, &t.loaded);
    fclose(out);
    return t;
}

/** The small complete scenario with one override. */
static inline trial load_base_with(const char *set)
{
    return load_file(BASE, &set, 1);
}

static inline void end(trial *t)
{
    pb_loaded_free(&t->loaded);
    free(t->messages);
}

static inline void expect_good(const trial *t)
{
    cr_assert_eq(t->status, PB_OK, "%s", t->messages);
}

/** That a load was refused and said `text` somewhere. */
static inline void expect_refused(const trial *t, const char *text)
{
    cr_expect_eq(t->status, PB_DATA, "status %d", (int)t->status);
    cr_expect_not_null(strstr(t->messages, text), "not said: %s\nbut:\n%s", text, t->messages);
}

static inline int occurrences(const char *text, const char *part)
{
    int n = 0;
    for (const char *p = strstr(text, part); p != NULL; p = strstr(p + 1, part)) {
        n++;
    }
    return n;
}

#endif
