/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a union turns (SPEC C.8): the smallest shared effect at which its pooled yes votes reach
 * what it needs. Oracle: bisection on the quantile kernel, which tests/test_binomial.c compares
 * with GSL; for one unit GSL's binomial distribution itself.
 */
#include "models/margin.h"
#include "tests/vote_cases.h"

#include <gsl/gsl_cdf.h>

enum { MOST_UNITS = 9, N_GROUPS = 360 };

/* A random problem in every lane. */
static struct problem {
    double base[MOST_UNITS][PB_LANES], ballots[MOST_UNITS][PB_LANES], u[MOST_UNITS][PB_LANES];
    double score[MOST_UNITS][PB_LANES], need[PB_LANES], yes[MOST_UNITS][PB_LANES];
    pb_group group;
} problem;

static double random_ballots(uint64_t *state, int habit)
{
    switch (habit) {
        case 0:
            return next_int(state, 0, 3);
        case 1:
            return next_size(state, 16000);
        case 2:
            return next_int(state, 1, 16000);
        default:
            return next_int(state, 0, 9) == 0 ? 0 : next_int(state, 1, 40);
    }
}

static double random_need(uint64_t *state, double ballots)
{
    switch (next_int(state, 0, 7)) {
        case 0:
            return 1.0;
        case 1:
            return ballots;
        case 2:
            return ballots + next_int(state, 1, 3);
        case 3:
            return -next_int(state, 0, 2);
        case 4:
            return floor(ballots * next_uniform(state)) + 1.0;
        case 5:
            return fmax(1.0, ballots - next_int(state, 0, 3));
        default:
            return floor(0.5 * ballots) + 1.0;
    }
}

static void set_lane(struct problem *p, uint64_t *state, size_t lane)
{
    static const double SPREAD[] = {0.0, 0.5, 2.0, 8.0};
    const int habit = next_int(state, 0, 4);
    const double spread = SPREAD[next_int(state, 0, 3)];
    const bool alike = next_int(state, 0, 15) == 0; /* many votes turn at one place */
    double sum = 0.0;
    for (int i = 0; i < p->group.n_units; i++) {
        const int from = alike ? 0 : i;
        p->ballots[i][lane] = random_ballots(state, habit == 4 ? next_int(state, 0, 3) : habit);
        p->base[i][lane] = 0.7 + spread * (next_uniform(state) - 0.5);
        p->ballots[i][lane] = p->ballots[from][lane];
        p->base[i][lane] = p->base[from][lane];
        p->u[i][lane] = p->u[from][lane];
        sum += p->ballots[i][lane];
    }
    p->need[lane] = random_need(state, sum);
}

static void make_problem(struct problem *p, unsigned index)
{
    uint64_t state = SEED + index;
    p->group.n_units = 1 + (int)(index % MOST_UNITS);
    p->group.yes = p->yes;
    for (int i = 0; i < p->group.n_units; i++) {
        if (index % 3 == 0) {
            fill_with_tails(100 * index + (unsigned)i, p->u[i]);
        } else {
            fill_uniform(100 * index + (unsigned)i, p->u[i]);
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        set_lane(p, &state, lane);
    }
    for (int i = 0; i < p->group.n_units; i++) {
        kernels()->normal(p->u[i], p->score[i]);
        p->group.base[i] = p->base[i];
        p->group.ballots[i] = p->ballots[i];
        p->group.u[i] = p->u[i];
        p->group.score[i] = p->score[i];
    }
}

/* Pooled yes votes of units first..last at w, and those of each unit if asked for. */
static void count_yes(const struct problem *p, int first, int last, const double *w, double *sum,
                      double (*each)[PB_LANES])
{
    memset(sum, 0, PB_LANES * sizeof *sum);
    for (int i = first; i <= last; i++) {
        double share[PB_LANES], yes[PB_LANES];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            share[lane] = p->base[i][lane] + w[lane];
        }
        kernels()->logistic(share, share);
        kernels()->binomial(p->ballots[i], share, p->u[i], p->score[i], yes);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sum[lane] += yes[lane];
        }
        if (each != NULL) {
            memcpy(each[i], yes, sizeof yes);
        }
    }
}

