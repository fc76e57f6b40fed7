/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "results/json.h"
#include "results/page_parts.h"
#include "results/spreadsheet.h"
#include "sim/options.h"
#include "sim/paired.h"
#include "sim/threads.h"

#include <string.h>

typedef struct compare_job {
    pb_options options;
    pb_reloaded a, b;
    pb_differences differences;
} compare_job;

/* ---- for a person ---- */

/* What the page shows: estimates whose path begins so. Programs get all of them. */
static const struct {
    const char *title, *start[8];
} SECTIONS[] = {
    {"THE CHAIN", {"agreement", "ratified", "legislature", "deal"}},
    {"THE VOTE", {"rounds/"}},
    {"HOW IT ENDS", {"outcomes/"}},
    {"CHANCE OF BALANCE", {"balanced_at_deadline/", "balanced_at_close/"}},
    {"THE BUDGET (million USD)",
     {"balance/", "gap/", "revenue/", "labor_savings/", "plan_b_savings/", "rescission/realised/",
      "mitigation/realised/"}},
    {"JOBS", {"notices/", "layoffs/", "local_layoffs/", "municipal_cut/"}},
};
enum { N_SECTIONS = sizeof SECTIONS / sizeof SECTIONS[0] };

static bool begins(const char *path, const char *start)
{
    const size_t length = strlen(start);
    return start[length - 1] == '/' ? strncmp(path, start, length) == 0 : strcmp(path, start) == 0;
}

static bool ends(const char *path, const char *end)
{
    const size_t length = strlen(path), n = strlen(end);
    return length >= n && strcmp(path + length - n, end) == 0;
}

/* Of the votes only what a reader asks first; of the spread the outer quantiles. */
static bool is_shown(const char *path)
{
    if (strncmp(path, "rounds/", 7) == 0) {
        return ends(path, "/held") || ends(path, "]/ratified")
               || (strstr(path, "/unions/") != NULL
                   && (ends(path, "/approves") || ends(path, "/pivotal")));
    }
    return strstr(path, "/quantiles/") == NULL || ends(path, "/0.05") || ends(path, "/0.95");
}

static bool in_section(int section, const char *path)
{
    for (size_t i = 0; i < 8 && SECTIONS[section].start[i] != NULL; i++) {
        if (begins(path, SECTIONS[section].start[i])) {
            return is_shown(path);
        }
    }
    return false;
}

static pb_entry entry_of(const pb_difference *d)
{
    return (pb_entry){.kind = PB_ENTRY_ESTIMATE, .value = d->value, .se = d->se};
}

static void print_row(const pb_difference *d)
{
    enum { LABEL = 42 };
    char label[PB_PATH_SIZE];
    const pb_entry difference = entry_of(d);
    snprintf(label, sizeof label, "%s", d->a->path);
    pb_page_column(stdout, label, LABEL);
    pb_page_cell(stdout, d->a);
    pb_page_cell(stdout, d->b);
    pb_page_cell(stdout, &difference);
    fputc('\n', stdout);
}

static bool has_changed(const pb_difference *d)
{
    return d->se > 0.0 || d->value > 0.0 || d->value < 0.0;
}

static void print_section(const pb_differences *differences, int section)
{
    size_t n_same = 0;
    bool titled = false;
    for (size_t i = 0; i < differences->n; i++) {
        const pb_difference *d = &differences->of[i];
        if (!in_section(section, d->a->path)) {
            continue;
        }
        if (!has_changed(d)) {
            n_same++;
            continue;
        }
        if (!titled) {
            pb_page_title(stdout, SECTIONS[section].title);
            titled = true;
        }
        print_row(d);
    }
    if (n_same > 0 && titled) {
        printf("  and %zu that are the same in both\n", n_same);
    } else if (n_same > 0) {
        pb_page_title(stdout, SECTIONS[section].title);
        puts("  nothing differs");
    }
}

