/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/policy.h"

size_t pb_policy_declare(const pb_policy *policy, pb_inputs *inputs)
{
    return pb_inputs_add(inputs, PB_FOR_POLICY, 0, policy->id, PB_NORMAL_01, 0.0, 0.0, 0.0);
}

static double counted_musd(const pb_policy *policy, int year)
{
    return policy->in_baseline ? policy->amount_musd[year] : 0.0;
}

double pb_policy_expected_musd(const pb_policy *policy, int year)
{
    return policy->amount_musd[year] * policy->phase[year] - counted_musd(policy, year);
}

double pb_policy_expected_in_draw(const pb_policy *policy, pb_lane at, int year)
{
    pb_policy own;
    return pb_policy_expected_musd(pb_params_in_draw(at, policy, sizeof own, &own), year);
}

void pb_policy_add(const pb_policy *policy, const pb_uncertain *uncertain,
                   const pb_kernels *kernels, pb_rows z, size_t row, int year, double *musd)
{
    double factor[PB_LANES];

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double lambda = pb_param((pb_lane){uncertain, z, lane}, &policy->lambda[year]);
        factor[lane] = lambda * z[row][lane] - 0.5 * lambda * lambda;
    }
    kernels->exp(factor, factor);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {uncertain, z, lane};
        const double estimate = pb_param(at, &policy->amount_musd[year]);
        const double amount = estimate * pb_param(at, &policy->phase[year]);
        musd[lane] += amount * factor[lane] - (policy->in_baseline ? estimate : 0.0);
    }
}
