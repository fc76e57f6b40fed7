/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_COUNTS_FILE_H
#define PLANB_PARAMS_COUNTS_FILE_H

#include "params/message.h"
#include "params/node.h"

/**
 * Lays the counts of a CSV file over a scenario's tree that has not been read yet. Its first row
 * names the columns: group (id of a unit or union), round (empty: 1), yes and no (ballots) or
 * result (approved, rejected), date, source. A row takes the place of what the scenario says of
 * that group and round. Values are checked with the scenario's own, at their place in this file.
 * @param path borrowed as long as the arena
 */
void pb_lay_counts_file(pb_arena *arena, pb_node *root, const char *path, pb_messages *messages);

/** The same from a source that has been read (pb_source_check). */
void pb_lay_counts(pb_arena *arena, pb_node *root, const pb_source *source, pb_messages *messages);

#endif
