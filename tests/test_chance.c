/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The exact conditional probability (SPEC C.8). Oracle: the simulated vote itself. A draw is held
 * fixed and only the inputs that should be integrated out are drawn again: the frequency of the
 * vote is then the probability, and the probability does not move. Over all draws, probability
 * and frequency agree in every decile of the probability.
 */
#include "tests/vote_cases.h"

static campaign c;

/*
 * What is integrated out of a union in each round, one letter an input: W the union's effect, D
 * its late swing of the round, V and N a unit's effect and its noise of round 2, L its leaders.
 */
typedef struct expectation {
    int in_union;
    const char *free[PB_ROUNDS];
    int unit; /* of V and N */
} expectation;

static double *free_row(const expectation *e, int r, char letter)
{
    const char *of_union = c.coalition.unions[e->in_union].id;
    const char *of_unit = c.coalition.unit[e->unit].id;
    switch (letter) {
        case 'W':
            return row_of(&c.b, PB_FOR_UNION, 0, of_union);
        case 'D':
            return row_of(&c.b, PB_FOR_LATE_SWING, (unsigned)r + 1, of_union);
        case 'V':
            return row_of(&c.b, PB_FOR_UNIT, 0, of_unit);
        case 'N':
            return row_of(&c.b, PB_FOR_ROUND_NOISE, 2, of_unit);
        default:
            return row_of(&c.b, PB_FOR_LEADERS, (unsigned)r + 1, of_union);
    }
}

/* ---- one draw, and what is integrated drawn again ---- */

enum { N_AGAIN = 80, N_REDRAWN = N_AGAIN * PB_LANES };

/* Every lane becomes a copy of one. */
static void hold_fixed(size_t index, size_t lane)
{
    batch_fill(&c.b, index);
    for (size_t row = 0; row < c.b.inputs.n; row++) {
        set_lanes(c.b.rows[row], c.b.rows[row][lane]);
    }
    vote_again(&c);
}

static void draw_again(const expectation *e, int r, size_t index)
{
    for (const char *letter = e->free[r]; *letter != '\0'; letter++) {
        double *row = free_row(e, r, *letter);
        const size_t i = (size_t)((double(*)[PB_LANES])row - c.b.rows);
        const pb_input *input = &c.b.inputs.item[i];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            row[lane] = pb_uniform(SEED, input, index * PB_LANES + lane);
        }
        pb_input_transform(&c.b.inputs, input, kernels(), row, row);
    }
}

typedef struct fixed_draw {
    double approves[PB_MAX_UNIONS], ratifies, pivotal[PB_MAX_UNIONS];
    size_t approving[PB_MAX_UNIONS], ratified;
} fixed_draw;

static void remember(int r, fixed_draw *d)
{
    memset(d, 0, sizeof *d);
    d->ratifies = c.b.out.ratify_probability[r * PB_LANES];
    for (int k = 0; k < c.coalition.n_unions; k++) {
        d->approves[k] = c.b.out.union_probability[union_row(&c, r, k)];
        d->pivotal[k] = c.b.out.pivotal[union_row(&c, r, k)];
    }
}

/* Only rounding may move them. A leaders' decision is not a matter of the effects: exact. */
static void expect_unmoved(int r, const fixed_draw *d)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        cr_assert_float_eq(c.b.out.ratify_probability[(size_t)r * PB_LANES + lane], d->ratifies,
                           1e-9, "round %d ratifies", r + 1);
        for (int k = 0; k < c.coalition.n_unions; k++) {
            cr_assert_float_eq(c.b.out.union_probability[union_row(&c, r, k) + lane],
                               d->approves[k], 1e-9, "union %d in round %d: %.17g, then %.17g", k,
                               r + 1, d->approves[k],
                               c.b.out.union_probability[union_row(&c, r, k) + lane]);
            cr_assert_float_eq(c.b.out.pivotal[union_row(&c, r, k) + lane], d->pivotal[k], 1e-9);
        }
    }
}

static void count_votes(int r, fixed_draw *d)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        d->ratified += c.b.out.rule_satisfied[(size_t)r * PB_LANES + lane];
        for (int k = 0; k < c.coalition.n_unions; k++) {
            d->approving[k] += c.b.out.union_vote[union_row(&c, r, k) + lane] == 1;
        }
    }
}

