/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON Schema of a scenario, for editors; the loader checks more than it can say. */
#include "params/reference.h"

#include "params/fields.h"
#include "params/schema.h"

#include "models/quantity.h"

#include <string.h>

#define ID_PATTERN "^[A-Za-z0-9][A-Za-z0-9_.-]*$"

static void print_field(FILE *out, const pb_field *field, int depth);

static void new_line(FILE *out, int depth)
{
    fprintf(out, "\n%*s", 2 * depth, "");
}

static void print_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            fputc('\\', out);
        }
        fputc(*p, out);
    }
    fputc('"', out);
}

static void print_range(FILE *out, const pb_field *field)
{
    fprintf(out, "\"%s\": %.15g, \"maximum\": %.15g",
            field->above_lowest ? "exclusiveMinimum" : "minimum", field->lowest, field->highest);
}

static void print_number(FILE *out, const pb_field *field)
{
    fputs("{\"type\": \"number\", ", out);
    print_range(out, field);
    fputc('}', out);
}

static void print_number_or_distribution(FILE *out, const pb_field *field)
{
    fputs("\"anyOf\": [", out);
    print_number(out, field);
    fputs(", {\"$ref\": \"#/$defs/distribution\"}]", out);
}

static void print_real(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    if (pb_field_may_be_uncertain(field)) {
        print_number_or_distribution(out, field);
        return;
    }
    fputs("\"type\": \"number\", ", out);
    print_range(out, field);
}

static void print_whole(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    fputs("\"type\": \"integer\", ", out);
    print_range(out, field);
}

static void print_seed(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fputs("\"type\": \"integer\", \"minimum\": 0, \"maximum\": 18446744073709551615", out);
}

static void print_text(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fprintf(out, "\"type\": \"string\", \"maxLength\": %d", PB_TITLE_SIZE - 1);
}

static void print_id(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fprintf(out, "\"type\": \"string\", \"pattern\": \"" ID_PATTERN "\", \"maxLength\": %d",
            PB_ID_SIZE - 1);
}

