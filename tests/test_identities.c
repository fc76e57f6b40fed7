/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must hold in every draw (models/identities.h), over a million of them: every mechanism on,
 * the bundled scenarios, and a plan that is hard pressed. Each rule is also shown to notice what it
 * is there for.
 */
#include "models/identities.h"
#include "params/load.h"
#include "sim/batch.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static pb_loaded loaded;
static pb_model *model;
static pb_batch batch;

static void open_scenario(const char *name, const char *const *changes, size_t n_changes)
{
    char path[512];
    pb_error err = {0};
    snprintf(path, sizeof path, PLANB_SOURCE "/%s.yaml", name);
    cr_assert_eq(pb_load_scenario(path, changes, n_changes, NULL, &loaded), PB_OK, "%s", name);
    loaded.scenario->run.sampling = PB_SAMPLING_RANDOM;
    cr_assert_eq(pb_model_make(loaded.scenario, &model, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_batch_init(&model->inputs, &model->ratification, &model->shape, &batch, &err),
                 PB_OK);
}

static void close_scenario(void)
{
    pb_batch_free(&batch);
    pb_model_free(model);
    pb_loaded_free(&loaded);
}

static void simulate(size_t i)
{
    pb_batch_simulate(model, pb_kernels_get(), loaded.scenario->run.seed, (int64_t)i * PB_LANES,
                      &batch);
}

static const char *broken_in(size_t lane)
{
    const pb_lane at = {model->inputs.uncertain, (pb_rows)batch.rows, lane};
    pb_budget_in_draw room;
    return pb_broken_identity(pb_budget_of_draw(&model->budget, at, &room), &batch.out,
                              batch.workings, lane);
}

/* The streams' revenues are the year's. */
static double streams_apart(size_t lane)
{
    double worst = 0.0;
    for (size_t year = 0; year < PB_YEARS; year++) {
        double sum = batch.out.revenue[year * PB_LANES + lane];
        for (size_t s = 0; s < (size_t)loaded.scenario->revenue.n_streams; s++) {
            sum -= batch.out.stream_revenue[(s * PB_YEARS + year) * PB_LANES + lane];
        }
        worst = fmax(worst, fabs(sum));
    }
    return worst;
}

static void expect_identities(const char *name, const char *const *changes, size_t n_changes,
                              size_t n_batches)
{
    open_scenario(name, changes, n_changes);
    for (size_t i = 0; i < n_batches; i++) {
        simulate(i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const char *broken = broken_in(lane);
            cr_assert_null(broken, "%s, draw %zu: %s", name, i * PB_LANES + lane, broken);
            cr_assert(streams_apart(lane) < 1e-8, "%s: streams do not add up", name);
        }
    }
    close_scenario();
}

/* 2^20 draws; fewer in builds that assert the same after every batch, which are slow. */
#ifdef NDEBUG
enum { A_MILLION = 4096 };
#else
enum { A_MILLION = 128 };
#endif

Test(identities, hold_in_a_million_draws_with_every_mechanism_on)
{
    expect_identities("tests/everything", NULL, 0, A_MILLION);
}

Test(identities, hold_where_the_plan_and_the_towns_are_hard_pressed)
{
    static const char *const CHANGES[] = {
        "budget.target=[300, 300]",    "plan_b[towns].p_pass=1", "plan_b[roads].p_pass=1",
        "revenue.streams[tax].sd=0.3", "budget.lapse=[3, 4]",    "budget.other=[-7, 5]",
        "budget.opening_deficit=20",   "budget.carry_share=0.5",
    };
    expect_identities("tests/everything", CHANGES, sizeof CHANGES / sizeof CHANGES[0],
                      A_MILLION / 8);
}

Test(identities, hold_in_the_bundled_scenarios)
{
    static const char *const NAMES[] = {"params/ct2011-03-02", "params/ct2011-05-04",
                                        "params/ct2011-05-11", "params/ct2011",
                                        "params/ct2011-06-28", "params/ct2017-05-12"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        expect_identities(NAMES[i], NULL, 0, A_MILLION / 64);
    }
}

/* ---- each rule notices ---- */

enum { LANE = 17 };

/* What `value` is increased by, and what is then said of LANE; NULL: nothing. */
static const char *said_after(double *value, double by)
{
    const double before = *value;
    *value += by;
    const char *broken = broken_in(LANE);
    *value = before;
    return broken;
}

static void expect_said(const char *broken, const char *words)
{
    cr_expect(broken != NULL && strstr(broken, words) != NULL, "'%s' is not about '%s'",
              broken == NULL ? "nothing" : broken, words);
}

static double *at(double *column, size_t branch, size_t year)
{
    return &column[(branch * PB_YEARS + year) * PB_LANES + LANE];
}

Test(identities, a_cent_that_is_missing_is_noticed)
{
    open_scenario("tests/everything", NULL, 0);
    simulate(0);
    cr_assert_null(broken_in(LANE));
    expect_said(said_after(at(batch.out.mitigation, PB_BRANCH_DEAL, 0), 1e-7), "sum of its terms");
    expect_said(said_after(&batch.out.revenue[PB_LANES + LANE], 1e-7), "sum of its terms");
    expect_said(said_after(at(batch.out.savings_by_component, 1, 1), 1e-7), "add up");
    expect_said(said_after(at(batch.out.plan_b_by_option, 2, 0), -1e-7), "add up");
    expect_said(said_after(at(batch.out.carry, PB_BRANCH_NO_DEAL, 1), 1e-7), "carried in");
    expect_said(said_after(at(batch.out.balance_by_branch, PB_BRANCH_DEAL, 0), 1e-7), "carried in");
    expect_said(said_after(&batch.out.balance[LANE], 1e-7), "of its branch");
    expect_said(said_after(&batch.workings->town_cut[PB_BRANCH_NO_DEAL][LANE], 31.0), "its cap");
    close_scenario();
}

Test(identities, limits_that_are_passed_are_noticed)
{
    open_scenario("tests/everything", NULL, 0);
    simulate(0);
    float *reserve = &batch.out.reserve_end[PB_LANES + LANE], kept = *reserve;
    *reserve = -0.01f;
    expect_said(said_after(&batch.out.balance[LANE], 0.0), "reserve");
    *reserve = kept;
    batch.out.layoffs[LANE] = batch.out.notices[LANE] + 1;
    expect_said(said_after(&batch.out.balance[LANE], 0.0), "more layoffs");
    batch.out.layoffs[LANE] = batch.out.notices[LANE];
    /* 25 is the most that may be cut; the flow stays what it is */
    const double more = 25.1 - *at(batch.out.rescission, PB_BRANCH_DEAL, 0);
    *at(batch.out.mitigation, PB_BRANCH_DEAL, 0) -= more;
    expect_said(said_after(at(batch.out.rescission, PB_BRANCH_DEAL, 0), more), "above a cap");
    close_scenario();
}
