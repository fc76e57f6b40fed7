/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oracle: counting days one by one with the Gregorian leap rule, and a few published day numbers.
 */
#include "models/calendar.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdbool.h>

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : DAYS[month - 1];
}

static pb_civil next_day(pb_civil civil)
{
    civil.day++;
    if (civil.day > days_in(civil.year, civil.month)) {
        civil.day = 1;
        civil.month++;
    }
    if (civil.month > 12) {
        civil.month = 1;
        civil.year++;
    }
    return civil;
}

Test(calendar, the_first_of_january_1970_is_day_0)
{
    cr_expect_eq(pb_date_of_civil((pb_civil){1970, 1, 1}), 0);
}

struct known_day {
    int year, month, day, date;
    char why[48];
};

ParameterizedTestParameters(calendar, known_days_have_their_numbers)
{
    static struct known_day cases[] = {
        {1969, 12, 31, -1, "the day before the epoch"},
        {2000, 2, 29, 11016, "a century that is a leap year"},
        {2000, 3, 1, 11017, "the day after"},
        {2001, 9, 9, 11574, "10^9 seconds after the epoch"},
        {2038, 1, 19, 24855, "2^31 seconds after the epoch"},
        {1600, 1, 1, -135140, "before the epoch, start of an era"},
    };
    return cr_make_param_array(struct known_day, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct known_day *c, calendar, known_days_have_their_numbers)
{
    cr_expect_eq(pb_date_of_civil((pb_civil){c->year, c->month, c->day}), c->date, "%s", c->why);
}

Test(calendar, every_day_of_ten_centuries_follows_the_one_before_both_ways)
{
    pb_civil civil = {1595, 1, 1};
    pb_date date = pb_date_of_civil(civil);
    long wrong = 0;
    for (; civil.year < 2605; civil = next_day(civil), date++) {
        const pb_civil back = pb_civil_of_date(date);
        wrong += pb_date_of_civil(civil) != date;
        wrong += back.year != civil.year || back.month != civil.month || back.day != civil.day;
    }
    cr_expect_eq(wrong, 0);
}

Test(calendar, fiscal_year_2012_has_366_days_and_2013_has_365)
{
    const pb_fiscal_years years = pb_fiscal_years_from(pb_date_of_civil((pb_civil){2011, 7, 1}));
    cr_expect_eq(years.start[0], 15156);
    cr_expect_eq(years.start[1] - years.start[0], 366);
    cr_expect_eq(years.start[2] - years.start[1], 365);
}

struct share_case {
    int year;
    double days_into_biennium, share;
    char why[48];
};

ParameterizedTestParameters(calendar, share_of_a_year_after_a_day)
{
    static struct share_case cases[] = {
        {0, -400.0, 1.0, "long before: the whole year"},
        {0, 0.0, 1.0, "its first day"},
        {0, 183.0, 0.5, "half of 366 days"},
        {0, 56.5, 309.5 / 366.0, "half a day counts"},
        {0, 366.0, 0.0, "the day after its last"},
        {0, 500.0, 0.0, "long after: nothing"},
        {1, 0.0, 1.0, "the year before: all of the second"},
        {1, 366.0, 1.0, "first day of the second"},
        {1, 439.0, 292.0 / 365.0, "73 of 365 days gone"},
        {1, 731.0, 0.0, "the end of the biennium"},
    };
    return cr_make_param_array(struct share_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct share_case *c, calendar, share_of_a_year_after_a_day)
{
    const pb_fiscal_years years = pb_fiscal_years_from(pb_date_of_civil((pb_civil){2011, 7, 1}));
    const double day = years.start[0] + c->days_into_biennium;
    cr_expect_float_eq(pb_share_of_year_after(&years, c->year, day), c->share, 1e-15, "%s", c->why);
}
