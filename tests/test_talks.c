/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Talks that go on (SPEC B.2): the day of an agreement by hand, and its frequency and mean against
 * the closed form, P(T <= day n) = p (1 - exp(-h times the days so far)).
 */
#include "models/talks.h"
#include "tests/fixture.h"
#include "tests/moments.h"

#include <criterion/parameterized.h>

enum { LANE = 5 };

static pb_talks talks;
static batch b;

static const pb_shape SHAPE = {.extent = {[PB_AXIS_NONE] = 1}};

/* Ten days of talks, 100 to 109; on the last four an agreement is three times as likely. */
static pb_dates dates = {.talks_start = 100, .deadline = 109, .agreement = PB_NO_DATE};
static pb_talks_params params = {
    .p_agreement = 0.75, .hazard_per_day = 0.1, .deadline_multiplier = 3.0, .deadline_days = 4};

static void open_talks(pb_timeline_kind kind)
{
    pb_talks_compile(&params, &dates, PB_NO_DATE, kind, &b.inputs, &talks);
    batch_open(&b, &SHAPE);
}

struct day_case {
    double chance, needed; /* the uniform of an agreement at all; the exponential */
    bool in_time;
    double day;
    char why[64];
};

/* Hazards add up to 0.1 ... 0.6 on days 100 to 105, to 0.9, 1.2, 1.5 and 1.8 on 106 to 109. */
ParameterizedTestParameters(talks, the_agreement_comes_when_the_hazards_add_up)
{
    static struct day_case cases[] = {
        {0.1, 1e-300, true, 100, "the first day"},
        {0.1, 0.099, true, 100, "still the first day"},
        {0.1, 0.101, true, 101, "the second"},
        {0.1, 0.599, true, 105, "the last ordinary day"},
        {0.1, 0.601, true, 106, "the first of the last four"},
        {0.1, 0.899, true, 106, "where the rate is 0.3"},
        {0.1, 0.901, true, 107, "and so on"},
        {0.1, 1.799, true, 109, "the deadline itself is in time"},
        {0.1, 1.801, false, 109, "a day late"},
        {0.1, 36.0, false, 109, "much too late"},
        {0.749, 0.05, true, 100, "just below p_agreement"},
        {0.75, 0.05, false, 109, "a uniform of 0.75 is not below it"},
    };
    return cr_make_param_array(struct day_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct day_case *c, talks, the_agreement_comes_when_the_hazards_add_up)
{
    open_talks(PB_TIMELINE_HAZARD);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), c->chance);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT_DAY, 0, ""), c->needed);
    const pb_agreement agreement = pb_talks_agreement(&talks, rows_of(&b), LANE);
    cr_expect_eq(agreement.in_time, c->in_time, "%s", c->why);
    cr_expect_eq(agreement.day, c->day, "%s: %g", c->why, agreement.day);
    batch_close(&b);
}

Test(talks, an_agreement_that_is_reached_needs_no_chance)
{
    const pb_dates reached = {.talks_start = PB_NO_DATE, .deadline = 109, .agreement = 90};
    pb_talks_compile(&params, &reached, 100, PB_TIMELINE_HAZARD, &b.inputs, &talks);
    cr_expect_eq(b.inputs.n, 0u);
    cr_expect_eq(talks.p_in_time, 1.0);
    batch_open(&b, &SHAPE);
    const pb_agreement agreement = pb_talks_agreement(&talks, rows_of(&b), LANE);
    cr_expect(agreement.in_time && agreement.day == 90.0);
    batch_close(&b);
}

Test(talks, with_fixed_dates_only_whether_is_random)
{
    const pb_dates no_start = {.talks_start = PB_NO_DATE, .deadline = 109, .agreement = PB_NO_DATE};
    pb_talks_compile(&params, &no_start, 105, PB_TIMELINE_FIXED, &b.inputs, &talks);
    cr_expect_eq(b.inputs.n, 1u);
    cr_expect_eq(talks.p_in_time, 0.75);
    batch_open(&b, &SHAPE);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), 0.7499);
    cr_expect(pb_talks_agreement(&talks, rows_of(&b), LANE).in_time);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), 0.75);
    cr_expect_not(pb_talks_agreement(&talks, rows_of(&b), LANE).in_time);
    batch_close(&b);
}

