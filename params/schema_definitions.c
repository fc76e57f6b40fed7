/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/schema.h"

#include "models/rule.h"

static void print_distribution(FILE *out)
{
    fputs("\n    \"distribution\": {\"type\": \"object\", \"additionalProperties\": false, "
          "\"properties\": {"
          "\n      \"normal\": {\"type\": \"object\", \"required\": [\"mean\", \"sd\"], "
          "\"additionalProperties\": false,"
          "\n        \"properties\": {\"mean\": {\"type\": \"number\"}, \"sd\": {\"type\": "
          "\"number\", \"minimum\": 0}, \"source\": {}, \"note\": {}}},"
          "\n      \"triangular\": {\"type\": \"array\", \"minItems\": 3, \"maxItems\": 3, "
          "\"items\": {\"type\": \"number\"}},"
          "\n      \"uniform\": {\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, "
          "\"items\": {\"type\": \"number\"}},"
          "\n      \"exponential\": {\"type\": \"number\", \"exclusiveMinimum\": 0},"
          "\n      \"source\": {}, \"note\": {}}},",
          out);
}

static void print_comparison(FILE *out)
{
    fputs("\n    \"comparison\": {\"type\": \"object\", \"additionalProperties\": false, "
          "\"properties\": {",
          out);
    for (int i = 0; i < PB_N_COMPARISONS; i++) {
        fprintf(out, "\n      \"%s\": {\"$ref\": \"#/$defs/threshold\"},", PB_COMPARISONS[i]);
    }
    fputs("\n      \"source\": {}, \"note\": {}}},"
          "\n    \"threshold\": {\"anyOf\": [{\"type\": \"number\", \"minimum\": 0},"
          " {\"type\": \"string\", \"pattern\": \"^[0-9]+/[0-9]+$\"}]}",
          out);
}

static const char *clause_content(int kind)
{
    switch (kind) {
        case PB_CLAUSE_ALL:
        case PB_CLAUSE_ANY:
            return "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": "
                   "\"#/$defs/clause\"}}";
        case PB_CLAUSE_NOT:
            return "{\"$ref\": \"#/$defs/clause\"}";
        case PB_CLAUSE_VETO:
            return "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"string\"}}";
        default:
            return "{\"$ref\": \"#/$defs/comparison\"}";
    }
}

static void print_clause(FILE *out)
{
    fputs("\n    \"clause\": {\"type\": \"object\", \"additionalProperties\": false, "
          "\"properties\": {",
          out);
    for (int i = 0; i < PB_N_CLAUSES; i++) {
        fprintf(out, "\n      \"%s\": %s,", PB_CLAUSES[i].name, clause_content(i));
    }
    fputs("\n      \"source\": {}, \"note\": {}}},", out);
}

void pb_schema_definitions(FILE *out)
{
    fputs("\"$defs\": {", out);
    print_distribution(out);
    print_clause(out);
    print_comparison(out);
    fputs("\n  }", out);
}
