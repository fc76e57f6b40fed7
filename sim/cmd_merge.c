/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "results/page.h"
#include "sim/options.h"
#include "sim/run.h"
#include "sim/sampler.h"
#include "sim/stop.h"
#include "sim/threads.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The parts that `planb run --shard K/N` made become the file of the whole run. They hold whole
 * blocks; the draws behind the last whole block, fewer than 4,096, are simulated here.
 */

typedef struct joining {
    pb_options options;
    pb_run run;
    pb_part *part; /**< in the order of their draws */
    size_t n;
} joining;

static pb_status open_parts(joining *j, pb_error *err)
{
    pb_status status = PB_OK;
    j->part = calloc(j->options.n_more, sizeof *j->part);
    if (j->part == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the parts");
    }
    while (j->n < j->options.n_more && status == PB_OK) {
        pb_part *part = &j->part[j->n];
        status = pb_part_open(j->options.more[j->n], PB_BLOCK, part, err);
        j->n++;
        if (status == PB_OK && part->of.n_shards == 0) {
            status = pb_fail(err, PB_DATA, "%s is %s, not what planb run --shard makes", part->path,
                             part->is_result ? "a whole result" : "a checkpoint");
        }
    }
    return status;
}

static int by_first(const void *a, const void *b)
{
    const pb_part_of *p = &((const pb_part *)a)->of, *q = &((const pb_part *)b)->of;
    return p->first != q->first ? (p->first < q->first ? -1 : 1)
           : p->end != q->end   ? (p->end < q->end ? -1 : 1)
                                : p->shard - q->shard;
}

/* Whether two files are parts of one run. */
static pb_status check_same_run(const pb_part *part, const pb_part *first, pb_error *err)
{
    char name[2 * PB_OUTPUT_PATH_SIZE];
    snprintf(name, sizeof name, "%s (there, and %s here)", part->path, first->path);
    const pb_status status = pb_identity_check(&part->identity, name, &first->identity, err);
    if (status != PB_OK) {
        return status;
    }
    if (part->of.draws != first->of.draws) {
        return pb_fail(err, PB_DATA, "%s is part of a run of %" PRId64 " draws, and %s of %" PRId64,
                       part->path, part->of.draws, first->path, first->of.draws);
    }
    if (part->of.n_shards != first->of.n_shards) {
        return pb_fail(err, PB_DATA, "%s is one of %d parts, and %s one of %d", part->path,
                       part->of.n_shards, first->path, first->of.n_shards);
    }
    return PB_OK;
}

/* Every part once: `part` follows on what went before. */
static pb_status check_place(const joining *j, size_t i, int shard, int64_t next, pb_error *err)
{
    const pb_part *part = &j->part[i];
    if (i > 0 && part->of.shard == j->part[i - 1].of.shard) {
        return pb_fail(err, PB_DATA, "%s and %s are both part %d of %d", j->part[i - 1].path,
                       part->path, part->of.shard, part->of.n_shards);
    }
    if (part->of.shard != shard || part->of.first != next) {
        return pb_fail(err, PB_DATA, "part %d of %d is missing: draws %" PRId64 " to %" PRId64,
                       shard, part->of.n_shards, next, part->of.first - 1);
    }
    return PB_OK;
}

static pb_status check_parts(joining *j, pb_error *err)
{
    pb_status status = PB_OK;
    for (size_t i = 1; i < j->n && status == PB_OK; i++) {
        status = check_same_run(&j->part[i], &j->part[0], err);
    }
    qsort(j->part, j->n, sizeof *j->part, by_first);
    int64_t next = 0;
    for (size_t i = 0; i < j->n && status == PB_OK; i++) {
        status = check_place(j, i, (int)i + 1, next, err);
        next = j->part[i].of.end;
    }
    if (status == PB_OK && (int)j->n != j->part[0].of.n_shards) {
        status = pb_fail(err, PB_DATA, "part %zu of %d is missing: draws from %" PRId64 " on",
                         j->n + 1, j->part[0].of.n_shards, next);
    }
    return status;
}

/* The run is what the first part says it is; whether this planb agrees is checked then. */
static pb_status prepare(joining *j, pb_error *err)
{
    pb_run *run = &j->run;
    const pb_part *first = &j->part[0];
    /* the notes were told when the parts were made; only an error is worth saying */
    pb_status status = pb_load_scenario_text(first->yaml, first->path, NULL, &run->loaded);
    if (status != PB_OK) {
        return pb_load_scenario_text(first->yaml, first->path, stderr, &run->loaded);
    }
    run->keep = first->keep;
    run->threads = 1;
    run->part = (pb_part_of){.end = first->of.draws, .draws = first->of.draws};
    snprintf(run->command, sizeof run->command, "%s", first->command);
    status = pb_run_prepare(run, err);
    return status == PB_OK ? pb_identity_check(&first->identity, first->path, &run->identity, err)
                           : status;
}

static pb_status join(joining *j, pb_error *err)
{
    pb_run *run = &j->run;
    const int found = j->options.overwrite ? PB_OUTPUT_REPLACE | PB_OUTPUT_DISCARD : PB_OUTPUT_NEW;
    pb_status status = pb_run_create(run, j->options.operand, found, err);
    for (size_t i = 0; i < j->n && status == PB_OK; i++) {
        status = pb_run_take(run, &j->part[i], true, err);
    }
    status = status == PB_OK ? pb_run_simulate(run, 1e9, j->options.progress, err) : status;
    return status == PB_OK ? pb_run_finish(run, err) : status;
}

static pb_status merge(joining *j, pb_error *err)
{
    if (j->options.n_more == 0) {
        return pb_fail(err, PB_USAGE, "planb merge: no parts are given");
    }
    pb_status status = open_parts(j, err);
    status = status == PB_OK ? check_parts(j, err) : status;
    status = status == PB_OK ? prepare(j, err) : status;
    status = status == PB_OK ? join(j, err) : status;
    if (status == PB_OK && j->options.json) {
        pb_json_summary(&j->run.summary, stdout);
    } else if (status == PB_OK && !j->options.quiet) {
        pb_page(&j->run.summary, stdout);
        printf("\nThe draws are in %s\n", j->options.operand);
    }
    return status;
}

pb_status pb_cmd_merge(int argc, char **argv, pb_error *err)
{
    static joining j;
    memset(&j, 0, sizeof j);
    pb_catch_signals();
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_MERGE, "merge OUT.h5 PART.h5...", &j.options, err);
    if (status == PB_OK && !j.options.help) {
        status = merge(&j, err);
    }
    for (size_t i = 0; i < j.n; i++) {
        pb_part_close(&j.part[i]);
    }
    free(j.part);
    pb_run_free(&j.run);
    return status;
}
