/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/options.h"

#include "params/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an option does with its value: the whole parser is this table and these functions. */
typedef pb_status (*setter)(pb_options *options, const char *name, const char *value,
                            pb_error *err);

static pb_status add_override(pb_options *options, const char *text, pb_error *err)
{
    if (options->n_overrides == PB_MAX_OVERRIDES) {
        return pb_fail(err, PB_USAGE, "more than %d overrides", PB_MAX_OVERRIDES);
    }
    options->overrides[options->n_overrides++] = text;
    return PB_OK;
}

static pb_status set_override(pb_options *options, const char *name, const char *value,
                              pb_error *err)
{
    (void)name;
    if (strchr(value, '=') == NULL) {
        return pb_fail(err, PB_USAGE, "--set %s: wanted PATH=VALUE, such as vote.mu0=0.5", value);
    }
    return add_override(options, value, err);
}

/* --draws 1000 is --set run.draws=1000: one meaning, one set of messages. */
static pb_status set_run_key(pb_options *options, const char *name, const char *value,
                             pb_error *err)
{
    const size_t room = sizeof options->made / sizeof options->made[0];
    if (options->n_made == room || strlen(value) > 64) {
        return pb_fail(err, PB_USAGE, "--%s: too many or too long values", name);
    }
    char *text = options->made[options->n_made++];
    snprintf(text, PB_OVERRIDE_SIZE, "run.%s=%s", name, value);
    return add_override(options, text, err);
}

/* --target-se ratified=0.001 is an entry of run.target_se; all of them make one override. */
static pb_status set_target(pb_options *options, const char *name, const char *value, pb_error *err)
{
    const char *equals = strrchr(value, '=');
    const bool first = options->targets[0] == '\0';
    size_t used = first ? 0 : strlen(options->targets) - 1; /* without the brace */
    if (equals == NULL || equals == value || strpbrk(value, "\"{}\\") != NULL) {
        return pb_fail(err, PB_USAGE, "--%s %s: wanted NAME=VALUE, such as ratified=0.001", name,
                       pb_show(value).text);
    }
    const int n =
        snprintf(options->targets + used, sizeof options->targets - used, "%s\"%.*s\": %s}",
                 first ? "run.target_se={" : ", ", (int)(equals - value), value, equals + 1);
    if (n < 0 || (size_t)n >= sizeof options->targets - used) {
        return pb_fail(err, PB_USAGE, "--%s: too many or too long values", name);
    }
    return first ? add_override(options, options->targets, err) : PB_OK;
}

static pb_status set_output(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name;
    if (*value == '\0') {
        return pb_fail(err, PB_USAGE, "--output: the file name is empty");
    }
    options->output = value;
    return PB_OK;
}

static pb_status set_counts(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)err;
    options->counts = value;
    return PB_OK;
}

static pb_status set_depfile(pb_options *options, const char *name, const char *value,
                             pb_error *err)
{
    (void)name, (void)err;
    options->depfile = value;
    return PB_OK;
}

static pb_status append(const char **list, size_t *n, const char *name, const char *value,
                        pb_error *err)
{
    if (*n == PB_MAX_AXES) {
        return pb_fail(err, PB_USAGE, "more than %d times --%s", PB_MAX_AXES, name);
    }
    list[(*n)++] = value;
    return PB_OK;
}

static pb_status set_axis(pb_options *options, const char *name, const char *value, pb_error *err)
{
    return append(options->axes, &options->n_axes, name, value, err);
}

static pb_status set_where(pb_options *options, const char *name, const char *value, pb_error *err)
{
    return append(options->wheres, &options->n_wheres, name, value, err);
}

static pb_status set_rule(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)err;
    options->rule = value;
    return PB_OK;
}

static pb_status set_given(pb_options *options, const char *name, const char *value, pb_error *err)
{
    if (options->n_given == PB_MAX_CONDITIONS) {
        return pb_fail(err, PB_USAGE, "--%s: more than %d conditions", name, PB_MAX_CONDITIONS);
    }
    options->given[options->n_given++] = value;
    return PB_OK;
}

static pb_status set_draw(pb_options *options, const char *name, const char *value, pb_error *err)
{
    char *end;
    errno = 0;
    options->draw = strtoll(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || errno != 0) {
        return pb_fail(err, PB_USAGE, "--%s %s: wanted the number of a draw, from 0", name,
                       pb_show(value).text);
    }
    return PB_OK;
}

static pb_status set_worst(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)err;
    options->worst = value;
    return PB_OK;
}

static pb_status set_csv(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)value, (void)err;
    options->csv = true;
    return PB_OK;
}

