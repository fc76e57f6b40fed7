/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/plan_b.h"

#include <math.h>
#include <string.h>

// clang-format off
const pb_option_class PB_OPTION_CLASSES[PB_N_OPTION_CLASSES] = {
    {"vacancies",        1.00, {0.90, 0.10}, "executive power"},
    {"rescission_power", 0.90, {1.00, 0.05}, "CTNJ0701: passed 78-56 and 21-14"},
    {"municipal_aid",    0.10, {1.00, 0.05}, "CTM0701: refused in 2011"},
    {"programme",        0.10, {0.80, 0.15}, "the options with no chance of passage, May 2011"},
    {"labor_law",        0.10, {0.60, 0.30}, "HC0701: four of four refused in the House"},
    {"other",            0.40, {0.85, 0.15}, "judgement"},
};
// clang-format on

static void sort_by_priority(const pb_plan_b_params *params, int *order)
{
    for (int i = 0; i < params->n_options; i++) {
        int at = i; /* insertion keeps the list order of equal priorities */
        while (at > 0 && params->option[order[at - 1]].priority > params->option[i].priority) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

static double passage_threshold(double p_pass)
{
    return p_pass <= 0.0 ? -INFINITY : p_pass >= 1.0 ? INFINITY : pb_normal_quantile(p_pass);
}

void pb_plan_b_compile(const pb_plan_b_params *params, const pb_layoffs *layoffs,
                       const pb_municipal *municipal, const pb_fiscal_years *years,
                       pb_inputs *inputs, pb_plan_b *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->params = params;
    plan->layoffs = layoffs;
    plan->municipal = municipal;
    plan->years = *years;
    plan->uncertain = inputs->uncertain;
    sort_by_priority(params, plan->order);
    plan->common_row =
        pb_inputs_add(inputs, PB_FOR_OPTION_COMMON, 0, "", PB_NORMAL_01, 0.0, 0.0, 0.0);
    for (int o = 0; o < params->n_options; o++) {
        const char *id = params->option[o].id;
        plan->threshold[o] = passage_threshold(params->option[o].p_pass);
        plan->passage_row[o] =
            pb_inputs_add(inputs, PB_FOR_OPTION_PASSAGE, 0, id, PB_NORMAL_01, 0.0, 0.0, 0.0);
        plan->realised_row[o] =
            pb_inputs_add(inputs, PB_FOR_OPTION_REALISATION, 0, id, PB_STUDENT, 5.0, 0.0, 0.0);
    }
}

/* The legislature's votes move together; what the executive may do alone does not. */
static bool would_pass(const pb_plan_b *plan, pb_rows z, int o, size_t lane)
{
    const double rho =
        plan->params->option[o].owner == PB_OWNER_EXECUTIVE ? 0.0 : plan->params->correlation;
    const double score =
        sqrt(rho) * z[plan->common_row][lane] + sqrt(1.0 - rho) * z[plan->passage_row[o]][lane];
    return score < plan->threshold[o];
}

static double realised_share(const pb_plan_b *plan, pb_rows z, int o, size_t lane)
{
    const pb_mean_sd *share = &plan->params->option[o].realised;
    const double r = share->mean + share->sd * z[plan->realised_row[o]][lane];
    return r < 0.0 ? 0.0 : r > 1.5 ? 1.5 : r;
}

/* One draw's choice, as it is made. */
typedef struct choice {
    uint64_t passed, excluded;
    double needed[PB_YEARS];   /**< overshoot included */
    double booked[PB_YEARS];   /**< layoffs and options so far */
    double options[PB_YEARS];  /**< of it options */
    double realised[PB_YEARS]; /**< what the options will really save */
    double by_option[PB_MAX_OPTIONS][PB_YEARS];
    pb_town_cuts towns;
} choice;

static bool covered(const choice *c)
{
    return c->booked[0] >= c->needed[0] && c->booked[1] >= c->needed[1];
}

static double needed_musd(const pb_plan_b_params *params, double target, double shortfall)
{
    const double wanted = fmax(0.0, target), missing = fmax(0.0, shortfall);
    switch (params->needs) {
        case PB_NEEDS_TARGET:
            return params->overshoot * wanted;
        case PB_NEEDS_SHORTFALL:
            return params->overshoot * missing;
        case PB_NEEDS_LARGER:
            break;
    }
    return params->overshoot * fmax(wanted, missing);
}

/* The day from which an option saves, in proportion to what is left of the year. */
static double first_day(const pb_option *option, double failed_day)
{
    return option->earliest == PB_NO_DATE ? failed_day : fmax(failed_day, option->earliest);
}

/* What an option takes from the towns in each year, all funds; nothing if they are not followed. */
static bool cuts_towns(const pb_plan_b *plan, const pb_option *option, double day, double *cut)
{
    for (int year = 0; year < PB_YEARS; year++) {
        cut[year] = option->amount_musd[year] * pb_share_of_year_after(&plan->years, year, day);
    }
    return plan->municipal->on && option->option_class == PB_CLASS_MUNICIPAL_AID;
}

static void take_option(const pb_plan_b *plan, pb_rows z, int o, size_t lane, double failed_day,
                        choice *c)
{
    const pb_option *option = &plan->params->option[o];
    const double day = first_day(option, failed_day);
    const double realised = realised_share(plan, z, o, lane);
    double cut[PB_YEARS];
    c->passed |= UINT64_C(1) << o;
    c->excluded |= option->excludes;
    for (int year = 0; year < PB_YEARS; year++) {
        const double booked = option->amount_musd[year] * option->fund_share[year]
                              * pb_share_of_year_after(&plan->years, year, day);
        c->booked[year] += booked;
        c->options[year] += booked;
        c->by_option[o][year] = booked * realised;
        c->realised[year] += booked * realised;
    }
    if (cuts_towns(plan, option, day, cut)) {
        pb_municipal_add(plan->municipal, cut, realised, day, &c->towns);
    }
}

/* Whether an option fits what has been taken before it. Two options exclude each other whichever
 * of them says so. */
static bool is_open(const pb_plan_b *plan, int o, double failed_day, const choice *c)
{
    const pb_option *option = &plan->params->option[o];
    double cut[PB_YEARS];
    if ((option->needs & ~c->passed) != 0 || (option->excludes & c->passed) != 0
        || (c->excluded >> o & 1) != 0) {
        return false;
    }
    return !cuts_towns(plan, option, first_day(option, failed_day), cut)
           || pb_municipal_allows(plan->municipal, &c->towns, cut);
}

static void choose_options(const pb_plan_b *plan, pb_rows z, size_t lane, double failed_day,
                           choice *c)
{
    for (int i = 0; i < plan->params->n_options && !covered(c); i++) {
        const int o = plan->order[i];
        if (is_open(plan, o, failed_day, c) && would_pass(plan, z, o, lane)) {
            take_option(plan, z, o, lane, failed_day, c);
        }
    }
}

/* Notices that would close what the menu left open in either year, by their planned saving. */
static double replacement_notices(const pb_plan_b *plan, const choice *c, double failed_day)
{
    const double room = (double)(plan->params->notices_cap - plan->layoffs->params->notices);
    double notices = 0.0;
    if (!plan->params->replace_with_layoffs) {
        return 0.0;
    }
    for (int year = 0; year < PB_YEARS; year++) {
        const double missing = c->needed[year] - c->booked[year];
        const double each = pb_saving_per_replacement(plan->layoffs, year, failed_day);
        if (missing > 0.0 && each > 0.0) {
            notices = fmax(notices, ceil(missing / each));
        }
    }
    return fmax(0.0, fmin(notices, room));
}

static void store(const pb_plan_b *plan, const choice *c, size_t lane, pb_workings *w,
                  pb_outcomes *out)
{
    for (size_t year = 0; year < PB_YEARS; year++) {
        w->booked_plan_b[year][lane] = c->options[year];
        out->plan_b[(PB_BRANCH_DEAL * PB_YEARS + year) * PB_LANES + lane] = 0.0;
        out->plan_b[(PB_BRANCH_NO_DEAL * PB_YEARS + year) * PB_LANES + lane] = c->realised[year];
    }
    for (size_t o = 0; o < (size_t)plan->params->n_options; o++) {
        out->option_passed[o * PB_LANES + lane] = c->passed >> o & 1;
        for (size_t year = 0; year < PB_YEARS; year++) {
            out->plan_b_by_option[(o * PB_YEARS + year) * PB_LANES + lane] = c->by_option[o][year];
        }
    }
}

static void simulate_lane(const pb_plan_b *plan, pb_rows z, size_t lane,
                          const double (*shortfall)[PB_LANES], pb_workings *w, pb_outcomes *out)
{
    const double failed_day = w->failed_day[lane];
    const double planned = (double)plan->layoffs->params->notices;
    choice c = {0};

    for (int year = 0; year < PB_YEARS; year++) {
        c.needed[year] = needed_musd(plan->params, out->target[(size_t)year * PB_LANES + lane],
                                     shortfall[year][lane]);
        c.booked[year] = pb_planned_saving_musd(plan->layoffs, year, failed_day, planned);
    }
    choose_options(plan, z, lane, failed_day, &c);
    w->notices[lane] = planned + replacement_notices(plan, &c, failed_day);
    for (int year = 0; year < PB_YEARS; year++) {
        w->booked_layoffs[year][lane] =
            pb_planned_saving_musd(plan->layoffs, year, failed_day, w->notices[lane]);
    }
    store(plan, &c, lane, w, out);
    pb_municipal_store(plan->municipal, &c.towns, lane, w);
}

/* The menu with the parameters of one draw, the layoffs and the towns beside it. */
typedef struct plan_in_draw {
    pb_plan_b plan;
    pb_plan_b_params params;
    pb_layoffs_in_draw layoffs;
    pb_municipal_in_draw municipal;
} plan_in_draw;

static const pb_plan_b *in_draw(const pb_plan_b *plan, pb_lane at, plan_in_draw *own)
{
    if (at.uncertain == NULL) {
        return plan;
    }
    own->plan = *plan;
    own->plan.params = pb_params_in_draw(at, plan->params, sizeof own->params, &own->params);
    own->plan.layoffs = pb_layoffs_of_draw(plan->layoffs, at, &own->layoffs);
    own->plan.municipal = pb_municipal_of_draw(plan->municipal, at, &own->municipal);
    for (int o = 0; o < plan->params->n_options; o++) {
        if (pb_is_uncertain(at.uncertain, &plan->params->option[o].p_pass)) {
            own->plan.threshold[o] = passage_threshold(own->plan.params->option[o].p_pass);
        }
    }
    return &own->plan;
}

void pb_plan_b_simulate(const pb_plan_b *plan, pb_rows z, const double (*shortfall)[PB_LANES],
                        pb_workings *w, pb_outcomes *out)
{
    plan_in_draw room;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {plan->uncertain, z, lane};
        simulate_lane(in_draw(plan, at, &room), z, lane, shortfall, w, out);
    }
}
