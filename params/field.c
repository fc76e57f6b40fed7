/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/field.h"

#include <string.h>

const pb_field *pb_field_find(const pb_map *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++) {
        if (strcmp(map->field[i].key, key) == 0) {
            return &map->field[i];
        }
    }
    return NULL;
}

pb_words pb_map_words(const pb_map *map)
{
    return (pb_words){
        .first = &map->field[0].key, .stride = sizeof map->field[0], .n = (int)map->n};
}

bool pb_field_may_be_uncertain(const pb_field *field)
{
    return (field->kind == PB_FIELD_REAL || field->kind == PB_FIELD_YEARS)
           && field->never_uncertain == NULL;
}

bool pb_field_required(const pb_field *field)
{
    return field->fallback == NULL && field->same_as == NULL;
}

const char *pb_field_range(const pb_field *field, char *text, size_t size)
{
    const bool has_unit = field->unit != NULL && strcmp(field->unit, "1") != 0;
    snprintf(text, size, "%s%.15g%s %.15g%s%s", field->above_lowest ? "above " : "", field->lowest,
             field->above_lowest ? ", at most" : " to", field->highest, has_unit ? " " : "",
             has_unit ? field->unit : "");
    return text;
}
