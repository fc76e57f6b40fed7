/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which part of the spread comes from uncertain parameters, against models simple enough for a
 * pencil; and what else a run says of them.
 */
#include "models/identities.h"
#include "models/parameter.h"
#include "results/page.h"
#include "results/summarise.h"
#include "sim/batch.h"
#include "sim/sampler.h"
#include "sim/verify.h"
#include "tests/scenario_text.h"

#include <math.h>

enum { DRAWS = 65536 };

/*
 * Both years: balance = lapse + other - 1000 - spending error, and nothing else.
 *   lapse ~ U(980, 1040): mean 1010, variance 60^2 / 12 = 300
 *   other ~ N(0, 10): variance 100
 *   spending error: 0.01 x 1000 = 10: variance 100, not a parameter
 * So the balance has mean 10 and variance 500; 0.6 of it comes from lapse, 0.2 from other.
 *
 * One saving, in force all year and realised in full: A x B,
 *   A ~ U(80, 120): mean 100, variance 400 / 3;  B ~ U(0.5, 1): mean 0.75, variance 1 / 48
 *   variance of A B = 100^2 / 48 + 0.75^2 400 / 3 + 400 / 144 = 208.333 + 75 + 2.778 = 286.111
 * A alone 75 / 286.111, B alone 208.333 / 286.111; together less than 1 by their interaction.
 *
 * One union whose leaders approve with probability p ~ U(0.2, 0.8): P = 1/2, of the variance 1/4
 * of yes or no the parameter has 0.6^2 / 12 = 0.03: 0.12; and sd 0.1732 of the probability.
 */
#define BY_HAND                                                                    \
    "scenario: {name: hand, as_of: 2011-06-24}\n"                                  \
    "run: {draws: 65536, seed: 5}\n"                                               \
    "dates: {fy_start: 2011-07-01, deadline: 2011-07-01, agreement: 2011-05-27}\n" \
    "unions: [{id: A, aggregate: leaders, p_approve: {uniform: [0.2, 0.8]},\n"     \
    "          units: [{id: A-1, members: 5}]}]\n"                                 \
    "rules: {r: {unions_opposed: {at_most: 0}}}\n"                                 \
    "rounds: [{id: one, rule: r, vote_end: 2011-06-01}]\n"                         \
    "budget:\n"                                                                    \
    "  appropriations: [1000, 1000]\n"                                             \
    "  lapse: [{uniform: [980, 1040]}, 1010]\n"                                    \
    "  other: [{normal: {mean: 0, sd: 10}}, 0]\n"                                  \
    "  spending_error_sd: 0.01\n"                                                  \
    "  carry_share: 0\n"                                                           \
    "savings:\n"                                                                   \
    "  - {id: s, kind: soft, amount: [{uniform: [80, 120]}, 0], phase: full,\n"    \
    "     fund_share: [{uniform: [0.5, 1]}, 1], realised: {mean: 1, sd: 0}}\n"

/* A run of a text with what it says; ended by end_forecast. */
typedef struct forecast {
    trial trial;
    pb_model *model;
    pb_series_list list;
    pb_statistics statistics;
    pb_summary summary;
} forecast;

static void make_forecast(const char *text, const char *set, pb_sampling sampling, forecast *f)
{
    pb_error err = {0};
    size_t size = 0;
    memset(f, 0, sizeof *f);
    FILE *out = open_memstream(&f->trial.messages, &size);
    const pb_load_options options = {
        .path = "text", .text = text, .overrides = &set, .n_overrides = set != NULL};
    f->trial.status = pb_load_scenario_with(&options, out, &f->trial.loaded);
    fclose(out);
    cr_assert_eq(f->trial.status, PB_OK, "%s", f->trial.messages);
    pb_scenario *scenario = f->trial.loaded.scenario;
    scenario->run.sampling = sampling;
    cr_assert_eq(pb_model_make(scenario, &f->model, &err), PB_OK, "%s", err.text);
    cr_assert_eq(pb_model_series(f->model, scenario, &f->list, &err), PB_OK);
    cr_assert_eq(pb_statistics_init(&f->list, &f->statistics, &err), PB_OK);
    const pb_job job = {
        .scenario = scenario, .model = f->model, .kernels = pb_kernels_get(), .threads = 2};
    cr_assert_eq(pb_sample(&job, &f->statistics, &err), PB_OK, "%s", err.text);
    const pb_provenance provenance = {.planb_version = "0", .sampling = "", .draws = DRAWS};
    cr_assert_eq(pb_summarise(&f->trial.loaded, &f->model->ratification, &provenance,
                              &f->statistics, &f->summary, &err),
                 PB_OK, "%s", err.text);
}

