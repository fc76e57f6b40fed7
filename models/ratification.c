/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/ratification.h"

#include "models/acceptance.h"
#include "models/ballots.h"
#include "models/chance.h"
#include "models/decision.h"
#include "models/effects.h"
#include "models/evidence.h"
#include "models/persuasion.h"
#include "models/uncertain.h"
#include "models/union_vote.h"

#include <stdlib.h>
#include <string.h>

/* ---- compile ---- */

static double mean_support(const pb_ratification *model)
{
    double sum = 0.0, members = 0.0;
    for (int u = 0; u < model->coalition->n_units; u++) {
        const double n = (double)model->coalition->unit[u].members;
        sum += n * pb_unit_mean(model, u);
        members += n;
    }
    return sum / members;
}

static size_t declare_uniform(pb_inputs *inputs, pb_purpose purpose, unsigned part,
                              const char *name)
{
    return pb_inputs_add(inputs, purpose, part, name, PB_UNIFORM_01, 0.0, 0.0, 0.0);
}

static size_t declare_normal(pb_inputs *inputs, pb_purpose purpose, unsigned part, const char *name)
{
    return pb_inputs_add(inputs, purpose, part, name, PB_NORMAL_01, 0.0, 0.0, 0.0);
}

static void declare_unit(pb_ratification *model, pb_inputs *inputs, int r, int u)
{
    const char *id = model->coalition->unit[u].id;
    const unsigned part = (unsigned)r + 1;

    model->turnout_unit_row[r][u] = declare_normal(inputs, PB_FOR_TURNOUT_UNIT, part, id);
    model->ballots_row[r][u] = declare_uniform(inputs, PB_FOR_BALLOTS, part, id);
    model->yes_row[r][u] = declare_uniform(inputs, PB_FOR_YES, part, id);
    model->contract_row[r][u] = declare_normal(inputs, PB_FOR_CONTRACT, part, id);
    model->contract_yes_row[r][u] = declare_uniform(inputs, PB_FOR_CONTRACT_YES, part, id);
}

static void declare_round(pb_ratification *model, pb_inputs *inputs, int r)
{
    const pb_coalition *c = model->coalition;
    const unsigned part = (unsigned)r + 1;

    model->turnout_common_row[r] = declare_normal(inputs, PB_FOR_TURNOUT_COMMON, part, "");
    for (int k = 0; k < c->n_unions; k++) {
        if (c->unions[k].aggregate == PB_AGGREGATE_LEADERS) {
            model->leaders_row[r][k] =
                declare_uniform(inputs, PB_FOR_LEADERS, part, c->unions[k].id);
        }
    }
    for (int u = 0; u < c->n_units; u++) {
        declare_unit(model, inputs, r, u);
    }
}

static void set_members(pb_ratification *model)
{
    for (int k = 0; k < model->coalition->n_unions; k++) {
        model->members[k] = (int64_t)pb_union_members(model->coalition, k);
        if (!model->coalition->unions[k].abstains) {
            model->voting |= UINT64_C(1) << k;
        }
    }
}

static pb_status build_diagrams(pb_ratification *model, pb_error *err)
{
    for (int r = 0; r < model->n_rounds; r++) {
        model->how[r] =
            pb_diagram_build(&model->round[r].rule, model->members, model->coalition->n_unions,
                             model->voting, &model->diagram[r]);
        if (model->how[r] == PB_DIAGRAM_NO_MEMORY) {
            return pb_fail(err, PB_INTERNAL, "out of memory for the diagram of rule %s",
                           model->round[r].rule.id);
        }
    }
    return PB_OK;
}

static void declare(pb_ratification *model, pb_inputs *inputs)
{
    const pb_coalition *c = model->coalition;
    model->mean_support = mean_support(model);
    for (int u = 0; u < c->n_units; u++) {
        const double turnout = c->unit[u].turnout;
        model->turnout_logit[u] = turnout < 1.0 ? pb_logit(turnout) : 0.0;
    }
    pb_effects_compile(model->vote, c, model->round, model->n_rounds, inputs, &model->effects);
    for (int r = 0; r < model->n_rounds; r++) {
        declare_round(model, inputs, r);
    }
}

static pb_status build(pb_ratification *model, const pb_evidence_params *evidence,
                       pb_inputs *inputs, pb_error *err)
{
    pb_status status = build_diagrams(model, err);
    if (status == PB_OK) {
        status = pb_evidence_compile(evidence, model, inputs, &model->evidence, err);
    }
    if (status == PB_OK) {
        model->chances = malloc(sizeof *model->chances);
        status = model->chances != NULL
                     ? pb_chances_compile(model, model->evidence, model->chances, err)
                     : pb_fail(err, PB_INTERNAL, "out of memory for the unions' chances");
    }
    return status;
}

pb_status pb_ratification_compile(const pb_vote_params *vote, const pb_coalition *coalition,
                                  const pb_round *round, int n_rounds,
                                  const pb_evidence_params *evidence, pb_inputs *inputs,
                                  pb_ratification *model, pb_error *err)
{
    static const pb_evidence_params NONE;
    memset(model, 0, sizeof *model);
    model->vote = vote;
    model->coalition = coalition;
    model->round = round;
    model->n_rounds = n_rounds;
    model->uncertain = inputs->uncertain;
    set_members(model);
    declare(model, inputs);
    const pb_status status = build(model, evidence != NULL ? evidence : &NONE, inputs, err);
    if (status != PB_OK) {
        pb_ratification_free(model);
    }
    return status;
}

