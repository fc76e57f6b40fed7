/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a budget has to close before any measure, and by what (SPEC A2, A4): by hand, and the
 * sourced totals that the bundled scenarios must reproduce.
 */
#include "models/opening.h"
#include "params/load.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const double CENT = 1e-8; /* million USD */

static pb_loaded load(const char *name)
{
    char path[512];
    pb_loaded loaded;
    snprintf(path, sizeof path, PLANB_SOURCE "/params/%s.yaml", name);
    cr_assert_eq(pb_load_scenario(path, NULL, 0, NULL, &loaded), PB_OK, "%s", name);
    return loaded;
}

/*
 * Spending 1,000 as appropriated, which counts on half of 60 of labor savings: 1,030; 10 of deficit
 * carried in; 5 lapse: 1,035. Revenue 900, of which a tax of 40 that is counted whole and comes in
 * for three quarters (30); another of 20 that is not counted. Without taxes 900 - 40 = 860.
 *   1,035 - 860 = 175 = 30 + 20 (taxes) + 30 (labor) - 2 (other) + 97 left
 * A tax that falls short of what the estimate counts leaves the estimate short: 890 + 20 = 910.
 */
Test(opening, the_gap_is_closed_by_its_parts)
{
    const pb_budget_params budget = {.appropriations_musd = {1000.0, 0.0},
                                     .labor_savings_assumed_musd = {60.0, 0.0},
                                     .fund_share = {0.5, 1.0},
                                     .labor_in_appropriations = true,
                                     .lapse_musd = {5.0, 0.0},
                                     .other_musd = {-2.0, 0.0},
                                     .opening_deficit_musd = 10.0};
    static pb_revenue_params revenue;
    revenue.n_streams = 2;
    revenue.stream[0].baseline_musd[0] = 950.0;
    revenue.stream[1].baseline_musd[0] = -50.0;
    revenue.n_policies = 2;
    revenue.policy[0] =
        (pb_policy){.amount_musd = {40.0, 0.0}, .phase = {0.75, 1.0}, .in_baseline = true};
    revenue.policy[1] = (pb_policy){.amount_musd = {20.0, 0.0}, .phase = {1.0, 1.0}};
    const pb_opening gap = pb_opening_gap(&budget, &revenue, 0);
    cr_expect_float_eq(gap.before_musd, 175.0, CENT);
    cr_expect_float_eq(gap.policies_musd, 50.0, CENT);
    cr_expect_float_eq(gap.labor_savings_musd, 30.0, CENT);
    cr_expect_float_eq(gap.other_musd, -2.0, CENT);
    cr_expect_float_eq(gap.left_musd, 97.0, CENT);
}

/* S4: a deficit of 3.3 billion, closed by 1.5 of taxes, a billion of labor savings (0.8505 of it in
 * this fund) and other measures; OFA: 3,486.6 the year after. */
Test(opening, in_march_2011_3300_million_are_closed)
{
    pb_loaded loaded = load("ct2011-03-02");
    const pb_scenario *s = loaded.scenario;
    const pb_opening first = pb_opening_gap(&s->budget, &s->revenue, 0);
    const pb_opening second = pb_opening_gap(&s->budget, &s->revenue, 1);
    cr_expect_float_eq(first.before_musd, 3300.0, CENT);
    cr_expect_float_eq(first.policies_musd, 1500.0 + 450.1, CENT);
    cr_expect_float_eq(first.labor_savings_musd, 850.5, CENT);
    cr_expect_float_eq(first.other_musd, 499.4, CENT);
    cr_expect_eq(first.left_musd, 0.0);
    cr_expect_float_eq(second.before_musd, 3486.6, CENT);
    cr_expect_eq(second.left_musd, 0.0);
    pb_loaded_free(&loaded);
}

/* FN1239: as adopted, surpluses of 369.3 and 634.8 are built in once the labor savings are there.
 */
Test(opening, as_adopted_the_budget_has_the_surpluses_of_its_fiscal_note)
{
    static const char *const NAMES[] = {"ct2011", "ct2011-05-04", "ct2011-05-11", "ct2011-06-28"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        pb_loaded loaded = load(NAMES[i]);
        const pb_scenario *s = loaded.scenario;
        cr_expect_float_eq(pb_opening_gap(&s->budget, &s->revenue, 0).left_musd, -369.3, CENT);
        cr_expect_float_eq(pb_opening_gap(&s->budget, &s->revenue, 1).left_musd, -634.8, CENT);
        pb_loaded_free(&loaded);
    }
}

/* RCT: the estimates of 1 May 2017 were 597 and 865 below those of January, "a 1.5 billion hole".
 */
Test(opening, in_may_2017_a_hole_of_one_and_a_half_billion_is_left)
{
    pb_loaded loaded = load("ct2017-05-12");
    const pb_scenario *s = loaded.scenario;
    cr_expect_float_eq(pb_opening_gap(&s->budget, &s->revenue, 0).left_musd, 17682 - 17085, CENT);
    cr_expect_float_eq(pb_opening_gap(&s->budget, &s->revenue, 1).left_musd, 18038 - 17173, CENT);
    pb_loaded_free(&loaded);
}
