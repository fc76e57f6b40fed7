/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "params/load.h"
#include "results/draws.h"
#include "results/digits.h"
#include "results/json.h"
#include "results/reader.h"
#include "results/rule_text.h"
#include "sim/memory.h"
#include "sim/options.h"
#include "sim/sampler.h"
#include "sim/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The votes of a result under another rule (SPEC F9): the scenario in the file is simulated again
 * with its seed, its votes are checked against the stored ones, and the other rule's diagram gives
 * the exact probability for the same votes.
 */

typedef struct rule_job {
    pb_options options;
    pb_draws *draws;         /**< of the file */
    pb_loaded before, after; /**< the same scenario under its rule and under the other */
    double *p;               /**< of the file's rule, shape [draws][rounds] */
    int64_t mismatch;        /**< first draw whose union votes differ from the file's, -1: none */
    bool checked;
    double sum[PB_ROUNDS][3][PB_REPLICATES]; /**< of before, after, difference */
} rule_job;

/* ---- load: the file's scenario, and the same with the other rule in every round ---- */

static pb_status load_other(rule_job *job, const char *yaml)
{
    enum { OTHER_SIZE = 4096 };
    static char expression[OTHER_SIZE], name[PB_ROUNDS][OTHER_SIZE];
    const char *overrides[PB_ROUNDS + 1], *rule = job->options.rule;
    size_t n = 0;
    if (strchr(rule, '{') != NULL) { /* an expression, not a name */
        snprintf(expression, sizeof expression, "rules.other=%s", rule);
        overrides[n++] = expression;
        rule = "other";
    }
    for (int r = 0; r < job->before.scenario->n_rounds; r++) {
        snprintf(name[r], sizeof name[r], "rounds[%d].rule=%s", r, rule);
        overrides[n++] = name[r];
    }
    const pb_load_options load = {
        .path = job->options.operand, .text = yaml, .overrides = overrides, .n_overrides = n};
    /* the notes were told when the file was made; only an error is worth saying */
    const pb_status status = pb_load_scenario_with(&load, NULL, &job->after);
    return status == PB_OK ? PB_OK : pb_load_scenario_with(&load, stderr, &job->after);
}

static pb_status load(rule_job *job, pb_error *err)
{
    char *yaml = NULL;
    pb_status status = pb_read_attribute(job->options.operand, "scenario_yaml", &yaml, err);
    if (status == PB_OK) {
        status = pb_load_scenario_text(yaml, job->options.operand, NULL, &job->before);
    }
    if (status == PB_OK) {
        status = pb_draws_open(job->options.operand, job->before.scenario, &job->draws, err);
    }
    if (status == PB_OK) {
        status = load_other(job, yaml);
    }
    free(yaml);
    return status;
}

/* ---- simulate ---- */

/* The file's rule: keeps each draw's probability and compares the votes with the stored ones. */
static pb_status take_before(void *context, int64_t first, int64_t n,
                             const void *const column[PB_N_COLUMNS], const double *inputs,
                             pb_error *err)
{
    rule_job *job = context;
    const pb_scenario *s = job->before.scenario;
    const size_t rounds = (size_t)s->n_rounds, items = rounds * (size_t)s->coalition.n_unions;
    uint8_t *stored = malloc((size_t)n * items);
    (void)inputs;
    if (stored == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the stored votes");
    }
    memcpy(job->p + (size_t)first * rounds, column[PB_COLUMN_ratify_probability],
           (size_t)n * rounds * sizeof *job->p);
    job->checked = pb_draws_have(job->draws, PB_COLUMN_union_vote);
    const pb_status status =
        job->checked ? pb_draws_read(job->draws, PB_COLUMN_union_vote, first, n, stored, err)
                     : PB_OK;
    const uint8_t *vote = column[PB_COLUMN_union_vote];
    for (size_t i = 0; i < (size_t)n * items && status == PB_OK && job->checked; i++) {
        if (vote[i] != stored[i] && job->mismatch < 0) {
            job->mismatch = first + (int64_t)(i / items);
        }
    }
    free(stored);
    return status;
}

/* The other rule: sums by replicate of both probabilities and of their difference. */
static pb_status take_after(void *context, int64_t first, int64_t n,
                            const void *const column[PB_N_COLUMNS], const double *inputs,
                            pb_error *err)
{
    rule_job *job = context;
    const int rounds = job->before.scenario->n_rounds;
    const double *after = column[PB_COLUMN_ratify_probability];
    (void)inputs, (void)err;
    for (int64_t i = 0; i < n * rounds; i++) {
        const size_t replicate = (size_t)((first + i / rounds) % PB_REPLICATES);
        const double before = job->p[first * rounds + i];
        double(*sum)[PB_REPLICATES] = job->sum[i % rounds];
        sum[0][replicate] += before;
        sum[1][replicate] += after[i];
        sum[2][replicate] += after[i] - before;
    }
    return PB_OK;
}

static pb_status simulate(rule_job *job, const pb_scenario *scenario, pb_sink *sink, pb_error *err)
{
    pb_model *model = NULL;
    pb_series_list none = {0};
    pb_statistics statistics = {0};
    const pb_kernels *kernels;
    pb_status status = pb_model_kernels(&kernels, err);
    if (status != PB_OK) {
        return status;
    }
    status = pb_model_make(scenario, &model, err);
    if (status == PB_OK) {
        status = pb_statistics_init(&none, &statistics, err);
    }
    if (status == PB_OK) {
        const pb_job sample = {.scenario = scenario,
                               .model = model,
                               .kernels = kernels,
                               .keep = PB_KEEP_DRAWS,
                               .threads = job->options.threads > 0 ? job->options.threads
                                                                   : pb_default_threads(),
                               .sink = sink,
                               .context = job};
        status = pb_sample(&sample, &statistics, err);
    }
    pb_statistics_free(&statistics);
    pb_model_free(model);
    return status;
}

