/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/series_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

pb_series *pb_series_add(pb_series_list *list, pb_measure what, pb_measure given, const char *path,
                         ...)
{
    static pb_series nowhere; /* what callers write to after a failure */
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 256;
        pb_series *series = realloc(list->series, capacity * sizeof *series);
        if (series == NULL) {
            list->failed = PB_INTERNAL;
            return &nowhere;
        }
        list->series = series;
        list->capacity = capacity;
    }
    pb_series *series = &list->series[list->n++];
    *series = (pb_series){.what = what, .given = given, .histogram = -1};
    va_list args;
    va_start(args, path);
    vsnprintf(series->path, sizeof series->path, path, args);
    va_end(args);
    return series;
}

void pb_series_with_quantiles(pb_series_list *list, pb_series *series)
{
    series->histogram = (int)list->n_histograms++;
}

pb_series *pb_series_probability(pb_series *series, bool exact)
{
    series->method = exact ? PB_METHOD_CONDITIONAL : PB_METHOD_PLAIN;
    series->is_probability = true;
    return series;
}

pb_status pb_series_list_make(const pb_scenario *scenario, const bool *exact, pb_series_list *list,
                              pb_error *err)
{
    memset(list, 0, sizeof *list);
    pb_series_add_votes(list, scenario, exact);
    pb_series_add_budget(list, scenario);
    pb_series_add_parameters(list, scenario);
    if (list->failed != PB_OK) {
        pb_series_list_free(list);
        return pb_fail(err, PB_INTERNAL, "out of memory for the list of estimates");
    }
    return PB_OK;
}

void pb_series_list_free(pb_series_list *list)
{
    free(list->series);
    memset(list, 0, sizeof *list);
}