/* ---- days that have passed ---- */

struct passed_case {
    int as_of;
    double p_agreement, p_in_time; /* after what is known by then */
    double needed, day;            /* the first for which the hazards of days to come add up */
    char why[48];
};

/*
 * Ten days, 100 to 109, of 0.1 and from 106 on 0.3: 1.8 in all. After the hazards s of the days
 * gone by, p' = 0.75 exp(-s) / (0.25 + 0.75 exp(-s)) = 3 / (3 + exp(s)), and an agreement in time
 * has p' (1 - exp(s - 1.8)).
 */
ParameterizedTestParameters(talks, days_without_an_agreement_count)
{
    static struct passed_case cases[] = {
        {90, 0.75, 0.75 * (1 - 0.16529888822158653), 0.05, 100, "before the talks"},
        {100, 0.75, 0.75 * (1 - 0.16529888822158653), 0.05, 100, "on their first day"},
        {105, 0.645338756, 0.469463427, 0.05, 105, "after 0.5: the day itself is to come"},
        {105, 0.645338756, 0.469463427, 0.15, 106, "0.1, then 0.3"},
        {108, 0.474674763, 0.214167730, 0.29, 108, "after 1.2, among the last four days"},
        {108, 0.474674763, 0.214167730, 0.31, 109, "0.3 a day"},
        {109, 0.400978973, 0.103926444, 0.29, 109, "after 1.5, the deadline"},
        {110, 0.331504626, 0.0, 0.29, 110, "after 1.8 nothing is in time"},
        {200, 0.331504626, 0.0, 0.29, 110, "long after"},
    };
    return cr_make_param_array(struct passed_case, cases, COUNT_OF(cases));
}

ParameterizedTest(struct passed_case *c, talks, days_without_an_agreement_count)
{
    pb_talks_compile(&params, &dates, c->as_of, PB_TIMELINE_HAZARD, &b.inputs, &talks);
    batch_open(&b, &SHAPE);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT, 0, ""), 0.1);
    set_lanes(row_of(&b, PB_FOR_AGREEMENT_DAY, 0, ""), c->needed);
    const pb_agreement agreement = pb_talks_agreement(&talks, rows_of(&b), LANE);
    cr_expect_float_eq(talks.p_agreement, c->p_agreement, 1e-6, "%s: %.9f", c->why,
                       talks.p_agreement);
    cr_expect_float_eq(talks.p_in_time, c->p_in_time, 1e-6, "%s: %.9f", c->why, talks.p_in_time);
    cr_expect_eq(agreement.in_time, c->day <= 109, "%s", c->why);
    cr_expect_eq(agreement.day, fmin(c->day, 109), "%s: %g", c->why, agreement.day);
    batch_close(&b);
}

Test(talks, what_is_certain_stays_certain_however_long_it_takes)
{
    const pb_talks_params certain = {1.0, 10.0, 3.0, 4};
    pb_talks_compile(&certain, &dates, 109, PB_TIMELINE_HAZARD, &b.inputs, &talks);
    cr_expect_eq(talks.p_agreement, 1.0);
    cr_expect_float_eq(talks.p_in_time, 1.0 - exp(-30.0), 1e-15);
    pb_inputs_free(&b.inputs);
}

/*
 * Oracle by brute force: draw from the first day on, throw away the draws with an agreement before
 * as_of, and compare the frequency and mean day of the others.
 */