static void expect_frequencies(int r, size_t draw, const fixed_draw *d)
{
    char what[64];
    for (int k = 0; k < c.coalition.n_unions; k++) {
        if (!c.coalition.unions[k].abstains) {
            snprintf(what, sizeof what, "union %d, round %d, draw %zu", k, r + 1, draw);
            expect_frequency(what, d->approving[k], N_REDRAWN, d->approves[k]);
        }
    }
    snprintf(what, sizeof what, "ratified, round %d, draw %zu", r + 1, draw);
    expect_frequency(what, d->ratified, N_REDRAWN, d->ratifies);
}

static void redraw_one(const expectation *e, size_t n, int r, size_t draw)
{
    fixed_draw d;
    hold_fixed(7 * draw + 1, (37 * draw + 5) % PB_LANES);
    remember(r, &d);
    for (size_t i = 0; i < N_AGAIN; i++) {
        for (size_t k = 0; k < n; k++) {
            draw_again(&e[k], r, 1000 + 100 * draw + i);
        }
        vote_again(&c);
        expect_unmoved(r, &d);
        count_votes(r, &d);
    }
    expect_frequencies(r, draw, &d);
}

static void expect_redrawn(const expectation *e, size_t n, size_t n_draws)
{
    for (int r = 0; r < c.n_rounds; r++) {
        for (size_t draw = 0; draw < n_draws; draw++) {
            redraw_one(e, n, r, draw);
        }
    }
}

/* ---- all draws ---- */

enum { N_BINS = 12 };

/* Votes less their probabilities, by decile of the probability; 0 and 1 apart. */
typedef struct calibration {
    balance bin[N_BINS];
} calibration;

static void calibrate(calibration *cal, double vote, double p)
{
    const int bin = p <= 0.0 ? 0 : p >= 1.0 ? N_BINS - 1 : 1 + (int)(10.0 * p);
    weigh(&cal->bin[bin], vote - p);
}

static void expect_calibrated(const char *who, int r, const calibration *cal)
{
    balance all = {0.0, 0.0};
    char what[64];
    for (int i = 0; i < N_BINS; i++) {
        snprintf(what, sizeof what, "%s, round %d, bin %d", who, r + 1, i);
        /* rare votes are no sum of many: as many as 30 lie within a slack of 10 */
        expect_balance(what, &cal->bin[i], i == 0 || i == N_BINS - 1 ? 0.0 : 10.0);
        all.sum += cal->bin[i].sum;
        all.squares += cal->bin[i].squares;
    }
    snprintf(what, sizeof what, "%s, round %d, all draws", who, r + 1);
    expect_balance(what, &all, 0.0);
}

static calibration of_round[PB_ROUNDS], of_union[PB_ROUNDS][PB_MAX_UNIONS];

static void calibrate_batch(int r)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const size_t at = (size_t)r * PB_LANES + lane;
        calibrate(&of_round[r], c.b.out.rule_satisfied[at], c.b.out.ratify_probability[at]);
    }
    for (int k = 0; k < c.coalition.n_unions; k++) {
        const size_t row = union_row(&c, r, k);
        for (size_t lane = 0; lane < PB_LANES && !c.coalition.unions[k].abstains; lane++) {
            calibrate(&of_union[r][k], c.b.out.union_vote[row + lane],
                      c.b.out.union_probability[row + lane]);
        }
    }
}

static void expect_calibrated_over(size_t n_batches)
{
    for (size_t i = 0; i < n_batches; i++) {
        vote_in_batch(&c, i);
        for (int r = 0; r < c.n_rounds; r++) {
            calibrate_batch(r);
        }
    }
    for (int r = 0; r < c.n_rounds; r++) {
        expect_calibrated("the round", r, &of_round[r]);
        for (int k = 0; k < c.coalition.n_unions; k++) {
            expect_calibrated(c.coalition.unions[k].id, r, &of_union[r][k]);
        }
    }
}

/* ---- nothing is known ---- */

static void add_units(int n, const int64_t *members)
{
    for (int i = 0; i < n; i++) {
        pb_unit *unit = add_unit(&c.coalition, members[i], i % 3 == 2 ? 1.0 : 0.6 + 0.1 * i);
        unit->offset = 0.4 * (i - 1);
        unit->sector = i % 2;
    }
}

