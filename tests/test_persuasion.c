/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a unit can do to a round (SPEC C.9). Oracles: finite differences of the mean conditional
 * probability with common random numbers, and the union's vote with the unit's ballots all no or
 * all yes, taken apart by hand.
 */
#include "tests/moments.h"
#include "tests/vote_cases.h"

static campaign c;

/* ---- persuasion ---- */

/*
 * The model is compiled once and a unit's offset is moved after that: its support moves, and what
 * is known or averaged of it does not. Central differences over 0.1 logit; by the third derivative
 * they are off by less than 1%, and so is the implicit differentiation in units of 100 ballots.
 * The rest is chance, 4.9 standard errors of the paired difference.
 */
#define OFFSET_STEP 0.05
#define RELATIVE_SLACK 0.01

enum { MOST_COMPARED = 20 };

static double moved_up[PB_ROUNDS * PB_LANES], moved_down[PB_ROUNDS * PB_LANES];
static double persuasion[PB_ROUNDS][MOST_COMPARED][PB_LANES];

typedef struct comparison {
    balance difference;
    double persuasion, slope;
} comparison;

static comparison compared[PB_ROUNDS][MOST_COMPARED];

static void probability_if_moved(int u, double by, double *p)
{
    c.coalition.unit[u].offset += by;
    vote_again(&c);
    memcpy(p, c.b.out.ratify_probability, (size_t)c.n_rounds * PB_LANES * sizeof *p);
    c.coalition.unit[u].offset -= by;
}

static void compare_unit(int u)
{
    probability_if_moved(u, OFFSET_STEP, moved_up);
    probability_if_moved(u, -OFFSET_STEP, moved_down);
    for (int r = 0; r < c.n_rounds; r++) {
        comparison *own = &compared[r][u];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const size_t at = (size_t)r * PB_LANES + lane;
            const double slope = (moved_up[at] - moved_down[at]) / (2.0 * OFFSET_STEP);
            weigh(&own->difference, slope - persuasion[r][u][lane]);
            own->persuasion += persuasion[r][u][lane];
            own->slope += slope;
        }
    }
}

static void compare_batch(size_t index)
{
    vote_in_batch(&c, index);
    for (int r = 0; r < c.n_rounds; r++) {
        for (int u = 0; u < c.coalition.n_units; u++) {
            memcpy(persuasion[r][u], &c.b.out.persuasion[unit_row(&c, r, u)],
                   sizeof persuasion[r][u]);
        }
    }
    for (int u = 0; u < c.coalition.n_units; u++) {
        compare_unit(u);
    }
}

/* Whether each unit's mean persuasion is the derivative; `still` has a bit for each unit of round
 * 1 or 2 that moves nothing. */
static void expect_derivatives(size_t n_batches, const uint64_t *still)
{
    const double n = (double)(n_batches * PB_LANES);
    for (size_t i = 0; i < n_batches; i++) {
        compare_batch(i);
    }
    for (int r = 0; r < c.n_rounds; r++) {
        for (int u = 0; u < c.coalition.n_units; u++) {
            const comparison *own = &compared[r][u];
            const double off = own->difference.sum / n, se = sqrt(own->difference.squares) / n;
            const double slope = own->slope / n;
            cr_expect(fabs(off) <= 4.9 * se + RELATIVE_SLACK * fabs(slope) + 1e-6,
                      "unit %d, round %d: persuasion %.6f, derivative %.6f, standard error %.6f", u,
                      r + 1, own->persuasion / n, slope, se);
            cr_expect(still[r] >> u & 1 ? slope == 0.0 : slope > 0.001, "unit %d, round %d: %g", u,
                      r + 1, slope);
        }
    }
}

static const uint64_t NONE_STILL[PB_ROUNDS];

static void start_open_race(void)
{
    start_campaign(&c);
    set_acceptances(&c);
    c.vote.mu0 = 0.1;
    c.round[1].shift.mean = 0.0;
    c.round[1].persistence = 1.0; /* what moves support of round 1 moves that of round 2 as much */
    c.round[1].rule = rule_of(PB_CLAUSE_MEMBERS_REPRESENTED, PB_MORE_THAN, 1, 2);
}

