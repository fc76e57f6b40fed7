/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Oracle: GSL's tails at the table's x, and where they work GSL's quantiles (its t quantiles are
 * good to 1e-8 or so, its chi-square quantiles fail in the tails beyond a few thousand degrees
 * of freedom). Tables are read by the kernel that planb uses.
 */
#include "models/kernels.h"
#include "models/quantile_table.h"
#include "models/special.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const double DF[] = {2.05, 2.5, 3.0,  4.0,  5.0,    6.0,     7.5,     10.0, 30.0,
                            99.5, 500, 1999, 2001, 5000.0, 19999.0, 20001.0, 1e5,  1e6};

static pb_quantile_table table;

static void read_table(const double *z, double *x)
{
    pb_kernels_get()->quantile(&table, z, x);
}

/* z of a batch: PB_LANES places of a grid from -reach to reach that no node lies on. */
static void fill_scores(int batch, int n_batches, double reach, double *z)
{
    for (int i = 0; i < PB_LANES; i++) {
        const double share = (batch * PB_LANES + i + 0.5) / (n_batches * PB_LANES);
        z[i] = reach * (2.0 * share - 1.0);
    }
}

/*
 * The relative error of a table's x at z by GSL's tail there: x is wrong by the tail's excess over
 * that of z, divided by the density.
 */
typedef double error_function(double df, double z, double x);

static double student_error(double df, double z, double x)
{
    const double t = fabs(x) / sqrt((df - 2.0) / df), density = gsl_ran_tdist_pdf(t, df);
    return (gsl_cdf_tdist_Q(t, df) - gsl_cdf_ugaussian_Q(fabs(z))) / (density * t);
}

static double tail_scale_error(double df, double z, double x)
{
    const double q = (df - 2.0) / (x * x), target = gsl_cdf_ugaussian_Q(fabs(z));
    const double tail = z > 0.0 ? gsl_cdf_chisq_P(q, df) : gsl_cdf_chisq_Q(q, df);
    return (tail - target) / (2.0 * q * gsl_ran_chisq_pdf(q, df));
}

/* By GSL's quantile, for df where it works. */
static double student_error_by_quantile(double df, double z, double x)
{
    const double t = gsl_cdf_tdist_Qinv(gsl_cdf_ugaussian_Q(fabs(z)), df);
    return fabs(x) / (t * sqrt((df - 2.0) / df)) - 1.0;
}

static double tail_scale_error_by_quantile(double df, double z, double x)
{
    const double tail = gsl_cdf_ugaussian_Q(fabs(z));
    const double q = z > 0.0 ? gsl_cdf_chisq_Pinv(tail, df) : gsl_cdf_chisq_Qinv(tail, df);
    return x / sqrt((df - 2.0) / q) - 1.0;
}

static double worst_error(double df, error_function *error)
{
    enum { N_BATCHES = 8 };
    double z[PB_LANES], x[PB_LANES], worst = 0.0;
    for (int batch = 0; batch < N_BATCHES; batch++) {
        fill_scores(batch, N_BATCHES, 8.3, z);
        read_table(z, x);
        for (int i = 0; i < PB_LANES; i++) {
            worst = fmax(worst, fabs(error(df, z[i], x[i])));
        }
    }
    return worst;
}

Test(student_table, is_within_1e_minus_9_by_gsls_tails)
{
    for (size_t i = 0; i < COUNT_OF(DF); i++) {
        pb_table_student_t(DF[i], &table);
        const double worst = worst_error(DF[i], student_error);
        cr_log_info("df = %g: %g", DF[i], worst);
        cr_expect_lt(worst, 1e-9, "df = %g: %g", DF[i], worst);
    }
}

/* Beyond df = 10^5 GSL's own tails are off by 1e-10 (2e-6 at 10^6). */
Test(tail_scale_table, is_within_1e_minus_9_by_gsls_tails)
{
    for (size_t i = 0; i < COUNT_OF(DF) && DF[i] < 1e5; i++) {
        pb_table_tail_scale(DF[i], &table);
        const double worst = worst_error(DF[i], tail_scale_error);
        cr_log_info("df = %g: %g", DF[i], worst);
        cr_expect_lt(worst, 1e-9, "df = %g: %g", DF[i], worst);
    }
}

