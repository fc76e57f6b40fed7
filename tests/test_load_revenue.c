/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the loader makes of policies, revisions and baselines; their bad cases are in tests/bad. */
#include "models/calendar.h"
#include "tests/scenario_text.h"

#include <math.h>

static pb_date date_of(int year, int month, int day)
{
    return pb_date_of_civil((pb_civil){year, month, day});
}

static trial load_base_with_two(const char *first, const char *second)
{
    const char *sets[] = {first, second};
    return load_file(BASE, sets, 2);
}

Test(load_revenue, without_the_keys_every_new_mechanism_is_off)
{
    trial t = load_file(BASE, NULL, 0);
    expect_good(&t);
    const pb_revenue_params *revenue = &t.loaded.scenario->revenue;
    cr_expect_eq(revenue->method, PB_ERRORS_PARAMETRIC);
    cr_expect_eq(revenue->baseline_is, PB_BASELINE_MEDIAN);
    cr_expect_eq(revenue->n_policies, 0);
    cr_expect_eq(revenue->revisions.share[0], 0.0);
    cr_expect_eq(revenue->bootstrap.n_vintages, 0);
    end(&t);
}

Test(load_revenue, a_policy_has_the_defaults_of_a_change_of_rates)
{
    trial t = load_base_with("revenue.policies=[{id: t, stream: sales, amount: [700, 750]}]");
    expect_good(&t);
    const pb_policy *policy = &t.loaded.scenario->revenue.policy[0];
    cr_expect_eq(t.loaded.scenario->revenue.n_policies, 1);
    cr_expect_eq(policy->stream, 1);
    cr_expect_eq(policy->amount_musd[1], 750.0);
    cr_expect_eq(policy->lambda[0], 0.20);
    cr_expect_eq(policy->lambda[1], 0.12);
    cr_expect_eq(policy->phase[0], 1.0);
    cr_expect(policy->in_baseline);
    end(&t);
}

struct default_dates {
    char fy_start[12], deadline[12];
    int date[PB_REVISION_DATES][3];
};

ParameterizedTestParameters(load_revenue, an_empty_block_takes_the_consensus_dates)
{
    static struct default_dates cases[] = {
        {"2011-07-01", "2011-07-01", {{2011, 7, 1}, {2011, 11, 10}, {2012, 1, 15}, {2012, 4, 30}}},
        {"2011-10-01", "2011-09-30", {{2011, 9, 30}, {2012, 2, 10}, {2012, 4, 15}, {2012, 7, 30}}},
        {"2011-05-01", "2011-06-24", {{2011, 6, 24}, {2011, 9, 10}, {2011, 11, 15}, {2012, 3, 1}}},
    };
    return cr_make_param_array(struct default_dates, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct default_dates *c, load_revenue, an_empty_block_takes_the_consensus_dates)
{
    static const double SHARE[PB_REVISION_DATES] = {0.05, 0.10, 0.25, 0.40};
    char start[64], deadline[64];
    snprintf(start, sizeof start, "dates.fy_start=%s", c->fy_start);
    snprintf(deadline, sizeof deadline, "dates.deadline=%s", c->deadline);
    const char *sets[] = {start, deadline, "revenue.revisions={}"};
    trial t = load_file(BASE, sets, 3);
    expect_good(&t);
    const pb_revision_params *revisions = &t.loaded.scenario->revenue.revisions;
    for (int i = 0; i < PB_REVISION_DATES; i++) {
        cr_expect_eq(revisions->share[i], SHARE[i]);
        cr_expect_eq(revisions->date[i], date_of(c->date[i][0], c->date[i][1], c->date[i][2]),
                     "date %d of a year from %s", i, c->fy_start);
    }
    cr_expect_eq(revisions->n_observed, 0);
    end(&t);
}

Test(load_revenue, an_observed_estimate_is_of_a_stream_or_of_all)
{
    trial t = load_base_with("revenue.revisions={observed: ["
                             "{stream: refunds, date: 2011-06-01, change: 0.02, source: letter}, "
                             "{stream: all, date: 2011-05-26, change: -0.01}]}");
    expect_good(&t);
    cr_expect_str_eq(t.messages, "");
    const pb_revision_params *revisions = &t.loaded.scenario->revenue.revisions;
    cr_assert_eq(revisions->n_observed, 2);
    cr_expect_eq(revisions->observed[0].stream, 2);
    cr_expect_eq(revisions->observed[0].change, 0.02);
    cr_expect_eq(revisions->observed[1].stream, PB_ALL_STREAMS);
    cr_expect_eq(revisions->observed[1].date, date_of(2011, 5, 26));
    end(&t);
}

Test(load_revenue, estimates_of_one_day_are_of_different_streams)
{
    trial t = load_base_with("revenue.revisions={observed: ["
                             "{stream: sales, date: 2011-06-01, change: 0.02}, "
                             "{stream: income, date: 2011-06-01, change: -0.01}]}");
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->revenue.revisions.n_observed, 2);
    end(&t);
}

Test(load_revenue, an_estimate_dated_as_of_or_later_is_not_used)
{
    trial t = load_base_with("revenue.revisions={observed: ["
                             "{stream: sales, date: 2011-06-24, change: 0.5}, "
                             "{stream: income, date: 2011-06-23, change: 0.02}, "
                             "{stream: all, date: 2011-11-10, change: 0.5}]}");
    expect_good(&t);
    const pb_revision_params *revisions = &t.loaded.scenario->revenue.revisions;
    cr_assert_eq(revisions->n_observed, 1);
    cr_expect_eq(revisions->observed[0].stream, 0);
    cr_expect_eq(revisions->observed[1].change, 0.0, "what was closed up over is empty");
    cr_expect_eq(occurrences(t.messages, "note: revenue.revisions.observed: the estimate of "), 2);
    cr_expect_not_null(strstr(t.messages, "2011-06-24 is not used: it is not dated before"));
    cr_expect_not_null(strstr(t.loaded.yaml, "2011-11-10, change: 0.5"), "the text keeps it");
    end(&t);
}

Test(load_revenue, the_resolved_scenario_gives_the_same_revenue)
{
    trial t = load_base_with_two("revenue.policies=[{id: t, stream: sales, amount: [7, 8]}]",
                                 "revenue.revisions={observed: ["
                                 "{stream: all, date: 2011-06-01, change: 0.01}]}");
    expect_good(&t);
    trial again = load_text(t.loaded.yaml);
    expect_good(&again);
    cr_expect_arr_eq(&again.loaded.scenario->revenue, &t.loaded.scenario->revenue,
                     sizeof t.loaded.scenario->revenue);
    end(&again);
    end(&t);
}

Test(load_revenue, a_bias_of_a_mean_gets_a_warning)
{
    trial t = load_base_with_two("revenue.baseline_is=mean", "revenue.bias=historic");
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->revenue.baseline_is, PB_BASELINE_MEAN);
    cr_expect_not_null(strstr(t.messages, "warning: revenue.bias: a baseline that is the mean"));
    end(&t);
}