static void add_units(int n, const int64_t *members)
{
    for (int i = 0; i < n; i++) {
        add_unit(&c.coalition, members[i], 0.8)->offset = 0.3 * (i % 3) - 0.3;
    }
}

Test(persuasion, in_unions_that_pool_ballots_it_is_the_derivative)
{
    start_open_race();
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(3, (int64_t[]){400, 1200, 3000});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){2500});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->accepts = 2;
    add_units(2, (int64_t[]){900, 2100});
    open_campaign(&c);
    expect_derivatives(120, NONE_STILL);
    close_campaign(&c);
}

Test(persuasion, in_unions_that_count_units_it_is_the_derivative)
{
    start_open_race();
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){300, 1500, 700});
    add_union(&c.coalition, PB_AGGREGATE_ALL_UNITS);
    add_units(2, (int64_t[]){2500, 300});
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(2, (int64_t[]){600, 3000});
    c.coalition.unit[5].accepts = 4;
    open_campaign(&c);
    expect_derivatives(120, NONE_STILL);
    close_campaign(&c);
}

/* Where counts pin what a union's units share, one unit's own effect is left: what moves another
 * unit moves the number of votes that it needs. */
Test(persuasion, in_a_union_counted_in_part_it_is_the_derivative)
{
    start_open_race();
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(4, (int64_t[]){900, 700, 1600, 1100});
    c.coalition.unit[0].counted[0] = counted_ballots(340, 360);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){1500, 700});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){1000, 1200});
    c.coalition.unit[7].counted[1] = counted_ballots(420, 430);
    open_campaign(&c);
    expect_derivatives(120, (uint64_t[]){UINT64_C(1) << 0, UINT64_C(1) << 7});
    close_campaign(&c);
}

Test(persuasion, given_polls_it_is_the_derivative_at_what_they_tell)
{
    start_open_race();
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){900, 2100});
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){300, 1500, 700});
    c.round[1].rule = c.round[0].rule;
    observe(&c, "unit0", 0, 1, PB_EVIDENCE_STRAW_POLL, 1, 40, 44);
    observe(&c, "union1", 2, 3, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 110, 100);
    open_campaign(&c);
    expect_derivatives(120, NONE_STILL);
    close_campaign(&c);
}

/* ---- a unit's pivotality ---- */

static bool group_accepts(int acceptance, int64_t members, double ballots, double yes)
{
    const pb_tally tally = {.members = members, .ballots = (int64_t)ballots, .yes = (int64_t)yes};
    return ballots > 0.0 && pb_rule_holds(&c.coalition.acceptance[acceptance], &tally);
}

static bool unit_accepts(int r, int u, size_t lane, double yes)
{
    const pb_unit *unit = &c.coalition.unit[u];
    return group_accepts(unit->accepts, unit->members, c.b.w->votes[r].ballots[u][lane], yes);
}

/* Union k's vote if unit `u` says all yes or all no, the others as they are. */
static bool union_approves(int r, int k, int u, bool all_yes, size_t lane)
{
    const pb_union *voters = &c.coalition.unions[k];
    const pb_unit_votes *votes = &c.b.w->votes[r];
    int64_t members = 0;
    double ballots = 0.0, yes = 0.0;
    int accepting = 0;
    for (int v = voters->first_unit; v < voters->first_unit + voters->n_units; v++) {
        const double all = all_yes ? votes->ballots[v][lane] : 0.0;
        const double own = v == u ? all : votes->yes[v][lane];
        members += c.coalition.unit[v].members;
        ballots += votes->ballots[v][lane];
        yes += own;
        accepting +=
            v == u ? unit_accepts(r, v, lane, own) : c.b.out.unit_vote[unit_row(&c, r, v) + lane];
    }
    switch (voters->aggregate) {
        case PB_AGGREGATE_BALLOTS:
            return group_accepts(voters->accepts, members, ballots, yes);
        case PB_AGGREGATE_UNITS:
            return 2 * accepting > voters->n_units;
        case PB_AGGREGATE_ALL_UNITS:
            return accepting == voters->n_units;
        default:
            return false; /* leaders ask nobody */
    }
}

