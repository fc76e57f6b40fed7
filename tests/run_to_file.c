/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/run_to_file.h"

#include "params/load.h"
#include "results/summarise.h"
#include "results/writer.h"
#include "sim/sampler.h"
#include "tests/folder.h"

#include <criterion/criterion.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *new_path(void)
{
    static char path[256];
    static int count;
    snprintf(path, sizeof path, "%s/planb-test-%ld-%d.h5", folder_parent(), (long)getpid(),
             count++);
    return path;
}

static pb_status write_draws(void *writer, int64_t first, int64_t n,
                             const void *const column[PB_N_COLUMNS], const double *inputs,
                             pb_error *err)
{
    return pb_writer_draws(writer, first, n, column, inputs, err);
}

static const char *run_loaded(pb_loaded loaded, int64_t draws, pb_keep keep, int threads)
{
    pb_error err = {0};
    pb_model *model = NULL;
    pb_series_list list;
    pb_statistics statistics;
    pb_summary summary;
    pb_writer *writer = NULL;
    const char *path = new_path();

    loaded.scenario->run.draws = draws;
    cr_assert(pb_model_make(loaded.scenario, &model, &err) == PB_OK, "%s", err.text);
    cr_assert(pb_model_series(model, loaded.scenario, &list, &err) == PB_OK);
    cr_assert(pb_statistics_init(&list, &statistics, &err) == PB_OK);
    const pb_provenance provenance = {.planb_version = "0",
                                      .git_revision = "test",
                                      .scenario_yaml = loaded.yaml,
                                      .command = "test",
                                      .sampling = "random",
                                      .rule_methods = "conditional",
                                      .seed = loaded.scenario->run.seed,
                                      .draws = draws,
                                      .keep = keep};
    char(*text)[PB_INPUT_LABEL_SIZE] = calloc(model->inputs.n, sizeof *text);
    const char **label = calloc(model->inputs.n, sizeof *label);
    for (size_t i = 0; i < model->inputs.n; i++) {
        pb_input_label(&model->inputs.item[i], text[i], sizeof text[i]);
        label[i] = text[i];
    }
    cr_assert(pb_writer_create(path, false, loaded.scenario, &provenance, label, model->inputs.n,
                               &writer, &err)
                  == PB_OK,
              "%s", err.text);
    const pb_job job = {.scenario = loaded.scenario,
                        .model = model,
                        .kernels = pb_kernels_get(),
                        .keep = keep,
                        .threads = threads,
                        .sink = write_draws,
                        .context = writer};
    cr_assert(pb_sample(&job, &statistics, &err) == PB_OK, "%s", err.text);
    cr_assert(pb_summarise(&loaded, &model->ratification, &provenance, &statistics, &summary, &err)
              == PB_OK);
    cr_assert(pb_writer_finish(writer, &summary, &err) == PB_OK, "%s", err.text);
    pb_summary_free(&summary);
    pb_statistics_free(&statistics);
    pb_series_list_free(&list);
    free(label), free(text);
    pb_model_free(model);
    pb_loaded_free(&loaded);
    return path;
}

const char *run_to_file(const char *yaml, int64_t draws, pb_keep keep, int threads)
{
    pb_loaded loaded;
    cr_assert(pb_load_scenario_text(yaml, "test", stderr, &loaded) == PB_OK);
    return run_loaded(loaded, draws, keep, threads);
}

const char *run_file(const char *scenario, int64_t draws, pb_keep keep, int threads)
{
    return run_changed(scenario, NULL, 0, draws, keep, threads);
}

const char *run_changed(const char *scenario, const char *const *changes, size_t n_changes,
                        int64_t draws, pb_keep keep, int threads)
{
    pb_loaded loaded;
    cr_assert(pb_load_scenario(scenario, changes, n_changes, stderr, &loaded) == PB_OK);
    return run_loaded(loaded, draws, keep, threads);
}

double *read_dataset(const char *path, const char *name, size_t *n_values)
{
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
    const hid_t space = H5Dget_space(set);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    cr_assert(file >= 0 && set >= 0 && n > 0, "%s in %s", name, path);
    double *values = malloc((size_t)n * sizeof *values);
    cr_assert(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Sclose(space), H5Dclose(set), H5Fclose(file);
    *n_values = (size_t)n;
    return values;
}

void expect_everywhere(const char *path, const char *name, size_t items, size_t item,
                       double expected)
{
    size_t draws, n;
    double *values = read_dataset(path, name, &n), worst = 0.0;
    free(read_dataset(path, "outcome", &draws)); /* one a draw */
    cr_assert(n == draws * items, "%s", name);
    for (size_t draw = 0; draw < draws; draw++) {
        worst = fmax(worst, fabs(values[draw * items + item] - expected));
    }
    cr_expect(worst < 1e-8, "%s[%zu] should be %.9f, is %.9f in the first draw", name, item,
              expected, values[item]);
    free(values);
}

char *read_source(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", PLANB_SOURCE, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    char *text = calloc(1, 1 << 20);
    cr_assert(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    cr_assert_not_null(at, "'%s' is not in the text any more", from);
    const size_t size = strlen(text) + strlen(to) + 1;
    char *made = malloc(size);
    snprintf(made, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return made;
}
