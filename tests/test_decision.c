/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A round on the level of the coalition (SPEC C.7-C.9, E.8). Oracle: all 2^n votes of the unions
 * under a rule that is kept as a tree beside the model's flat form; for rules that look at ballots
 * the simulated vote and its flips.
 */
#include "models/timeline.h"
#include "tests/vote_cases.h"

static campaign c;
static tree_pool pool;

/* ---- random rules ---- */

enum rule_family { MONOTONE, ANY_OF_UNIONS, OF_BALLOTS };

static tree *random_leaf(uint64_t *state, enum rule_family family)
{
    static const pb_clause_kind OF_UNIONS[] = {PB_CLAUSE_UNIONS_APPROVING, PB_CLAUSE_UNIONS_OPPOSED,
                                               PB_CLAUSE_MEMBERS_REPRESENTED, PB_CLAUSE_VETO};
    static const pb_clause_kind OF_ALL[] = {PB_CLAUSE_BALLOTS_APPROVING, PB_CLAUSE_BALLOTS_OPPOSED,
                                            PB_CLAUSE_TURNOUT, PB_CLAUSE_UNIONS_APPROVING};
    tree *leaf =
        new_tree(&pool, (family == OF_BALLOTS ? OF_ALL : OF_UNIONS)[next_int(state, 0, 3)]);
    leaf->denominator = next_int(state, 2, 15);
    leaf->numerator = next_int(state, 1, (int)leaf->denominator - 1);
    leaf->comparison = (pb_comparison)next_int(state, 0, PB_N_COMPARISONS - 1);
    leaf->veto = UINT64_C(1) << next_int(state, 0, 8);
    if (leaf->kind != PB_CLAUSE_MEMBERS_REPRESENTED && PB_CLAUSES[leaf->kind].counts_unions
        && next_int(state, 0, 1)) {
        leaf->denominator = 0;
        leaf->numerator = next_int(state, 0, 9);
    }
    if (family == MONOTONE) {
        const bool strict = next_int(state, 0, 1);
        leaf->comparison = leaf->kind == PB_CLAUSE_UNIONS_OPPOSED
                               ? (strict ? PB_LESS_THAN : PB_AT_MOST)
                               : (strict ? PB_MORE_THAN : PB_AT_LEAST);
    }
    return leaf;
}

static tree *random_tree(uint64_t *state, enum rule_family family, int depth)
{
    const int shape = depth == 0 ? 0 : next_int(state, 0, family == MONOTONE ? 3 : 4);
    if (shape == 0) {
        return random_leaf(state, family);
    }
    tree *made = new_tree(&pool, shape == 4   ? PB_CLAUSE_NOT
                                 : shape == 3 ? PB_CLAUSE_ANY
                                              : PB_CLAUSE_ALL);
    made->n_children = made->kind == PB_CLAUSE_NOT ? 1 : next_int(state, 1, 3);
    for (int i = 0; i < made->n_children; i++) {
        made->child[i] = random_tree(state, family, depth - 1);
    }
    return made;
}

/* ---- the oracle ---- */

/* Members by the coalition, not by the model. */
static int64_t members_of(int k)
{
    int64_t members = 0;
    for (int u = 0; u < c.coalition.n_units; u++) {
        members += c.coalition.unit[u].parent == k ? c.coalition.unit[u].members : 0;
    }
    return members;
}

/* What the rule sees if the unions of `approving` approve, ballots as they are in `lane`. */
static facts facts_of(uint64_t approving, int r, size_t lane)
{
    facts f = {.approving = approving};
    for (int k = 0; k < c.coalition.n_unions; k++) {
        const pb_union *voters = &c.coalition.unions[k];
        if (voters->abstains) {
            f.approving &= ~(UINT64_C(1) << k);
            continue;
        }
        const int64_t approves = approving >> k & 1, members = members_of(k);
        f.unions++;
        f.unions_for += approves;
        f.members += members;
        f.electorate += members;
        f.members_for += approves * members;
        for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
            const bool polled = voters->aggregate != PB_AGGREGATE_LEADERS;
            f.ballots += polled ? (int64_t)c.b.w->votes[r].ballots[u][lane] : 0;
            f.yes += polled ? (int64_t)c.b.w->votes[r].yes[u][lane] : 0;
        }
    }
    return f;
}

