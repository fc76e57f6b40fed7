/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the dates of a scenario and of its rounds follow each other. */
#include "params/check.h"

#include "models/calendar.h"

#include <stdio.h>

static void deadline_is_within_the_years(const pb_check *check)
{
    const pb_dates *dates = &check->scenario->dates;
    const pb_fiscal_years years = pb_fiscal_years_from(dates->fy_start);
    if (dates->deadline >= years.start[PB_YEARS]) {
        pb_check_message(check, PB_SEVERITY_ERROR, "dates.deadline",
                         "dates out of order (the deadline is before the second year ends)");
    }
    if (dates->agreement >= years.start[PB_YEARS]) {
        pb_check_message(check, PB_SEVERITY_ERROR, "dates.agreement",
                         "dates out of order (the agreement is before the second year ends)");
    }
}

static void budget_is_adopted_by_the_deadline(const pb_check *check)
{
    const pb_dates *dates = &check->scenario->dates;
    if (dates->budget_adopted > dates->deadline) {
        pb_check_message(check, PB_SEVERITY_ERROR, "dates.budget_adopted",
                         "dates out of order (the budget is adopted by the deadline)");
    }
}

/* A round is dated in one of two ways. */
static void rounds_are_dated_once(const pb_check *check)
{
    char path[64];
    for (int r = 0; r < check->scenario->n_rounds; r++) {
        snprintf(path, sizeof path, "rounds[%s].vote_end", check->scenario->round[r].id);
        const bool dated = pb_check_has(check, path);
        snprintf(path, sizeof path, "rounds[%s].days_after_agreement",
                 check->scenario->round[r].id);
        if (dated && pb_check_has(check, path)) {
            pb_check_message(check, PB_SEVERITY_ERROR, path,
                             "given together with vote_end (either one or the other)");
        }
    }
}

static void rounds_follow_each_other(const pb_check *check)
{
    const pb_scenario *scenario = check->scenario;
    pb_date before = scenario->dates.agreement;
    const char *what = "the agreement";
    char path[64];
    for (int r = 0; r < scenario->n_rounds; r++) {
        const pb_date end = scenario->timing[r].vote_end;
        if (end == PB_NO_DATE) {
            continue;
        }
        if (end < before) {
            snprintf(path, sizeof path, "rounds[%s].vote_end", scenario->round[r].id);
            pb_check_message(check, PB_SEVERITY_ERROR, path,
                             "dates out of order (the vote ends after %s)", what);
        }
        before = end;
        what = "the first vote";
    }
}

void pb_check_dates(const pb_check *check)
{
    deadline_is_within_the_years(check);
    budget_is_adopted_by_the_deadline(check);
    rounds_are_dated_once(check);
    rounds_follow_each_other(check);
}
