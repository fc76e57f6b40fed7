/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One draw as it is told, against the datasets of the file, which are read without planb. */
#include "results/told.h"
#include "results/worst.h"
#include "sim/batch.h"
#include "sim/reload.h"
#include "tests/run_to_file.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAWS = 600 };

typedef struct sample {
    char path[256];
    pb_reloaded file;
    pb_model *model;
    pb_batch batch;
} sample;

static void open_sample(sample *s, const char *scenario)
{
    char yaml[1024];
    pb_error err = {0};
    memset(s, 0, sizeof *s);
    snprintf(yaml, sizeof yaml, "%s/%s", PLANB_SOURCE, scenario);
    snprintf(s->path, sizeof s->path, "%s", run_file(yaml, DRAWS, PB_KEEP_UNITS, 2));
    cr_assert_eq(pb_reload(s->path, &s->file, &err), PB_OK, "%s", err.text);
    cr_assert_eq(s->file.loaded.scenario->run.draws, DRAWS);
    cr_assert_eq(pb_model_make(s->file.loaded.scenario, &s->model, &err), PB_OK);
    cr_assert_eq(pb_batch_init(&s->model->inputs, &s->model->ratification, &s->model->shape,
                               &s->batch, &err),
                 PB_OK);
}

static void close_sample(sample *s)
{
    pb_batch_free(&s->batch);
    pb_model_free(s->model);
    pb_reloaded_free(&s->file);
    unlink(s->path);
}

static pb_told told(sample *s, int64_t draw)
{
    const pb_scenario *scenario = s->file.loaded.scenario;
    pb_batch_simulate(s->model, pb_kernels_get(), scenario->run.seed, draw / PB_LANES * PB_LANES,
                      &s->batch);
    const size_t lane = (size_t)(draw % PB_LANES);
    return (pb_told){.scenario = scenario,
                     .out = &s->batch.out,
                     .w = s->batch.workings,
                     .lane = lane,
                     .draw = draw,
                     .agreement =
                         pb_talks_agreement(&s->model->talks, (pb_rows)s->batch.rows, lane),
                     .checked = true};
}

static double *dataset(const sample *s, const char *name)
{
    size_t n;
    return read_dataset(s->path, name, &n);
}

static const char *const SCENARIOS[] = {"params/generic.yaml", "params/ct2011-06-24.yaml",
                                        "tests/everything.yaml"};
enum { N_SCENARIOS = sizeof SCENARIOS / sizeof *SCENARIOS };

Test(explain, the_ledger_adds_up_to_the_stored_balance)
{
    for (int i = 0; i < N_SCENARIOS; i++) {
        sample s;
        open_sample(&s, SCENARIOS[i]);
        double *balance = dataset(&s, "balance");
        for (int64_t draw = 0; draw < DRAWS; draw += 7) {
            const pb_told t = told(&s, draw);
            pb_ledger_line line[PB_MAX_LEDGER];
            const int n = pb_told_ledger(&t, line);
            for (int y = 0; y < 2; y++) {
                double items = 0.0, whole = NAN, parts = 0.0;
                for (int l = 0; l < n; l++) {
                    const bool part = line[l].kind == PB_LINE_PART;
                    items += line[l].kind == PB_LINE_ITEM ? line[l].musd[y] : 0.0;
                    parts = part ? parts + line[l].musd[y] : 0.0;
                    whole = part ? whole : line[l].musd[y];
                    if (part && (l + 1 == n || line[l + 1].kind != PB_LINE_PART)) {
                        cr_expect(fabs(parts - whole) < 1e-6, "%s: parts of %s: %g, not %g",
                                  SCENARIOS[i], line[l].key, parts, whole);
                    }
                }
                cr_expect(fabs(items - balance[2 * draw + y]) < 1e-6, "%s, draw %d", SCENARIOS[i],
                          (int)draw);
            }
        }
        free(balance);
        close_sample(&s);
    }
}

