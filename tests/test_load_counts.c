/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of both rounds, and counts from a CSV file. What is refused: tests/bad/counts_*. */
#include "models/calendar.h"
#include "tests/folder.h"
#include "tests/scenario_text.h"

#define CT2011 PLANB_SOURCE "/params/ct2011.yaml"
#define CAMPAIGN PLANB_SOURCE "/params/ct2011-06-24.yaml"
#define AUGUST PLANB_SOURCE "/params/ct2011-08-17.yaml"
#define GENERIC PLANB_SOURCE "/params/generic.yaml"
#define CSV PLANB_SOURCE "/params/ct2011-counts.csv"

/* What a count of round 2 asks for. */
#define HELD "rounds[second].p_rule_change=1"

static char folder[FOLDER_SIZE], table[IN_FOLDER_SIZE];

static void make_folder(void)
{
    folder_make(folder);
    snprintf(table, sizeof table, "%s/counts.csv", folder);
}

static void remove_folder(void)
{
    folder_remove(folder);
}

TestSuite(counts, .init = make_folder, .fini = remove_folder);

static trial load_with(const char *path, const char *counts, const char *const *sets, size_t n_sets)
{
    trial t = {0};
    size_t size = 0;
    FILE *out = open_memstream(&t.messages, &size);
    const pb_load_options options = {
        .path = path, .counts = counts, .overrides = sets, .n_overrides = n_sets};
    t.status = pb_load_scenario_with(&options, out, &t.loaded);
    fclose(out);
    return t;
}

static void put(const char *text, size_t size)
{
    FILE *file = fopen(table, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(text, 1, size, file), size);
    fclose(file);
}

/* The small state with a table of counts and perhaps an override. */
static trial load_base(const char *csv, const char *set)
{
    put(csv, strlen(csv));
    return load_with(BASE, table, &set, set != NULL);
}

static const pb_counted *counted_a1(const trial *t)
{
    return &t->loaded.scenario->coalition.unit[0].counted[0];
}

/* ---- a table ---- */

Test(counts, rows_are_counts_of_units_and_unions)
{
    trial t = load_base("group,round,yes,no,result,date,source\n"
                        "A-1,1,1158,2646,,2011-06-20,roll\n"
                        "B,2,,,rejected,2011-06-21,\n",
                        HELD);
    expect_good(&t);
    const pb_counted *unit = counted_a1(&t);
    const pb_counted *parent = &t.loaded.scenario->coalition.unions[1].counted[1];
    cr_expect_str_eq(t.messages, "");
    cr_expect_eq(unit->kind, PB_COUNTED_BALLOTS);
    cr_expect_eq(unit->yes_ballots, 1158);
    cr_expect_eq(unit->no_ballots, 2646);
    cr_expect_eq(unit->date, pb_date_of_civil((pb_civil){2011, 6, 20}));
    cr_expect_eq(parent->kind, PB_COUNTED_REJECTED);
    cr_expect_eq(t.loaded.scenario->coalition.unions[1].counted[0].kind, PB_NOT_COUNTED);
    end(&t);
}

Test(counts, columns_come_in_any_order_and_some_may_be_missing)
{
    trial t = load_base("date,no,yes,group\n2011-06-20,6,5,A-1\n", NULL);
    expect_good(&t);
    cr_expect_eq(counted_a1(&t)->yes_ballots, 5, "round 1 is the default");
    end(&t);
}

struct table_case {
    char why[40], text[160];
};