static pb_status simulate_both(rule_job *job, pb_error *err)
{
    const pb_scenario *s = job->before.scenario;
    job->mismatch = -1;
    pb_status status =
        pb_memory_check((uint64_t)s->run.draws * (uint64_t)s->n_rounds * sizeof *job->p,
                        "the file has too many draws for this machine", err);
    if (status != PB_OK) {
        return status;
    }
    job->p = malloc((size_t)s->run.draws * (size_t)s->n_rounds * sizeof *job->p);
    if (job->p == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for %lld draws", (long long)s->run.draws);
    }
    status = simulate(job, s, take_before, err);
    if (status == PB_OK && job->mismatch >= 0) {
        return pb_fail(err, PB_DATA,
                       "%s: the votes of draw %lld are not those of this planb: the file was made "
                       "by another version",
                       job->options.operand, (long long)job->mismatch);
    }
    return status == PB_OK ? simulate(job, job->after.scenario, take_after, err) : status;
}

/* ---- tell ---- */

/* Mean and standard error from the replicates' sums. */
static pb_entry estimate(const double *sum, int64_t draws, pb_method method)
{
    const double each = (double)draws / PB_REPLICATES;
    double mean = 0.0, squares = 0.0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        mean += sum[r] / each / PB_REPLICATES;
    }
    for (int r = 0; r < PB_REPLICATES; r++) {
        squares += (sum[r] / each - mean) * (sum[r] / each - mean);
    }
    return (pb_entry){.kind = PB_ENTRY_ESTIMATE,
                      .method = method,
                      .value = mean,
                      .se = sqrt(squares / (PB_REPLICATES - 1) / PB_REPLICATES),
                      .n = draws};
}

static void summarise(rule_job *job, pb_summary *summary)
{
    const pb_scenario *before = job->before.scenario, *after = job->after.scenario;
    const int64_t draws = before->run.draws;
    const pb_method method =
        before->run.sampling == PB_SAMPLING_SOBOL ? PB_METHOD_RQMC : PB_METHOD_CONDITIONAL;
    char text[1024];
    pb_summary_text(summary, before->name, "scenario");
    pb_summary_integer(summary, (uint64_t)draws, "draws");
    pb_summary_text(summary, job->checked ? "equal to the file's" : "not stored in the file",
                    "votes");
    for (int r = 0; r < before->n_rounds; r++) {
        static const char *const KEY[] = {"before", "after", "difference"};
        pb_summary_text(summary, before->round[r].id, "rounds/[%d]/id", r);
        pb_rule_text(&before->round[r].rule, &before->coalition, text, sizeof text);
        pb_summary_text(summary, text, "rounds/[%d]/rule_before", r);
        pb_rule_text(&after->round[r].rule, &after->coalition, text, sizeof text);
        pb_summary_text(summary, text, "rounds/[%d]/rule_after", r);
        for (int i = 0; i < 3; i++) {
            const pb_entry e = estimate(job->sum[r][i], draws, method);
            pb_summary_estimate(summary, e.value, e.se, e.method, e.n, "rounds/[%d]/%s", r, KEY[i]);
        }
    }
}

static void print_line(const pb_summary *summary, int r, const char *key, const char *text)
{
    const pb_entry *e = pb_summary_find(summary, "rounds/[%d]/%s", r, key);
    char value[PB_DIGITS_SIZE], error[PB_DIGITS_SIZE];
    pb_digits(e->value, e->se, value, error);
    printf("  %9s%s%-9s  %s\n", value, *error != '\0' ? " +- " : "    ", error, text);
}

static void print_text(const pb_summary *summary, int n_rounds)
{
    printf("The same votes under another rule (scenario %s, %s draws; votes %s)\n",
           pb_summary_find(summary, "scenario")->text, pb_summary_find(summary, "draws")->text,
           pb_summary_find(summary, "votes")->text);
    for (int r = 0; r < n_rounds; r++) {
        printf("\nP(the votes of round %s satisfy), over all draws\n",
               pb_summary_find(summary, "rounds/[%d]/id", r)->text);
        print_line(summary, r, "before",
                   pb_summary_find(summary, "rounds/[%d]/rule_before", r)->text);
        print_line(summary, r, "after",
                   pb_summary_find(summary, "rounds/[%d]/rule_after", r)->text);
        print_line(summary, r, "difference", "difference, same draws");
    }
}

static pb_status run_rule(rule_job *job, pb_error *err)
{
    pb_summary summary = {0};
    pb_status status = load(job, err);
    if (status == PB_OK) {
        status = simulate_both(job, err);
    }
    if (status == PB_OK) {
        summarise(job, &summary);
        status = pb_summary_check(&summary, err);
    }
    if (status == PB_OK && job->options.json) {
        pb_json_summary(&summary, stdout);
    } else if (status == PB_OK) {
        print_text(&summary, job->before.scenario->n_rounds);
    }
    pb_summary_free(&summary);
    return status;
}

pb_status pb_cmd_rule(int argc, char **argv, pb_error *err)
{
    static rule_job job;
    memset(&job, 0, sizeof job);
    pb_status status = pb_options_parse(argc, argv, PB_ASKING_RULE, "rule FILE.h5 --rule NAME|EXPR",
                                        &job.options, err);
    if (status == PB_OK && !job.options.help) {
        status = job.options.rule != NULL
                     ? run_rule(&job, err)
                     : pb_fail(err, PB_USAGE, "planb rule: --rule NAME or EXPR is missing");
    }
    free(job.p);
    pb_draws_close(job.draws);
    pb_loaded_free(&job.before);
    pb_loaded_free(&job.after);
    return status;
}
