/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/terms.h"

#include "models/kernels.h"

double pb_unit_terms(pb_lane at, const pb_vote_params *vote, const pb_unit *unit)
{
    static const double LEAST_SHARE = 0.01, LOG_2 = 0.69314718055994530942;
    const double cost = pb_param(at, &vote->cost_effect);
    const double threat = pb_param(at, &vote->threat_effect);
    const double notices = pb_param(at, &unit->notices);
    double terms = 0.0;
    if (cost != 0.0) {
        const double reference = pb_param(at, &vote->cost_reference);
        terms += cost * (pb_param(at, &unit->cost_per_member) - reference);
    }
    if (threat != 0.0 && notices > 0.0) {
        const double share = notices / (double)unit->members;
        const double counted = share > LEAST_SHARE ? share : LEAST_SHARE;
        terms += threat * (pb_log(counted / pb_param(at, &vote->threat_reference)) / LOG_2);
    }
    return unit->health_contested ? terms + pb_param(at, &vote->health_plan_effect) : terms;
}

double pb_unit_contract_terms(pb_lane at, const pb_vote_params *vote, const pb_unit *unit)
{
    return unit->contract_security ? pb_param(at, &vote->contract_security_effect) : 0.0;
}
