/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of a scenario: evidence and counts, which of them as_of lets through. */
#include "models/calendar.h"
#include "tests/scenario_text.h"

#define CAMPAIGN PLANB_SOURCE "/params/ct2011-06-24.yaml"
#define AUGUST PLANB_SOURCE "/params/ct2011-08-17.yaml"

#define SEEN(rest) "evidence: [{kind: straw_poll, yes_ballots: 3, no_ballots: 2, " rest "}]\n"

static pb_date june(int day)
{
    return pb_date_of_civil((pb_civil){2011, 6, day});
}

/* ---- evidence ---- */

Test(evidence, every_member_of_an_observation_is_read)
{
    trial t = load_base_with("evidence=[{group: B-2, kind: earlier_ratification, round: 2, "
                             "yes_ballots: 30, no_ballots: 12, date: 2011-06-17, source: x}]");
    expect_good(&t);
    cr_expect_str_eq(t.messages, "");
    const pb_evidence_params *evidence = &t.loaded.scenario->evidence;
    const pb_observation *seen = &evidence->observation[0];
    cr_assert_eq(evidence->n_observations, 1);
    cr_expect_str_eq(seen->group, "B-2");
    cr_expect_eq(seen->first_unit, 3);
    cr_expect_eq(seen->n_units, 1);
    cr_expect_eq(seen->kind, PB_EVIDENCE_EARLIER_RATIFICATION);
    cr_expect_eq(seen->round, 2);
    cr_expect_eq(seen->yes_ballots, 30);
    cr_expect_eq(seen->no_ballots, 12);
    cr_expect_eq(seen->date, june(17));
    end(&t);
}

struct group_case {
    char group[8];
    int first_unit, n_units;
};

ParameterizedTestParameters(evidence, groups)
{
    static struct group_case cases[] = {
        {"A", 0, 2}, {"B", 2, 2}, {"C", 4, 1}, {"C-1", 4, 1}, {"all", 0, 5},
    };
    return cr_make_param_array(struct group_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct group_case *c, evidence, groups)
{
    char set[160];
    snprintf(set, sizeof set,
             "evidence=[{group: %s, kind: straw_poll, yes_ballots: 3, no_ballots: 2, "
             "date: 2011-06-17}]",
             c->group);
    trial t = load_base_with(set);
    expect_good(&t);
    const pb_observation *seen = &t.loaded.scenario->evidence.observation[0];
    cr_expect_eq(seen->first_unit, c->first_unit, "%s", c->group);
    cr_expect_eq(seen->n_units, c->n_units, "%s", c->group);
    cr_expect_eq(seen->round, 1, "the default");
    end(&t);
}

Test(evidence, without_it_there_is_none_but_its_worth_is_known)
{
    trial t = load_text(SMALL);
    expect_good(&t);
    const pb_evidence_params *evidence = &t.loaded.scenario->evidence;
    cr_expect_eq(evidence->n_observations, 0);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_PROFESSIONAL_POLL].bias, 0.10);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_PROFESSIONAL_POLL].noise, 0.10);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_STRAW_POLL].bias, 0.30);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_STRAW_POLL].noise, 0.30);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_OFFICIAL_PARTIAL].bias, 0.0);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_OFFICIAL_PARTIAL].noise, 0.10);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_EARLIER_RATIFICATION].bias, 0.0);
    cr_expect_eq(evidence->sd[PB_EVIDENCE_EARLIER_RATIFICATION].noise, 0.45);
    end(&t);
}

Test(evidence, its_worth_may_be_changed_key_by_key)
{
    const char *sets[] = {"evidence_sd.straw_poll.bias=0.5",
                          "evidence_sd.official_partial={bias: 0.01, noise: 0}",
                          "evidence_method=conditioning"};
    trial t = load_file(BASE, sets, 3);
    expect_good(&t);
    const pb_evidence_sd *sd = t.loaded.scenario->evidence.sd;
    cr_expect_eq(sd[PB_EVIDENCE_STRAW_POLL].bias, 0.5);
    cr_expect_eq(sd[PB_EVIDENCE_STRAW_POLL].noise, 0.30);
    cr_expect_eq(sd[PB_EVIDENCE_OFFICIAL_PARTIAL].bias, 0.01);
    cr_expect_eq(sd[PB_EVIDENCE_OFFICIAL_PARTIAL].noise, 0.0);
    end(&t);
}

