/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/digits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Power of ten of the first digit of x > 0 after rounding to one digit: 0.0096 gives -2. */
static int first_digit(double x)
{
    char text[PB_DIGITS_SIZE];
    (void)snprintf(text, sizeof text, "%.0e", x);
    return atoi(strchr(text, 'e') + 1);
}

/* Rounds to a power of ten; digits after the point only where the power is negative. */
static void print_rounded(double x, int power, char *text)
{
    if (power > 0) {
        const double unit = pow(10.0, power);
        (void)snprintf(text, PB_DIGITS_SIZE, "%.0f", round(x / unit) * unit);
    } else {
        (void)snprintf(text, PB_DIGITS_SIZE, "%.*f", -power, x);
    }
}

/* "-0.00" says no more than "0.00". */
static void drop_sign_of_zero(char *text)
{
    if (text[0] == '-' && text[strspn(text, "-0.")] == '\0') {
        memmove(text, text + 1, strlen(text));
    }
}

/* 18719.6 becomes 18,719.6. */
static void group_thousands(char *text)
{
    const size_t sign = text[0] == '-' ? 1 : 0;
    const size_t whole = strspn(text + sign, "0123456789");
    if (text[sign + whole] == 'e') {
        return;
    }
    for (size_t from_end = 3; from_end < whole && strlen(text) + 1 < PB_DIGITS_SIZE;
         from_end += 3) {
        char *at = text + sign + whole - from_end;
        memmove(at + 1, at, strlen(at) + 1);
        *at = ',';
    }
}

static void print_significant(double x, int digits, char *text)
{
    if (fabs(x) >= 1e5) {
        (void)snprintf(text, PB_DIGITS_SIZE, "%.0f", x);
    } else {
        (void)snprintf(text, PB_DIGITS_SIZE, "%.*g", digits, x);
    }
}

void pb_digits(double value, double se, char *text, char *error)
{
    error[0] = '\0';
    if (!isfinite(value)) {
        (void)snprintf(text, PB_DIGITS_SIZE, "-");
        return;
    }
    if (fabs(value) >= 1e15 || (isfinite(se) && se >= 1e15)) {
        (void)snprintf(text, PB_DIGITS_SIZE, "%.3e", value);
        return;
    }
    if (se > 0.0 && isfinite(se)) {
        const int power = first_digit(se) < -12 ? -12 : first_digit(se);
        print_rounded(value, power, text);
        print_rounded(se, power, error);
        group_thousands(error);
    } else {
        print_significant(value, se == 0.0 ? 6 : 3, text);
        (void)snprintf(error, PB_DIGITS_SIZE, "%s", se == 0.0 ? "" : "?");
    }
    drop_sign_of_zero(text);
    group_thousands(text);
}

void pb_digits_fixed(double value, int decimals, char *text)
{
    if (!isfinite(value) || fabs(value) >= 1e15) {
        (void)snprintf(text, PB_DIGITS_SIZE, "%.3g", value);
        return;
    }
    print_rounded(value, -decimals, text);
    drop_sign_of_zero(text);
    group_thousands(text);
}
