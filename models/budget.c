/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/budget.h"

#include "models/identities.h"

#include <assert.h>
#include <math.h>
#include <string.h>

double pb_appropriations_musd(const pb_budget_params *params, int year)
{
    const double labor = params->labor_in_appropriations
                             ? params->labor_savings_assumed_musd[year] * params->fund_share[year]
                             : 0.0;
    return params->appropriations_musd[year] + labor;
}

void pb_budget_compile(const pb_budget_params *params, const pb_savings *savings,
                       const pb_plan_b *plan_b, const pb_layoffs *layoffs,
                       const pb_midyear *midyear, pb_date deadline, pb_inputs *inputs,
                       pb_budget *budget)
{
    memset(budget, 0, sizeof *budget);
    budget->params = params;
    budget->savings = savings;
    budget->plan_b = plan_b;
    budget->layoffs = layoffs;
    budget->midyear = midyear;
    budget->municipal = midyear->municipal;
    budget->deadline = deadline;
    budget->uncertain = inputs->uncertain;
    for (int year = 0; year < PB_YEARS; year++) {
        budget->spending_row[year] = pb_inputs_add(inputs, PB_FOR_SPENDING, (unsigned)year + 1, "",
                                                   PB_NORMAL_01, 0.0, 0.0, 0.0);
    }
}

const pb_budget *pb_budget_of_draw(const pb_budget *budget, pb_lane at, pb_budget_in_draw *own)
{
    if (at.uncertain == NULL) {
        return budget;
    }
    own->budget = *budget;
    own->budget.params = pb_params_in_draw(at, budget->params, sizeof own->params, &own->params);
    own->budget.municipal = pb_municipal_of_draw(budget->municipal, at, &own->municipal);
    own->budget.midyear = pb_midyear_of_draw(budget->midyear, at, &own->midyear);
    return &own->budget;
}

static size_t at_year(int year, size_t lane)
{
    return (size_t)year * PB_LANES + lane;
}

static size_t at_branch(int branch, int year, size_t lane)
{
    return ((size_t)branch * PB_YEARS + (size_t)year) * PB_LANES + lane;
}

/* ---- on official estimates ---- */

/* What the deal or the plan should bring to the fund: the target, less a part psi of what the
 * official estimates have improved since it was set, spread over the years as revenue is
 * (SPEC B.3; psi relates the all-funds target to the estimates, so the share comes last). */
static void set_targets(const pb_budget *budget, size_t lane, pb_outcomes *out)
{
    const pb_budget_params *p = budget->params;
    const double total =
        out->revenue_official[at_year(0, lane)] + out->revenue_official[at_year(1, lane)];
    const double improved =
        p->target_estimate_musd > 0.0 ? fmax(0.0, total - p->target_estimate_musd) : 0.0;
    for (int year = 0; year < PB_YEARS; year++) {
        const double own = total > 0.0 ? out->revenue_official[at_year(year, lane)] / total : 0.0;
        const double target = p->target_musd[year] - p->psi * improved * own;
        out->target[at_year(year, lane)] =
            p->fund_share[year] * fmax(p->target_floor_musd[year], target);
    }
}

/* The gap of a year on an estimate of its revenue if no measure is taken. */
static double bare_gap(const pb_budget *budget, int year, double revenue)
{
    const pb_budget_params *p = budget->params;
    const double opening = year == 0 ? p->opening_deficit_musd : 0.0;
    return pb_appropriations_musd(p, year) + opening - p->lapse_musd[year] - p->other_musd[year]
           - revenue;
}

/* Measures count at their booked value if they are in force at the deadline (SPEC E.1). */
static void set_gaps(const pb_budget *budget, pb_lane at, pb_outcomes *out, const pb_workings *w)
{
    const size_t lane = at.lane;
    const bool deal_in_time = w->ratified_day[lane] <= budget->deadline;
    const bool plan_in_time = w->failed_day[lane] <= budget->deadline;
    bool balanced[PB_BRANCHES] = {true, true};

    for (int year = 0; year < PB_YEARS; year++) {
        const double bare = bare_gap(budget, year, out->revenue_official[at_year(year, lane)]);
        const double gap[PB_BRANCHES] = {
            [PB_BRANCH_DEAL] =
                bare - (deal_in_time ? pb_savings_booked(budget->savings, at, year) : 0.0),
            [PB_BRANCH_NO_DEAL] =
                bare
                - (plan_in_time ? w->booked_plan_b[year][lane] + w->booked_layoffs[year][lane]
                                : 0.0),
        };
        for (int branch = 0; branch < PB_BRANCHES; branch++) {
            out->gap_at_deadline[at_branch(branch, year, lane)] = gap[branch];
            balanced[branch] = balanced[branch] && gap[branch] <= 0.0;
        }
    }
    out->balanced_at_deadline[PB_BRANCH_DEAL * PB_LANES + lane] = balanced[PB_BRANCH_DEAL];
    out->balanced_at_deadline[PB_BRANCH_NO_DEAL * PB_LANES + lane] = balanced[PB_BRANCH_NO_DEAL];
}

/* ---- during the first year ---- */

/* The deficit of the first year as projected on the day of estimate t: measures in force by then
 * at their booked value for what is left of the year, layoffs decided by then at what they will
 * have saved net, everything else as at the deadline. */
