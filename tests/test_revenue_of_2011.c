/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The revenue errors of the bundled scenario, from its files to the draws, against the tables they
 * come from (SPEC D.1-D.3), written out here once more: means, variances, correlations between
 * streams and between years, regimes. Moments are compared within 4.9 standard errors at 2^18
 * draws.
 */
#include "params/load.h"
#include "sim/batch.h"
#include "tests/moments.h"

#include <criterion/criterion.h>

#ifdef NDEBUG
enum { N_BATCHES = 512 };
#else
enum { N_BATCHES = 32 }; /* sanitizers are slow */
#endif
enum { N_STREAMS = 8, N = N_BATCHES * PB_LANES };

/* D.2, Connecticut; shifts of the regimes apart. */
static const struct {
    const char *id;
    double sd, gap;
} STREAM[N_STREAMS] = {
    {"personal_income", 0.072, 0.025 + 0.082},
    {"sales", 0.035, 0.007 + 0.036},
    {"corporate", 0.138, 0.057 + 0.167},
    {"other_taxes", 0.060, 0.0},
    {"refunds", 0.080, 0.0},
    {"other_revenue", 0.050, 0.0},
    {"federal", 0.030, 0.0},
    {"other_sources", 0.100, 0.0},
};

/* D.3; what is not in the table is uncorrelated. */
static const double CORRELATION[N_STREAMS][N_STREAMS] = {
    {1.00, 0.50, 0.45, 0.30, 0, 0.10, 0, 0},
    {0.50, 1.00, 0.40, 0.35, 0, 0.10, 0, 0},
    {0.45, 0.40, 1.00, 0.25, 0, 0.05, 0, 0},
    {0.30, 0.35, 0.25, 1.00, 0, 0.10, 0, 0},
    {0, 0, 0, 0, 1.00, 0, 0, 0},
    {0.10, 0.10, 0.05, 0.10, 0, 1.00, 0, 0},
    {0, 0, 0, 0, 0, 0, 1.00, 0},
    {0, 0, 0, 0, 0, 0, 0, 1.00},
};

/* D.1: P(R_1), P(R_2) = 0.11 x 0.30 + 0.89 x 0.09, and their covariance. */
static const double P[PB_YEARS] = {0.11, 0.1131};
static const double BOTH = 0.11 * 0.30 - 0.11 * 0.1131;

static double e[PB_YEARS][N_STREAMS][N];
static size_t recessions[PB_YEARS], both;

static void keep(const pb_batch *batch, size_t i)
{
    for (int year = 0; year < PB_YEARS; year++) {
        for (int s = 0; s < N_STREAMS; s++) {
            memcpy(&e[year][s][i * PB_LANES], batch->workings->log_error[year][s],
                   sizeof(double[PB_LANES]));
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        recessions[0] += batch->out.recession[lane];
        recessions[1] += batch->out.recession[PB_LANES + lane];
        both += batch->out.recession[lane] && batch->out.recession[PB_LANES + lane];
    }
}

static void simulate(void)
{
    pb_loaded loaded;
    pb_model *model = NULL;
    pb_batch batch;
    pb_error err = {0};
    cr_assert_eq(pb_load_scenario(PLANB_SOURCE "/params/ct2011.yaml", NULL, 0, NULL, &loaded),
                 PB_OK);
    loaded.scenario->run.sampling = PB_SAMPLING_RANDOM;
    cr_assert_eq(loaded.scenario->revenue.n_streams, N_STREAMS);
    for (int s = 0; s < N_STREAMS; s++) {
        cr_assert_str_eq(loaded.scenario->revenue.stream[s].id, STREAM[s].id);
    }
    cr_assert_eq(pb_model_make(loaded.scenario, &model, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_batch_init(&model->inputs, &model->ratification, &model->shape, &batch, &err),
                 PB_OK);
    for (size_t i = 0; i < N_BATCHES; i++) {
        pb_batch_simulate(model, pb_kernels_get(), 2011, (int64_t)i * PB_LANES, &batch);
        keep(&batch, i);
    }
    pb_batch_free(&batch);
    pb_model_free(model);
    pb_loaded_free(&loaded);
}

/* Errors of estimates of 4 May 2011: 424 days to the end of FY2012, (tau / 12)^0.55. */
static double horizon(void)
{
    return pow(424.0 / (365.25 / 12.0) / 12.0, 0.55);
}

/* cov(e_1s, e_1t); e_2 = e_1 + growth, whose own part has no horizon. */
static double first_year(int s, int t)
{
    const double h = horizon();
    return STREAM[s].sd * STREAM[t].sd * h * h * CORRELATION[s][t]
           + STREAM[s].gap * STREAM[t].gap * P[0] * (1.0 - P[0]);
}

static double across(int s, int t)
{
    return first_year(s, t) + STREAM[s].gap * STREAM[t].gap * BOTH;
}

static double second_year(int s, int t)
{
    return first_year(s, t) + 2.0 * STREAM[s].gap * STREAM[t].gap * BOTH
           + STREAM[s].sd * STREAM[t].sd * CORRELATION[s][t]
           + STREAM[s].gap * STREAM[t].gap * P[1] * (1.0 - P[1]);
}

Test(revenue_of_2011, errors_have_the_moments_of_their_tables)
{
    simulate();
    for (int s = 0; s < N_STREAMS; s++) {
        expect_mean(STREAM[s].id, e[0][s], N, 0.0);
        expect_mean(STREAM[s].id, e[1][s], N, 0.0);
        for (int t = s; t < N_STREAMS; t++) {
            char what[80];
            snprintf(what, sizeof what, "%s and %s", STREAM[s].id, STREAM[t].id);
            expect_covariance(what, e[0][s], 0.0, e[0][t], 0.0, N, first_year(s, t));
            expect_covariance(what, e[1][s], 0.0, e[1][t], 0.0, N, second_year(s, t));
            expect_covariance(what, e[0][s], 0.0, e[1][t], 0.0, N, across(s, t));
        }
    }
    expect_probability("recession in year 1", recessions[0], N, P[0]);
    expect_probability("recession in year 2", recessions[1], N, P[1]);
    expect_probability("in both", both, N, 0.11 * 0.30);
}
