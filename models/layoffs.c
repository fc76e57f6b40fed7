/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/layoffs.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const double USD_PER_MUSD = 1e6;

/* Pay without fringe benefits: $6,000 for 177 hours of leave (DAY16) is about $66,000 for a year
 * of 37.5 hours a week, 0.69 of the gross of $95,500, and the laid-off earn less. Judgement. */
static const double PAY_OF_GROSS = 2.0 / 3.0;

void pb_layoffs_compile(const pb_layoff_params *params, const pb_fiscal_years *years,
                        pb_date notice_first, pb_inputs *inputs, pb_layoffs *layoffs)
{
    memset(layoffs, 0, sizeof *layoffs);
    layoffs->params = params;
    layoffs->uncertain = inputs->uncertain;
    layoffs->years = *years;
    layoffs->notice_first = notice_first;
    layoffs->notice_weeks =
        pb_inputs_add_quantity(inputs, PB_FOR_NOTICE_WEEKS, 0, "", &params->notice_weeks);
    layoffs->bumping_delay_weeks =
        pb_inputs_add_quantity(inputs, PB_FOR_BUMPING_DELAY, 0, "", &params->bumping_delay_weeks);
    layoffs->planned_delay_days = 7.0
                                  * (pb_quantity_modal(&params->notice_weeks)
                                     + pb_quantity_modal(&params->bumping_delay_weeks));
}

const pb_layoffs *pb_layoffs_of_draw(const pb_layoffs *layoffs, pb_lane at, pb_layoffs_in_draw *own)
{
    if (at.uncertain == NULL) {
        return layoffs;
    }
    own->layoffs = *layoffs;
    own->layoffs.params = pb_params_in_draw(at, layoffs->params, sizeof own->params, &own->params);
    return &own->layoffs;
}

double pb_layoffs_decision_day(const pb_layoffs *layoffs, double failed_day)
{
    return layoffs->params->decided == PB_NO_DATE ? failed_day + 1.0 : layoffs->params->decided;
}

/* The first notices follow the decision, and never stand before the first day allowed. */
static double first_notice_day(const pb_layoffs *layoffs, double decision_day)
{
    return fmax(decision_day + layoffs->params->lead_days, layoffs->notice_first);
}

/* Notices decided together. */
typedef struct wave {
    double notices;
    double issued_day; /**< of its first batch */
    bool planned;      /**< or in place of options that did not pass: the deal has failed by then */
} wave;

/* Notices beyond the plan are decided when the deal has failed, so they may be a wave of their
 * own, later than the plan's. */
static int waves_of(const pb_layoffs *layoffs, double notices, double failed_day, wave *waves)
{
    const double decided = pb_layoffs_decision_day(layoffs, failed_day);
    const double planned = (double)layoffs->params->notices;
    waves[0] = (wave){notices, first_notice_day(layoffs, decided), true};
    if (notices <= planned || decided >= failed_day + 1.0) {
        return 1;
    }
    waves[0].notices = planned;
    waves[1] = (wave){notices - planned, first_notice_day(layoffs, failed_day + 1.0), false};
    return 2;
}

/* ---- money of positions separated on one day ---- */

/* Pay that is saved is pay that is no longer taxed. */
static double gross_saving_musd(const pb_layoffs *layoffs, int year, double positions, double day)
{
    const pb_layoff_params *p = layoffs->params;
    const double untaxed = 1.0 - p->income_tax_loss * PAY_OF_GROSS;
    return positions * p->gross_per_position_usd * p->bumping * untaxed
           * pb_share_of_year_after(&layoffs->years, year, day) / USD_PER_MUSD;
}

/* Payouts and unemployment benefits, booked in the fiscal year of the separation; a separation
 * before the biennium falls into its first year. */
static double separation_cost_musd(const pb_layoffs *layoffs, int year, double positions,
                                   double day)
{
    const pb_layoff_params *p = layoffs->params;
    const bool in_year =
        day < layoffs->years.start[year + 1] && (year == 0 || day >= layoffs->years.start[year]);
    const double unemployed = positions * (1.0 - p->voluntary_share);
    return in_year ? (positions * p->payout_usd + unemployed * p->unemployment_usd) / USD_PER_MUSD
                   : 0.0;
}

/* What a notice of a wave that begins on `issued_day` is planned to save net. */
static double saving_per_notice(const pb_layoffs *layoffs, int year, double issued_day)
{
    const pb_layoff_params *p = layoffs->params;
    double sum = 0.0;
    for (int b = 0; b < p->n_batches; b++) {
        const double positions = p->batch[b].share * (1.0 - p->rescinded_share);
        const double day = issued_day + p->batch[b].after_days + layoffs->planned_delay_days;
        sum += gross_saving_musd(layoffs, year, positions, day)
               - separation_cost_musd(layoffs, year, positions, day);
    }
    return sum;
}

double pb_planned_saving_musd(const pb_layoffs *layoffs, int year, double failed_day,
                              double notices)
{
    wave waves[2];
    const int n = waves_of(layoffs, notices, failed_day, waves);
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        sum += waves[i].notices * saving_per_notice(layoffs, year, waves[i].issued_day);
    }
    return sum;
}

double pb_saving_per_replacement(const pb_layoffs *layoffs, int year, double failed_day)
{
    wave waves[2];
    const double one_more = (double)layoffs->params->notices + 1.0;
    const int n = waves_of(layoffs, one_more, failed_day, waves);
    return saving_per_notice(layoffs, year, waves[n - 1].issued_day);
}

