/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/summary_group.h"

#include <stdbool.h>
#include <string.h>

/* Moves entry `from` up to place `to`, shifting those between down by one. */
static void move_up(pb_entry *entry, size_t from, size_t to)
{
    const pb_entry moved = entry[from];
    memmove(&entry[to + 1], &entry[to], (from - to) * sizeof *entry);
    entry[to] = moved;
}

/* Whether two paths agree up to and with the slash that ends the step at `start`. */
static bool same_step(const pb_entry *a, const pb_entry *b, size_t start)
{
    const size_t length = start + strcspn(a->path + start, "/") + 1;
    return a->path[length - 1] == '/' && strncmp(a->path, b->path, length) == 0;
}

/* Groups entries [first, end), whose paths agree in their first `start` characters. */
static void group(pb_entry *entry, size_t first, size_t end, size_t start)
{
    while (first < end) {
        size_t next = first + 1;
        for (size_t i = next; i < end; i++) {
            if (same_step(&entry[first], &entry[i], start)) {
                move_up(entry, i, next++);
            }
        }
        if (next - first > 1) {
            group(entry, first, next, start + strcspn(entry[first].path + start, "/") + 1);
        }
        first = next;
    }
}

void pb_summary_group(pb_summary *summary)
{
    group(summary->entry, 0, summary->n, 0);
}