Test(evidence, an_abstaining_union_and_its_units_may_be_named)
{
    const char *sets[] = {"unions[A].abstains=true",
                          "evidence=[{group: A-1, kind: straw_poll, yes_ballots: 3, no_ballots: 0, "
                          "date: 2011-06-17}]"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 1);
    end(&t);
}

Test(evidence, more_ballots_than_members_are_used_with_a_warning)
{
    trial t = load_text(SMALL SEEN("group: A-1, date: 2011-06-17"));
    expect_good(&t);
    cr_expect_str_eq(t.messages, "");
    end(&t);
    t = load_text(SMALL "evidence: [{group: all, kind: professional_poll, yes_ballots: 3, "
                        "no_ballots: 3, date: 2011-06-17}]\n");
    expect_good(&t);
    cr_expect_not_null(
        strstr(t.messages, "text:6:12: warning: evidence[0]: 6 ballots of 5 members"));
    cr_expect_eq(t.loaded.scenario->evidence.observation[0].yes_ballots, 3);
    end(&t);
}

Test(evidence, what_is_dated_as_of_is_left_out_and_the_rest_closes_up)
{
    trial t = load_text(SMALL "evidence:\n"
                              "  - {group: A-1, kind: straw_poll, yes_ballots: 1, no_ballots: 0, "
                              "date: 2011-06-24}\n"
                              "  - {group: A, kind: straw_poll, yes_ballots: 2, no_ballots: 0, "
                              "date: 2011-06-23}\n"
                              "  - {group: all, kind: straw_poll, yes_ballots: 3, no_ballots: 0, "
                              "date: 2012-01-01}\n");
    expect_good(&t);
    trial same = load_text(SMALL "evidence: [{group: A, kind: straw_poll, yes_ballots: 2, "
                                 "no_ballots: 0, date: 2011-06-23}]\n");
    expect_good(&same);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 1);
    cr_expect_eq(memcmp(t.loaded.scenario, same.loaded.scenario, sizeof *t.loaded.scenario), 0,
                 "as if the late ones were not there");
    cr_assert_eq(t.loaded.n_ignored, 2);
    cr_expect_str_eq(t.loaded.ignored[0].group, "A-1");
    cr_expect_eq(t.loaded.ignored[0].date, june(24));
    cr_expect_str_eq(t.loaded.ignored[1].group, "all");
    cr_expect_not_null(strstr(t.messages,
                              "text:7:5: note: A-1: the straw_poll of 2011-06-24 is not "
                              "used: it is not dated before scenario.as_of"));
    end(&t);
    end(&same);
}

/* NP-4's locals are in NP-4's count. */
Test(evidence, a_partial_count_is_left_out_once_the_whole_is_counted)
{
    const char *partial = "evidence=[{group: A-1, kind: official_partial, yes_ballots: 3, "
                          "no_ballots: 2, date: 2011-06-17}]";
    const char *late[] = {partial, "unions[A].units[A-1].counted={yes_ballots: 5, no_ballots: 6, "
                                   "date: 2011-06-24}"};
    const char *used[] = {partial, "unions[A].units[A-1].counted={yes_ballots: 5, no_ballots: 6, "
                                   "date: 2011-06-23}"};
    const char *other_round[] = {partial, "unions[A].units[A-1].counted={yes_ballots: 5, round: 2, "
                                          "no_ballots: 6, date: 2011-06-23}"};
    trial t = load_file(BASE, late, 2);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 1, "the count is not used itself");
    end(&t);
    t = load_file(BASE, other_round, 2);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 1, "of another vote");
    end(&t);
    t = load_file(BASE, used, 2);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 0);
    cr_expect_eq(t.loaded.n_ignored, 1);
    cr_expect_not_null(strstr(t.messages, "note: A-1: the official_partial of 2011-06-17 is not "
                                          "used: the count of 2011-06-23 contains it"));
    end(&t);
}

