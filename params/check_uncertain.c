/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which parameters may be uncertain together with what else the scenario holds. A parameter is
 * drawn before anything is observed; so where the scenario holds observations that tell of it, or
 * where something made once before the first draw depends on it, it stays a number.
 */
#include "params/check.h"

#include <stdio.h>

/* The parameter that a member of the scenario takes its value from, or NULL. */
static const pb_parameter *parameter_of(const pb_scenario *scenario, const double *member)
{
    const size_t offset = (size_t)((const char *)member - (const char *)scenario);
    const pb_parameters *parameters = &scenario->parameters;
    for (int i = 0; i < parameters->n_uses; i++) {
        if (parameters->use[i].offset == offset) {
            return &parameters->item[parameters->use[i].parameter];
        }
    }
    return NULL;
}

static void refuse(const pb_check *check, const double *member, const char *why)
{
    const pb_parameter *parameter = parameter_of(check->scenario, member);
    if (parameter != NULL) {
        pb_check_message(check, PB_SEVERITY_ERROR, parameter->name,
                         "takes no distribution here (%s)", why);
    }
}

/* ---- votes that are known ---- */

/* Whether a count or evidence of round r is used. */
static bool votes_are_known(const pb_scenario *scenario, int r)
{
    const pb_coalition *c = &scenario->coalition;
    for (int j = 0; j < scenario->evidence.n_observations; j++) {
        if (scenario->evidence.observation[j].round == r + 1) {
            return true;
        }
    }
    for (int k = 0; k < c->n_unions; k++) {
        if (c->unions[k].counted[r].kind != PB_NOT_COUNTED) {
            return true;
        }
    }
    for (int u = 0; u < c->n_units; u++) {
        if (c->unit[u].counted[r].kind != PB_NOT_COUNTED) {
            return true;
        }
    }
    return false;
}

static void check_support(const pb_check *check)
{
    static const char MEAN[] =
        "votes that are known tell of it: give a number, and its uncertainty to vote.sd_coalition";
    static const char SD[] = "votes that are known tell of it: give a number";
    const pb_vote_params *vote = &check->scenario->vote;
    const pb_coalition *c = &check->scenario->coalition;
    const double *const sds[] = {&vote->sd_coalition, &vote->sd_sector, &vote->sd_union,
                                 &vote->sd_late_swing, &vote->sd_unit};
    if (!votes_are_known(check->scenario, 0) && !votes_are_known(check->scenario, 1)) {
        return;
    }
    refuse(check, &vote->mu0, MEAN);
    for (int u = 0; u < c->n_units; u++) {
        refuse(check, &c->unit[u].offset, MEAN);
    }
    for (size_t i = 0; i < sizeof sds / sizeof sds[0]; i++) {
        refuse(check, sds[i], SD);
    }
}

static void check_second_round(const pb_check *check)
{
    static const char WHY[] = "votes of round 2 that are known tell of it: give a number, and its "
                              "uncertainty to shift.sd";
    const pb_round *second = &check->scenario->round[1];
    if (votes_are_known(check->scenario, 1)) {
        refuse(check, &second->shift.mean, WHY);
        refuse(check, &second->shift.sd, WHY);
        refuse(check, &second->persistence, WHY);
        refuse(check, &second->noise, WHY);
        refuse(check, &second->backlash, WHY);
    }
}

/* ---- talks that go on ---- */

/* With a hazard, days of talks that have brought no agreement tell of it. */
static void check_talks(const pb_check *check)
{
    static const char WHY[] = "the days of talks before as_of tell of it: give a number";
    const pb_scenario *s = check->scenario;
    if (s->run.timeline == PB_TIMELINE_HAZARD && s->dates.agreement == PB_NO_DATE
        && s->as_of > s->dates.talks_start) {
        refuse(check, &s->talks.p_agreement, WHY);
        refuse(check, &s->talks.hazard_per_day, WHY);
        refuse(check, &s->talks.deadline_multiplier, WHY);
    }
}

