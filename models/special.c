/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/special.h"

#include "models/kernel_elements.h"

#define LOG_2PI 1.8378770664093454836

/* Series and continued fractions end when a step changes the result by less than this. */
#define NEGLIGIBLE 0x1p-54

/* Far more steps than any call within the stated ranges needs: an end for a NaN, not a limit. */
enum { MAX_STEPS = 100000 };

/* log Gamma(x) minus its Stirling approximation, x > 0: the series where it is accurate, reached
 * by Gamma(x + 1) = x Gamma(x). */
static double stirling_error(double x)
{
    double sum = 0.0;
    for (; x < 16.0; x += 1.0) {
        sum += (x + 0.5) * log1p_element(1.0 / x) - 1.0;
    }
    return sum + stirling_series(x);
}

/*
 * A continued fraction b0 + a1 / (b1 + a2 / (b2 + ...)) in forward direction.
 * Source: modified Lentz algorithm, I. J. Thompson and A. R. Barnett, J. Comput. Phys. 64 (1986).
 */
typedef struct fraction {
    double value;
    double c, d; /* ratios of successive numerators, and of denominators inverted */
    double change;
} fraction;

static fraction fraction_start(double b0)
{
    return (fraction){.value = b0, .c = b0, .d = 0.0, .change = 2.0};
}

static void fraction_extend(fraction *f, double a, double b)
{
    f->d = 1.0 / (b + a * f->d);
    f->c = b + a / f->c;
    f->change = f->c * f->d;
    f->value *= f->change;
}

static int fraction_is_settled(const fraction *f)
{
    return fabs(f->change - 1.0) < NEGLIGIBLE;
}

double pb_normal_log_density(double z)
{
    return -0.5 * z * z - 0.5 * LOG_2PI;
}

/* sqrt(pi/2) exp(z^2/2) - (z + z^3/3 + z^5/15 + ...), DLMF 7.6.2; loses a digit by z = 2. */
static double normal_tail_ratio_near_0(double z)
{
    double term = z, sum = z;
    for (double odd = 3.0; term > sum * NEGLIGIBLE; odd += 2.0) {
        term *= z * z / odd;
        sum += term;
    }
    return 1.2533141373155002512 * exp_element(0.5 * z * z) - sum;
}

/* 1 / (z + 1 / (z + 2 / (z + 3 / (z + ...)))), DLMF 7.9.3 */
static double normal_tail_ratio_far(double z)
{
    fraction f = fraction_start(z);
    for (int i = 1; i < MAX_STEPS && !fraction_is_settled(&f); i++) {
        fraction_extend(&f, i, z);
    }
    return 1.0 / f.value;
}

double pb_normal_tail_ratio(double z)
{
    return z < 1.5 ? normal_tail_ratio_near_0(z) : normal_tail_ratio_far(z);
}

/* log of Gamma(a + 1/2) / (Gamma(a) sqrt(2 pi a)), a = df / 2; the Stirling terms by hand, since
 * the difference of two log-gammas would lose digits as df grows. */
pb_student pb_student_of(double df)
{
    const double a = 0.5 * df;
    const double log_gamma_ratio =
        a * log1p_element(0.5 / a) - 0.5 + stirling_error(a + 0.5) - stirling_error(a);
    return (pb_student){.df = df, .log_density_at_0 = log_gamma_ratio - 0.5 * LOG_2PI};
}

double pb_student_log_density(const pb_student *student, double t)
{
    const double df = student->df;
    return student->log_density_at_0 - 0.5 * (df + 1.0) * log1p_element(t * t / df);
}

/*
 * a B(a, b) I_x(a, b) / (x^a (1 - x)^b), for x <= (a + 1) / (a + b + 2), where it settles fast.
 * Source: DLMF 8.17.22, 1 / (1 + d1 / (1 + d2 / (1 + ...))).
 */
static double incomplete_beta_fraction(double a, double b, double x)
{
    fraction f = fraction_start(1.0);
    fraction_extend(&f, -(a + b) * x / (a + 1.0), 1.0);
    for (int m = 1; m < MAX_STEPS && !fraction_is_settled(&f); m++) {
        const double place = a + 2.0 * m;
        fraction_extend(&f, m * (b - m) * x / ((place - 1.0) * place), 1.0);
        fraction_extend(&f, -(a + m) * (a + b + m) * x / (place * (place + 1.0)), 1.0);
    }
    return 1.0 / f.value;
}

/*
 * P(T > t) = I_x(a, 1/2) / 2 = 1/2 - I_{1-x}(1/2, a) / 2 with a = df / 2, x = df / (df + t^2)
 * (DLMF 8.17.4 and A&S 26.7.1). For this x, x^a (1 - x)^{1/2} / B(a, 1/2) = t density(t).
 */
double pb_student_tail_ratio(const pb_student *student, double t)
{
    const double df = student->df, a = 0.5 * df, scale = df + t * t;
    const double x = df / scale, rest = t * t / scale;
    if (x < (a + 1.0) / (a + 2.5)) {
        return t / df * incomplete_beta_fraction(a, 0.5, x);
    }
    return 0.5 * exp_element(-pb_student_log_density(student, t))
           - t * incomplete_beta_fraction(0.5, a, rest);
}

pb_gamma pb_gamma_of(double shape)
{
    return (pb_gamma){.shape = shape, .stirling_error = stirling_error(shape)};
}

/* log(x^a e^-x / Gamma(a)) as a deviance: no large terms that cancel (Loader 2000, dpois). */
double pb_gamma_log_density(const pb_gamma *gamma, double x)
{
    const double a = gamma->shape;
    return 0.5 * (log_element(a) - LOG_2PI) - gamma->stirling_error - deviance(a, x);
}

/* (1 + x / (a + 1) + x^2 / ((a + 1) (a + 2)) + ...) / a, DLMF 8.11.4 */
double pb_gamma_lower_ratio(const pb_gamma *gamma, double x)
{
    double term = 1.0, sum = 1.0, place = gamma->shape;
    for (int i = 0; i < MAX_STEPS && term > sum * NEGLIGIBLE; i++) {
        place += 1.0;
        term *= x / place;
        sum += term;
    }
    return sum / gamma->shape;
}

/* 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...))), DLMF 8.9.2 */
static double gamma_upper_fraction(double a, double x)
{
    fraction f = fraction_start(x + 1.0 - a);
    for (int i = 1; i < MAX_STEPS && !fraction_is_settled(&f); i++) {
        fraction_extend(&f, -i * (i - a), x + 1.0 - a + 2.0 * i);
    }
    return 1.0 / f.value;
}

double pb_gamma_upper_ratio(const pb_gamma *gamma, double x)
{
    if (x > gamma->shape + 1.0) {
        return gamma_upper_fraction(gamma->shape, x);
    }
    return exp_element(-pb_gamma_log_density(gamma, x)) - pb_gamma_lower_ratio(gamma, x);
}
