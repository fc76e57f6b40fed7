/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that fill more than one member of a scenario. */
#include "params/reader.h"

#include <string.h>

/* `units:` of a union [into pb_coalition.unit, where the units of a union stand together] */
void pb_read_units(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_coalition *coalition = &reader->scenario->coalition;
    pb_union *parent = target;
    if (!pb_read_expects(reader, node, PB_NODE_LIST)) {
        return;
    }
    if (node->n == 0) {
        pb_read_error(reader, node, "a union without units (at least one is needed)");
        return;
    }
    if (node->n > (unsigned)(PB_MAX_UNITS - coalition->n_units)) {
        pb_read_error(reader, node, "more than %d units in all", PB_MAX_UNITS);
        return;
    }
    parent->first_unit = coalition->n_units;
    parent->n_units = (int)node->n;
    for (unsigned i = 0; i < node->n; i++) {
        pb_unit *unit = &coalition->unit[coalition->n_units++];
        unit->parent = (int)(parent - coalition->unions);
        const size_t outside = pb_path_enter_item(reader, node->item[i], i);
        pb_read_map(reader, field->map, node->item[i], unit);
        pb_path_leave(reader, outside);
    }
}

/* `rounds:` the first and, where there is one, the second, which has further keys. */
void pb_read_rounds(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)target;
    if (!pb_read_expects(reader, node, PB_NODE_LIST)
        || !pb_read_expects_length(reader, field, node)) {
        return;
    }
    reader->scenario->n_rounds = (int)node->n;
    for (unsigned i = 0; i < node->n; i++) {
        const size_t outside = pb_path_enter_item(reader, node->item[i], i);
        pb_read_map(reader, i == 0 ? field->first_map : field->map, node->item[i],
                    reader->scenario);
        pb_path_leave(reader, outside);
    }
}

static int find_sector(const pb_coalition *coalition, const char *name)
{
    for (int i = 0; i < coalition->n_sectors; i++) {
        if (strcmp(coalition->sector[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

/* `sector:` of a unit [int: index into pb_coalition.sector, which grows] */
void pb_read_sector(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_coalition *coalition = &reader->scenario->coalition;
    char name[PB_ID_SIZE] = "";
    pb_read_id(reader, field, node, name);
    if (name[0] == '\0') {
        return;
    }
    int sector = find_sector(coalition, name);
    if (sector < 0 && coalition->n_sectors == PB_MAX_SECTORS) {
        pb_read_error(reader, node, "more than %d sectors, '%s'", PB_MAX_SECTORS, name);
        return;
    }
    if (sector < 0) {
        sector = coalition->n_sectors++;
        strcpy(coalition->sector[sector], name);
    }
    memcpy(target, &sector, sizeof sector);
}

/* A scenario's file has been merged with what it extends: what is left cannot be. */
void pb_read_extends(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)field;
    (void)target;
    pb_read_error(reader, node, "only a scenario file can extend another, '%s'",
                  pb_show(node->text).text);
}