/* ---- revenue ---- */

/* What the first year's error is drawn from; `both`: the second year's too. */
static void refuse_errors(const pb_check *check, bool both, const char *why)
{
    const pb_revenue_params *revenue = &check->scenario->revenue;
    refuse(check, &revenue->p_recession_first, why);
    if (both) {
        refuse(check, &revenue->p_recession_persists, why);
        refuse(check, &revenue->p_recession_enters, why);
        refuse(check, &revenue->error_cap, why);
    }
    for (int s = 0; s < revenue->n_streams; s++) {
        const pb_stream *stream = &revenue->stream[s];
        refuse(check, &stream->sd, why);
        refuse(check, &stream->shift_normal, why);
        refuse(check, &stream->shift_recession, why);
        refuse(check, both ? &stream->second_year_ratio : &stream->prior_error, why);
    }
}

static void check_revenue(const pb_check *check)
{
    const pb_revenue_params *revenue = &check->scenario->revenue;
    if (revenue->revisions.share[0] > 0.0 && revenue->revisions.n_observed > 0) {
        refuse_errors(check, false, "observed revisions tell of it: give a number");
    }
    if (revenue->baseline_is == PB_BASELINE_MEAN) {
        refuse_errors(check, true,
                      "with baseline_is: mean, a constant that depends on it is made once");
    }
}

/* ---- bounds that two parameters share ---- */

static double largest(const pb_parameter *parameter, double number)
{
    if (parameter == NULL) {
        return number;
    }
    switch (parameter->quantity.kind) {
        case PB_QUANTITY_TRIANGULAR:
            return parameter->quantity.c;
        case PB_QUANTITY_UNIFORM:
            return parameter->quantity.b;
        default:
            return parameter->highest;
    }
}

static double smallest(const pb_parameter *parameter, double number)
{
    const bool bounded = parameter != NULL
                         && (parameter->quantity.kind == PB_QUANTITY_TRIANGULAR
                             || parameter->quantity.kind == PB_QUANTITY_UNIFORM);
    return parameter == NULL ? number : bounded ? parameter->quantity.a : parameter->lowest;
}

static void check_towns(const pb_check *check)
{
    const pb_municipal_params *towns = &check->scenario->municipal;
    const pb_parameter *aid = parameter_of(check->scenario, &towns->aid_musd);
    const pb_parameter *cap = parameter_of(check->scenario, &towns->cap_musd);
    const pb_parameter *pass = parameter_of(check->scenario, &towns->pass_through);
    const pb_parameter *late = parameter_of(check->scenario, &towns->late_pass_through);
    const double most_cut = largest(cap, towns->cap_musd);
    const double least_aid = smallest(aid, towns->aid_musd);
    const double most_passed =
        largest(pass, towns->pass_through) + largest(late, towns->late_pass_through);
    if (aid != cap && most_cut > least_aid) {
        pb_check_message(check, PB_SEVERITY_ERROR, cap != NULL ? cap->name : aid->name,
                         "in some draws more than there is to cut, %.10g of %.10g (a uniform or "
                         "triangular distribution has ends)",
                         most_cut, least_aid);
    }
    if ((pass != NULL || late != NULL) && most_passed > 1.0) {
        pb_check_message(check, PB_SEVERITY_ERROR, late != NULL ? late->name : pass->name,
                         "in some draws more than the whole cut with the other pass-through, %.10g "
                         "(a uniform or triangular distribution has ends)",
                         most_passed);
    }
}

void pb_check_parameters(const pb_scenario *scenario, pb_node *root, pb_messages *messages)
{
    const pb_check check = {.scenario = scenario, .root = root, .messages = messages};
    if (scenario->parameters.n > 0) {
        check_support(&check);
        check_second_round(&check);
        check_talks(&check);
        check_revenue(&check);
        check_towns(&check);
    }
}
