/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/digits.h"
#include "results/json.h"
#include "results/page.h"
#include "results/provenance.h"
#include "results/spreadsheet.h"
#include "results/summary_table.h"
#include "tests/made_up_result.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What `print` writes of a summary; to be freed. */
static char *printed(void (*print)(const pb_summary *, FILE *), const pb_summary *summary)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    print(summary, out);
    cr_assert_eq(fclose(out), 0);
    return text;
}

/* ---- the list ---- */

Test(summary, an_entry_is_found_by_its_path)
{
    pb_summary s = {0};
    pb_error err = {0};
    pb_summary_number(&s, 3.0, "a/[%d]/b", 7);
    pb_summary_text(&s, "word", "c");
    cr_expect_eq(pb_summary_check(&s, &err), PB_OK);
    cr_expect_eq(pb_summary_find(&s, "a/[%d]/b", 7)->value, 3.0);
    cr_expect_str_eq(pb_summary_find(&s, "c")->text, "word");
    cr_expect_null(pb_summary_find(&s, "a"));
    pb_summary_free(&s);
    pb_summary_free(&s);
    cr_expect_null(pb_summary_find(&s, "c"), "an empty summary has nothing");
}

Test(summary, a_path_that_is_too_long_is_remembered)
{
    pb_summary s = {0};
    pb_error err = {0};
    pb_summary_number(&s, 1.0, "%*s", PB_PATH_SIZE, "x");
    pb_summary_number(&s, 1.0, "short");
    cr_expect_eq(pb_summary_check(&s, &err), PB_INTERNAL);
    pb_summary_free(&s);
}

/* ---- JSON ---- */

Test(json, entries_nest_by_their_paths)
{
    pb_summary s = {0};
    pb_summary_number(&s, 1.0, "format");
    pb_summary_integer(&s, UINT64_MAX, "seed");
    pb_summary_estimate(&s, 0.25, 0.001, PB_METHOD_CONDITIONAL, 100, "rounds/[0]/ratified");
    pb_summary_estimate(&s, 1.0, 0.0, PB_METHOD_EXACT, 0, "rounds/[0]/unions/A-1/approves");
    pb_summary_number(&s, 12.0, "rounds/[0]/unions/A-1/members");
    pb_summary_number(&s, NAN, "rounds/[1]/ratified");
    pb_summary_empty_list(&s, "evidence/used");
    pb_summary_text(&s, "x", "evidence/ignored/[0]");
    char *text = printed(pb_json_summary, &s);
    cr_expect_str_eq(text,
                     "{\n"
                     "  \"format\": 1,\n"
                     "  \"seed\": 18446744073709551615,\n"
                     "  \"rounds\": [\n"
                     "    {\n"
                     "      \"ratified\": {\"value\": 0.25, \"se\": 0.001, \"method\": "
                     "\"conditional\"},\n"
                     "      \"unions\": {\n"
                     "        \"A-1\": {\n"
                     "          \"approves\": {\"value\": 1, \"se\": 0, \"method\": \"exact\"},\n"
                     "          \"members\": 12\n"
                     "        }\n"
                     "      }\n"
                     "    },\n"
                     "    {\n"
                     "      \"ratified\": null\n"
                     "    }\n"
                     "  ],\n"
                     "  \"evidence\": {\n"
                     "    \"used\": [],\n"
                     "    \"ignored\": [\n"
                     "      \"x\"\n"
                     "    ]\n"
                     "  }\n"
                     "}\n");
    free(text);
    pb_summary_free(&s);
}

Test(json, lists_may_hold_numbers_and_lists)
{
    pb_summary s = {0};
    pb_summary_number(&s, 1.5, "a/[0]/[0]");
    pb_summary_number(&s, -0.5, "a/[0]/[1]");
    pb_summary_number(&s, INFINITY, "a/[1]/[0]");
    char *text = printed(pb_json_summary, &s);
    cr_expect_str_eq(text, "{\n  \"a\": [\n    [\n      1.5,\n      -0.5\n    ],\n"
                           "    [\n      null\n    ]\n  ]\n}\n");
    free(text);
    pb_summary_free(&s);
}

Test(json, an_empty_summary_is_an_empty_object)
{
    const pb_summary s = {0};
    char *text = printed(pb_json_summary, &s);
    cr_expect_str_eq(text, "{\n}\n");
    free(text);
}

Test(json, texts_are_escaped)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    pb_json_string("a\"b\\c\nd\te\x01\x7f/\xc3\xa9", out);
    fclose(out);
    cr_expect_str_eq(text, "\"a\\\"b\\\\c\\u000ad\\u0009e\\u0001\x7f/\xc3\xa9\"");
    free(text);
}

