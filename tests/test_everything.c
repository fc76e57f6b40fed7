/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run with every mechanism on (tests/everything.yaml): each draw adds up from the file, keeps
 * within its limits, and the summary's probabilities are those of the draws.
 */
#include "tests/run_to_file.h"

#include "models/quantity.h"
#include "results/reader.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DRAWS = 16384, DEADLINE = 15156 }; /* 1 July 2011 */

static const double CENT = 1e-8; /* million USD */

static const char *path;

static void run_once(void)
{
    path = run_file(PLANB_SOURCE "/tests/everything.yaml", DRAWS, PB_KEEP_UNITS, 2);
}

static void remove_file(void)
{
    unlink(path);
}

TestSuite(everything, .init = run_once, .fini = remove_file);

static double *read_all(const char *name, size_t items)
{
    size_t n;
    double *values = read_dataset(path, name, &n);
    cr_assert_eq(n, DRAWS * items, "%s", name);
    return values;
}

/* The money columns of a branch and year, as they stand in flow. */
static const struct {
    const char *name;
    double sign;
} TERMS[] = {{"labor_savings", 1},    {"plan_b", 1},     {"layoff_savings", 1},
             {"separation_cost", -1}, {"rescission", 1}, {"mitigation", 1}};
enum { N_TERMS = sizeof TERMS / sizeof TERMS[0] };

/* flow of both branches and years less what both branches share is the sum of their terms. */
Test(everything, the_ledger_adds_up_and_the_branches_differ_by_their_parts)
{
    static const double APPROPRIATIONS[PB_YEARS] = {1050, 1080};
    double *term[N_TERMS], *flow = read_all("flow", 4), *revenue = read_all("revenue", 2);
    double *error = read_all("spending_error", 2), worst = 0.0, apart = 0.0;
    for (size_t i = 0; i < N_TERMS; i++) {
        term[i] = read_all(TERMS[i].name, 4);
    }
    for (size_t draw = 0; draw < DRAWS; draw++) {
        for (size_t year = 0; year < PB_YEARS; year++) {
            const size_t shared = 2 * draw + year, deal = 4 * draw + year, no_deal = deal + 2;
            double sum = revenue[shared] - APPROPRIATIONS[year] - error[shared], parts = 0.0;
            for (size_t i = 0; i < N_TERMS; i++) {
                sum += TERMS[i].sign * term[i][no_deal];
                parts += TERMS[i].sign * (term[i][deal] - term[i][no_deal]);
            }
            worst = fmax(worst, fabs(flow[no_deal] - sum));
            apart = fmax(apart, fabs(flow[deal] - flow[no_deal] - parts));
        }
    }
    cr_expect(worst < CENT, "flow is off by %g", worst);
    cr_expect(apart < CENT, "deal less no deal is off by %g", apart);
    for (size_t i = 0; i < N_TERMS; i++) {
        free(term[i]);
    }
    free(flow), free(revenue), free(error);
}

/* Every value of `name` lies in [low, high]; somewhere it is above `low`. */
static void expect_range(const char *name, size_t items, double low, double high)
{
    double *value = read_all(name, items), most = low;
    for (size_t i = 0; i < DRAWS * items; i++) {
        cr_assert(value[i] >= low && value[i] <= high + CENT, "%s: %.10g", name, value[i]);
        most = fmax(most, value[i]);
    }
    cr_expect(most > low, "%s is always %g", name, low);
    free(value);
}

Test(everything, nothing_passes_its_limit)
{
    expect_range("rescission", 4, 0.0, 0.05 * (0.35 * 1000 + 150)); /* 25, below 3% of the fund */
    expect_range("mitigation", 4, 0.0, 500);
    expect_range("municipal_cut", 1, 0.0, 30);
    expect_range("local_layoffs", 1, 0.0, 30e6 * 0.75 / 85000 + 0.5);
    expect_range("reserve_end", 2, 0.0, 30);
    expect_range("reserve_use", 4, 0.0, 30);
    expect_range("notices", 2, 0.0, 400);
    double *notices = read_all("notices", 2), *layoffs = read_all("layoffs", 2);
    for (size_t i = 0; i < 2 * DRAWS; i++) {
        cr_assert(layoffs[i] <= notices[i]);
    }
    free(notices), free(layoffs);
}

/* Towns pass on half of a cut, three quarters after their budgets are set on 15 May: of every
 * rescission, and of the options of a Plan B that begins late. */
Test(everything, local_layoffs_follow_from_the_cut)
{
    double *cut = read_all("municipal_cut", 1), *jobs = read_all("local_layoffs", 1);
    double *outcome = read_all("outcome", 1), *rescission = read_all("rescission", 4);
    for (size_t draw = 0; draw < DRAWS; draw++) {
        const double whole = 1e6 * cut[draw] / 85000;
        cr_assert(jobs[draw] >= 0.5 * whole - 0.51 && jobs[draw] <= 0.75 * whole + 0.51);
        if (outcome[draw] == PB_DEAL_ROUND_1 || outcome[draw] == PB_DEAL_ROUND_2) {
            /* 7.5 of 17.5 + 7.5 that can be cut */
            cr_assert(fabs(cut[draw] - 0.3 * rescission[4 * draw]) < 1e-5);
            cr_assert(fabs(jobs[draw] - 0.75 * whole) <= 0.51);
        }
    }
    free(cut), free(jobs), free(outcome), free(rescission);
}