static size_t expect_unit_pivotal(int r, int u, size_t lane)
{
    const int k = c.coalition.unit[u].parent;
    const bool decides =
        union_approves(r, k, u, true, lane) != union_approves(r, k, u, false, lane);
    const double expected = decides ? c.b.out.pivotal[union_row(&c, r, k) + lane] : 0.0;
    const double found = c.b.out.unit_pivotal[unit_row(&c, r, u) + lane];
    cr_assert_eq(found, expected, "unit %d in round %d: %.17g, expected %.17g", u, r + 1, found,
                 expected);
    return decides;
}

Test(persuasion, a_unit_decides_if_all_its_ballots_together_turn_its_union)
{
    uint64_t state = SEED;
    size_t deciding = 0, seen = 0;
    for (size_t i = 0; i < 120; i++) {
        random_coalition(&c, &state);
        c.round[0].rule = random_monotone_rule(&state);
        if (i % 3 == 0) {
            c.coalition.unit[0].counted[0] = counted_ballots(10, 11);
        }
        if (c.coalition.unions[0].n_units == 1) {
            c.coalition.unit[0].counted[0].kind = PB_NOT_COUNTED; /* else the union is known */
        }
        open_campaign(&c);
        vote_in_batch(&c, i);
        for (size_t lane = 0; lane < PB_LANES; lane += 8) {
            for (int u = 0; u < c.coalition.n_units; u++) {
                for (int r = 0; r < PB_ROUNDS; r++) {
                    deciding += expect_unit_pivotal(r, u, lane);
                    seen++;
                }
            }
        }
        close_campaign(&c);
    }
    cr_expect(deciding > seen / 10 && deciding < seen / 10 * 9, "%zu of %zu", deciding, seen);
}

Test(persuasion, units_of_a_union_that_is_known_decide_nothing)
{
    start_open_race();
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->counted[0] = counted_ballots(500, 501);
    add_units(2, (int64_t[]){700, 600});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){900});
    c.coalition.unit[2].counted[0] = (pb_counted){.kind = PB_COUNTED_APPROVED};
    add_union(&c.coalition, PB_AGGREGATE_LEADERS)->p_approve = 0.5;
    add_units(1, (int64_t[]){900});
    open_campaign(&c);
    vote_in_batch(&c, 0);
    for (int u = 0; u < 4; u++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_assert_eq(c.b.out.unit_pivotal[unit_row(&c, 0, u) + lane], 0.0);
            cr_assert_eq(c.b.out.persuasion[unit_row(&c, 0, u) + lane], 0.0);
        }
    }
    close_campaign(&c);
}

/* ---- nothing is left over from one batch to the next ---- */

static uint64_t hash_of_columns(const pb_shape *shape)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < PB_N_COLUMNS; i++) {
        const size_t bytes =
            pb_column_items(&PB_COLUMNS[i], shape) * PB_LANES * PB_COLUMNS[i].width;
        const unsigned char *values = pb_column_values(&c.b.out, &PB_COLUMNS[i]);
        for (size_t at = 0; at < bytes; at++) {
            uint64_t mixed = hash ^ values[at];
            hash = next_bits(&mixed);
        }
    }
    return hash;
}

Test(persuasion, a_batch_is_the_same_whatever_was_simulated_before)
{
    uint64_t state = SEED + 1;
    for (size_t i = 0; i < 60; i++) {
        random_coalition(&c, &state);
        c.coalition.unit[0].counted[i % 2] = counted_ballots(12, 11);
        const pb_shape shape = shape_of_coalition(&c.coalition, PB_ROUNDS);
        open_campaign(&c);
        vote_in_batch(&c, 17);
        const uint64_t alone = hash_of_columns(&shape);
        vote_in_batch(&c, 1);
        vote_in_batch(&c, 17);
        cr_assert_eq(hash_of_columns(&shape), alone, "case %zu", i);
        close_campaign(&c);
    }
}
