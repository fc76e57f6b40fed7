/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/commands.h"

#include "params/parameters.h"
#include "results/json.h"
#include "results/page_parts.h"
#include "results/spreadsheet.h"
#include "sim/options.h"
#include "sim/paired.h"
#include "sim/threads.h"

#include <stdlib.h>
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
    bool of_unions;
} SECTIONS[] = {
    {"THE CHAIN", {"agreement", "ratified", "legislature", "deal"}, false},
    {"THE VOTE (chance that a round is held, that it ratifies if held)", {"rounds/"}, false},
    {"THE UNIONS (chance of approving, if the round is held)", {"rounds/"}, true},
    {"HOW IT ENDS", {"outcomes/"}, false},
    {"CHANCE OF BALANCE", {"balanced_at_deadline/", "balanced_at_close/"}, false},
    {"THE BUDGET (million USD)",
     {"balance/", "gap/", "revenue/", "labor_savings/", "plan_b_savings/", "rescission/realised/",
      "mitigation/realised/"},
     false},
    {"JOBS", {"notices/", "layoffs/", "local_layoffs/", "municipal_cut/"}, false},
};
enum { N_SECTIONS = sizeof SECTIONS / sizeof SECTIONS[0], LABEL = 44, MOST_CHANGES = 8 };

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
static bool is_shown(const char *path, bool of_unions)
{
    if (strncmp(path, "rounds/", 7) == 0) {
        return of_unions ? strstr(path, "/unions/") != NULL && ends(path, "/approves")
                         : ends(path, "]/held") || ends(path, "]/ratified");
    }
    return strstr(path, "/quantiles/") == NULL || ends(path, "/0.05") || ends(path, "/0.95");
}

static bool in_section(int section, const char *path)
{
    for (size_t i = 0; i < 8 && SECTIONS[section].start[i] != NULL; i++) {
        if (begins(path, SECTIONS[section].start[i])) {
            return is_shown(path, SECTIONS[section].of_unions);
        }
    }
    return false;
}

/* A step of a path in words: years and rounds by name, nothing for what goes without saying. */
static void print_step(const pb_scenario *scenario, const char *path, const char *step, FILE *out)
{
    static const char *const SILENT[] = {"rounds",   "unions", "quantiles", "by_year",
                                         "outcomes", "mean",   "approves"};
    for (size_t i = 0; i < sizeof SILENT / sizeof *SILENT; i++) {
        if (strcmp(step, SILENT[i]) == 0) {
            return;
        }
    }
    const int index = *step == '[' ? atoi(step + 1) : 0;
    const bool is_id = strstr(path, "/unions/") != NULL;
    if (*step == '[' && strncmp(path, "rounds/", 7) == 0) {
        fprintf(out, "%s ", scenario->round[index].id);
    } else if (*step == '[' && index < PB_YEARS) {
        const pb_fiscal_years years = pb_fiscal_years_from(scenario->dates.fy_start);
        fprintf(out, "%d ", pb_civil_of_date(years.start[index + 1] - 1).year);
    } else if (strcmp(step, "0.05") == 0 || strcmp(step, "0.95") == 0) {
        fprintf(out, "%d%% ", (int)(100.0 * atof(step)));
    } else {
        for (; *step != '\0'; step++) {
            fputc(*step == '_' && !is_id ? ' ' : *step, out);
        }
        fputc(' ', out);
    }
}

/* "balance/no_deal/[1]/quantiles/0.05" is "balance no deal 2013 5%". */
static void print_label(const pb_scenario *scenario, const char *path, FILE *out)
{
    char steps[PB_PATH_SIZE], *text = NULL, *rest = NULL;
    size_t size = 0;
    FILE *label = open_memstream(&text, &size);
    if (label == NULL) {
        return;
    }
    snprintf(steps, sizeof steps, "%s", path);
    for (char *s = strtok_r(steps, "/", &rest); s != NULL; s = strtok_r(NULL, "/", &rest)) {
        print_step(scenario, path, s, label);
    }
    if (fclose(label) == 0) {
        pb_page_column(out, text, LABEL);
    }
    free(text);
}

static pb_entry entry_of(const pb_difference *d)
{
    return (pb_entry){.kind = PB_ENTRY_ESTIMATE, .value = d->value, .se = d->se};
}