static bool holds(const tree *rule, uint64_t approving, int r, size_t lane)
{
    const facts f = facts_of(approving, r, lane);
    return tree_holds(rule, &f);
}

static uint64_t simulated_votes(int r, size_t lane)
{
    uint64_t approving = 0;
    for (int k = 0; k < c.coalition.n_unions; k++) {
        approving |= (uint64_t)(c.b.out.union_vote[union_row(&c, r, k) + lane] == 1) << k;
    }
    return approving;
}

/* The coalition's outcome for every set of approving unions: of unions alone, so once a rule. */
static bool holds_for[1 << 9];

static void tabulate(const tree *rule)
{
    for (uint64_t approving = 0; approving < UINT64_C(1) << c.coalition.n_unions; approving++) {
        holds_for[approving] = holds(rule, approving, 0, 0);
    }
}

static double pi_of(int r, int k, size_t lane)
{
    return c.b.out.union_probability[union_row(&c, r, k) + lane];
}

/* The probability of a set of approving unions, union `but` left out of it; -1: none. */
static double probability_of(uint64_t approving, int but, int r, size_t lane)
{
    double p = 1.0;
    for (int k = 0; k < c.coalition.n_unions; k++) {
        if (k != but) {
            p *= approving >> k & 1 ? pi_of(r, k, lane) : 1.0 - pi_of(r, k, lane);
        }
    }
    return p;
}

static void expect_brute_force(bool monotone, int r, size_t lane)
{
    const int n = c.coalition.n_unions;
    double ratifies = 0.0;
    for (uint64_t s = 0; s < UINT64_C(1) << n; s++) {
        ratifies += holds_for[s] ? probability_of(s, -1, r, lane) : 0.0;
    }
    cr_assert_float_eq(c.b.out.ratify_probability[(size_t)r * PB_LANES + lane], ratifies, 1e-12);
    for (int k = 0; k < n; k++) {
        const uint64_t own = UINT64_C(1) << k;
        const size_t at = union_row(&c, r, k) + lane;
        double with = 0.0, without = 0.0, missed = 0.0;
        for (uint64_t s = 0; s < UINT64_C(1) << n; s++) {
            if (!(s & own)) {
                const double p = probability_of(s, k, r, lane);
                with += holds_for[s | own] ? p : 0.0;
                without += holds_for[s] ? p : 0.0;
                missed += !holds_for[s] && holds_for[s | own] ? p : 0.0;
            }
        }
        cr_assert_float_eq(c.b.out.pivotal[at], with - without, 1e-12, "pivotal of %d", k);
        cr_assert(!monotone
                      || fabs(c.b.out.lost_deal[at] - (1.0 - pi_of(r, k, lane)) * missed) < 1e-12,
                  "lost deal of %d", k);
    }
}

/* The first union, from the most favourable, with which those so far satisfy the rule. */
static int naive_tipping(const tree *rule, int r, size_t lane)
{
    uint64_t approving = 0;
    for (int place = 0; place < c.coalition.n_unions; place++) {
        int best = -1;
        double highest = -INFINITY;
        for (int k = 0; k < c.coalition.n_unions; k++) {
            const pb_union *voters = &c.coalition.unions[k];
            double favour = 0.0;
            for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
                favour += (double)c.coalition.unit[u].members * c.b.w->votes[r].support[u][lane];
            }
            favour /= (double)members_of(k);
            if (!voters->abstains && !(approving >> k & 1) && favour > highest) {
                highest = favour;
                best = k;
            }
        }
        if (best < 0) {
            break;
        }
        approving |= UINT64_C(1) << best;
        if (holds(rule, approving, r, lane)) {
            return best;
        }
    }
    return PB_NO_UNION;
}

static void expect_vote_and_tipping(const tree *rule, int r, size_t lane)
{
    const size_t at = (size_t)r * PB_LANES + lane;
    cr_assert_eq(c.b.out.rule_satisfied[at], holds(rule, simulated_votes(r, lane), r, lane));
    cr_assert_eq(c.b.out.tipping_union[at], naive_tipping(rule, r, lane), "%d, naively %d",
                 c.b.out.tipping_union[at], naive_tipping(rule, r, lane));
}

/* ---- rules over unions ---- */

static void simulate_under(const tree *rule, size_t batch_index)
{
    c.round[0].rule = c.round[1].rule = rule_of_tree(rule);
    open_campaign(&c);
    vote_in_batch(&c, batch_index);
}