/* ---- the summary ---- */

static double value_of(const pb_summary *summary, const char *entry)
{
    const pb_entry *found = pb_summary_find(summary, "%s", entry);
    cr_assert_not_null(found, "%s", entry);
    return found->value;
}

Test(everything, outcomes_have_the_probabilities_of_the_summary)
{
    static const char *const NAMES[PB_N_OUTCOMES] = {
#define X(name, code, text) [code] = "outcomes/" text,
        PB_OUTCOMES(X)
#undef X
    };
    pb_error err = {0};
    pb_summary summary;
    double *outcome = read_all("outcome", 1), *date = read_all("result_date", 1), sum = 0.0;
    size_t count[PB_N_OUTCOMES] = {0};
    cr_assert_eq(pb_read_summary(path, &summary, &err), PB_OK, "%s", err.text);
    for (size_t draw = 0; draw < DRAWS; draw++) {
        count[(int)outcome[draw]]++;
        cr_assert(outcome[draw] != PB_NO_AGREEMENT || date[draw] == DEADLINE);
    }
    for (int o = 0; o < PB_N_OUTCOMES; o++) {
        const double p = value_of(&summary, NAMES[o]), share = (double)count[o] / DRAWS;
        cr_expect(count[o] > 0, "%s never happens", NAMES[o]);
        cr_expect(fabs(share - p) < 4.9 * sqrt(p * (1 - p) / DRAWS), "%s: %g, %g", NAMES[o], p,
                  share);
        sum += p;
    }
    cr_expect(fabs(sum - 1.0) < 1e-12, "they sum to 1 + %g", sum - 1.0);
    pb_summary_free(&summary);
    free(outcome), free(date);
}

/* 122 days of talks, the last 14 with three times the rate; the first 30, before as_of, brought no
 * agreement: p' (1 - exp(-(78 + 42) h)), p' = 0.875 exp(-30 h) / (0.125 + 0.875 exp(-30 h)). */
Test(everything, the_chain_multiplies_to_the_deal)
{
    pb_error err = {0};
    pb_summary summary;
    cr_assert_eq(pb_read_summary(path, &summary, &err), PB_OK, "%s", err.text);
    const double agreement = value_of(&summary, "agreement");
    const double held = value_of(&summary, "rounds/[1]/held");
    const double first = value_of(&summary, "rounds/[0]/ratified");
    const double h = 0.0142857, silent = 0.875 * exp(-30 * h);
    const double sooner_or_later = silent / (0.125 + silent);
    cr_expect(fabs(agreement - sooner_or_later * (1 - exp(-120 * h))) < 1e-12);
    cr_expect_eq(value_of(&summary, "rounds/[0]/held"), agreement);
    cr_expect_eq(pb_summary_find(&summary, "agreement")->method, PB_METHOD_EXACT);
    cr_expect(fabs(held - agreement * (1 - first) * 0.5) < 1e-9, "p_rule_change 0.5");
    cr_expect(fabs(value_of(&summary, "ratified_given_agreement")
                   - value_of(&summary, "ratified") / agreement)
              < 1e-12);
    cr_expect(fabs(value_of(&summary, "deal")
                   - agreement * value_of(&summary, "ratified_given_agreement")
                         * value_of(&summary, "legislature"))
              < 1e-12);
    cr_expect(fabs(value_of(&summary, "outcomes/no_agreement") - (1 - agreement)) < 1e-12);
    cr_expect(fabs(value_of(&summary, "deal") - 0.9 * value_of(&summary, "ratified")) < 1e-9);
    cr_expect(fabs(value_of(&summary, "ratified")
                   - value_of(&summary, "outcomes/deal_round_1") / 0.9
                   - value_of(&summary, "outcomes/deal_round_2") / 0.9)
              < 1e-9);
    pb_summary_free(&summary);
}

/* The summary's means of the new columns are those of the draws. */
Test(everything, means_are_those_of_the_draws)
{
    pb_error err = {0};
    pb_summary summary;
    double *cut = read_all("municipal_cut", 1), *rescission = read_all("rescission", 4);
    double *outcome = read_all("outcome", 1), towns = 0.0, realised = 0.0;
    cr_assert_eq(pb_read_summary(path, &summary, &err), PB_OK, "%s", err.text);
    for (size_t draw = 0; draw < DRAWS; draw++) {
        const bool deal = outcome[draw] == PB_DEAL_ROUND_1 || outcome[draw] == PB_DEAL_ROUND_2;
        towns += cut[draw] / DRAWS;
        realised += rescission[4 * draw + (deal ? 0 : 2)] / DRAWS;
    }
    cr_expect(fabs(value_of(&summary, "municipal_cut/mean") - towns) < 1e-6);
    cr_expect(fabs(value_of(&summary, "rescission/realised/[0]/mean") - realised) < 1e-6);
    cr_expect(value_of(&summary, "mitigation_triggered/no_deal") > 0.0);
    cr_expect(value_of(&summary, "local_layoffs/mean") > 0.0);
    pb_summary_free(&summary);
    free(cut), free(rescission), free(outcome);
}