/* The two figures at the end of a line of the page, in tenths of a million. */
static bool figures(const char *line, long *tenths)
{
    char plain[256];
    size_t n = 0;
    double value[2];
    if (strlen(line) < 60 + 28) {
        return false;
    }
    for (const char *c = line + 60; *c != '\0' && *c != '\n' && n + 1 < sizeof plain; c++) {
        if (*c != ',') {
            plain[n++] = *c;
        }
    }
    plain[n] = '\0';
    if (sscanf(plain, "%lf %lf", &value[0], &value[1]) != 2) {
        return false;
    }
    tenths[0] = lround(10.0 * value[0]), tenths[1] = lround(10.0 * value[1]);
    return true;
}

static char *page_of(const pb_told *t)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    pb_told_page(t, out);
    cr_assert_eq(fclose(out), 0);
    return text;
}

/* What a reader with a calculator finds: printed items add up to the printed totals, exactly. */
Test(explain, what_is_printed_adds_up_to_the_last_digit)
{
    for (int i = 0; i < N_SCENARIOS; i++) {
        sample s;
        open_sample(&s, SCENARIOS[i]);
        for (int64_t draw = 3; draw < DRAWS; draw += 61) {
            const pb_told t = told(&s, draw);
            char *page = page_of(&t), *at = strstr(page, "THE MONEY");
            long sum[2] = {0, 0}, item[2] = {0, 0}, parts[2] = {0, 0}, tenths[2];
            int totals = 0;
            bool in_parts = false;
            cr_assert_not_null(at);
            at = strstr(at, "ending in");
            for (at = strchr(at, '\n') + 1; figures(at, tenths); at = strchr(at, '\n') + 1) {
                const bool is_part = strncmp(at, "    of it", 9) == 0;
                if (in_parts && !is_part) {
                    cr_expect(parts[0] == item[0] && parts[1] == item[1], "%.*s", 80, at);
                    parts[0] = parts[1] = 0;
                }
                in_parts = is_part;
                for (int y = 0; y < 2; y++) {
                    if (*at == '=') {
                        cr_expect_eq(tenths[y], sum[y], "%s draw %d: %.*s", SCENARIOS[i], (int)draw,
                                     80, at);
                        totals++;
                    } else if (is_part) {
                        parts[y] += tenths[y];
                    } else {
                        sum[y] += item[y] = tenths[y];
                    }
                }
            }
            cr_expect_eq(totals, 4, "two totals of two years");
            free(page);
        }
        close_sample(&s);
    }
}

/* Deals end with outcome 1 or 2, and the deal is the first of the two branches. */
Test(explain, notices_without_layoffs_are_withdrawn_by_a_deal)
{
    int n_withdrawn = 0, n_others = 0;
    for (int i = 0; i < N_SCENARIOS; i++) {
        sample s;
        open_sample(&s, SCENARIOS[i]);
        double *outcome = dataset(&s, "outcome"), *layoffs = dataset(&s, "layoffs");
        double *notices = dataset(&s, "notices");
        for (int64_t draw = 0; draw < DRAWS; draw += 3) {
            const bool deal = outcome[draw] == 1.0 || outcome[draw] == 2.0;
            const bool withdrawn = deal && notices[2 * draw] > 0.0 && layoffs[2 * draw] == 0.0;
            const pb_told t = told(&s, draw);
            char *page = page_of(&t);
            cr_expect_eq(strstr(page, " (withdrawn by the deal)\n") != NULL, withdrawn,
                         "%s draw %d: %s", SCENARIOS[i], (int)draw, strstr(page, "THE JOBS"));
            *(withdrawn ? &n_withdrawn : &n_others) += 1;
            free(page);
        }
        free(outcome), free(layoffs), free(notices);
        close_sample(&s);
    }
    cr_expect(n_withdrawn >= 3 && n_others >= 3, "%d and %d", n_withdrawn, n_others);
}

