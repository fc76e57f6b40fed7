/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of a ratio of means under independent draws, against the delta method on the draws. */
#include "params/load.h"
#include "sim/batch.h"
#include "sim/sampler.h"

#include <criterion/criterion.h>
#include <math.h>

enum { DRAWS = 8192, UNION = 0 };

static double lost[DRAWS], failed[DRAWS];

/* What the share of lost deals is made of: 1 - P(ratified), and the part of it that the union's
 * yes would have won. */
static void take_draws(const pb_model *model, uint64_t seed)
{
    pb_batch batch;
    pb_error err = {0};
    cr_assert_eq(pb_batch_init(&model->inputs, &model->ratification, &model->shape, &batch, &err),
                 PB_OK, "%s", err.text);
    for (int64_t first = 0; first < DRAWS; first += PB_LANES) {
        pb_batch_simulate(model, pb_kernels_get(), seed, first, &batch);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            lost[first + (int64_t)lane] = batch.out.lost_deal[UNION * PB_LANES + lane];
            failed[first + (int64_t)lane] = 1.0 - batch.out.ratify_probability[lane];
        }
    }
    pb_batch_free(&batch);
}

static double mean_of(const double *x)
{
    double sum = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        sum += x[i];
    }
    return sum / DRAWS;
}

Test(ratio, its_error_under_independent_draws_is_the_delta_methods)
{
    static const char *const OVERRIDES[] = {"run.sampling=random", "run.draws=8192"};
    pb_loaded loaded;
    pb_model *model;
    pb_series_list list;
    pb_statistics statistics;
    pb_summary summary = {0};
    pb_error err = {0};
    cr_assert_eq(pb_load_scenario(PLANB_SOURCE "/params/generic.yaml", OVERRIDES, 2, NULL, &loaded),
                 PB_OK);
    cr_assert_eq(pb_model_make(loaded.scenario, &model, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_model_series(model, loaded.scenario, &list, &err), PB_OK);
    cr_assert_eq(pb_statistics_init(&list, &statistics, &err), PB_OK);
    const pb_job job = {
        .scenario = loaded.scenario, .model = model, .kernels = pb_kernels_get(), .threads = 2};
    cr_assert_eq(pb_sample(&job, &statistics, &err), PB_OK, "%s", err.text);
    pb_statistics_summarise(&statistics, PB_SAMPLING_RANDOM, &summary);
    const pb_entry *entry = pb_summary_find(&summary, "rounds/[0]/unions/%s/lost_deal_share",
                                            loaded.scenario->coalition.unions[UNION].id);
    cr_assert_not_null(entry);

    take_draws(model, loaded.scenario->run.seed);
    const double over = mean_of(failed), value = mean_of(lost) / over;
    double squares = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        squares += (lost[i] - value * failed[i]) * (lost[i] - value * failed[i]);
    }
    const double se = sqrt(squares / (DRAWS - 1.0) / DRAWS) / over;
    cr_expect(value > 0.05 && value < 0.95, "%g", value);
    cr_expect(fabs(entry->value - value) < 1e-9, "%.12g, not %.12g", entry->value, value);
    cr_expect(fabs(entry->se / se - 1.0) < 1e-6, "%.9g, not %.9g", entry->se, se);
    pb_summary_free(&summary);
    pb_statistics_free(&statistics);
    pb_series_list_free(&list);
    pb_model_free(model);
    pb_loaded_free(&loaded);
}
