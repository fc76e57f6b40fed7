/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditional answers against means that the test takes itself from the file's datasets. */
#include "results/given.h"
#include "results/series.h"
#include "sim/reload.h"
#include "tests/run_to_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAWS = 6000, UNIONS = 4, WORKERS = 0, POLICE = 3 };

/* A result of generic.yaml in the sampling asked for, and which of its draws a test keeps. */
typedef struct sample {
    char path[256];
    pb_reloaded file;
    pb_draws *draws;
    double *outcome, *vote, *satisfied, *balance, *balanced, *probability;
    bool kept[DRAWS];
    int n_kept;
} sample;

static double *dataset(const sample *s, const char *name)
{
    size_t n;
    return read_dataset(s->path, name, &n);
}

static void open_sample(sample *s, const char *sampling)
{
    pb_error err = {0};
    char sampled[32];
    snprintf(sampled, sizeof sampled, "sampling: %s\n", sampling);
    char *yaml = read_source("params/generic.yaml");
    char *changed = replaced(yaml, "sampling: sobol\n", sampled);
    memset(s, 0, sizeof *s);
    snprintf(s->path, sizeof s->path, "%s", run_to_file(changed, DRAWS, PB_KEEP_UNITS, 2));
    free(yaml), free(changed);
    s->outcome = dataset(s, "outcome"), s->vote = dataset(s, "union_vote");
    s->satisfied = dataset(s, "rule_satisfied"), s->balance = dataset(s, "balance");
    s->balanced = dataset(s, "balanced_at_close");
    s->probability = dataset(s, "ratify_probability");
    cr_assert_eq(pb_reload(s->path, &s->file, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_draws_open(s->path, s->file.loaded.scenario, &s->draws, &err), PB_OK);
}

static void close_sample(sample *s)
{
    pb_draws_close(s->draws);
    pb_reloaded_free(&s->file);
    free(s->outcome), free(s->vote), free(s->satisfied), free(s->balance), free(s->balanced);
    free(s->probability);
    unlink(s->path);
}

/* Keeps the draws whose vote in round `r` of union `k` is `vote`, the second round being held. */
static void keep(sample *s, int r, int k, double vote)
{
    s->n_kept = 0;
    for (int i = 0; i < DRAWS; i++) {
        const int end = (int)s->outcome[i];
        const bool held = r == 0 || end == 2 || end == 4 || end == 6;
        s->kept[i] = held && s->vote[(i * 2 + r) * UNIONS + k] == vote;
        s->n_kept += s->kept[i];
    }
}

static pb_summary given(sample *s, const char *text)
{
    pb_error err = {0};
    pb_condition condition;
    pb_summary summary;
    cr_assert_eq(pb_condition_read(s->file.loaded.scenario, text, &condition, &err), PB_OK, "%s",
                 err.text);
    cr_assert_eq(pb_given_summary(s->file.loaded.scenario, s->draws, &s->file.whole, &condition, 1,
                                  &summary, &err),
                 PB_OK, "%s", err.text);
    return summary;
}

/* Mean of x[stride i + offset] over the kept draws, and its standard error by either sampling. */
typedef struct mean {
    double value, random_se, sobol_se;
} mean;

static mean mean_of(const sample *s, const double *x, int stride, int offset, double equal)
{
    double sum = 0.0, squares = 0.0, part[16] = {0}, n[16] = {0}, spread = 0.0, centre = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        if (s->kept[i]) {
            const double value =
                isnan(equal) ? x[stride * i + offset] : (double)(x[stride * i + offset] == equal);
            sum += value, squares += value * value;
            part[i % 16] += value, n[i % 16] += 1.0;
        }
    }
    for (int r = 0; r < 16; r++) {
        centre += part[r] / n[r] / 16.0;
    }
    for (int r = 0; r < 16; r++) {
        spread += pow(part[r] / n[r] - centre, 2.0) / 15.0;
    }
    const double m = sum / s->n_kept;
    return (mean){m, sqrt((squares / s->n_kept - m * m) / (s->n_kept - 1)), sqrt(spread / 16.0)};
}

static void expect(const pb_summary *summary, const char *path, mean wanted, double se)
{
    const pb_entry *e = pb_summary_find(summary, "%s", path);
    cr_assert_not_null(e, "%s", path);
    cr_expect(fabs(e->value - wanted.value) <= 1e-8 * (1.0 + fabs(wanted.value)), "%s: %g, not %g",
              path, e->value, wanted.value);
    cr_expect(fabs(e->se - se) <= 1e-5 * se, "%s: se %g, not %g", path, e->se, se);
}