static pb_status set_threads(pb_options *options, const char *name, const char *value,
                             pb_error *err)
{
    char *end;
    const long threads = strtol(value, &end, 10);
    if (*value == '\0' || *end != '\0' || threads < 1 || threads > 4096) {
        return pb_fail(err, PB_USAGE, "--%s %s: wanted a whole number from 1 to 4096", name, value);
    }
    options->threads = (int)threads;
    return PB_OK;
}

/* The index of `value` in `list`, NULL-terminated, or a usage error that says what is allowed. */
static pb_status one_of(const char *name, const char *value, const char *const *list, int *index,
                        pb_error *err)
{
    const pb_words words = {list, sizeof *list, 0};
    char hint[128];
    *index = pb_word_find(&words, value);
    return *index >= 0 ? PB_OK
                       : pb_fail(err, PB_USAGE, "--%s '%s': %s", name, pb_show(value).text,
                                 pb_words_hint(&words, value, hint, sizeof hint));
}

static pb_status set_keep(pb_options *options, const char *name, const char *value, pb_error *err)
{
    static const char *const WORDS[] = {"none", "draws", "units", "inputs", NULL};
    int index;
    const pb_status status = one_of(name, value, WORDS, &index, err);
    options->keep = index < 0 ? PB_KEEP_DRAWS : (pb_keep)index;
    return status;
}

static pb_status set_progress(pb_options *options, const char *name, const char *value,
                              pb_error *err)
{
    static const char *const WORDS[] = {"auto", "json", "none", NULL};
    int index;
    const pb_status status = one_of(name, value, WORDS, &index, err);
    options->progress = index < 0 ? PB_PROGRESS_AUTO : (pb_progress_style)index;
    return status;
}

/* The sum is known when the file is open; until then the new draws stand in its place. */
static pb_status set_more(pb_options *options, const char *name, const char *value, pb_error *err)
{
    char *end;
    const long long draws = strtoll(value, &end, 10);
    if (*value == '\0' || *end != '\0' || draws < 1 || draws > INT64_MAX / 4) {
        return pb_fail(err, PB_USAGE, "--%s %s: wanted a whole number of draws", name, value);
    }
    options->more_draws = draws;
    const pb_status status = set_run_key(options, "draws", value, err);
    options->more_text = options->made[options->n_made > 0 ? options->n_made - 1 : 0];
    return status;
}

static pb_status set_shard(pb_options *options, const char *name, const char *value, pb_error *err)
{
    int used = 0;
    const int n = sscanf(value, "%9d/%9d%n", &options->shard, &options->n_shards, &used);
    if (n != 2 || value[used] != '\0' || options->shard < 1 || options->shard > options->n_shards
        || options->n_shards > PB_MAX_SHARDS) {
        return pb_fail(err, PB_USAGE, "--%s %s: wanted K/N, such as 3/8, with K from 1 to N", name,
                       pb_show(value).text);
    }
    return PB_OK;
}

static pb_status set_checkpoint(pb_options *options, const char *name, const char *value,
                                pb_error *err)
{
    char *end;
    options->checkpoint = strtod(value, &end);
    if (*value == '\0' || *end != '\0' || !(options->checkpoint >= 0.0)
        || options->checkpoint > 1e9) {
        return pb_fail(err, PB_USAGE, "--%s %s: wanted a number of seconds", name,
                       pb_show(value).text);
    }
    return PB_OK;
}

static pb_status set_resume(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)value, (void)err;
    options->resume = true;
    return PB_OK;
}

static pb_status set_overwrite(pb_options *options, const char *name, const char *value,
                               pb_error *err)
{
    (void)name, (void)value, (void)err;
    options->overwrite = true;
    return PB_OK;
}

static pb_status set_json(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)value, (void)err;
    options->json = true;
    return PB_OK;
}

static pb_status set_quiet(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)value, (void)err;
    options->quiet = true;
    options->progress = PB_PROGRESS_NONE;
    return PB_OK;
}

static pb_status set_help(pb_options *options, const char *name, const char *value, pb_error *err)
{
    (void)name, (void)value, (void)err;
    options->help = true;
    return PB_OK;
}

typedef struct option_row {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: none */
    int commands;
    setter set;
    const char *meaning;
} option_row;

enum {
    SCENARIO = PB_ASKING_RUN | PB_ASKING_CHECK,
    VOTES = SCENARIO | PB_ASKING_VERIFY,
    RESULT = PB_ASKING_SUMMARY | PB_ASKING_RULE | PB_ASKING_COMPARE | PB_ASKING_EXPLAIN,
    ANY = VOTES | RESULT | PB_ASKING_REFERENCE | PB_ASKING_COLLECT | PB_ASKING_MERGE
};

