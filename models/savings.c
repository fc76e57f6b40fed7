/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/savings.h"

#include <math.h>
#include <string.h>

const char *const PB_SAVING_KINDS[] = {"wage", "health", "pension", "soft", NULL};

void pb_savings_compile(const pb_savings_params *params, const pb_fiscal_years *years,
                        pb_inputs *inputs, pb_savings *savings)
{
    memset(savings, 0, sizeof *savings);
    savings->params = params;
    savings->years = *years;
    savings->uncertain = inputs->uncertain;
    savings->common_row =
        pb_inputs_add(inputs, PB_FOR_REALISATION_COMMON, 0, "", PB_NORMAL_01, 0.0, 0.0, 0.0);
    savings->student_5 = pb_inputs_student(inputs, 5.0);
    for (int j = 0; j < params->n_savings; j++) {
        const pb_saving *saving = &params->saving[j];
        savings->own_row[j] =
            pb_inputs_add(inputs, PB_FOR_REALISATION, 0, saving->id, PB_NORMAL_01, 0.0, 0.0, 0.0);
        for (int year = 0; year < PB_YEARS; year++) {
            savings->booked_musd[year] += saving->amount_musd[year] * saving->fund_share[year];
        }
    }
}

double pb_savings_booked(const pb_savings *savings, pb_lane at, int year)
{
    double booked = 0.0;
    if (at.uncertain == NULL) {
        return savings->booked_musd[year];
    }
    for (int j = 0; j < savings->params->n_savings; j++) {
        const pb_saving *saving = &savings->params->saving[j];
        booked +=
            pb_param(at, &saving->amount_musd[year]) * pb_param(at, &saving->fund_share[year]);
    }
    return booked;
}

PB_LOOP correlated_scores(const pb_uncertain *uncertain, const pb_savings *savings, pb_rows z,
                          int j, double *score)
{
    const double *common = z[savings->common_row], *own = z[savings->own_row[j]];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {uncertain, z, lane};
        const double rho = pb_param(at, &savings->params->correlation);
        score[lane] = sqrt(rho) * common[lane] + sqrt(1.0 - rho) * own[lane];
    }
}

/* r = mean + sd T_5, clipped to [0, 1.5]; scores correlated by a common one (SPEC E.3). */
static void realised_shares(const pb_savings *savings, const pb_kernels *kernels, pb_rows z, int j,
                            double *realised)
{
    const pb_mean_sd *share = &savings->params->saving[j].realised;

    PB_WITH_PARAMETERS(correlated_scores, savings->uncertain, savings, z, j, realised);
    kernels->quantile(savings->student_5, realised, realised);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {savings->uncertain, z, lane};
        const double r = pb_param(at, &share->mean) + pb_param(at, &share->sd) * realised[lane];
        realised[lane] = r < 0.0 ? 0.0 : r > 1.5 ? 1.5 : r;
    }
}

/* The share of a year's amount that counts if the deal is in force from `day`. */
static double phase(const pb_savings *savings, const pb_saving *saving, int year, double day)
{
    const pb_date from = saving->from == PB_NO_DATE ? savings->years.start[0] : saving->from;
    switch (saving->phase) {
        case PB_PHASE_LINEAR:
            return pb_share_of_year_after(&savings->years, year, fmax(day, from));
        case PB_PHASE_BEFORE_DATE:
            return day <= from + (savings->years.start[year] - savings->years.start[0]);
        case PB_PHASE_FULL:
            break;
    }
    return 1.0;
}

static void add_saving(const pb_savings *savings, const pb_kernels *kernels, pb_rows z, int j,
                       pb_workings *w, pb_outcomes *out)
{
    const pb_saving *saving = &savings->params->saving[j];
    double realised[PB_LANES];

    realised_shares(savings, kernels, z, j, realised);
    for (int year = 0; year < PB_YEARS; year++) {
        double *own = &out->savings_by_component[(j * PB_YEARS + year) * PB_LANES];
        double *sum = &out->labor_savings[(PB_BRANCH_DEAL * PB_YEARS + year) * PB_LANES];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const pb_lane at = {savings->uncertain, z, lane};
            const double amount =
                pb_param(at, &saving->amount_musd[year]) * pb_param(at, &saving->fund_share[year]);
            const double covered = saving->question == PB_QUESTION_UNIT_CONTRACT
                                       ? w->coverage[w->deal_round[lane]][lane]
                                       : 1.0;
            const double booked =
                amount * covered * phase(savings, saving, year, w->in_force_day[lane]);
            own[lane] = booked * realised[lane];
            sum[lane] += own[lane];
            w->booked_savings[lane] += year == 0 ? booked : 0.0;
        }
    }
}

void pb_savings_simulate(const pb_savings *savings, const pb_kernels *kernels, pb_rows z,
                         pb_workings *w, pb_outcomes *out)
{
    memset(w->booked_savings, 0, sizeof w->booked_savings);
    memset(out->labor_savings, 0, sizeof(double) * PB_BRANCHES * PB_YEARS * PB_LANES);
    for (int j = 0; j < savings->params->n_savings; j++) {
        add_saving(savings, kernels, z, j, w, out);
    }
}
