/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences and their standard errors against what the test computes from both files' datasets.
 */
#include "sim/paired.h"
#include "tests/run_to_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAWS = 6400 };

typedef struct sample {
    char path[256];
    pb_reloaded file;
    double *balance, *probability, *satisfied;
} sample;

/* generic.yaml with another sampling and mean support. */
static void open_sample(sample *s, const char *sampling, const char *mu0)
{
    char sampled[32], supported[32];
    size_t n;
    pb_error err = {0};
    snprintf(sampled, sizeof sampled, "sampling: %s\n", sampling);
    snprintf(supported, sizeof supported, "mu0: %s\n", mu0);
    char *yaml = read_source("params/generic.yaml");
    char *other = replaced(yaml, "sampling: sobol\n", sampled);
    char *both = replaced(other, "mu0: 0.6\n", supported);
    memset(s, 0, sizeof *s);
    snprintf(s->path, sizeof s->path, "%s", run_to_file(both, DRAWS, PB_KEEP_DRAWS, 2));
    free(yaml), free(other), free(both);
    s->balance = read_dataset(s->path, "balance", &n);
    s->probability = read_dataset(s->path, "ratify_probability", &n);
    s->satisfied = read_dataset(s->path, "rule_satisfied", &n);
    cr_assert_eq(pb_reload(s->path, &s->file, &err), PB_OK, "%s", err.text);
}

static void close_sample(sample *s)
{
    pb_reloaded_free(&s->file);
    free(s->balance), free(s->probability), free(s->satisfied);
    unlink(s->path);
}

static const pb_difference *difference(const pb_differences *all, const char *path)
{
    for (size_t i = 0; i < all->n; i++) {
        if (strcmp(all->of[i].a->path, path) == 0) {
            return &all->of[i];
        }
    }
    cr_assert_fail("%s is not compared", path);
    return NULL;
}

/* Standard error of the mean of x[0..n). */
static double error_of_mean(const double *x, int n)
{
    double mean = 0.0, squares = 0.0;
    for (int i = 0; i < n; i++) {
        mean += x[i] / n;
    }
    for (int i = 0; i < n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
    }
    return sqrt(squares / (n - 1) / n);
}

static void expect_near(double value, double wanted, double part, const char *what)
{
    cr_expect(fabs(value - wanted) <= part * fabs(wanted), "%s: %g, not %g", what, value, wanted);
}

Test(compare, independent_draws_are_paired_one_by_one)
{
    static double d[DRAWS];
    sample a, b;
    pb_differences all;
    pb_error err = {0};
    open_sample(&a, "random", "0.75");
    open_sample(&b, "random", "0.5");
    cr_assert_eq(pb_compare(&a.file, &b.file, 2, &all, &err), PB_OK, "%s", err.text);
    cr_assert(all.paired);

    for (int i = 0; i < DRAWS; i++) {
        d[i] = b.balance[2 * i + 1] - a.balance[2 * i + 1];
    }
    const pb_difference *balance = difference(&all, "balance/realised/[1]/mean");
    expect_near(balance->se, error_of_mean(d, DRAWS), 1e-5, "se of the balance");
    cr_expect_lt(balance->se, 0.5 * hypot(balance->a->se, balance->b->se), "pairing must help");

    for (int i = 0; i < DRAWS; i++) {
        d[i] = b.probability[2 * i] - a.probability[2 * i];
    }
    const pb_difference *ratified = difference(&all, "rounds/[0]/ratified");
    expect_near(ratified->se, error_of_mean(d, DRAWS), 1e-6, "se of P(ratified)");
    cr_expect_lt(ratified->value, 0.0, "less support, less ratification");

    /* of the draws in which the first round fails, which are others in b: the delta method */
    double sum[2] = {0, 0}, n[2] = {0, 0};
    const sample *of[2] = {&a, &b};
    for (int s = 0; s < 2; s++) {
        for (int i = 0; i < DRAWS; i++) {
            const double fails = 1.0 - of[s]->satisfied[2 * i];
            sum[s] += fails * of[s]->probability[2 * i + 1];
            n[s] += fails;
        }
    }
    for (int i = 0; i < DRAWS; i++) {
        double u[2];
        for (int s = 0; s < 2; s++) {
            const double fails = 1.0 - of[s]->satisfied[2 * i];
            u[s] = fails * (of[s]->probability[2 * i + 1] - sum[s] / n[s]) / (n[s] / DRAWS);
        }
        d[i] = u[1] - u[0];
    }
    const pb_difference *second = difference(&all, "rounds/[1]/ratified");
    expect_near(second->value, sum[1] / n[1] - sum[0] / n[0], 1e-6, "second round");
    expect_near(second->se, error_of_mean(d, DRAWS), 1e-5, "se of the second round");
    pb_differences_free(&all);
    close_sample(&a), close_sample(&b);
}

