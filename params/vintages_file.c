/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/vintages_file.h"

#include "params/csv.h"
#include "params/number.h"

#include "models/kernels.h"

#include <string.h>

typedef enum column { YEAR, STREAM, LEAD, FORECAST, ACTUAL, SOURCE, NOTE, N_COLUMNS } column;

static const char *const COLUMNS[N_COLUMNS] = {
    [YEAR] = "forecast_year", [STREAM] = "stream", [LEAD] = "lead", [FORECAST] = "forecast",
    [ACTUAL] = "actual",      [SOURCE] = "source", [NOTE] = "note"};

/* One forecast; `line` 0: not given. */
typedef struct forecast {
    double error; /* ln(actual / forecast) */
    pb_place place;
} forecast;

typedef struct vintage {
    int64_t year;
    pb_place place; /* of its first row */
    forecast of[PB_MAX_STREAMS][PB_YEARS];
} vintage;

/* The file on its way into a list. */
typedef struct vintages_file {
    pb_reader *reader;
    const pb_node *streams;
    pb_csv csv;
    int cell_of[N_COLUMNS];
    int n;
    vintage *vintage; /* [PB_MAX_VINTAGES], in the arena, the oldest first */
} vintages_file;

/* ---- rows ---- */

static const pb_cell *cell(const vintages_file *f, column which)
{
    return &f->csv.cell[f->cell_of[which]];
}

static bool refuse(vintages_file *f, column which, const char *what, const char *allowed)
{
    const pb_cell *at = cell(f, which);
    pb_message(f->reader->messages, PB_SEVERITY_ERROR, at->place, COLUMNS[which], "%s, '%s' (%s)",
               what, pb_show(at->text).text, allowed);
    return false;
}

static bool read_year(vintages_file *f, int64_t *year)
{
    return (pb_parse_whole(cell(f, YEAR)->text, year) && *year >= 1900 && *year <= 2200)
           || refuse(f, YEAR, "not a year", "1900 to 2200");
}

static bool read_stream(vintages_file *f, int *stream)
{
    const pb_cell *at = cell(f, STREAM);
    *stream = pb_node_index(f->streams, at->text);
    if (*stream >= 0 && *stream < PB_MAX_STREAMS) {
        return true;
    }
    pb_node named = {.kind = PB_NODE_SCALAR, .place = at->place, .text = at->text};
    pb_read_no_such_id(f->reader, &named, f->streams, "stream");
    return false;
}

static bool read_lead(vintages_file *f, int *year)
{
    const char *text = cell(f, LEAD)->text;
    *year = strcmp(text, "1") == 0 ? 0 : 1;
    return *year == 0 || strcmp(text, "2") == 0
           || refuse(f, LEAD, "not a lead", "1 or 2: the first or second fiscal year");
}

static bool read_money(vintages_file *f, column which, double *musd)
{
    char hint[64];
    if (!pb_parse_real(cell(f, which)->text, musd)) {
        return refuse(f, which, "not a number",
                      pb_number_hint(cell(f, which)->text, hint, sizeof hint));
    }
    return *musd != 0.0 || refuse(f, which, "nothing to compare with", "not 0");
}

static bool read_error(vintages_file *f, double *error)
{
    double predicted, actual;
    if (!read_money(f, FORECAST, &predicted) || !read_money(f, ACTUAL, &actual)) {
        return false;
    }
    if (!(actual / predicted >= 0x1p-1000 && actual / predicted <= 0x1p1000)) {
        return refuse(f, ACTUAL, "not of the forecast's sign", "both positive or both negative");
    }
    *error = pb_log(actual / predicted);
    return true;
}

/* The vintage of a year, new where its year has none yet; NULL after an error. */
static vintage *vintage_of(vintages_file *f, int64_t year)
{
    int at = 0;
    while (at < f->n && f->vintage[at].year < year) {
        at++;
    }
    if (at < f->n && f->vintage[at].year == year) {
        return &f->vintage[at];
    }
    if (f->n == PB_MAX_VINTAGES) {
        pb_message(f->reader->messages, PB_SEVERITY_ERROR, cell(f, YEAR)->place, COLUMNS[YEAR],
                   "more than %d vintages", PB_MAX_VINTAGES);
        return NULL;
    }
    memmove(&f->vintage[at + 1], &f->vintage[at], (size_t)(f->n - at) * sizeof(vintage));
    f->n++;
    memset(&f->vintage[at], 0, sizeof(vintage));
    f->vintage[at].year = year;
    f->vintage[at].place = cell(f, YEAR)->place;
    return &f->vintage[at];
}

static bool take_row(vintages_file *f)
{
    int64_t year;
    int stream, of_two;
    double error = 0.0;
    if (!pb_csv_is_full(&f->csv) || !read_year(f, &year) || !read_stream(f, &stream)
        || !read_lead(f, &of_two) || !read_error(f, &error)) {
        return false;
    }
    vintage *made = vintage_of(f, year);
    if (made == NULL) {
        return false;
    }
    forecast *given = &made->of[stream][of_two];
    if (given->place.line > 0) {
        pb_message(f->reader->messages, PB_SEVERITY_ERROR, cell(f, YEAR)->place, "",
                   "forecast given twice (first on line %u)", given->place.line);
        return false;
    }
    *given = (forecast){error, cell(f, ACTUAL)->place};
    return true;
}

