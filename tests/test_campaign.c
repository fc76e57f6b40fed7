/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The campaign of 2011 from its dated facts to the summary: what happened is certain once all of it
 * is counted, in June and in August, and no sooner.
 */
#include "tests/run_to_file.h"

#include "params/load.h"
#include "results/reader.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DRAWS = 8192 };

/* A run of the re-vote's scenario with another `as_of`; its summary. */
static pb_summary run_as_of(const char *as_of)
{
    char set[64];
    const char *sets[] = {set};
    pb_loaded loaded;
    pb_summary summary;
    pb_error err = {0};
    FILE *messages = tmpfile();
    snprintf(set, sizeof set, "scenario.as_of=%s", as_of);
    cr_assert_eq(
        pb_load_scenario(PLANB_SOURCE "/params/ct2011-08-17.yaml", sets, 1, messages, &loaded),
        PB_OK);
    fclose(messages);
    const char *path = run_to_file(loaded.yaml, DRAWS, PB_KEEP_NONE, 2);
    pb_loaded_free(&loaded);
    cr_assert_eq(pb_read_summary(path, &summary, &err), PB_OK, "%s", err.text);
    unlink(path);
    return summary;
}

struct day {
    char as_of[16];
    double first, second; /* P(ratified); -1: neither 0 nor 1 */
    char why[64];
};

ParameterizedTestParameters(campaign, certainty)
{
    static struct day cases[] = {
        {"2011-06-24", -1.0, -1.0, "AFSCME and six others still count"},
        {"2011-06-27", 0.0, -1.0, "every vote of June is known"},
        {"2011-08-18", 0.0, -1.0, "three unions of August"},
        {"2011-08-20", 0.0, 1.0, "every vote of both rounds"},
    };
    return cr_make_param_array(struct day, cases, sizeof cases / sizeof cases[0]);
}

static void expect_certainty(const pb_summary *summary, const char *entry, double p,
                             const struct day *d)
{
    const pb_entry *found = pb_summary_find(summary, entry);
    cr_assert_not_null(found, "%s", entry);
    if (p < 0.0) {
        cr_expect(found->value > 0.0 && found->value < 1.0, "%s, %s: %g", d->as_of, entry,
                  found->value);
        cr_expect_neq(found->method, PB_METHOD_EXACT, "%s, %s", d->as_of, entry);
    } else {
        cr_expect(found->value == p && found->se == 0.0, "%s (%s), %s: %g +- %g", d->as_of, d->why,
                  entry, found->value, found->se);
        cr_expect_eq(found->method, PB_METHOD_EXACT, "%s, %s", d->as_of, entry);
    }
}

ParameterizedTest(struct day *d, campaign, certainty)
{
    pb_summary summary = run_as_of(d->as_of);
    expect_certainty(&summary, "rounds/[0]/ratified", d->first, d);
    expect_certainty(&summary, "rounds/[1]/ratified", d->second, d);
    expect_certainty(&summary, "ratified", d->second, d); /* the second vote is certain to come */
    if (d->second >= 0.0) {
        expect_certainty(&summary, "rounds/[1]/unions/AFSCME4/approves", 1.0, d);
        cr_expect_float_eq(pb_summary_find(&summary, "outcomes/deal_round_2")->value, 0.9, 1e-12,
                           "the legislature is still open");
    }
    pb_summary_free(&summary);
}