static void end_forecast(forecast *f)
{
    pb_summary_free(&f->summary);
    pb_statistics_free(&f->statistics);
    pb_series_list_free(&f->list);
    pb_model_free(f->model);
    end(&f->trial);
}

/* Within 4.9 standard errors of the estimate itself, and what the polynomials leave out: of a
 * uniform parameter 0.0008, the rest of 6 / pi asin(1/2) after degree 5. */
static void expect(const forecast *f, const char *path, double expected)
{
    const pb_entry *entry = pb_summary_find(&f->summary, "%s", path);
    cr_assert_not_null(entry, "%s", path);
    cr_expect(entry->se >= 0.0 && entry->se < 0.03 * fmax(1.0, fabs(expected)), "%s: se %g", path,
              entry->se);
    cr_expect_float_eq(entry->value, expected, 4.9 * entry->se + 0.001 * fabs(expected) + 1e-12,
                       "%s: %g +- %g, expected %g", path, entry->value, entry->se, expected);
}

static void expect_shares(pb_sampling sampling)
{
    forecast f;
    make_forecast(BY_HAND, NULL, sampling, &f);
    expect(&f, "balance/deal/[0]/mean", 10.0 + 75.0);
    expect(&f, "ratified", 0.5);
    expect(&f, "parameter_share/ratified/by_parameter/unions[A].p_approve", 0.12);
    expect(&f, "parameter_share/ratified/share", 0.12);
    expect(&f, "parameter_share/ratified/sd", sqrt(0.03));
    expect(&f, "parameter_share/labor_savings/[0]/by_parameter/savings[s].amount[0]",
           75.0 / 286.1111111);
    expect(&f, "parameter_share/labor_savings/[0]/by_parameter/savings[s].fund_share[0]",
           208.3333333 / 286.1111111);
    expect(&f, "parameter_share/labor_savings/[0]/share", 283.3333333 / 286.1111111);
    expect(&f, "parameter_share/labor_savings/[0]/sd", sqrt(283.3333333));
    expect(&f, "parameter_share/labor_savings/[0]/by_parameter/budget.lapse[0]", 0.0);
    cr_expect_null(pb_summary_find(&f.summary, "parameter_share/labor_savings/[1]/share"),
                   "nothing in that year varies");
    end_forecast(&f);

    make_forecast(BY_HAND, "savings=[]", sampling, &f);
    expect(&f, "balance/realised/[0]/mean", 10.0);
    expect(&f, "parameter_share/balance/[0]/by_parameter/budget.lapse[0]", 0.6);
    expect(&f, "parameter_share/balance/[0]/by_parameter/budget.other[0]", 0.2);
    expect(&f, "parameter_share/balance/[0]/by_parameter/unions[A].p_approve", 0.0);
    expect(&f, "parameter_share/balance/[0]/share", 0.8);
    expect(&f, "parameter_share/balance/[0]/sd", 20.0);
    expect(&f, "parameter_share/balance/[1]/share", 0.0);
    end_forecast(&f);
}

Test(parameter_share, shares_are_those_of_the_pencil_with_sobol_points)
{
    expect_shares(PB_SAMPLING_SOBOL);
}

Test(parameter_share, shares_are_those_of_the_pencil_with_independent_draws)
{
    expect_shares(PB_SAMPLING_RANDOM);
}