void pb_ratification_free(pb_ratification *model)
{
    pb_evidence_free(model->evidence);
    if (model->chances != NULL) {
        pb_chances_free(model->chances);
        free(model->chances);
    }
    for (int r = 0; r < PB_ROUNDS; r++) {
        pb_diagram_free(&model->diagram[r]);
    }
    memset(model, 0, sizeof *model);
}

size_t pb_ratification_workspace(const pb_ratification *model)
{
    size_t doubles = 0;
    for (int r = 0; r < model->n_rounds; r++) {
        const size_t own = model->how[r] == PB_DIAGRAM_BUILT
                               ? pb_diagram_workspace_doubles(&model->diagram[r])
                               : 0;
        doubles = own > doubles ? own : doubles;
    }
    return doubles;
}

/* ---- a batch ---- */

/* A unit's votes of one round, its support standing in `votes`. */
static void vote_unit(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                      int u, pb_outcomes *out, pb_workings *w)
{
    const pb_coalition *c = model->coalition;
    const pb_unit *unit = &c->unit[u];
    pb_unit_votes *votes = &w->votes[r];
    uint8_t *vote = &out->unit_vote[(size_t)(r * c->n_units + u) * PB_LANES];
    double contract_yes[PB_LANES];

    pb_coalition_question(model, kernels, z, (pb_effect_rows)w->effects, r, u, votes->support[u],
                          votes->ballots[u], votes->yes[u], votes->score[u]);
    pb_accept(c, unit->accepts, (double)unit->members, votes->ballots[u], votes->yes[u], vote);
    pb_override_vote(pb_unit_known(c, u, r), vote);
    pb_contract_question(model, kernels, z, r, u, votes->support[u], votes->ballots[u],
                         contract_yes);
    pb_accept(c, unit->accepts, (double)unit->members, votes->ballots[u], contract_yes,
              w->contract_vote[r][u]);
}

static void vote_units(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                       pb_outcomes *out, pb_workings *w)
{
    const pb_effect_rows x = (pb_effect_rows)w->effects;
    for (int u = 0; u < model->coalition->n_units; u++) {
        pb_first_support(model, z, x, u, w->votes[0].support[u]);
        vote_unit(model, kernels, z, 0, u, out, w);
        if (model->n_rounds > 1) {
            memcpy(w->votes[1].support[u], w->votes[0].support[u], sizeof w->votes[1].support[u]);
            pb_second_support(model, z, x, u, w->votes[1].support[u]);
            vote_unit(model, kernels, z, 1, u, out, w);
        }
    }
}

static void set_favour(const pb_ratification *model, int k, const pb_unit_votes *votes,
                       double *favour)
{
    const pb_union *voters = &model->coalition->unions[k];
    memset(favour, 0, PB_LANES * sizeof *favour);
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        const double weight = (double)model->coalition->unit[u].members / (double)model->members[k];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            favour[lane] += weight * votes->support[u][lane];
        }
    }
}

static void vote_unions(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                        pb_outcomes *out, pb_workings *w)
{
    const pb_coalition *c = model->coalition;
    const uint8_t *unit_votes = &out->unit_vote[(size_t)(r * c->n_units) * PB_LANES];
    for (int k = 0; k < c->n_unions; k++) {
        uint8_t *vote = &out->union_vote[(size_t)(r * c->n_unions + k) * PB_LANES];
        pb_union_decide(model, z, r, k, &w->votes[r], unit_votes, &w->unions.sum[k], vote);
        set_favour(model, k, &w->votes[r], w->unions.favour[k]);
        pb_chance_of_union(model, kernels, z, r, k, unit_votes, vote, w, &w->unions.chance[k]);
        if (c->unions[k].abstains) {
            memset(vote, PB_ABSTAINS, PB_LANES);
        }
    }
}

/* The member share of units that accept their contract. */
static void set_coverage(const pb_ratification *model, int r, pb_workings *w)
{
    double members = 0.0, *coverage = w->coverage[r];
    memset(coverage, 0, PB_LANES * sizeof *coverage);
    for (int u = 0; u < model->coalition->n_units; u++) {
        const double own = (double)model->coalition->unit[u].members;
        members += own;
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            coverage[lane] += own * w->contract_vote[r][u][lane];
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        coverage[lane] /= members;
    }
}

/* The share of the layoff notices that a deal does not withdraw: those of units that keep layoff
 * protection only with their contract and refuse it (SPEC C.7). */
static void set_exposed(const pb_ratification *model, pb_rows z, int r, pb_workings *w)
{
    double notices[PB_LANES] = {0}, *exposed = w->exposed[r];
    memset(exposed, 0, PB_LANES * sizeof *exposed);
    for (int u = 0; u < model->coalition->n_units; u++) {
        const pb_unit *unit = &model->coalition->unit[u];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            const double own = pb_param((pb_lane){model->uncertain, z, lane}, &unit->notices);
            notices[lane] += own;
            exposed[lane] += unit->contract_security && !w->contract_vote[r][u][lane] ? own : 0.0;
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        exposed[lane] = notices[lane] > 0.0 ? exposed[lane] / notices[lane] : 0.0;
    }
}

void pb_ratification_simulate(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                              pb_outcomes *out, pb_workings *w)
{
    pb_effects_draw(&model->effects, z, w->effects);
    if (model->evidence != NULL) {
        pb_evidence_condition(model->evidence, z, w->effects);
    }
    vote_units(model, kernels, z, out, w);
    for (int r = 0; r < model->n_rounds; r++) {
        vote_unions(model, kernels, z, r, out, w);
        pb_round_decide(model, r, &w->unions, w->diagram, out);
        pb_units_decide(model, kernels, r, &w->unions, w, out);
        set_coverage(model, r, w);
        set_exposed(model, z, r, w);
    }
}
