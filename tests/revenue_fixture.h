/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_REVENUE_FIXTURE_H
#define PLANB_TESTS_REVENUE_FIXTURE_H

/** What the tests of revenue share: three streams, their simulated log errors and regimes. */

#include "models/revenue.h"
#include "tests/fixture.h"
#include "tests/moments.h"

enum { N_BATCHES = 4096, N = N_BATCHES * PB_LANES, N_STREAMS = 3 };

static pb_revenue_params params;
static pb_revenue revenue;
static batch b;
static double e[PB_YEARS][N_STREAMS][N];
static uint8_t regime[PB_YEARS][N];

static const double SD[N_STREAMS] = {0.072, 0.035, 0.08};
static const double RATIO[N_STREAMS] = {1.0, 0.8, 1.5};
static const double CORRELATION[N_STREAMS][N_STREAMS] = {
    {1.0, 0.5, -0.3}, {0.5, 1.0, 0.2}, {-0.3, 0.2, 1.0}};

/* Income tax, sales tax and refunds; normal, no recessions, median read as the baseline. */
static inline void three_streams(void)
{
    params = (pb_revenue_params){
        .n_streams = N_STREAMS,
        .stream = {{.id = "income", .baseline_musd = {8661.0, 8554.0}, .made_on = PB_NO_DATE},
                   {.id = "sales", .baseline_musd = {3500.0, 3750.0}, .made_on = PB_NO_DATE},
                   {.id = "refunds", .baseline_musd = {-968.7, -980.0}, .made_on = PB_NO_DATE}},
        .df = INFINITY,
        .error_cap = 1.0,
    };
    for (int s = 0; s < N_STREAMS; s++) {
        params.stream[s].sd = SD[s];
        params.stream[s].second_year_ratio = RATIO[s];
        memcpy(params.correlation[s], CORRELATION[s], sizeof CORRELATION[s]);
    }
}

static inline void add_regimes(void)
{
    static const double NORMAL[] = {0.025, 0.007, 0.057}, RECESSION[] = {-0.082, -0.036, -0.167};
    params.p_recession_first = 0.11;
    params.p_recession_persists = 0.30;
    params.p_recession_enters = 0.09;
    for (int s = 0; s < N_STREAMS; s++) {
        params.stream[s].shift_normal = NORMAL[s];
        params.stream[s].shift_recession = RECESSION[s];
    }
}

static inline void open_revenue(void)
{
    const pb_fiscal_years years = pb_fiscal_years_from(day(2011, 7, 1));
    const pb_shape shape = {
        .extent = {[PB_AXIS_NONE] = 1, [PB_AXIS_YEAR] = PB_YEARS, [PB_AXIS_STREAM] = N_STREAMS}};
    pb_revenue_compile(&params, &years, &b.inputs, &revenue);
    batch_open(&b, &shape);
}

static inline double musd(int s, int year, size_t lane)
{
    return b.out.stream_revenue[(size_t)(s * PB_YEARS + year) * PB_LANES + lane];
}

static inline void simulate(size_t index)
{
    batch_fill(&b, index);
    pb_revenue_simulate(&revenue, kernels(), rows_of(&b), &b.out, b.w);
}

/* Fills e and regime. */
static inline void simulate_errors(void)
{
    open_revenue();
    for (size_t i = 0; i < N_BATCHES; i++) {
        simulate(i);
        for (int year = 0; year < PB_YEARS; year++) {
            memcpy(&regime[year][i * PB_LANES], &b.out.recession[year * PB_LANES], PB_LANES);
            for (int s = 0; s < N_STREAMS; s++) {
                for (size_t lane = 0; lane < PB_LANES; lane++) {
                    e[year][s][i * PB_LANES + lane] =
                        log(musd(s, year, lane) / params.stream[s].baseline_musd[year]);
                }
            }
        }
    }
    batch_close(&b);
}

#endif
