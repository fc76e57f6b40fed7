/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/target.h"

#include <string.h>

/* The path in a summary of `rounds[0].ratified`: "rounds/[0]/ratified". False if it is too long. */
static bool path_of(const char *name, char *path)
{
    size_t n = 0;
    for (const char *p = name; *p != '\0' && n + 2 < PB_PATH_SIZE; p++) {
        if (*p == '[' && n > 0) {
            path[n++] = '/';
        }
        path[n++] = *p == '.' ? '/' : *p;
    }
    path[n] = '\0';
    return n + 2 < PB_PATH_SIZE;
}

/* The estimate of a name, NULL if there is none: quantiles have a point in their last key. */
static const pb_entry *find(const pb_summary *summary, const char *name)
{
    char path[PB_PATH_SIZE];
    if (!path_of(name, path)) {
        return NULL;
    }
    const pb_entry *entry = pb_summary_find(summary, "%s", path);
    char *last = strstr(path, "/quantiles/");
    last = last == NULL ? NULL : strchr(last + strlen("/quantiles/"), '/');
    if (entry == NULL && last != NULL) {
        *last = '.';
        entry = pb_summary_find(summary, "%s", path);
    }
    return entry != NULL && entry->kind == PB_ENTRY_ESTIMATE ? entry : NULL;
}

/* Whether all targets are met; a standard error that is not known meets none. */
static pb_status look(const pb_run_params *run, const pb_statistics *statistics, bool *met,
                      pb_error *err)
{
    pb_summary summary = {0};
    pb_statistics_summarise(statistics, run->sampling, &summary);
    pb_status status = pb_summary_check(&summary, err);
    *met = true;
    for (int i = 0; i < run->n_targets && status == PB_OK; i++) {
        const pb_entry *entry = find(&summary, run->target[i].name);
        if (entry == NULL) {
            status = pb_fail(err, PB_DATA,
                             "run.target_se: no estimate '%s' (such as ratified, "
                             "rounds[0].ratified, balance.realised[0].mean: the keys of --json)",
                             run->target[i].name);
        }
        *met = *met && entry != NULL && entry->se <= run->target[i].se;
    }
    pb_summary_free(&summary);
    return status;
}

static int64_t power_of_two_from(int64_t draws)
{
    int64_t power = PB_FEWEST_DRAWS;
    while (power < draws) {
        power *= 2;
    }
    return power;
}

static pb_status sample_up_to(const pb_job *job, int64_t from, int64_t to,
                              pb_statistics *statistics, pb_error *err)
{
    static pb_scenario longer; /* the same scenario: a megabyte */
    pb_job part = *job;
    longer = *job->scenario;
    longer.run.draws = to;
    part.scenario = &longer;
    part.first = from;
    return pb_sample(&part, statistics, err);
}

pb_status pb_sample_to_target(const pb_job *job, pb_statistics *statistics, int64_t *draws,
                              bool *reached, pb_error *err)
{
    const pb_run_params *run = &job->scenario->run;
    int64_t wanted = power_of_two_from(run->draws);
    pb_status status = sample_up_to(job, 0, PB_FEWEST_DRAWS, statistics, err);
    *draws = PB_FEWEST_DRAWS;
    if (status == PB_OK) { /* a name that is wrong shows at once */
        status = look(run, statistics, reached, err);
    }
    *reached = *reached && *draws >= wanted;
    while (status == PB_OK && !*reached && wanted <= run->max_draws) {
        status = sample_up_to(job, *draws, wanted, statistics, err);
        *draws = wanted;
        wanted *= 2;
        if (status == PB_OK) {
            status = look(run, statistics, reached, err);
        }
    }
    return status;
}

pb_status pb_to_target_sample(const pb_scenario *scenario, int threads, pb_to_target *found,
                              pb_error *err)
{
    pb_job job = {.scenario = scenario, .keep = PB_KEEP_NONE, .threads = threads};
    memset(found, 0, sizeof *found);
    pb_status status = pb_model_kernels(&job.kernels, err);
    status = status == PB_OK ? pb_model_make(scenario, &found->model, err) : status;
    status =
        status == PB_OK ? pb_model_series(found->model, scenario, &found->series, err) : status;
    status = status == PB_OK ? pb_statistics_init(&found->series, &found->statistics, err) : status;
    if (status == PB_OK) {
        job.model = found->model;
        status = pb_sample_to_target(&job, &found->statistics, &found->draws, &found->reached, err);
    }
    return status;
}

void pb_to_target_free(pb_to_target *found)
{
    pb_statistics_free(&found->statistics);
    pb_series_list_free(&found->series);
    pb_model_free(found->model);
    memset(found, 0, sizeof *found);
}