// clang-format off
static const option_row OPTIONS[] = {
    {"output",    'o', "FILE",       PB_ASKING_RUN, set_output, "result file (results/NAME.h5)"},
    {"draws",      0,  "N",          VOTES, set_run_key, "number of draws, for run.draws"},
    {"seed",       0,  "S",          VOTES, set_run_key, "seed, for run.seed"},
    {"sampling",   0,  "WORD",       SCENARIO, set_run_key, "sobol or random, for run.sampling"},
    {"target-se",  0,  "NAME=VALUE", SCENARIO, set_target, "double the draws until an estimate has this standard error; may be repeated"},
    {"set",        0,  "PATH=VALUE", VOTES, set_override, "put another value into the scenario; may be repeated"},
    {"counts",     0,  "FILE.csv",   VOTES, set_counts, "lay counts over the scenario: group,round,yes,no,result,date,source"},
    {"rule",       0,  "NAME|EXPR",  PB_ASKING_RULE, set_rule, "a rule of the scenario, or one such as '{unions_approving: {at_least: 10}}'"},
    {"given",      0,  "UNION=VOTE", PB_ASKING_SUMMARY, set_given, "only draws in which a union votes so: AFSCME4=approved, AFSCME4@ROUND=rejected (a round other than the first); may be repeated"},
    {"draw",       0,  "N",          PB_ASKING_EXPLAIN, set_draw, "the draw to tell, from 0"},
    {"worst",      0,  "NAME",       PB_ASKING_EXPLAIN, set_worst, "the worst draw by balance, revenue, gap, layoffs, notices or local_layoffs"},
    {"threads",   'j', "N",          VOTES | PB_ASKING_RULE | PB_ASKING_COMPARE, set_threads, "threads; the result does not depend on them"},
    {"keep",       0,  "WHAT",       SCENARIO, set_keep, "none, draws, units or inputs: what is stored of each draw (draws)"},
    {"depfile",    0,  "FILE",       PB_ASKING_RUN, set_depfile, "write a rule for make or ninja: the files that were read"},
    {"axis",       0,  "NAME=V1,V2", PB_ASKING_COLLECT, set_axis, "an axis of the sweep: a scenario path and its values; the last axis varies fastest"},
    {"where",      0,  "NAME:PATH=VALUE", PB_ASKING_COLLECT, set_where, "what an axis sets, if it is not called as its path; {} stands for the value"},
    {"checkpoint", 0,  "SECONDS",    PB_ASKING_RUN, set_checkpoint, "put by what is done so often (30)"},
    {"resume",     0,  NULL,         PB_ASKING_RUN, set_resume, "go on from what a stopped run has put by"},
    {"more",       0,  "N",          PB_ASKING_RUN, set_more, "extend a finished result by N draws"},
    {"shard",      0,  "K/N",        PB_ASKING_RUN, set_shard, "make the K-th of N parts, for planb merge"},
    {"overwrite",  0,  NULL,         PB_ASKING_RUN | PB_ASKING_COLLECT | PB_ASKING_MERGE, set_overwrite, "replace an existing result"},
    {"json",       0,  NULL,         VOTES | RESULT | PB_ASKING_MERGE, set_json, "print one JSON object"},
    {"csv",        0,  NULL,         PB_ASKING_SUMMARY | PB_ASKING_COMPARE, set_csv, "print a table for a spreadsheet"},
    {"progress",   0,  "STYLE",      PB_ASKING_RUN | PB_ASKING_MERGE, set_progress, "auto, json or none"},
    {"quiet",     'q', NULL,         PB_ASKING_RUN | PB_ASKING_MERGE, set_quiet, "no progress, no page; errors only"},
    {"help",      'h', NULL,         ANY, set_help, "this text"},
};
// clang-format on
enum { N_OPTIONS = sizeof OPTIONS / sizeof OPTIONS[0] };

static void print_help(pb_asking asking, const char *usage)
{
    printf("usage: planb %s\n\n", usage);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        const option_row *row = &OPTIONS[i];
        char left[48];
        if (row->commands & (int)asking) {
            snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
                     row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
                     row->argument ? " " : "", row->argument ? row->argument : "");
            printf("  %-24s %s\n", left, row->meaning);
        }
    }
}

