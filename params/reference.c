/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/reference.h"

#include "params/fields.h"

#include "models/budget.h"
#include "models/outcomes.h"
#include "models/rule.h"

#include <ctype.h>
#include <string.h>

static void print_section(FILE *out, const pb_map *map, const char *path, const char *meaning);

static void print_words(FILE *out, const pb_words *words)
{
    for (int i = 0; pb_word(words, i) != NULL; i++) {
        fprintf(out, "%s`%s`", i == 0 ? "" : ", ", pb_word(words, i));
    }
}

/* What a key holds, as in the column "value". */
static const char *const VALUE[PB_N_FIELD_KINDS] = {
    [PB_FIELD_REAL] = "number, ",
    [PB_FIELD_WHOLE] = "whole number, ",
    [PB_FIELD_SEED] = "whole number, 0 to 18446744073709551615",
    [PB_FIELD_TEXT] = "text",
    [PB_FIELD_ID] = "id",
    [PB_FIELD_DATE] = "date",
    [PB_FIELD_BOOLEAN] = "`true`, `false`",
    [PB_FIELD_WORD] = "",
    [PB_FIELD_YEARS] = "`[first year, second year]`, each ",
    [PB_FIELD_REALS] = "numbers, each ",
    [PB_FIELD_DATES] = "dates",
    [PB_FIELD_QUANTITY] = "quantity, ",
    [PB_FIELD_DF] = "`normal` or a number, ",
    [PB_FIELD_MAP] = "block",
    [PB_FIELD_LIST] = "list of blocks, ",
    [PB_FIELD_RULE] = "clause",
    [PB_FIELD_IDS] = "list of ids",
    [PB_FIELD_NAME_OF_RULE] = "name",
    [PB_FIELD_RULES] = "clauses by name, ",
    [PB_FIELD_PAIRS] = "numbers by pair, ",
    [PB_FIELD_STREAM_YEARS] = "`[first year, second year]` by stream, each ",
    [PB_FIELD_COUNTS] = "block, or a list of blocks: one a round",
};

/* "number, " of a key that may be uncertain says so. */
static const char *value_text(const pb_field *field)
{
    if (!pb_field_may_be_uncertain(field)) {
        return VALUE[field->kind];
    }
    return field->kind == PB_FIELD_REAL ? "number or distribution, "
                                        : "`[first year, second year]`, each number or "
                                          "distribution, ";
}

/* A kind whose text ends with a blank goes on with the range. */
static void print_value(FILE *out, const pb_field *field)
{
    char range[96];
    const char *text = value_text(field);
    const size_t size = strlen(text);
    pb_field without_unit = *field;
    without_unit.unit = NULL;
    if (field->length > 0) {
        fprintf(out, "list of %u ", field->length);
    }
    fputs(text, out);
    if (field->kind == PB_FIELD_WORD) {
        print_words(out, &field->words);
    } else if (size > 0 && text[size - 1] == ' ') {
        fputs(pb_field_range(&without_unit, range, sizeof range), out);
    }
}

static void print_default(FILE *out, const pb_field *field)
{
    if (field->derive != NULL) {
        fputs(field->fallback, out);
    } else if (field->same_as != NULL) {
        fprintf(out, "as `%s`", field->same_as + (field->same_as[0] == '.'));
    } else if (field->fallback == NULL) {
        fputs("required", out);
    } else if (strcmp(field->fallback, PB_ABSENT) == 0) {
        fputs("absent", out);
    } else {
        fprintf(out, "`%s`", field->fallback);
    }
}

static void print_row(FILE *out, const pb_field *field)
{
    fprintf(out, "| `%s` | ", field->key);
    print_value(out, field);
    fprintf(out, " | %s | ", field->unit != NULL ? field->unit : "");
    print_default(out, field);
    fprintf(out, " | %s |\n", field->meaning);
}

static void print_below(FILE *out, const pb_field *field, const char *path)
{
    const bool list = field->kind == PB_FIELD_LIST;
    char below[128];
    snprintf(below, sizeof below, "%s%s%s%s", path, path[0] == '\0' ? "" : ".", field->key,
             !list                      ? ""
             : field->first_map != NULL ? "[0]"
                                        : "[]");
    if (field->first_map != NULL) {
        print_section(out, field->first_map, below, field->meaning);
        memcpy(below + strlen(below) - 2, "1", 1);
    }
    if (field->map != NULL) {
        print_section(out, field->map, below, field->meaning);
    }
}

static void print_section(FILE *out, const pb_map *map, const char *path, const char *meaning)
{
    const char *quote = path[0] == '\0' ? "" : "`";
    fprintf(out, "\n## %s%s%s\n\n%c%s.\n\n", quote, path[0] == '\0' ? "The blocks" : path, quote,
            toupper((unsigned char)meaning[0]), meaning + 1);
    fputs("| key | value | unit | default | meaning |\n| --- | --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < map->n; i++) {
        print_row(out, &map->field[i]);
    }
    for (size_t i = 0; i < map->n; i++) {
        print_below(out, &map->field[i], path);
    }
}