Test(talks, conditioning_is_what_is_left_of_the_draws_without_an_agreement_so_far)
{
    enum { N_BATCHES = 2048, AS_OF = 106 };
    static double late[N_BATCHES * PB_LANES];
    size_t left = 0, in_time = 0;
    open_talks(PB_TIMELINE_HAZARD);
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const pb_agreement agreement = pb_talks_agreement(&talks, rows_of(&b), lane);
            if (agreement.in_time && agreement.day < AS_OF) {
                continue;
            }
            left++;
            if (agreement.in_time) {
                late[in_time++] = agreement.day;
            }
        }
    }
    batch_close(&b);
    pb_talks_compile(&params, &dates, AS_OF, PB_TIMELINE_HAZARD, &b.inputs, &talks);
    batch_open(&b, &SHAPE);
    expect_probability("in time", in_time, left, talks.p_in_time);
    /* four days of 0.3: days 0 to 3 with weights exp(-0.3 n), cut at the deadline */
    const double q = exp(-0.3);
    const double mean = (q + 2 * q * q + 3 * q * q * q) / (1 + q + q * q + q * q * q);
    expect_mean("day", late, in_time, AS_OF + mean);
    batch_close(&b);
}

/* ---- drawn ---- */

struct hazard_case {
    double p, rate, multiplier;
    int64_t last_days;
    int days;
    char why[48];
};

ParameterizedTestParameters(talks, drawn_agreements_have_the_closed_form)
{
    static struct hazard_case cases[] = {
        {0.75, 0.1, 3.0, 4, 10, "ten days"},
        {0.875, 1.0 / 70.0, 3.0, 14, 122, "SPEC B.2: 2 March to 1 July 2011"},
        {0.875, 1.0 / 70.0, 1.0, 14, 122, "no hurry at the end"},
        {1.0, 1.0 / 70.0, 6.0, 300, 30, "hurry all the time"},
        {1.0, 0.05, 0.0, 5, 30, "nothing in the last five days"},
        {0.5, 0.0, 3.0, 14, 30, "no hazard, no agreement"},
        {0.0, 0.1, 3.0, 14, 30, "no chance of one"},
        {0.9, 5.0, 3.0, 1, 1, "one day"},
    };
    return cr_make_param_array(struct hazard_case, cases, COUNT_OF(cases));
}

/* P(agreement in time) and the mean and variance of its day, day by day by libm. */
static void closed_form(const struct hazard_case *c, double *p, double *mean, double *variance)
{
    double sum = 0.0, before = 0.0, first = 0.0, second = 0.0;
    for (int n = 1; n <= c->days; n++) {
        sum += c->rate * (n > c->days - c->last_days ? c->multiplier : 1.0);
        const double now = 1.0 - exp(-sum);
        first += (now - before) * n;
        second += (now - before) * n * n;
        before = now;
    }
    *p = c->p * before;
    *mean = first / before;
    *variance = second / before - *mean * *mean;
}

ParameterizedTest(struct hazard_case *c, talks, drawn_agreements_have_the_closed_form)
{
    enum { N_BATCHES = 1024, N = N_BATCHES * PB_LANES };
    static double day_of[N];
    size_t n = 0;
    double p, mean, variance;
    const pb_dates long_talks = {
        .talks_start = 15000, .deadline = 15000 + c->days - 1, .agreement = PB_NO_DATE};
    const pb_talks_params long_params = {c->p, c->rate, c->multiplier, c->last_days};
    pb_talks_compile(&long_params, &long_talks, PB_NO_DATE, PB_TIMELINE_HAZARD, &b.inputs, &talks);
    batch_open(&b, &SHAPE);
    closed_form(c, &p, &mean, &variance);
    cr_expect_float_eq(talks.p_in_time, p, 1e-12, "%s", c->why);
    for (size_t i = 0; i < N_BATCHES; i++) {
        batch_fill(&b, i);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const pb_agreement agreement = pb_talks_agreement(&talks, rows_of(&b), lane);
            cr_assert(agreement.day >= 15000.0 && agreement.day <= long_talks.deadline);
            if (agreement.in_time) {
                day_of[n++] = agreement.day - 15000.0 + 1.0;
            }
        }
    }
    expect_probability(c->why, n, N, p);
    if (n > 0) {
        expect_mean(c->why, day_of, n, mean);
        expect_variance(c->why, day_of, mean, n, variance);
    }
    batch_close(&b);
}
