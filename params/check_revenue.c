/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates, shares and records of the revenue block. */
#include "params/check.h"

#include "models/calendar.h"

#include <stdio.h>

static const char *show_date(pb_date date, char *text, size_t size)
{
    const pb_civil day = pb_civil_of_date(date);
    (void)snprintf(text, size, "%04d-%02d-%02d", day.year, day.month, day.day);
    return text;
}

/* ---- revisions ---- */

static void refuse_date(const pb_check *check, int t, const char *allowed)
{
    char path[64], shown[16];
    (void)snprintf(path, sizeof path, "revenue.revisions.dates[%d]", t);
    pb_check_message(check, PB_SEVERITY_ERROR, path, "dates out of order, '%s' (%s)",
                     show_date(check->scenario->revenue.revisions.date[t], shown, sizeof shown),
                     allowed);
}

static void dates_are_in_order(const pb_check *check)
{
    const pb_dates *dates = &check->scenario->dates;
    const pb_date *date = check->scenario->revenue.revisions.date;
    const pb_fiscal_years years = pb_fiscal_years_from(dates->fy_start);
    for (int t = 1; t < PB_REVISION_DATES; t++) {
        if (date[t] <= date[t - 1]) {
            refuse_date(check, t, "each is after the one before");
            return;
        }
    }
    if (date[0] > dates->deadline) {
        refuse_date(check, 0, "the first is by the deadline");
    } else if (date[1] <= dates->deadline) {
        refuse_date(check, 1, "all but the first are after the deadline");
    } else if (date[PB_REVISION_DATES - 1] >= years.start[1]) {
        refuse_date(check, PB_REVISION_DATES - 1, "all are before the first year ends");
    }
}

static void shares_leave_room(const pb_check *check)
{
    double sum = 0.0;
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        sum += check->scenario->revenue.revisions.share[t];
    }
    if (sum > 1.0 + 1e-9) {
        pb_check_message(check, PB_SEVERITY_ERROR, "revenue.revisions.shares",
                         "the shares sum to %.10g (at most 1: the rest is known after the last)",
                         sum);
    }
}

static bool same_fact(const pb_observed *a, const pb_observed *b)
{
    const bool streams =
        a->stream == b->stream || a->stream == PB_ALL_STREAMS || b->stream == PB_ALL_STREAMS;
    return streams && a->date == b->date;
}

static void check_observed(const pb_check *check, int i)
{
    const pb_revision_params *revisions = &check->scenario->revenue.revisions;
    const pb_observed *o = &revisions->observed[i];
    char path[64], shown[16];
    if (o->date > revisions->date[PB_REVISION_DATES - 1]) {
        (void)snprintf(path, sizeof path, "revenue.revisions.observed[%d].date", i);
        pb_check_message(check, PB_SEVERITY_ERROR, path,
                         "after the last of the dates, '%s' (an estimate is of one of them)",
                         show_date(o->date, shown, sizeof shown));
    }
    for (int j = 0; j < i; j++) {
        if (same_fact(o, &revisions->observed[j])) {
            (void)snprintf(path, sizeof path, "revenue.revisions.observed[%d]", i);
            pb_check_message(check, PB_SEVERITY_ERROR, path,
                             "a stream's change given twice for %s (a day has one)",
                             show_date(o->date, shown, sizeof shown));
        }
    }
}

static void check_revisions(const pb_check *check)
{
    const pb_revision_params *revisions = &check->scenario->revenue.revisions;
    if (revisions->share[0] == 0.0) {
        return;
    }
    dates_are_in_order(check);
    shares_leave_room(check);
    for (int i = 0; i < revisions->n_observed; i++) {
        check_observed(check, i);
    }
}

/* ---- the record ---- */

static void a_record_is_there(const pb_check *check)
{
    const pb_revenue_params *revenue = &check->scenario->revenue;
    if (revenue->method == PB_ERRORS_BOOTSTRAP && revenue->bootstrap.n_vintages == 0) {
        pb_check_message(check, PB_SEVERITY_ERROR, "revenue.method",
                         "no record to resample (bootstrap.file or bootstrap.vintages is needed)");
    }
}

static void vintages_are_in_order(const pb_check *check)
{
    const pb_bootstrap_params *record = &check->scenario->revenue.bootstrap;
    char path[64];
    for (int v = 1; v < record->n_vintages; v++) {
        const long long year = (long long)record->vintage[v].year;
        const long long before = (long long)record->vintage[v - 1].year;
        if (year <= before) {
            (void)snprintf(path, sizeof path, "revenue.bootstrap.vintages[%d].year", v);
            pb_check_message(check, PB_SEVERITY_ERROR, path,
                             "not in order, %lld after %lld (each year once, the oldest first)",
                             year, before);
            return;
        }
    }
}

static void a_bias_shows(const pb_check *check)
{
    const pb_revenue_params *revenue = &check->scenario->revenue;
    if (revenue->bias == PB_BIAS_HISTORIC && revenue->baseline_is == PB_BASELINE_MEAN) {
        pb_check_message(check, PB_SEVERITY_WARNING, "revenue.bias",
                         "a baseline that is the mean has no bias: it moves the median alone");
    }
}

void pb_check_revenue(const pb_check *check)
{
    check_revisions(check);
    a_record_is_there(check);
    vintages_are_in_order(check);
    a_bias_shows(check);
}
