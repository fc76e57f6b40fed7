/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/chance.h"

#include "models/acceptance.h"
#include "models/ballots.h"
#include "models/margin.h"
#include "models/union_vote.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An sd that is drawn is above 0; this only keeps 0 / 0 out. */
#define SMALLEST_SCALE 1e-300

/* ---- compile: what is integrated out ---- */

/* The table of sd_normal Z + sd_t1 T + sd_t2 T', made once for every triple. */
static int swing_of(const pb_ratification *model, const double *sd, pb_chances *chances)
{
    for (int i = 0; i < chances->n_swings; i++) {
        if (memcmp(chances->swings[i].sd, sd, sizeof chances->swings[i].sd) == 0) {
            return i;
        }
    }
    pb_swing_table *table = chances->n_swings < PB_MAX_SWING_TABLES ? malloc(sizeof *table) : NULL;
    if (table == NULL) {
        return -1;
    }
    pb_swing_table_build(sd[0], sd[1], sd[2], model->vote->df, table);
    memcpy(chances->swings[chances->n_swings].sd, sd, sizeof chances->swings[0].sd);
    chances->swings[chances->n_swings].table = table;
    return chances->n_swings++;
}

/* Whether an effect may be integrated by a table of its sd: not if that differs by draw. */
static bool is_free(const pb_ratification *model, const pb_evidence *evidence, int effect)
{
    const pb_effects *e = &model->effects;
    return e->sd[effect] > 0.0 && !pb_evidence_informs(evidence, effect)
           && !pb_is_uncertain(e->uncertain, e->sd_from[effect]);
}

/* Takes an effect out unless evidence bears on it; `family` 0 is normal, 1 and 2 are t. */
static void free_effect(const pb_ratification *model, const pb_evidence *evidence, int effect,
                        int family, pb_chance *chance, double *sd)
{
    if (is_free(model, evidence, effect)) {
        chance->free[chance->n_free++] = effect;
        sd[family] = model->effects.sd[effect];
    }
}

/* W and D of round 1, D of round 2; and what is a one-unit union's own, V or the noise. */
static void free_shared(const pb_ratification *model, const pb_evidence *evidence, int r, int k,
                        pb_chance *chance, double *sd)
{
    const pb_effects *e = &model->effects;
    const pb_union *voters = &model->coalition->unions[k];
    free_effect(model, evidence, e->late_swing[r][k], 1, chance, sd);
    if (r == 0) {
        free_effect(model, evidence, e->in_union[k], 0, chance, sd);
    }
    if (voters->n_units == 1) {
        const int own = r == 0 ? e->unit[voters->first_unit] : e->noise[voters->first_unit];
        free_effect(model, evidence, own, r == 0 ? 2 : 0, chance, sd);
    }
}

/* Where the sd of every effect that the units share is uncertain, the late swing alone is taken
 * out: whatever its sd in a draw, it has the same table in units of it. */
static void free_scaled_swing(const pb_ratification *model, const pb_evidence *evidence, int r,
                              int k, pb_chance *chance, double *sd)
{
    const pb_effects *e = &model->effects;
    const int swing = e->late_swing[r][k];
    if (pb_is_uncertain(e->uncertain, e->sd_from[swing]) && !pb_evidence_informs(evidence, swing)) {
        chance->free[chance->n_free++] = swing;
        chance->scale = e->sd_from[swing];
        sd[1] = 1.0;
    }
}

/* Where counts pin all that the units share, the own effect of one of them is left: of the largest
 * that is not counted and of whose own effect nothing is known. */
static void free_one_unit(const pb_ratification *model, const pb_evidence *evidence, int r,
                          const pb_union *voters, pb_chance *chance, double *sd)
{
    const pb_effects *e = &model->effects;
    const int *own = r == 0 ? e->unit : e->noise;
    int largest = -1;
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        const pb_unit *unit = model->coalition->unit;
        if (is_free(model, evidence, own[u]) && !pb_unit_is_counted(model->coalition, u, r)
            && (largest < 0 || unit[u].members > unit[largest].members)) {
            largest = u;
        }
    }
    chance->unit = largest;
    chance->kind = largest >= 0 ? PB_CHANCE_ONE_UNIT : PB_CHANCE_SIMULATED;
    if (largest >= 0) {
        free_effect(model, evidence, own[largest], r == 0 ? 1 : 0, chance, sd);
    }
}

static bool acceptances_are_monotone(const pb_coalition *c, const pb_union *voters)
{
    if (voters->aggregate == PB_AGGREGATE_BALLOTS) {
        return pb_acceptance_is_monotone(&c->acceptance[voters->accepts]);
    }
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        if (!pb_acceptance_is_monotone(&c->acceptance[c->unit[u].accepts])) {
            return false;
        }
    }
    return true;
}

