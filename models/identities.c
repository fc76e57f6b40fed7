/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/identities.h"

#include <math.h>

/* A cent, in $ million: sums of a few dozen amounts below 10^5 are exact to 10^-10. */
static const double CENT = 1e-8;

/* One draw, as the rules look at it. */
typedef struct draw {
    const pb_budget *budget;
    const pb_outcomes *out;
    const pb_workings *w;
    size_t lane;
} draw;

static bool same(double x, double y)
{
    return fabs(x - y) <= CENT;
}

static double by_year(const draw *d, const double *column, size_t year)
{
    return column[year * PB_LANES + d->lane];
}

static double by_branch(const draw *d, const double *column, size_t branch, size_t year)
{
    return column[(branch * PB_YEARS + year) * PB_LANES + d->lane];
}

/* What differs between the branches of a year. */
static double measures(const draw *d, size_t branch, size_t year)
{
    const pb_outcomes *out = d->out;
    return by_branch(d, out->labor_savings, branch, year) + by_branch(d, out->plan_b, branch, year)
           + by_branch(d, out->layoff_savings, branch, year)
           + by_branch(d, out->rescission, branch, year)
           + by_branch(d, out->mitigation, branch, year)
           - by_branch(d, out->separation_cost, branch, year);
}

static bool flows_are_sums(const draw *d)
{
    const pb_budget_params *p = d->budget->params;
    bool holds = true;
    for (size_t year = 0; year < PB_YEARS; year++) {
        const double shared = by_year(d, d->out->revenue, year) + p->lapse_musd[year]
                              + p->other_musd[year] - pb_appropriations_musd(p, (int)year)
                              - by_year(d, d->out->spending_error, year);
        for (size_t branch = 0; branch < PB_BRANCHES; branch++) {
            holds = holds
                    && same(by_branch(d, d->out->flow, branch, year),
                            shared + measures(d, branch, year));
        }
    }
    return holds;
}

static bool branches_differ_by_their_parts(const draw *d)
{
    bool holds = true;
    for (size_t year = 0; year < PB_YEARS; year++) {
        const double apart = by_branch(d, d->out->flow, PB_BRANCH_DEAL, year)
                             - by_branch(d, d->out->flow, PB_BRANCH_NO_DEAL, year);
        const double parts =
            measures(d, PB_BRANCH_DEAL, year) - measures(d, PB_BRANCH_NO_DEAL, year);
        holds = holds && same(apart, parts);
    }
    return holds;
}

static double sum_over(const draw *d, const double *column, int items, size_t year)
{
    double sum = 0.0;
    for (int i = 0; i < items; i++) {
        sum += by_branch(d, column, (size_t)i, year);
    }
    return sum;
}

/* Savings of the deal branch and options of the other are the sums of their rows. */
static bool rows_add_up(const draw *d)
{
    const int n_savings = d->budget->savings->params->n_savings;
    const int n_options = d->budget->plan_b->params->n_options;
    bool holds = true;
    for (size_t year = 0; year < PB_YEARS; year++) {
        holds = holds
                && same(by_branch(d, d->out->labor_savings, PB_BRANCH_DEAL, year),
                        sum_over(d, d->out->savings_by_component, n_savings, year))
                && same(by_branch(d, d->out->plan_b, PB_BRANCH_NO_DEAL, year),
                        sum_over(d, d->out->plan_b_by_option, n_options, year));
    }
    return holds;
}

static bool a_branch_has_its_own_measures(const draw *d)
{
    bool holds = true;
    for (size_t year = 0; year < PB_YEARS; year++) {
        holds = holds && by_branch(d, d->out->labor_savings, PB_BRANCH_NO_DEAL, year) == 0.0
                && by_branch(d, d->out->plan_b, PB_BRANCH_DEAL, year) == 0.0;
    }
    return holds;
}

static bool books_follow_each_other(const draw *d)
{
    const pb_budget_params *p = d->budget->params;
    bool holds = true;
    for (size_t branch = 0; branch < PB_BRANCHES; branch++) {
        double carry = p->opening_deficit_musd;
        for (size_t year = 0; year < PB_YEARS; year++) {
            const double balance = by_branch(d, d->out->balance_by_branch, branch, year);
            const double use = by_branch(d, d->out->reserve_use, branch, year);
            holds = holds && same(by_branch(d, d->out->carry, branch, year), carry)
                    && same(balance, by_branch(d, d->out->flow, branch, year) - carry);
            carry = p->carry_share * fmax(0.0, -(balance + use));
        }
    }
    return holds;
}