static int by_size(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* The 5% quantile of the balance in the draws of replicate r. */
static double low_balance(const sample *s, int r)
{
    double x[DRAWS / 16];
    for (int i = 0; i < DRAWS / 16; i++) {
        x[i] = s->balance[2 * (16 * i + r) + 1];
    }
    qsort(x, DRAWS / 16, sizeof *x, by_size);
    return x[DRAWS / 16 / 20];
}

Test(compare, sobol_points_are_paired_by_replicate)
{
    double mean[16] = {0}, low[16], only[16];
    sample a, b;
    pb_differences all;
    pb_error err = {0};
    open_sample(&a, "sobol", "0.75");
    open_sample(&b, "sobol", "0.5");
    cr_assert_eq(pb_compare(&a.file, &b.file, 2, &all, &err), PB_OK, "%s", err.text);
    for (int i = 0; i < DRAWS; i++) {
        mean[i % 16] += (b.balance[2 * i + 1] - a.balance[2 * i + 1]) * 16.0 / DRAWS;
    }
    expect_near(difference(&all, "balance/realised/[1]/mean")->se, error_of_mean(mean, 16), 1e-6,
                "se of the balance");
    /* of a quantile the error is linearised: compared with the replicates' own quantiles */
    for (int r = 0; r < 16; r++) {
        low[r] = low_balance(&b, r) - low_balance(&a, r);
        only[r] = low_balance(&a, r);
    }
    const pb_difference *tail = difference(&all, "balance/realised/[1]/quantiles/0.05");
    const double wanted = error_of_mean(low, 16);
    cr_expect(tail->se > wanted / 2.5 && tail->se < 2.5 * wanted, "%g, not about %g", tail->se,
              wanted);
    cr_expect_lt(tail->se, error_of_mean(only, 16), "pairing helps");
    pb_differences_free(&all);
    close_sample(&a), close_sample(&b);
}

Test(compare, a_result_does_not_differ_from_itself)
{
    static const char *const SAMPLINGS[] = {"random", "sobol"};
    for (int i = 0; i < 2; i++) {
        sample a;
        pb_differences all;
        pb_error err = {0};
        open_sample(&a, SAMPLINGS[i], "0.6");
        cr_assert_eq(pb_compare(&a.file, &a.file, 2, &all, &err), PB_OK, "%s", err.text);
        cr_expect_gt(all.n, 100);
        bool quantiles = false;
        for (size_t j = 0; j < all.n; j++) {
            quantiles = quantiles || strstr(all.of[j].a->path, "/quantiles/") != NULL;
            cr_expect_null(strstr(all.of[j].a->path, "/histogram/"), "bins differ");
            cr_expect(isnan(all.of[j].value) || (all.of[j].value == 0.0 && all.of[j].se == 0.0),
                      "%s: %g +- %g", all.of[j].a->path, all.of[j].value, all.of[j].se);
        }
        cr_expect(quantiles, "they are compared too");
        pb_differences_free(&all);
        close_sample(&a);
    }
}

Test(compare, other_random_numbers_are_not_paired)
{
    sample a, b;
    pb_differences all;
    pb_error err = {0};
    open_sample(&a, "random", "0.75");
    open_sample(&b, "sobol", "0.75");
    cr_assert_eq(pb_compare(&a.file, &b.file, 1, &all, &err), PB_OK);
    cr_expect_not(all.paired);
    cr_expect_not_null(strstr(all.reason, "run.sampling"));
    const pb_difference *ratified = difference(&all, "ratified");
    cr_expect_eq(ratified->se, hypot(ratified->a->se, ratified->b->se));
    cr_expect_lt(fabs(ratified->value), 4.0 * ratified->se);
    pb_differences_free(&all);
    close_sample(&a), close_sample(&b);
}

Test(compare, a_file_that_holds_other_numbers_is_refused)
{
    sample a;
    pb_differences all;
    pb_error err = {0};
    open_sample(&a, "sobol", "0.75");
    a.file.loaded.scenario->vote.mu0 = 0.76; /* as if the model had changed since */
    cr_expect_eq(pb_compare(&a.file, &a.file, 1, &all, &err), PB_DATA);
    cr_expect_not_null(strstr(err.text, "made by another version"), "%s", err.text);
    close_sample(&a);
}
