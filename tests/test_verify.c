/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * planb verify as a whole: the shipped scenarios agree with themselves, a scenario for which there
 * is an exact answer agrees with that, and a planted error is found.
 */
#include "sim/verify.h"
#include "models/chance.h"
#include "params/load.h"
#include "tests/lanes.h"

#include <stdio.h>
#include <string.h>

/* A scenario's only evidence. */
#define POLL(group, yes, no)                                                       \
    "evidence=[{group: " group ", round: 1, yes_ballots: " yes ", no_ballots: " no \
    ", date: 2030-05-20}]"

/* A scenario with its model. */
typedef struct subject {
    pb_loaded loaded;
    pb_model *model;
} subject;

static subject load(const char *name, const char *const *sets, size_t n_sets)
{
    subject s;
    char path[512];
    pb_error err = {0};
    snprintf(path, sizeof path, "%s/%s", PLANB_SOURCE, name);
    cr_assert_eq(pb_load_scenario(path, sets, n_sets, stderr, &s.loaded), PB_OK);
    cr_assert_eq(pb_model_make(s.loaded.scenario, &s.model, &err), PB_OK, "%s", err.text);
    return s;
}

static pb_verification verify(const subject *s, int threads)
{
    pb_verification v;
    pb_error err = {0};
    cr_assert_eq(pb_verify(s->loaded.scenario, s->model, kernels(), threads, &v, &err), PB_OK, "%s",
                 err.text);
    return v;
}

static void end(subject *s)
{
    pb_model_free(s->model);
    pb_loaded_free(&s->loaded);
}

static pb_verification verify_file(const char *name, const char *const *sets, size_t n_sets)
{
    subject s = load(name, sets, n_sets);
    const pb_verification v = verify(&s, 2);
    end(&s);
    return v;
}

static const pb_verified *of(const pb_verification *v, int r, pb_estimator which)
{
    return &v->round[r].of[which];
}

Test(verify, shipped_scenarios_agree)
{
    static const char *const SETS[] = {"run.draws=16384"};
    static const char *const NAMES[] = {"params/generic.yaml", "params/ct2011.yaml",
                                        "params/ct2011-06-24.yaml"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        const pb_verification v = verify_file(NAMES[i], SETS, 1);
        cr_expect(v.agrees, "%s", NAMES[i]);
        for (int r = 0; r < v.n_rounds; r++) {
            cr_expect(of(&v, r, PB_ESTIMATOR_PLAIN)->available);
            cr_expect(of(&v, r, PB_ESTIMATOR_CONDITIONAL)->available);
            cr_expect(!of(&v, r, PB_ESTIMATOR_EXACT)->available);
            cr_expect(of(&v, r, PB_ESTIMATOR_EXACT)->reason[0] != '\0');
        }
    }
}

Test(verify, single_units_have_an_exact_answer_that_both_estimates_find)
{
    const pb_verification v = verify_file("tests/single_units.yaml", NULL, 0);
    cr_expect(v.agrees);
    const pb_verified *exact = of(&v, 0, PB_ESTIMATOR_EXACT);
    cr_assert(exact->available, "%s", exact->reason);
    const pb_verified *plain = of(&v, 0, PB_ESTIMATOR_PLAIN);
    const pb_verified *conditional = of(&v, 0, PB_ESTIMATOR_CONDITIONAL);
    cr_expect(fabs(plain->value - exact->value) < 4.0 * plain->se);
    cr_expect(fabs(conditional->value - exact->value) < 4.0 * conditional->se);
    cr_expect(conditional->se < plain->se);
    cr_expect(plain->difference_se < plain->se, "the difference is paired");
}

Test(verify, the_number_of_threads_changes_nothing)
{
    static const char *const SETS[] = {"run.draws=3001"};
    subject s = load("params/generic.yaml", SETS, 1);
    const pb_verification one = verify(&s, 1), three = verify(&s, 3);
    for (int r = 0; r < 2; r++) {
        for (int e = 0; e < PB_N_ESTIMATORS; e++) {
            cr_expect(of(&one, r, e)->value == of(&three, r, e)->value);
            cr_expect(of(&one, r, e)->se == of(&three, r, e)->se);
        }
    }
    end(&s);
}