static void print_forms(FILE *out)
{
    fputs("# Scenario keys\n\n"
          "Written by `planb reference fields` from the rows that the loader reads by; not edited "
          "by hand.\n\n"
          "* A *number* is a finite decimal: no unit, separator, percent sign or quotes. A *share* "
          "is from 0 to 1.\n"
          "* A *date* is a day YYYY-MM-DD. An *id* is a letter or digit, then letters, digits, "
          "`_`, `.`, `-`; at most 47.\n"
          "* A *quantity* is a number or one of `{normal: {mean: m, sd: s}}`, `{triangular: "
          "[lowest, mode, highest]}`, `{uniform: [lowest, highest]}`, `{exponential: mean}`, "
          "drawn anew in every draw.\n"
          "* A *number or distribution* may be uncertain: a distribution, written like a "
          "quantity's, makes it a parameter that is drawn anew in every draw. A normal or "
          "exponential one is cut off at the key's range; the others lie within it. A key that "
          "takes its default from another shares that one's value. No other key takes a "
          "distribution.\n"
          "* `source:` and `note:` may stand in every block. They are kept and not used.\n"
          "* `extends:` lays a file over another: blocks merge key by key, lists of blocks with an "
          "`id` by id, named rules and correlations by name, `counted` by round; any other value "
          "replaces. An empty list empties.\n"
          "* `--set PATH=VALUE` replaces or adds a value, "
          "`unions[AFSCME4].units[0].members=5000`.\n",
          out);
}

static void print_clauses(FILE *out)
{
    fputs("\n## Clauses\n\n"
          "A rule is one clause. A comparison is one of ",
          out);
    for (int i = 0; i < PB_N_COMPARISONS; i++) {
        fprintf(out, "%s`%s`", i == 0 ? "" : ", ", PB_COMPARISONS[i]);
    }
    fputs(" with a share, `4/5` or `0.8`, read exactly; or, where the table says so, with a whole "
          "number of unions.\n\n"
          "| clause | holds | holds for a group | meaning |\n| --- | --- | --- | --- |\n",
          out);
    for (int i = 0; i < PB_N_CLAUSES; i++) {
        const pb_clause *clause = &PB_CLAUSES[i];
        const char *content = clause->counts_unions     ? "comparison, share or number"
                              : clause->measure != NULL ? "comparison, share"
                              : i == PB_CLAUSE_VETO     ? "list of ids"
                              : i == PB_CLAUSE_NOT      ? "clause"
                                                        : "list of clauses";
        fprintf(out, "| `%s` | %s | %s | %s |\n", clause->name, content,
                clause->of_one_group ? "yes" : "no", clause->meaning);
    }
}

static void print_option_classes(FILE *out)
{
    fputs("\n## Classes of options\n\n"
          "What an option's class says where its row does not.\n\n"
          "| class | p_pass | realised mean | realised sd | source |\n"
          "| --- | --- | --- | --- | --- |\n",
          out);
    for (int i = 0; i < PB_N_OPTION_CLASSES; i++) {
        const pb_option_class *option_class = &PB_OPTION_CLASSES[i];
        fprintf(out, "| `%s` | %g | %g | %g | %s |\n", option_class->name, option_class->p_pass,
                option_class->realised.mean, option_class->realised.sd, option_class->source);
    }
}

void pb_reference_fields(FILE *out)
{
    print_forms(out);
    print_section(out, &PB_SCENARIO_MAP, "", "Without a block its mechanism is off");
    print_clauses(out);
    print_option_classes(out);
}

void pb_reference_columns(FILE *out)
{
    static const char *const TYPE[] = {
        [PB_U8] = "uint8", [PB_I32] = "int32", [PB_F32] = "float32", [PB_F64] = "float64"};
    static const char *const AXIS[PB_N_AXES] = {
        [PB_AXIS_NONE] = "",           [PB_AXIS_ROUND] = ", round",
        [PB_AXIS_UNION] = ", union",   [PB_AXIS_UNIT] = ", unit",
        [PB_AXIS_STREAM] = ", stream", [PB_AXIS_YEAR] = ", fiscal_year",
        [PB_AXIS_BRANCH] = ", branch", [PB_AXIS_OPTION] = ", option",
        [PB_AXIS_SAVING] = ", saving", [PB_AXIS_PARAMETER] = ", parameter"};
    static const char *const KEEP[] = {[PB_KEEP_NONE] = "none",
                                       [PB_KEEP_DRAWS] = "draws",
                                       [PB_KEEP_UNITS] = "units",
                                       [PB_KEEP_INPUTS] = "inputs"};
    fputs("| column | axes | type | keep | unit | meaning |\n| --- | --- | --- | --- | --- | --- "
          "|\n",
          out);
    for (int i = 0; i < PB_N_COLUMNS; i++) {
        const pb_column *column = &PB_COLUMNS[i];
        if (column->keep == PB_KEEP_NEVER) {
            continue;
        }
        fprintf(out, "| `%s` | draw%s%s | %s | %s | %s | %s |\n", column->name,
                AXIS[column->axis[0]], AXIS[column->axis[1]], TYPE[column->kind],
                KEEP[column->keep], column->unit, column->meaning);
    }
}