ParameterizedTestParameters(counts, tables)
{
    static struct table_case cases[] = {
        {"plain", "group,yes,no,date,source\nA-1,5,6,2011-06-20,x\n"},
        {"no break at the end", "group,yes,no,date,source\nA-1,5,6,2011-06-20,x"},
        {"CRLF", "group,yes,no,date,source\r\nA-1,5,6,2011-06-20,x\r\n"},
        {"byte order mark", "\xEF\xBB\xBFgroup,yes,no,date,source\nA-1,5,6,2011-06-20,x\n"},
        {"every cell in quotes", "\"group\",\"yes\",\"no\",\"date\",\"source\"\n\"A-1\",\"5\","
                                 "\"6\",\"2011-06-20\",\"x\"\n"},
        {"empty lines", "\n\ngroup,yes,no,date,source\n\nA-1,5,6,2011-06-20,x\n\n\n"},
    };
    return cr_make_param_array(struct table_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct table_case *c, counts, tables)
{
    trial t = load_base(c->text, NULL);
    cr_assert_eq(t.status, PB_OK, "%s: %s", c->why, t.messages);
    cr_expect_eq(counted_a1(&t)->yes_ballots, 5, "%s", c->why);
    cr_expect_eq(counted_a1(&t)->no_ballots, 6, "%s", c->why);
    cr_expect_not_null(strstr(t.loaded.yaml, "source: x\n"), "%s", c->why);
    end(&t);
}

Test(counts, a_quoted_cell_holds_commas_quotes_and_line_breaks)
{
    trial t = load_base("group,source,yes,no,date\n"
                        "A-1,\"the \"\"Day\"\", 1\r\nand 2\",5,x,2011-06-20\n",
                        NULL);
    expect_refused(&t, "counts.csv:3:10: unions[A].units[A-1].counted.no_ballots: not a whole "
                       "number, 'x'");
    expect_refused(&t, "    3 | and 2\",5,x,2011-06-20\n"
                       "      |          ^\n");
    end(&t);
    t = load_base("group,source,yes,no,date\nA-1,\"the \"\"Day\"\", 1\",5,6,2011-06-20\n", NULL);
    expect_good(&t);
    cr_expect_not_null(strstr(t.loaded.yaml, "source: \"the \\\"Day\\\", 1\""), "%s",
                       t.loaded.yaml);
    end(&t);
}

Test(counts, a_column_of_a_message_counts_characters)
{
    trial t = load_base("source,group,yes,no,date\n\xC3\xA9t\xC3\xA9,A-1,5,x,2011-06-20\n", NULL);
    expect_refused(&t, "counts.csv:2:11: ");
    expect_refused(&t, "\n      |           ^\n");
    end(&t);
}

Test(counts, a_table_without_rows_is_the_start_of_the_night)
{
    trial t = load_base("group,round,yes,no,date,source\n", NULL);
    expect_good(&t);
    cr_expect_eq(counted_a1(&t)->kind, PB_NOT_COUNTED);
    end(&t);
}

Test(counts, a_row_replaces_what_the_scenario_says_of_that_round)
{
    const char *csv = "group,result,date,source\nSJM,rejected,2011-06-20,what if\n";
    put(csv, strlen(csv));
    trial t = load_with(CAMPAIGN, table, NULL, 0);
    expect_good(&t);
    const pb_union *last =
        &t.loaded.scenario->coalition.unions[t.loaded.scenario->coalition.n_unions - 1];
    cr_expect_str_eq(last->id, "SJM");
    cr_expect_eq(last->counted[0].kind, PB_COUNTED_REJECTED);
    cr_expect_null(strstr(t.loaded.yaml, "source: HC0621\n      units"), "the old one is gone");
    end(&t);
}

Test(counts, an_override_has_the_last_word)
{
    trial t = load_base("group,yes,no,date\nA-1,5,6,2011-06-20\n",
                        "unions[A].units[A-1].counted.yes_ballots=7");
    expect_good(&t);
    cr_expect_eq(counted_a1(&t)->yes_ballots, 7);
    end(&t);
}

Test(counts, a_row_dated_as_of_is_left_out_with_its_place)
{
    trial t = load_base("group,yes,no,date\nA-1,5,6,2011-06-24\n", NULL);
    expect_good(&t);
    cr_expect_eq(counted_a1(&t)->kind, PB_NOT_COUNTED);
    cr_assert_eq(t.loaded.n_ignored, 1);
    cr_expect_not_null(strstr(t.messages, "counts.csv:2:1: note: A-1: the count of 2011-06-24"));
    end(&t);
}

Test(counts, the_resolved_scenario_holds_them)
{
    trial first = load_base("group,round,yes,no,date,source\n"
                            "A-1,1,5,6,2011-06-20,\"a: b\nc\"\nA-2,2,1,0,2011-06-29,010\n",
                            NULL);
    expect_good(&first);
    trial second = load_text(first.loaded.yaml);
    expect_good(&second);
    cr_expect_eq(memcmp(first.loaded.scenario, second.loaded.scenario, sizeof(pb_scenario)), 0);
    cr_expect_str_eq(first.loaded.yaml, second.loaded.yaml);
    cr_expect_eq(second.loaded.n_ignored, 1);
    end(&first);
    end(&second);
}

Test(counts, without_unions_the_scenario_itself_is_refused)
{
    const char *csv = "group,yes,no,date\nA-1,5,6,2011-06-20\n", *set = "unions=5";
    put(csv, strlen(csv));
    trial t = load_with(BASE, table, &set, 1);
    expect_refused(&t, "unions: a list is needed, found a single value");
    end(&t);
}

Test(counts, more_than_8_mib_are_refused)
{
    char *text = malloc((8 << 20) + 1);
    memset(text, '\n', (8 << 20) + 1);
    put(text, (8 << 20) + 1);
    trial t = load_with(BASE, table, NULL, 0);
    expect_refused(&t, "counts.csv: larger than 8 MiB\n");
    end(&t);
    free(text);
}

Test(counts, very_many_rows_are_refused_soon, .timeout = 20)
{
    char *text = malloc(8 << 20), *to = text + sprintf(text, "group,date\n");
    while (to + 2 < text + (8 << 20)) {
        to = (char *)memcpy(to, "Z,\n", 3) + 3;
    }
    put(text, (size_t)(to - text));
    trial t = load_with(BASE, table, NULL, 0);
    expect_refused(&t, "no unit or union with this id, 'Z'");
    expect_refused(&t, "... and ");
    end(&t);
    free(text);
}

/* ---- UTF-8: cases of the Unicode Standard, table 3-7 ---- */

struct utf8_case {
    char bytes[8];
    int valid;
};

ParameterizedTestParameters(counts, utf8)
{
    static struct utf8_case cases[] = {
        {"\xC2\x80", 1},
        {"\xE0\xA0\x80", 1},
        {"\xED\x9F\xBF", 1},
        {"\xEE\x80\x80", 1},
        {"\xF0\x90\x80\x80", 1},
        {"\xF4\x8F\xBF\xBF", 1},
        {"\xC1\xBF", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xED\xA0\x80", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF4\x90\x80\x80", 0},
        {"\xF8\x88\x80\x80\x80", 0},
        {"\x80", 0},
        {"\xE2\x82", 0},
        {"\xFE", 0},
    };
    return cr_make_param_array(struct utf8_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct utf8_case *c, counts, utf8)
{
    char text[96];
    snprintf(text, sizeof text, "group,yes,no,date,source\nA-1,5,6,2011-06-20,%s", c->bytes);
    trial t = load_base(text, NULL);
    cr_expect_eq(t.status, c->valid ? PB_OK : PB_DATA, "%s", t.messages);
    if (t.status == PB_OK) {
        trial again = load_text(t.loaded.yaml);
        expect_good(&again);
        end(&again);
    }
    end(&t);
}

/* ---- two rounds ---- */

Test(counts, each_round_may_be_counted_and_as_of_chooses)
{
    const char *both = "unions[A].counted=[{round: 2, result: approved, date: 2011-08-18}, "
                       "{result: rejected, date: 2011-06-20}]";
    trial t = load_base_with(both);
    expect_good(&t);
    const pb_counted *counted = &t.loaded.scenario->coalition.unions[0].counted[0];
    cr_expect_eq(counted->kind, PB_COUNTED_REJECTED);
    cr_expect_eq(t.loaded.scenario->coalition.unions[0].counted[1].kind, PB_NOT_COUNTED);
    cr_expect_eq(t.loaded.n_ignored, 1);
    trial again = load_text(t.loaded.yaml);
    expect_good(&again);
    cr_expect_eq(memcmp(t.loaded.scenario, again.loaded.scenario, sizeof(pb_scenario)), 0);
    end(&again);
    end(&t);
}

Test(counts, both_rounds_are_used_once_both_are_dated_before_as_of)
{
    trial t = load_base("group,round,yes,no,result,date\nA-1,1,5,6,,2011-06-20\n"
                        "A-1,2,9,1,,2011-06-21\nB,2,,,approved,2011-06-21\n"
                        "B,1,,,rejected,2011-06-20\n",
                        HELD);
    expect_good(&t);
    const pb_counted *unit = t.loaded.scenario->coalition.unit[0].counted;
    const pb_counted *parent = t.loaded.scenario->coalition.unions[1].counted;
    cr_expect_str_eq(t.messages, "");
    cr_expect_eq(unit[0].yes_ballots, 5);
    cr_expect_eq(unit[1].yes_ballots, 9);
    cr_expect_eq(unit[1].date, pb_date_of_civil((pb_civil){2011, 6, 21}));
    cr_expect_eq(parent[0].kind, PB_COUNTED_REJECTED);
    cr_expect_eq(parent[1].kind, PB_COUNTED_APPROVED);
    cr_expect_eq(t.loaded.n_ignored, 0);
    trial again = load_text(t.loaded.yaml);
    expect_good(&again);
    cr_expect_eq(memcmp(t.loaded.scenario, again.loaded.scenario, sizeof(pb_scenario)), 0);
    end(&again);
    end(&t);
}

Test(counts, a_second_vote_that_is_counted_but_may_not_be_held_gets_a_warning)
{
    const char *csv = "group,round,result,date\nB,2,approved,2011-06-21\n";
    trial t = load_base(csv, NULL);
    expect_good(&t);
    cr_expect_not_null(strstr(t.messages, "counts.csv:2:1: warning: unions[B].counted: round 2 is "
                                          "counted, but p_rule_change and p_reopen say that it is "
                                          "held with probability 0.5"));
    end(&t);
    t = load_base(csv, "scenario.as_of=2011-06-21");
    expect_good(&t);
    cr_expect_null(strstr(t.messages, "warning"), "not used: %s", t.messages);
    end(&t);
}

/* The first vote of generic.yaml ends on 2030-06-20. */
Test(counts, a_vote_that_is_over_and_not_counted_gets_a_warning)
{
    const char *const on_the_day = "scenario.as_of=2030-06-20",
                      *after = "scenario.as_of=2030-06-21";
    const char *csv = "group,round,result,date\nteachers,1,approved,2030-06-20\n";
    trial t = load_with(GENERIC, NULL, &on_the_day, 1);
    expect_good(&t);
    cr_expect_null(strstr(t.messages, "no count of it"), "%s", t.messages);
    end(&t);
    t = load_with(GENERIC, NULL, &after, 1);
    expect_good(&t);
    cr_expect_not_null(strstr(t.messages, "warning: rounds[first]: ended on 2030-06-20, before "
                                          "scenario.as_of, and no count of it is given"),
                       "%s", t.messages);
    end(&t);
    put(csv, strlen(csv));
    t = load_with(GENERIC, table, &after, 1);
    expect_good(&t);
    cr_expect_null(strstr(t.messages, "no count of it"), "%s", t.messages);
    end(&t);
}

Test(counts, a_unions_bare_result_may_stand_beside_figures_of_some_of_its_units)
{
    trial t = load_base("group,round,yes,no,date\nA-1,2,5,6,2011-06-20\n",
                        "unions[A].counted={result: approved, round: 2, date: 2011-06-20}");
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->coalition.unit[0].counted[1].yes_ballots, 5);
    cr_expect_eq(t.loaded.scenario->coalition.unions[0].counted[1].kind, PB_COUNTED_APPROVED);
    end(&t);
}

Test(counts, a_table_of_the_second_round_leaves_the_first)
{
    trial t = load_base("group,round,yes,no,date\nA-1,2,9,1,2011-08-18\n",
                        "unions[A].counted={yes_ballots: 8, no_ballots: 9, round: 2, "
                        "date: 2011-08-18}");
    expect_refused(&t, "counts.csv:2:1: unions[A].units[A-1].counted: the union is counted too");
    end(&t);
    const char *csv = "group,round,yes,no,date\nNP-4,2,2118,1148,2011-08-18\n";
    const char *set = "scenario.as_of=2011-06-27";
    put(csv, strlen(csv));
    t = load_with(CAMPAIGN, table, &set, 1);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->coalition.unit[2].counted[0].yes_ballots, 1158);
    cr_expect_not_null(strstr(t.loaded.yaml, "yes_ballots: 2118"));
    end(&t);
}

