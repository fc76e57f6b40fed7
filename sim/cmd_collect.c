/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "params/load.h"
#include "results/cube.h"
#include "results/reader.h"
#include "sim/options.h"

#include <stdlib.h>
#include <string.h>

/*
 * Joins the runs of a sweep to one file. That a file is the point it is given for is not taken on
 * trust: laying the point's values over the scenario in the file must change nothing.
 */

enum { MAX_VALUES = 4096, MAX_SETS = PB_CUBE_AXES + PB_MAX_AXES };

typedef struct collect_job {
    pb_options options;
    pb_cube cube;
    pb_cube_point *point; /**< owned, with what is in it */
    char *version, *revision;
    char *names[PB_CUBE_AXES]; /**< owned: NAME and the values, cut apart */
    const char *values[PB_CUBE_AXES][MAX_VALUES];
    char set[MAX_SETS][PB_OVERRIDE_SIZE]; /**< of the point at hand: PATH=VALUE */
    size_t n_sets;
} collect_job;

/* ---- the axes as given on the command line ---- */

/* Cuts a text at its commas outside brackets. */
static size_t cut(char *text, const char **values)
{
    size_t n = 0;
    int depth = 0;
    values[n++] = text;
    for (char *p = text; *p != '\0' && n < MAX_VALUES; p++) {
        depth += strchr("[{", *p) != NULL ? 1 : strchr("]}", *p) != NULL ? -1 : 0;
        if (*p == ',' && depth == 0) {
            *p = '\0';
            values[n++] = p + 1;
        }
    }
    return n;
}

/* What --where says of the axis from `*from` on, or NULL; *from moves behind it. */
static const char *find_where(const pb_options *options, const char *name, size_t *from)
{
    const size_t length = strlen(name);
    while (*from < options->n_wheres) {
        const char *where = options->wheres[(*from)++];
        if (strncmp(where, name, length) == 0 && where[length] == ':') {
            return where + length + 1;
        }
    }
    return NULL;
}

static pb_status check_values(const pb_cube_axis *axis, pb_error *err)
{
    for (size_t i = 0; i < axis->n; i++) {
        if (axis->text[i][0] == '\0') {
            return pb_fail(err, PB_USAGE, "--axis %s: a value is missing", axis->name);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(axis->text[i], axis->text[j]) == 0) {
                return pb_fail(err, PB_USAGE, "--axis %s: %s stands there twice", axis->name,
                               axis->text[i]);
            }
        }
    }
    return PB_OK;
}

static pb_status take_axis(collect_job *job, int a, pb_error *err)
{
    const char *given = job->options.axes[a];
    pb_cube_axis *axis = &job->cube.axis[a];
    size_t from = 0;
    job->names[a] = strdup(given);
    if (job->names[a] == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the axes");
    }
    char *equals = strchr(job->names[a], '=');
    if (equals == NULL || equals == job->names[a]) {
        return pb_fail(err, PB_USAGE, "--axis %s: wanted NAME=V1,V2", given);
    }
    *equals = '\0';
    axis->name = job->names[a];
    axis->text = job->values[a];
    axis->n = cut(equals + 1, job->values[a]);
    axis->meaning = find_where(&job->options, axis->name, &from);
    if (axis->meaning == NULL) {
        axis->meaning = axis->name;
    }
    job->cube.n_points *= axis->n;
    return check_values(axis, err);
}

static pb_status take_axes(collect_job *job, pb_error *err)
{
    const size_t n = job->options.n_axes;
    if (n == 0 || n > PB_CUBE_AXES) {
        return pb_fail(err, PB_USAGE, "planb collect: wanted 1 to %d times --axis, got %zu",
                       PB_CUBE_AXES, n);
    }
    job->cube.n_axes = (int)n;
    job->cube.n_points = 1;
    pb_status status = PB_OK;
    for (int a = 0; a < job->cube.n_axes && status == PB_OK; a++) {
        status = take_axis(job, a, err);
    }
    if (status == PB_OK && job->cube.n_points != job->options.n_more) {
        status = pb_fail(err, PB_USAGE, "%zu files for a sweep of %zu points", job->options.n_more,
                         job->cube.n_points);
    }
    return status;
}

/* ---- the points ---- */

/* Appends to the sets of the point: PATH=VALUE, or a --where with the value for each {}. */
static bool add_set(collect_job *job, const char *format, const char *value)
{
    char *to = job->set[job->n_sets++];
    const size_t room = PB_OVERRIDE_SIZE;
    const char *hole;
    size_t n = 0;
    while (n < room && (hole = strstr(format, "{}")) != NULL) {
        n += (size_t)snprintf(to + n, room - n, "%.*s%s", (int)(hole - format), format, value);
        format = hole + 2;
    }
    if (n < room) {
        n += (size_t)snprintf(to + n, room - n, "%s", format);
    }
    return n < room;
}

