/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_REVISION_H
#define PLANB_MODELS_REVISION_H

#include "models/input.h"
#include "models/stream.h"
#include "models/workings.h"

#include <stdbool.h>

/*
 * Official estimates of the first year's revenue before and during that year (SPEC D.7). The
 * year's error is known share by share: what is known of it at a date is its value there on a
 * Brownian bridge from nothing to the whole error, so that the whole keeps its own input.
 */

enum { PB_REVISION_DATES = 1 + PB_N_REVISIONS, PB_ALL_STREAMS = -1, PB_MAX_OBSERVED = 64 };

/** A change of the estimate that is known. */
typedef struct pb_observed {
    int stream; /**< or PB_ALL_STREAMS: each changes alike */
    pb_date date;
    double change; /**< ln(new estimate / baseline): all that is known since the baseline */
} pb_observed;

typedef struct pb_revision_params {
    pb_date date[PB_REVISION_DATES]; /**< ascending; the first by the deadline, the rest after */
    double share[PB_REVISION_DATES]; /**< of the error's variance; all 0: no revisions */
    int n_observed;
    pb_observed observed[PB_MAX_OBSERVED];
} pb_revision_params;

/** An estimate that is known: that of one stream at one date. */
typedef struct pb_pin {
    int at, stream;
    double change;
} pb_pin;

enum { PB_MAX_PINS = PB_REVISION_DATES * PB_MAX_STREAMS };

/** The revisions compiled. */
typedef struct pb_revisions {
    bool on;
    int n_streams;
    double known[PB_REVISION_DATES];                         /**< share known at each date */
    double keep[PB_REVISION_DATES], step[PB_REVISION_DATES]; /**< b_t = keep b_(t-1) + step x_t */
    double spread[PB_MAX_STREAMS];                           /**< sd of the year's own error */
    bool spread_is_drawn;                                    /**< pb_workings.error_sd has it */
    const double (*cholesky)[PB_MAX_STREAMS]; /**< borrowed: factor of the correlation */
    size_t row[PB_REVISION_DATES][PB_MAX_STREAMS];
    int n_pins;
    pb_pin pin[PB_MAX_PINS];
    /** What each pin's surprise adds to the error known at each date, and (last) to the whole. */
    double gain[PB_REVISION_DATES + 1][PB_MAX_STREAMS][PB_MAX_PINS];
} pb_revisions;

/** The errors that are revised, as revenue has compiled them. */
typedef struct pb_revised {
    int n_streams;
    const pb_stream *stream;                     /**< borrowed */
    const double (*correlation)[PB_MAX_STREAMS]; /**< borrowed */
    const double (*cholesky)[PB_MAX_STREAMS];    /**< borrowed, for as long as the revisions */
    const double *spread;                        /**< borrowed, [n_streams] */
    bool spread_is_drawn; /**< it differs by draw; then no change has been observed */
} pb_revised;

/**
 * Declares the inputs of the bridges; none if there are no revisions. An observed change is the
 * estimate of the first date on or after its own, of several for one date the latest.
 */
void pb_revisions_compile(const pb_revision_params *params, const pb_revised *revised,
                          pb_inputs *inputs, pb_revisions *revisions);

/**
 * What is known of the first year's error at each date: its mean there plus
 * known own_error + spread scale (L b). Observed changes then take their values, and all else
 * moves as a normal vector does when some of its numbers become known.
 *
 * @param[in,out] w known_error: in, the mean as known at each date; reads own_error, tail_scale;
 *                  log_error: both years move with the whole first year
 */
void pb_revisions_simulate(const pb_revisions *revisions, pb_rows z, pb_workings *w);

#endif
