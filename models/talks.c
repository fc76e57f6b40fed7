/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/talks.h"

#include <math.h>
#include <string.h>

/* The sum of the hazards of the first `days` days of talks. */
static double hazard_of(const pb_talks *talks, double days)
{
    const pb_talks_params *p = talks->params;
    const double last_days = fmax(0.0, days - talks->days_before);
    return p->hazard_per_day * (days - last_days + p->deadline_multiplier * last_days);
}

/* Days of talks before `as_of` have brought no agreement, which speaks against there being one:
 * by Bayes p' = p S / (1 - p + p S), S = exp(-sum of their hazards). What is left of an
 * exponential number that has not been reached is exponential again. */
static void set_chances(pb_talks *talks)
{
    const double p = talks->params->p_agreement;
    if (talks->kind == PB_TIMELINE_FIXED) {
        talks->p_agreement = talks->p_in_time = p;
        return;
    }
    talks->hazard_passed = hazard_of(talks, talks->days_passed);
    const double silent = p * pb_exp(-talks->hazard_passed);
    const double to_come = hazard_of(talks, talks->days) - talks->hazard_passed;
    talks->p_agreement = talks->hazard_passed <= 0.0 || p >= 1.0 ? p : silent / (1.0 - p + silent);
    talks->p_in_time = talks->p_agreement * (1.0 - pb_exp(-to_come));
}

void pb_talks_compile(const pb_talks_params *params, const pb_dates *dates, pb_date as_of,
                      pb_timeline_kind kind, pb_inputs *inputs, pb_talks *talks)
{
    memset(talks, 0, sizeof *talks);
    talks->params = params;
    talks->dates = dates;
    talks->kind = kind;
    talks->open = dates->agreement == PB_NO_DATE;
    talks->p_in_time = 1.0;
    if (!talks->open) {
        return;
    }
    talks->days = (double)dates->deadline - dates->talks_start + 1.0;
    talks->days_before = talks->days - fmin((double)params->deadline_days, talks->days);
    talks->days_passed = fmin(fmax(0.0, (double)as_of - dates->talks_start), talks->days);
    set_chances(talks);
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
    if (with.open) {
        set_chances(&with);
    }
    return with;
}

/* The day on which the hazards of the days to come add up to `to_come`, which is above 0. */
static double day_reaching(const pb_talks *talks, double to_come)
{
    const pb_talks_params *p = talks->params;
    const double needed = talks->hazard_passed + to_come;
    const double before = talks->days_before * p->hazard_per_day;
    const double day =
        needed <= before
            ? ceil(needed / p->hazard_per_day)
            : talks->days_before
                  + ceil((needed - before) / (p->hazard_per_day * p->deadline_multiplier));
    return talks->dates->talks_start + fmax(day - 1.0, talks->days_passed);
}

pb_agreement pb_talks_agreement(const pb_talks *talks, pb_rows z, size_t lane)
{
    if (!talks->open) {
        return (pb_agreement){true, talks->dates->agreement};
    }
    const double deadline = talks->dates->deadline;
    pb_agreement agreement = {z[talks->row][lane] < talks->p_agreement, deadline};
    if (agreement.in_time && talks->kind == PB_TIMELINE_HAZARD) {
        const double day = day_reaching(talks, z[talks->day_row][lane]);
        agreement.in_time = day <= deadline;
        agreement.day = fmin(day, deadline);
    }
    return agreement;
}