/* ---- the bundled table ---- */

static void expect_same_coalition(const char *set)
{
    trial file = load_with(CAMPAIGN, NULL, &set, 1);
    trial rows = load_with(CT2011, CSV, &set, 1);
    expect_good(&file);
    expect_good(&rows);
    cr_expect_eq(memcmp(&file.loaded.scenario->coalition, &rows.loaded.scenario->coalition,
                        sizeof(pb_coalition)),
                 0, "%s", set);
    end(&file);
    end(&rows);
}

Test(counts, the_bundled_table_and_the_dated_campaign_are_the_same_facts)
{
    expect_same_coalition("scenario.as_of=2011-06-15");
    expect_same_coalition("scenario.as_of=2011-06-20");
    expect_same_coalition("scenario.as_of=2011-06-24");
    expect_same_coalition("scenario.as_of=2011-06-27");
}

/* How unions decide differs: of two, their leaders did in August. */
static void expect_same_counts(const char *set)
{
    trial file = load_with(AUGUST, NULL, &set, 1);
    trial rows = load_with(CT2011, CSV, &set, 1);
    expect_good(&file);
    expect_good(&rows);
    const pb_coalition *a = &file.loaded.scenario->coalition, *b = &rows.loaded.scenario->coalition;
    for (int k = 0; k < a->n_unions; k++) {
        cr_expect_eq(
            memcmp(a->unions[k].counted, b->unions[k].counted, sizeof a->unions[k].counted), 0,
            "%s: %s", set, a->unions[k].id);
    }
    for (int u = 0; u < a->n_units; u++) {
        cr_expect_eq(memcmp(a->unit[u].counted, b->unit[u].counted, sizeof a->unit[u].counted), 0,
                     "%s: %s", set, a->unit[u].id);
    }
    end(&file);
    end(&rows);
}

Test(counts, the_bundled_table_has_august_too)
{
    expect_same_counts("scenario.as_of=2011-08-17");
    expect_same_counts("scenario.as_of=2011-08-18");
    expect_same_counts("scenario.as_of=2011-08-19");
    expect_same_counts("scenario.as_of=2011-08-20");
}