/* Normal effects: the conditioning on a poll is nearly exact, so that importance agrees. */
Test(verify, weights_and_conditioning_agree_on_a_poll)
{
    static const char *const SETS[] = {"run.draws=32768", "vote.df=normal",
                                       POLL("nurses, kind: straw_poll", "60", "40")};
    const pb_verification v = verify_file("params/generic.yaml", SETS, COUNT_OF(SETS));
    cr_expect(v.agrees && v.has_evidence && v.k < PB_VERIFY_LIMIT);
    for (int r = 0; r < 2; r++) {
        cr_expect(of(&v, r, PB_ESTIMATOR_IMPORTANCE)->available);
        cr_expect(v.round[r].size > 2000.0);
    }
}

/* The same with two groups counted in both rounds, one with figures and one without. */
Test(verify, weights_and_conditioning_agree_on_counts_of_both_rounds)
{
    static const char *const SETS[] = {
        "run.draws=65536", "vote.df=normal",
        "unions[nurses].counted=[{yes_ballots: 40, no_ballots: 55, date: 2030-05-20}, "
        "{round: 2, yes_ballots: 70, no_ballots: 40, date: 2030-05-25}]",
        "unions[police].counted=[{result: approved, date: 2030-05-20}, "
        "{round: 2, result: approved, date: 2030-05-25}]"};
    const pb_verification v = verify_file("params/generic.yaml", SETS, COUNT_OF(SETS));
    cr_expect(v.agrees && v.has_evidence && v.k < PB_VERIFY_LIMIT);
    for (int r = 0; r < 2; r++) {
        cr_expect(of(&v, r, PB_ESTIMATOR_IMPORTANCE)->available);
        cr_expect(of(&v, r, PB_ESTIMATOR_CONDITIONAL)->value > 0.05);
        cr_expect(of(&v, r, PB_ESTIMATOR_CONDITIONAL)->value < 0.95);
        cr_expect(v.round[r].size > 1000.0);
    }
}

Test(verify, an_estimate_is_refused_where_few_draws_carry_the_weight)
{
    static const char *const SETS[] = {"run.draws=8192",
                                       POLL("all, kind: official_partial", "2000", "200")};
    const pb_verification v = verify_file("params/generic.yaml", SETS, COUNT_OF(SETS));
    cr_expect(!of(&v, 0, PB_ESTIMATOR_IMPORTANCE)->available);
    cr_expect_not_null(strstr(of(&v, 0, PB_ESTIMATOR_IMPORTANCE)->reason, "refused: khat"));
    cr_expect(v.round[0].size < 400.0 && v.agrees);
}

Test(verify, a_rule_over_ballots_is_counted_only)
{
    static const char *const SETS[] = {"run.draws=2000",
                                       "rules.strict={ballots_approving: {more_than: 1/2}}"};
    const pb_verification v = verify_file("params/generic.yaml", SETS, COUNT_OF(SETS));
    cr_expect(!of(&v, 0, PB_ESTIMATOR_CONDITIONAL)->available);
    cr_expect(v.round[0].reference == PB_ESTIMATOR_PLAIN && v.agrees);
}

/* The effects that are integrated, taken for half as large as they are. */
Test(verify, a_wrong_integral_is_found)
{
    static const char *const SETS[] = {"run.draws=32768"};
    subject s = load("tests/single_units.yaml", SETS, 1);
    pb_swing_table_build(0.15, 0.2, 0.1, 5.0, s.model->ratification.chances->swings[0].table);
    const pb_verification v = verify(&s, 2);
    cr_expect(!v.agrees);
    cr_expect(fabs(of(&v, 0, PB_ESTIMATOR_PLAIN)->z) > PB_VERIFY_LIMIT);
    cr_expect(fabs(of(&v, 0, PB_ESTIMATOR_EXACT)->z) > PB_VERIFY_LIMIT);
    end(&s);
}
