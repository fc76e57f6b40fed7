/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/number.h"

#include "models/calendar.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char DIGITS[] = "0123456789";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_sign(const char *text)
{
    return text + (*text == '-' || *text == '+');
}

/* [sign] digits [. digits] [e [sign] digits], no superfluous leading zero, all of the text. */
static bool is_decimal(const char *text)
{
    const char *p = skip_sign(text);
    const size_t whole = strspn(p, DIGITS);
    if (whole > 1 && p[0] == '0') {
        return false;
    }
    p += whole;
    const size_t part = *p == '.' ? strspn(p + 1, DIGITS) : 0;
    p += *p == '.' ? 1 + part : 0;
    if (whole + part == 0) {
        return false;
    }
    if (*p == 'e' || *p == 'E') {
        p = skip_sign(p + 1);
        const size_t exponent = strspn(p, DIGITS);
        return exponent > 0 && p[exponent] == '\0';
    }
    return *p == '\0';
}

bool pb_parse_real(const char *text, double *value)
{
    if (!is_decimal(text)) {
        return false;
    }
    const double read = strtod(text, NULL);
    if (!isfinite(read)) {
        return false;
    }
    *value = read;
    return true;
}

const char *pb_format_real(double value, char *text, size_t size)
{
    int digits_needed = 15;
    do {
        snprintf(text, size, "%.*g", digits_needed, value);
    } while (digits_needed++ < 17 && strtod(text, NULL) != value);
    return text;
}

static bool is_whole(const char *text)
{
    const size_t n = strspn(text, DIGITS);
    return n > 0 && text[n] == '\0' && (n == 1 || text[0] != '0');
}

bool pb_parse_whole(const char *text, int64_t *value)
{
    if (!is_whole(skip_sign(text))) {
        return false;
    }
    errno = 0;
    const long long read = strtoll(text, NULL, 10);
    if (errno != 0) {
        return false;
    }
    *value = read;
    return true;
}

bool pb_parse_seed(const char *text, uint64_t *value)
{
    if (!is_whole(text)) {
        return false;
    }
    errno = 0;
    const unsigned long long read = strtoull(text, NULL, 10);
    if (errno != 0) {
        return false;
    }
    *value = read;
    return true;
}

/* `n` digits as a number; the caller has checked that they are digits. */
static int digits(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

static bool looks_like_date(const char *text)
{
    static const char SHAPE[] = "dddd-dd-dd";
    if (strlen(text) != sizeof SHAPE - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof SHAPE - 1; i++) {
        if (SHAPE[i] == 'd' ? !is_digit(text[i]) : text[i] != SHAPE[i]) {
            return false;
        }
    }
    return true;
}

bool pb_parse_date(const char *text, pb_date *date)
{
    if (!looks_like_date(text)) {
        return false;
    }
    const pb_civil civil = {digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    if (civil.year < 1900 || civil.year > 2200 || civil.month < 1 || civil.month > 12
        || civil.day < 1 || civil.day > 31) {
        return false;
    }
    /* 31 April becomes 1 May and comes back as another day */
    const pb_civil back = pb_civil_of_date(pb_date_of_civil(civil));
    if (back.month != civil.month || back.day != civil.day) {
        return false;
    }
    *date = pb_date_of_civil(civil);
    return true;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void reduce(int64_t *numerator, int64_t *denominator)
{
    const int64_t divisor = common_divisor(*numerator, *denominator);
    *numerator /= divisor;
    *denominator /= divisor;
}

/* `0.8`: the digits before and after the point over a power of ten. */
static bool parse_decimal_share(const char *text, int64_t *numerator, int64_t *denominator)
{
    const size_t whole = strspn(text, DIGITS);
    if (!is_decimal(text) || text[whole] != '.' || strlen(text) - whole > 10 || whole > 9) {
        return false;
    }
    *numerator = digits(text, (int)whole);
    *denominator = 1;
    for (const char *p = text + whole + 1; *p != '\0'; p++) {
        if (!is_digit(*p)) {
            return false; /* an exponent */
        }
        *numerator = 10 * *numerator + (*p - '0');
        *denominator *= 10;
    }
    return true;
}

bool pb_parse_fraction(const char *text, int64_t *numerator, int64_t *denominator)
{
    const size_t before = strspn(text, DIGITS);
    const size_t after = text[before] == '/' ? strspn(text + before + 1, DIGITS) : 0;
    int64_t part, whole;
    if (after > 0 && text[before + 1 + after] == '\0') {
        if (before == 0 || before > 9 || after > 9) {
            return false;
        }
        part = digits(text, (int)before);
        whole = digits(text + before + 1, (int)after);
        if (whole == 0) {
            return false;
        }
    } else if (!parse_decimal_share(text, &part, &whole)) {
        return false;
    }
    reduce(&part, &whole);
    *numerator = part;
    *denominator = whole;
    return true;
}

/* `0,5` with its comma made a point, if that is a number. */
static bool with_point(const char *text, char *fixed, size_t size)
{
    const char *comma = strchr(text, ',');
    if (comma == NULL || strlen(text) >= size) {
        return false;
    }
    strcpy(fixed, text);
    fixed[comma - text] = '.';
    return is_decimal(fixed);
}

/* `0.5%` as 0.005. */
static bool of_hundred(const char *text, double *share)
{
    char number[32];
    const size_t size = strcspn(text, " %");
    double percent;
    if (size >= sizeof number || strcmp(text + size + strspn(text + size, " "), "%") != 0) {
        return false;
    }
    memcpy(number, text, size);
    number[size] = '\0';
    if (!pb_parse_real(number, &percent)) {
        return false;
    }
    *share = percent / 100.0;
    return true;
}

const char *pb_number_hint(const char *text, char *hint, size_t size)
{
    char fixed[32];
    double share;
    if (with_point(text, fixed, sizeof fixed)) {
        snprintf(hint, size, "use a point: %s", fixed);
    } else if (of_hundred(text, &share)) {
        snprintf(hint, size, "write %g", share);
    } else if (is_decimal(text)) {
        return "too large";
    } else if (is_whole(text + strspn(text, "0")) && text[0] == '0') {
        snprintf(hint, size, "without leading zeros");
    } else {
        return "a finite decimal number such as 0.25, without unit or separators";
    }
    return hint;
}
