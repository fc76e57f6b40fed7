/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model.h"

#include "results/shape.h"

#include <stdlib.h>

static void compile(const pb_scenario *s, pb_model *m)
{
    const pb_fiscal_years years = pb_fiscal_years_from(s->dates.fy_start);
    pb_inputs *inputs = &m->inputs;

    m->shape = pb_shape_of(s);
    pb_ratification_compile(&s->vote, &s->coalition, s->round, s->n_rounds, inputs,
                            &m->ratification);
    pb_timeline_compile(&s->dates, s->timing, s->n_rounds, &s->legislature, s->coalition.n_units,
                        inputs, &m->timeline);
    pb_revenue_compile(&s->revenue, &years, inputs, &m->revenue);
    pb_savings_compile(&s->savings, &years, inputs, &m->savings);
    pb_layoffs_compile(&s->layoffs, &years, inputs, &m->layoffs);
    pb_plan_b_compile(&s->plan_b, &m->layoffs, &years, inputs, &m->plan_b);
    pb_budget_compile(&s->budget, &m->savings, &m->plan_b, &m->layoffs, s->dates.deadline, inputs,
                      &m->budget);
}

pb_status pb_model_make(const pb_scenario *scenario, pb_model **model, pb_error *err)
{
    pb_model *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the model");
    }
    compile(scenario, made);
    const pb_status status = pb_inputs_check(&made->inputs, err);
    if (status != PB_OK) {
        pb_model_free(made);
        return status;
    }
    *model = made;
    return PB_OK;
}

void pb_model_free(pb_model *model)
{
    if (model != NULL) {
        pb_inputs_free(&model->inputs);
        free(model);
    }
}

void pb_model_simulate(const pb_model *model, const pb_kernels *kernels, pb_rows z,
                       pb_outcomes *out, pb_workings *w)
{
    pb_ratification_simulate(&model->ratification, kernels, z, out, w);
    pb_timeline_simulate(&model->timeline, z, out, w);
    pb_revenue_simulate(&model->revenue, kernels, z, out);
    pb_budget_simulate(&model->budget, kernels, z, out, w);
}
