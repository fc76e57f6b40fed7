/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/opening.h"

#include <math.h>

static const double USD_PER_MUSD = 1e6;

/* To the dollar, so that a gap that is closed reads 0. */
static double rounded(double musd)
{
    return floor(musd * USD_PER_MUSD + 0.5) / USD_PER_MUSD;
}

pb_opening pb_opening_gap(const pb_budget_params *budget, const pb_revenue_params *revenue,
                          int year)
{
    const double opening_deficit = year == 0 ? budget->opening_deficit_musd : 0.0;
    double estimate = 0.0, policies = 0.0;
    for (int s = 0; s < revenue->n_streams; s++) {
        estimate += revenue->stream[s].baseline_musd[year];
    }
    for (int p = 0; p < revenue->n_policies; p++) {
        const pb_policy *policy = &revenue->policy[p];
        estimate += pb_policy_expected_musd(policy, year);
        policies += policy->amount_musd[year] * policy->phase[year];
    }
    const double spending =
        pb_appropriations_musd(budget, year) + opening_deficit - budget->lapse_musd[year];
    const double labor = budget->labor_savings_assumed_musd[year] * budget->fund_share[year];
    pb_opening gap = {.before_musd = rounded(spending - (estimate - policies)),
                      .policies_musd = policies,
                      .labor_savings_musd = labor,
                      .other_musd = budget->other_musd[year]};
    gap.left_musd = rounded(gap.before_musd - policies - labor - gap.other_musd);
    return gap;
}
