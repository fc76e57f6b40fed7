/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_shares SCENARIO.yaml DIRECTORY: CPU seconds of simulating 65,536 draws on one thread
 * without statistics, with them, and with the draws written, checked and published as well, in
 * interleaved rounds; medians, of a round's differences, as one JSON object.
 */
#define _POSIX_C_SOURCE 200809L
#include "params/load.h"
#include "results/summarise.h"
#include "results/writer.h"
#include "sim/sampler.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 11, DRAWS = 65536 };

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void must(pb_status status, const pb_error *err)
{
    if (status != PB_OK) {
        fprintf(stderr, "bench_shares: %s\n", err->text);
        exit(EXIT_FAILURE);
    }
}

static pb_status write_draws(void *writer, int64_t first, int64_t n,
                             const void *const column[PB_N_COLUMNS], const double *inputs,
                             pb_error *err)
{
    return pb_writer_draws(writer, first, n, column, inputs, err);
}

/* Seconds of one run; `path` is where the draws go, NULL: nowhere. */
static double run_once(const pb_loaded *loaded, const pb_model *model, const pb_series_list *list,
                       const char *path)
{
    pb_error err = {0};
    pb_statistics statistics;
    pb_summary summary = {0};
    pb_writer *writer = NULL;
    const pb_provenance provenance = {.planb_version = "0",
                                      .git_revision = "bench",
                                      .scenario_yaml = loaded->yaml,
                                      .command = "bench",
                                      .sampling = "sobol",
                                      .rule_methods = "conditional",
                                      .draws = DRAWS,
                                      .keep = PB_KEEP_DRAWS};
    pb_job job = {.scenario = loaded->scenario,
                  .model = model,
                  .kernels = pb_kernels_get(),
                  .keep = PB_KEEP_DRAWS,
                  .threads = 1};
    must(pb_statistics_init(list, &statistics, &err), &err);
    const double start = cpu_seconds();
    if (path != NULL) {
        must(pb_writer_create(path, true, loaded->scenario, &provenance, NULL, 0, &writer, &err),
             &err);
        job.sink = write_draws;
        job.context = writer;
    }
    must(pb_sample(&job, &statistics, &err), &err);
    double seconds = cpu_seconds() - start;
    pb_statistics_summarise(&statistics, loaded->scenario->run.sampling, &summary);
    if (path != NULL) {
        const double again = cpu_seconds();
        must(pb_writer_finish(writer, &summary, &err), &err);
        seconds += cpu_seconds() - again;
    }
    pb_summary_free(&summary);
    pb_statistics_free(&statistics);
    return seconds;
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *x)
{
    qsort(x, ROUNDS, sizeof *x, by_value);
    return x[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    pb_error err = {0};
    pb_loaded loaded;
    pb_model *model;
    pb_series_list list;
    const pb_series_list none = {0};
    const char *const overrides[] = {"run.draws=65536"};
    double bare[ROUNDS], statistics[ROUNDS], output[ROUNDS];
    char path[4096];
    if (argc != 3) {
        fprintf(stderr, "usage: bench_shares SCENARIO.yaml DIRECTORY\n");
        return EXIT_FAILURE;
    }
    gsl_set_error_handler_off();
    if (pb_load_scenario(argv[1], overrides, 1, NULL, &loaded) != PB_OK) {
        fprintf(stderr, "bench_shares: cannot load %s\n", argv[1]);
        return EXIT_FAILURE;
    }
    must(pb_model_make(loaded.scenario, &model, &err), &err);
    must(pb_model_series(model, loaded.scenario, &list, &err), &err);
    snprintf(path, sizeof path, "%s/bench_shares.h5", argv[2]);
    for (int i = 0; i < ROUNDS; i++) {
        bare[i] = run_once(&loaded, model, &none, NULL);
        const double counted = run_once(&loaded, model, &list, NULL);
        statistics[i] = counted - bare[i];
        output[i] = run_once(&loaded, model, &list, path) - counted;
    }
    remove(path);
    printf("{\"simulation\": %.6f, \"statistics\": %.6f, \"output\": %.6f}\n", median(bare),
           median(statistics), median(output));
    pb_series_list_free(&list);
    pb_model_free(model);
    pb_loaded_free(&loaded);
    return EXIT_SUCCESS;
}