/* The step by bisection: below it the votes fall short, at `above` they do not. */
static void bisect(const struct problem *p, int first, int last, double *below, double *above)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        below[lane] = -120.0;
        above[lane] = 120.0;
    }
    for (int step = 0; step < 62; step++) {
        double w[PB_LANES], sum[PB_LANES];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            w[lane] = 0.5 * (below[lane] + above[lane]);
        }
        count_yes(p, first, last, w, sum, NULL);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            *(sum[lane] < p->need[lane] ? &below[lane] : &above[lane]) = w[lane];
        }
    }
}

/*
 * What models/kernels.h promises of the unit that turns there: 1e-7 ballots, or 1e-10 (1 + |x|) in
 * a tiny one. On top of it the oracle's own: p is rounded to 2^-53, which is 2^-52 / (1 - p) of x
 * near 1, and the quantile may miss by 3 x 2^-52 of probability. Beyond 32, where p is 1 but for
 * the last bits, only that the step lies out there can be seen.
 */
static double promised_error(double x, double ballots, double u)
{
    const double p = 1.0 / (1.0 + exp(-x)), q = 1.0 / (1.0 + exp(x)), variance = ballots * p * q;
    const double promised = variance < 4.0 ? 1e-10 * (1.0 + fabs(x)) : 1e-7 / variance;
    return x > 32.0 ? 14.0 : promised + 1e-12 + 0x1p-52 / q + 3.0 * 0x1p-52 / fmin(u, 1.0 - u);
}

static void promised_errors(const struct problem *p, int first, int last, const double *below,
                            const double *above, double *error)
{
    static double before[MOST_UNITS][PB_LANES], after[MOST_UNITS][PB_LANES];
    double sum[PB_LANES];
    count_yes(p, first, last, below, sum, before);
    count_yes(p, first, last, above, sum, after);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        error[lane] = 0.0;
        for (int i = first; i <= last; i++) {
            if (after[i][lane] > before[i][lane]) {
                const double x = p->base[i][lane] + above[lane];
                error[lane] =
                    fmax(error[lane], promised_error(x, p->ballots[i][lane], p->u[i][lane]));
            }
        }
    }
}

static double ballots_of(const struct problem *p, int first, int last, size_t lane)
{
    double sum = 0.0;
    for (int i = first; i <= last; i++) {
        sum += p->ballots[i][lane];
    }
    return sum;
}

typedef struct tally_of_lanes {
    size_t finite, early, late, misplaced, wrong_bound;
    double largest; /* error as a share of the promised one */
} tally_of_lanes;

/* Compares `w` with the bisection for the units first..last. */
static void compare(const struct problem *p, int first, int last, const double *w,
                    tally_of_lanes *t)
{
    double below[PB_LANES], above[PB_LANES], error[PB_LANES], low[PB_LANES], high[PB_LANES];
    double short_of[PB_LANES], reached[PB_LANES];
    bisect(p, first, last, below, above);
    promised_errors(p, first, last, below, above, error);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        low[lane] = isfinite(w[lane]) ? w[lane] - error[lane] : 0.0;
        high[lane] = isfinite(w[lane]) ? w[lane] + error[lane] : 0.0;
    }
    count_yes(p, first, last, low, short_of, NULL);
    count_yes(p, first, last, high, reached, NULL);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double need = p->need[lane];
        const double bound = need > ballots_of(p, first, last, lane) ? INFINITY
                             : need < 1.0                            ? -INFINITY
                                                                     : 0.0;
        if (isinf(bound)) {
            t->wrong_bound += w[lane] != bound;
            continue;
        }
        t->finite++;
        t->wrong_bound += !isfinite(w[lane]);
        t->early += !(short_of[lane] < need); /* S(w-) reaches the need already */
        t->late += !(reached[lane] >= need);  /* S(w+) does not */
        t->misplaced += !(fabs(w[lane] - above[lane]) <= error[lane]);
        t->largest = fmax(t->largest, fabs(w[lane] - above[lane]) / error[lane]);
    }
}

static void expect_all_exact(const tally_of_lanes *t, size_t at_least)
{
    cr_expect_geq(t->finite, at_least, "only %zu lanes have a step", t->finite);
    cr_expect_eq(t->early, 0, "in %zu of %zu lanes the need is reached below w", t->early,
                 t->finite);
    cr_expect_eq(t->late, 0, "in %zu of %zu lanes it is not reached at w", t->late, t->finite);
    cr_expect_eq(t->misplaced, 0, "in %zu of %zu lanes w is not the step; error up to %g promised",
                 t->misplaced, t->finite, t->largest);
    cr_expect_eq(t->wrong_bound, 0, "%zu lanes are infinite where they should not be, or not",
                 t->wrong_bound);
}