/* From mpmath with 40 digits: x solved from the incomplete gamma function. */
Test(tail_scale_table, is_within_1e_minus_9_of_mpmath)
{
    static const double CASES[][3] = {
        // clang-format off
        {2.05, -8, 0.026681557569201968}, {2.05, -3, 0.061210894793059293},
        {2.05, 0, 0.18668024742377266},   {2.05, 3, 3.9479310309866339},
        {2.05, 8, 4114516.9871576777},    {6, -8, 0.21864630329466638},
        {6, -3, 0.4289512208390585},      {6, 0, 0.86482731593088819},
        {6, 3, 3.0738060715995968},       {6, 8, 359.07020736046941},
        {1e5, -8, 0.98236806803870361},   {1e5, -3, 0.99332247169917927},
        {1e5, 0, 0.99999333326271528},    {1e5, 3, 1.0067391963461335},
        {1e5, 8, 1.0181520138518833},     {1e6, -8, 0.99436903773545997},
        {1e6, -3, 0.99788175798798485},   {1e6, 0, 0.99999933333262716},
        {1e6, 3, 1.0021244086924681},     {1e6, 8, 1.0056829630833639},
        // clang-format on
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        double z[PB_LANES] = {CASES[i][1]}, x[PB_LANES];
        pb_table_tail_scale(CASES[i][0], &table);
        read_table(z, x);
        cr_expect_lt(fabs(x[0] / CASES[i][2] - 1.0), 1e-9, "df = %g, z = %g: %.17g", CASES[i][0],
                     CASES[i][1], x[0]);
    }
}

/* Threshold 1e-7: what GSL's quantiles themselves keep to. */
Test(quantile_tables, agree_with_gsls_quantiles_to_1e_minus_7)
{
    for (size_t i = 0; i < COUNT_OF(DF) && DF[i] < 1000.0; i++) {
        pb_table_student_t(DF[i], &table);
        const double student = worst_error(DF[i], student_error_by_quantile);
        cr_expect_lt(student, 1e-7, "student, df = %g: %g", DF[i], student);
        pb_table_tail_scale(DF[i], &table);
        const double scale = worst_error(DF[i], tail_scale_error_by_quantile);
        cr_expect_lt(scale, 1e-7, "tail scale, df = %g: %g", DF[i], scale);
    }
}

/* Student's t with 4 degrees of freedom has a closed-form quantile (W. T. Shaw, J. Comput.
 * Finance 9 (2006), sec. 4): t = sign(u - 1/2) 2 sqrt(cos(acos(sqrt a) / 3) / sqrt a - 1) with
 * a = 4 u (1 - u). Threshold: the formula loses digits towards the centre, the table 3e-12. */
Test(student_table, is_shaws_closed_form_for_4_degrees_of_freedom)
{
    double z[PB_LANES], x[PB_LANES], worst = 0.0;
    pb_table_student_t(4.0, &table);
    fill_scores(0, 1, 8.0, z);
    read_table(z, x);
    for (int i = 0; i < PB_LANES; i++) {
        const double tail = gsl_cdf_ugaussian_Q(fabs(z[i])), a = 4.0 * tail * (1.0 - tail);
        const double t = 2.0 * sqrt(cos(acos(sqrt(a)) / 3.0) / sqrt(a) - 1.0);
        worst = fmax(worst, fabs(fabs(x[i]) / (t * sqrt(0.5)) - 1.0));
    }
    cr_expect_lt(worst, 1e-10, "%g", worst);
}

Test(student_table, keeps_its_relative_accuracy_near_0)
{
    double z[PB_LANES], x[PB_LANES], worst = 0.0;
    pb_table_student_t(5.0, &table);
    const double slope = sqrt(3.0 / 5.0) * gsl_ran_ugaussian_pdf(0.0) / gsl_ran_tdist_pdf(0.0, 5.0);
    for (int i = 0; i < PB_LANES; i++) {
        z[i] = (i % 2 ? 1.0 : -1.0) * ldexp(1.0, -20 - i);
    }
    read_table(z, x);
    for (int i = 0; i < PB_LANES; i++) {
        worst = fmax(worst, fabs(x[i] / (slope * z[i]) - 1.0));
    }
    cr_expect_lt(worst, 1e-11, "%g", worst);
}

Test(student_table, is_odd_to_the_bit)
{
    double z[PB_LANES], minus_z[PB_LANES], x[PB_LANES], x_minus[PB_LANES];
    int unlike = 0;
    pb_table_student_t(3.5, &table);
    fill_scores(0, 1, 10.0, z);
    z[0] = 0.0;
    z[1] = 1.0 / PB_TABLE_CELLS_PER_UNIT;
    for (int i = 0; i < PB_LANES; i++) {
        minus_z[i] = -z[i];
    }
    read_table(z, x);
    read_table(minus_z, x_minus);
    for (int i = 0; i < PB_LANES; i++) {
        unlike += x[i] != -x_minus[i];
    }
    cr_expect_eq(unlike, 0, "%d lanes", unlike);
}

/* Falls of the table on a fine grid from -9.5 to 9.5, beyond its reach on both sides. */
static int falls(void)
{
    enum { N_BATCHES = 1000 };
    double z[PB_LANES], x[PB_LANES], last = -INFINITY;
    int n_falls = 0;
    for (int batch = 0; batch < N_BATCHES; batch++) {
        fill_scores(batch, N_BATCHES, 9.5, z);
        read_table(z, x);
        for (int i = 0; i < PB_LANES; i++) {
            n_falls += !(x[i] >= last);
            last = x[i];
        }
    }
    return n_falls;
}