/* ---- the list ---- */

static pb_node *add(vintages_file *f, pb_node *parent, const char *key, pb_node_kind kind,
                    pb_place place)
{
    pb_node *name = key == NULL ? NULL : pb_node_new(f->reader->arena, PB_NODE_SCALAR, place);
    pb_node *node = pb_node_new(f->reader->arena, kind, place);
    if (node == NULL || (key != NULL && name == NULL)
        || !pb_node_append(f->reader->arena, parent, name, node)) {
        pb_message_no_memory(f->reader->messages);
        return NULL;
    }
    if (name != NULL) {
        name->text = key;
    }
    return node;
}

static bool add_text(vintages_file *f, pb_node *parent, const char *key, const char *text,
                     pb_place place)
{
    pb_node *node = add(f, parent, key, PB_NODE_SCALAR, place);
    const char *copy = pb_arena_text(f->reader->arena, text, strlen(text));
    if (node == NULL || copy == NULL) {
        return false;
    }
    node->text = copy;
    return true;
}

static bool add_stream(vintages_file *f, pb_node *errors, const vintage *from, int s)
{
    const char *id = pb_node_id(f->streams->item[s]);
    pb_node *pair = add(f, errors, id, PB_NODE_LIST, from->place);
    char text[40];
    for (int year = 0; year < PB_YEARS && pair != NULL; year++) {
        const forecast *given = &from->of[s][year];
        if (given->place.line == 0) {
            pb_message(f->reader->messages, PB_SEVERITY_ERROR, from->place, "",
                       "no row for %s with lead %d in this vintage (every stream has both)", id,
                       year + 1);
            return false;
        }
        if (!add_text(f, pair, NULL, pb_format_real(given->error, text, sizeof text),
                      given->place)) {
            return false;
        }
    }
    return pair != NULL;
}

static bool add_vintage(vintages_file *f, pb_node *list, const vintage *from)
{
    char year[24];
    pb_node *map = add(f, list, NULL, PB_NODE_MAP, from->place);
    (void)snprintf(year, sizeof year, "%lld", (long long)from->year);
    if (map == NULL || !add_text(f, map, "year", year, from->place)) {
        return false;
    }
    pb_node *errors = add(f, map, "errors", PB_NODE_MAP, from->place);
    bool good = errors != NULL;
    for (unsigned s = 0; s < f->streams->n && good; s++) {
        good = add_stream(f, errors, from, (int)s);
    }
    return good;
}

static pb_node *make_list(vintages_file *f)
{
    const pb_place top = {.source = f->csv.source, .line = 1, .column = 1, .width = 1};
    pb_node *list = pb_node_new(f->reader->arena, PB_NODE_LIST, top);
    bool good = list != NULL;
    for (int v = 0; v < f->n && good; v++) {
        good = add_vintage(f, list, &f->vintage[v]);
    }
    return good ? list : NULL;
}

static pb_node *read_table(vintages_file *f, const pb_source *source)
{
    const pb_words names = {COLUMNS, sizeof COLUMNS[0], N_COLUMNS};
    const uint32_t required = (UINT32_C(1) << SOURCE) - 1;
    const size_t n_errors = f->reader->messages->n[PB_SEVERITY_ERROR];
    f->vintage = pb_arena_take(f->reader->arena, PB_MAX_VINTAGES * sizeof *f->vintage);
    if (f->vintage == NULL) {
        pb_message_no_memory(f->reader->messages);
        return NULL;
    }
    if (!pb_csv_open(&f->csv, f->reader->arena, source, f->reader->messages)
        || !pb_csv_header(&f->csv, &names, required, f->cell_of)) {
        return NULL;
    }
    while (pb_csv_next(&f->csv) && take_row(f)) {
    }
    return f->reader->messages->n[PB_SEVERITY_ERROR] > n_errors ? NULL : make_list(f);
}

pb_node *pb_vintages_of(pb_reader *reader, const pb_node *streams, const pb_source *source)
{
    vintages_file f = {.reader = reader, .streams = streams};
    return read_table(&f, source);
}

static void report_unread(pb_reader *reader, pb_node *asked, const pb_error *err)
{
    pb_error named = {.status = err->status};
    (void)snprintf(named.text, sizeof named.text, "revenue.bootstrap.file: '%s' %.400s",
                   pb_show(asked->text).text, err->text);
    asked->faulty = true;
    pb_message_failure(reader->messages, asked->place, &named);
}

pb_node *pb_vintages_read(pb_reader *reader, const pb_node *streams, pb_node *asked)
{
    const pb_source *from = asked->place.source;
    pb_source *source = pb_arena_take(reader->arena, sizeof *source);
    const char *path =
        from->has_lines ? pb_source_beside(reader->arena, from->name, asked->text) : asked->text;
    pb_error err = {0};
    if (source == NULL || path == NULL) {
        pb_message_no_memory(reader->messages);
        return NULL;
    }
    if (pb_source_read(reader->arena, path, source, &err) != PB_OK) {
        report_unread(reader, asked, &err);
        return NULL;
    }
    return pb_vintages_of(reader, streams, source);
}
