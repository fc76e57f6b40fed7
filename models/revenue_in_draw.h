/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_REVENUE_IN_DRAW_H
#define PLANB_MODELS_REVENUE_IN_DRAW_H

#include "models/revenue.h"

/*
 * What the compiled revenue model holds is the same in every draw, unless parameters are uncertain:
 * then each draw's own is worked out before the batch, and read through the functions below.
 */

/** Whether errors come from a record. */
static inline bool pb_is_resampled(const pb_revenue *revenue)
{
    return revenue->params->method == PB_ERRORS_BOOTSTRAP;
}

/** The odds of recessions in one draw. */
pb_recession_odds pb_recession_odds_in_draw(const pb_revenue *revenue, pb_lane at);

/**
 * Works out what differs by draw; nothing where no parameter is uncertain.
 *
 * @param[out] w error_sd, error_shift, error_mean, expected_musd
 */
void pb_revenue_set_parameters(const pb_revenue *revenue, pb_rows z, pb_workings *w);

/** A number, or its values in a batch where parameters are uncertain. */
typedef struct pb_varying {
    const double *drawn; /**< borrowed, shape [PB_LANES]; NULL: `fixed` */
    double fixed;
} pb_varying;

static inline double pb_in_lane(pb_varying x, size_t lane)
{
    return x.drawn == NULL ? x.fixed : x.drawn[lane];
}

/** The sd of a year's own, correlated part of a stream's error. */
static inline pb_varying pb_error_sd(const pb_revenue *revenue, const pb_workings *w, int year,
                                     int s)
{
    const bool drawn = revenue->uncertain != NULL && !pb_is_resampled(revenue);
    return (pb_varying){drawn ? w->error_sd[year][s] : NULL, revenue->sd[year][s]};
}

/** The mean of a year's whole error. */
static inline pb_varying pb_error_mean(const pb_revenue *revenue, const pb_workings *w, int year,
                                       int s)
{
    return (pb_varying){revenue->uncertain != NULL ? w->error_mean[year][s] : NULL,
                        revenue->mean[year][s]};
}

/** The baseline with policies at their mean, $ million. */
static inline pb_varying pb_expected_musd(const pb_revenue *revenue, const pb_workings *w, int year,
                                          int s)
{
    return (pb_varying){revenue->uncertain != NULL ? w->expected_musd[year][s] : NULL,
                        revenue->expected_musd[year][s]};
}

/** The shift of a year's error in a regime, in one lane. */
static inline double pb_error_shift(const pb_revenue *revenue, const pb_workings *w, int year,
                                    int regime, int s, size_t lane)
{
    return revenue->uncertain != NULL ? w->error_shift[year][regime][s][lane]
                                      : revenue->shift[year][regime][s];
}

#endif
