/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as they come: encodings, sizes, kinds of file, files that extend each other. */
#include "params/reference.h"
#include "tests/folder.h"
#include "tests/scenario_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[FOLDER_SIZE];

static void make_folder(void)
{
    folder_make(folder);
}

static void remove_folder(void)
{
    folder_remove(folder);
}

/* Writes a file into the test's folder; its path is valid until the next call but one. */
static const char *put(const char *name, const char *text, size_t size)
{
    static char paths[2][IN_FOLDER_SIZE];
    static int turn;
    char *path = paths[turn++ % 2];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(text, 1, size, file), size);
    fclose(file);
    return path;
}

static const char *put_text(const char *name, const char *text)
{
    return put(name, text, strlen(text));
}

TestSuite(files, .init = make_folder, .fini = remove_folder);

/* ---- one file ---- */

Test(files, a_byte_order_mark_is_skipped)
{
    trial t = load_file(put_text("a.yaml", "\xEF\xBB\xBF" SMALL), NULL, 0);
    expect_good(&t);
    end(&t);
}

Test(files, lines_may_end_with_carriage_returns)
{
    char text[2048], *to = text;
    for (const char *p = SMALL "run: {draws: 0}\n"; *p != '\0'; p++) {
        if (*p == '\n') {
            *to++ = '\r';
        }
        *to++ = *p;
    }
    trial t = load_file(put("a.yaml", text, (size_t)(to - text)), NULL, 0);
    expect_refused(&t, "a.yaml:6:14: run.draws: out of range, '0' (1 to 1099511627776)\n"
                       "    6 | run: {draws: 0}\n");
    end(&t);
}

Test(files, lines_may_end_with_any_break_that_unicode_has)
{
    static const char *const BREAKS[] = {"\n",       "\r",           "\r\n",
                                         "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    for (size_t i = 0; i < sizeof BREAKS / sizeof BREAKS[0]; i++) {
        char text[2048];
        snprintf(text, sizeof text, SMALL "# a comment%srun: {draws: 0}%s# the end\n", BREAKS[i],
                 BREAKS[i]);
        trial t = load_text(text);
        expect_refused(&t, "text:7:14: run.draws: out of range, '0' (1 to 1099511627776)\n"
                           "    7 | run: {draws: 0}\n");
        end(&t);
    }
}

Test(files, titles_may_be_in_any_script)
{
    trial t = load_file(put_text("a.yaml", SMALL "note: x\nvote: {}\n"), NULL, 0);
    expect_good(&t);
    end(&t);
    const char *set = "scenario.title=\xE5\x9B\xA3\xE4\xBD\x93 \xC3\xA9";
    t = load_file(put_text("a.yaml", SMALL), &set, 1);
    expect_good(&t);
    cr_expect_str_eq(t.loaded.scenario->title, set + strlen("scenario.title="));
    end(&t);
}

Test(files, a_missing_file_is_no_input)
{
    trial t = load_file("no/such/file.yaml", NULL, 0);
    cr_expect_eq(t.status, PB_NO_INPUT);
    cr_expect_str_eq(t.messages,
                     "no/such/file.yaml: cannot be opened: No such file or directory\n");
    end(&t);
}

Test(files, an_unreadable_file_is_a_matter_of_permission)
{
    const char *path = put_text("a.yaml", SMALL);
    const bool is_root = geteuid() == 0; /* who may read everything: be somebody else */
    cr_assert(chmod(path, 0) == 0 && chmod(folder, 0755) == 0);
    cr_assert(!is_root || seteuid(65534) == 0);
    trial t = load_file(path, NULL, 0);
    cr_assert(!is_root || seteuid(0) == 0);
    cr_expect_eq(t.status, PB_PERMISSION);
    cr_expect_not_null(strstr(t.messages, "a.yaml: cannot be opened: Permission denied"));
    end(&t);
}

Test(files, a_directory_is_refused)
{
    trial t = load_file(folder, NULL, 0);
    expect_refused(&t, "not a regular file");
    end(&t);
}

Test(files, a_fifo_is_refused_without_waiting, .timeout = 5)
{
    char path[IN_FOLDER_SIZE];
    snprintf(path, sizeof path, "%s/fifo", folder);
    cr_assert_eq(mkfifo(path, 0600), 0);
    trial t = load_file(path, NULL, 0);
    expect_refused(&t, "not a regular file");
    end(&t);
}

Test(files, a_device_is_refused)
{
    trial t = load_file("/dev/zero", NULL, 0);
    expect_refused(&t, "not a regular file");
    end(&t);
}

