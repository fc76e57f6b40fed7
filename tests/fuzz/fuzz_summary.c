/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entries of a stored summary, one a line: KIND METHOD PATH=TEXT, the first two as one
 * character each above '0'. Those that the reader accepts are printed as JSON and as a page. */
#include "tests/fuzz/fuzz.h"

#include "results/json.h"
#include "results/page.h"
#include "results/summary_group.h"
#include "results/summary_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENTRIES = 64, MAX_SIZE = 4096 };

/* Numbers of every kind, chosen by the text's length. */
static double number(size_t i)
{
    static const double VALUES[] = {0.5,   0.0,      -0.0, 1e-300, -1e300, 12345.678,
                                    1.0e6, INFINITY, NAN,  1.0,    -17.25, 2e15};
    return VALUES[i % (sizeof VALUES / sizeof VALUES[0])];
}

/* Cuts the line into a row of the table; false: it has no '='. */
static bool take_line(char *line, pb_summary_table *t)
{
    char *equals = strchr(line, '=');
    if (equals == NULL || equals - line < 2) {
        return false;
    }
    *equals = '\0';
    t->kind[t->n] = (uint8_t)(line[0] - '0');
    t->method[t->n] = (uint8_t)(line[1] - '0');
    t->path[t->n] = line + 2;
    t->text[t->n] = equals + 1;
    t->value[t->n] = number(strlen(equals + 1));
    t->se[t->n] = number(strlen(line));
    t->n++;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[MAX_SIZE + 1], *next = text;
    pb_summary_table table;
    pb_summary summary = {0};
    const size_t used = size < MAX_SIZE ? size : MAX_SIZE;
    memcpy(text, data, used);
    text[used] = '\0';
    FUZZ_REQUIRE(pb_summary_table_alloc(&table, MAX_ENTRIES));
    table.n = 0;
    while (next != NULL && table.n < MAX_ENTRIES) {
        char *line = next;
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (!take_line(line, &table)) {
            break;
        }
    }
    if (table.n > 0 && pb_summary_table_take(&table, &summary)) {
        pb_json_summary(&summary, fuzz_nowhere());
        pb_page(&summary, fuzz_nowhere());
        pb_summary_group(&summary);
    }
    pb_summary_free(&summary);
    pb_summary_table_free(&table);
    return 0;
}
