/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/talks.h"

#include <math.h>
#include <string.h>

/* P(T <= deadline) = p (1 - exp(-sum of the hazards of all days)) */
static double chance_in_time(const pb_talks *talks)
{
    const pb_talks_params *p = talks->params;
    if (!talks->open) {
        return 1.0;
    }
    if (talks->kind == PB_TIMELINE_FIXED) {
        return p->p_agreement;
    }
    const double sum =
        p->hazard_per_day * (talks->days_before + p->deadline_multiplier * talks->last_days);
    return p->p_agreement * (1.0 - pb_exp(-sum));
}

void pb_talks_compile(const pb_talks_params *params, const pb_dates *dates, pb_timeline_kind kind,
                      pb_inputs *inputs, pb_talks *talks)
{
    memset(talks, 0, sizeof *talks);
    talks->params = params;
    talks->dates = dates;
    talks->kind = kind;
    talks->open = dates->agreement == PB_NO_DATE;
    if (!talks->open) {
        talks->p_in_time = chance_in_time(talks);
        return;
    }
    const double days = (double)dates->deadline - dates->talks_start + 1.0;
    talks->last_days = fmin((double)params->deadline_days, days);
    talks->days_before = days - talks->last_days;
    talks->p_in_time = chance_in_time(talks);
    talks->row = pb_inputs_add(inputs, PB_FOR_AGREEMENT, 0, "", PB_UNIFORM_01, 0.0, 0.0, 0.0);
    if (kind == PB_TIMELINE_HAZARD) {
        talks->day_row =
            pb_inputs_add(inputs, PB_FOR_AGREEMENT_DAY, 0, "", PB_EXPONENTIAL, 1.0, 0.0, 0.0);
    }
}

pb_talks pb_talks_with(const pb_talks *talks, const pb_talks_params *params)
{
    pb_talks with = *talks;
    with.params = params;
    with.p_in_time = chance_in_time(&with);
    return with;
}

/* The day on which the hazards add up to `needed`, which is above 0. */
static double day_reaching(const pb_talks *talks, double needed)
{
    const pb_talks_params *p = talks->params;
    const double before = talks->days_before * p->hazard_per_day;
    const double day =
        needed <= before
            ? ceil(needed / p->hazard_per_day)
            : talks->days_before
                  + ceil((needed - before) / (p->hazard_per_day * p->deadline_multiplier));
    return talks->dates->talks_start + day - 1.0;
}

pb_agreement pb_talks_agreement(const pb_talks *talks, pb_rows z, size_t lane)
{
    if (!talks->open) {
        return (pb_agreement){true, talks->dates->agreement};
    }
    const double deadline = talks->dates->deadline;
    pb_agreement agreement = {z[talks->row][lane] < talks->params->p_agreement, deadline};
    if (agreement.in_time && talks->kind == PB_TIMELINE_HAZARD) {
        const double day = day_reaching(talks, z[talks->day_row][lane]);
        agreement.in_time = day <= deadline;
        agreement.day = fmin(day, deadline);
    }
    return agreement;
}
