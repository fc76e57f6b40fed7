/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What terms and threat do to support (SPEC C.5), against hand arithmetic and against offsets. */
#include "models/terms.h"
#include "params/terms.h"
#include "tests/run_to_file.h"
#include "tests/scenario_text.h"

#include <math.h>
#include <unistd.h>

static const double TINY = 1e-12;
static const pb_lane NUMBERS = {0}; /* no parameter is uncertain */

static pb_vote_params effects(double cost, double threat, double health, double security)
{
    return (pb_vote_params){.cost_effect = cost,
                            .cost_reference = 17.8,
                            .threat_effect = threat,
                            .threat_reference = 0.10,
                            .health_plan_effect = health,
                            .contract_security_effect = security};
}

struct terms_case {
    double cost, threat, health; /* effects */
    double cost_per_member, notices;
    bool contested;
    double expected;
    char why[64];
};

ParameterizedTestParameters(terms, add_up)
{
    static struct terms_case cases[] = {
        {0.0, 0.0, 0.0, 30.0, 500.0, true, 0.0, "no effect, no term"},
        {-0.08, 0.0, 0.0, 20.3, 0.0, false, -0.2, "2.5 dearer than the reference"},
        {-0.08, 0.0, 0.0, 17.8, 0.0, false, 0.0, "at the reference"},
        {0.0, 0.25, 0.0, 0.0, 100.0, false, 0.0, "a tenth under notice is the reference"},
        {0.0, 0.25, 0.0, 0.0, 400.0, false, 0.5, "two doublings"},
        {0.0, 0.25, 0.0, 0.0, 25.0, false, -0.5, "two halvings"},
        {0.0, 1.0, 0.0, 0.0, 10.0, false, -3.3219280948873626, "log2(0.01 / 0.10)"},
        {0.0, 1.0, 0.0, 0.0, 1.0, false, -3.3219280948873626, "shares below 0.01 count as 0.01"},
        {0.0, 1.0, 0.0, 0.0, 0.0, false, 0.0, "no notices, no threat"},
        {0.0, 0.0, -0.2, 0.0, 0.0, true, -0.2, "contested"},
        {0.0, 0.0, -0.2, 0.0, 0.0, false, 0.0, "not contested"},
        {-0.08, 0.25, -0.2, 20.3, 400.0, true, 0.1, "-0.2 + 0.5 - 0.2"},
    };
    return cr_make_param_array(struct terms_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct terms_case *c, terms, add_up)
{
    const pb_vote_params vote = effects(c->cost, c->threat, c->health, 0.0);
    const pb_unit unit = {.members = 1000,
                          .cost_per_member = c->cost_per_member,
                          .notices = c->notices,
                          .health_contested = c->contested};
    cr_expect(fabs(pb_unit_terms(NUMBERS, &vote, &unit) - c->expected) < TINY, "%s: %g", c->why,
              pb_unit_terms(NUMBERS, &vote, &unit));
}

Test(terms, layoff_protection_moves_the_contract_alone)
{
    const pb_vote_params vote = effects(0.0, 0.0, 0.0, 0.3);
    const pb_unit keeps = {.members = 10, .contract_security = true}, other = {.members = 10};
    cr_expect_eq(pb_unit_contract_terms(NUMBERS, &vote, &keeps), 0.3);
    cr_expect_eq(pb_unit_contract_terms(NUMBERS, &vote, &other), 0.0);
    cr_expect_eq(pb_unit_terms(NUMBERS, &vote, &keeps), 0.0);
}

/* base.yaml: 5,895 members; savings 138.8 + 309.5 + 237.0 + 248.3 = 933.6 in two years. */
Test(terms, units_share_cost_and_notices_by_members)
{
    static const char *const SETS[] = {"layoffs.notices=1179", "unions[A].units[A-1].notices=0",
                                       "unions[A].units[A-2].cost_per_member=3.5"};
    trial t = load_file(BASE, SETS, sizeof SETS / sizeof *SETS);
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    const double cost = 933.6e3 / 2 / 5895; /* thousand USD */
    cr_expect(fabs(pb_cost_per_member(s) - cost) < TINY * cost);
    cr_expect(fabs(s->coalition.unit[0].cost_per_member - cost) < TINY * cost);
    cr_expect_eq(s->coalition.unit[0].notices, 0.0, "0 is not absent");
    cr_expect_eq(s->coalition.unit[1].cost_per_member, 3.5);
    cr_expect(fabs(s->coalition.unit[1].notices - 24.0) < 1e-9, "120 of 5,895, times 1,179");
    cr_expect(fabs(s->coalition.unit[2].notices - 180.0) < 1e-9);
    end(&t);
}

/* Independent draws: an uncertain parameter would take a Sobol dimension from another input. */
#define UNIT_IN_DOUBT                                                              \
    "run: {sampling: random}\n"                                                    \
    "scenario: {name: small, as_of: 2011-06-24}\n"                                 \
    "dates: {fy_start: 2011-07-01, deadline: 2011-07-01, agreement: 2011-05-27}\n" \
    "rules: {r: {unions_opposed: {at_most: 0}}}\n"                                 \
    "rounds: [{id: one, rule: r}, {id: two, rule: r}]\n"

/* 0.25 x (3.5 - 1.5) + 0.25 x log2(0.5 / 0.125) - 0.5 = 0.5, and 0.25 on the contract. */
static const char WITH_TERMS[] = UNIT_IN_DOUBT
    "vote: {mu0: 0, cost_effect: 0.25, cost_reference: 1.5, threat_effect: 0.25, "
    "threat_reference: 0.125, health_plan_effect: -0.5, contract_security_effect: 0.25}\n"
    "unions: [{id: A, units: [{id: A-1, members: 64, cost_per_member: 3.5, notices: 32, "
    "health_contested: true, contract_security: true}]}]\n";
static const char WITH_AN_OFFSET[] =
    UNIT_IN_DOUBT "vote: {mu0: 0, contract_shift: 0.55}\n"
                  "unions: [{id: A, units: [{id: A-1, members: 64, offset: 0.5}]}]\n";

static void compare(const char *a, const char *b, const char *dataset, double tolerance)
{
    size_t n, m;
    double *x = read_dataset(a, dataset, &n), *y = read_dataset(b, dataset, &m);
    cr_assert_eq(n, m);
    for (size_t i = 0; i < n; i++) {
        cr_assert(fabs(x[i] - y[i]) < tolerance, "%s[%zu]: %g, %g", dataset, i, x[i], y[i]);
    }
    free(x), free(y);
}

Test(terms, act_on_the_votes_as_an_offset_does)
{
    static const char *const DATASETS[] = {"ballots_approving", "ratify_probability", "unit_vote",
                                           "contract_vote"};
    char a[256];
    snprintf(a, sizeof a, "%s", run_to_file(WITH_TERMS, 4096, PB_KEEP_UNITS, 1));
    const char *b = run_to_file(WITH_AN_OFFSET, 4096, PB_KEEP_UNITS, 1);
    for (size_t i = 0; i < sizeof DATASETS / sizeof *DATASETS; i++) {
        compare(a, b, DATASETS[i], 1e-9);
    }
    unlink(a), unlink(b);
}

/* Distributions so narrow that they are all but the numbers above. */
static const char UNCERTAIN_TERMS[] = UNIT_IN_DOUBT
    "vote: {mu0: 0, cost_effect: {uniform: [0.25, 0.2500001]}, cost_reference: 1.5, "
    "threat_effect: {uniform: [0.25, 0.2500001]}, threat_reference: 0.125, "
    "health_plan_effect: {uniform: [-0.5000001, -0.5]}, contract_security_effect: 0.25}\n"
    "unions: [{id: A, units: [{id: A-1, members: 64, cost_per_member: 3.5, notices: 32, "
    "health_contested: true, contract_security: true}]}]\n";

Test(terms, may_be_uncertain)
{
    char a[256];
    snprintf(a, sizeof a, "%s", run_to_file(UNCERTAIN_TERMS, 4096, PB_KEEP_UNITS, 1));
    const char *b = run_to_file(WITH_AN_OFFSET, 4096, PB_KEEP_UNITS, 1);
    compare(a, b, "ratify_probability", 1e-5);
    unlink(a), unlink(b);
}

Test(terms, stay_numbers_where_votes_are_known)
{
    trial t = load_text(SMALL "vote: {cost_effect: {normal: {mean: -0.08, sd: 0.06}}}\n"
                              "evidence: [{group: A-1, kind: straw_poll, yes_ballots: 2, "
                              "no_ballots: 1, date: 2011-06-01, source: test}]\n");
    expect_refused(&t, "votes that are known tell of it");
    end(&t);
}