Test(explain, the_votes_add_up_to_the_stored_ones)
{
    for (int i = 0; i < N_SCENARIOS; i++) {
        sample s;
        open_sample(&s, SCENARIOS[i]);
        const int rounds = s.file.loaded.scenario->n_rounds;
        double *approving = dataset(&s, "unions_approving"),
               *yes = dataset(&s, "ballots_approving");
        double *members = dataset(&s, "members_represented"), *turnout = dataset(&s, "turnout");
        double *satisfied = dataset(&s, "rule_satisfied");
        for (int64_t draw = 0; draw < DRAWS; draw += 11) {
            const pb_told t = told(&s, draw);
            for (int r = 0; r < rounds; r++) {
                const pb_tally tally = pb_told_tally(&t, r);
                const int64_t at = draw * rounds + r;
                cr_expect_eq((double)tally.unions_approving, approving[at]);
                cr_expect(fabs((double)tally.yes / (double)tally.ballots - yes[at]) < 1e-6);
                cr_expect(fabs((double)tally.ballots / (double)tally.members - turnout[at]) < 1e-6);
                cr_expect(fabs((double)tally.members_approving / (double)tally.members_voting
                               - members[at])
                          < 1e-6);
                cr_expect_eq(pb_rule_holds(&t.scenario->round[r].rule, &tally), satisfied[at] > 0.0,
                             "%s", SCENARIOS[i]);
            }
        }
        free(approving), free(yes), free(members), free(turnout), free(satisfied);
        close_sample(&s);
    }
}

Test(explain, the_page_tells_the_rule_and_the_end)
{
    sample s;
    open_sample(&s, "params/generic.yaml");
    double *outcome = dataset(&s, "outcome");
    static const char *const ENDS[] = {"no deal",
                                       "there is a deal",
                                       "there is a deal",
                                       "No second vote is held",
                                       "rejected twice",
                                       "The legislature refuses",
                                       "The legislature refuses"};
    bool seen[7] = {false};
    for (int64_t draw = 0; draw < DRAWS; draw++) {
        const int end = (int)outcome[draw];
        if (!seen[end]) {
            const pb_told t = told(&s, draw);
            char *page = page_of(&t);
            cr_expect_not_null(strstr(page, ENDS[end]), "outcome %d", end);
            cr_expect_eq(strstr(page, "THE SECOND VOTE") != NULL, end % 2 == 0 && end > 0);
            cr_expect_not_null(strstr(page, "The rule (strict) asks for"));
            cr_expect_eq(strstr(page, "savings of Plan B") != NULL, end > 2);
            free(page);
        }
        seen[end] = true;
    }
    cr_expect(seen[1] && seen[2] && seen[3] && seen[4], "600 draws see the usual ends");
    free(outcome);
    close_sample(&s);
}

/* Index of the largest x[i]; of equals the first. */
static int64_t largest(const double *x)
{
    int64_t most = 0;
    for (int64_t i = 1; i < DRAWS; i++) {
        most = x[i] > x[most] ? i : most;
    }
    return most;
}

Test(explain, the_worst_draw_is_the_worst)
{
    sample s;
    pb_error err = {0};
    pb_draws *draws;
    open_sample(&s, "tests/everything.yaml");
    double *outcome = dataset(&s, "outcome"), *balance = dataset(&s, "balance");
    double *revenue = dataset(&s, "revenue"), *gap = dataset(&s, "gap_at_deadline");
    double *layoffs = dataset(&s, "layoffs"), *notices = dataset(&s, "notices");
    double *towns = dataset(&s, "local_layoffs"), bad[PB_N_WORSTS][DRAWS];
    for (int i = 0; i < DRAWS; i++) {
        const int b = outcome[i] == 1.0 || outcome[i] == 2.0 ? 0 : 1;
        bad[PB_WORST_balance][i] = -balance[2 * i + 1];
        bad[PB_WORST_revenue][i] = -revenue[2 * i] - revenue[2 * i + 1];
        bad[PB_WORST_gap][i] = fmax(gap[4 * i + 2 * b], gap[4 * i + 2 * b + 1]);
        bad[PB_WORST_layoffs][i] = layoffs[2 * i + b];
        bad[PB_WORST_notices][i] = notices[2 * i + b];
        bad[PB_WORST_local_layoffs][i] = towns[i];
    }
    cr_assert_eq(pb_draws_open(s.path, s.file.loaded.scenario, &draws, &err), PB_OK);
    for (int w = 0; w < PB_N_WORSTS; w++) {
        int64_t draw = -1;
        cr_assert_eq(pb_worst_draw(draws, (pb_worst)w, &draw, &err), PB_OK);
        cr_expect_eq(draw, largest(bad[w]), "%s", PB_WORST_MEANINGS[w]);
    }
    pb_draws_close(draws);
    free(outcome), free(balance), free(revenue), free(gap), free(layoffs), free(notices);
    free(towns);
    close_sample(&s);
}