Test(evidence, a_poll_stays_beside_the_count)
{
    const char *sets[] = {"evidence=[{group: A-1, kind: straw_poll, yes_ballots: 3, "
                          "no_ballots: 2, date: 2011-06-17}]",
                          "unions[A].units[A-1].counted={yes_ballots: 5, no_ballots: 6, "
                          "date: 2011-06-23}"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 1);
    end(&t);
}

Test(evidence, there_may_be_256_observations)
{
    static const char ONE[] = "  - {group: A, kind: straw_poll, yes_ballots: 1, no_ballots: 0, "
                              "date: 2011-06-17}\n";
    for (int n = PB_MAX_EVIDENCE; n <= PB_MAX_EVIDENCE + 1; n++) {
        char *text = malloc(sizeof SMALL + 16 + (size_t)n * sizeof ONE), *to = text;
        to += sprintf(to, "%sevidence:\n", SMALL);
        for (int i = 0; i < n; i++) {
            to += sprintf(to, "%s", ONE);
        }
        trial t = load_text(text);
        cr_expect_eq(t.status, n > PB_MAX_EVIDENCE ? PB_DATA : PB_OK, "%d", n);
        end(&t);
        free(text);
    }
}

/* ---- the dated campaign ---- */

Test(campaign, the_eve_knows_two_locals_and_the_morning_after_the_unit)
{
    trial t = load_file(CAMPAIGN, NULL, 0);
    expect_good(&t);
    const pb_evidence_params *evidence = &t.loaded.scenario->evidence;
    cr_assert_eq(evidence->n_observations, 1);
    cr_expect_str_eq(evidence->observation[0].group, "NP-4");
    cr_expect_eq(evidence->observation[0].yes_ballots, 1158 - 527);
    cr_expect_eq(evidence->observation[0].no_ballots, 2646 - 955);
    end(&t);
    const char *after[] = {"scenario.as_of=2011-06-25"};
    t = load_file(CAMPAIGN, after, 1);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->evidence.n_observations, 0);
    end(&t);
    const char *before[] = {"scenario.as_of=2011-06-15"};
    t = load_file(CAMPAIGN, before, 1);
    expect_good(&t);
    cr_expect_eq(t.loaded.n_ignored, 24, "23 counts and one part");
    end(&t);
}

static int64_t sum_of(const pb_union *parent, const pb_unit *unit, bool yes)
{
    int64_t sum = 0;
    for (int i = 0; i < parent->n_units; i++) {
        const pb_counted *counted = &unit[parent->first_unit + i].counted[0];
        sum += yes ? counted->yes_ballots : counted->no_ballots;
    }
    return sum;
}

Test(campaign, its_units_add_up_to_the_unions_published_total)
{
    const char *set = "scenario.as_of=2011-06-27";
    trial t = load_file(CAMPAIGN, &set, 1);
    expect_good(&t);
    const pb_coalition *c = &t.loaded.scenario->coalition;
    cr_expect_eq(sum_of(&c->unions[0], c->unit, true), 5547);
    cr_expect_eq(sum_of(&c->unions[0], c->unit, false), 6781);
    end(&t);
}

Test(campaign, august_has_every_count_of_june_and_none_of_its_own)
{
    const char *june_over = "scenario.as_of=2011-06-27";
    trial t = load_file(AUGUST, NULL, 0);
    trial june_all = load_file(CAMPAIGN, &june_over, 1);
    expect_good(&t);
    expect_good(&june_all);
    const pb_scenario *august = t.loaded.scenario;
    const pb_coalition *then = &june_all.loaded.scenario->coalition;
    for (int k = 0; k < then->n_unions; k++) {
        cr_expect_eq(memcmp(august->coalition.unions[k].counted, then->unions[k].counted,
                            sizeof then->unions[k].counted),
                     0, "%s", then->unions[k].id);
    }
    for (int u = 0; u < then->n_units; u++) {
        cr_expect_eq(memcmp(august->coalition.unit[u].counted, then->unit[u].counted,
                            sizeof then->unit[u].counted),
                     0, "%s", then->unit[u].id);
    }
    cr_expect_eq(august->timing[1].vote_end, pb_date_of_civil((pb_civil){2011, 8, 18}));
    cr_expect_eq(august->timing[1].p_rule_change, 1.0);
    cr_expect_eq(august->timing[1].p_reopen, 1.0);
    end(&t);
    end(&june_all);
}