Test(margin, the_pooled_threshold_is_the_first_step_that_reaches_the_need)
{
    tally_of_lanes t = {0};
    for (unsigned i = 0; i < N_GROUPS; i++) {
        double w[PB_LANES];
        make_problem(&problem, i);
        pb_margin_pooled(kernels(), &problem.group, problem.need, w);
        compare(&problem, 0, problem.group.n_units - 1, w, &t);
    }
    expect_all_exact(&t, (size_t)N_GROUPS * PB_LANES / 2);
}

Test(margin, the_threshold_of_one_unit_among_others_is_its_own_step)
{
    tally_of_lanes t = {0};
    for (unsigned i = 0; i < 90; i++) {
        uint64_t state = i;
        double w[PB_LANES];
        make_problem(&problem, 1000 + i);
        const int unit = (int)(i % (unsigned)problem.group.n_units);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            problem.need[lane] = random_need(&state, problem.ballots[unit][lane]);
        }
        pb_margin_unit(kernels(), &problem.group, unit, problem.need, w);
        compare(&problem, unit, unit, w, &t);
    }
    expect_all_exact(&t, 90 * PB_LANES / 3);
}

/* P(X < need), X ~ Bin(ballots, L(x)): of the yes votes, or where they are many of the noes. */
static double p_fewer(unsigned need, unsigned ballots, double x)
{
    return x < 0.0 ? gsl_cdf_binomial_P(need - 1, 1.0 / (1.0 + exp(-x)), ballots)
                   : gsl_cdf_binomial_Q(ballots - need, 1.0 / (1.0 + exp(x)), ballots);
}

/* yes >= need where P(X < need) < u, which GSL knows on its own: at the step they are equal. */
Test(margin, at_a_units_threshold_the_binomial_tail_is_its_uniform)
{
    size_t seen = 0;
    for (unsigned i = 0; i < 9; i++) {
        double w[PB_LANES];
        make_problem(&problem, 9 * (200 + i)); /* a single unit, with tails */
        cr_assert_eq(problem.group.n_units, 1);
        pb_margin_pooled(kernels(), &problem.group, problem.need, w);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            if (isinf(w[lane])) {
                continue;
            }
            const unsigned need = (unsigned)problem.need[lane];
            const unsigned ballots = (unsigned)problem.ballots[0][lane];
            const double x = problem.base[0][lane] + w[lane], u = problem.u[0][lane];
            const double under = p_fewer(need, ballots, x);
            cr_expect(fabs(under - u) < 1e-6 * fmin(u, 1.0 - u) + 0x1p-52,
                      "%u of %u: P(X < need) = %.17g, u = %.17g", need, ballots, under, u);
            seen++;
        }
    }
    cr_expect_geq(seen, 1000);
}

Test(margin, no_unit_can_reach_a_need_and_none_is_needed_for_none)
{
    static const double NEED[] = {1.0, 0.0, -3.0};
    static const double EXPECTED[] = {INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT_OF(NEED); i++) {
        double need[PB_LANES], w[PB_LANES];
        problem.group.n_units = 0;
        set_lanes(need, NEED[i]);
        pb_margin_pooled(kernels(), &problem.group, need, w);
        cr_expect_eq(w[100], EXPECTED[i], "need %g", NEED[i]);
    }
}

/* One vote more is never reached earlier, and more support by d is reached d earlier. */
Test(margin, thresholds_grow_with_the_need_and_move_with_support)
{
    for (unsigned i = 0; i < 45; i++) {
        double w[PB_LANES], more[PB_LANES], shifted[PB_LANES];
        make_problem(&problem, 2000 + i);
        pb_margin_pooled(kernels(), &problem.group, problem.need, w);
        for (int unit = 0; unit < problem.group.n_units; unit++) {
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                problem.base[unit][lane] += 0.25;
            }
        }
        pb_margin_pooled(kernels(), &problem.group, problem.need, shifted);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            problem.need[lane] += 1.0;
        }
        pb_margin_pooled(kernels(), &problem.group, problem.need, more);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            cr_assert(more[lane] >= shifted[lane] - 1e-7, "%g then %g", shifted[lane], more[lane]);
            cr_assert(isinf(w[lane])
                          ? shifted[lane] == w[lane]
                          : fabs(shifted[lane] + 0.25 - w[lane]) < 1e-7 || w[lane] > 25.0,
                      "%.12g then %.12g", w[lane], shifted[lane]);
        }
    }
}
