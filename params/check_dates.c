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

static void notices_are_within_the_years(const pb_check *check)
{
    const pb_dates *dates = &check->scenario->dates;
    if (dates->notice_first >= pb_fiscal_years_from(dates->fy_start).start[PB_YEARS]) {
        pb_check_message(check, PB_SEVERITY_ERROR, "dates.notice_first",
                         "dates out of order (notices start before the second year ends)");
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

/* Talks begin before they end, whether they have ended or go on. */
static void talks_start_first(const pb_check *check)
{
    const pb_dates *dates = &check->scenario->dates;
    const bool reached = dates->agreement != PB_NO_DATE;
    if (dates->talks_start > (reached ? dates->agreement : dates->deadline)) {
        pb_check_message(check, PB_SEVERITY_ERROR, "dates.talks_start",
                         "dates out of order (the talks begin before the %s)",
                         reached ? "agreement" : "deadline");
    }
}

/* Without an agreement the talks are described, and the day of the first vote follows from its
 * own date or from that of the agreement. */
static void talks_lead_to_a_vote(const pb_check *check)
{
    const pb_scenario *scenario = check->scenario;
    const bool hazard = scenario->run.timeline == PB_TIMELINE_HAZARD;
    char path[64];
    if (scenario->dates.agreement != PB_NO_DATE) {
        return;
    }
    if (!pb_check_has(check, "talks")) {
        pb_check_message(check, PB_SEVERITY_ERROR, "dates",
                         "no agreement (either agreement or the block 'talks' is needed)");
        return;
    }
    if (hazard && scenario->dates.talks_start == PB_NO_DATE) {
        pb_check_message(check, PB_SEVERITY_ERROR, "run.timeline",
                         "nothing to start from (dates.talks_start is needed)");
    }
    snprintf(path, sizeof path, "rounds[%s]", scenario->round[0].id);
    if (hazard == (scenario->timing[0].vote_end != PB_NO_DATE)) {
        pb_check_message(check, PB_SEVERITY_ERROR, path,
                         hazard ? "dated before there is an agreement (days_after_agreement is "
                                  "needed with run.timeline: hazard)"
                                : "no date to vote on (vote_end is needed without dates.agreement, "
                                  "or run.timeline: hazard)");
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
    const bool reached = scenario->dates.agreement != PB_NO_DATE;
    pb_date before = reached ? scenario->dates.agreement : scenario->dates.talks_start;
    const char *what = reached ? "the agreement" : "the talks have begun";
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

static bool is_counted(const pb_check *check, int round)
{
    for (int i = 0; i < check->counts->n; i++) {
        if (check->counts->item[i].round == round) {
            return true;
        }
    }
    return false;
}

/* A vote that is over is known: without its counts it would be forecast as if it were to come. */
static void past_votes_are_counted(const pb_check *check)
{
    const pb_scenario *scenario = check->scenario;
    char path[64];
    for (int r = 0; r < scenario->n_rounds; r++) {
        const pb_date end = scenario->timing[r].vote_end;
        if (end != PB_NO_DATE && end < scenario->as_of && !is_counted(check, r + 1)) {
            const pb_civil day = pb_civil_of_date(end);
            snprintf(path, sizeof path, "rounds[%s]", scenario->round[r].id);
            pb_check_message(check, PB_SEVERITY_WARNING, path,
                             "%s on %04d-%02d-%02d, before scenario.as_of, and no count of it is "
                             "given",
                             r == 0 ? "ended" : "if it was held, it ended", day.year, day.month,
                             day.day);
        }
    }
}

void pb_check_dates(const pb_check *check)
{
    deadline_is_within_the_years(check);
    budget_is_adopted_by_the_deadline(check);
    notices_are_within_the_years(check);
    talks_start_first(check);
    talks_lead_to_a_vote(check);
    rounds_are_dated_once(check);
    rounds_follow_each_other(check);
    past_votes_are_counted(check);
}