static double projected_deficit(const pb_budget *budget, const pb_outcomes *out,
                                const pb_workings *w, int branch, int t, size_t lane)
{
    const double day = budget->midyear->date[t];
    const size_t at = at_branch(branch, 0, lane);
    const bool deal = branch == PB_BRANCH_DEAL;
    const bool in_force = (deal ? w->ratified_day[lane] : w->failed_day[lane]) <= day;
    const bool decided = pb_layoffs_decision_day(budget->layoffs, w->failed_day[lane]) <= day;
    const double booked = deal ? w->booked_savings[lane] : w->booked_plan_b[0][lane];
    return bare_gap(budget, 0, w->official_revenue[t][lane]) - (in_force ? booked : 0.0)
           - (decided ? out->layoff_savings[at] - out->separation_cost[at] : 0.0);
}

static void control_the_year(const pb_budget *budget, pb_rows z, pb_outcomes *out, pb_workings *w)
{
    double deficit[PB_BRANCHES][PB_N_REVISIONS][PB_LANES];
    pb_budget_in_draw room;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_budget *own =
            pb_budget_of_draw(budget, (pb_lane){budget->uncertain, z, lane}, &room);
        for (int branch = 0; branch < PB_BRANCHES; branch++) {
            for (int t = 0; t < PB_N_REVISIONS; t++) {
                deficit[branch][t][lane] = projected_deficit(own, out, w, branch, t, lane);
            }
        }
    }
    pb_midyear_simulate(budget->midyear, z, (const double(*)[PB_N_REVISIONS][PB_LANES])deficit, w,
                        out);
}

/* ---- on actual values ---- */

static double flow(const pb_budget *budget, const pb_outcomes *out, int branch, int year,
                   size_t lane)
{
    const pb_budget_params *p = budget->params;
    const size_t at = at_branch(branch, year, lane);
    return out->revenue[at_year(year, lane)] + out->labor_savings[at] + out->plan_b[at]
           + out->layoff_savings[at] + out->rescission[at] + out->mitigation[at]
           + p->lapse_musd[year] + p->other_musd[year] - pb_appropriations_musd(p, year)
           - out->separation_cost[at] - out->spending_error[at_year(year, lane)];
}

/* Closes the books of a branch: deficits draw on the reserve and what is left is carried over;
 * part of a surplus goes to the reserve, up to its cap. */
static void close_books(const pb_budget *budget, int branch, size_t lane, pb_outcomes *out)
{
    const pb_budget_params *p = budget->params;
    const size_t at = (size_t)branch * PB_LANES + lane;
    double reserve = p->reserve_fund_musd, carry = p->opening_deficit_musd;
    bool balanced = true;

    for (int year = 0; year < PB_YEARS; year++) {
        const size_t in_year = at_branch(branch, year, lane);
        out->flow[in_year] = flow(budget, out, branch, year, lane);
        out->carry[in_year] = carry;
        const double balance = out->flow[in_year] - carry;
        const double use = fmin(reserve, fmax(0.0, -balance));
        const double room = fmax(0.0, p->reserve_cap_musd - reserve);
        out->balance_by_branch[in_year] = balance;
        out->reserve_use[in_year] = use;
        reserve += fmin(p->reserve_deposit * fmax(0.0, balance), room) - use;
        carry = fmax(0.0, -(balance + use)) * p->carry_share;
        balanced = balanced && balance + use >= 0.0;
    }
    out->balanced_at_close[at] = balanced;
    out->reserve_end[at] = (float)reserve;
}

static void set_spending_errors(const pb_budget *budget, pb_rows z, size_t lane, pb_outcomes *out)
{
    for (int year = 0; year < PB_YEARS; year++) {
        const double sd =
            budget->params->spending_error_sd * pb_appropriations_musd(budget->params, year);
        out->spending_error[at_year(year, lane)] = sd * z[budget->spending_row[year]][lane];
    }
}

static void set_realised_balance(size_t lane, pb_outcomes *out, const pb_workings *w)
{
    for (int year = 0; year < PB_YEARS; year++) {
        const size_t at = at_branch(w->realised[lane], year, lane);
        out->balance[at_year(year, lane)] = out->balance_by_branch[at] + out->reserve_use[at];
    }
}

/* What the menu is chosen by, and what spending is. */
static void open_books(const pb_budget *budget, pb_rows z, double (*bare)[PB_LANES],
                       pb_outcomes *out)
{
    pb_budget_in_draw room;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_budget *own =
            pb_budget_of_draw(budget, (pb_lane){budget->uncertain, z, lane}, &room);
        set_targets(own, lane, out);
        set_spending_errors(own, z, lane, out);
        for (int year = 0; year < PB_YEARS; year++) {
            bare[year][lane] = bare_gap(own, year, out->revenue_official[at_year(year, lane)]);
        }
    }
}

void pb_budget_simulate(const pb_budget *budget, const pb_kernels *kernels, pb_rows z,
                        pb_outcomes *out, pb_workings *w)
{
    double bare[PB_YEARS][PB_LANES];
    pb_budget_in_draw room;
    open_books(budget, z, bare, out);
    pb_savings_simulate(budget->savings, kernels, z, w, out);
    pb_plan_b_simulate(budget->plan_b, z, (const double(*)[PB_LANES])bare, w, out);
    pb_layoffs_simulate(budget->layoffs, z, w, out);
    if (budget->midyear->on) {
        control_the_year(budget, z, out, w);
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {budget->uncertain, z, lane};
        const pb_budget *own = pb_budget_of_draw(budget, at, &room);
        set_gaps(own, at, out, w);
        close_books(own, PB_BRANCH_DEAL, lane, out);
        close_books(own, PB_BRANCH_NO_DEAL, lane, out);
        set_realised_balance(lane, out, w);
    }
    pb_municipal_simulate(budget->municipal, z, w, out);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        assert(pb_broken_identity(
                   pb_budget_of_draw(budget, (pb_lane){budget->uncertain, z, lane}, &room), out, w,
                   lane)
               == NULL);
    }
}