/* ---- one batch of notices in one lane ---- */

/* What happens to a batch: when it is issued and effective, and until when it saves. */
typedef struct fate {
    double notices;   /**< issued */
    double positions; /**< separated, if before the horizon */
    double separated_day;
    double rehired_share, rehired_day;
} fate;

static fate without_deal(const pb_layoffs *layoffs, double notices, double separated_day)
{
    return (fate){.notices = notices,
                  .positions = notices * (1.0 - layoffs->params->rescinded_share),
                  .separated_day = separated_day};
}

/* A deal stops notices not yet issued, withdraws most of those not yet effective and brings
 * most of the separated back. With a deal in round 1 nothing has failed: only notices decided
 * on a date of their own exist. */
static fate with_deal(const pb_layoffs *layoffs, double notices, double issued_day,
                      double separated_day, bool ordered, double in_force_day)
{
    const pb_layoff_params *p = layoffs->params;
    if (!ordered || issued_day >= in_force_day) {
        return (fate){.separated_day = separated_day};
    }
    fate end = without_deal(layoffs, notices, separated_day);
    if (separated_day >= in_force_day) {
        end.positions *= 1.0 - p->withdrawn_by_deal;
    } else {
        end.rehired_share = p->rehired_by_deal;
        end.rehired_day = in_force_day;
    }
    return end;
}

/* A branch's sums over batches in one lane. */
typedef struct tally {
    double notices, positions;
    double saving[PB_YEARS], cost[PB_YEARS];
} tally;

static void add_fate(const pb_layoffs *layoffs, const fate *end, tally *sum)
{
    sum->notices += end->notices;
    if (end->separated_day < layoffs->years.start[PB_YEARS]) {
        sum->positions += end->positions;
    }
    for (int year = 0; year < PB_YEARS; year++) {
        const double back = end->positions * end->rehired_share;
        sum->saving[year] += gross_saving_musd(layoffs, year, end->positions, end->separated_day)
                             - gross_saving_musd(layoffs, year, back, end->rehired_day);
        sum->cost[year] += separation_cost_musd(layoffs, year, end->positions, end->separated_day);
    }
}

static void store(const tally *sum, int branch, size_t lane, pb_outcomes *out)
{
    const size_t at = (size_t)branch * PB_LANES + lane;
    out->notices[at] = (int32_t)floor(sum->notices + 0.5);
    out->layoffs[at] = (int32_t)floor(sum->positions + 0.5);
    for (size_t year = 0; year < PB_YEARS; year++) {
        const size_t in_year = ((size_t)branch * PB_YEARS + year) * PB_LANES + lane;
        out->layoff_savings[in_year] = sum->saving[year];
        out->separation_cost[in_year] = sum->cost[year];
    }
}

/* Adds a wave to both branches. */
static void add_wave(const pb_layoffs *layoffs, const wave *ordered, double delay, size_t lane,
                     const pb_workings *w, tally *sum)
{
    const pb_layoff_params *p = layoffs->params;
    const bool rejected_once = w->deal_round[lane] > 0;
    const bool with_round_1 = ordered->planned && p->decided != PB_NO_DATE;
    /* Replacements are part of the plan that follows a rejection. */
    const double known =
        rejected_once ? ordered->notices : fmin(ordered->notices, (double)p->notices);
    const bool exists = rejected_once || with_round_1;
    const double exposed = exists ? w->exposed[w->deal_round[lane]][lane] : 0.0;
    for (int b = 0; b < p->n_batches; b++) {
        const double share = p->batch[b].share;
        const double issued = ordered->issued_day + p->batch[b].after_days;
        const fate no_deal = without_deal(layoffs, ordered->notices * share, issued + delay);
        const fate deal = with_deal(layoffs, known * share * (1.0 - exposed), issued,
                                    issued + delay, exists, w->in_force_day[lane]);
        add_fate(layoffs, &no_deal, &sum[PB_BRANCH_NO_DEAL]);
        add_fate(layoffs, &deal, &sum[PB_BRANCH_DEAL]);
        if (exposed > 0.0) { /* the deal does not protect them */
            const fate refused = without_deal(layoffs, known * share * exposed, issued + delay);
            add_fate(layoffs, &refused, &sum[PB_BRANCH_DEAL]);
        }
    }
}

static void simulate_lane(const pb_layoffs *layoffs, pb_rows z, size_t lane, const pb_workings *w,
                          pb_outcomes *out)
{
    const double delay = 7.0
                         * (pb_value_at(&layoffs->notice_weeks, z, lane)
                            + pb_value_at(&layoffs->bumping_delay_weeks, z, lane));
    tally sum[PB_BRANCHES];
    wave waves[2];
    const int n = waves_of(layoffs, w->notices[lane], w->failed_day[lane], waves);
    memset(sum, 0, sizeof sum);
    for (int i = 0; i < n; i++) {
        add_wave(layoffs, &waves[i], delay, lane, w, sum);
    }
    store(&sum[PB_BRANCH_DEAL], PB_BRANCH_DEAL, lane, out);
    store(&sum[PB_BRANCH_NO_DEAL], PB_BRANCH_NO_DEAL, lane, out);
}

void pb_layoffs_simulate(const pb_layoffs *layoffs, pb_rows z, const pb_workings *w,
                         pb_outcomes *out)
{
    pb_layoffs_in_draw room;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {layoffs->uncertain, z, lane};
        simulate_lane(pb_layoffs_of_draw(layoffs, at, &room), z, lane, w, out);
    }
}