static void expect_brute_force_for(enum rule_family family, unsigned seed)
{
    uint64_t state = seed;
    double decided = 0.0;
    for (size_t i = 0; i < 150; i++) {
        random_coalition(&c, &state);
        pool.n = 0;
        const tree *rule = random_tree(&state, family, 2);
        simulate_under(rule, i);
        tabulate(rule);
        for (int r = 0; r < PB_ROUNDS; r++) {
            cr_assert_eq(c.model.how[r], PB_DIAGRAM_BUILT);
            for (size_t lane = i % 7; lane < PB_LANES; lane += 64) {
                expect_brute_force(family == MONOTONE, r, lane);
                expect_vote_and_tipping(rule, r, lane);
                const double p = c.b.out.ratify_probability[lane];
                decided += p > 0.01 && p < 0.99;
            }
        }
        close_campaign(&c);
    }
    cr_expect_gt(decided, 100, "only %g of 1,200 are open", decided);
}

Test(decision, under_monotone_rules_it_is_the_sum_over_all_votes)
{
    expect_brute_force_for(MONOTONE, SEED);
}

Test(decision, under_rules_that_more_approval_breaks_too)
{
    expect_brute_force_for(ANY_OF_UNIONS, SEED + 1);
}

/* ---- rules over ballots ---- */

static void expect_flips(const tree *rule, int r, size_t lane)
{
    const uint64_t votes = simulated_votes(r, lane);
    const bool ratified = holds(rule, votes, r, lane);
    cr_assert_eq(c.b.out.ratify_probability[(size_t)r * PB_LANES + lane], ratified);
    for (int k = 0; k < c.coalition.n_unions; k++) {
        const uint64_t own = UINT64_C(1) << k;
        const size_t at = union_row(&c, r, k) + lane;
        const bool with = holds(rule, votes | own, r, lane);
        const bool without = holds(rule, votes & ~own, r, lane);
        cr_assert_eq(c.b.out.pivotal[at], (double)with - (double)without);
        cr_assert_eq(c.b.out.union_probability[at], votes & own ? 1.0 : 0.0);
        cr_assert_eq(c.b.out.lost_deal[at], votes & own ? 0.0 : (double)with - (double)without);
    }
}

Test(decision, a_rule_over_ballots_falls_back_to_the_vote_and_its_flips)
{
    uint64_t state = SEED + 2;
    size_t plain = 0, ratified = 0, pivotal = 0;
    for (size_t i = 0; i < 200; i++) {
        random_coalition(&c, &state);
        pool.n = 0;
        const tree *rule = random_tree(&state, OF_BALLOTS, 2);
        simulate_under(rule, i);
        if (c.model.how[0] != PB_DIAGRAM_BUILT) {
            plain++;
            cr_assert_eq(c.model.how[0], PB_DIAGRAM_USES_BALLOTS);
            for (int r = 0; r < PB_ROUNDS; r++) {
                for (size_t lane = 0; lane < PB_LANES; lane += 16) {
                    expect_flips(rule, r, lane);
                    expect_vote_and_tipping(rule, r, lane);
                    ratified += c.b.out.rule_satisfied[lane];
                    pivotal += c.b.out.pivotal[lane] != 0.0;
                }
            }
        }
        close_campaign(&c);
    }
    cr_expect_geq(plain, 150);
    cr_expect(ratified > 500 && ratified < plain * 30);
    cr_expect_geq(pivotal, 100);
}

/* ---- who does not vote ---- */

Test(decision, an_abstaining_union_decides_nothing)
{
    uint64_t state = SEED + 3;
    for (size_t i = 0; i < 20; i++) {
        random_coalition(&c, &state);
        pool.n = 0;
        const tree *rule = random_tree(&state, i % 2 ? OF_BALLOTS : MONOTONE, 2);
        c.coalition.unions[0].abstains = true;
        simulate_under(rule, i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_assert_eq(c.b.out.union_vote[lane], PB_ABSTAINS);
            cr_assert_eq(c.b.out.pivotal[lane], 0.0);
            cr_assert_eq(c.b.out.lost_deal[lane], 0.0);
            cr_assert_neq(c.b.out.tipping_union[lane], 0);
        }
        close_campaign(&c);
    }
}