/* What point `p` of the grid sets. */
static bool make_sets(collect_job *job, size_t p)
{
    bool fits = true;
    job->n_sets = 0;
    for (int a = job->cube.n_axes - 1; a >= 0 && fits; a--) {
        const pb_cube_axis *axis = &job->cube.axis[a];
        const char *value = axis->text[p % axis->n], *where;
        size_t from = 0;
        if (axis->meaning == axis->name) {
            char format[PB_OVERRIDE_SIZE];
            (void)snprintf(format, sizeof format, "%s={}", axis->name);
            fits = add_set(job, format, value);
        }
        while (fits && (where = find_where(&job->options, axis->name, &from)) != NULL) {
            fits = add_set(job, where, value);
        }
        p /= axis->n;
    }
    return fits;
}

/* Whether the point's values are in the scenario of the file already. */
static pb_status check_values_of(collect_job *job, size_t p, pb_error *err)
{
    const char *file = job->options.more[p], *overrides[MAX_SETS];
    char *yaml = NULL;
    pb_loaded loaded = {0};
    if (!make_sets(job, p)) {
        return pb_fail(err, PB_USAGE, "a value of more than %d characters", PB_OVERRIDE_SIZE);
    }
    for (size_t i = 0; i < job->n_sets; i++) {
        overrides[i] = job->set[i];
    }
    pb_status status = pb_read_attribute(file, "scenario_yaml", &yaml, err);
    if (status == PB_OK) {
        const pb_load_options load = {
            .path = file, .text = yaml, .overrides = overrides, .n_overrides = job->n_sets};
        const pb_status loading = pb_load_scenario_with(&load, NULL, &loaded);
        if (loading != PB_OK || strcmp(loaded.yaml, yaml) != 0) {
            status = pb_fail(err, PB_DATA, "%s is not a run with %s%s", file, overrides[0],
                             job->n_sets > 1 ? " and the other values of its point" : "");
        }
    }
    pb_loaded_free(&loaded);
    free(yaml);
    return status;
}

/* What must be the same at all points; the seed, so that they share their random numbers. */
static pb_status check_kin(const collect_job *job, size_t p, pb_error *err)
{
    static const char *const SAME[] = {"scenario", "planb", "draws", "seed", "sampling"};
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        const pb_entry *first = pb_summary_find(&job->point[0].summary, "%s", SAME[i]);
        const pb_entry *here = pb_summary_find(&job->point[p].summary, "%s", SAME[i]);
        if (first == NULL || here == NULL || strcmp(first->text, here->text) != 0) {
            return pb_fail(err, PB_DATA, "%s and %s differ in %s", job->options.more[0],
                           job->options.more[p], SAME[i]);
        }
    }
    return PB_OK;
}

static pb_status read_point(collect_job *job, size_t p, pb_error *err)
{
    const char *file = job->options.more[p];
    pb_cube_point *point = &job->point[p];
    pb_status status = pb_read_summary(file, &point->summary, err);
    if (status == PB_OK) {
        status = pb_read_attribute(file, "command", &point->command, err);
    }
    if (status == PB_OK) {
        status = pb_read_attribute(file, "scenario_sha256", &point->scenario_sha256, err);
    }
    if (status == PB_OK) {
        status = check_kin(job, p, err);
    }
    return status == PB_OK ? check_values_of(job, p, err) : status;
}

static pb_status read_points(collect_job *job, pb_error *err)
{
    char **files = job->options.more;
    pb_status status = PB_OK;
    job->point = calloc(job->cube.n_points, sizeof *job->point);
    job->cube.point = job->point;
    if (job->point == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for %zu points", job->cube.n_points);
    }
    for (size_t p = 0; p < job->cube.n_points && status == PB_OK; p++) {
        status = read_point(job, p, err);
    }
    if (status == PB_OK) {
        status = pb_read_attribute(files[0], "planb_version", &job->version, err);
    }
    if (status == PB_OK) {
        status = pb_read_attribute(files[0], "planb_git_revision", &job->revision, err);
    }
    job->cube.planb_version = job->version;
    job->cube.git_revision = job->revision;
    return status;
}

static void free_job(collect_job *job)
{
    for (size_t p = 0; p < job->cube.n_points && job->point != NULL; p++) {
        pb_summary_free(&job->point[p].summary);
        free(job->point[p].command);
        free(job->point[p].scenario_sha256);
    }
    free(job->point);
    for (int a = 0; a < PB_CUBE_AXES; a++) {
        free(job->names[a]);
    }
    free(job->version);
    free(job->revision);
}

pb_status pb_cmd_collect(int argc, char **argv, pb_error *err)
{
    static collect_job job;
    memset(&job, 0, sizeof job);
    pb_status status =
        pb_options_parse(argc, argv, PB_ASKING_COLLECT,
                         "collect OUT.h5 --axis NAME=V1,V2 .. POINT.h5 ..", &job.options, err);
    if (status != PB_OK || job.options.help) {
        return status;
    }
    status = take_axes(&job, err);
    if (status == PB_OK) {
        status = read_points(&job, err);
    }
    if (status == PB_OK) {
        status = pb_cube_write(job.options.operand, job.options.overwrite, &job.cube, err);
    }
    free_job(&job);
    return status;
}
