/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/ratification.h"

#include "models/ballots.h"
#include "models/effects.h"

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

void pb_ratification_compile(const pb_vote_params *vote, const pb_coalition *coalition,
                             const pb_round *round, int n_rounds, pb_inputs *inputs,
                             pb_ratification *model)
{
    memset(model, 0, sizeof *model);
    model->vote = vote;
    model->coalition = coalition;
    model->round = round;
    model->n_rounds = n_rounds;
    model->mean_support = mean_support(model);
    for (int u = 0; u < coalition->n_units; u++) {
        const double turnout = coalition->unit[u].turnout;
        model->turnout_logit[u] = turnout < 1.0 ? pb_logit(turnout) : 0.0;
    }
    pb_effects_compile(vote, coalition, round, n_rounds, inputs, &model->effects);
    for (int r = 0; r < n_rounds; r++) {
        declare_round(model, inputs, r);
    }
}

/* ---- one union, and the coalition ---- */

/* A union's sums over its units. */
typedef struct group {
    double members;
    double ballots[PB_LANES], yes[PB_LANES], units_accepting[PB_LANES];
} group;

/* A round's sums over the unions that vote. */
typedef struct pool {
    int64_t unions, members;
    uint64_t approving[PB_LANES];
    double unions_approving[PB_LANES], members_approving[PB_LANES];
    double ballots[PB_LANES], yes[PB_LANES];
} pool;

static void add_unit(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                     int u, const double *eta, group *sum, pb_outcomes *out, pb_workings *w)
{
    const pb_unit *unit = &model->coalition->unit[u];
    uint8_t *vote = &out->unit_vote[(r * model->coalition->n_units + u) * PB_LANES];
    double ballots[PB_LANES], yes[PB_LANES], contract_yes[PB_LANES];

    pb_coalition_question(model, kernels, z, r, u, eta, ballots, yes);
    pb_accept(model->coalition, unit->accepts, (double)unit->members, ballots, yes, vote);
    pb_override_vote(&unit->counted, r, vote);
    pb_contract_question(model, kernels, z, r, u, eta, ballots, contract_yes);
    pb_accept(model->coalition, unit->accepts, (double)unit->members, ballots, contract_yes,
              w->contract_vote[r][u]);

    sum->members += (double)unit->members;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        sum->ballots[lane] += ballots[lane];
        sum->yes[lane] += yes[lane];
        sum->units_accepting[lane] += vote[lane];
        w->coverage[r][lane] += (double)unit->members * w->contract_vote[r][u][lane];
    }
}

static void count_units(const pb_union *voters, const group *sum, uint8_t *vote)
{
    const bool all = voters->aggregate == PB_AGGREGATE_ALL_UNITS;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        vote[lane] = all ? sum->units_accepting[lane] >= voters->n_units
                         : 2.0 * sum->units_accepting[lane] > voters->n_units;
    }
}

static void fill(double *x, double value)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        x[lane] = value;
    }
}

/* The union's decision from its units' ballots or votes, or from its leaders. */
static void decide_union(const pb_ratification *model, pb_rows z, int r, int k, group *sum,
                         uint8_t *vote)
{
    const pb_union *voters = &model->coalition->unions[k];
    if (voters->counted.kind == PB_COUNTED_BALLOTS && voters->counted.round == r + 1) {
        fill(sum->ballots, (double)(voters->counted.yes_ballots + voters->counted.no_ballots));
        fill(sum->yes, (double)voters->counted.yes_ballots);
    }
    switch (voters->aggregate) {
        case PB_AGGREGATE_BALLOTS:
            pb_accept(model->coalition, voters->accepts, sum->members, sum->ballots, sum->yes,
                      vote);
            break;
        case PB_AGGREGATE_UNITS:
        case PB_AGGREGATE_ALL_UNITS:
            count_units(voters, sum, vote);
            break;
        case PB_AGGREGATE_LEADERS:
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                vote[lane] = z[model->leaders_row[r][k]][lane] < voters->p_approve;
            }
            fill(sum->ballots, 0.0); /* its members are not polled */
            fill(sum->yes, 0.0);
            break;
    }
    pb_override_vote(&voters->counted, r, vote);
}

static void add_union(const pb_ratification *model, int k, const group *sum, pool *total,
                      uint8_t *vote)
{
    if (model->coalition->unions[k].abstains) {
        memset(vote, 2, PB_LANES);
        return;
    }
    total->unions++;
    total->members += (int64_t)sum->members;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        total->approving[lane] |= (uint64_t)vote[lane] << k;
        total->unions_approving[lane] += vote[lane];
        total->members_approving[lane] += vote[lane] * sum->members;
        total->ballots[lane] += sum->ballots[lane];
        total->yes[lane] += sum->yes[lane];
    }
}

static void simulate_union(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                           int k, pool *total, pb_outcomes *out, pb_workings *w)
{
    const pb_union *voters = &model->coalition->unions[k];
    group sum[PB_ROUNDS];
    memset(sum, 0, sizeof sum);

    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        const pb_effect_rows x = (pb_effect_rows)w->effects;
        double eta[PB_LANES];
        pb_first_support(model, x, u, eta);
        add_unit(model, kernels, z, 0, u, eta, &sum[0], out, w);
        if (model->n_rounds > 1) {
            pb_second_support(model, x, u, eta);
            add_unit(model, kernels, z, 1, u, eta, &sum[1], out, w);
        }
    }
    for (int r = 0; r < model->n_rounds; r++) {
        uint8_t *vote = &out->union_vote[(r * model->coalition->n_unions + k) * PB_LANES];
        decide_union(model, z, r, k, &sum[r], vote);
        add_union(model, k, &sum[r], &total[r], vote);
    }
}

static double share(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

/* The coalition's tally in each lane, and whether it satisfies the round's rule. */
static void decide_round(const pb_ratification *model, int r, const pool *total, pb_outcomes *out)
{
    const size_t first = (size_t)r * PB_LANES;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_tally tally = {
            .approving = total->approving[lane],
            .unions_voting = total->unions,
            .unions_approving = (int64_t)total->unions_approving[lane],
            .members_voting = total->members,
            .members_approving = (int64_t)total->members_approving[lane],
            .members = total->members,
            .ballots = (int64_t)total->ballots[lane],
            .yes = (int64_t)total->yes[lane],
        };
        const double members = (double)total->members;
        out->rule_satisfied[first + lane] = pb_rule_holds(&model->round[r].rule, &tally);
        out->unions_approving[first + lane] = (uint8_t)tally.unions_approving;
        out->members_represented[first + lane] =
            (float)share(total->members_approving[lane], members);
        out->ballots_approving[first + lane] = (float)share(total->yes[lane], total->ballots[lane]);
        out->turnout[first + lane] = (float)share(total->ballots[lane], members);
    }
}

void pb_ratification_simulate(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                              pb_outcomes *out, pb_workings *w)
{
    double members = 0.0;
    pool total[PB_ROUNDS];
    memset(total, 0, sizeof total);
    memset(w->coverage, 0, sizeof w->coverage);
    pb_effects_draw(&model->effects, z, w->effects);

    for (int k = 0; k < model->coalition->n_unions; k++) {
        simulate_union(model, kernels, z, k, total, out, w);
    }
    for (int u = 0; u < model->coalition->n_units; u++) {
        members += (double)model->coalition->unit[u].members;
    }
    for (int r = 0; r < model->n_rounds; r++) {
        decide_round(model, r, &total[r], out);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            w->coverage[r][lane] /= members;
        }
    }
}
