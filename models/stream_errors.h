/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_STREAM_ERRORS_H
#define PLANB_MODELS_STREAM_ERRORS_H

#include "models/calendar.h"
#include "models/stream.h"

#include <stdbool.h>

/** The distribution of a stream's log errors, built from regimes (SPEC D.1). */
typedef struct pb_stream_errors {
    double sd[PB_YEARS];       /**< of each year's own, correlated part */
    double shift[PB_YEARS][2]; /**< mean of that part by regime */
    double mean[PB_YEARS];     /**< of each year's whole error */
} pb_stream_errors;

/** Probability of a recession in each year: the first, lasting into or entering the second. */
typedef struct pb_recession_odds {
    double first, persists, enters;
} pb_recession_odds;

/** The error of a forecast made on another day than 12 months ahead, over that of one made then. */
double pb_horizon_factor(const pb_stream *stream, const pb_fiscal_years *years);

/** What of the error of the year before is expected in both years. */
double pb_inherited_error(const pb_stream *stream);

/** @param keep_bias false: the regimes' mean shift is taken out, so that E e = 0 */
pb_stream_errors pb_stream_errors_of(const pb_stream *stream, double horizon_factor,
                                     const pb_recession_odds *odds, bool keep_bias);

#endif
