/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_FIELD_H
#define PLANB_PARAMS_FIELD_H

#include "params/node.h"
#include "params/text.h"

#include <stddef.h>

struct pb_reader;
struct pb_map;

/** The words of the distributions a quantity may have: normal, triangular, ... */
pb_words pb_quantity_words(void);

/** What a key may hold; in brackets the type of the member it fills. */
typedef enum pb_kind_of_field {
    PB_FIELD_REAL,         /**< a finite number [double] */
    PB_FIELD_WHOLE,        /**< a whole number [int64_t] */
    PB_FIELD_SEED,         /**< a whole number up to 2^64 - 1 [uint64_t] */
    PB_FIELD_TEXT,         /**< [char[PB_TITLE_SIZE]] */
    PB_FIELD_ID,           /**< [char[PB_ID_SIZE]] */
    PB_FIELD_DATE,         /**< YYYY-MM-DD [pb_date]; PB_NO_DATE where it is absent */
    PB_FIELD_BOOLEAN,      /**< true or false [bool] */
    PB_FIELD_WORD,         /**< one of `words` [an enum: its index] */
    PB_FIELD_YEARS,        /**< a number for each fiscal year [double[PB_YEARS]] */
    PB_FIELD_REALS,        /**< `length` numbers [double[]] */
    PB_FIELD_DATES,        /**< `length` dates [pb_date[]] */
    PB_FIELD_QUANTITY,     /**< a number or a distribution [pb_quantity] */
    PB_FIELD_DF,           /**< above 2, or `normal` [double, INFINITY] */
    PB_FIELD_MAP,          /**< a block of keys `map` [the struct that its rows fill] */
    PB_FIELD_LIST,         /**< a list of such blocks [array; its length at `count`] */
    PB_FIELD_RULE,         /**< a clause of a ratification rule [pb_rule, see `read`] */
    PB_FIELD_IDS,          /**< a list of ids of options [uint64_t: bits] */
    PB_FIELD_NAME_OF_RULE, /**< the name of a rule [pb_rule] */
    PB_FIELD_RULES,        /**< a map from names to rules */
    PB_FIELD_PAIRS,        /**< a map from `a/b` to correlations */
    PB_FIELD_STREAM_YEARS, /**< a pair of years for every stream [double[PB_MAX_STREAMS][PB_YEARS]]
                            */
    PB_FIELD_COUNTS,       /**< a block `map` or a list of them: one a round [pb_count] */
    PB_N_FIELD_KINDS
} pb_kind_of_field;

typedef struct pb_field pb_field;

/** Reads a checked-for-nothing node into the member at `target`; errors go to the messages. */
typedef void pb_read_function(struct pb_reader *reader, const pb_field *field, pb_node *node,
                              void *target);

/** A default that depends on the keys beside it; NULL: the key stays absent. */
typedef const char *pb_derive_function(const struct pb_reader *reader, const pb_node *map,
                                       char *text, size_t size);

/**
 * One key of a scenario. Reading, range check, default, error text, REFERENCE.md and the JSON
 * Schema all come from this row, which stands beside the other keys of its block.
 */
struct pb_field {
    const char *key;
    pb_kind_of_field kind;
    size_t offset;          /**< of the member in the struct of the block */
    const char *unit;       /**< NULL: none */
    double lowest, highest; /**< allowed values, ends included; of a list: allowed lengths */
    const char *fallback;   /**< the default, as YAML; NULL: required; PB_ABSENT: may be absent */
    const char *meaning;
    bool above_lowest;          /**< `lowest` itself is not allowed */
    const char *same_as;        /**< where the default is copied from: "vote.turnout", ".id" */
    pb_derive_function *derive; /**< computes the default; `fallback` then describes it */
    pb_words words;
    const struct pb_map *map;
    const struct pb_map *first_map; /**< of a list's first item, where it differs */
    unsigned length;                /**< of a list of numbers or dates */
    size_t count;                   /**< of a list: offset of its length, an int */
    pb_read_function *read;         /**< NULL: as its kind says */
    const char *never_uncertain;    /**< of a number: why it takes no distribution; NULL: it may */
};

/** A key that may be absent, and then means what its row says. */
#define PB_ABSENT ""

/** The keys that may stand in a map. */
typedef struct pb_map {
    const pb_field *field;
    size_t n;
    size_t size; /**< of the struct that they fill, where there are several in a list */
} pb_map;

#define PB_MAP_OF(rows, struct_size)                            \
    {                                                           \
        (rows), sizeof(rows) / sizeof((rows)[0]), (struct_size) \
    }

/** The row of a key, or NULL. */
const pb_field *pb_field_find(const pb_map *map, const char *key);

/** The keys as words, for hints. */
pb_words pb_map_words(const pb_map *map);

/** Whether the key's numbers may be distributions (SPEC K). */
bool pb_field_may_be_uncertain(const pb_field *field);

/** Whether a scenario must give the key. */
bool pb_field_required(const pb_field *field);

/** "0 to 1", "above 2, at most 1000 days": the allowed values of a number. */
const char *pb_field_range(const pb_field *field, char *text, size_t size);

/** Every key of a scenario; `target` of its rows is a pb_scenario. */
extern const pb_map PB_SCENARIO_MAP;

#endif
