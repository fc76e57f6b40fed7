/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/check.h"

#include "params/path.h"

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

bool pb_check_has(const pb_check *check, const char *path)
{
    return pb_path_find(check->root, path) != NULL;
}

static void revenue_has_a_budget(const pb_check *check)
{
    if (pb_check_has(check, "revenue") && !pb_check_has(check, "budget")) {
        pb_check_message(check, PB_SEVERITY_ERROR, "revenue",
                         "revenue without a budget (the block 'budget' is needed)");
    }
}

static void cuts_have_a_budget(const pb_check *check)
{
    if (pb_check_has(check, "rescission") && !pb_check_has(check, "budget")) {
        pb_check_message(check, PB_SEVERITY_ERROR, "rescission",
                         "nothing to cut (the block 'budget' is needed)");
    }
}

static void towns_can_bear_the_cuts(const pb_check *check)
{
    const pb_municipal_params *towns = &check->scenario->municipal;
    if (towns->cap_musd > towns->aid_musd) {
        pb_check_message(check, PB_SEVERITY_ERROR, "municipal.cap",
                         "more than there is to cut, %.10g (at most the aid, %.10g)",
                         towns->cap_musd, towns->aid_musd);
    }
    if (towns->pass_through + towns->late_pass_through > 1.0) {
        pb_check_message(check, PB_SEVERITY_ERROR, "municipal.late_pass_through",
                         "more than the whole cut with pass_through, %.10g (at most 1)",
                         towns->pass_through + towns->late_pass_through);
    }
    if (check->scenario->rescission.municipal_aid && !pb_check_has(check, "municipal")) {
        pb_check_message(check, PB_SEVERITY_ERROR, "rescission.municipal_aid",
                         "no aid to cut (the block 'municipal' is needed)");
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
    if (check->scenario->plan_b.replace_with_layoffs && !pb_check_has(check, "layoffs")) {
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
    pb_check_dates,
    revenue_has_a_budget,
    cuts_have_a_budget,
    towns_can_bear_the_cuts,
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