static void print_page(const compare_job *job)
{
    printf("A: %s, scenario %s\nB: %s, scenario %s\n", job->options.operand,
           job->a.loaded.scenario->name, job->options.second, job->b.loaded.scenario->name);
    if (job->differences.paired) {
        printf("Both have the same random numbers, so +- of the difference is much below that of "
               "A and B.\n");
    } else {
        printf("NOT PAIRED: %s.\nThe differences have the errors of independent results; run both "
               "with the same seed, draws and\nsampling for smaller ones.\n",
               job->differences.reason);
    }
    fputc('\n', stdout);
    pb_page_column(stdout, "", 42);
    pb_page_head(stdout, "A");
    pb_page_head(stdout, "B");
    pb_page_head(stdout, "B - A");
    fputc('\n', stdout);
    for (int section = 0; section < N_SECTIONS; section++) {
        print_section(&job->differences, section);
    }
}

/* ---- for a program ---- */

static void print_estimate(const char *key, const pb_entry *entry)
{
    printf("\"%s\": {\"value\": ", key);
    pb_json_number(entry->value, stdout);
    fputs(", \"se\": ", stdout);
    pb_json_number(entry->se, stdout);
    fputc('}', stdout);
}

static void print_json(const compare_job *job)
{
    const pb_differences *all = &job->differences;
    fputs("{\n  \"a\": ", stdout);
    pb_json_string(job->options.operand, stdout);
    fputs(",\n  \"b\": ", stdout);
    pb_json_string(job->options.second, stdout);
    printf(",\n  \"paired\": %s,\n", all->paired ? "true" : "false");
    if (!all->paired) {
        fputs("  \"reason\": ", stdout);
        pb_json_string(all->reason, stdout);
        fputs(",\n", stdout);
    }
    fputs("  \"estimates\": {", stdout);
    for (size_t i = 0; i < all->n; i++) {
        const pb_entry difference = entry_of(&all->of[i]);
        fputs(i == 0 ? "\n    " : ",\n    ", stdout);
        pb_json_string(all->of[i].a->path, stdout);
        fputs(": {", stdout);
        print_estimate("a", all->of[i].a);
        fputs(", ", stdout);
        print_estimate("b", all->of[i].b);
        fputs(", ", stdout);
        print_estimate("difference", &difference);
        fputc('}', stdout);
    }
    fputs("\n  }\n}\n", stdout);
}

static void print_csv(const compare_job *job)
{
    const pb_differences *all = &job->differences;
    puts("entry,a,a_se,b,b_se,difference,difference_se,paired");
    for (size_t i = 0; i < all->n; i++) {
        const pb_difference *d = &all->of[i];
        const double number[] = {d->a->value, d->a->se, d->b->value, d->b->se, d->value, d->se};
        pb_csv_field(d->a->path, stdout);
        for (size_t j = 0; j < sizeof number / sizeof *number; j++) {
            fputc(',', stdout);
            pb_csv_number(number[j], stdout);
        }
        printf(",%d\n", all->paired);
    }
}

/* ---- the command ---- */

static pb_status compare(compare_job *job, pb_error *err)
{
    const int threads = job->options.threads > 0 ? job->options.threads : pb_default_threads();
    pb_status status = pb_reload(job->options.operand, &job->a, err);
    if (status == PB_OK) {
        status = pb_reload(job->options.second, &job->b, err);
    }
    if (status == PB_OK) {
        status = pb_compare(&job->a, &job->b, threads, &job->differences, err);
    }
    if (status != PB_OK) {
        return status;
    }
    if (!job->differences.paired) {
        fprintf(stderr, "planb: warning: the results cannot be paired: %s\n",
                job->differences.reason);
    }
    if (job->options.json) {
        print_json(job);
    } else if (job->options.csv) {
        print_csv(job);
    } else {
        print_page(job);
    }
    return PB_OK;
}

pb_status pb_cmd_compare(int argc, char **argv, pb_error *err)
{
    static compare_job job;
    memset(&job, 0, sizeof job);
    pb_status status = pb_options_parse(argc, argv, PB_ASKING_COMPARE,
                                        "compare A.h5 B.h5 [OPTIONS]", &job.options, err);
    if (status == PB_OK && !job.options.help) {
        status = compare(&job, err);
    }
    pb_differences_free(&job.differences);
    pb_reloaded_free(&job.a);
    pb_reloaded_free(&job.b);
    return status;
}
