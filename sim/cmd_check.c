/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "sim/options.h"
#include "sim/sampler.h"
#include "sim/threads.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* What a run would be like. */
typedef struct forecast {
    size_t n_inputs;
    int threads;
    double seconds;   /**< of simulation, from one block that was really run */
    double megabytes; /**< of the result file's columns */
    double memory_megabytes;
} forecast;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds that one block takes on one thread, and the memory of the whole run. */
static pb_status time_block(const pb_scenario *scenario, const pb_model *model,
                            const pb_options *options, forecast *f, pb_error *err)
{
    pb_series_list list;
    pb_statistics statistics;
    static pb_scenario one; /* the same scenario, one block long */
    one = *scenario;
    one.run.draws = PB_BLOCK;
    const pb_kernels *kernels;
    pb_status status = pb_model_kernels(&kernels, err);
    if (status != PB_OK) {
        return status;
    }
    const pb_job job = {.scenario = &one, .model = model, .kernels = kernels, .threads = 1};
    status = pb_model_series(model, scenario, &list, err);
    if (status != PB_OK) {
        return status;
    }
    status = pb_statistics_init(&list, &statistics, err);
    const double start = now();
    if (status == PB_OK) {
        status = pb_sample(&job, &statistics, err);
        f->seconds = now() - start;
        const pb_job whole = {.model = model, .keep = options->keep, .threads = f->threads};
        f->memory_megabytes = 1e-6 * (double)pb_sample_bytes(&whole, &list);
        pb_statistics_free(&statistics);
    }
    pb_series_list_free(&list);
    return status;
}

static double row_bytes(const pb_model *model, pb_keep keep)
{
    double bytes = sizeof(int64_t); /* the axis itself */
    for (size_t c = 0; c < PB_N_COLUMNS; c++) {
        if (PB_COLUMNS[c].keep <= keep) {
            bytes += (double)(pb_column_items(&PB_COLUMNS[c], &model->shape) * PB_COLUMNS[c].width);
        }
    }
    return keep == PB_KEEP_INPUTS ? bytes + (double)(model->inputs.n * sizeof(double)) : bytes;
}

static pb_status predict(const pb_scenario *scenario, const pb_options *options, forecast *f,
                         pb_error *err)
{
    pb_model *model;
    pb_status status = pb_model_make(scenario, &model, err);
    if (status != PB_OK) {
        return status;
    }
    f->threads = options->threads > 0 ? options->threads : pb_default_threads();
    status = time_block(scenario, model, options, f, err);
    const double draws = (double)scenario->run.draws;
    f->n_inputs = model->inputs.n;
    f->seconds *= draws / PB_BLOCK / f->threads;
    f->megabytes =
        options->keep == PB_KEEP_NONE ? 0.0 : draws * row_bytes(model, options->keep) / 1e6;
    pb_model_free(model);
    return status;
}

static void print_uncertain(const pb_parameters *parameters)
{
    char text[96];
    if (parameters->n > 0) {
        printf("  %d uncertain parameter%s:\n", parameters->n, parameters->n == 1 ? "" : "s");
    }
    for (int i = 0; i < parameters->n; i++) {
        printf("    %s: %s\n", parameters->item[i].name,
               pb_quantity_text(&parameters->item[i].quantity, text, sizeof text));
    }
}

static void print_uncertain_json(const pb_parameters *parameters)
{
    char text[96];
    printf(", \"uncertain\": {");
    for (int i = 0; i < parameters->n; i++) {
        printf("%s", i == 0 ? "" : ", ");
        pb_json_string(parameters->item[i].name, stdout);
        printf(": ");
        pb_json_string(pb_quantity_text(&parameters->item[i].quantity, text, sizeof text), stdout);
    }
    printf("}");
}

static void print_text(const pb_scenario *scenario, const forecast *f)
{
    printf("%s is a valid scenario: %s\n", scenario->name, scenario->title);
    printf("  %d unions, %d units, %d rounds, %d revenue streams, %d savings, %d Plan B options\n",
           scenario->coalition.n_unions, scenario->coalition.n_units, scenario->n_rounds,
           scenario->revenue.n_streams, scenario->savings.n_savings, scenario->plan_b.n_options);
    printf("  a run takes %" PRId64 " draws of %zu random inputs: about %.1f s on %d thread%s, "
           "%.0f MB of draws, %.0f MB of memory\n",
           scenario->run.draws, f->n_inputs, f->seconds, f->threads, f->threads == 1 ? "" : "s",
           f->megabytes, f->memory_megabytes);
    print_uncertain(&scenario->parameters);
}

static void print_json(const pb_scenario *scenario, const forecast *f)
{
    printf("{\"scenario\": ");
    pb_json_string(scenario->name, stdout);
    printf(", \"unions\": %d, \"units\": %d, \"rounds\": %d, \"streams\": %d, \"savings\": %d, "
           "\"options\": %d,\n \"draws\": %" PRId64 ", \"inputs\": %zu, \"threads\": %d, "
           "\"seconds\": %.3f, \"megabytes\": %.3f, \"memory_megabytes\": %.3f",
           scenario->coalition.n_unions, scenario->coalition.n_units, scenario->n_rounds,
           scenario->revenue.n_streams, scenario->savings.n_savings, scenario->plan_b.n_options,
           scenario->run.draws, f->n_inputs, f->threads, f->seconds, f->megabytes,
           f->memory_megabytes);
    print_uncertain_json(&scenario->parameters);
    printf("}\n");
}

pb_status pb_cmd_check(int argc, char **argv, pb_error *err)
{
    static pb_options options;
    pb_loaded loaded = {0};
    forecast f = {0};
    pb_status status = pb_options_parse(argc, argv, PB_ASKING_CHECK,
                                        "check SCENARIO.yaml [OPTIONS]", &options, err);
    if (status != PB_OK || options.help) {
        return status;
    }
    status = pb_options_load(&options, stderr, &loaded);
    if (status == PB_OK) {
        status = predict(loaded.scenario, &options, &f, err);
        if (status == PB_OK) {
            (options.json ? print_json : print_text)(loaded.scenario, &f);
        }
        pb_loaded_free(&loaded);
    }
    return status;
}
