/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_TALKS_H
#define PLANB_MODELS_TALKS_H

#include "models/calendar.h"
#include "models/input.h"

#include <stdbool.h>
#include <stdint.h>

/** Where the days of a scenario come from (SPEC B.2). */
typedef enum pb_timeline_kind {
    PB_TIMELINE_FIXED, /**< dates and days are given; whether there is an agreement is random */
    PB_TIMELINE_HAZARD /**< the day of the agreement is random too */
} pb_timeline_kind;

/** Talks that have not led to an agreement yet. */
typedef struct pb_talks_params {
    double p_agreement;    /**< fixed: in time; hazard: sooner or later, as they begin */
    double hazard_per_day; /**< of an agreement on a day of talks, if there will be one */
    double deadline_multiplier;
    int64_t deadline_days; /**< of talks, the deadline included, that have the multiplier */
} pb_talks_params;

/** The talks compiled for a scenario. */
typedef struct pb_talks {
    const pb_talks_params *params; /**< borrowed */
    const pb_dates *dates;         /**< borrowed */
    pb_timeline_kind kind;
    bool open;            /**< the agreement is not reached yet */
    double days;          /**< of talks, the deadline included */
    double days_before;   /**< of them before those that have the multiplier */
    double days_passed;   /**< days of talks before as_of: without an agreement, as is known */
    double hazard_passed; /**< sum of their hazards */
    double p_agreement;   /**< fixed: in time; hazard: sooner or later, after those days */
    double p_in_time;     /**< probability of an agreement by the deadline; 1 if it is reached */
    size_t row, day_row;  /**< whether there is one; the hazard that has to add up before it */
} pb_talks;

/** Whether the talks lead to an agreement by the deadline, and on which day. */
typedef struct pb_agreement {
    bool in_time;
    double day; /**< the deadline if there is none in time: what would then be the last chance */
} pb_agreement;

/**
 * Declares the inputs of the talks; none where the agreement is reached.
 *
 * @param as_of with PB_TIMELINE_HAZARD: that the days of talks before it brought no agreement is
 *              known and counts
 */
void pb_talks_compile(const pb_talks_params *params, const pb_dates *dates, pb_date as_of,
                      pb_timeline_kind kind, pb_inputs *inputs, pb_talks *talks);

/** The talks with other parameters, those of a draw. */
pb_talks pb_talks_with(const pb_talks *talks, const pb_talks_params *params);

/**
 * The agreement of a draw. Every day from the start of the talks to the deadline, both included,
 * is a day of talks; the agreement comes on the first, from as_of on, on which the hazards of all
 * days since then reach an exponential random number (SPEC B.2).
 */
pb_agreement pb_talks_agreement(const pb_talks *talks, pb_rows z, size_t lane);

#endif
