/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/stream_errors.h"

#include "models/kernels.h"

#include <math.h>

/* It grows as tau^0.55 from six months before the year ends on (SPEC D.2: CBO total 0.58,
 * individual income tax 0.49 over 8-32 months). */
double pb_horizon_factor(const pb_stream *stream, const pb_fiscal_years *years)
{
    const double days_per_month = 365.25 / 12.0;
    if (stream->made_on == PB_NO_DATE) {
        return 1.0;
    }
    const double months = (years->start[1] - stream->made_on) / days_per_month;
    return pb_exp(0.55 * pb_log(fmax(months, 6.0) / 12.0));
}

/* Successive budget-year errors are correlated about 0.35 (SPEC D.7). */
double pb_inherited_error(const pb_stream *stream)
{
    return 0.35 * stream->prior_error;
}

static double recession_probability(const pb_recession_odds *odds, int year)
{
    return year == 0 ? odds->first
                     : odds->first * odds->persists + (1.0 - odds->first) * odds->enters;
}

static void set_year(const pb_stream *stream, const pb_recession_odds *odds, bool keep_bias,
                     int year, pb_stream_errors *errors)
{
    const double p = recession_probability(odds, year);
    const double mean = (1.0 - p) * stream->shift_normal + p * stream->shift_recession;
    const double taken_out = keep_bias ? 0.0 : mean;
    const double prior = year == 0 ? pb_inherited_error(stream) : 0.0;
    errors->shift[year][0] = stream->shift_normal - taken_out + prior;
    errors->shift[year][1] = stream->shift_recession - taken_out + prior;
    errors->mean[year] = (keep_bias ? mean : 0.0) + (year == 0 ? prior : errors->mean[0]);
}

pb_stream_errors pb_stream_errors_of(const pb_stream *stream, double horizon_factor,
                                     const pb_recession_odds *odds, bool keep_bias)
{
    pb_stream_errors errors;
    for (int year = 0; year < PB_YEARS; year++) {
        errors.sd[year] = stream->sd * (year == 0 ? horizon_factor : stream->second_year_ratio);
        set_year(stream, odds, keep_bias, year, &errors);
    }
    return errors;
}