static pb_status compile_union(const pb_ratification *model, const pb_evidence *evidence, int r,
                               int k, pb_chances *chances, pb_error *err)
{
    const pb_union *voters = &model->coalition->unions[k];
    pb_chance *chance = &chances->union_in[r][k];
    double sd[PB_MAX_FREE_EFFECTS] = {0.0};

    chance->kind = PB_CHANCE_SIMULATED;
    if (pb_union_known(model->coalition, k, r) != NULL
        || !acceptances_are_monotone(model->coalition, voters)) {
        return PB_OK;
    }
    if (voters->aggregate == PB_AGGREGATE_LEADERS) {
        chance->kind = PB_CHANCE_LEADERS;
        return PB_OK;
    }
    chance->kind = voters->aggregate == PB_AGGREGATE_BALLOTS ? PB_CHANCE_POOLED : PB_CHANCE_UNITS;
    free_shared(model, evidence, r, k, chance, sd);
    if (chance->n_free == 0) {
        free_scaled_swing(model, evidence, r, k, chance, sd);
    }
    if (chance->n_free == 0 && chance->kind == PB_CHANCE_POOLED) {
        free_one_unit(model, evidence, r, voters, chance, sd);
    }
    if (chance->n_free == 0) {
        chance->kind = PB_CHANCE_SIMULATED;
        return PB_OK;
    }
    chance->swing = swing_of(model, sd, chances);
    return chance->swing >= 0 ? PB_OK
                              : pb_fail(err, PB_INTERNAL, "out of memory for the swing tables");
}

pb_status pb_chances_compile(const pb_ratification *model, const pb_evidence *evidence,
                             pb_chances *chances, pb_error *err)
{
    memset(chances, 0, sizeof *chances);
    for (int r = 0; r < model->n_rounds; r++) {
        for (int k = 0; k < model->coalition->n_unions; k++) {
            const pb_status status = compile_union(model, evidence, r, k, chances, err);
            if (status != PB_OK) {
                pb_chances_free(chances);
                return status;
            }
        }
    }
    return PB_OK;
}

void pb_chances_free(pb_chances *chances)
{
    for (int i = 0; i < chances->n_swings; i++) {
        free(chances->swings[i].table);
    }
    memset(chances, 0, sizeof *chances);
}

/* ---- simulate: where the union turns ---- */

/* What of a union moves with the integrated effects, and what stands fixed beside it. */
typedef struct view {
    pb_group group;
    double fixed_yes[PB_LANES], ballots[PB_LANES]; /**< of the units left out; of all units */
} view;

/* The integrated effects' sum in one lane. */
static double integrated(const pb_chance *chance, pb_effect_rows x, size_t lane)
{
    double sum = 0.0;
    for (int i = 0; i < chance->n_free; i++) {
        sum += x[chance->free[i]][lane];
    }
    return sum;
}

bool pb_chance_moves(const pb_ratification *model, const pb_chance *chance, int r, int u)
{
    return chance->kind == PB_CHANCE_ONE_UNIT ? u == chance->unit
                                              : !pb_unit_is_counted(model->coalition, u, r);
}

static void add_row(const pb_ratification *model, const pb_chance *chance, pb_rows z, int r, int u,
                    pb_effect_rows x, const pb_unit_votes *votes, double *base, pb_group *group)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        base[lane] = votes->support[u][lane] - integrated(chance, x, lane);
    }
    group->base[group->n_units] = base;
    group->ballots[group->n_units] = votes->ballots[u];
    group->u[group->n_units] = z[model->yes_row[r][u]];
    group->score[group->n_units] = votes->score[u];
    group->n_units++;
}

static void look_at(const pb_ratification *model, const pb_chance *chance, pb_rows z, int r, int k,
                    pb_effect_rows x, const pb_unit_votes *votes, double (*base)[PB_LANES], view *v)
{
    const pb_union *voters = &model->coalition->unions[k];
    v->group.n_units = 0;
    memset(v->fixed_yes, 0, sizeof v->fixed_yes);
    memset(v->ballots, 0, sizeof v->ballots);
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        const bool moving = pb_chance_moves(model, chance, r, u);
        if (moving) {
            add_row(model, chance, z, r, u, x, votes, base[u], &v->group);
        }
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            v->ballots[lane] += votes->ballots[u][lane];
            v->fixed_yes[lane] += moving ? 0.0 : votes->yes[u][lane];
        }
    }
}

/* The effect at which a union that pools its ballots approves. */
static void pooled_threshold(const pb_ratification *model, const pb_kernels *kernels, int k,
                             const view *v, double *threshold)
{
    const pb_coalition *c = model->coalition;
    double need[PB_LANES];
    pb_acceptance_need(c, c->unions[k].accepts, pb_union_members(c, k), v->ballots, need);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        need[lane] -= v->fixed_yes[lane];
    }
    pb_margin_pooled(kernels, &v->group, need, threshold);
}

