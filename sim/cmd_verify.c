/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "sim/options.h"
#include "sim/threads.h"
#include "sim/verify.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- for people ---- */

static void print_estimate(const pb_verified *estimate, const char *name)
{
    if (!estimate->available) {
        printf("  %-12s  %s\n", name, estimate->reason);
        return;
    }
    printf("  %-12s %10.6f %12.2g", name, estimate->value, estimate->se);
    if (isnan(estimate->z)) {
        printf("\n");
    } else {
        printf(" %+14.6f %12.2g %+8.2f\n", estimate->difference, estimate->difference_se,
               estimate->z);
    }
}

static void print_round(const pb_verified_round *round, const char *id)
{
    char against[64];
    snprintf(against, sizeof against, "less %s", PB_ESTIMATOR_NAMES[round->reference]);
    printf("\nround %s\n", id);
    printf("  %-12s %10s %12s %14s %12s %8s\n", "", "P(ratified)", "std. error", against,
           "std. error", "z");
    for (int e = 0; e < PB_N_ESTIMATORS; e++) {
        print_estimate(&round->of[e], PB_ESTIMATOR_NAMES[e]);
    }
}

static void print_text(const pb_scenario *scenario, const pb_verification *v)
{
    printf("%s: %" PRId64 " draws, seed %" PRIu64 "\n", scenario->name, v->draws,
           scenario->run.seed);
    for (int r = 0; r < v->n_rounds; r++) {
        print_round(&v->round[r], scenario->round[r].id);
    }
    if (v->n_rounds > 1) {
        printf("\nThe second round is looked at where the first one fails.");
    }
    if (v->has_evidence) {
        printf("\nImportance weights: khat %.2f, %.0f effective draws in round %s. The other "
               "estimates condition\non evidence as if all effects were normal: where they have "
               "t tails, a difference to\nimportance is the size of that approximation.",
               v->k, v->round[0].size, scenario->round[0].id);
    }
    printf("\n%s within %.0f standard errors.\n",
           v->agrees ? "All estimators agree" : "NOT all estimators agree", PB_VERIFY_LIMIT);
}

/* ---- for programs ---- */

static void print_number(const char *key, double value, const char *after)
{
    printf("\"%s\": ", key);
    if (isfinite(value)) {
        printf("%.17g%s", value, after);
    } else {
        printf("null%s", after); /* JSON has no infinity */
    }
}

static void print_json_estimate(const pb_verified_round *round, int which)
{
    const pb_verified *estimate = &round->of[which];
    printf("     \"%s\": {", PB_ESTIMATOR_NAMES[which]);
    if (!estimate->available) {
        printf("\"value\": null, \"reason\": ");
        pb_json_string(estimate->reason, stdout);
    } else {
        print_number("value", estimate->value, ", ");
        print_number("se", estimate->se, ", ");
        print_number("difference", estimate->difference, ", ");
        print_number("difference_se", estimate->difference_se, ", ");
        print_number("z", estimate->z, "");
    }
    printf("},\n");
}

static void print_json_round(const pb_verified_round *round, const char *id, bool is_last)
{
    printf("    {\"id\": ");
    pb_json_string(id, stdout);
    printf(",\n");
    for (int e = 0; e < PB_N_ESTIMATORS; e++) {
        print_json_estimate(round, e);
    }
    printf("     \"reference\": \"%s\", ", PB_ESTIMATOR_NAMES[round->reference]);
    print_number("effective_draws", round->size, ", ");
    printf("\"agrees\": %s}%s\n", round->agrees ? "true" : "false", is_last ? "" : ",");
}

static void print_json(const pb_scenario *scenario, const pb_verification *v)
{
    printf("{\n  \"scenario\": ");
    pb_json_string(scenario->name, stdout);
    printf(",\n  \"draws\": %" PRId64 ",\n  \"seed\": %" PRIu64 ",\n  ", v->draws,
           scenario->run.seed);
    print_number("khat", v->k, ",\n");
    printf("  \"rounds\": [\n");
    for (int r = 0; r < v->n_rounds; r++) {
        print_json_round(&v->round[r], scenario->round[r].id, r + 1 == v->n_rounds);
    }
    printf("  ],\n  \"agrees\": %s\n}\n", v->agrees ? "true" : "false");
}

/* ---- the command ---- */

static pb_status fail_with_differences(const pb_scenario *scenario, const pb_verification *v,
                                       pb_error *err)
{
    char list[512] = "";
    for (int r = 0; r < v->n_rounds; r++) {
        for (int e = 0; e < PB_N_ESTIMATORS; e++) {
            const pb_verified *estimate = &v->round[r].of[e];
            if (estimate->available && fabs(estimate->z) > PB_VERIFY_LIMIT) {
                snprintf(list + strlen(list), sizeof list - strlen(list),
                         "%s round %s: %s and %s by %.1f standard errors", list[0] ? ";" : "",
                         scenario->round[r].id, PB_ESTIMATOR_NAMES[e],
                         PB_ESTIMATOR_NAMES[v->round[r].reference], fabs(estimate->z));
            }
        }
    }
    return pb_fail(err, PB_INTERNAL, "estimators differ:%s", list);
}

static pb_status verify(const pb_scenario *scenario, const pb_options *options, pb_error *err)
{
    pb_verification v;
    pb_model *model;
    const pb_kernels *kernels;
    pb_status status = pb_model_kernels(&kernels, err);
    if (status != PB_OK) {
        return status;
    }
    status = pb_model_make(scenario, &model, err);
    if (status != PB_OK) {
        return status;
    }
    const int threads = options->threads > 0 ? options->threads : pb_default_threads();
    status = pb_verify(scenario, model, kernels, threads, &v, err);
    pb_model_free(model);
    if (status == PB_OK) {
        (options->json ? print_json : print_text)(scenario, &v);
        status = v.agrees ? PB_OK : fail_with_differences(scenario, &v, err);
    }
    return status;
}

pb_status pb_cmd_verify(int argc, char **argv, pb_error *err)
{
    static pb_options options;
    pb_loaded loaded = {0};
    pb_status status = pb_options_parse(argc, argv, PB_ASKING_VERIFY,
                                        "verify SCENARIO.yaml [OPTIONS]", &options, err);
    if (status != PB_OK || options.help) {
        return status;
    }
    status = pb_options_load(&options, stderr, &loaded);
    if (status == PB_OK) {
        status = verify(loaded.scenario, &options, err);
        pb_loaded_free(&loaded);
    }
    return status;
}