Test(json, numbers_read_back_to_the_same_double)
{
    const double numbers[] = {0.1,
                              1.0 / 3.0,
                              2.5e-308,
                              5e-324,
                              1.7976931348623157e308,
                              1e22,
                              123456789012345680.0,
                              -0.0,
                              18719.6,
                              0.30000000000000004};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        pb_summary s = {0};
        pb_summary_number(&s, numbers[i], "x");
        char *text = printed(pb_json_summary, &s);
        const double back = strtod(strchr(text, ':') + 1, NULL);
        cr_expect_eq(memcmp(&back, &numbers[i], sizeof back), 0, "%s", text);
        free(text);
        pb_summary_free(&s);
    }
}

/* ---- digits ---- */

struct digits_case {
    double value, se;
    char text[24], error[16], why[40];
};

ParameterizedTestParameters(digits, none_goes_beyond_the_error)
{
    static struct digits_case cases[] = {
        {0.41237, 0.0021, "0.412", "0.002", "probability"},
        {0.41237, 0.0096, "0.41", "0.01", "an error that rounds up a digit"},
        {0.41237, 0.0000021, "0.412370", "0.000002", "a small error adds zeros"},
        {18719.6, 34.0, "18,720", "30", "tens"},
        {18719.6, 0.34, "18,719.6", "0.3", "thousands with a fraction"},
        {-1234567.0, 1234.0, "-1,235,000", "1,000", "millions"},
        {-0.0004, 0.02, "0.00", "0.02", "no negative zero"},
        {3.0, 20.0, "0", "20", "nothing is left"},
        {-0.95, 0.1, "-0.9", "0.1", "the nearest double is nearer to zero"},
        {40110.43, 0.0, "40,110.4", "", "exact"},
        {123456.7, 0.0, "123,457", "", "exact and large"},
        {0.125, NAN, "0.125", "?", "the error is not known"},
        {NAN, 0.1, "-", "", "no number"},
        {INFINITY, NAN, "-", "", "not finite"},
        {1e300, 1e290, "1.000e+300", "", "too large for columns"},
        {1.0, 1e-300, "1.000000000000", "0.000000000000", "more digits than a double has"},
    };
    return cr_make_param_array(struct digits_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(struct digits_case *c, digits, none_goes_beyond_the_error)
{
    char text[PB_DIGITS_SIZE], error[PB_DIGITS_SIZE];
    pb_digits(c->value, c->se, text, error);
    cr_expect_str_eq(text, c->text, "%s: %s", c->why, text);
    cr_expect_str_eq(error, c->error, "%s: %s", c->why, error);
}

/* ---- the page ---- */

Test(page, it_answers_in_words_with_errors)
{
    static const char *const expected[] = {
        "The deal is ratified in about 4 in 10 draws: 0.412 +- 0.002.\n",
        "P(agreement)                                        1\n",
        "seed 18446744073709551615",
        "Round 2 (august): at most 1/3 of the unions opposed (1 of 3).\n",
        "AFSCME4 AFSCME Council 4            9,000     0.50 +- 0.01",
        "deal round 1                                           0.41 +- 0.01\n",
        "fiscal year 2013",
        "balance, as it happens      -123 +- 7",
        "Counted votes used: NP-3, NP-4 (2)\n",
        "Not used, dated as_of or later: NP-4\n",
    };
    made_up_result made;
    made_up_init(&made, 10, PB_KEEP_NONE);
    char *text = printed(pb_page, &made.summary);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect_not_null(strstr(text, expected[i]), "%s\n%s", expected[i], text);
    }
    cr_expect_null(strstr(text, " \n"), "no line ends in a blank");
    cr_expect_null(strchr(text, '\x1b'), "no colour");
    free(text);
    made_up_free(&made);
}

Test(page, it_says_which_draws_it_is_about_and_draws_their_shape)
{
    static const char *const expected[] = {
        "GIVEN THAT AFSCME4@first=approved\n       and CSEA@first=rejected\n",
        "400 draws are left, a chance of 0.040 +- 0.002; all below",
        "Few draws are left",
        /* 0.2 of the draws in deficit, drawn with other letters; no digit beyond the error */
        "        below 0.0 ------                  0.20\n",
        "       0.0 to 0.5 ######################  0.70\n",
        "     0.5 and more ###                     0.10\n",
    };
    pb_summary s = {0};
    pb_summary_text(&s, "AFSCME4@first=approved", "given/conditions/[0]");
    pb_summary_text(&s, "CSEA@first=rejected", "given/conditions/[1]");
    pb_summary_integer(&s, 400, "given/draws");
    pb_summary_estimate(&s, 0.04, 0.002, PB_METHOD_PLAIN, 10000, "given/probability");
    pb_summary_number(&s, -0.5, "balance/realised/[0]/histogram/from");
    pb_summary_number(&s, 0.5, "balance/realised/[0]/histogram/width");
    pb_summary_estimate(&s, 0.2, 0.02, PB_METHOD_PLAIN, 400,
                        "balance/realised/[0]/histogram/share/[0]");
    pb_summary_estimate(&s, 0.7, 0.02, PB_METHOD_PLAIN, 400,
                        "balance/realised/[0]/histogram/share/[1]");
    pb_summary_estimate(&s, 0.1, 0.01, PB_METHOD_PLAIN, 400,
                        "balance/realised/[0]/histogram/share/[2]");
    char *text = printed(pb_page, &s);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect_not_null(strstr(text, expected[i]), "%s\n%s", expected[i], text);
    }
    free(text);
    pb_summary_free(&s);
}