Test(decision, a_union_in_which_nobody_votes_does_not_approve)
{
    start_campaign(&c);
    set_acceptances(&c);
    c.vote.mu0 = 9.0; /* everybody is for it */
    c.vote.sd_coalition = 0.0;
    for (int k = 0; k < 4; k++) {
        static const pb_aggregate HOW[] = {PB_AGGREGATE_BALLOTS, PB_AGGREGATE_BALLOTS,
                                           PB_AGGREGATE_UNITS, PB_AGGREGATE_ALL_UNITS};
        add_union(&c.coalition, HOW[k])->accepts = k == 1 ? 1 : 0;
        for (int u = 0; u < (k == 1 ? 1 : 2); u++) {
            pb_unit *unit = add_unit(&c.coalition, 100, 1e-9); /* no ballot in any draw */
            unit->counted[0] = k == 0 ? counted_ballots(0, 0) : unit->counted[0];
            unit->accepts = k == 2 ? 1 : 0;
        }
    }
    c.round[0].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 1, 0);
    open_campaign(&c);
    for (size_t i = 0; i < 20; i++) {
        vote_in_batch(&c, i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            for (int k = 0; k < 4; k++) {
                cr_assert_eq(pi_of(0, k, lane), 0.0, "union %d", k);
                cr_assert_eq(c.b.out.union_vote[union_row(&c, 0, k) + lane], 0);
            }
            cr_assert_eq(c.b.out.ratify_probability[lane], 0.0);
        }
    }
    close_campaign(&c);
}

/* ---- a vote that has been held ---- */

static pb_counted random_count(uint64_t *state)
{
    pb_counted counted = counted_ballots(next_int(state, 0, 40), next_int(state, 0, 30));
    counted.date = next_int(state, 0, 3);
    return counted;
}

static void count_all(int r, uint64_t *state)
{
    for (int k = 0; k < c.coalition.n_unions; k++) {
        pb_union *voters = &c.coalition.unions[k];
        const bool as_one = voters->aggregate == PB_AGGREGATE_BALLOTS && next_int(state, 0, 2) == 0;
        if (as_one) {
            voters->counted[r] = random_count(state);
        }
        for (int u = voters->first_unit; u < voters->first_unit + voters->n_units && !as_one; u++) {
            c.coalition.unit[u].counted[r] = random_count(state);
        }
    }
}

/* Returns whether the round is ratified, in every draw. */
static bool expect_certain(int r, size_t i)
{
    const size_t row = (size_t)r * PB_LANES;
    const bool ratified = c.b.out.rule_satisfied[row];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_assert_eq(c.b.out.rule_satisfied[row + lane], ratified, "case %zu", i);
        cr_assert_eq(c.b.out.ratify_probability[row + lane], ratified ? 1.0 : 0.0,
                     "case %zu: %.17g", i, c.b.out.ratify_probability[row + lane]);
        for (int k = 0; k < c.coalition.n_unions; k++) {
            const double p = pi_of(r, k, lane);
            cr_assert(p == 0.0 || p == 1.0, "case %zu, union %d: %.17g", i, k, p);
            cr_assert(c.coalition.unions[k].abstains
                      || p == c.b.out.union_vote[union_row(&c, r, k) + lane]);
        }
    }
    return ratified;
}

static void know_leaders(uint64_t *state)
{
    for (int k = 0; k < c.coalition.n_unions; k++) {
        pb_union *voters = &c.coalition.unions[k];
        if (voters->aggregate == PB_AGGREGATE_LEADERS) {
            voters->p_approve = next_int(state, 0, 1);
        }
    }
}

Test(decision, when_all_is_counted_every_draw_says_exactly_0_or_1_in_both_rounds)
{
    uint64_t state = SEED + 4;
    size_t ratified[PB_ROUNDS] = {0, 0};
    for (size_t i = 0; i < 120; i++) {
        random_coalition(&c, &state);
        know_leaders(&state);
        count_all(0, &state);
        count_all(1, &state);
        pool.n = 0;
        const tree *rule = random_tree(
            &state, (enum rule_family[]){MONOTONE, ANY_OF_UNIONS, OF_BALLOTS}[i % 3], 2);
        simulate_under(rule, i);
        ratified[0] += expect_certain(0, i);
        ratified[1] += expect_certain(1, i);
        close_campaign(&c);
    }
    cr_expect(ratified[0] > 30 && ratified[0] < 90, "%zu of 120", ratified[0]);
    cr_expect(ratified[1] > 30 && ratified[1] < 90, "%zu of 120", ratified[1]);
}