/* Puts `value` into an ascending list of the `n` smallest values of a lane. */
static void insert(double *smallest, int n, double value)
{
    for (int i = 0; i < n; i++) {
        if (value < smallest[i]) {
            const double moved = smallest[i];
            smallest[i] = value;
            value = moved;
        }
    }
}

/* The effect at which one unit accepts; beyond all bounds where its vote is known. */
static void unit_threshold(const pb_ratification *model, const pb_kernels *kernels, int r, int u,
                           const view *v, int *row, const pb_unit_votes *votes,
                           const uint8_t *unit_vote, double *threshold)
{
    const pb_unit *unit = &model->coalition->unit[u];
    double need[PB_LANES];
    if (pb_unit_known(model->coalition, u, r) != NULL) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            threshold[lane] = unit_vote[lane] ? -INFINITY : INFINITY;
        }
        *row += !pb_unit_is_counted(model->coalition, u, r);
        return;
    }
    pb_acceptance_need(model->coalition, unit->accepts, (double)unit->members, votes->ballots[u],
                       need);
    pb_margin_unit(kernels, &v->group, (*row)++, need, threshold);
}

/* The effect at which enough units of a union accept: the threshold of the last one needed. */
static void units_threshold(const pb_ratification *model, const pb_kernels *kernels, int r, int k,
                            const view *v, const pb_unit_votes *votes, const uint8_t *unit_votes,
                            pb_workings *w, double *threshold)
{
    const pb_union *voters = &model->coalition->unions[k];
    const int needed = pb_units_needed(voters);
    int row = 0;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        for (int i = 0; i < needed; i++) {
            w->smallest[lane][i] = INFINITY;
        }
    }
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        double *own = w->unit_threshold[u];
        unit_threshold(model, kernels, r, u, v, &row, votes, &unit_votes[(size_t)u * PB_LANES],
                       own);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            insert(w->smallest[lane], needed, own[lane]);
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        threshold[lane] = w->smallest[lane][needed - 1];
    }
}

static void set_known(const pb_ratification *model, pb_rows z, const uint8_t *vote,
                      const double *p_approve, bool leaders, pb_union_chance *chance)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {model->uncertain, z, lane};
        chance->probability[lane] = leaders ? pb_param(at, p_approve) : vote[lane];
        chance->threshold[lane] = vote[lane] ? -INFINITY : INFINITY;
        chance->density[lane] = 0.0;
    }
}

/* With a scale per draw, P(s I > w) is P(I > w / s), and its slope that of I over s. */
static void integrate_scaled(const pb_ratification *model, pb_rows z, const pb_chance *how,
                             const pb_swing_table *table, pb_union_chance *chance)
{
    double scaled[PB_LANES], scale[PB_LANES];
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const pb_lane at = {model->uncertain, z, lane};
        scale[lane] = fmax(pb_param(at, how->scale), SMALLEST_SCALE);
        scaled[lane] = chance->threshold[lane] / scale[lane];
    }
    pb_swing_tail(table, scaled, chance->probability);
    pb_swing_density(table, scaled, chance->density);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        chance->density[lane] /= scale[lane];
    }
}

/* From the threshold to the probability of passing it. */
static void integrate(const pb_ratification *model, pb_rows z, const pb_chance *how,
                      pb_union_chance *chance)
{
    const pb_swing_table *table = model->chances->swings[how->swing].table;
    if (how->scale != NULL) {
        integrate_scaled(model, z, how, table, chance);
        return;
    }
    pb_swing_tail(table, chance->threshold, chance->probability);
    pb_swing_density(table, chance->threshold, chance->density);
}

void pb_chance_of_union(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                        int k, const uint8_t *unit_votes, const uint8_t *vote, pb_workings *w,
                        pb_union_chance *chance)
{
    const pb_unit_votes *votes = &w->votes[r];
    const pb_chance *how = &model->chances->union_in[r][k];
    const pb_effect_rows x = (pb_effect_rows)w->effects;
    view v;

    if (how->kind == PB_CHANCE_SIMULATED || how->kind == PB_CHANCE_LEADERS) {
        set_known(model, z, vote, &model->coalition->unions[k].p_approve,
                  how->kind == PB_CHANCE_LEADERS, chance);
        return;
    }
    look_at(model, how, z, r, k, x, votes, w->base, &v);
    if (how->kind == PB_CHANCE_UNITS) {
        units_threshold(model, kernels, r, k, &v, votes, unit_votes, w, chance->threshold);
    } else {
        pooled_threshold(model, kernels, k, &v, chance->threshold);
    }
    integrate(model, z, how, chance);
}