static void print_date(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fputs("\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"", out);
}

static void print_boolean(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fputs("\"type\": \"boolean\"", out);
}

static void print_word(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    fputs("\"enum\": [", out);
    for (int i = 0; pb_word(&field->words, i) != NULL; i++) {
        fputs(i == 0 ? "" : ", ", out);
        print_string(out, pb_word(&field->words, i));
    }
    fputc(']', out);
}

static void print_years(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    fputs("\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, \"items\": ", out);
    if (pb_field_may_be_uncertain(field)) {
        fputc('{', out);
        print_number_or_distribution(out, field);
        fputc('}', out);
    } else {
        print_number(out, field);
    }
}

static void print_length(FILE *out, const pb_field *field)
{
    fprintf(out,
            "\"type\": \"array\", \"minItems\": %u, \"maxItems\": %u, \"items\": ", field->length,
            field->length);
}

static void print_reals(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    print_length(out, field);
    print_number(out, field);
}

static void print_dates(FILE *out, const pb_field *field, int depth)
{
    print_length(out, field);
    fputc('{', out);
    print_date(out, field, depth);
    fputc('}', out);
}

static void print_quantity(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    print_number_or_distribution(out, field);
}

static void print_df(FILE *out, const pb_field *field, int depth)
{
    (void)depth;
    fputs("\"anyOf\": [", out);
    print_number(out, field);
    fputs(", {\"const\": \"normal\"}]", out);
}

static void print_required(FILE *out, const pb_map *map)
{
    const char *comma = "";
    fputs("\"required\": [", out);
    for (size_t i = 0; i < map->n; i++) {
        if (pb_field_required(&map->field[i])) {
            fputs(comma, out);
            print_string(out, map->field[i].key);
            comma = ", ";
        }
    }
    fputs("],", out);
}

/* The members of an object whose keys are those of `map`. */
static void print_object(FILE *out, const pb_map *map, int depth)
{
    fputs("\"type\": \"object\", \"additionalProperties\": false,", out);
    new_line(out, depth);
    print_required(out, map);
    new_line(out, depth);
    fputs("\"properties\": {", out);
    for (size_t i = 0; i < map->n; i++) {
        print_field(out, &map->field[i], depth + 1);
        fputc(',', out);
    }
    new_line(out, depth + 1);
    fputs("\"source\": {}, \"note\": {}", out);
    new_line(out, depth);
    fputc('}', out);
}

static void print_map(FILE *out, const pb_field *field, int depth)
{
    print_object(out, field->map, depth);
}

static void print_item(FILE *out, const pb_map *map, int depth)
{
    fputc('{', out);
    print_object(out, map, depth + 1);
    fputc('}', out);
}

static void print_list(FILE *out, const pb_field *field, int depth)
{
    fprintf(out, "\"type\": \"array\", \"minItems\": %g, \"maxItems\": %g,", field->lowest,
            field->highest);
    new_line(out, depth);
    if (field->first_map != NULL) {
        fputs("\"prefixItems\": [", out);
        print_item(out, field->first_map, depth);
        fputs("],", out);
        new_line(out, depth);
    }
    fputs("\"items\": ", out);
    print_item(out, field->map, depth);
}

static void print_counts(FILE *out, const pb_field *field, int depth)
{
    fputs("\"anyOf\": [", out);
    print_item(out, field->map, depth);
    fprintf(out, ", {\"type\": \"array\", \"maxItems\": %g, \"items\": ", field->highest);
    print_item(out, field->map, depth);
    fputs("}]", out);
}

static void print_rule(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fputs("\"$ref\": \"#/$defs/clause\"", out);
}

static void print_ids(FILE *out, const pb_field *field, int depth)
{
    (void)field;
    (void)depth;
    fputs("\"type\": \"array\", \"items\": {\"type\": \"string\"}", out);
}

static void print_rules(FILE *out, const pb_field *field, int depth)
{
    fprintf(out, "\"type\": \"object\", \"minProperties\": %g,", field->lowest);
    new_line(out, depth);
    fputs("\"properties\": {\"source\": {}, \"note\": {}},", out);
    new_line(out, depth);
    fputs("\"additionalProperties\": {\"$ref\": \"#/$defs/clause\"}", out);
}

static void print_pairs(FILE *out, const pb_field *field, int depth)
{
    fputs("\"type\": \"object\", \"additionalProperties\": false,", out);
    new_line(out, depth);
    fputs("\"properties\": {\"source\": {}, \"note\": {}},", out);
    new_line(out, depth);
    fputs("\"patternProperties\": {\"^[^/]+/[^/]+$\": ", out);
    print_number(out, field);
    fputc('}', out);
}

static void print_stream_years(FILE *out, const pb_field *field, int depth)
{
    fputs("\"type\": \"object\",", out);
    new_line(out, depth);
    fputs("\"properties\": {\"source\": {}, \"note\": {}},", out);
    new_line(out, depth);
    fputs("\"additionalProperties\": {", out);
    print_years(out, field, depth);
    fputc('}', out);
}

typedef void print_function(FILE *out, const pb_field *field, int depth);

static print_function *const PRINT[PB_N_FIELD_KINDS] = {
    [PB_FIELD_REAL] = print_real,
    [PB_FIELD_WHOLE] = print_whole,
    [PB_FIELD_SEED] = print_seed,
    [PB_FIELD_TEXT] = print_text,
    [PB_FIELD_ID] = print_id,
    [PB_FIELD_DATE] = print_date,
    [PB_FIELD_BOOLEAN] = print_boolean,
    [PB_FIELD_WORD] = print_word,
    [PB_FIELD_YEARS] = print_years,
    [PB_FIELD_QUANTITY] = print_quantity,
    [PB_FIELD_DF] = print_df,
    [PB_FIELD_MAP] = print_map,
    [PB_FIELD_LIST] = print_list,
    [PB_FIELD_RULE] = print_rule,
    [PB_FIELD_IDS] = print_ids,
    [PB_FIELD_NAME_OF_RULE] = print_id,
    [PB_FIELD_RULES] = print_rules,
    [PB_FIELD_PAIRS] = print_pairs,
    [PB_FIELD_REALS] = print_reals,
    [PB_FIELD_DATES] = print_dates,
    [PB_FIELD_STREAM_YEARS] = print_stream_years,
    [PB_FIELD_COUNTS] = print_counts,
};

static void print_field(FILE *out, const pb_field *field, int depth)
{
    new_line(out, depth);
    print_string(out, field->key);
    fputs(": {\"description\": ", out);
    print_string(out, field->meaning);
    fputs(", ", out);
    PRINT[field->kind](out, field, depth + 1);
    fputc('}', out);
}

void pb_reference_schema(FILE *out)
{
    fputs("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\","
          "\n  \"title\": \"planb scenario\","
          "\n  \"description\": \"A complete scenario; one with scenario.extends may leave out "
          "what its base gives\",\n  ",
          out);
    print_object(out, &PB_SCENARIO_MAP, 1);
    fputs(",\n  ", out);
    pb_schema_definitions(out);
    fputs("\n}\n", out);
}