Test(page, a_round_that_is_settled_is_one_sentence)
{
    static const char *const ids[] = {"A", "B", "C"};
    pb_summary s = {0};
    pb_summary_text(&s, "june", "rounds/[0]/id");
    for (int k = 0; k < 3; k++) {
        pb_summary_estimate(&s, k != 1, 0.0, PB_METHOD_EXACT, 9, "rounds/[0]/unions/%s/approves",
                            ids[k]);
        pb_summary_estimate(&s, 0.0, 0.0, PB_METHOD_EXACT, 9, "rounds/[0]/unions/%s/pivotal",
                            ids[k]);
    }
    char *settled = printed(pb_page, &s);
    cr_expect_not_null(strstr(settled, "All votes are known. Yes: A, C. No: B.\n"), "%s", settled);
    cr_expect_null(strstr(settled, "decides"), "%s", settled);
    free(settled);
    s.entry[4].value = 1.0; /* B's no has decided */
    char *table = printed(pb_page, &s);
    cr_expect_null(strstr(table, "All votes are known"), "%s", table);
    cr_expect_not_null(strstr(table, "decides"), "%s", table);
    free(table);
    pb_summary_free(&s);
}

Test(csv, fields_are_quoted_where_they_must_be)
{
    pb_summary s = {0};
    pb_summary_text(&s, "with \"quotes\", and a comma", "title");
    pb_summary_integer(&s, UINT64_MAX, "seed");
    pb_summary_estimate(&s, 0.1, 0.25, PB_METHOD_CONDITIONAL, 8, "rounds/[0]/ratified");
    pb_summary_estimate(&s, NAN, NAN, PB_METHOD_PLAIN, 0, "rounds/[1]/ratified");
    pb_summary_number(&s, 2012, "fiscal_year/[0]");
    pb_summary_empty_list(&s, "evidence/used");
    char *text = printed(pb_csv_summary, &s);
    cr_expect_str_eq(text, "entry,value,se,method,draws\n"
                           "title,\"with \"\"quotes\"\", and a comma\",,,\n"
                           "seed,18446744073709551615,,,\n"
                           "rounds/[0]/ratified,0.1,0.25,conditional,8\n"
                           "rounds/[1]/ratified,,,plain,0\n"
                           "fiscal_year/[0],2012,,,\n"
                           "evidence/used,,,,\n");
    free(text);
    pb_summary_free(&s);
}

Test(page, no_line_is_wider_than_100_columns)
{
    made_up_result made;
    made_up_init(&made, 10, PB_KEEP_NONE);
    pb_summary_text(&made.summary,
                    "a rule with very many words in its text, said again and again: "
                    "a rule with very many words in its text, said again and again",
                    "rounds/[2]/none");
    char *text = printed(pb_page, &made.summary);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        cr_expect_leq(strcspn(line, "\n"), 100, "%.*s", (int)strcspn(line, "\n"), line);
    }
    free(text);
    made_up_free(&made);
}

/* An error that fills its cell and a number that fills the next one: 0.0009 and 1,019.092. */
Test(page, numbers_beside_each_other_have_a_blank_between_them)
{
    pb_summary s = {0};
    pb_summary_number(&s, 2012, "fiscal_year/[0]");
    pb_summary_estimate(&s, 994.7116, 0.0009, PB_METHOD_RQMC, 100, "revenue/[0]/mean");
    pb_summary_estimate(&s, 1019.092, 0.0009, PB_METHOD_RQMC, 100, "revenue/[0]/quantiles/0.05");
    pb_summary_estimate(&s, -11019.09, 0.02, PB_METHOD_RQMC, 100, "revenue/[0]/quantiles/0.5");
    pb_summary_estimate(&s, -1234567.8, 0.2, PB_METHOD_RQMC, 100, "revenue/[0]/quantiles/0.95");
    char *text = printed(pb_page, &s);
    cr_expect_not_null(strstr(text, " 994.7116 +- 0.0009 1,019.0920 +- 0.0009 -11,019.09 +- 0.02 "
                                    "-1,234,567.8 +- 0.2\n"),
                       "%s", text);
    free(text);
    pb_summary_free(&s);
}

