/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A limit set by `ulimit -v`: tests/bad/commands.txt. */
#include "sim/memory.h"

#include "params/load.h"
#include "sim/batch.h"
#include "sim/sampler.h"

#include <criterion/criterion.h>
#include <malloc.h>
#include <string.h>

enum { MEGABYTE = 1000000 };

Test(memory, some_is_available_and_that_much_may_be_asked_for)
{
    pb_error err = {0};
    const uint64_t available = pb_memory_available();
    cr_assert_gt(available, MEGABYTE);
    cr_expect_eq(pb_memory_check(MEGABYTE, "", &err), PB_OK, "%s", err.text);
}

Test(memory, more_than_there_is_is_refused_with_both_numbers)
{
    pb_error err = {0};
    cr_expect_eq(pb_memory_check(UINT64_MAX / 2, "take less", &err), PB_INTERNAL);
    cr_expect_not_null(strstr(err.text, "needs 9223372036855 MB of memory"), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "MB are available: take less"), "%s", err.text);
}

/* ---- what a run is said to take is what it takes ---- */

/* A model of the bundled example. */
typedef struct made {
    pb_loaded loaded;
    pb_model *model;
    pb_series_list list;
} made;

static made make(void)
{
    made m = {0};
    pb_error err = {0};
    cr_assert_eq(pb_load_scenario(PLANB_SOURCE "/params/generic.yaml", NULL, 0, stderr, &m.loaded),
                 PB_OK);
    cr_assert_eq(pb_model_make(m.loaded.scenario, &m.model, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_model_series(m.model, m.loaded.scenario, &m.list, &err), PB_OK);
    return m;
}

static void unmake(made *m)
{
    pb_series_list_free(&m->list);
    pb_model_free(m->model);
    pb_loaded_free(&m->loaded);
}

/* Whether blocks with `usable` bytes are what one asks for to get `bytes`: up to whole pages. */
static void expect_about(size_t bytes, size_t usable, int n_blocks)
{
    cr_expect(bytes <= usable && usable <= bytes + (size_t)n_blocks * 8192, "%zu said, %zu taken",
              bytes, usable);
}

Test(memory, of_statistics_is_predicted)
{
    made m = make();
    pb_statistics s;
    pb_error err = {0};
    cr_assert_eq(pb_statistics_init(&m.list, &s, &err), PB_OK);
    expect_about(pb_statistics_bytes(&m.list),
                 malloc_usable_size(s.block) + malloc_usable_size(s.sums)
                     + malloc_usable_size(s.marks) + malloc_usable_size(s.marks_of)
                     + malloc_usable_size(s.histogram),
                 5);
    pb_statistics_free(&s);
    unmake(&m);
}

Test(memory, of_a_batch_is_predicted)
{
    made m = make();
    pb_batch b;
    pb_error err = {0};
    const pb_model *model = m.model;
    cr_assert_eq(pb_batch_init(&model->inputs, &model->ratification, &model->shape, &b, &err),
                 PB_OK);
    expect_about(pb_batch_bytes(&model->inputs, &model->ratification, &model->shape),
                 malloc_usable_size(b.rows) + malloc_usable_size(b.workings)
                     + malloc_usable_size(b.workings->diagram)
                     + malloc_usable_size(pb_column_values(&b.out, &PB_COLUMNS[0])),
                 4);
    pb_batch_free(&b);
    unmake(&m);
}

Test(memory, of_a_run_is_that_of_its_threads_and_of_two_spans_of_draws)
{
    made m = make();
    const pb_model *model = m.model;
    const uint64_t each = pb_batch_bytes(&model->inputs, &model->ratification, &model->shape)
                          + pb_statistics_bytes(&m.list);
    const pb_job none = {.model = model, .keep = PB_KEEP_NONE, .threads = 3};
    const pb_job draws = {.model = model, .keep = PB_KEEP_UNITS, .threads = 1};
    const pb_job inputs = {.model = model, .keep = PB_KEEP_INPUTS, .threads = 1};
    cr_expect_eq(pb_sample_bytes(&none, &m.list), 3 * each);
    cr_expect_gt(pb_sample_bytes(&draws, &m.list), each);
    cr_expect_eq(pb_sample_bytes(&inputs, &m.list) - pb_sample_bytes(&draws, &m.list),
                 2 * PB_SPAN * model->inputs.n * sizeof(double));
    unmake(&m);
}
