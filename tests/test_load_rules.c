/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules as they are written become trees in preorder, with exact shares. */
#include "tests/scenario_text.h"

/* The rule called `odd` of the small state with that rule added. */
static trial load_rule(const char *text)
{
    char set[512];
    snprintf(set, sizeof set, "rules.odd=%s", text);
    return load_base_with(set);
}

static const pb_rule *rule_of(const trial *t)
{
    const pb_scenario *s = t->loaded.scenario;
    return &s->rules[s->n_rules - 1];
}

Test(load_rules, a_tree_stands_in_preorder)
{
    trial t = load_rule("{any: [{veto: [C, A]}, {all: [{turnout: {less_than: 1/2}}, {not: "
                        "{ballots_opposed: {at_least: 2/3}}}]}, {unions_opposed: {at_most: 0}}]}");
    expect_good(&t);
    const pb_rule *rule = rule_of(&t);
    static const struct {
        pb_clause_kind kind;
        int next;
    } EXPECTED[] = {
        {PB_CLAUSE_ANY, 7},
        {PB_CLAUSE_VETO, 2},
        {PB_CLAUSE_ALL, 6},
        {PB_CLAUSE_TURNOUT, 4},
        {PB_CLAUSE_NOT, 6},
        {PB_CLAUSE_BALLOTS_OPPOSED, 6},
        {PB_CLAUSE_UNIONS_OPPOSED, 7},
    };
    cr_assert_eq(rule->n_nodes, 7);
    for (int i = 0; i < 7; i++) {
        cr_expect_eq(rule->node[i].kind, EXPECTED[i].kind, "node %d", i);
        cr_expect_eq(rule->node[i].next, EXPECTED[i].next, "node %d", i);
    }
    cr_expect_eq(rule->node[1].veto, 5, "unions 0 and 2");
    cr_expect_eq(rule->node[3].comparison, PB_LESS_THAN);
    cr_expect_eq(rule->node[6].denominator, 0, "a number of unions");
    end(&t);
}

struct share_case {
    char text[64];
    long long numerator, denominator;
    char why[48];
};

ParameterizedTestParameters(load_rules, shares)
{
    static struct share_case cases[] = {
        {"{members_represented: {at_least: 4/5}}", 4, 5, "a fraction"},
        {"{members_represented: {at_least: 0.8}}", 4, 5, "a decimal is exact"},
        {"{members_represented: {at_least: 0.80}}", 4, 5, "zeros at its end"},
        {"{members_represented: {at_least: 14/15}}", 14, 15, "already reduced"},
        {"{members_represented: {at_least: 12/15}}", 4, 5, "reduced"},
        {"{members_represented: {at_least: 0.123456789}}", 123456789, 1000000000, "nine digits"},
        {"{members_represented: {more_than: 1/2}}", 1, 2, "one half"},
        {"{members_represented: {more_than: .5}}", 1, 2, "without a zero"},
        {"{turnout: {at_least: 1}}", 1, 1, "everybody"},
        {"{turnout: {more_than: 0}}", 0, 1, "anybody"},
        {"{turnout: {at_least: 1.0}}", 1, 1, "a whole share"},
        {"{unions_approving: {at_least: 2}}", 2, 0, "a number of unions"},
        {"{unions_approving: {at_least: 1}}", 1, 0, "one union, not all"},
        {"{unions_approving: {at_least: 1.0}}", 1, 1, "a decimal is a share"},
        {"{unions_approving: {at_least: 2/3}}", 2, 3, "a share of the unions"},
        {"{unions_opposed: {at_most: 0}}", 0, 0, "none"},
    };
    return cr_make_param_array(struct share_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct share_case *c, load_rules, shares)
{
    trial t = load_rule(c->text);
    expect_good(&t);
    cr_expect_eq(rule_of(&t)->node[0].numerator, c->numerator, "%s: %s", c->text, c->why);
    cr_expect_eq(rule_of(&t)->node[0].denominator, c->denominator, "%s: %s", c->text, c->why);
    end(&t);
}

Test(load_rules, a_round_holds_a_copy_of_its_rule)
{
    trial t = load_file(BASE, NULL, 0);
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    cr_expect_str_eq(s->round[0].rule.id, "strict");
    cr_expect_eq(memcmp(&s->round[1].rule, &s->rules[1], sizeof(pb_rule)), 0);
    end(&t);
}

Test(load_rules, the_first_rule_of_acceptance_is_the_simple_majority)
{
    trial t = load_text(SMALL);
    expect_good(&t);
    const pb_coalition *c = &t.loaded.scenario->coalition;
    const pb_rule majority = pb_rule_simple_majority();
    cr_expect_eq(c->n_acceptance, 1, "the default is the same rule");
    cr_expect_str_eq(c->acceptance[0].id, majority.id);
    cr_expect_eq(c->acceptance[0].n_nodes, 1);
    cr_expect_eq(c->acceptance[0].node[0].kind, majority.node[0].kind);
    cr_expect_eq(c->acceptance[0].node[0].comparison, majority.node[0].comparison);
    cr_expect_eq(c->acceptance[0].node[0].denominator, majority.node[0].denominator);
    cr_expect_eq(c->unit[0].accepts, 0);
    end(&t);
}

Test(load_rules, equal_rules_of_acceptance_are_shared)
{
    const char *sets[] = {"unions[A].accepts={ballots_approving: {more_than: 0.60}}",
                          "unions[A].units[0].accepts={ballots_approving: {more_than: 3/5}}"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    const pb_coalition *c = &t.loaded.scenario->coalition;
    cr_expect_eq(c->unions[0].accepts, c->unit[0].accepts);
    cr_expect_neq(c->unit[0].accepts, 0);
    cr_expect_eq(c->unit[3].accepts, 0, "a majority written out");
    cr_expect_eq(c->n_acceptance, 3, "with B-1's");
    end(&t);
}