static void print_row(const compare_job *job, const pb_difference *d, FILE *out)
{
    const pb_entry difference = entry_of(d);
    print_label(job->a.loaded.scenario, d->a->path, out);
    pb_page_cell(out, d->a);
    pb_page_cell(out, d->b);
    pb_page_cell(out, &difference);
    fputc('\n', out);
}

static bool has_changed(const pb_difference *d)
{
    return d->se > 0.0 || d->value > 0.0 || d->value < 0.0;
}

static void print_section(const compare_job *job, int section, FILE *out)
{
    const pb_differences *all = &job->differences;
    size_t n_same = 0, n_changed = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (in_section(section, all->of[i].a->path)) {
            *(has_changed(&all->of[i]) ? &n_changed : &n_same) += 1;
        }
    }
    if (n_same + n_changed == 0) {
        return;
    }
    pb_page_title(out, SECTIONS[section].title);
    for (size_t i = 0; i < all->n; i++) {
        if (in_section(section, all->of[i].a->path) && has_changed(&all->of[i])) {
            print_row(job, &all->of[i], out);
        }
    }
    if (n_changed == 0) {
        fputs("the same in both, draw by draw\n", out);
    } else if (n_same > 0) {
        fprintf(out, "the same in both: %zu more\n", n_same);
    }
}

static bool has_union(const pb_coalition *coalition, const char *id)
{
    for (int k = 0; k < coalition->n_unions; k++) {
        if (strcmp(coalition->unions[k].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* "only in A: police, nurses": such unions have no row, there being nothing to compare. */
static void print_unions_only_in(const char *which, const pb_coalition *in,
                                 const pb_coalition *other, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *line = open_memstream(&text, &size);
    const char *before = "";
    for (int k = 0; line != NULL && k < in->n_unions; k++) {
        if (!has_union(other, in->unions[k].id)) {
            fprintf(line, "%s%s", before, in->unions[k].id);
            before = ", ";
        }
    }
    if (line != NULL && fclose(line) == 0 && *text != '\0') {
        fprintf(out, "Unions only in %s: ", which);
        pb_page_wrap(out, text, 2);
    }
    free(text);
}

/* In what the scenarios differ: the first few parameters, and how many more. */
static void print_changes(const compare_job *job, FILE *out)
{
    char *a = pb_parameter_lines(job->a.loaded.yaml), *b = pb_parameter_lines(job->b.loaded.yaml);
    char *changes = a == NULL || b == NULL ? NULL : pb_parameter_changes(a, b);
    const char *line = changes == NULL ? "" : changes;
    int n = 0;
    for (; *line != '\0'; line += strcspn(line, "\n") + 1, n++) {
        if (n < MOST_CHANGES) {
            fprintf(out, "%s%.*s\n", n == 0 ? "The scenarios differ in\n  " : "  ",
                    (int)strcspn(line, "\n"), line);
        }
    }
    if (n > MOST_CHANGES) {
        fprintf(out, "  and %d more\n", n - MOST_CHANGES);
    }
    free(changes);
    free(b);
    free(a);
}

static void write_page(const void *what, FILE *out)
{
    const compare_job *job = what;
    fprintf(out, "A: %s, scenario %s\nB: %s, scenario %s\n", job->options.operand,
            job->a.loaded.scenario->name, job->options.second, job->b.loaded.scenario->name);
    if (job->differences.paired) {
        fputs("Both have the same random numbers: the error of a difference is its own, mostly far "
              "below those\nof A and B.\n",
              out);
    } else {
        fprintf(out,
                "NOT PAIRED: %s.\nThe differences have the errors of independent results. Run both "
                "with the same seed, draws and\nsampling for smaller ones.\n",
                job->differences.reason);
    }
    const pb_coalition *a = &job->a.loaded.scenario->coalition;
    const pb_coalition *b = &job->b.loaded.scenario->coalition;
    print_changes(job, out);
    print_unions_only_in("A", a, b, out);
    print_unions_only_in("B", b, a, out);
    fputc('\n', out);
    pb_page_column(out, "", LABEL);
    pb_page_head(out, "A");
    pb_page_head(out, "B");
    pb_page_head(out, "B - A");
    fputc('\n', out);
    for (int section = 0; section < N_SECTIONS; section++) {
        print_section(job, section, out);
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
        pb_page_show(write_page, job, stdout);
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