static pb_status unknown_option(const char *given, pb_error *err)
{
    const pb_words words = {&OPTIONS[0].name, sizeof OPTIONS[0], N_OPTIONS};
    const char *meant = pb_word_meant(&words, given + strspn(given, "-"));
    return pb_fail(err, PB_USAGE, "unknown option '%s'%s%s%s", pb_show(given).text,
                   meant ? " (did you mean --" : "", meant ? meant : "", meant ? "?)" : "");
}

/* The rows in the form getopt_long wants; value of a row is its index + 1000. */
static void make_tables(pb_asking asking, struct option *longs, char *shorts)
{
    size_t n = 0, s = 0;
    shorts[s++] = ':'; /* tell a missing value from an unknown option */
    for (size_t i = 0; i < N_OPTIONS; i++) {
        const option_row *row = &OPTIONS[i];
        if (!(row->commands & (int)asking)) {
            continue;
        }
        longs[n++] = (struct option){row->name, row->argument ? required_argument : no_argument,
                                     NULL, (int)i + 1000};
        if (row->letter) {
            shorts[s++] = row->letter;
            if (row->argument) {
                shorts[s++] = ':';
            }
        }
    }
    longs[n] = (struct option){0};
    shorts[s] = '\0';
}

static const option_row *row_of(int code)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (code == (int)i + 1000 || (OPTIONS[i].letter && code == OPTIONS[i].letter)) {
            return &OPTIONS[i];
        }
    }
    return NULL;
}

static pb_status take_operands(int argc, char **argv, pb_asking asking, pb_options *options,
                               pb_error *err)
{
    const int wanted = asking == PB_ASKING_COMPARE ? 2 : 1;
    if (optind + wanted > argc) {
        return pb_fail(err, PB_USAGE, "planb %s: what to work on is missing; see planb %s --help",
                       argv[0], argv[0]);
    }
    options->more = &argv[optind + wanted];
    options->n_more = (size_t)(argc - optind > wanted ? argc - optind - wanted : 0);
    if (options->n_more > 0 && (asking & (PB_ASKING_COLLECT | PB_ASKING_MERGE)) == 0) {
        return pb_fail(err, PB_USAGE, "planb %s: '%s' is one argument too many", argv[0],
                       pb_show(argv[optind + wanted]).text);
    }
    options->operand = argv[optind];
    options->second = wanted == 2 ? argv[optind + 1] : NULL;
    return PB_OK;
}

/* Options that exclude each other. */
static pb_status check_together(const pb_options *options, pb_error *err)
{
    if (options->json && options->csv) {
        return pb_fail(err, PB_USAGE, "--json and --csv: one of them");
    }
    if (options->n_shards > 0 && options->more_draws > 0) {
        return pb_fail(err, PB_USAGE, "--shard and --more exclude each other: merge first");
    }
    if (options->n_shards > 0 && options->json) {
        return pb_fail(err, PB_USAGE, "--shard has nothing to print as --json before planb merge");
    }
    for (size_t i = 0; i < options->n_overrides && options->more_draws > 0; i++) {
        if (options->overrides[i] != options->more_text
            && strncmp(options->overrides[i], "run.draws=", 10) == 0) {
            return pb_fail(err, PB_USAGE, "--draws and --more exclude each other");
        }
    }
    return PB_OK;
}

pb_status pb_options_parse(int argc, char **argv, pb_asking asking, const char *usage,
                           pb_options *options, pb_error *err)
{
    struct option longs[N_OPTIONS + 1];
    char shorts[2 * N_OPTIONS + 2];
    memset(options, 0, sizeof *options);
    options->keep = PB_KEEP_DRAWS;
    options->checkpoint = 30.0;
    options->draw = -1;
    make_tables(asking, longs, shorts);
    opterr = 0;
    optind = 1;
    for (int code; (code = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        const char *given = argv[optind - 1];
        if (code == ':') {
            return pb_fail(err, PB_USAGE, "option '%s' needs a value", pb_show(given).text);
        }
        const option_row *row = row_of(code);
        if (row == NULL) {
            return unknown_option(given, err);
        }
        const pb_status status = row->set(options, row->name, optarg, err);
        if (status != PB_OK) {
            return status;
        }
    }
    if (options->help) {
        print_help(asking, usage);
        return PB_OK;
    }
    const pb_status status = check_together(options, err);
    return status == PB_OK ? take_operands(argc, argv, asking, options, err) : status;
}

pb_status pb_options_load(const pb_options *options, FILE *messages, pb_loaded *loaded)
{
    const pb_load_options load = {.path = options->operand,
                                  .counts = options->counts,
                                  .overrides = options->overrides,
                                  .n_overrides = options->n_overrides};
    return pb_load_scenario_with(&load, messages, loaded);
}
