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

void pb_policy_add(const pb_policy *policy, const pb_kernels *kernels, const double *z, int year,
                   double *musd)
{
    const double lambda = policy->lambda[year], counted = counted_musd(policy, year);
    const double amount = policy->amount_musd[year] * policy->phase[year];
    double factor[PB_LANES];

    for (size_t lane = 0; lane < PB_LANES; lane++) {
        factor[lane] = lambda * z[lane] - 0.5 * lambda * lambda;
    }
    kernels->exp(factor, factor);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        musd[lane] += amount * factor[lane] - counted;
    }
}
