/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/exact.h"

#include "models/acceptance.h"
#include "models/ballot_sum.h"
#include "models/exact_sum.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static bool refuse(pb_exact *exact, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(exact->reason, sizeof exact->reason, format, args);
    va_end(args);
    return false;
}

static bool is_counted(const pb_counted *counted)
{
    return counted[0].kind != PB_NOT_COUNTED || counted[1].kind != PB_NOT_COUNTED;
}

/* Evidence may be of round 2 alone, but then it bears on the effects of round 1 too. */
static bool nothing_is_known(const pb_ratification *model, pb_exact *exact)
{
    const pb_coalition *c = model->coalition;
    bool known = model->evidence != NULL;
    for (int k = 0; k < c->n_unions; k++) {
        known = known || is_counted(c->unions[k].counted);
    }
    for (int u = 0; u < c->n_units; u++) {
        known = known || is_counted(c->unit[u].counted);
    }
    return known ? refuse(exact, "there is evidence or a count") : true;
}

static bool every_parameter_is_a_number(const pb_ratification *model, pb_exact *exact)
{
    return model->uncertain == NULL || refuse(exact, "a parameter is uncertain");
}

/* A union whose chance is a sum over the ballots of one unit. */
static bool is_tractable(const pb_coalition *c, const pb_union *voters, pb_exact *exact)
{
    const int acceptance = pb_exact_acceptance(c, voters);
    if (voters->n_units > 1) {
        return refuse(exact, "union %s has %d units", voters->id, voters->n_units);
    }
    if (!pb_acceptance_is_monotone(&c->acceptance[acceptance])) {
        return refuse(exact, "more yes may turn union %s against the deal", voters->id);
    }
    if (acceptance != 0 && c->unit[voters->first_unit].members > PB_MAX_OWN_RULE_MEMBERS) {
        return refuse(exact, "union %s has a rule of its own and more than %d members", voters->id,
                      PB_MAX_OWN_RULE_MEMBERS);
    }
    return true;
}

static bool unions_are_tractable(const pb_ratification *model, pb_exact *exact)
{
    const pb_coalition *c = model->coalition;
    for (int k = 0; k < c->n_unions; k++) {
        const bool votes = model->voting >> k & 1;
        if (votes && c->unions[k].aggregate != PB_AGGREGATE_LEADERS
            && !is_tractable(c, &c->unions[k], exact)) {
            return false;
        }
    }
    return true;
}

static bool form_allows(const pb_ratification *model, int r, pb_exact *exact)
{
    if (r > 0) {
        return refuse(exact, "the second round follows from a first vote that failed");
    }
    if (pb_rule_uses_ballots(&model->round[r].rule)) {
        return refuse(exact, "%s", pb_diagram_outcome_text(PB_DIAGRAM_USES_BALLOTS));
    }
    return every_parameter_is_a_number(model, exact) && nothing_is_known(model, exact)
           && unions_are_tractable(model, exact);
}

static bool size_allows(const pb_exact_plan *plan, pb_exact *exact)
{
    if (plan->sets.n > PB_MAX_EXACT_UNIONS) {
        return refuse(exact, "too large: %d voting unions, at most %d", plan->sets.n,
                      PB_MAX_EXACT_UNIONS);
    }
    if (plan->n_terms > PB_MAX_EXACT_TERMS) {
        return refuse(exact, "too large: %.1e terms to add up, at most %.1e", plan->n_terms,
                      PB_MAX_EXACT_TERMS);
    }
    return true;
}

pb_status pb_exact_probability(const pb_ratification *model, int r, double fineness,
                               pb_exact *exact, pb_error *err)
{
    pb_exact_plan plan;
    memset(exact, 0, sizeof *exact);
    if (!form_allows(model, r, exact)) {
        return PB_OK;
    }
    pb_exact_plan_make(model, fineness, &plan);
    if (!size_allows(&plan, exact)) {
        return PB_OK;
    }
    exact->available = true;
    return pb_exact_sum(&plan, r, &exact->probability, err);
}
