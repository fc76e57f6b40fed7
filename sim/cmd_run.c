/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "results/page.h"
#include "results/reader.h"
#include "sim/again.h"
#include "sim/depfile.h"
#include "sim/options.h"
#include "sim/run.h"
#include "sim/sampler.h"
#include "sim/stop.h"
#include "sim/target.h"
#include "sim/threads.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A command on its way: what was asked for, and the run that does it. */
typedef struct asked {
    pb_options options;
    pb_run run;
    char output[PB_OUTPUT_PATH_SIZE];
    int64_t base;           /**< draws that the file to be extended has, --more; else 0 */
    pb_to_target to_target; /**< with run.target_se */
} asked;

/* ---- what to run, and where it goes ---- */

static pb_status name_output(asked *a, const char *scenario, pb_error *err)
{
    const pb_options *o = &a->options;
    char which[64] = "";
    if (o->output != NULL) {
        snprintf(a->output, sizeof a->output, "%s", o->output);
        return PB_OK;
    }
    if (o->n_shards > 0) {
        snprintf(which, sizeof which, ".%d-of-%d", o->shard, o->n_shards);
    }
    snprintf(a->output, sizeof a->output, "results/%s%s.h5", scenario, which);
    if (mkdir("results", 0777) != 0 && errno != EEXIST) {
        return pb_fail(err, errno == EACCES || errno == EROFS ? PB_PERMISSION : PB_CANNOT_CREATE,
                       "cannot create the directory 'results': %s", strerror(errno));
    }
    return PB_OK;
}

/* The file to be extended gives the number of draws: its own and the ones asked for. */
static pb_status count_draws(asked *a, pb_error *err)
{
    pb_loaded first = {0};
    pb_status status = PB_OK;
    if (a->options.output == NULL && pb_options_load(&a->options, NULL, &first) != PB_OK) {
        return PB_OK; /* what is wrong is told when the scenario is loaded in earnest */
    }
    status = name_output(a, first.scenario == NULL ? "" : first.scenario->name, err);
    pb_loaded_free(&first);
    return status == PB_OK ? pb_draws_to_extend(a->output, &a->options, &a->base, err) : status;
}

static pb_status load(asked *a, pb_error *err)
{
    pb_status status = a->options.more_draws > 0 ? count_draws(a, err) : PB_OK;
    status = status == PB_OK ? pb_options_load(&a->options, stderr, &a->run.loaded) : status;
    status = status == PB_OK ? name_output(a, a->run.loaded.scenario->name, err) : status;
    return status == PB_OK && a->options.depfile != NULL
               ? pb_depfile_write(a->options.depfile, a->output, a->run.loaded.files, err)
               : status;
}

/* A part without a block would be no file: refused before there is work. */
static pb_status parts_have_blocks(const pb_options *o, int64_t draws, pb_error *err)
{
    const int64_t blocks = draws / PB_BLOCK;
    if (o->n_shards <= blocks || o->n_shards == 0) {
        return PB_OK;
    }
    return blocks == 0
               ? pb_fail(err, PB_USAGE,
                         "--shard %d/%d: %" PRId64 " draws are less than a block of 4,096 draws: "
                         "run them in one piece",
                         o->shard, o->n_shards, draws)
               : pb_fail(err, PB_USAGE,
                         "--shard %d/%d: %" PRId64 " draws are %" PRId64
                         " block%s of 4,096 draws: at most %" PRId64 " part%s",
                         o->shard, o->n_shards, draws, blocks, blocks == 1 ? "" : "s", blocks,
                         blocks == 1 ? "" : "s");
}

/* The K-th of N parts: whole blocks, so that the sums of the parts are those of the run. */
static pb_part_of part_of(const pb_options *o, int64_t draws)
{
    pb_part_of part = {.end = draws, .draws = draws, .shard = o->shard, .n_shards = o->n_shards};
    if (o->n_shards > 0) {
        const int64_t blocks = draws / PB_BLOCK;
        part.first = blocks * (o->shard - 1) / o->n_shards * PB_BLOCK;
        part.end = blocks * o->shard / o->n_shards * PB_BLOCK;
        part.sums_first = part.first;
    }
    return part;
}

/* The command that makes the same file, without what may differ: threads, paths, verbosity. */
static void set_command(asked *a)
{
    char *command = a->run.command;
    const size_t size = sizeof a->run.command;
    size_t used = (size_t)snprintf(command, size, "planb run %s", a->run.loaded.scenario->name);
    for (size_t i = 0; i < a->options.n_overrides && used < size; i++) {
        used +=
            (size_t)snprintf(command + used, size - used, " --set '%s'", a->options.overrides[i]);
    }
    if (used < size) {
        snprintf(command + used, size - used, " --keep %s", pb_keep_word(a->options.keep));
    }
}