static const expectation UNKNOWN[] = {
    {0, {"WD", "D"}, 0},   /* pools three units */
    {1, {"WDV", "DN"}, 3}, /* one unit */
    {2, {"WD", "D"}, 0},   /* most of three units */
    {3, {"WD", "D"}, 0},   /* all of two units */
    {4, {"L", "L"}, 0},    /* leaders */
    {5, {"WD", "D"}, 0},   /* pools two units, Teamsters' rule */
    {6, {"", ""}, 0},      /* accepts by a rule that falls with yes: the vote itself */
    {7, {"WD", "D"}, 0},   /* abstains */
    {8, {"WD", "D"}, 0},   /* most of four units, with rules of their own */
};

static void nothing_is_known(void)
{
    start_campaign(&c);
    set_acceptances(&c);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(3, (int64_t[]){40, 300, 1200});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){15});
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){2, 80, 401});
    add_union(&c.coalition, PB_AGGREGATE_ALL_UNITS);
    add_units(2, (int64_t[]){61, 90});
    add_union(&c.coalition, PB_AGGREGATE_LEADERS)->p_approve = 0.3;
    add_units(1, (int64_t[]){700});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->accepts = 1;
    add_units(2, (int64_t[]){9, 33});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->accepts = 3;
    add_units(1, (int64_t[]){60});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->abstains = true;
    add_units(2, (int64_t[]){800, 900});
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(4, (int64_t[]){11, 150, 151, 152});
    for (int i = 0; i < 4; i++) {
        c.coalition.unit[c.coalition.unions[8].first_unit + i].accepts = (int[]){4, 2, 0, 1}[i];
    }
    c.round[0].rule = (pb_rule){
        .n_nodes = 3,
        .node = {{PB_CLAUSE_ALL, 3, PB_AT_LEAST, 0, 0, 0},
                 {PB_CLAUSE_UNIONS_OPPOSED, 2, PB_AT_MOST, 4, 0, 0},
                 {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_AT_LEAST, 1, 2, 0}},
    };
}

Test(chance, with_nothing_known_it_is_the_frequency_of_the_vote_drawn_again)
{
    nothing_is_known();
    open_campaign(&c);
    expect_redrawn(UNKNOWN, COUNT_OF(UNKNOWN), 6);
    close_campaign(&c);
}

Test(chance, with_nothing_known_votes_agree_with_it_over_all_draws)
{
    nothing_is_known();
    open_campaign(&c);
    expect_calibrated_over(4096);
    close_campaign(&c);
}

/* ---- counts and polls ---- */

static const expectation INFORMED[] = {
    {0, {"WD", "D"}, 0}, /* pools two units, nothing known */
    {1, {"D", "DN"}, 2}, /* one unit, polled before round 1 */
    {2, {"V", "D"}, 5},  /* pools three units, one counted: V of the largest of the others */
    {3, {"", "D"}, 0},   /* most of three units, one known to have approved: W, D informed */
    {4, {"", "D"}, 0},   /* pools two units, the union counted */
    {5, {"", "DN"}, 11}, /* one unit, known to have rejected */
    {6, {"D", "D"}, 0},  /* pools two units, one of them polled */
    {7, {"WDV", "DN"}, 14} /* one unit, nothing known */,
    {8, {"V", "N"}, 17},  /* pools three units, one counted in round 2 */
    {9, {"D", "D"}, 0},   /* all of two units, the union polled */
    {10, {"V", "D"}, 22}, /* pools three units, one counted and the largest polled */
};

/* In the terms of the table: units 0-1, 2, 3-5, 6-8, 9-10, 11, 12-13, 14, 15-17, 18-19, 20-22. */
static void counts_and_polls(void)
{
    pb_unit *unit = c.coalition.unit;
    start_campaign(&c);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){140, 900});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){220});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(3, (int64_t[]){500, 90, 410});
    unit[3].counted[0] = counted_ballots(180, 170);
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){61, 62, 63});
    unit[7].counted[0] = (pb_counted){.kind = PB_COUNTED_APPROVED};
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->counted[0] = counted_ballots(400, 420);
    add_units(2, (int64_t[]){700, 450});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){333});
    unit[11].counted[0] = (pb_counted){.kind = PB_COUNTED_REJECTED};
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){80, 1100});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){31});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(3, (int64_t[]){300, 200, 450});
    unit[15].counted[1] = counted_ballots(120, 110);
    add_union(&c.coalition, PB_AGGREGATE_ALL_UNITS);
    add_units(2, (int64_t[]){110, 130});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(3, (int64_t[]){100, 420, 333});
    unit[20].counted[0] = counted_ballots(40, 37);
    observe(&c, "unit21", 21, 1, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 25, 20);
    observe(&c, "unit2", 2, 1, PB_EVIDENCE_STRAW_POLL, 1, 30, 25);
    observe(&c, "unit12", 12, 1, PB_EVIDENCE_PROFESSIONAL_POLL, 1, 21, 20);
    observe(&c, "union9", 18, 2, PB_EVIDENCE_EARLIER_RATIFICATION, 1, 90, 60);
}