static bool the_balance_is_of_the_branch_that_happens(const draw *d)
{
    const size_t branch = d->w->realised[d->lane];
    bool holds = true;
    for (size_t year = 0; year < PB_YEARS; year++) {
        holds = holds
                && same(by_year(d, d->out->balance, year),
                        by_branch(d, d->out->balance_by_branch, branch, year)
                            + by_branch(d, d->out->reserve_use, branch, year));
    }
    return holds;
}

static bool reserve_is_never_negative(const draw *d)
{
    bool holds = true;
    for (size_t branch = 0; branch < PB_BRANCHES; branch++) {
        holds =
            holds && d->out->reserve_end[branch * PB_LANES + d->lane] >= 0.0f
            && by_branch(d, d->out->reserve_use, branch, 0) >= 0.0
            && by_branch(d, d->out->reserve_use, branch, 0) <= d->budget->params->reserve_fund_musd
            && by_branch(d, d->out->reserve_use, branch, 1) >= 0.0;
    }
    return holds;
}

static bool towns_are_cut_within_their_cap(const draw *d)
{
    const double cap = d->budget->municipal->params->cap_musd;
    bool holds = true;
    for (size_t branch = 0; branch < PB_BRANCHES && d->budget->municipal->on; branch++) {
        const double cut = d->w->town_cut[branch][d->lane];
        const double staff = d->w->town_staff[branch][d->lane];
        holds = holds && cut >= 0.0 && cut <= cap + CENT && staff >= 0.0 && staff <= cut + CENT;
    }
    return holds;
}

/* Of an appropriation, of the fund, and none in the second year. */
static bool rescission_is_within_both_caps(const draw *d)
{
    const pb_midyear *m = d->budget->midyear;
    bool holds = true;
    for (size_t branch = 0; branch < PB_BRANCHES; branch++) {
        const double cut = by_branch(d, d->out->rescission, branch, 0);
        holds = holds && cut >= 0.0 && cut <= m->own_musd + m->towns_musd + CENT
                && cut <= m->fund_musd + CENT && by_branch(d, d->out->rescission, branch, 1) == 0.0;
    }
    return holds;
}

static bool layoffs_are_at_most_the_notices(const draw *d)
{
    const pb_plan_b_params *p = d->budget->plan_b->params;
    const int64_t planned = d->budget->layoffs->params->notices;
    const int64_t most = p->notices_cap > planned ? p->notices_cap : planned;
    bool holds = true;
    for (size_t branch = 0; branch < PB_BRANCHES; branch++) {
        const size_t at = branch * PB_LANES + d->lane;
        holds = holds && d->out->layoffs[at] >= 0 && d->out->layoffs[at] <= d->out->notices[at]
                && d->out->notices[at] <= most;
    }
    return holds;
}

static const struct {
    bool (*holds)(const draw *d);
    const char *broken;
} RULES[] = {
    {flows_are_sums, "a flow is not the sum of its terms"},
    {branches_differ_by_their_parts, "the branches do not differ by their parts"},
    {rows_add_up, "savings or options do not add up to their total"},
    {a_branch_has_its_own_measures, "a branch has the measures of the other"},
    {books_follow_each_other, "a balance is not the flow less what was carried in"},
    {the_balance_is_of_the_branch_that_happens, "the balance is not that of its branch"},
    {reserve_is_never_negative, "the reserve goes below nothing"},
    {towns_are_cut_within_their_cap, "aid to towns is cut above its cap"},
    {rescission_is_within_both_caps, "a rescission is above a cap"},
    {layoffs_are_at_most_the_notices, "there are more layoffs than notices"},
};

const char *pb_broken_identity(const pb_budget *budget, const pb_outcomes *out,
                               const pb_workings *w, size_t lane)
{
    const draw d = {budget, out, w, lane};
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
        if (!RULES[i].holds(&d)) {
            return RULES[i].broken;
        }
    }
    return NULL;
}
