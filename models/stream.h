/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_STREAM_H
#define PLANB_MODELS_STREAM_H

#include "models/quantity.h"

enum { PB_MAX_STREAMS = 32 };

/** A revenue stream. Its error is e = ln(actual / baseline), SPEC D.1. */
typedef struct pb_stream {
    char id[PB_ID_SIZE], title[PB_TITLE_SIZE];
    double baseline_musd[PB_YEARS]; /**< may be negative: refunds */
    pb_date made_on;                /**< PB_NO_DATE: 12 months before the first year ends */
    double sd;                      /**< of e within a regime, 12 months ahead */
    double second_year_ratio;       /**< g_s: sd of the second year's growth error over `sd` */
    double shift_normal, shift_recession; /**< mean of e in each regime before centring */
    double prior_error;                   /**< e of the year before, if known */
} pb_stream;

#endif