Test(chance, with_counts_and_polls_it_is_the_frequency_of_the_vote_drawn_again)
{
    counts_and_polls();
    open_campaign(&c);
    expect_redrawn(INFORMED, COUNT_OF(INFORMED), 6);
    close_campaign(&c);
}

Test(chance, with_counts_and_polls_votes_agree_with_it_over_all_draws)
{
    counts_and_polls();
    open_campaign(&c);
    expect_calibrated_over(4096);
    close_campaign(&c);
}

/* ---- counts of both rounds ---- */

static const expectation BOTH_ROUNDS[] = {
    {0, {"WD", "D"}, 0}, /* pools two units, nothing known */
    {1, {"", ""}, 2},    /* one unit, counted in both */
    {2, {"V", "N"}, 5},  /* pools three units, one counted in both: the largest of the others */
    {3, {"", ""}, 0},    /* pools two units, the union counted in both */
    {4, {"", ""}, 0},    /* most of three units, one approved, then counted: W, D informed */
    {5, {"", ""}, 11},   /* one unit, rejected, then approved */
    {6, {"", ""}, 0},    /* pools three units, one counted in both; the union approved in 2 */
    {7, {"L", "L"}, 0},  /* leaders */
    {8, {"", ""}, 0},    /* pools two units, the union counted in 2: every effect informed */
    {9, {"", "DN"}, 18}, /* one unit, counted in 1 */
    {10, {"V", "D"}, 20} /* pools two units, one counted in 1 */,
};

/* In the terms of the table: units 0-1, 2, 3-5, 6-7, 8-10, 11, 12-14, 15, 16-17, 18, 19-20. */
static void counts_of_both_rounds(void)
{
    pb_unit *unit = c.coalition.unit;
    pb_union *voters;
    start_campaign(&c);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){140, 900});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){220});
    unit[2].counted[0] = counted_ballots(70, 90);
    unit[2].counted[1] = counted_ballots(101, 60);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(3, (int64_t[]){500, 90, 410});
    unit[3].counted[0] = counted_ballots(180, 190);
    unit[3].counted[1] = counted_ballots(170, 150);
    voters = add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    voters->counted[0] = counted_ballots(400, 420);
    voters->counted[1] = counted_ballots(430, 300);
    add_units(2, (int64_t[]){700, 450});
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){61, 62, 63});
    unit[9].counted[0] = (pb_counted){.kind = PB_COUNTED_APPROVED};
    unit[9].counted[1] = counted_ballots(20, 19);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){333});
    unit[11].counted[0] = (pb_counted){.kind = PB_COUNTED_REJECTED};
    unit[11].counted[1] = (pb_counted){.kind = PB_COUNTED_APPROVED};
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->counted[1] =
        (pb_counted){.kind = PB_COUNTED_APPROVED};
    add_units(3, (int64_t[]){80, 1100, 300});
    unit[12].counted[0] = counted_ballots(21, 30);
    unit[12].counted[1] = counted_ballots(24, 30);
    add_union(&c.coalition, PB_AGGREGATE_LEADERS)->p_approve = 0.4;
    add_units(1, (int64_t[]){500});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->counted[1] = counted_ballots(320, 160);
    add_units(2, (int64_t[]){300, 350});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){150});
    unit[18].counted[0] = counted_ballots(51, 49);
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){120, 333});
    unit[19].counted[0] = counted_ballots(40, 37);
    observe(&c, "union2", 3, 3, PB_EVIDENCE_EARLIER_RATIFICATION, 1, 300, 290);
}

Test(chance, with_counts_of_both_rounds_it_is_the_frequency_of_the_vote_drawn_again)
{
    counts_of_both_rounds();
    c.evidence.n_observations = 0; /* without it unit 5 of union 2 has an effect of its own left */
    open_campaign(&c);
    expect_redrawn(BOTH_ROUNDS, COUNT_OF(BOTH_ROUNDS), 6);
    close_campaign(&c);
}

