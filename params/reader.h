/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_READER_H
#define PLANB_PARAMS_READER_H

#include "params/counts.h"
#include "params/field.h"
#include "params/message.h"
#include "params/scenario.h"

enum { PB_PATH_SIZE = 512 };

/** A scenario being read from its tree. */
typedef struct pb_reader {
    pb_arena *arena;
    pb_messages *messages;
    pb_node *root;
    pb_scenario *scenario;
    pb_counts *counts;                                /**< every count, used or not */
    char path[PB_PATH_SIZE];                          /**< of the value being read, for messages */
    const pb_node *parameter_node[PB_MAX_PARAMETERS]; /**< of each of scenario->parameters */
} pb_reader;

/** Reads a whole scenario from its root. Defaults are added to the tree as they are used. */
void pb_read_scenario(pb_reader *reader);

/** Reads every key of a map into `target`, a struct of the map's kind. */
void pb_read_map(pb_reader *reader, const pb_map *map, pb_node *node, void *target);

/** Reads a value by its kind (or the row's own function) into the member at `target`. */
void pb_read_value(pb_reader *reader, const pb_field *field, pb_node *node, void *target);

/** Steps into `[id]` or `[index]` of a list; pb_path_leave with what it returned steps out. */
size_t pb_path_enter_item(pb_reader *reader, const pb_node *item, unsigned index);
size_t pb_path_enter_key(pb_reader *reader, const char *key);
void pb_path_leave(pb_reader *reader, size_t length);

/** An error about a value; further ones about the same node are not printed. */
__attribute__((format(printf, 3, 4))) void pb_read_error(pb_reader *reader, pb_node *node,
                                                         const char *format, ...);

/** Whether the node is of a kind; if not, an error "a map is needed, found a list". */
bool pb_read_expects(pb_reader *reader, pb_node *node, pb_node_kind kind);

/** Whether a list's length is within the row's limits; else an error. */
bool pb_read_expects_length(pb_reader *reader, const pb_field *field, pb_node *list);

/** The scalar's text if it is plain, else an error "without quotes" or "a number is needed". */
const char *pb_read_plain(pb_reader *reader, pb_node *node, const char *what);

/** A real within the row's range; else an error. */
bool pb_read_real(pb_reader *reader, const pb_field *field, pb_node *node, double *value);

/**
 * A real within the row's range, or, where the row allows it, a distribution: then `target`, a
 * member of the scenario, gets its mean and the scenario one more uncertain parameter. A node that
 * is read again, as the default of another key, is the same parameter.
 */
bool pb_read_number(pb_reader *reader, const pb_field *field, pb_node *node, double *target);

/** Whether a value is a distribution, or a list that has one in it. */
bool pb_holds_distribution(const pb_node *node);

/** If the node is a distribution, where none is allowed: an error, and true. */
bool pb_read_refuses_distribution(pb_reader *reader, pb_node *node, const char *why);

/** Reads a map `{uniform: [1, 2]}` within the row's range; false after an error. */
bool pb_read_distribution(pb_reader *reader, const pb_field *field, pb_node *node,
                          pb_quantity *quantity);

/** An error "PATH: no WHAT with this id, 'x' (did you mean 'y'?)" about a list of maps. */
void pb_read_no_such_id(pb_reader *reader, pb_node *node, const pb_node *list, const char *what);

/** Checks that entry `entry` of a map, `source:` or `note:`, is a text. */
void pb_read_annotation(pb_reader *reader, pb_node *map, unsigned entry);

/** Reads a map of any keys, annotations among them: `read` gets the index of every other entry. */
void pb_read_entries(pb_reader *reader, const pb_field *field, pb_node *map,
                     void (*read)(pb_reader *reader, const pb_field *field, pb_node *map,
                                  unsigned entry));

/** The only entry of a map that is not an annotation; -1 after an error. */
int pb_read_only_entry(pb_reader *reader, pb_node *map, const char *what);

/**
 * Reads a clause and what it holds into a rule of preorder nodes; `id` stays empty.
 * `of_one_group`: a unit's or union's own rule, where clauses about the coalition are errors.
 */
bool pb_read_rule_tree(pb_reader *reader, pb_node *node, bool of_one_group, pb_rule *rule);

/** Makes the simple majority the first rule of acceptance. */
void pb_start_acceptance(pb_coalition *coalition);

/** Reads the number of a comparison: `4/5` or `0.8` exactly, or a whole number of unions. */
bool pb_read_threshold(pb_reader *reader, pb_node *node, pb_rule_node *clause);

/* The functions of the kinds, in value.c, quantity_reader.c, rules.c, relation.c, counts.c. */
pb_read_function pb_read_real_field, pb_read_whole, pb_read_seed, pb_read_text, pb_read_id,
    pb_read_date, pb_read_boolean, pb_read_word, pb_read_only_word, pb_read_years, pb_read_quantity,
    pb_read_df, pb_read_accepts, pb_read_rules, pb_read_name_of_rule, pb_read_option_ids,
    pb_read_correlation, pb_read_counts, pb_read_reals, pb_read_dates, pb_read_stream_years,
    pb_read_targets;

/* Ids of streams, in relation.c [int]; the second may be `all`. */
pb_read_function pb_read_stream, pb_read_stream_or_all;

/* Keys that fill more than one member, in blocks.c, counts.c and relation.c. */
pb_read_function pb_read_units, pb_read_rounds, pb_read_sector, pb_read_result, pb_read_extends,
    pb_read_bootstrap;

#endif