Test(given, answers_are_means_over_the_draws_that_are_left)
{
    static const char *const SAMPLINGS[] = {"random", "sobol"};
    for (int sampling = 0; sampling < 2; sampling++) {
        sample s;
        open_sample(&s, SAMPLINGS[sampling]);
        keep(&s, 0, WORKERS, 1.0);
        pb_summary left = given(&s, "workers=approved");
        cr_expect_eq((int)pb_summary_find(&left, "given/draws")->value, s.n_kept);
        const struct {
            const char *path;
            const double *x;
            int stride, offset;
            double equal;
        } cases[] = {
            {"rounds/[0]/ratified", s.satisfied, 2, 0, 1.0},
            {"rounds/[0]/unions/police/approves", s.vote, 2 * UNIONS, POLICE, 1.0},
            {"outcomes/deal_round_1", s.outcome, 1, 0, 1.0},
            {"outcomes/rejected_no_second_vote", s.outcome, 1, 0, 3.0},
            {"balance/realised/[1]/mean", s.balance, 2, 1, NAN},
            {"balanced_at_close/no_deal/both_years", s.balanced, 2, 1, 1.0},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const mean m =
                mean_of(&s, cases[i].x, cases[i].stride, cases[i].offset, cases[i].equal);
            expect(&left, cases[i].path, m, sampling == 0 ? m.random_se : m.sobol_se);
        }
        pb_summary_free(&left);
        close_sample(&s);
    }
}

/* A conditional probability leaves the union's vote open, so its mean would be another number. */
Test(given, counts_draws_and_not_their_conditional_probabilities)
{
    sample s;
    open_sample(&s, "random");
    keep(&s, 0, WORKERS, 0.0);
    pb_summary left = given(&s, "workers=rejected");
    const mean counted = mean_of(&s, s.satisfied, 2, 0, 1.0);
    const mean integrated = mean_of(&s, s.probability, 2, 0, NAN);
    const pb_entry *ratified = pb_summary_find(&left, "rounds/[0]/ratified");
    cr_expect_eq(counted.value, 0.0, "80%% of the members cannot be without the workers");
    cr_expect_eq(ratified->value, 0.0);
    cr_expect_gt(integrated.value, 0.1);
    cr_expect_eq(pb_summary_find(&left, "rounds/[0]/unions/workers/approves")->value, 0.0);
    cr_expect_eq(pb_summary_find(&left, "rounds/[0]/unions/workers/approves")->se, 0.0);
    cr_expect_null(pb_summary_find(&left, "rounds/[0]/unions/workers/pivotal"));
    pb_summary_free(&left);
    close_sample(&s);
}

Test(given, a_vote_of_the_second_round_means_that_the_round_is_held)
{
    sample s;
    open_sample(&s, "random");
    keep(&s, 1, POLICE, 0.0);
    pb_summary left = given(&s, "police@second=rejected");
    cr_expect_eq((int)pb_summary_find(&left, "given/draws")->value, s.n_kept);
    cr_expect_eq(pb_summary_find(&left, "rounds/[1]/held")->value, 1.0);
    cr_expect_eq(pb_summary_find(&left, "outcomes/deal_round_1")->value, 0.0);
    const mean deal = mean_of(&s, s.outcome, 1, 0, 2.0);
    expect(&left, "outcomes/deal_round_2", deal, deal.random_se);
    cr_expect(fabs(pb_summary_find(&left, "given/probability")->value - s.n_kept / (double)DRAWS)
              < 1e-15);
    pb_summary_free(&left);
    close_sample(&s);
}

/* Where all draws agree a chance has an error still, which only series marked as chances get. */
Test(series, everything_that_happens_or_not_is_marked_as_a_chance)
{
    static const bool EXACT[PB_ROUNDS] = {true, true};
    sample s;
    pb_series_list list;
    pb_error err = {0};
    open_sample(&s, "random");
    cr_assert_eq(pb_series_list_make(s.file.loaded.scenario, EXACT, &list, &err), PB_OK);
    for (size_t i = 0; i < list.n; i++) {
        const pb_test test = list.series[i].what.test;
        cr_expect(test == PB_TEST_NONE || list.series[i].is_probability, "%s", list.series[i].path);
    }
    pb_series_list_free(&list);
    close_sample(&s);
}