/* The standard error of a share is that of repeated runs: sd over 24 seeds, within a factor 1.6. */
Test(parameter_share, errors_are_those_of_other_seeds)
{
    enum { SEEDS = 24 };
    double sum = 0.0, squares = 0.0, se = 0.0;
    for (int seed = 0; seed < SEEDS; seed++) {
        char set[64];
        forecast f;
        snprintf(set, sizeof set, "run={draws: 4096, seed: %d}", seed + 1);
        make_forecast(BY_HAND, set, PB_SAMPLING_RANDOM, &f);
        const pb_entry *ratified = pb_summary_find(&f.summary, "parameter_share/ratified/share");
        cr_assert_not_null(ratified);
        sum += ratified->value / SEEDS;
        squares += ratified->value * ratified->value / SEEDS;
        se += ratified->se / SEEDS;
        end_forecast(&f);
    }
    const double sd = sqrt((squares - sum * sum) * SEEDS / (SEEDS - 1.0));
    cr_expect(se > sd / 1.6 && se < sd * 1.6, "se %g, sd of seeds %g", se, sd);
    cr_expect_float_eq(sum, 0.12, 4.9 * sd / sqrt(SEEDS) + 0.001 * 0.12);
}

Test(parameter_share, the_page_has_a_row_of_each_parameter)
{
    char *text = NULL;
    size_t size = 0;
    forecast f;
    make_forecast(BY_HAND, "savings=[]", PB_SAMPLING_SOBOL, &f);
    FILE *out = open_memstream(&text, &size);
    pb_page(&f.summary, out);
    fclose(out);
    char *section = strstr(text, "UNCERTAIN PARAMETERS");
    cr_assert_not_null(section, "%s", text);
    for (int i = 0; i < f.trial.loaded.scenario->parameters.n; i++) {
        cr_expect_not_null(strstr(section, f.trial.loaded.scenario->parameters.item[i].name));
    }
    cr_expect_not_null(strstr(section, "uniform, 980 to 1040"));
    cr_expect_not_null(strstr(section, "normal, mean 0, sd 10"));
    cr_expect_not_null(strstr(section, "together"));
    free(text);
    end_forecast(&f);
    make_forecast(SMALL, NULL, PB_SAMPLING_SOBOL, &f);
    out = open_memstream(&text, &size);
    pb_page(&f.summary, out);
    fclose(out);
    cr_expect_null(strstr(text, "UNCERTAIN"), "no parameters, no section");
    cr_expect_null(pb_summary_find(&f.summary, "parameter_share/ratified/share"));
    free(text);
    end_forecast(&f);
}

/* A draw by hand: the column has the values, and the ledger adds up with them. */
Test(parameter_share, the_ledger_adds_up_with_the_values_of_the_draw)
{
    trial t = load_text(BY_HAND);
    pb_model *model;
    pb_batch batch;
    pb_error err = {0};
    cr_assert_eq(t.status, PB_OK, "%s", t.messages);
    cr_assert_eq(pb_model_make(t.loaded.scenario, &model, &err), PB_OK);
    cr_assert_eq(pb_batch_init(&model->inputs, &model->ratification, &model->shape, &batch, &err),
                 PB_OK);
    pb_batch_simulate(model, pb_kernels_get(), 5, 0, &batch);
    cr_assert_eq(t.loaded.scenario->parameters.n, 5);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double *value = &batch.out.parameter_value[lane];
        const double p = value[0 * PB_LANES], lapse = value[1 * PB_LANES];
        const double other = value[2 * PB_LANES], amount = value[3 * PB_LANES];
        const double share = value[4 * PB_LANES];
        cr_expect_float_eq(batch.out.flow[lane],
                           lapse + other + amount * share - 1000.0 - batch.out.spending_error[lane],
                           1e-9);
        cr_expect_eq(batch.out.ratified_probability[lane], p);
    }
    pb_parameters_put(&t.loaded.scenario->parameters, batch.out.parameter_value, 3,
                      t.loaded.scenario);
    cr_expect_eq(t.loaded.scenario->budget.lapse_musd[0], batch.out.parameter_value[PB_LANES + 3]);
    cr_expect_eq(t.loaded.scenario->coalition.unions[0].p_approve, batch.out.parameter_value[3]);
    pb_batch_free(&batch);
    pb_model_free(model);
    end(&t);
}

