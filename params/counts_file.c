/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/counts_file.h"

#include "params/counts.h"
#include "params/csv.h"
#include "params/groups.h"
#include "params/text.h"

#include <string.h>

typedef enum column { GROUP, ROUND, YES, NO, RESULT, DATE, SOURCE, N_COLUMNS } column;

/* The name of each column, and the key in `counted` that its cells are for. */
static const struct {
    const char *name, *key;
} COLUMNS[N_COLUMNS] = {
    [GROUP] = {"group", NULL},       [ROUND] = {"round", "round"},
    [YES] = {"yes", "yes_ballots"},  [NO] = {"no", "no_ballots"},
    [RESULT] = {"result", "result"}, [DATE] = {"date", "date"},
    [SOURCE] = {"source", "source"},
};

/* The file on its way into the tree. */
typedef struct counts_file {
    pb_arena *arena;
    pb_node *root;
    pb_messages *messages;
    pb_csv csv;
    int cell_of[N_COLUMNS]; /* -1: the file has no such column */
} counts_file;

static bool read_header(counts_file *f)
{
    const pb_words names = {&COLUMNS[0].name, sizeof COLUMNS[0], N_COLUMNS};
    return pb_csv_header(&f->csv, &names, UINT32_C(1) << GROUP | UINT32_C(1) << DATE, f->cell_of);
}

/* ---- the counts ---- */

static pb_node *scalar(counts_file *f, pb_place place, const char *text)
{
    pb_node *node = pb_node_new(f->arena, PB_NODE_SCALAR, place);
    if (node != NULL) {
        node->text = text;
    }
    return node;
}

static bool add_entry(counts_file *f, pb_node *map, const char *key, pb_place place, pb_node *item)
{
    pb_node *name = scalar(f, place, key);
    if (name == NULL || item == NULL || !pb_node_append(f->arena, map, name, item)) {
        pb_message_no_memory(f->messages);
        return false;
    }
    return true;
}

/* The row as a block of `counted`: an empty cell is a key that is not there. NULL: no memory. */
static pb_node *count_of_row(counts_file *f)
{
    const pb_place start = f->csv.cell[f->cell_of[GROUP]].place;
    pb_node *count = pb_node_new(f->arena, PB_NODE_MAP, start);
    if (count == NULL) {
        pb_message_no_memory(f->messages);
        return NULL;
    }
    for (int c = 0; c < N_COLUMNS; c++) {
        const pb_cell *cell = f->cell_of[c] < 0 ? NULL : &f->csv.cell[f->cell_of[c]];
        const bool given = cell != NULL && COLUMNS[c].key != NULL && cell->text[0] != '\0';
        if (given
            && !add_entry(f, count, COLUMNS[c].key, cell->place,
                          scalar(f, cell->place, cell->text))) {
            return NULL;
        }
    }
    return count;
}

static void refuse_group(counts_file *f, const pb_cell *name)
{
    char hint[400];
    if (name->text[0] == '\0') {
        pb_message(f->messages, PB_SEVERITY_ERROR, name->place, "group",
                   "a unit or union is needed, found nothing");
        return;
    }
    pb_message(f->messages, PB_SEVERITY_ERROR, name->place, "group",
               "no unit or union with this id, '%s' (%s)", pb_show(name->text).text,
               pb_group_hint(f->root, name->text, NULL, hint, sizeof hint));
}

/* Puts a count where the group has it, unless this file has one of that round already. */
static void lay_count(counts_file *f, pb_node *group, const char *name, pb_node *count)
{
    const int at = pb_node_index(group, "counted");
    if (at < 0) {
        add_entry(f, group, "counted", count->place, count);
        return;
    }
    const pb_node *first = pb_count_of_same_round(group->item[at], count);
    if (first != NULL && first->place.source == f->csv.source) {
        pb_message(f->messages, PB_SEVERITY_ERROR, count->place, "group",
                   "counted twice in one round, '%s' (first on line %u)", pb_show(name).text,
                   first->place.line);
        return;
    }
    pb_node *laid = pb_counts_lay(f->arena, group->item[at], count);
    if (laid == NULL) {
        pb_message_no_memory(f->messages);
    } else {
        group->item[at] = laid;
    }
}

static void take_row(counts_file *f)
{
    const pb_cell *name = &f->csv.cell[f->cell_of[GROUP]];
    if (!pb_csv_is_full(&f->csv)) {
        return;
    }
    pb_node *group = pb_group_find(f->root, name->text);
    if (group == NULL) {
        refuse_group(f, name);
        return;
    }
    pb_node *count = count_of_row(f);
    if (count != NULL) {
        lay_count(f, group, name->text, count);
    }
}

static void read_rows(counts_file *f)
{
    for (int n = 0; pb_csv_next(&f->csv); n++) {
        if (n == PB_MAX_COUNTS) {
            pb_message(f->messages, PB_SEVERITY_ERROR, f->csv.cell[0].place, "",
                       "more than %d counts", PB_MAX_COUNTS);
            return;
        }
        take_row(f);
    }
}

void pb_lay_counts(pb_arena *arena, pb_node *root, const pb_source *source, pb_messages *messages)
{
    counts_file f = {.arena = arena, .root = root, .messages = messages};
    if (pb_csv_open(&f.csv, arena, source, messages) && read_header(&f)) {
        read_rows(&f);
    }
}

void pb_lay_counts_file(pb_arena *arena, pb_node *root, const char *path, pb_messages *messages)
{
    pb_source *source = pb_arena_take(arena, sizeof *source);
    pb_error err = {0};
    if (source == NULL) {
        pb_message_no_memory(messages);
    } else if (pb_source_read(arena, path, source, &err) != PB_OK) {
        pb_message_failure(messages, (pb_place){.source = source}, &err);
    } else {
        pb_lay_counts(arena, root, source, messages);
    }
}