/* The whole is what its parts are, weighted by how often they come. */
Test(given, the_answers_of_yes_and_no_average_to_the_plain_answer)
{
    sample s;
    open_sample(&s, "random");
    pb_summary yes = given(&s, "workers=approved"), no = given(&s, "workers=rejected");
    const double p = pb_summary_find(&yes, "given/probability")->value;
    static const char *const PATHS[] = {"revenue/[0]/mean", "balance/deal/[1]/mean",
                                        "layoffs/realised/mean", "balance/realised/[0]/mean"};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        const double whole = pb_summary_find(&s.file.whole, "%s", PATHS[i])->value;
        const double sum = p * pb_summary_find(&yes, "%s", PATHS[i])->value
                           + (1.0 - p) * pb_summary_find(&no, "%s", PATHS[i])->value;
        cr_expect(fabs(sum - whole) <= 1e-7 * fabs(whole), "%s: %g, not %g", PATHS[i], sum, whole);
    }
    pb_summary_free(&yes), pb_summary_free(&no);
    close_sample(&s);
}

/* The drawn shape and the chance of balance are of the same draws: no deficit is lost at zero. */
Test(given, the_histogram_has_the_deficits_that_the_chance_of_balance_lacks)
{
    sample s;
    open_sample(&s, "sobol");
    pb_summary left = given(&s, "workers=approved");
    const pb_summary *both[] = {&s.file.whole, &left};
    for (int i = 0; i < 2; i++) {
        for (int y = 0; y < 2; y++) {
            const double from =
                pb_summary_find(both[i], "balance/deal/[%d]/histogram/from", y)->value;
            const double width =
                pb_summary_find(both[i], "balance/deal/[%d]/histogram/width", y)->value;
            double deficits = 0.0, all = 0.0;
            const pb_entry *share;
            for (int b = 0;
                 (share = pb_summary_find(both[i], "balance/deal/[%d]/histogram/share/[%d]", y, b))
                 != NULL;
                 b++) {
                deficits += from + (b + 0.5) * width < 0.0 ? share->value : 0.0;
                all += share->value;
            }
            const double balanced =
                pb_summary_find(both[i], "balanced_at_close/deal/by_year/[%d]", y)->value;
            cr_expect(fabs(all - 1.0) < 1e-12);
            cr_expect(fabs(deficits + balanced - 1.0) < 1e-9, "%g in deficit, %g balanced",
                      deficits, balanced);
        }
    }
    pb_summary_free(&left);
    close_sample(&s);
}

/* ---- the histograms ---- */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const pb_entry *)a)->path, ((const pb_entry *)b)->path);
}

/* The entries of the whole file and those counted anew must not come both. */
Test(given, no_entry_comes_twice)
{
    sample s;
    open_sample(&s, "sobol");
    pb_summary left = given(&s, "workers=rejected");
    cr_expect_gt(left.n, 100);
    qsort(left.entry, left.n, sizeof *left.entry, by_path);
    for (size_t i = 1; i < left.n; i++) {
        cr_expect_str_neq(left.entry[i - 1].path, left.entry[i].path);
    }
    pb_summary_free(&left);
    close_sample(&s);
}

/* How many of the kept draws have a balance of year `y` in [low, high). */
static int count_between(const sample *s, int y, double low, double high)
{
    int n = 0;
    for (int i = 0; i < DRAWS; i++) {
        n += s->kept[i] && s->balance[2 * i + y] >= low && s->balance[2 * i + y] < high;
    }
    return n;
}

/* Edges may cut one of the histogram's own narrow bins, so that a few draws in a thousand are
 * counted on the other side. */
Test(given, bins_are_those_of_the_draws_that_are_left)
{
    sample s;
    open_sample(&s, "random");
    keep(&s, 0, WORKERS, 1.0);
    pb_summary left = given(&s, "workers=approved");
    bool differs = false;
    for (int y = 0; y < 2; y++) {
        const char *stem = "balance/realised/[%d]/histogram/%s";
        const double from = pb_summary_find(&left, stem, y, "from")->value;
        const double width = pb_summary_find(&left, stem, y, "width")->value;
        differs = differs || from != pb_summary_find(&s.file.whole, stem, y, "from")->value
                  || width != pb_summary_find(&s.file.whole, stem, y, "width")->value;
        int n = 0;
        while (pb_summary_find(&left, "balance/realised/[%d]/histogram/share/[%d]", y, n) != NULL) {
            n++;
        }
        cr_assert_gt(n, 5);
        for (int b = 0; b < n; b++) {
            const double low = b == 0 ? -INFINITY : from + b * width;
            const double high = b + 1 == n ? INFINITY : from + (b + 1) * width;
            const double wanted = count_between(&s, y, low, high) / (double)s.n_kept;
            const double share =
                pb_summary_find(&left, "balance/realised/[%d]/histogram/share/[%d]", y, b)->value;
            cr_expect(fabs(share - wanted) < 0.004, "[%d] bin %d from %g: %g, not %g", y, b, low,
                      share, wanted);
        }
    }
    cr_expect(differs, "else bins of the whole file would do as well");
    pb_summary_free(&left);
    close_sample(&s);
}
