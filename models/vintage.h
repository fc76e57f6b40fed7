/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_VINTAGE_H
#define PLANB_MODELS_VINTAGE_H

#include "models/input.h"
#include "models/stream.h"

#include <stdbool.h>

enum { PB_MIN_VINTAGES = 12, PB_MAX_VINTAGES = 64 };

/** The log errors of one past budget's forecasts: every stream, both years. */
typedef struct pb_vintage {
    int64_t year; /**< in which they were made */
    double error[PB_MAX_STREAMS][PB_YEARS];
} pb_vintage;

typedef struct pb_bootstrap_params {
    int n_vintages; /**< 0: there is no record */
    pb_vintage vintage[PB_MAX_VINTAGES];
    double age_weight; /**< of a vintage over that of the one a year younger */
    bool smooth;
    char read_from[PB_TITLE_SIZE]; /**< the file that the record came from, for the reader */
} pb_bootstrap_params;

/** The record compiled: whole vintages are drawn with these probabilities (SPEC D.4). */
typedef struct pb_bootstrap {
    int n_vintages;
    double p[PB_MAX_VINTAGES], cumulative[PB_MAX_VINTAGES];
    double mean[PB_YEARS][PB_MAX_STREAMS];   /**< of the errors under p */
    double smooth[PB_YEARS][PB_MAX_STREAMS]; /**< sd of what is added: h sd_s, or 0 */
    double spread[PB_MAX_STREAMS]; /**< sd of the first year's error, smoothing included */
    size_t row;                    /**< of the uniform that chooses the vintage */
} pb_bootstrap;

/**
 * Declares the input that chooses the vintage. Weights are age_weight^age; where `smooth` asks
 * for it h = 0.3 n^(-1/5) and sd_s is the record's own, of each stream in each year.
 */
void pb_bootstrap_compile(const pb_bootstrap_params *params, int n_streams, pb_inputs *inputs,
                          pb_bootstrap *bootstrap);

/** The vintage of each lane: index [PB_LANES] into the record. */
void pb_bootstrap_choose(const pb_bootstrap *bootstrap, const double *u, int *vintage);

#endif
