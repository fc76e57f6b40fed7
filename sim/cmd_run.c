/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "results/output.h"
#include "results/page.h"
#include "results/summarise.h"
#include "results/writer.h"
#include "sim/depfile.h"
#include "sim/options.h"
#include "sim/sampler.h"
#include "sim/target.h"
#include "sim/threads.h"
#include "sim/version.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything a run owns. */
typedef struct run {
    pb_options options;
    pb_loaded loaded;
    pb_model *model;
    pb_series_list series;
    pb_statistics statistics;
    pb_summary summary;
    pb_writer *writer;
    bool sampled; /**< the statistics hold all draws already */
    char output[4096], command[8192], methods[32];
} run;

static void run_free(run *r)
{
    pb_writer_abandon(r->writer);
    pb_summary_free(&r->summary);
    pb_statistics_free(&r->statistics);
    pb_series_list_free(&r->series);
    pb_model_free(r->model);
    pb_loaded_free(&r->loaded);
}

/* ---- signals: the first one ends the run in good order, a second one at once ---- */

static void on_signal(int number)
{
    static volatile sig_atomic_t seen;
    if (seen) {
        _exit(128 + number);
    }
    seen = 1;
    pb_sample_stop();
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- steps ---- */

static pb_status name_output(run *r, pb_error *err)
{
    if (r->options.output != NULL) {
        snprintf(r->output, sizeof r->output, "%s", r->options.output);
        return PB_OK;
    }
    snprintf(r->output, sizeof r->output, "results/%s.h5", r->loaded.scenario->name);
    if (mkdir("results", 0777) != 0 && errno != EEXIST) {
        return pb_fail(err, errno == EACCES || errno == EROFS ? PB_PERMISSION : PB_CANNOT_CREATE,
                       "cannot create the directory 'results': %s", strerror(errno));
    }
    return PB_OK;
}

/* The command that makes the same file, without what may differ: threads, paths, verbosity. */
static void set_command(run *r)
{
    static const char *const KEEP[] = {"none", "draws", "units", "inputs"};
    size_t used =
        (size_t)snprintf(r->command, sizeof r->command, "planb run %s", r->loaded.scenario->name);
    for (size_t i = 0; i < r->options.n_overrides && used < sizeof r->command; i++) {
        used += (size_t)snprintf(r->command + used, sizeof r->command - used, " --set '%s'",
                                 r->options.overrides[i]);
    }
    if (used < sizeof r->command) {
        snprintf(r->command + used, sizeof r->command - used, " --keep %s", KEEP[r->options.keep]);
    }
}

static void set_methods(run *r)
{
    for (int round = 0; round < r->loaded.scenario->n_rounds; round++) {
        const bool exact = r->model->ratification.how[round] == PB_DIAGRAM_BUILT;
        snprintf(r->methods + strlen(r->methods), sizeof r->methods - strlen(r->methods), "%s%s",
                 round ? " " : "",
                 PB_METHOD_NAMES[exact ? PB_METHOD_CONDITIONAL : PB_METHOD_PLAIN]);
    }
}

/* A rule without a diagram is estimated by counting: say so and why. */
static void note_plain_rules(const run *r)
{
    for (int round = 0; round < r->loaded.scenario->n_rounds; round++) {
        const pb_diagram_outcome how = r->model->ratification.how[round];
        if (how != PB_DIAGRAM_BUILT && !r->options.quiet) {
            fprintf(stderr, "planb: note: round %s has no exact probability: %s\n",
                    r->loaded.scenario->round[round].id, pb_diagram_outcome_text(how));
        }
    }
}

/* 16 replicates of 2^k points are balanced; other numbers of draws give away accuracy. */
static void note_unbalanced_draws(const run *r)
{
    const pb_run_params *p = &r->loaded.scenario->run;
    const int64_t points = p->draws / PB_REPLICATES;
    const bool balanced =
        p->draws % PB_REPLICATES == 0 && points > 0 && (points & (points - 1)) == 0;
    if (p->sampling == PB_SAMPLING_SOBOL && !balanced && !r->options.quiet) {
        fprintf(stderr,
                "planb: note: %lld draws are not 16 x 2^k, with which sampling sobol is best\n",
                (long long)p->draws);
    }
}

static pb_provenance provenance_of(const run *r)
{
    return (pb_provenance){
        .planb_version = PLANB_VERSION,
        .git_revision = PLANB_GIT_REVISION,
        .scenario_yaml = r->loaded.yaml,
        .command = r->command,
        .sampling = r->loaded.scenario->run.sampling == PB_SAMPLING_SOBOL ? "sobol" : "random",
        .rule_methods = r->methods,
        .seed = r->loaded.scenario->run.seed,
        .draws = r->loaded.scenario->run.draws,
        .keep = r->options.keep};
}

static pb_status compile(run *r, pb_error *err)
{
    pb_status status = pb_model_make(r->loaded.scenario, &r->model, err);
    return status == PB_OK ? pb_model_series(r->model, r->loaded.scenario, &r->series, err)
                           : status;
}

static pb_status prepare(run *r, pb_error *err)
{
    pb_status status = pb_options_load(&r->options, &r->loaded);
    if (status != PB_OK) {
        return status; /* the loader has said what is wrong */
    }
    status = compile(r, err);
    if (status == PB_OK) {
        status = pb_statistics_init(&r->series, &r->statistics, err);
    }
    if (status == PB_OK) {
        status = name_output(r, err);
    }
    if (status == PB_OK && r->options.depfile != NULL) {
        status = pb_depfile_write(r->options.depfile, r->output, r->loaded.files, err);
    }
    return status;
}

/* The labels are only needed while the file is created. */
static pb_status create_file(run *r, const pb_provenance *provenance, pb_error *err)
{
    enum { LABEL_SIZE = PB_INPUT_LABEL_SIZE };
    const size_t n = r->model->inputs.n;
    char *text = malloc(n * LABEL_SIZE + 1);
    const char **label = malloc((n + 1) * sizeof *label);
    pb_status status;
    if (text == NULL || label == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the names of the inputs");
    } else {
        for (size_t i = 0; i < n; i++) {
            label[i] = text + i * LABEL_SIZE;
            pb_input_label(&r->model->inputs.item[i], text + i * LABEL_SIZE, LABEL_SIZE);
        }
        status = pb_writer_create(r->output, r->options.overwrite, r->loaded.scenario, provenance,
                                  label, n, &r->writer, err);
    }
    free(text);
    free(label);
    return status;
}

static pb_status write_draws(void *writer, int64_t first, int64_t n,
                             const void *const column[PB_N_COLUMNS], const double *inputs,
                             pb_error *err)
{
    return pb_writer_draws(writer, first, n, column, inputs, err);
}

/* A job without anybody who takes the draws. */
static pb_status make_job(const run *r, pb_job *job, pb_error *err)
{
    *job = (pb_job){.scenario = r->loaded.scenario,
                    .model = r->model,
                    .keep = r->options.keep,
                    .threads = r->options.threads > 0 ? r->options.threads : pb_default_threads()};
    return pb_model_kernels(&job->kernels, err);
}

static pb_status simulate(run *r, pb_error *err)
{
    pb_progress progress;
    pb_job job;
    pb_status status = make_job(r, &job, err);
    if (status != PB_OK || r->sampled) {
        return status;
    }
    job.sink = write_draws;
    job.context = r->writer;
    job.progress = &progress;
    catch_signals();
    pb_progress_start(&progress, r->loaded.scenario->run.draws, r->options.progress);
    status = pb_sample(&job, &r->statistics, err);
    pb_progress_end(&progress);
    return status;
}

/* ---- standard errors wanted: how many draws they take ---- */

/* The same run with that number of draws. What it has added up stays, unless draws are kept: then
 * all of them are taken again, for the file. */
static pb_status set_draws(run *r, int64_t draws, pb_error *err)
{
    char text[64];
    snprintf(text, sizeof text, "run.draws=%" PRId64, draws);
    const char *overrides[PB_MAX_OVERRIDES + 1];
    memcpy(overrides, r->options.overrides, sizeof r->options.overrides);
    overrides[r->options.n_overrides] = text;
    const pb_load_options load = {.path = r->options.operand,
                                  .counts = r->options.counts,
                                  .overrides = overrides,
                                  .n_overrides = r->options.n_overrides + 1};
    pb_series_list_free(&r->series);
    pb_model_free(r->model);
    r->model = NULL;
    pb_loaded_free(&r->loaded);
    pb_status status = pb_load_scenario_with(&load, NULL, &r->loaded);
    if (status != PB_OK) {
        return pb_fail(err, status, "%s has changed while it was simulated", r->options.operand);
    }
    status = compile(r, err);
    r->sampled = r->options.keep == PB_KEEP_NONE;
    if (status == PB_OK && !r->sampled) {
        pb_statistics_free(&r->statistics);
        status = pb_statistics_init(&r->series, &r->statistics, err);
    }
    return status;
}

/* An output that will be refused had better be so at once. */
static pb_status probe_output(const run *r, pb_error *err)
{
    static pb_output output;
    const pb_status status = pb_output_open(r->output, r->options.overwrite, &output, err);
    if (status == PB_OK) {
        pb_output_close(&output);
    }
    return status;
}

static pb_status sample_to_target(run *r, pb_error *err)
{
    pb_job job;
    int64_t draws;
    bool reached;
    pb_status status = probe_output(r, err);
    status = status == PB_OK ? make_job(r, &job, err) : status;
    if (status == PB_OK) {
        catch_signals();
        status = pb_sample_to_target(&job, &r->statistics, &draws, &reached, err);
    }
    if (status == PB_OK && !r->options.quiet) {
        fprintf(stderr, "planb: note: %" PRId64 " draws%s\n", draws,
                reached ? " have the standard errors wanted"
                        : ", run.max_draws, have not the standard errors wanted");
    }
    return status == PB_OK ? set_draws(r, draws, err) : status;
}

static pb_status finish(run *r, const pb_provenance *provenance, pb_error *err)
{
    pb_status status = pb_summarise(&r->loaded, &r->model->ratification, provenance, &r->statistics,
                                    &r->summary, err);
    if (status == PB_OK) {
        status = pb_writer_finish(r->writer, &r->summary, err);
        r->writer = NULL; /* gone either way */
    }
    return status;
}

static void tell(const run *r)
{
    if (r->options.json) {
        pb_json_summary(&r->summary, stdout);
    } else if (!r->options.quiet) {
        pb_page(&r->summary, stdout);
        printf("\nThe %s in %s\n", r->options.keep == PB_KEEP_NONE ? "summary is" : "draws are",
               r->output);
    }
}

static pb_status run_all(run *r, pb_error *err)
{
    pb_status status = prepare(r, err);
    if (status != PB_OK) {
        return status;
    }
    if (r->loaded.scenario->run.n_targets > 0) {
        status = sample_to_target(r, err);
        if (status != PB_OK) {
            return status;
        }
    }
    set_command(r);
    set_methods(r);
    note_plain_rules(r);
    note_unbalanced_draws(r);
    const pb_provenance provenance = provenance_of(r);
    status = create_file(r, &provenance, err);
    if (status == PB_OK) {
        status = simulate(r, err);
    }
    if (status == PB_OK) {
        status = finish(r, &provenance, err);
    }
    if (status == PB_OK) {
        tell(r);
    }
    return status;
}

pb_status pb_cmd_run(int argc, char **argv, pb_error *err)
{
    static run r; /* static: a megabyte of options and buffers is too much for some stacks */
    memset(&r, 0, sizeof r);
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_RUN, "run SCENARIO.yaml [OPTIONS]", &r.options, err);
    if (status == PB_OK && !r.options.help) {
        status = run_all(&r, err);
    }
    run_free(&r);
    return status;
}
