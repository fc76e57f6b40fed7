/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_CALENDAR_H
#define PLANB_MODELS_CALENDAR_H

#include "models/quantity.h"

/** A day of the Gregorian calendar; month and day count from 1. */
typedef struct pb_civil {
    int year, month, day;
} pb_civil;

/** Days since 1970-01-01 of a valid day. Source: H. Hinnant, chrono-compatible date algorithms. */
pb_date pb_date_of_civil(pb_civil civil);

/** The inverse. */
pb_civil pb_civil_of_date(pb_date date);

/** The calendar of a scenario (SPEC B, K). PB_NO_DATE: not given. */
typedef struct pb_dates {
    pb_date fy_start; /**< two fiscal years follow */
    pb_date budget_adopted;
    pb_date deadline;          /**< the budget must balance on official estimates by then */
    pb_date talks_start;       /**< first day of the talks; always given with a hazard timeline */
    pb_date local_budgets_set; /**< by the towns, for the first year */
    pb_date notice_first;      /**< no layoff notice is issued before this day */
    pb_date agreement;         /**< tentative agreement reached; not given: see models/talks.h */
} pb_dates;

/** The fiscal years of a biennium. */
typedef struct pb_fiscal_years {
    pb_date start[PB_YEARS + 1]; /**< first day of each year, and the day after the last year */
} pb_fiscal_years;

/** Fiscal years that follow each other from `first_day`. */
pb_fiscal_years pb_fiscal_years_from(pb_date first_day);

/** The share of fiscal year `year` (0 or 1) that lies on or after `day`, in [0, 1]. */
static inline double pb_share_of_year_after(const pb_fiscal_years *years, int year, double day)
{
    const double length = years->start[year + 1] - years->start[year];
    const double share = (years->start[year + 1] - day) / length;
    return share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
}

#endif
