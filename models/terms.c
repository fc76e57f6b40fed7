/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/terms.h"

#include "models/kernels.h"

double pb_unit_terms(const pb_vote_params *vote, const pb_unit *unit)
{
    static const double LEAST_SHARE = 0.01, LOG_2 = 0.69314718055994530942;
    double terms = 0.0;
    if (vote->cost_effect != 0.0) {
        terms += vote->cost_effect * (unit->cost_per_member - vote->cost_reference);
    }
    if (vote->threat_effect != 0.0 && unit->notices > 0.0) {
        const double share = unit->notices / (double)unit->members;
        const double counted = share > LEAST_SHARE ? share : LEAST_SHARE;
        terms += vote->threat_effect * (pb_log(counted / vote->threat_reference) / LOG_2);
    }
    return unit->health_contested ? terms + vote->health_plan_effect : terms;
}

double pb_unit_contract_terms(const pb_vote_params *vote, const pb_unit *unit)
{
    return unit->contract_security ? vote->contract_security_effect : 0.0;
}
