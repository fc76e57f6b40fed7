/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `target_se`: standard errors by the names of estimates. */
#include "params/reader.h"

#include <string.h>

static void read_target(pb_reader *reader, const pb_field *field, pb_node *map, unsigned entry)
{
    pb_run_params *run = &reader->scenario->run;
    pb_node *key = map->key[entry];
    const size_t outside = pb_path_enter_key(reader, key->text);
    double se;
    if (run->n_targets == PB_MAX_TARGETS) {
        pb_read_error(reader, key, "too many, '%s' (at most %d)", pb_show(key->text).text,
                      PB_MAX_TARGETS);
    } else if (strlen(key->text) >= sizeof run->target[0].name) {
        pb_read_error(reader, key, "too long, '%s' (at most %zu bytes)", pb_show(key->text).text,
                      sizeof run->target[0].name - 1);
    } else if (pb_read_real(reader, field, map->item[entry], &se)) {
        pb_target *target = &run->target[run->n_targets++];
        memcpy(target->name, key->text, strlen(key->text) + 1);
        target->se = se;
    }
    pb_path_leave(reader, outside);
}

void pb_read_targets(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    (void)target;
    pb_read_entries(reader, field, node, read_target);
}