/* What must hold of the ledger holds with each draw's own parameters. */
Test(parameter_share, identities_hold_in_every_draw)
{
    trial t = load_file(PLANB_SOURCE "/tests/all_uncertain.yaml", NULL, 0);
    pb_budget_in_draw room;
    pb_model *model;
    pb_batch batch;
    pb_error err = {0};
    cr_assert_eq(t.status, PB_OK, "%s", t.messages);
    cr_assert_eq(pb_model_make(t.loaded.scenario, &model, &err), PB_OK);
    cr_assert_eq(pb_batch_init(&model->inputs, &model->ratification, &model->shape, &batch, &err),
                 PB_OK);
    for (int64_t first = 0; first < DRAWS; first += PB_LANES) {
        pb_batch_simulate(model, pb_kernels_get(), 5, first, &batch);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const pb_lane at = {model->inputs.uncertain, (pb_rows)batch.rows, lane};
            const char *broken = pb_broken_identity(pb_budget_of_draw(&model->budget, at, &room),
                                                    &batch.out, batch.workings, lane);
            cr_assert_null(broken, "draw %zu: %s", (size_t)first + lane, broken);
        }
    }
    pb_batch_free(&batch);
    pb_model_free(model);
    end(&t);
}

/* ---- names, sharing, overrides ---- */

Test(parameter_share, a_default_taken_from_another_key_is_the_same_parameter)
{
    const char *set = "vote.turnout={triangular: [0.6, 0.7, 0.8]}";
    trial t = load_base_with(set);
    cr_assert_eq(t.status, PB_OK, "%s", t.messages);
    const pb_parameters *p = &t.loaded.scenario->parameters;
    cr_expect_eq(p->n, 1);
    cr_expect_str_eq(p->item[0].name, "vote.turnout");
    /* the key itself and the units but A-1, which has its own */
    cr_expect_eq(p->n_uses, 1 + t.loaded.scenario->coalition.n_units - 1);
    cr_expect_float_eq(t.loaded.scenario->coalition.unit[1].turnout, 0.7, 1e-15, "the mean");
    cr_expect_eq(t.loaded.scenario->coalition.unit[0].turnout, 0.8);
    end(&t);
}

static void expect_same_parameters(const pb_parameters *a, const pb_parameters *b)
{
    cr_assert_eq(a->n, b->n);
    cr_assert_eq(a->n_uses, b->n_uses);
    for (int i = 0; i < a->n; i++) {
        cr_expect_str_eq(a->item[i].name, b->item[i].name);
        cr_expect_eq(a->item[i].quantity.kind, b->item[i].quantity.kind);
        cr_expect_eq(a->item[i].quantity.a, b->item[i].quantity.a);
        cr_expect_eq(a->item[i].quantity.b, b->item[i].quantity.b);
        cr_expect_eq(a->item[i].quantity.c, b->item[i].quantity.c);
        cr_expect_eq(a->item[i].lowest, b->item[i].lowest);
        cr_expect_eq(a->item[i].highest, b->item[i].highest);
    }
    for (int i = 0; i < a->n_uses; i++) {
        cr_expect_eq(a->use[i].offset, b->use[i].offset);
        cr_expect_eq(a->use[i].parameter, b->use[i].parameter);
    }
}

Test(parameter_share, the_resolved_scenario_has_the_same_parameters)
{
    const char *set[] = {"vote.turnout={triangular: [0.6, 0.7, 0.8]}",
                         "budget.fund_share=[{uniform: [0.8, 0.9]}, 1]",
                         "budget.reserve_fund={exponential: 50}",
                         "rounds[second].shift.mean={normal: {mean: 0.5, sd: 0.2}}"};
    trial t = load_file(BASE, set, 4);
    cr_assert_eq(t.status, PB_OK, "%s", t.messages);
    trial again = load_text(t.loaded.yaml);
    cr_assert_eq(again.status, PB_OK, "%s", again.messages);
    cr_expect_eq(t.loaded.scenario->parameters.n, 4);
    expect_same_parameters(&t.loaded.scenario->parameters, &again.loaded.scenario->parameters);
    end(&again);
    end(&t);
}

