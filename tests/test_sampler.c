/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/run_to_file.h"

#include "results/reader.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Two files' datasets agree in their first `n_draws` draws; `items` values a draw. */
static void expect_same_draws(const char *a, const char *b, const char *name, size_t n_draws,
                              size_t items)
{
    size_t n_a, n_b;
    double *x = read_dataset(a, name, &n_a), *y = read_dataset(b, name, &n_b);
    cr_assert(n_a >= n_draws * items && n_b >= n_draws * items);
    cr_expect_arr_eq(x, y, n_draws * items * sizeof *x, "%s", name);
    free(x), free(y);
}

static void copy_path(char *to, const char *path)
{
    snprintf(to, 256, "%s", path);
}

Test(sampler, a_longer_run_begins_with_the_shorter_one)
{
    char *yaml = read_source("params/generic.yaml"), longer[256], shorter[256];
    copy_path(longer, run_to_file(yaml, 70000, PB_KEEP_UNITS, 2));
    copy_path(shorter, run_to_file(yaml, 5001, PB_KEEP_UNITS, 2));
    expect_same_draws(shorter, longer, "outcome", 5001, 1);
    expect_same_draws(shorter, longer, "balance", 5001, 2);
    expect_same_draws(shorter, longer, "unit_vote", 5001, 12);
    expect_same_draws(shorter, longer, "gap_at_deadline", 5001, 4);
    unlink(longer), unlink(shorter);
    free(yaml);
}

/* Three unions of one unit each; %s stands where a test puts another. */
static const char TEMPLATE[] =
    "scenario: {name: order, title: order, as_of: 2011-06-01}\n"
    "run: {sampling: %s}\n"
    "dates: {fy_start: 2011-07-01, deadline: 2011-07-01, agreement: 2011-05-13}\n"
    "unions:\n%s"
    "rules:\n  majority: {unions_approving: {more_than: 1/2}}\n"
    "rounds:\n  - {id: first, rule: majority, vote_end: 2011-06-26}\n";
#define ONE_UNION(id) "  - {id: " id ", units: [{id: " id "-1, members: 500}]}\n"

static const char *run_unions(const char *sampling, const char *unions)
{
    char yaml[4096];
    snprintf(yaml, sizeof yaml, TEMPLATE, sampling, unions);
    return run_to_file(yaml, 3000, PB_KEEP_UNITS, 1);
}

/* The votes of the unit that stands at place `at` of `n` units. */
static double *votes_of(const char *path, size_t n, size_t at)
{
    size_t values;
    double *all = read_dataset(path, "unit_vote", &values);
    cr_assert(values == 3000 * n);
    double *own = malloc(3000 * sizeof *own);
    for (size_t draw = 0; draw < 3000; draw++) {
        own[draw] = all[draw * n + at];
    }
    free(all);
    return own;
}

static void expect_same_votes(const char *a, size_t n_a, size_t at_a, const char *b, size_t n_b,
                              size_t at_b)
{
    double *x = votes_of(a, n_a, at_a), *y = votes_of(b, n_b, at_b);
    cr_expect_arr_eq(x, y, 3000 * sizeof *x, "unit %zu of %zu and %zu of %zu", at_a, n_a, at_b,
                     n_b);
    free(x), free(y);
}

/* Under `sampling: sobol` another unit may take a dimension; listing them otherwise may not. */
Test(sampler, adding_or_reordering_a_unit_leaves_the_others_as_they_were)
{
    char plain[256], reordered[256], longer[256];
    copy_path(plain, run_unions("random", ONE_UNION("A") ONE_UNION("B") ONE_UNION("C")));
    copy_path(reordered, run_unions("random", ONE_UNION("C") ONE_UNION("A") ONE_UNION("B")));
    copy_path(longer,
              run_unions("random", ONE_UNION("A") ONE_UNION("New") ONE_UNION("B") ONE_UNION("C")));
    static const size_t AT[3][3] = {{0, 1, 0}, {1, 2, 2}, {2, 0, 3}};
    for (int u = 0; u < 3; u++) {
        expect_same_votes(plain, 3, AT[u][0], reordered, 3, AT[u][1]);
        expect_same_votes(plain, 3, AT[u][0], longer, 4, AT[u][2]);
    }
    unlink(plain), unlink(reordered), unlink(longer);
}

Test(sampler, reordering_units_changes_no_sobol_point)
{
    char plain[256], reordered[256];
    copy_path(plain, run_unions("sobol", ONE_UNION("A") ONE_UNION("B") ONE_UNION("C")));
    copy_path(reordered, run_unions("sobol", ONE_UNION("C") ONE_UNION("A") ONE_UNION("B")));
    static const size_t AT[3][2] = {{0, 1}, {1, 2}, {2, 0}};
    for (int u = 0; u < 3; u++) {
        expect_same_votes(plain, 3, AT[u][0], reordered, 3, AT[u][1]);
    }
    unlink(plain), unlink(reordered);
}

Test(sampler, stored_draws_give_the_stored_summary)
{
    char *yaml = read_source("params/generic.yaml");
    const char *path = run_to_file(yaml, 9600, PB_KEEP_DRAWS, 2);
    pb_error err = {0};
    pb_summary summary;
    size_t n;
    double *outcome = read_dataset(path, "outcome", &n), deals = 0.0;
    double *balance = read_dataset(path, "balance", &n), sum = 0.0, mean_of[16] = {0}, spread = 0.0;
    for (size_t draw = 0; draw < 9600; draw++) {
        deals += outcome[draw] == PB_DEAL_ROUND_1 || outcome[draw] == PB_DEAL_ROUND_2;
        sum += balance[2 * draw + 1];
        mean_of[draw % 16] += balance[2 * draw + 1] / 600;
    }
    for (size_t r = 0; r < 16; r++) {
        spread += (mean_of[r] - sum / 9600) * (mean_of[r] - sum / 9600) / 15;
    }
    cr_assert(pb_read_summary(path, &summary, &err) == PB_OK, "%s", err.text);
    const pb_entry *deal = pb_summary_find(&summary, "deal");
    const pb_entry *mean = pb_summary_find(&summary, "balance/realised/[1]/mean");
    cr_assert(deal != NULL && mean != NULL);
    /* the estimate averages exact probabilities, the count does not: the same mean */
    const double counted = sqrt(deals / 9600 * (1 - deals / 9600) / 9599);
    cr_expect(deal->method == PB_METHOD_RQMC && deal->se > 0);
    cr_expect(fabs(deal->value - deals / 9600) < 4.9 * counted);
    cr_expect(fabs(mean->value - sum / 9600) < 1e-7, "%.9f %.9f", mean->value, sum / 9600);
    cr_expect(fabs(mean->se / sqrt(spread / 16) - 1) < 1e-6, "the error is that of 16 replicates");
    pb_summary_free(&summary);
    free(outcome), free(balance), free(yaml);
    unlink(path);
}
