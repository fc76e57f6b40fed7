/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/measurement.h"

#include "models/ballots.h"

#include <stdlib.h>
#include <string.h>

/* ---- which figures there are ---- */

typedef struct collection {
    const pb_ratification *model;
    pb_measurement *list;
    int n;
} collection;

static void collect(collection *c, pb_measurement figure)
{
    const bool is_empty =
        figure.tells == PB_COUNTED_BALLOTS && figure.yes_ballots + figure.no_ballots == 0;
    if (!is_empty && figure.r < c->model->n_rounds) {
        figure.order = c->n;
        c->list[c->n++] = figure;
    }
}

static void collect_evidence(collection *c, const pb_observation *seen)
{
    collect(c, (pb_measurement){.date = seen->date,
                                .group = seen->group,
                                .first_unit = seen->first_unit,
                                .n_units = seen->n_units,
                                .class = (int)seen->kind,
                                .r = (int)seen->round - 1,
                                .tells = PB_COUNTED_BALLOTS,
                                .yes_ballots = seen->yes_ballots,
                                .no_ballots = seen->no_ballots});
}

static void collect_count(collection *c, const pb_counted *counted, int r, const char *group,
                          int first_unit, int n_units)
{
    if (counted->kind != PB_NOT_COUNTED) {
        collect(c, (pb_measurement){.date = counted->date,
                                    .group = group,
                                    .first_unit = first_unit,
                                    .n_units = n_units,
                                    .class = PB_CLASS_COUNT,
                                    .r = r,
                                    .tells = counted->kind,
                                    .yes_ballots = counted->yes_ballots,
                                    .no_ballots = counted->no_ballots});
    }
}

/* Whether a result of the union tells how its members voted. */
static bool is_decided_by_members(const pb_union *voters)
{
    return voters->aggregate != PB_AGGREGATE_LEADERS && !voters->abstains;
}

static void collect_union(collection *c, const pb_union *voters)
{
    for (int r = 0; r < PB_ROUNDS; r++) {
        const pb_counted *counted = &voters->counted[r];
        if (counted->kind == PB_COUNTED_BALLOTS || is_decided_by_members(voters)) {
            collect_count(c, counted, r, voters->id, voters->first_unit, voters->n_units);
        }
    }
}

static void collect_unit(collection *c, int u)
{
    const pb_unit *unit = &c->model->coalition->unit[u];
    for (int r = 0; r < PB_ROUNDS; r++) {
        collect_count(c, &unit->counted[r], r, unit->id, u, 1);
    }
}

static void collect_counts(collection *c)
{
    const pb_coalition *coalition = c->model->coalition;
    for (int k = 0; k < coalition->n_unions; k++) {
        collect_union(c, &coalition->unions[k]);
    }
    for (int u = 0; u < coalition->n_units; u++) {
        collect_unit(c, u);
    }
}

/* Round 1 first, whatever the dates: its votes were cast before those of round 2. */
static int by_round_and_date(const void *left, const void *right)
{
    const pb_measurement *a = left, *b = right;
    if (a->r != b->r) {
        return (a->r > b->r) - (a->r < b->r);
    }
    if (a->date != b->date) {
        return (a->date > b->date) - (a->date < b->date);
    }
    return (a->order > b->order) - (a->order < b->order);
}

/* In order, so that leaving out the latest figures, as `as_of` does, renumbers none. */
static void number(pb_measurement *list, int n)
{
    for (int i = 0; i < n; i++) {
        unsigned earlier = 0;
        for (int j = 0; j < i; j++) {
            earlier += list[j].class == list[i].class && strcmp(list[j].group, list[i].group) == 0;
        }
        list[i].part = 1000u * (unsigned)list[i].class + earlier + 1;
    }
}

int pb_measurements_list(const pb_evidence_params *params, const pb_ratification *model,
                         pb_measurement *list)
{
    collection c = {model, list, 0};
    for (int i = 0; i < params->n_observations; i++) {
        collect_evidence(&c, &params->observation[i]);
    }
    collect_counts(&c);
    qsort(list, (size_t)c.n, sizeof *list, by_round_and_date);
    number(list, c.n);
    return c.n;
}

/* ---- what they measure ---- */

static double members_of(const pb_measurement *measurement, const pb_coalition *coalition)
{
    double members = 0.0;
    for (int i = 0; i < measurement->n_units; i++) {
        members += (double)coalition->unit[measurement->first_unit + i].members;
    }
    return members;
}

/* eta_1 = m_u + C + S + W + V + D_1; adds weight times it and returns the mean's share. */
static double add_first(const pb_ratification *model, int u, bool is_final, double weight,
                        double *h)
{
    const pb_effects *e = &model->effects;
    const pb_unit *unit = &model->coalition->unit[u];
    h[e->coalition] += weight;
    h[e->sector[unit->sector]] += weight;
    h[e->in_union[unit->parent]] += weight;
    h[e->unit[u]] += weight;
    h[e->late_swing[0][unit->parent]] += is_final ? weight : 0.0;
    return weight * pb_unit_mean(model, u);
}

/* eta_2 = (1 - kappa) (mbar + C) + kappa eta_1 + shift + noise + D_2, where eta_1 is whole. */
static double add_second(const pb_ratification *model, int u, bool is_final, double weight,
                         double *h)
{
    const pb_effects *e = &model->effects;
    const pb_round *round = &model->round[1];
    const double kept = weight * round->persistence, moved = weight - kept;
    const double first_mean = add_first(model, u, true, kept, h);

    h[e->coalition] += moved;
    h[e->shift] += weight;
    h[e->noise[u]] += weight;
    h[e->late_swing[1][model->coalition->unit[u].parent]] += is_final ? weight : 0.0;
    return first_mean + moved * model->mean_support
           + weight * (round->shift.mean - round->backlash);
}

double pb_measurement_linear(const pb_measurement *measurement, const pb_ratification *model,
                             double *h)
{
    const pb_coalition *coalition = model->coalition;
    const double members = members_of(measurement, coalition);
    const bool is_final = measurement->class == PB_CLASS_COUNT;
    double mean = 0.0;

    memset(h, 0, (size_t)model->effects.n * sizeof *h);
    for (int u = measurement->first_unit; u < measurement->first_unit + measurement->n_units; u++) {
        const double weight = (double)coalition->unit[u].members / members;
        mean += measurement->r == 0 ? add_first(model, u, is_final, weight, h)
                                    : add_second(model, u, is_final, weight, h);
    }
    return mean;
}

/* sum over the group's unions of (the union's weight)^2 */
static double concentration(const pb_measurement *measurement, const pb_coalition *coalition)
{
    const double members = members_of(measurement, coalition);
    double weight[PB_MAX_UNIONS] = {0.0}, sum = 0.0;
    for (int i = 0; i < measurement->n_units; i++) {
        const pb_unit *unit = &coalition->unit[measurement->first_unit + i];
        weight[unit->parent] += (double)unit->members / members;
    }
    for (int k = 0; k < coalition->n_unions; k++) {
        sum += weight[k] * weight[k];
    }
    return sum;
}

double pb_measurement_noise(const pb_measurement *measurement, const pb_evidence_params *params,
                            const pb_ratification *model)
{
    if (measurement->class == PB_CLASS_COUNT) {
        return 0.0;
    }
    const double noise = params->sd[measurement->class].noise, swing = model->vote->sd_late_swing;
    return measurement->class == PB_EVIDENCE_EARLIER_RATIFICATION
               ? noise * noise + swing * swing * concentration(measurement, model->coalition)
               : noise * noise;
}
