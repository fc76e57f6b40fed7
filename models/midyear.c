/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/midyear.h"

#include <math.h>
#include <string.h>

void pb_midyear_dates(pb_date fy_start, pb_date date[PB_N_REVISIONS])
{
    static const struct {
        int months, days;
    } AFTER[PB_N_REVISIONS] = {{4, 9}, {6, 14}, {9, 29}};
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        pb_civil day = pb_civil_of_date(fy_start);
        day.month += AFTER[t].months;
        day.year += (day.month - 1) / 12;
        day.month = (day.month - 1) % 12 + 1;
        date[t] = pb_date_of_civil(day) + AFTER[t].days;
    }
}

void pb_midyear_compile(const pb_rescission_params *params, double appropriations_musd,
                        const pb_date date[PB_N_REVISIONS], const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_midyear *midyear)
{
    memset(midyear, 0, sizeof *midyear);
    midyear->params = params;
    midyear->on = params->mitigation_trigger > 0.0;
    midyear->cap_musd =
        appropriations_musd
        * fmin(params->per_appropriation * params->discretionary_share, params->per_fund);
    midyear->trigger_musd = appropriations_musd * params->mitigation_trigger;
    for (int t = 0; t < PB_N_REVISIONS && midyear->on; t++) {
        midyear->date[t] = date[t];
        /* a cut can only take what is unspent: in the second half of the year ever less */
        midyear->unspent[t] = fmin(1.0, 2.0 * pb_share_of_year_after(years, 0, date[t]));
        midyear->passage_row[t] = pb_inputs_add(inputs, PB_FOR_MITIGATION, (unsigned)t + 1, "",
                                                PB_UNIFORM_01, 0.0, 0.0, 0.0);
    }
}

/* The year's measures so far in one branch of one lane. */
typedef struct measures {
    double rescission, mitigation;
    bool triggered;
} measures;

/* The executive cuts part of the deficit, within what the law and the calendar leave. */
static double rescission_step(const pb_midyear *midyear, int t, double deficit, double so_far)
{
    const double room = midyear->cap_musd * midyear->unspent[t] - so_far;
    return fmax(0.0, fmin(midyear->params->response * deficit, room));
}

/* A deficit above the trigger asks the legislature for a plan, which brings part of that deficit
 * if it passes, and no more than the cuts have left of it. */
static void act(const pb_midyear *midyear, int t, double deficit, double passage, measures *m)
{
    const pb_rescission_params *p = midyear->params;
    if (!(deficit > 0.0)) {
        return;
    }
    const double cut = rescission_step(midyear, t, deficit, m->rescission);
    m->rescission += cut;
    if (deficit > midyear->trigger_musd) {
        m->triggered = true;
        m->mitigation +=
            passage < p->p_mitigation ? fmin(p->mitigation_share * deficit, deficit - cut) : 0.0;
    }
}

static void store(const measures *m, int branch, size_t lane, pb_outcomes *out)
{
    const size_t first_year = (size_t)branch * PB_YEARS * PB_LANES + lane;
    out->rescission[first_year] = m->rescission;
    out->mitigation[first_year] = m->mitigation;
    out->mitigation_triggered[(size_t)branch * PB_LANES + lane] = m->triggered;
}

void pb_midyear_simulate(const pb_midyear *midyear, pb_rows z,
                         const double (*deficit)[PB_N_REVISIONS][PB_LANES], pb_outcomes *out)
{
    if (!midyear->on) {
        return; /* the columns stay 0 */
    }
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            measures m = {0};
            for (int t = 0; t < PB_N_REVISIONS; t++) {
                act(midyear, t, deficit[branch][t][lane] - m.rescission - m.mitigation,
                    z[midyear->passage_row[t]][lane], &m);
            }
            store(&m, branch, lane, out);
        }
    }
}