Test(quantile_tables, never_fall)
{
    for (size_t i = 0; i < COUNT_OF(DF); i++) {
        pb_table_student_t(DF[i], &table);
        cr_expect_eq(falls(), 0, "student, df = %g", DF[i]);
        pb_table_tail_scale(DF[i], &table);
        cr_expect_eq(falls(), 0, "tail scale, df = %g", DF[i]);
    }
}

Test(quantile_tables, stay_at_their_last_value_beyond_their_reach)
{
    double z[PB_LANES] = {9.0, 9.5, 1e300, INFINITY, -9.0, -9.5, -1e300, -INFINITY}, x[PB_LANES];
    pb_table_tail_scale(6.0, &table);
    read_table(z, x);
    for (int i = 1; i < 4; i++) {
        cr_expect_eq(x[i], x[0]);
        cr_expect_eq(x[4 + i], x[4]);
    }
    cr_expect_gt(x[0], x[4]);
    cr_expect(isfinite(x[0]) && x[4] > 0.0);
}

Test(quantile_tables, become_normal_and_constant_as_df_grows)
{
    double z[PB_LANES], x[PB_LANES];
    fill_scores(0, 1, 8.0, z);
    pb_table_student_t(1e12, &table);
    read_table(z, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_assert_float_eq(x[i], z[i], 1e-9);
    }
    pb_table_tail_scale(1e12, &table);
    read_table(z, x);
    for (int i = 0; i < PB_LANES; i++) {
        cr_assert_float_eq(x[i], 1.0, 1e-5);
    }
}

/* ---- The tails behind the tables ---- */

/* Thresholds are GSL's errors, which grow with z and t; against mpmath ours stay below 2e-14. */
Test(special, normal_tail_ratio_agrees_with_gsl_to_1e_minus_13)
{
    for (double z = 0.0; z < 15.0; z += 0.013) {
        const double gsl = 1.0 / gsl_sf_hazard(z);
        cr_assert(fabs(pb_normal_tail_ratio(z) / gsl - 1.0) < 1e-13, "z = %g", z);
    }
}

static double student_tail(double df, double t)
{
    const pb_student student = pb_student_of(df);
    return pb_student_tail_ratio(&student, t) * exp(pb_student_log_density(&student, t));
}

Test(special, student_tail_agrees_with_gsl_to_1e_minus_10)
{
    static const double DEGREES[] = {1.0, 2.05, 5.0, 40.0, 1500.0};
    for (size_t i = 0; i < COUNT_OF(DEGREES); i++) {
        for (double t = 0.0; t < 6.0; t = 1.1 * t + 0.01) {
            const double ratio = student_tail(DEGREES[i], t) / gsl_cdf_tdist_Q(t, DEGREES[i]);
            cr_assert_float_eq(ratio, 1.0, 1e-10, "df = %g, t = %g", DEGREES[i], t);
        }
    }
}

/* P(T > t) is atan(1 / t) / pi for 1 degree of freedom and 1 / (s (s + t)), s = sqrt(2 + t^2), for
 * 2; threshold: ten roundings and the error of log f times its size. */
Test(special, student_tail_is_its_closed_forms_to_2e_minus_14)
{
    for (double t = 0.01; t < 1e9; t *= 1.3) {
        const double s = sqrt(2.0 + t * t);
        cr_assert_float_eq(student_tail(1.0, t) / (atan(1.0 / t) / acos(-1.0)), 1.0, 2e-14);
        cr_assert_float_eq(student_tail(2.0, t) * s * (s + t), 1.0, 2e-14);
    }
}

Test(special, gamma_tails_agree_with_gsl_to_1e_minus_12)
{
    static const double SHAPES[] = {1.0, 1.025, 3.0, 50.0, 900.0};
    for (size_t i = 0; i < COUNT_OF(SHAPES); i++) {
        const double a = SHAPES[i], sd = sqrt(a);
        const pb_gamma gamma = pb_gamma_of(a);
        for (double z = -8.0; z < 8.0; z += 0.1) {
            const double x = a + z * sd;
            if (x <= 0.0) {
                continue;
            }
            const double mass = exp(pb_gamma_log_density(&gamma, x));
            const double error =
                z < 0.0 ? mass * pb_gamma_lower_ratio(&gamma, x) / gsl_cdf_gamma_P(x, a, 1.0) - 1.0
                        : mass * pb_gamma_upper_ratio(&gamma, x) / gsl_cdf_gamma_Q(x, a, 1.0) - 1.0;
            cr_assert(fabs(error) < 1e-12, "a = %g, x = %g: %g", a, x, error);
        }
    }
}