Test(chance, with_counts_of_both_rounds_votes_agree_with_it_over_all_draws)
{
    counts_of_both_rounds();
    open_campaign(&c);
    expect_calibrated_over(4096);
    close_campaign(&c);
}

/* What is known may tell nothing of the effects: nobody voted, leaders decide, or it was certain.
 */
static const expectation WITHOUT_NEWS[] = {
    {0, {"WD", "D"}, 0}, /* most of three units, one known to have approved */
    {1, {"WD", "D"}, 0}, /* most of three units, nobody voted in one */
    {2, {"", "D"}, 0},   /* pools two units, nobody voted in the union */
    {3, {"", "L"}, 0},   /* leaders, known to have approved */
    {4, {"", "DN"}, 9},  /* one unit, known to have approved */
    {5, {"WD", "D"}, 0}, /* pools two units, nobody voted in either */
};

static void known_without_news(void)
{
    pb_unit *unit = c.coalition.unit;
    const pb_counted approved = {.kind = PB_COUNTED_APPROVED};
    start_campaign(&c);
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){3, 500, 400});
    add_union(&c.coalition, PB_AGGREGATE_UNITS);
    add_units(3, (int64_t[]){80, 500, 400});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS)->counted[0] = counted_ballots(0, 0);
    add_units(2, (int64_t[]){800, 700});
    add_union(&c.coalition, PB_AGGREGATE_LEADERS)->counted[0] = approved;
    c.coalition.unions[3].p_approve = 0.4;
    add_units(1, (int64_t[]){300});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(1, (int64_t[]){4});
    add_union(&c.coalition, PB_AGGREGATE_BALLOTS);
    add_units(2, (int64_t[]){300, 200});
    unit[0].offset = unit[9].offset = 45.0; /* never in doubt */
    unit[0].counted[0] = unit[9].counted[0] = approved;
    unit[3].counted[0] = unit[10].counted[0] = unit[11].counted[0] = counted_ballots(0, 0);
}

Test(chance, what_is_known_without_news_is_certain_and_the_rest_is_integrated)
{
    known_without_news();
    open_campaign(&c);
    expect_redrawn(WITHOUT_NEWS, COUNT_OF(WITHOUT_NEWS), 3);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        static const double KNOWN[] = {-1.0, -1.0, 0.0, 1.0, 1.0, 0.0};
        for (int k = 2; k < 6; k++) {
            cr_assert_eq(c.b.out.union_probability[union_row(&c, 0, k) + lane], KNOWN[k]);
            cr_assert_eq(c.b.out.union_vote[union_row(&c, 0, k) + lane], KNOWN[k]);
        }
    }
    close_campaign(&c);
}

/* A poll of everybody is evidence of every union: the late swing alone is left. */
Test(chance, a_poll_of_all_leaves_only_the_late_swing)
{
    expectation left[COUNT_OF(UNKNOWN)];
    nothing_is_known();
    for (size_t k = 0; k < COUNT_OF(left); k++) {
        left[k] = UNKNOWN[k];
        left[k].free[0] = UNKNOWN[k].free[0][0] == 'W' ? "D" : UNKNOWN[k].free[0];
    }
    observe(&c, "all", 0, c.coalition.n_units, PB_EVIDENCE_STRAW_POLL, 1, 200, 150);
    open_campaign(&c);
    expect_redrawn(left, COUNT_OF(left), 2);
    close_campaign(&c);
}

/* ---- sds of 0 ---- */

/* Nothing is shared by a union's units: a unit's own effect is integrated, the largest's. */
Test(chance, without_shared_effects_the_largest_units_own_effect_is_integrated)
{
    static const expectation LEFT[] = {
        {0, {"V", "N"}, 2}, {1, {"V", "N"}, 3}, {2, {"", ""}, 0},
        {3, {"", ""}, 0},   {4, {"L", "L"}, 0}, {5, {"V", "N"}, 11},
        {6, {"", ""}, 0},   {7, {"", ""}, 0},   {8, {"", ""}, 0},
    };
    nothing_is_known();
    c.vote.sd_union = c.vote.sd_late_swing = 0.0;
    c.vote.df = INFINITY;
    open_campaign(&c);
    expect_redrawn(LEFT, COUNT_OF(LEFT), 3);
    for (size_t i = 0; i < 3; i++) {
        vote_in_batch(&c, i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const size_t at = union_row(&c, 0, 2) + lane; /* counts units: the vote itself */
            cr_assert_eq(c.b.out.union_probability[at], c.b.out.union_vote[at]);
        }
    }
    close_campaign(&c);
}

