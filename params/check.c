/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/check.h"

#include "params/path.h"

#include "models/calendar.h"

#include <math.h>
#include <string.h>

void pb_check_message(const pb_check *check, pb_severity severity, const char *path,
                      const char *format, ...)
{
    const pb_node *node = pb_path_find(check->root, path);
    va_list args;
    va_start(args, format);
    pb_message_v(check->messages, severity, node != NULL ? node->place : check->root->place, path,
                 format, args);
    va_end(args);
}

static bool has(const pb_check *check, const char *path)
{
    return pb_path_find(check->root, path) != NULL;
}

static void revenue_has_a_budget(const pb_check *check)
{
    if (has(check, "revenue") && !has(check, "budget")) {
        pb_check_message(check, PB_SEVERITY_ERROR, "revenue",
                         "revenue without a budget (the block 'budget' is needed)");
    }
}

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
        const bool dated = has(check, path);
        snprintf(path, sizeof path, "rounds[%s].days_after_agreement",
                 check->scenario->round[r].id);
        if (dated && has(check, path)) {
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

static void batch_shares_sum_to_one(const pb_check *check)
{
    const pb_layoff_params *layoffs = &check->scenario->layoffs;
    double sum = 0.0;
    for (int b = 0; b < layoffs->n_batches; b++) {
        sum += layoffs->batch[b].share;
    }
    if (layoffs->n_batches > 0 && fabs(sum - 1.0) > 1e-9) {
        pb_check_message(check, PB_SEVERITY_ERROR, "layoffs.batches",
                         "the shares sum to %.10g (they sum to 1)", sum);
    }
}

static void replacing_layoffs_are_described(const pb_check *check)
{
    if (check->scenario->plan_b.replace_with_layoffs && !has(check, "layoffs")) {
        pb_check_message(check, PB_SEVERITY_ERROR, "plan_b_selection.replace_with_layoffs",
                         "no layoffs to replace with (the block 'layoffs' is needed)");
    }
}

static void locked_savings_hang_on_the_coalition(const pb_check *check)
{
    const pb_savings_params *savings = &check->scenario->savings;
    char path[96];
    for (int i = 0; i < savings->n_savings; i++) {
        const pb_saving *saving = &savings->saving[i];
        if (saving->locked_until != PB_NO_DATE && saving->question != PB_QUESTION_COALITION) {
            snprintf(path, sizeof path, "savings[%s].locked_until", saving->id);
            pb_check_message(check, PB_SEVERITY_ERROR, path,
                             "a unit's contract is not locked (question: coalition is needed)");
        }
    }
}

static void something_varies(const pb_check *check)
{
    const pb_vote_params *vote = &check->scenario->vote;
    const double sum =
        vote->sd_coalition + vote->sd_sector + vote->sd_union + vote->sd_late_swing + vote->sd_unit;
    if (sum == 0.0) {
        pb_check_message(check, PB_SEVERITY_WARNING, "vote",
                         "every standard deviation of support is 0: only ballots vary");
    }
}

typedef void check_function(const pb_check *check);

static check_function *const CHECKS[] = {
    pb_check_ids,
    pb_check_votes,
    pb_check_evidence,
    pb_check_rules,
    something_varies,
    deadline_is_within_the_years,
    budget_is_adopted_by_the_deadline,
    rounds_are_dated_once,
    rounds_follow_each_other,
    revenue_has_a_budget,
    pb_check_correlation,
    pb_check_revenue,
    locked_savings_hang_on_the_coalition,
    pb_check_options,
    replacing_layoffs_are_described,
    batch_shares_sum_to_one,
};

void pb_check_scenario(const pb_scenario *scenario, const pb_counts *counts, pb_node *root,
                       pb_messages *messages)
{
    const pb_check check = {scenario, counts, root, messages};
    for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++) {
        CHECKS[i](&check);
    }
}