/* ---- standard errors wanted: how many draws they take ---- */

static int may_find(const pb_options *o)
{
    const int replace = o->overwrite || o->more_draws > 0 ? PB_OUTPUT_REPLACE : 0;
    return replace | (o->resume ? PB_OUTPUT_RESUME : o->overwrite ? PB_OUTPUT_DISCARD : 0);
}

/* An output that will be refused had better be so at once; nothing that is there goes yet. */
static pb_status probe_output(const asked *a, pb_error *err)
{
    static pb_output output;
    const int find = may_find(&a->options);
    const int leave = find & PB_OUTPUT_DISCARD ? PB_OUTPUT_RESUME : 0;
    const pb_status status =
        pb_output_open(a->output, (find & ~PB_OUTPUT_DISCARD) | leave, &output, err);
    if (status == PB_OK) {
        pb_output_close(&output);
    }
    return status;
}

/* The same scenario with that number of draws. */
static pb_status load_with_draws(asked *a, int64_t draws, pb_error *err)
{
    const pb_options *o = &a->options;
    const char *overrides[PB_MAX_OVERRIDES + 1];
    char text[64];
    snprintf(text, sizeof text, "run.draws=%" PRId64, draws);
    memcpy(overrides, o->overrides, sizeof o->overrides);
    overrides[o->n_overrides] = text;
    const pb_load_options again = {.path = o->operand,
                                   .counts = o->counts,
                                   .overrides = overrides,
                                   .n_overrides = o->n_overrides + 1};
    pb_loaded_free(&a->run.loaded);
    const pb_status status = pb_load_scenario_with(&again, NULL, &a->run.loaded);
    return status == PB_OK
               ? PB_OK
               : pb_fail(err, status, "%s has changed while it was simulated", o->operand);
}

static pb_status count_to_target(asked *a, pb_error *err)
{
    if (a->options.n_shards > 0) {
        return pb_fail(err, PB_USAGE,
                       "--shard: a part cannot tell when run.target_se is met; "
                       "give the number of draws");
    }
    pb_status status = probe_output(a, err);
    status = status == PB_OK
                 ? pb_to_target_sample(a->run.loaded.scenario, a->run.threads, &a->to_target, err)
                 : status;
    if (status == PB_OK && !a->options.quiet) {
        fprintf(stderr, "planb: note: %" PRId64 " draws%s\n", a->to_target.draws,
                a->to_target.reached ? " have the standard errors wanted"
                                     : ", run.max_draws, have not the standard errors wanted");
    }
    return status == PB_OK ? load_with_draws(a, a->to_target.draws, err) : status;
}

/* Where no draw is kept, what has been added up on the way is the run. */
static void take_sums(asked *a)
{
    if (a->to_target.draws > 0 && a->run.keep == PB_KEEP_NONE) {
        pb_statistics_merge(&a->run.statistics, &a->to_target.statistics);
        a->run.done = a->to_target.draws;
    }
    pb_to_target_free(&a->to_target);
}

static pb_status prepare(asked *a, pb_error *err)
{
    pb_status status = load(a, err);
    if (status != PB_OK) {
        return status; /* the loader has said what is wrong */
    }
    a->run.keep = a->options.keep;
    a->run.threads = a->options.threads > 0 ? a->options.threads : pb_default_threads();
    if (a->run.loaded.scenario->run.n_targets > 0 && a->options.more_draws == 0) {
        status = count_to_target(a, err);
    }
    if (status == PB_OK) {
        status = parts_have_blocks(&a->options, a->run.loaded.scenario->run.draws, err);
    }
    if (status == PB_OK) {
        a->run.part = part_of(&a->options, a->run.loaded.scenario->run.draws);
        set_command(a);
        status = pb_run_prepare(&a->run, err);
    }
    if (status == PB_OK) {
        take_sums(a);
    }
    return status;
}

/* ---- notes ---- */

/* A rule without a diagram is estimated by counting: say so and why. */
static void note_plain_rules(const asked *a)
{
    const pb_scenario *scenario = a->run.loaded.scenario;
    for (int round = 0; round < scenario->n_rounds; round++) {
        const pb_diagram_outcome how = a->run.model->ratification.how[round];
        if (how != PB_DIAGRAM_BUILT && !a->options.quiet) {
            fprintf(stderr, "planb: note: round %s has no exact probability: %s\n",
                    scenario->round[round].id, pb_diagram_outcome_text(how));
        }
    }
}

/* 16 replicates of 2^k points are balanced; other numbers of draws give away accuracy. */
static void note_unbalanced_draws(const asked *a)
{
    const pb_run_params *p = &a->run.loaded.scenario->run;
    const int64_t points = p->draws / PB_REPLICATES;
    const bool balanced =
        p->draws % PB_REPLICATES == 0 && points > 0 && (points & (points - 1)) == 0;
    if (p->sampling == PB_SAMPLING_SOBOL && !balanced && !a->options.quiet) {
        fprintf(stderr,
                "planb: note: %lld draws are not 16 x 2^k, with which sampling sobol is best\n",
                (long long)p->draws);
    }
}

