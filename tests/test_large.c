/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * As large as a scenario may be: 64 unions, 400 units, 200,000 members. Compiling and simulating
 * it takes well under 5 seconds of processor time, with a diagram or without.
 */
#include "tests/moments.h"
#include "tests/vote_cases.h"

#include <time.h>

enum { N_UNIONS = PB_MAX_UNIONS, N_UNITS = PB_MAX_UNITS, MEMBERS = 200000, N_BATCHES = 4 };

static campaign c;

/* Units of 20 to 3,000 or so; the last one makes up the total. */
static void largest_coalition(uint64_t *state)
{
    int64_t left = MEMBERS;
    start_campaign(&c);
    set_acceptances(&c);
    c.vote.mu0 = 0.9;
    c.coalition.n_sectors = PB_MAX_SECTORS;
    for (int s = 0; s < PB_MAX_SECTORS; s++) {
        snprintf(c.coalition.sector[s], PB_ID_SIZE, "sector%d", s);
    }
    for (int k = 0; k < N_UNIONS; k++) {
        pb_union *added = add_union(&c.coalition, k % 8 == 7 ? PB_AGGREGATE_UNITS
                                                  : k == 60  ? PB_AGGREGATE_LEADERS
                                                             : PB_AGGREGATE_BALLOTS);
        added->p_approve = 0.8;
        const int end = (k + 1) * N_UNITS / N_UNIONS;
        while (c.coalition.n_units < end) {
            const int64_t wanted =
                c.coalition.n_units == N_UNITS - 1 ? left : 20 + next_size(state, 2500);
            pb_unit *unit = add_unit(&c.coalition, wanted, 0.75);
            unit->sector = next_int(state, 0, PB_MAX_SECTORS - 1);
            unit->offset = next_uniform(state) - 0.5;
            left -= wanted;
        }
    }
    cr_assert_gt(left + c.coalition.unit[N_UNITS - 1].members, 0, "the units are too large");
    cr_assert_eq(left, 0);
}

/* [0] count and weight, as in the coalition of 1996; [1] a count alone. */
static void set_rules(void)
{
    c.round[0].rule = (pb_rule){
        .n_nodes = 3,
        .node = {{PB_CLAUSE_ALL, 3, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_UNIONS_OPPOSED, 2, PB_AT_MOST, 1, 4, 0},
                 {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_AT_LEAST, 4, 5, 0}},
    };
    c.round[1].rule = rule_of(PB_CLAUSE_UNIONS_APPROVING, PB_AT_LEAST, 3, 4);
}

/* Exact in a round that has a diagram, the vote itself in one that has none. */
static void weigh_batch(balance *rounds, size_t *ratified)
{
    for (int r = 0; r < PB_ROUNDS; r++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const size_t at = (size_t)r * PB_LANES + lane;
            const double p = c.b.out.ratify_probability[at], vote = c.b.out.rule_satisfied[at];
            cr_assert(p >= 0.0 && p <= 1.0);
            cr_assert(c.model.how[r] == PB_DIAGRAM_BUILT || p == vote);
            weigh(&rounds[r], vote - p);
            ratified[r] += c.b.out.rule_satisfied[at];
        }
    }
}

static void simulate_largest(const char *what)
{
    const clock_t start = clock();
    balance rounds[PB_ROUNDS] = {{0.0, 0.0}};
    size_t ratified[PB_ROUNDS] = {0};
    open_campaign(&c);
    const double compiled = (double)(clock() - start) / CLOCKS_PER_SEC;
    for (size_t i = 0; i < N_BATCHES; i++) {
        vote_in_batch(&c, i);
        weigh_batch(rounds, ratified);
    }
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    cr_log_info("%s: compiled in %.2f s, %d draws in %.2f s", what, compiled, N_BATCHES * PB_LANES,
                seconds - compiled);
    cr_expect_lt(seconds, 5.0, "%s took %.1f s", what, seconds);
    for (int r = 0; r < PB_ROUNDS; r++) {
        cr_expect(ratified[r] > 50 && ratified[r] < N_BATCHES * PB_LANES - 50, "%zu ratified",
                  ratified[r]);
        expect_balance(what, &rounds[r], 0.0);
    }
}

Test(large, sixty_four_unions_of_400_units_are_simulated_in_seconds)
{
    uint64_t state = SEED;
    largest_coalition(&state);
    set_rules();
    c.round[0].rule = rule_of(PB_CLAUSE_UNIONS_OPPOSED, PB_AT_MOST, 1, 4);
    simulate_largest("a count");
    cr_expect_eq(c.model.how[0], PB_DIAGRAM_BUILT, "a count is a small diagram");
    cr_expect_eq(c.model.how[1], PB_DIAGRAM_BUILT);
    close_campaign(&c);
}

Test(large, a_rule_too_large_for_a_diagram_falls_back_to_the_vote_and_says_why)
{
    uint64_t state = SEED;
    largest_coalition(&state);
    set_rules();
    simulate_largest("count and weight");
    cr_expect_eq(c.model.how[0], PB_DIAGRAM_TOO_LARGE);
    cr_expect_gt(strlen(pb_diagram_outcome_text(c.model.how[0])), 10);
    cr_expect_null(c.model.diagram[0].node, "nothing is left of it");
    for (int k = 0; k < N_UNIONS; k++) {
        for (size_t lane = 0; lane < PB_LANES; lane += 32) {
            const size_t at = union_row(&c, 0, k) + lane;
            cr_assert_eq(c.b.out.union_probability[at], c.b.out.union_vote[at]);
            cr_assert(c.b.out.pivotal[at] == 0.0 || c.b.out.pivotal[at] == 1.0);
        }
    }
    close_campaign(&c);
}

Test(large, counts_of_half_the_units_and_256_polls_are_taken_in_in_time)
{
    uint64_t state = SEED;
    largest_coalition(&state);
    set_rules();
    for (int u = 0; u < N_UNITS; u += 2) {
        const int64_t members = c.coalition.unit[u].members;
        c.coalition.unit[u].counted[0] = counted_ballots(members * 2 / 5, members / 4);
    }
    for (int i = 0; i < PB_MAX_EVIDENCE; i++) {
        observe(&c, c.coalition.unit[i].id, i, 1, PB_EVIDENCE_STRAW_POLL, 1, 12, 8);
    }
    const clock_t start = clock();
    open_campaign(&c);
    for (size_t i = 0; i < N_BATCHES; i++) {
        vote_in_batch(&c, i);
    }
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    cr_log_info("counts and polls: %.2f s", seconds);
    cr_expect_lt(seconds, 5.0, "%.1f s", seconds);
    close_campaign(&c);
}
