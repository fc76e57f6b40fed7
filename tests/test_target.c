/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard errors that are asked for: the doubling of draws, and that it leaves no trace. */
#include "sim/target.h"

#include "params/load.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

/* A small scenario with the targets given, ready to be sampled. */
static struct trial {
    pb_loaded loaded;
    pb_model *model;
    pb_series_list list;
    pb_statistics statistics;
    pb_job job;
} trial;

static void open_trial(const char *const *overrides, size_t n)
{
    pb_error err = {0};
    cr_assert(
        pb_load_scenario(PLANB_SOURCE "/params/generic.yaml", overrides, n, stderr, &trial.loaded)
        == PB_OK);
    cr_assert(pb_model_make(trial.loaded.scenario, &trial.model, &err) == PB_OK, "%s", err.text);
    cr_assert(pb_model_series(trial.model, trial.loaded.scenario, &trial.list, &err) == PB_OK);
    cr_assert(pb_statistics_init(&trial.list, &trial.statistics, &err) == PB_OK);
    trial.job = (pb_job){.scenario = trial.loaded.scenario,
                         .model = trial.model,
                         .kernels = pb_kernels_get(),
                         .threads = 2};
}

static void close_trial(void)
{
    pb_statistics_free(&trial.statistics);
    pb_series_list_free(&trial.list);
    pb_model_free(trial.model);
    pb_loaded_free(&trial.loaded);
}

static double se_of(const char *path)
{
    pb_summary summary = {0};
    pb_statistics_summarise(&trial.statistics, trial.loaded.scenario->run.sampling, &summary);
    const pb_entry *entry = pb_summary_find(&summary, "%s", path);
    cr_assert_not_null(entry, "%s", path);
    const double se = entry->se;
    pb_summary_free(&summary);
    return se;
}

struct target_case {
    char target[96], path[64], draws[32], most[40];
    double se;
    int64_t taken;
    int reached;
    char why[64];
};

/* The numbers of draws are those of this seed: the rule is that half as many were not enough. */
ParameterizedTestParameters(target, doubles_until_it_is_reached)
{
    static struct target_case cases[] = {
        {"{ratified: 1}", "ratified", "run.draws=1", "run.max_draws=65536", 1.0, 4096, 1,
         "never fewer than 4,096"},
        {"{ratified: 1}", "ratified", "run.draws=5000", "run.max_draws=65536", 1.0, 8192, 1,
         "draws go up to a power of two"},
        {"{'balance.no_deal[0].mean': 0.08}", "balance/no_deal/[0]/mean", "run.draws=4096",
         "run.max_draws=16777216", 0.08, 0, 1, "a mean"},
        {"{'balance.no_deal[1].quantiles.0.05': 3}", "balance/no_deal/[1]/quantiles/0.05",
         "run.draws=4096", "run.max_draws=16777216", 3.0, 0, 1, "a quantile"},
        {"{ratified: 1e-9}", "ratified", "run.draws=4096", "run.max_draws=20000", 1e-9, 16384, 0,
         "no power of two beyond the most"},
    };
    return cr_make_param_array(struct target_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct target_case *c, target, doubles_until_it_is_reached)
{
    pb_error err = {0};
    char text[128];
    int64_t draws;
    bool reached;
    snprintf(text, sizeof text, "run.target_se=%s", c->target);
    const char *overrides[] = {text, c->draws, c->most};
    open_trial(overrides, 3);
    cr_assert(pb_sample_to_target(&trial.job, &trial.statistics, &draws, &reached, &err) == PB_OK,
              "%s: %s", c->why, err.text);
    cr_expect_eq(reached, c->reached, "%s", c->why);
    cr_expect_eq(se_of(c->path) <= c->se, c->reached, "%s: %g", c->why, se_of(c->path));
    cr_expect(c->taken == 0 || draws == c->taken, "%s: %lld", c->why, (long long)draws);
    cr_expect(draws >= PB_FEWEST_DRAWS && (draws & (draws - 1)) == 0, "%s", c->why);
    if (c->taken == 0) { /* half of them were not enough */
        close_trial();
        open_trial(overrides, 3);
        trial.loaded.scenario->run.draws = draws / 2;
        cr_assert(draws > PB_FEWEST_DRAWS, "%s: choose a smaller error", c->why);
        cr_assert(pb_sample(&trial.job, &trial.statistics, &err) == PB_OK);
        cr_expect_gt(se_of(c->path), c->se, "%s", c->why);
    }
    close_trial();
}

/* Sums and histograms do not tell in how many steps the draws were taken. */
Test(target, draws_in_steps_add_up_to_the_same_bits)
{
    static pb_sums in_steps;
    pb_error err = {0};
    int64_t draws;
    bool reached;
    const char *overrides[] = {"run.target_se={ratified: 1e-9}", "run.max_draws=16384"};
    open_trial(overrides, 2);
    trial.loaded.scenario->run.draws = 4096;
    cr_assert(pb_sample_to_target(&trial.job, &trial.statistics, &draws, &reached, &err) == PB_OK);
    in_steps = trial.statistics.sums[trial.list.n / 2];
    const double quantile = pb_histogram_quantile(&trial.statistics.histogram[0], 0.3);
    close_trial();
    open_trial(overrides, 2);
    trial.loaded.scenario->run.draws = draws;
    cr_assert(pb_sample(&trial.job, &trial.statistics, &err) == PB_OK);
    cr_expect_arr_eq(&in_steps, &trial.statistics.sums[trial.list.n / 2], sizeof in_steps);
    cr_expect(quantile == pb_histogram_quantile(&trial.statistics.histogram[0], 0.3));
    close_trial();
}

Test(target, a_name_that_is_no_estimate_is_refused)
{
    static const char *const NAMES[] = {"ratifed", "rounds[7].ratified", "scenario",
                                        "fiscal_year[0]"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        pb_error err = {0};
        char text[128];
        int64_t draws;
        bool reached;
        snprintf(text, sizeof text, "run.target_se={\"%s\": 0.1}", NAMES[i]);
        const char *overrides[] = {text};
        open_trial(overrides, 1);
        cr_expect(pb_sample_to_target(&trial.job, &trial.statistics, &draws, &reached, &err)
                  == PB_DATA);
        cr_expect(strstr(err.text, NAMES[i]) != NULL, "%s", err.text);
        close_trial();
    }
}
