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

/* What the law allows and asks for, of the parameters of one draw. */
static void set_limits(pb_midyear *midyear, double appropriations_musd)
{
    const pb_rescission_params *params = midyear->params;
    midyear->own_musd =
        params->per_appropriation * params->discretionary_share * appropriations_musd;
    midyear->towns_musd = params->municipal_aid
                              ? params->per_appropriation * midyear->municipal->params->aid_musd
                              : 0.0;
    midyear->fund_musd = params->per_fund * appropriations_musd;
    midyear->trigger_musd = appropriations_musd * params->mitigation_trigger;
}

void pb_midyear_compile(const pb_rescission_params *params, const double *appropriations_musd,
                        const pb_date date[PB_N_REVISIONS], const pb_municipal *municipal,
                        const pb_fiscal_years *years, pb_inputs *inputs, pb_midyear *midyear)
{
    memset(midyear, 0, sizeof *midyear);
    midyear->params = params;
    midyear->on = params->mitigation_trigger > 0.0;
    midyear->municipal = municipal;
    midyear->appropriations_musd = appropriations_musd;
    midyear->uncertain = inputs->uncertain;
    set_limits(midyear, *appropriations_musd);
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
    double towns; /**< most that is cut of aid to towns here */
    double rescission, mitigation;
    double town_cut, town_staff;
    bool triggered;
} measures;

/* The executive cuts part of the deficit, within what the law and the calendar leave. */
static double rescission_step(const pb_midyear *midyear, int t, double deficit, const measures *m)
{
    const double cap = fmin(midyear->own_musd + m->towns, midyear->fund_musd);
    const double room = cap * midyear->unspent[t] - m->rescission;
    return fmax(0.0, fmin(midyear->params->response * deficit, room));
}

/* The towns' part of a cut. */
static void cut_towns(const pb_midyear *midyear, int t, double cut, measures *m)
{
    if (m->towns > 0.0) {
        const double part = cut * m->towns / (midyear->own_musd + m->towns);
        m->town_cut += part;
        m->town_staff += part * pb_municipal_pass_through(midyear->municipal, midyear->date[t]);
    }
}

/* A deficit above the trigger asks the legislature for a plan, which brings part of that deficit
 * if it passes, and no more than the cuts have left of it. */
static void act(const pb_midyear *midyear, int t, double deficit, double passage, measures *m)
{
    const pb_rescission_params *p = midyear->params;
    if (!(deficit > 0.0)) {
        return;
    }
    const double cut = rescission_step(midyear, t, deficit, m);
    m->rescission += cut;
    cut_towns(midyear, t, cut, m);
    if (deficit > midyear->trigger_musd) {
        m->triggered = true;
        m->mitigation +=
            passage < p->p_mitigation ? fmin(p->mitigation_share * deficit, deficit - cut) : 0.0;
    }
}

static void store(const measures *m, int branch, size_t lane, pb_workings *w, pb_outcomes *out)
{
    const size_t first_year = (size_t)branch * PB_YEARS * PB_LANES + lane;
    out->rescission[first_year] = m->rescission;
    out->mitigation[first_year] = m->mitigation;
    out->mitigation_triggered[(size_t)branch * PB_LANES + lane] = m->triggered;
    w->town_cut[branch][lane] += m->town_cut;
    w->town_staff[branch][lane] += m->town_staff;
}

const pb_midyear *pb_midyear_of_draw(const pb_midyear *midyear, pb_lane at, pb_midyear_in_draw *own)
{
    if (at.uncertain == NULL) {
        return midyear;
    }
    own->midyear = *midyear;
    own->midyear.params = pb_params_in_draw(at, midyear->params, sizeof own->params, &own->params);
    own->midyear.municipal = pb_municipal_of_draw(midyear->municipal, at, &own->municipal);
    if (midyear->on) {
        set_limits(&own->midyear, pb_param(at, midyear->appropriations_musd));
    }
    return &own->midyear;
}

static void simulate_lane(const pb_midyear *midyear, pb_rows z, size_t lane,
                          const double (*deficit)[PB_N_REVISIONS][PB_LANES], pb_workings *w,
                          pb_outcomes *out)
{
    const double town_cap = midyear->municipal->params->cap_musd;
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        const double left = fmax(0.0, town_cap - w->town_cut[branch][lane]);
        measures m = {.towns = fmin(midyear->towns_musd, left)};
        for (int t = 0; t < PB_N_REVISIONS; t++) {
            act(midyear, t, deficit[branch][t][lane] - m.rescission - m.mitigation,
                z[midyear->passage_row[t]][lane], &m);
        }
        store(&m, branch, lane, w, out);
    }
}

void pb_midyear_simulate(const pb_midyear *midyear, pb_rows z,
                         const double (*deficit)[PB_N_REVISIONS][PB_LANES], pb_workings *w,
                         pb_outcomes *out)
{
    pb_midyear_in_draw room;
    for (size_t lane = 0; lane < PB_LANES && midyear->on; lane++) { /* else the columns stay 0 */
        const pb_lane at = {midyear->uncertain, z, lane};
        simulate_lane(pb_midyear_of_draw(midyear, at, &room), z, lane, deficit, w, out);
    }
}
