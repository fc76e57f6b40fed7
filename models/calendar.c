/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/calendar.h"

/* Years begin in March here, so that the leap day is the last day of a year; an era is 400 of
 * them. https://howardhinnant.github.io/date_algorithms.html */
pb_date pb_date_of_civil(pb_civil civil)
{
    const int year = civil.month <= 2 ? civil.year - 1 : civil.year;
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int year_of_era = year - era * 400;
    const int month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    const int day_of_year = (153 * month + 2) / 5 + civil.day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

pb_civil pb_civil_of_date(pb_date date)
{
    const int days = date + 719468;
    const int era = (days >= 0 ? days : days - 146096) / 146097;
    const int day_of_era = days - era * 146097;
    const int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int month = (5 * day_of_year + 2) / 153;
    const int civil_month = month < 10 ? month + 3 : month - 9;
    return (pb_civil){.year = year_of_era + era * 400 + (civil_month <= 2),
                      .month = civil_month,
                      .day = day_of_year - (153 * month + 2) / 5 + 1};
}

pb_fiscal_years pb_fiscal_years_from(pb_date first_day)
{
    pb_civil civil = pb_civil_of_date(first_day);
    pb_fiscal_years years;
    for (int y = 0; y <= PB_YEARS; y++) {
        years.start[y] = pb_date_of_civil(civil);
        civil.year++;
    }
    return years;
}