Test(chance, without_a_late_swing_or_union_effect_the_other_is_integrated)
{
    for (int without_swing = 0; without_swing < 2; without_swing++) {
        expectation left[COUNT_OF(UNKNOWN)];
        nothing_is_known();
        (without_swing ? &c.vote.sd_late_swing : &c.vote.sd_union)[0] = 0.0;
        c.round[1].noise = 0.0;
        for (size_t k = 0; k < COUNT_OF(left); k++) {
            const char *first = UNKNOWN[k].free[0];
            left[k] = UNKNOWN[k];
            left[k].free[0] = *first != 'W'     ? first
                              : first[2] == 'V' ? (without_swing ? "WV" : "DV")
                              : without_swing   ? "W"
                                                : "D";
            left[k].free[1] = *first == 'W' ? (without_swing ? "" : "D") : first;
        }
        open_campaign(&c);
        expect_redrawn(left, COUNT_OF(left), 2);
        close_campaign(&c);
    }
}

Test(chance, without_any_effect_it_is_the_vote)
{
    nothing_is_known();
    c.vote = (pb_vote_params){.mu0 = 0.1, .df = 5.0, .turnout = 0.75};
    c.round[1].shift.sd = c.round[1].noise = 0.0;
    open_campaign(&c);
    vote_in_batch(&c, 0);
    for (int r = 0; r < PB_ROUNDS; r++) {
        for (int k = 0; k < c.coalition.n_unions; k++) {
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                const size_t at = union_row(&c, r, k) + lane;
                cr_assert(k == 4 || k == 7
                              || c.b.out.union_probability[at] == c.b.out.union_vote[at],
                          "union %d", k);
            }
        }
    }
    close_campaign(&c);
}

/* ---- random coalitions ---- */

static void expect_never_lower(const double *before, const double *after, const char *why)
{
    for (size_t i = 0; i < PB_ROUNDS * PB_LANES; i++) {
        cr_assert(after[i] >= before[i] - 1e-9, "%s: %.17g, then %.17g", why, before[i], after[i]);
    }
}

static double probability[2][PB_ROUNDS * PB_LANES];

static void vote_of(uint64_t *state, double *p)
{
    open_campaign(&c);
    vote_in_batch(&c, next_bits(state) % 1000);
    memcpy(p, c.b.out.ratify_probability, PB_ROUNDS * PB_LANES * sizeof *p);
    close_campaign(&c);
}

Test(chance, more_support_never_lowers_the_probability_of_any_draw)
{
    uint64_t state = SEED;
    double raised = 0.0;
    for (int i = 0; i < 60; i++) {
        random_coalition(&c, &state);
        c.round[0].rule = random_monotone_rule(&state);
        c.round[1].rule = random_monotone_rule(&state);
        uint64_t same = state;
        vote_of(&state, probability[0]);
        c.vote.mu0 += i % 2 ? 0.01 : 0.4;
        vote_of(&same, probability[1]);
        expect_never_lower(probability[0], probability[1], "mu0 up");
        raised += probability[1][0] - probability[0][0];
    }
    cr_expect_gt(raised, 0.5, "it should matter");
}

/* One clause of each round's rule is made easier by one. */
Test(chance, a_lower_threshold_never_lowers_the_probability_of_any_draw)
{
    uint64_t state = SEED + 1;
    double raised = 0.0;
    for (int i = 0; i < 60; i++) {
        random_coalition(&c, &state);
        for (int r = 0; r < PB_ROUNDS; r++) {
            c.round[r].rule = random_monotone_rule(&state);
        }
        uint64_t same = state;
        vote_of(&state, probability[0]);
        for (int r = 0; r < PB_ROUNDS; r++) {
            pb_rule_node *node = &c.round[r].rule.node[1];
            node->numerator += node->kind == PB_CLAUSE_UNIONS_OPPOSED ? 1 : -1;
        }
        vote_of(&same, probability[1]);
        expect_never_lower(probability[0], probability[1], "a lower threshold");
        raised += probability[1][0] - probability[0][0];
    }
    cr_expect_gt(raised, 0.5, "it should matter");
}

