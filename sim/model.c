/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model.h"

#include "models/parameter.h"
#include "params/text.h"
#include "results/shape.h"

#include <stdlib.h>

/* When the first year's revenue is estimated anew; the law's dates where nothing is revised. */
static void set_estimate_dates(const pb_scenario *s, const pb_revenue *revenue, pb_date *date)
{
    pb_midyear_dates(s->dates.fy_start, date);
    for (int t = 0; t < PB_N_REVISIONS && revenue->revisions.on; t++) {
        date[t] = s->revenue.revisions.date[t + 1]; /* the first is by the deadline */
    }
}

static void compile_budget(const pb_scenario *s, const pb_fiscal_years *years, pb_model *m)
{
    pb_inputs *inputs = &m->inputs;
    pb_date estimates[PB_N_REVISIONS];
    set_estimate_dates(s, &m->revenue, estimates);
    pb_savings_compile(&s->savings, years, inputs, &m->savings);
    pb_layoffs_compile(&s->layoffs, years, s->dates.notice_first, inputs, &m->layoffs);
    pb_municipal_compile(&s->municipal, s->dates.local_budgets_set, inputs, &m->municipal);
    pb_plan_b_compile(&s->plan_b, &m->layoffs, &m->municipal, years, inputs, &m->plan_b);
    pb_midyear_compile(&s->rescission, &s->budget.appropriations_musd[0], estimates, &m->municipal,
                       years, inputs, &m->midyear);
    pb_budget_compile(&s->budget, &m->savings, &m->plan_b, &m->layoffs, &m->midyear,
                      s->dates.deadline, inputs, &m->budget);
}

static pb_status compile(const pb_scenario *s, pb_model *m, pb_error *err)
{
    const pb_fiscal_years years = pb_fiscal_years_from(s->dates.fy_start);
    pb_inputs *inputs = &m->inputs;

    m->shape = pb_shape_of(s);
    pb_inputs_add_parameters(inputs, &s->parameters, s, sizeof *s);
    const pb_status status = pb_ratification_compile(&s->vote, &s->coalition, s->round, s->n_rounds,
                                                     &s->evidence, inputs, &m->ratification, err);
    if (status != PB_OK) {
        return status;
    }
    pb_talks_compile(&s->talks, &s->dates, s->as_of, s->run.timeline, inputs, &m->talks);
    pb_timeline_compile(&m->talks, s->timing, s->n_rounds, &s->legislature, s->coalition.n_units,
                        inputs, &m->timeline);
    pb_revenue_compile(&s->revenue, &years, inputs, &m->revenue);
    compile_budget(s, &years, m);
    return pb_inputs_check(inputs, err);
}

static pb_status make_sobol(const pb_scenario *scenario, pb_model *model, pb_error *err)
{
    model->sobol = calloc(1, sizeof *model->sobol);
    if (model->sobol == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the Sobol points");
    }
    if (scenario->run.draws > PB_SOBOL_MOST_DRAWS
        || scenario->run.max_draws > PB_SOBOL_MOST_DRAWS) {
        return pb_fail(err, PB_DATA, "sampling sobol makes at most %lld draws; use random",
                       (long long)PB_SOBOL_MOST_DRAWS);
    }
    return pb_sobol_init(&model->inputs, scenario->run.seed, model->sobol, err);
}

pb_status pb_model_make(const pb_scenario *scenario, pb_model **model, pb_error *err)
{
    pb_model *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the model");
    }
    pb_status status = compile(scenario, made, err);
    if (status == PB_OK && scenario->run.sampling == PB_SAMPLING_SOBOL) {
        status = make_sobol(scenario, made, err);
    }
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
        pb_ratification_free(&model->ratification);
        if (model->sobol != NULL) {
            pb_sobol_free(model->sobol);
        }
        free(model->sobol);
        pb_inputs_free(&model->inputs);
        free(model);
    }
}

pb_status pb_model_kernels(const pb_kernels **kernels, pb_error *err)
{
    const char *asked = getenv("PLANB_ISA");
    *kernels = pb_kernels_get();
    return *kernels != NULL
               ? PB_OK
               : pb_fail(err, PB_USAGE, "PLANB_ISA=%s is not available on this processor",
                         asked == NULL ? "" : pb_show(asked).text);
}

pb_status pb_model_series(const pb_model *model, const pb_scenario *scenario, pb_series_list *list,
                          pb_error *err)
{
    const bool exact[PB_ROUNDS] = {model->ratification.how[0] == PB_DIAGRAM_BUILT,
                                   model->ratification.how[1] == PB_DIAGRAM_BUILT};
    return pb_series_list_make(scenario, exact, list, err);
}

void pb_model_simulate(const pb_model *model, const pb_kernels *kernels, pb_rows z,
                       pb_outcomes *out, pb_workings *w)
{
    pb_ratification_simulate(&model->ratification, kernels, z, out, w);
    pb_timeline_simulate(&model->timeline, z, out, w);
    pb_revenue_simulate(&model->revenue, kernels, z, out, w);
    pb_budget_simulate(&model->budget, kernels, z, out, w);
    pb_parameters_store(&model->inputs, kernels, z, out);
}