/* ---- sizes ---- */

static char *repeated(const char *head, const char *part, size_t n)
{
    char *text = malloc(strlen(head) + n * strlen(part) + 1), *to = text;
    cr_assert_not_null(text);
    to += sprintf(to, "%s", head);
    for (size_t i = 0; i < n; i++) {
        memcpy(to, part, strlen(part));
        to += strlen(part);
    }
    *to = '\0';
    return text;
}

/* A hopeless text is refused quickly. */
static void expect_refused_soon(char *text, const char *said)
{
    const clock_t before = clock();
    trial t = load_text(text);
    expect_refused(&t, said);
    cr_expect_lt((double)(clock() - before) / CLOCKS_PER_SEC, 5.0, "1 s without sanitizers");
    end(&t);
    free(text);
}

Test(files, more_than_8_mib_are_refused)
{
    expect_refused_soon(repeated("#", " ", 8 << 20), "larger than 8 MiB");
}

Test(files, a_long_comment_is_not_a_scenario)
{
    expect_refused_soon(repeated("#", " ", (8 << 20) - 1), "the file is empty");
}

Test(files, too_many_values_are_refused)
{
    expect_refused_soon(repeated("a: [", "1,", 600000), "too many values");
}

Test(files, too_many_keys_are_refused)
{
    char *text = malloc(40000), *to = text;
    for (int i = 0; i < 2000; i++) {
        to += sprintf(to, "key%d: 1\n", i);
    }
    expect_refused_soon(text, "more than 512 keys in one map");
}

Test(files, very_many_brackets_are_refused)
{
    expect_refused_soon(repeated("a: ", "[", 5 << 20), "nested deeper than 64 levels");
}

Test(files, one_very_long_word_is_refused)
{
    expect_refused_soon(repeated("", "x", 4 << 20), "a map is needed, found a single value");
}

/* ---- files that extend each other ---- */

#define EXTENDS(base, rest) "scenario: {name: over, extends: " base "}\n" rest

Test(files, a_file_changes_what_it_extends)
{
    put_text("a.yaml", SMALL "run: {draws: 7, seed: 8}\n");
    trial t = load_file(put_text("b.yaml", EXTENDS("a.yaml", "run: {draws: 9}\n")), NULL, 0);
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    cr_expect_str_eq(s->name, "over");
    cr_expect_eq(s->run.draws, 9, "its own");
    cr_expect_eq(s->run.seed, 8, "the base's");
    end(&t);
}

Test(files, a_name_of_one_letter_is_a_name)
{
    put_text("a", SMALL);
    trial t = load_file(put_text("b.yaml", EXTENDS("a", "run: {draws: 9}\n")), NULL, 0);
    expect_good(&t);
    end(&t);
    t = load_file(put_text("b.yaml", EXTENDS("''", "run: {draws: 9}\n")), NULL, 0);
    expect_refused(&t, "a file name is needed");
    end(&t);
}

Test(files, the_base_is_sought_beside_the_file_and_may_extend_another)
{
    char sub[IN_FOLDER_SIZE];
    snprintf(sub, sizeof sub, "%s/sub", folder);
    cr_assert_eq(mkdir(sub, 0700), 0);
    put_text("a.yaml", SMALL "run: {draws: 7, seed: 8}\nvote: {mu0: 0.1}\n");
    put_text("sub/c.yaml", EXTENDS("../a.yaml", "run: {seed: 1}\n"));
    trial t = load_file(put_text("b.yaml", EXTENDS("sub/c.yaml", "vote: {mu0: 0.2}\n")), NULL, 0);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->run.draws, 7);
    cr_expect_eq(t.loaded.scenario->run.seed, 1);
    cr_expect_eq(t.loaded.scenario->vote.mu0, 0.2);
    end(&t);
}

Test(files, lists_of_things_with_ids_merge_by_id)
{
    put_text("a.yaml", SMALL);
    trial t = load_file(
        put_text("b.yaml", EXTENDS("a.yaml", "unions:\n"
                                             "  - {id: B, units: [{id: B-1, members: 6}]}\n"
                                             "  - {id: A, title: Alpha, units: "
                                             "[{id: A-1, offset: 1}, {id: A-2, members: 7}]}\n")),
        NULL, 0);
    expect_good(&t);
    const pb_coalition *c = &t.loaded.scenario->coalition;
    cr_expect_eq(c->n_unions, 2);
    cr_expect_str_eq(c->unions[0].title, "Alpha", "changed where it stood");
    cr_expect_str_eq(c->unions[1].id, "B", "a new one is appended");
    cr_expect_eq(c->unit[0].members, 5);
    cr_expect_eq(c->unit[0].offset, 1.0);
    cr_expect_str_eq(c->unit[1].id, "A-2");
    end(&t);
}

