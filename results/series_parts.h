/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SERIES_PARTS_H
#define PLANB_RESULTS_SERIES_PARTS_H
/* What the parts of the list of series share. */

#include "results/series.h"

/* The codes of a column as bits, for PB_TEST_ONE_OF. */
#define BIT(value) (UINT32_C(1) << (value))
static const uint32_t YES = BIT(1);

static const pb_measure ALWAYS = {.test = PB_TEST_NONE};

static inline pb_measure number(pb_column_id column, size_t item)
{
    return (pb_measure){.column = column, .item = item};
}

static inline pb_measure one_of(pb_column_id column, size_t item, uint32_t values)
{
    return (pb_measure){.column = column, .item = item, .test = PB_TEST_ONE_OF, .values = values};
}

/* `measure` of the branch that happens; its item is that of the deal branch. */
static inline pb_measure of_realised(pb_measure measure, size_t stride)
{
    measure.realised = true;
    measure.stride = stride;
    return measure;
}

static inline pb_measure tested(pb_measure measure, pb_test test)
{
    measure.test = test;
    return measure;
}

/** Appends a series; what callers write to after a failure, which `list` keeps, is lost. */
__attribute__((format(printf, 4, 5))) pb_series *
pb_series_add(pb_series_list *list, pb_measure what, pb_measure given, const char *path, ...);
/** The series gets a histogram and with it quantiles. */
void pb_series_with_quantiles(pb_series_list *list, pb_series *series);
/** A probability; `exact`: averaged from each draw's conditional one. */
pb_series *pb_series_probability(pb_series *series, bool exact);

/* The parts of the summary, in its order. */
void pb_series_add_votes(pb_series_list *list, const pb_scenario *scenario, const bool *exact);
void pb_series_add_budget(pb_series_list *list, const pb_scenario *scenario);
/** What uncertain parameters change in the list so far, and the terms of their shares. */
void pb_series_add_parameters(pb_series_list *list, const pb_scenario *scenario);

#endif