/* ---- the ways to end ---- */

static const pb_dates DATES = {.agreement = 15000, .fy_start = 15156, .deadline = 15156};
static const pb_legislature LEGISLATURE = {.p_approve = 0.9, .days = 30.0};
static const pb_round_timing TIMING[PB_ROUNDS] = {
    {.vote_end = PB_NO_DATE, .days_after_agreement = {PB_QUANTITY_TRIANGULAR, 21, 27, 40}},
    {.vote_end = PB_NO_DATE,
     .days_after_agreement = {PB_QUANTITY_TRIANGULAR, 21, 27, 40},
     .p_rule_change = 0.7,
     .p_reopen = 0.75,
     .days_to_rule_change = {PB_QUANTITY_TRIANGULAR, 10, 24, 45},
     .days_to_agreement = {PB_QUANTITY_TRIANGULAR, 3, 5, 21}},
};

typedef struct endings {
    balance of[PB_N_OUTCOMES], held, ratified, deal;
} endings;

static void weigh_lane(size_t lane, endings *e)
{
    const pb_outcomes *out = &c.b.out;
    const int end = out->outcome[lane];
    const bool second =
        end == PB_DEAL_ROUND_2 || end == PB_REJECTED_TWICE || end == PB_REFUSED_ROUND_2;
    const bool deal = end == PB_DEAL_ROUND_1 || end == PB_DEAL_ROUND_2;
    const bool refused = end == PB_REFUSED_ROUND_1 || end == PB_REFUSED_ROUND_2;
    double sum = 0.0;
    for (int o = 0; o < PB_N_OUTCOMES; o++) {
        const double p = out->outcome_probability[(size_t)o * PB_LANES + lane];
        sum += p;
        weigh(&e->of[o], (end == o) - p);
    }
    cr_assert_float_eq(sum, 1.0, 1e-14, "%.17g", sum);
    cr_assert_eq(out->held_probability[lane], 1.0);
    weigh(&e->ratified, (deal || refused) - out->ratified_probability[lane]);
    weigh(&e->deal, deal - out->deal_probability[lane]);
    if (c.n_rounds > 1) {
        weigh(&e->held, second - out->held_probability[PB_LANES + lane]);
    }
}

static void expect_endings(const endings *e)
{
    static const char *const NAMES[] = {"no agreement",    "deal in round 1", "deal in round 2",
                                        "rejected",        "rejected twice",  "refused, round 1",
                                        "refused, round 2"};
    for (int o = 0; o < PB_N_OUTCOMES; o++) {
        expect_balance(NAMES[o], &e->of[o], 0.0);
    }
    expect_balance("round 2 is held", &e->held, 0.0);
    expect_balance("ratified", &e->ratified, 0.0);
    expect_balance("a deal", &e->deal, 0.0);
}

static void simulate_endings(int n_rounds, int n_counted)
{
    static const pb_talks_params none;
    pb_talks talks;
    pb_timeline timeline;
    endings e = {0};
    uint64_t state = SEED + 9;
    random_coalition(&c, &state);
    c.n_rounds = n_rounds;
    c.vote.mu0 = 0.1;
    for (int r = 0; r < n_counted; r++) {
        c.coalition.unit[0].counted[r] = counted_ballots(30, 24);
    }
    pb_talks_compile(&none, &DATES, PB_NO_DATE, PB_TIMELINE_FIXED, &c.b.inputs, &talks);
    pb_timeline_compile(&talks, TIMING, n_rounds, &LEGISLATURE, c.coalition.n_units, &c.b.inputs,
                        &timeline);
    open_campaign(&c);
    for (size_t i = 0; i < 1024; i++) {
        vote_in_batch(&c, i);
        pb_timeline_simulate(&timeline, rows_of(&c.b), &c.b.out, c.b.w);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            weigh_lane(lane, &e);
        }
    }
    expect_endings(&e);
    close_campaign(&c);
}

Test(decision, the_ways_to_end_add_up_and_are_as_frequent_as_probable)
{
    simulate_endings(2, 0);
}

Test(decision, the_ways_to_end_of_one_round_are_too)
{
    simulate_endings(1, 0);
}

Test(decision, the_ways_to_end_after_a_count_are_too)
{
    simulate_endings(2, 1);
    simulate_endings(2, 2);
}
