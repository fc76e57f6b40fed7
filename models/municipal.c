/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/municipal.h"

#include <math.h>

static const double USD_PER_MUSD = 1e6;

void pb_municipal_compile(const pb_municipal_params *params, pb_date budgets_set,
                          const pb_inputs *inputs, pb_municipal *municipal)
{
    municipal->params = params;
    municipal->on = params->cost_per_job_usd > 0.0;
    municipal->budgets_set = budgets_set;
    municipal->uncertain = inputs != NULL ? inputs->uncertain : NULL;
}

const pb_municipal *pb_municipal_of_draw(const pb_municipal *municipal, pb_lane at,
                                         pb_municipal_in_draw *own)
{
    if (at.uncertain == NULL) {
        return municipal;
    }
    own->municipal = *municipal;
    own->municipal.params =
        pb_params_in_draw(at, municipal->params, sizeof own->params, &own->params);
    return &own->municipal;
}

/* Towns that have set their budgets and tax rates can hardly raise taxes instead. */
double pb_municipal_pass_through(const pb_municipal *municipal, double day)
{
    const pb_municipal_params *p = municipal->params;
    const bool late = municipal->budgets_set != PB_NO_DATE && day > municipal->budgets_set;
    return p->pass_through + (late ? p->late_pass_through : 0.0);
}

bool pb_municipal_allows(const pb_municipal *municipal, const pb_town_cuts *so_far,
                         const double *cut)
{
    const double cap = municipal->params->cap_musd + 1e-6;
    return so_far->booked[0] + cut[0] <= cap && so_far->booked[1] + cut[1] <= cap;
}

void pb_municipal_add(const pb_municipal *municipal, const double *cut, double realised_share,
                      double day, pb_town_cuts *cuts)
{
    const double realised = cut[0] * realised_share;
    cuts->booked[0] += cut[0];
    cuts->booked[1] += cut[1];
    cuts->realised += realised;
    cuts->staff += realised * pb_municipal_pass_through(municipal, day);
}

void pb_municipal_store(const pb_municipal *municipal, const pb_town_cuts *cuts, size_t lane,
                        pb_workings *w)
{
    const double cap = municipal->params->cap_musd;
    const double kept = cuts->realised > cap ? cap / cuts->realised : 1.0;
    w->town_cut[PB_BRANCH_DEAL][lane] = w->town_staff[PB_BRANCH_DEAL][lane] = 0.0;
    w->town_cut[PB_BRANCH_NO_DEAL][lane] = fmin(cuts->realised, cap);
    w->town_staff[PB_BRANCH_NO_DEAL][lane] = kept * cuts->staff;
}

void pb_municipal_simulate(const pb_municipal *municipal, pb_rows z, const pb_workings *w,
                           pb_outcomes *out)
{
    for (size_t lane = 0; lane < PB_LANES && municipal->on; lane++) {
        const pb_lane at = {municipal->uncertain, z, lane};
        const size_t branch = w->realised[lane];
        const double jobs = w->town_staff[branch][lane] * USD_PER_MUSD
                            / pb_param(at, &municipal->params->cost_per_job_usd);
        out->municipal_cut[lane] = (float)w->town_cut[branch][lane];
        out->local_layoffs[lane] = (int32_t)floor(jobs + 0.5);
    }
}
