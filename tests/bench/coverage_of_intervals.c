/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coverage_of_intervals SCENARIO.yaml [SEEDS]: how often the 95% interval that a run prints holds
 * the long-run value, over SEEDS (1,000) runs of 16,384 draws with seeds of their own, in both
 * sampling modes. The long-run value is the mean over all seeds under sobol. An interval is value
 * +- 2.131 se under sobol (t with 15 degrees of freedom, 16 replicates) and +- 1.960 se under
 * random. Exits 1 if a share is outside 93-97%.
 */
#define _POSIX_C_SOURCE 200809L
#include "params/load.h"
#include "results/statistics.h"
#include "sim/sampler.h"
#include "sim/threads.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DRAWS = 16384, N_MODES = 2, N_NAMES = 6, DEFAULT_SEEDS = 1000 };

static const char *const PATHS[N_NAMES] = {
    "rounds/[0]/ratified",       "deal",
    "rounds/[1]/ratified",       "balanced_at_close/realised/both_years",
    "balance/realised/[0]/mean", "balance/realised/[0]/quantiles/0.05",
};
static const char *const MODES[N_MODES] = {"run.sampling=sobol", "run.sampling=random"};

typedef struct answer {
    double value, se;
} answer;

static void stop_if(bool wrong, const char *what)
{
    if (wrong) {
        fprintf(stderr, "coverage_of_intervals: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* One run: its answers to the names. */
static void run_seed(pb_scenario *scenario, uint64_t seed, answer (*answers)[N_NAMES])
{
    pb_error err = {0};
    pb_model *model = NULL;
    pb_series_list list;
    pb_statistics statistics;
    pb_summary summary = {0};
    scenario->run.seed = seed;
    stop_if(pb_model_make(scenario, &model, &err) != PB_OK
                || pb_model_series(model, scenario, &list, &err) != PB_OK
                || pb_statistics_init(&list, &statistics, &err) != PB_OK,
            err.text);
    const pb_job job = {.scenario = scenario,
                        .model = model,
                        .kernels = pb_kernels_get(),
                        .threads = pb_default_threads()};
    stop_if(pb_sample(&job, &statistics, &err) != PB_OK, err.text);
    pb_statistics_summarise(&statistics, scenario->run.sampling, &summary);
    for (int i = 0; i < N_NAMES; i++) {
        const pb_entry *entry = pb_summary_find(&summary, "%s", PATHS[i]);
        stop_if(entry == NULL, PATHS[i]);
        (*answers)[i] = (answer){entry->value, entry->se};
    }
    pb_summary_free(&summary);
    pb_statistics_free(&statistics);
    pb_series_list_free(&list);
    pb_model_free(model);
}

static void run_mode(const char *path, const char *mode, int seeds, answer (*answers)[N_NAMES])
{
    const char *const overrides[] = {"run.draws=16384", mode};
    pb_loaded loaded;
    stop_if(pb_load_scenario(path, overrides, 2, NULL, &loaded) != PB_OK, path);
    for (int s = 0; s < seeds; s++) {
        run_seed(loaded.scenario, (uint64_t)s + 1, &answers[s]);
    }
    pb_loaded_free(&loaded);
}

static double mean_value(const answer (*answers)[N_NAMES], int seeds, int name)
{
    double sum = 0.0;
    for (int s = 0; s < seeds; s++) {
        sum += answers[s][name].value;
    }
    return sum / seeds;
}

/* Prints a line; returns whether the share is in its range. */
static bool judge(const answer (*answers)[N_NAMES], int seeds, int name, double truth, double width)
{
    double squares = 0.0, claimed = 0.0;
    int covered = 0;
    for (int s = 0; s < seeds; s++) {
        const answer a = answers[s][name];
        covered += fabs(a.value - truth) <= width * a.se;
        squares += (a.value - truth) * (a.value - truth);
        claimed += a.se * a.se;
    }
    const double share = (double)covered / seeds;
    printf("  %-40s %6.1f%%   error %.3g, claimed %.3g (root mean squares)\n", PATHS[name],
           100.0 * share, sqrt(squares / seeds), sqrt(claimed / seeds));
    return share >= 0.93 && share <= 0.97;
}

int main(int argc, char **argv)
{
    stop_if(argc < 2 || argc > 3, "usage: coverage_of_intervals SCENARIO.yaml [SEEDS]");
    const int seeds = argc == 3 ? atoi(argv[2]) : DEFAULT_SEEDS;
    const double width[N_MODES] = {gsl_cdf_tdist_Pinv(0.975, PB_REPLICATES - 1),
                                   gsl_cdf_ugaussian_Pinv(0.975)};
    answer(*answers[N_MODES])[N_NAMES];
    bool right = true;
    stop_if(seeds < 1, "usage: coverage_of_intervals SCENARIO.yaml [SEEDS]");
    gsl_set_error_handler_off();
    for (int m = 0; m < N_MODES; m++) {
        answers[m] = calloc((size_t)seeds, sizeof *answers[m]);
        stop_if(answers[m] == NULL, "out of memory");
        run_mode(argv[1], MODES[m], seeds, answers[m]);
        printf("%s, %d seeds of %d draws: share of 95%% intervals that hold the long-run value\n",
               MODES[m], seeds, DRAWS);
        for (int i = 0; i < N_NAMES; i++) {
            const double truth = mean_value((const answer(*)[N_NAMES])answers[0], seeds, i);
            right &= judge((const answer(*)[N_NAMES])answers[m], seeds, i, truth, width[m]);
        }
    }
    free(answers[0]), free(answers[1]);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