Test(parameter_share, a_distribution_can_be_changed_and_replaced)
{
    const char *set[] = {"vote.mu0={normal: {mean: 0.5, sd: 0.1}}", "vote.mu0.normal.sd=0.3",
                         "vote.mu0=0.4"};
    trial t = load_file(BASE, set, 2);
    cr_assert_eq(t.status, PB_OK, "%s", t.messages);
    cr_expect_eq(t.loaded.scenario->parameters.item[0].quantity.b, 0.3);
    cr_expect_eq(t.loaded.scenario->vote.mu0, 0.5);
    end(&t);
    t = load_file(BASE, set, 3);
    cr_expect_eq(t.loaded.scenario->parameters.n, 0);
    cr_expect_eq(t.loaded.scenario->vote.mu0, 0.4);
    end(&t);
}

/* ---- estimates that were exact ---- */

static const char *method_of(const forecast *f, const char *path)
{
    const pb_entry *entry = pb_summary_find(&f->summary, "%s", path);
    cr_assert_not_null(entry, "%s", path);
    return PB_METHOD_NAMES[entry->method];
}

#define TALKING PLANB_SOURCE "/tests/uncertain.yaml"

Test(parameter_share, what_depends_on_an_uncertain_parameter_has_an_error)
{
    trial base = load_file(TALKING, NULL, 0);
    forecast f;
    make_forecast(base.loaded.yaml, "talks.p_agreement={uniform: [0.4, 0.8]}", PB_SAMPLING_RANDOM,
                  &f);
    cr_expect_str_eq(method_of(&f, "agreement"), "conditional");
    cr_expect_str_eq(method_of(&f, "outcomes/no_agreement"), "conditional");
    cr_expect_str_eq(method_of(&f, "legislature"), "exact");
    cr_expect_gt(pb_summary_find(&f.summary, "agreement")->se, 0.0);
    end_forecast(&f);
    make_forecast(base.loaded.yaml, "legislature.p_approve={uniform: [0.5, 0.9]}",
                  PB_SAMPLING_RANDOM, &f);
    cr_expect_str_eq(method_of(&f, "agreement"), "exact");
    cr_expect_str_eq(method_of(&f, "legislature"), "conditional");
    expect(&f, "legislature", 0.7);
    end_forecast(&f);
    end(&base);
}

/* ---- conditional probabilities ---- */

/* Whatever sds are uncertain, the conditional probability has the mean of the simulated votes. */
static void expect_agreement(const char *const *set, size_t n)
{
    pb_verification v;
    pb_model *model;
    pb_error err = {0};
    trial t = load_file(PLANB_SOURCE "/tests/single_units.yaml", set, n);
    cr_assert_eq(t.status, PB_OK, "%s", t.messages);
    t.loaded.scenario->run.draws = DRAWS;
    t.loaded.scenario->run.sampling = PB_SAMPLING_RANDOM;
    cr_assert_eq(pb_model_make(t.loaded.scenario, &model, &err), PB_OK);
    cr_assert_eq(pb_verify(t.loaded.scenario, model, pb_kernels_get(), 2, &v, &err), PB_OK);
    for (int r = 0; r < v.n_rounds; r++) {
        const pb_verified *of = v.round[r].of;
        cr_expect(of[PB_ESTIMATOR_CONDITIONAL].available);
        cr_expect(v.round[r].agrees, "%s, round %d: plain %g, conditional %g", set[0], r,
                  of[PB_ESTIMATOR_PLAIN].value, of[PB_ESTIMATOR_CONDITIONAL].value);
        cr_expect_lt(of[PB_ESTIMATOR_CONDITIONAL].se, 0.9 * of[PB_ESTIMATOR_PLAIN].se,
                     "something is integrated");
        cr_expect_not(of[PB_ESTIMATOR_EXACT].available);
    }
    cr_expect_str_eq(v.round[0].of[PB_ESTIMATOR_EXACT].reason, "a parameter is uncertain");
    pb_model_free(model);
    end(&t);
}

Test(parameter_share, conditional_probabilities_stay_exact_with_uncertain_spreads)
{
    const char *set[] = {
        "vote.sd_late_swing={uniform: [0.05, 0.6]}", "vote.sd_union={uniform: [0.1, 0.8]}",
        "vote.sd_unit={uniform: [0.1, 0.8]}", "vote.mu0={normal: {mean: 0.2, sd: 0.4}}"};
    expect_agreement(set, 1); /* the union and the unit are integrated */
    expect_agreement(set, 4); /* the late swing alone, in units of its sd */
    expect_agreement(set + 1, 3);
}