static void note_lock(const asked *a)
{
    const pb_lock *lock = &pb_writer_output(a->run.writer)->lock;
    if (lock->left_by[0] != '\0' && !a->options.quiet) {
        fprintf(stderr, "planb: note: %s was being written by %s, which has ended: taken over\n",
                a->output, lock->left_by);
    }
    if (lock->without_kernel && !a->options.quiet) {
        fprintf(stderr,
                "planb: note: this file system has no locks; only %s keeps a second run away\n",
                lock->path);
    }
}

static void note_resumed(const asked *a)
{
    if (a->run.done > a->run.part.first && !a->options.quiet) {
        fprintf(stderr, "planb: note: draws up to %" PRId64 " were there already\n", a->run.done);
    }
}

/* ---- the run ---- */

/* The draws of the file that is extended. */
static pb_status take_base(asked *a, pb_error *err)
{
    pb_part base;
    pb_status status = pb_part_open(a->output, PB_BLOCK, &base, err);
    if (status == PB_OK) {
        status = pb_identity_check(&base.identity, a->output, &a->run.identity, err);
    }
    if (status == PB_OK) {
        status = pb_run_take(&a->run, &base, true, err);
    }
    pb_part_close(&base);
    return status;
}

static pb_status take_what_is_there(asked *a, pb_error *err)
{
    pb_status status = a->base > 0 ? take_base(a, err) : PB_OK;
    status = status == PB_OK ? pb_run_resume(&a->run, a->run.done, err) : status;
    if (status == PB_OK) {
        note_resumed(a);
    }
    return status;
}

static void tell(const asked *a, const pb_summary *summary)
{
    const pb_part_of *part = &a->run.part;
    if (a->options.json) {
        pb_json_summary(summary, stdout);
    } else if (part->n_shards > 0 && !a->options.quiet) {
        printf("Part %d of %d, %" PRId64 " of %" PRId64
               " draws, is in %s; planb merge joins the parts\n",
               part->shard, part->n_shards, part->end - part->first, part->draws, a->output);
    } else if (!a->options.quiet) {
        pb_page(summary, stdout);
        printf("\nThe %s in %s\n", a->run.keep == PB_KEEP_NONE ? "summary is" : "draws are",
               a->output);
    }
}

/* Says how to go on from what an unfinished run has put by. */
static void tell_how_to_resume(const asked *a, int argc, char **argv)
{
    const int64_t saved = pb_shards_end(&a->run.shards);
    if (a->run.shards.manifest.n > 0) {
        fprintf(stderr, "planb: draws up to %" PRId64 " of %" PRId64 " are kept; to go on:\n  ",
                saved, a->run.part.end);
        /* before the command's own words stands the program, as it was called */
        pb_print_command(argc + 1, argv - 1, a->options.resume ? NULL : "--resume", stderr);
    }
}

static pb_status run_all(asked *a, pb_error *err)
{
    pb_status status = prepare(a, err);
    bool finished = false;
    if (status == PB_OK && a->options.resume) {
        status = pb_is_finished(a->output, &a->options, &a->run, a->base, &finished, err);
    }
    if (status != PB_OK) {
        return status;
    }
    if (finished) {
        status =
            a->run.part.n_shards > 0 ? PB_OK : pb_read_summary(a->output, &a->run.summary, err);
    } else {
        note_plain_rules(a);
        note_unbalanced_draws(a);
        status = pb_run_create(&a->run, a->output, may_find(&a->options), err);
        if (status == PB_OK) {
            note_lock(a);
            status = take_what_is_there(a, err);
        }
        status = status == PB_OK
                     ? pb_run_simulate(&a->run, a->options.checkpoint, a->options.progress, err)
                     : status;
        status = status == PB_OK ? pb_run_finish(&a->run, err) : status;
    }
    if (status == PB_OK) {
        tell(a, &a->run.summary);
    }
    return status;
}

pb_status pb_cmd_run(int argc, char **argv, pb_error *err)
{
    static asked a; /* static: a megabyte of options and buffers is too much for some stacks */
    memset(&a, 0, sizeof a);
    pb_catch_signals();
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_RUN, "run SCENARIO.yaml [OPTIONS]", &a.options, err);
    if (status == PB_OK && !a.options.help) {
        status = run_all(&a, err);
        if (status == PB_STOPPED || status == PB_IO) {
            tell_how_to_resume(&a, argc, argv);
        }
    }
    pb_to_target_free(&a.to_target);
    pb_run_free(&a.run);
    return status;
}