Test(files, quantities_rules_and_counts_replace)
{
    put_text("a.yaml", SMALL);
    trial t = load_file(
        put_text("b.yaml",
                 EXTENDS("a.yaml",
                         "rules: {r: {any: [{veto: [A]}]}, q: {veto: [A]}}\n"
                         "rounds: [{id: one, days_after_agreement: {uniform: [1, 2]}}]\n")),
        NULL, 0);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->round[0].rule.node[0].kind, PB_CLAUSE_ANY);
    cr_expect_eq(t.loaded.scenario->n_rules, 2);
    cr_expect_eq(t.loaded.scenario->timing[0].days_after_agreement.kind, PB_QUANTITY_UNIFORM);
    end(&t);
    const char *sets[] = {"unions[A].counted={result: approved, date: 2011-06-01}"};
    put_text("a.yaml", SMALL);
    t = load_file(put_text("b.yaml", EXTENDS("a.yaml", "")), sets, 1);
    expect_good(&t);
    end(&t);
}

Test(files, an_empty_list_empties)
{
    const char *base = SMALL "plan_b: [{id: x, class: other, amount: [1, 1]}]\n";
    put_text("a.yaml", base);
    trial t = load_file(put_text("b.yaml", EXTENDS("a.yaml", "plan_b: []\n")), NULL, 0);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->plan_b.n_options, 0);
    end(&t);
}

Test(files, an_error_names_the_file_the_value_came_from)
{
    put_text("a.yaml", SMALL "run: {draws: 0}\nvote: {df: 1}\n");
    trial t = load_file(put_text("b.yaml", EXTENDS("a.yaml", "vote: {df: 2}\n")), NULL, 0);
    expect_refused(&t, "/a.yaml:6:14: run.draws: out of range");
    expect_refused(&t, "/b.yaml:2:12: vote.df: out of range");
    end(&t);
}

Test(files, two_files_cannot_extend_each_other)
{
    put_text("a.yaml", EXTENDS("b.yaml", ""));
    trial t = load_file(put_text("b.yaml", EXTENDS("a.yaml", "")), NULL, 0);
    expect_refused(&t, "scenario.extends: circular: this file is being extended already");
    end(&t);
}

Test(files, a_text_in_memory_extends_nothing)
{
    trial t = load_text(EXTENDS("a.yaml", ""));
    expect_refused(&t, "text:1:33: scenario.extends: only a scenario file can extend another");
    end(&t);
}

/* ---- what is written from the rows ---- */

static char *written_by(void (*reference)(FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    reference(out);
    fclose(out);
    return text;
}

/* The file at `path` is what `reference` prints; `remedy` says how to renew it. */
static void expect_up_to_date(void (*reference)(FILE *out), const char *path, const char *remedy)
{
    char *written = written_by(reference);
    char *kept = calloc(1, strlen(written) + 2);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    const size_t size = fread(kept, 1, strlen(written) + 1, file);
    fclose(file);
    cr_expect(size == strlen(written) && memcmp(kept, written, size) == 0, "%s: write it anew: %s",
              path, remedy);
    free(kept);
    free(written);
}

Test(reference, the_pages_in_the_repository_are_up_to_date)
{
    expect_up_to_date(pb_reference_fields, PLANB_SOURCE "/params/REFERENCE.md", "make reference");
    expect_up_to_date(pb_reference_schema, PLANB_SOURCE "/params/scenario.schema.json",
                      "make reference");
}

Test(reference, the_schema_is_a_document_that_balances)
{
    /* JSON is YAML in flow style: the loader's own parser refuses it only as a scenario */
    char *schema = written_by(pb_reference_schema);
    trial t = load_text(schema);
    cr_expect_null(strstr(t.messages, "not valid YAML"), "%.300s", t.messages);
    expect_refused(&t, "unknown key, '$schema'");
    cr_expect_not_null(strstr(schema, "https://json-schema.org/draft/2020-12/schema"));
    end(&t);
    free(schema);
}

Test(reference, every_column_is_listed)
{
    char *columns = written_by(pb_reference_columns);
    cr_expect_not_null(strstr(columns, "| `union_vote` | draw, round, union | uint8 | draws |"));
    cr_expect_not_null(strstr(columns, "| `stream_revenue` | draw, stream, fiscal_year |"));
    free(columns);
}