/* Posterior mean of unit u's support of round 1. */
static double posterior_support(int u)
{
    const pb_effects *e = &c.model.effects;
    const pb_unit *unit = &c.coalition.unit[u];
    const int effects[] = {e->coalition, e->sector[unit->sector], e->in_union[unit->parent],
                           e->unit[u], e->late_swing[0][unit->parent]};
    double mean = c.vote.mu0 + unit->offset;
    for (size_t i = 0; i < COUNT_OF(effects); i++) {
        double own, variance;
        pb_evidence_posterior(c.model.evidence, effects[i], &own, &variance);
        mean += own;
    }
    return mean;
}

static void posterior_of_all(double *support)
{
    open_campaign(&c);
    for (int u = 0; u < c.coalition.n_units; u++) {
        support[u] = posterior_support(u);
    }
    close_campaign(&c);
}

/* One to three counts of units; returns the unit of the last. */
static int count_some(uint64_t *state, int n)
{
    int last = 0;
    for (int i = 0; i < n; i++) {
        last = next_int(state, 0, c.coalition.n_units - 1);
        const int yes = next_int(state, 0, 200), no = next_int(state, 1, 200);
        c.coalition.unit[last].counted[0] = counted_ballots(yes, no);
        c.coalition.unit[last].counted[0].date = i;
    }
    return last;
}

/*
 * Some votes of the last count turn from no to yes. Its own unit is then thought more favourable,
 * and no other less, where units of a union share their sector. Across sectors that need not be:
 * news for a sector explains an earlier count by the sector, hence against that count's union.
 */
Test(chance, a_more_favourable_count_never_lowers_the_posterior_mean_of_support)
{
    static double before[PB_MAX_UNITS], after[PB_MAX_UNITS];
    uint64_t state = SEED + 2;
    for (int i = 0; i < 120; i++) {
        const bool nested = i % 4 != 0;
        random_coalition(&c, &state);
        for (int u = 0; u < c.coalition.n_units && nested; u++) {
            c.coalition.unit[u].sector = c.coalition.unit[u].parent % 2;
        }
        const int last = count_some(&state, 1 + i % 3);
        pb_counted *counted = &c.coalition.unit[last].counted[0];
        posterior_of_all(before);
        const int turned = next_int(&state, 1, (int)counted->no_ballots);
        counted->yes_ballots += turned;
        counted->no_ballots -= turned;
        posterior_of_all(after);
        for (int u = 0; u < c.coalition.n_units && nested; u++) {
            cr_assert(after[u] >= before[u] - 1e-12, "unit %d: %.12f, then %.12f", u, before[u],
                      after[u]);
        }
        cr_assert(after[last] > before[last] + 1e-6);
    }
}

Test(chance, every_probability_lies_between_0_and_1)
{
    uint64_t state = SEED + 3;
    for (int i = 0; i < 60; i++) {
        random_coalition(&c, &state);
        c.round[0].rule = random_monotone_rule(&state);
        c.round[1].rule = random_monotone_rule(&state);
        if (i % 2 == 1) {
            c.coalition.unit[0].counted[i % 2] = counted_ballots(5, 6);
        }
        open_campaign(&c);
        vote_in_batch(&c, (size_t)i);
        for (size_t at = 0; at < PB_ROUNDS * PB_LANES; at++) {
            const double p = c.b.out.ratify_probability[at];
            cr_assert(p >= 0.0 && p <= 1.0, "%.17g", p);
        }
        for (size_t at = 0; at < union_row(&c, PB_ROUNDS, 0); at++) {
            const double p = c.b.out.union_probability[at], pivotal = c.b.out.pivotal[at];
            cr_assert(p >= 0.0 && p <= 1.0, "%.17g", p);
            cr_assert(pivotal >= 0.0 && pivotal <= 1.0, "%.17g", pivotal);
            cr_assert(c.b.out.lost_deal[at] >= 0.0 && c.b.out.lost_deal[at] <= 1.0);
        }
        for (size_t at = 0; at < unit_row(&c, PB_ROUNDS, 0); at++) {
            const double p = c.b.out.unit_pivotal[at];
            cr_assert(p >= 0.0 && p <= 1.0, "%.17g", p);
            cr_assert(c.b.out.persuasion[at] >= 0.0 && isfinite(c.b.out.persuasion[at]));
        }
        close_campaign(&c);
    }
}
