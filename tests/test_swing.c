/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tail of an integrated effect. Oracles: GSL's quadrature of the convolution, over the narrower
 * parts' densities; GSL's tails (and those of special.h, where GSL's are good to 1e-6 only) for a
 * single part; and draws. Failures are counted and asserted once.
 */
#include "models/special.h"
#include "models/swing.h"
#include "tests/lanes.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

typedef struct swing {
    double sd_normal, sd_t1, sd_t2, df;
} swing;

static pb_swing_table table;

static void build(swing s)
{
    pb_swing_table_build(s.sd_normal, s.sd_t1, s.sd_t2, s.df, &table);
}

static double sd_of(swing s)
{
    return sqrt(s.sd_normal * s.sd_normal + s.sd_t1 * s.sd_t1 + s.sd_t2 * s.sd_t2);
}

/* The table at one w. */
static double tail_at_one(double w)
{
    double all[PB_LANES] = {w}, tail[PB_LANES];
    pb_swing_tail(&table, all, tail);
    return tail[0];
}

static double density_at_one(double w)
{
    double all[PB_LANES] = {w}, density[PB_LANES];
    pb_swing_density(&table, all, density);
    return density[0];
}

/* w of a batch: PB_LANES of n_batches PB_LANES places, equal in asinh(w / sd), to `reach` sd. */
static void fill_places(int batch, int n_batches, double sd, double reach, double *w)
{
    for (int i = 0; i < PB_LANES; i++) {
        const double share = (batch * PB_LANES + i + 0.5) / (n_batches * PB_LANES);
        w[i] = sd * sinh(share * asinh(reach));
    }
}

/* ---- One part: closed forms ---- */

static double unit_t_tail(double t, double df)
{
    if (isinf(df)) {
        return gsl_cdf_ugaussian_Q(t);
    }
    return gsl_cdf_tdist_Q(t / sqrt((df - 2.0) / df), df);
}

static double unit_t_density(double t, double df)
{
    if (isinf(df)) {
        return gsl_ran_ugaussian_pdf(t);
    }
    const double scale = sqrt((df - 2.0) / df);
    return gsl_ran_tdist_pdf(t / scale, df) / scale;
}

/* By special.h, whose relative error is 1e-13 in any tail. */
static double exact_t_tail(double t, double df)
{
    if (isinf(df)) {
        return gsl_cdf_ugaussian_Q(t);
    }
    const pb_student student = pb_student_of(df);
    const double x = t / sqrt((df - 2.0) / df);
    return pb_student_tail_ratio(&student, x) * exp(pb_student_log_density(&student, x));
}

typedef struct errors {
    double absolute, relative, of_density;
} errors;

/* The worst against a single part with standard deviation sd; relative where it is above 1e-280. */
static errors worst_of_one_part(double sd, double df, double reach)
{
    enum { N_BATCHES = 8 };
    double w[PB_LANES], tail[PB_LANES], density[PB_LANES];
    errors worst = {0};
    for (int batch = 0; batch < N_BATCHES; batch++) {
        fill_places(batch, N_BATCHES, sd, reach, w);
        pb_swing_tail(&table, w, tail);
        pb_swing_density(&table, w, density);
        for (int i = 0; i < PB_LANES; i++) {
            const double by_gsl = unit_t_tail(w[i] / sd, df), exact = exact_t_tail(w[i] / sd, df);
            const double exact_density = unit_t_density(w[i] / sd, df) / sd;
            worst.absolute = fmax(worst.absolute, fabs(tail[i] - by_gsl));
            if (exact > 1e-280) {
                worst.relative = fmax(worst.relative, fabs(tail[i] / exact - 1.0));
                worst.of_density = fmax(worst.of_density, fabs(density[i] / exact_density - 1.0));
            }
        }
    }
    return worst;
}

Test(swing, of_one_part_is_its_own_tail)
{
    static const swing CASES[] = {
        {0.3, 0, 0, 5},     {0.3, 0, 0, INFINITY}, {0, 0.2, 0, INFINITY}, {0, 0, 0.4, INFINITY},
        {0, 0.2, 0, 2.5},   {0, 0.2, 0, 5},        {0, 0.2, 0, 30},       {0, 0, 0.4, 2.5},
        {0, 0, 0.4, 5},     {0, 0, 0.4, 30},       {0, 1, 0, 3},          {0, 1, 0, 8.5},
        {0, 1, 0, 100},     {0, 1, 0, 299},        {0, 1, 0, 2000},       {1e-100, 0, 0, 5},
        {0, 1e100, 0, 4.0},
    };
    for (size_t c = 0; c < COUNT_OF(CASES); c++) {
        const swing s = CASES[c];
        build(s);
        const errors worst = worst_of_one_part(sd_of(s), s.sd_normal > 0 ? INFINITY : s.df, 60.0);
        cr_log_info("%g %g %g, df %g: %g, relative %g, density %g", s.sd_normal, s.sd_t1, s.sd_t2,
                    s.df, worst.absolute, worst.relative, worst.of_density);
        cr_expect_lt(worst.absolute, 1e-12, "case %zu: %g", c, worst.absolute);
        cr_expect_lt(worst.relative, 1e-10, "case %zu: %g", c, worst.relative);
        cr_expect_lt(worst.of_density, 1e-9, "case %zu: %g", c, worst.of_density);
    }
}

/* Near df = 2 the centre is much narrower than the sd, and the cells are not. */
Test(swing, of_one_part_is_its_own_tail_to_1e_minus_9_at_df_2_05)
{
    build((swing){0, 0.2, 0, 2.05});
    const errors worst = worst_of_one_part(0.2, 2.05, 60.0);
    cr_expect_lt(worst.absolute, 1e-9, "%g", worst.absolute);
    cr_expect_lt(worst.relative, 1e-9, "%g", worst.relative);
    cr_expect_lt(worst.of_density, 1e-7, "%g", worst.of_density);
}

/* Beyond the last cell at 64 sd the tail is a power. */
Test(swing, stays_within_1e_minus_9_however_far_out)
{
    static const double DF[] = {2.05, 2.5, 3.0, 5.0, 30.0, INFINITY};
    for (size_t i = 0; i < COUNT_OF(DF); i++) {
        build((swing){0, 1, 0, DF[i]});
        double worst = 0.0;
        for (double w = 50.0; w < 1e9; w *= 1.1) {
            worst = fmax(worst, fabs(tail_at_one(w) - exact_t_tail(w, DF[i])));
        }
        cr_expect_lt(worst, 1e-9, "df = %g: %g", DF[i], worst);
    }
}

/* ---- Several parts: quadrature ---- */

/* Pieces of the line at which an integrand has its bumps: around 0 and around `far`. */
static double integrate(gsl_function *f, double far, size_t depth)
{
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(2000);
    double sum = 0.0, part = 0.0, error = 0.0;
    const double ends[] = {0.0, 0.5 * far, far, 2.0 * far}, tiny = depth == 0 ? 1e-300 : 1e-305;
    const double relative = depth == 0 ? 1e-9 : 1e-11;
    gsl_integration_qagil(f, 0.0, tiny, relative, 2000, space, &sum, &error);
    for (int i = 0; i + 1 < 4; i++) {
        gsl_integration_qag(f, ends[i], ends[i + 1], tiny, relative, 2000, GSL_INTEG_GAUSS21, space,
                            &part, &error);
        sum += part;
    }
    gsl_integration_qagiu(f, ends[3], tiny, relative, 2000, space, &part, &error);
    gsl_integration_workspace_free(space);
    return sum + part;
}

/* P(I > w) or its density: the normal part is integrated within the first t, the second t is in
 * closed form; with one t the normal part is integrated outermost. */
typedef struct convolution {
    swing s;
    double w;
    double (*of_last)(double t, double df); /* tail or density of the last part, sd 1 */
} convolution;

static double over_normal(double z, void *p)
{
    const convolution *c = p;
    const double sd = c->s.sd_t2 > 0.0 ? c->s.sd_t2 : c->s.sd_t1;
    return gsl_ran_ugaussian_pdf(z) * c->of_last((c->w - c->s.sd_normal * z) / sd, c->s.df);
}

static double convolve_normal(convolution c)
{
    gsl_function f = {over_normal, &c};
    return integrate(&f, fmin(8.0, fmax(c.w, 0.1) / c.s.sd_normal), 1);
}

static double over_t1(double t, void *p)
{
    convolution c = *(const convolution *)p;
    c.w -= c.s.sd_t1 * t;
    return unit_t_density(t, c.s.df) * convolve_normal(c);
}

static double convolve(convolution c)
{
    if (c.s.sd_t2 <= 0.0) {
        return convolve_normal(c);
    }
    gsl_function f = {over_t1, &c};
    return integrate(&f, fmax(c.w, 0.1) / c.s.sd_t1, 0);
}

static errors errors_by_quadrature(swing s, double w)
{
    const double sd_last = s.sd_t2 > 0.0 ? s.sd_t2 : s.sd_t1;
    const double exact = convolve((convolution){s, w, unit_t_tail});
    const double exact_density = convolve((convolution){s, w, unit_t_density}) / sd_last;
    return (errors){
        .absolute = fabs(tail_at_one(w) - exact),
        .relative = fabs(tail_at_one(w) / exact - 1.0),
        .of_density = fabs(density_at_one(w) / exact_density - 1.0),
    };
}

static errors worst_by_quadrature(swing s)
{
    static const double SDS[] = {0.0, 0.3, 0.77, 1.3, 2.2, 3.7, 6.1, 11.0, 25.0, 58.0};
    errors worst = {0};
    for (size_t i = 0; i < COUNT_OF(SDS); i++) {
        const errors e = errors_by_quadrature(s, SDS[i] * sd_of(s));
        worst.absolute = fmax(worst.absolute, e.absolute);
        worst.relative = fmax(worst.relative, e.relative);
        worst.of_density = fmax(worst.of_density, e.of_density);
    }
    return worst;
}

/* Thresholds: what the quadrature and GSL's tails keep to. A sum of normals is left out here: it
 * is one, and below. */
Test(swing, is_the_convolution_by_quadrature)
{
    static const double SDS[][3] = {
        {0.3, 0.2, 0.0}, {0.3, 0.2, 0.4}, {0.01, 0.2, 1.5}, {1.0, 0.1, 0.0}};
    static const double DF[] = {2.5, 5.0, 30.0};
    gsl_set_error_handler_off();
    for (size_t i = 0; i < COUNT_OF(SDS); i++) {
        for (size_t j = 0; j < COUNT_OF(DF); j++) {
            const swing s = {SDS[i][0], SDS[i][1], SDS[i][2], DF[j]};
            build(s);
            const errors worst = worst_by_quadrature(s);
            cr_log_info("%g %g %g, df %g: %g, relative %g, density %g", s.sd_normal, s.sd_t1,
                        s.sd_t2, s.df, worst.absolute, worst.relative, worst.of_density);
            cr_expect_lt(worst.absolute, 1e-10, "%zu %zu: %g", i, j, worst.absolute);
            cr_expect_lt(worst.relative, 1e-7, "%zu %zu: %g", i, j, worst.relative);
            cr_expect_lt(worst.of_density, 1e-6, "%zu %zu: %g", i, j, worst.of_density);
        }
    }
}

Test(swing, of_normals_is_a_normal_to_the_bit)
{
    const swing sum = {0.3, 0.2, 0.4, INFINITY}, one = {sd_of(sum), 0.0, 0.0, 5.0};
    double w[PB_LANES], tail[PB_LANES], tail_of_one[PB_LANES];
    fill_places(0, 1, 0.5, 60.0, w);
    build(sum);
    pb_swing_tail(&table, w, tail);
    build(one);
    pb_swing_tail(&table, w, tail_of_one);
    cr_expect_eq(memcmp(tail, tail_of_one, sizeof tail), 0);
}

/* ---- Shape ---- */

static const swing SHAPES[] = {
    {0.3, 0.2, 0.0, 5.0},    {0.3, 0.2, 0.4, 2.5}, {0.0, 0.2, 0.0, 30.0},   {0.3, 0.0, 0.0, 5.0},
    {0.01, 0.2, 1.5, 30.0},  {1.0, 1e-3, 0, 2.1},  {1.0, 1e-4, 1e-3, 100},  {0.0, 0.3, 0.3, 4.0},
    {0.3, 0.2, 0.4, 2000.0}, {0.0, 0.0, 0.0, 5.0}, {1.0, 1e-9, 1e-6, 20.0}, {0.1, 1.0, 1.0, 1e6},
    {0.3, 0.2, 0.4, 2.0001},
};

Test(swing, tail_falls_as_w_grows)
{
    enum { N_BATCHES = 200 };
    for (size_t c = 0; c < COUNT_OF(SHAPES); c++) {
        double w[PB_LANES], tail[PB_LANES], density[PB_LANES], last = 0.5;
        int rises = 0;
        build(SHAPES[c]);
        for (int batch = 0; batch < N_BATCHES; batch++) {
            fill_places(batch, N_BATCHES, fmax(sd_of(SHAPES[c]), 1.0), 1e4, w);
            pb_swing_tail(&table, w, tail);
            pb_swing_density(&table, w, density);
            for (int i = 0; i < PB_LANES; i++) {
                rises += !(tail[i] <= last && tail[i] >= 0.0 && density[i] >= 0.0);
                last = tail[i];
            }
        }
        cr_expect_eq(rises, 0, "case %zu: %d", c, rises);
    }
}

Test(swing, tail_is_symmetric_to_the_bit)
{
    for (size_t c = 0; c < COUNT_OF(SHAPES); c++) {
        double w[PB_LANES], minus_w[PB_LANES], tail[PB_LANES], other[PB_LANES];
        double density[PB_LANES], other_density[PB_LANES];
        int unlike = 0;
        build(SHAPES[c]);
        fill_places(0, 1, fmax(sd_of(SHAPES[c]), 1.0), 100.0, w);
        for (int i = 0; i < PB_LANES; i++) {
            minus_w[i] = -w[i];
        }
        pb_swing_tail(&table, w, tail);
        pb_swing_tail(&table, minus_w, other);
        pb_swing_density(&table, w, density);
        pb_swing_density(&table, minus_w, other_density);
        for (int i = 0; i < PB_LANES; i++) {
            unlike += other[i] != 1.0 - tail[i] || other_density[i] != density[i];
        }
        cr_expect_eq(unlike, 0, "case %zu: %d lanes", c, unlike);
    }
}

Test(swing, has_its_ends_and_its_middle)
{
    for (size_t c = 0; c < COUNT_OF(SHAPES); c++) {
        build(SHAPES[c]);
        cr_expect_eq(tail_at_one(INFINITY), 0.0, "case %zu", c);
        cr_expect_eq(tail_at_one(-INFINITY), 1.0, "case %zu", c);
        cr_expect_eq(density_at_one(INFINITY), 0.0, "case %zu", c);
        cr_expect_eq(density_at_one(-INFINITY), 0.0, "case %zu", c);
        const double middle = sd_of(SHAPES[c]) > 0.0 ? 0.5 : 1.0;
        cr_expect_eq(tail_at_one(0.0), middle, "case %zu: %.17g", c, tail_at_one(0.0));
        cr_expect_eq(tail_at_one(-0.0), middle, "case %zu", c);
    }
}

/* Shares of the whole below 1e-12 are left out, df above 10^10 is normal: nothing may jump. */
Test(swing, is_continuous_where_parts_vanish)
{
    double w[PB_LANES], tail[PB_LANES], other[PB_LANES], worst = 0.0;
    static const swing PAIRS[][2] = {
        {{0.3, 0.2, 1e-13, 5}, {0.3, 0.2, 1e-11, 5}},
        {{0.3, 1e-13, 0.2, 2.1}, {0.3, 1e-11, 0.2, 2.1}},
        {{0.3, 1e-13, 0.0, 5}, {0.3, 1e-11, 0.0, 5}},
        {{0.3, 0.2, 0.4, 0.9e10}, {0.3, 0.2, 0.4, 1.1e10}},
        {{0.3, 0.2, 0.4, 1e9}, {0.3, 0.2, 0.4, INFINITY}},
    };
    fill_places(0, 1, 0.5, 60.0, w);
    for (size_t c = 0; c < COUNT_OF(PAIRS); c++) {
        build(PAIRS[c][0]);
        pb_swing_tail(&table, w, tail);
        build(PAIRS[c][1]);
        pb_swing_tail(&table, w, other);
        for (int i = 0; i < PB_LANES; i++) {
            worst = fmax(worst, fabs(tail[i] - other[i]));
        }
    }
    cr_expect_lt(worst, 2e-10, "%g", worst);
}

Test(swing, without_spread_is_a_step_that_includes_0)
{
    build((swing){0.0, 0.0, 0.0, 5.0});
    cr_expect_eq(tail_at_one(0.0), 1.0, "an approval at w is an approval");
    cr_expect_eq(tail_at_one(5e-324), 0.0);
    cr_expect_eq(tail_at_one(3.0), 0.0);
    cr_expect_eq(tail_at_one(-5e-324), 1.0);
    cr_expect_eq(tail_at_one(-3.0), 1.0);
    cr_expect_eq(density_at_one(0.0), 0.0);
    cr_expect_eq(density_at_one(1.0), 0.0);
}

Test(swing, does_not_depend_on_the_order_of_the_ts)
{
    pb_swing_table other;
    pb_swing_table_build(0.3, 0.4, 0.2, 5.0, &other);
    build((swing){0.3, 0.2, 0.4, 5.0});
    double w[PB_LANES], tail[PB_LANES], other_tail[PB_LANES], worst = 0.0;
    fill_places(0, 1, 0.5, 60.0, w);
    pb_swing_tail(&table, w, tail);
    pb_swing_tail(&other, w, other_tail);
    for (int i = 0; i < PB_LANES; i++) {
        worst = fmax(worst, fabs(other_tail[i] / tail[i] - 1.0));
    }
    cr_expect_lt(worst, 1e-13, "%g", worst);
}

/* ---- Draws ---- */

/* Shares of draws at or above w, from the kernels that draw the parts; 4 standard errors. */
Test(swing, is_the_share_of_draws)
{
    enum { N_BATCHES = 2000, N_PLACES = 7 };
    static const double PLACES[N_PLACES] = {-1.5, -0.4, 0.0, 0.3, 1.0, 1.8, 3.5};
    const swing s = {0.3, 0.2, 0.4, 5.0};
    static pb_quantile_table student;
    long at_or_above[N_PLACES] = {0};
    double parts[3][PB_LANES];
    pb_table_student_t(s.df, &student);
    for (uint64_t batch = 0; batch < N_BATCHES; batch++) {
        for (uint32_t part = 0; part < 3; part++) {
            kernels()->uniform(SEED, batch * PB_LANES, 77, part, parts[part]);
            kernels()->normal(parts[part], parts[part]);
        }
        kernels()->quantile(&student, parts[1], parts[1]);
        kernels()->quantile(&student, parts[2], parts[2]);
        for (int i = 0; i < PB_LANES; i++) {
            const double drawn =
                s.sd_normal * parts[0][i] + s.sd_t1 * parts[1][i] + s.sd_t2 * parts[2][i];
            for (int place = 0; place < N_PLACES; place++) {
                at_or_above[place] += drawn >= PLACES[place];
            }
        }
    }
    build(s);
    for (int place = 0; place < N_PLACES; place++) {
        const double n = (double)N_BATCHES * PB_LANES, share = (double)at_or_above[place] / n;
        const double tail = tail_at_one(PLACES[place]);
        const double errors = (share - tail) / sqrt(tail * (1.0 - tail) / n);
        cr_expect_lt(fabs(errors), 4.0, "w = %g: %g drawn, %g tabulated", PLACES[place], share,
                     tail);
    }
}

/* ---- The same bits everywhere ---- */

static uint64_t hash_of(uint64_t hash, const double *values)
{
    const unsigned char *bytes = (const unsigned char *)values;
    for (size_t i = 0; i < PB_LANES * sizeof *values; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3;
    }
    return hash;
}

/* FNV-1a of tails and densities. Another number means changed results: say so in CHANGELOG. */
Test(swing, bits_are_those_of_the_first_release_at_every_level)
{
    static const char *const LEVELS[] = {"v2", "v3", "v4", "generic"};
    for (size_t l = 0; l < COUNT_OF(LEVELS); l++) {
        const pb_kernels *level = pb_kernels_of_level(LEVELS[l]);
        uint64_t hash = 0xcbf29ce484222325;
        for (size_t c = 0; level != NULL && c < COUNT_OF(SHAPES); c++) {
            double w[PB_LANES], tail[PB_LANES], density[PB_LANES];
            build(SHAPES[c]);
            fill_places(0, 1, 0.5, 200.0, w);
            for (int i = 0; i < PB_LANES; i += 3) {
                w[i] = -w[i];
            }
            level->swing_tail(&table, w, tail);
            level->swing_density(&table, w, density);
            hash = hash_of(hash_of(hash, tail), density);
        }
        cr_expect(level == NULL || hash == 0x5509b881bfabb0c9, "%s: %#llx", LEVELS[l],
                  (unsigned long long)hash);
    }
}

Test(swing, tail_may_be_written_over_w)
{
    double w[PB_LANES], tail[PB_LANES];
    build((swing){0.3, 0.2, 0.4, 5.0});
    fill_places(0, 1, 0.5, 60.0, w);
    pb_swing_tail(&table, w, tail);
    pb_swing_tail(&table, w, w);
    cr_expect_eq(memcmp(w, tail, sizeof w), 0);
}