/* Blocks of a scenario may be off: the page does with what there is. */
Test(page, any_entry_may_be_missing)
{
    made_up_result made;
    made_up_init(&made, 10, PB_KEEP_NONE);
    const pb_summary whole = made.summary;
    for (size_t i = 0; i < whole.n; i++) {
        pb_summary less = {.n = whole.n - 1, .entry = malloc(whole.n * sizeof *less.entry)};
        memcpy(less.entry, whole.entry, i * sizeof *less.entry);
        memcpy(less.entry + i, whole.entry + i + 1, (whole.n - 1 - i) * sizeof *less.entry);
        char *text = printed(pb_page, &less);
        cr_expect_not_null(strstr(text, "standard error"));
        free(text);
        free(less.entry);
    }
    made_up_free(&made);
}

struct odds_case {
    double p;
    char words[48];
};

ParameterizedTestParameters(page, odds_are_said_in_words)
{
    static struct odds_case cases[] = {
        {0.0, "in none of the draws: 0."},
        {1.0, "in every draw: 1."},
        {0.0123, "in about 1 in 81 draws"},
        {0.05, "in about 1 in 10 draws"},
        {0.24, "in about 2 in 10 draws"},
        {0.949, "in about 9 in 10 draws"},
        {0.99, "in all but about 1 in 100 draws"},
        {0.001, "in about 1 in 1000 draws"},
        {1.3e-6, "in fewer than 1 of 1,000 draws"},
        {0.0009, "in fewer than 1 of 1,000 draws"},
        {0.9987, "in all but about 1 in 769 draws"},
        {0.9991, "in more than 999 of 1,000 draws"},
        {1.0 - 1.3e-6, "in more than 999 of 1,000 draws"},
    };
    return cr_make_param_array(struct odds_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(struct odds_case *c, page, odds_are_said_in_words)
{
    pb_summary s = {0};
    pb_summary_estimate(&s, c->p, 0.0, PB_METHOD_EXACT, 100, "ratified");
    char *text = printed(pb_page, &s);
    cr_expect_not_null(strstr(text, c->words), "%g: %s", c->p, text);
    free(text);
    pb_summary_free(&s);
}

/* ---- provenance ---- */

/* Source: FIPS 180-4, examples of SHA-256. */
Test(provenance, sha256_has_the_published_values)
{
    char hex[65];
    pb_sha256_hex("abc", 3, hex);
    cr_expect_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    pb_sha256_hex("", 0, hex);
    cr_expect_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

Test(provenance, the_date_follows_source_date_epoch)
{
    char text[32];
    setenv("SOURCE_DATE_EPOCH", "1308873600", 1);
    pb_creation_time(text, sizeof text);
    cr_expect_str_eq(text, "2011-06-24T00:00:00Z");
    static const char *const invalid[] = {"", "x", "-1", "12x", "999999999999999999999"};
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        setenv("SOURCE_DATE_EPOCH", invalid[i], 1);
        pb_creation_time(text, sizeof text);
        cr_expect(strlen(text) == 20 && strcmp(text, "2020") > 0, "%s: %s", invalid[i], text);
    }
}

/* ---- tables from elsewhere ---- */

Test(summary, a_table_with_a_kind_or_method_that_no_run_writes_is_refused)
{
    static const struct {
        uint8_t kind, method;
        bool good;
    } CASES[] = {{PB_ENTRY_NUMBER, PB_METHOD_PLAIN, true},
                 {PB_N_ENTRY_KINDS - 1, PB_N_METHODS - 1, true},
                 {PB_N_ENTRY_KINDS, PB_METHOD_PLAIN, false},
                 {PB_ENTRY_NUMBER, PB_N_METHODS, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[] = "a", text[] = "1";
        pb_summary_table table;
        pb_summary summary = {0};
        cr_assert(pb_summary_table_alloc(&table, 1));
        table.path[0] = path;
        table.text[0] = text;
        table.kind[0] = CASES[i].kind;
        table.method[0] = CASES[i].method;
        cr_expect_eq(pb_summary_table_take(&table, &summary), CASES[i].good, "case %zu", i);
        pb_summary_free(&summary);
        pb_summary_table_free(&table);
    }
}
