/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/exact_sets.h"

#include <stdlib.h>
#include <string.h>

static int sector_of(const pb_coalition *c, int k)
{
    return c->unit[c->unions[k].first_unit].sector;
}

static bool votes(const pb_ratification *model, int k)
{
    return model->voting >> k & 1;
}

static bool is_led(const pb_coalition *c, int k)
{
    return c->unions[k].aggregate == PB_AGGREGATE_LEADERS;
}

static void close_group(pb_exact_sets *sets)
{
    if (sets->n > sets->first[sets->n_groups]) {
        sets->first[++sets->n_groups] = sets->n;
    }
}

void pb_exact_sets_group(const pb_ratification *model, pb_exact_sets *sets)
{
    const pb_coalition *c = model->coalition;
    memset(sets, 0, sizeof *sets);
    for (int k = 0; k < c->n_unions; k++) {
        if (votes(model, k) && is_led(c, k)) {
            sets->voter[sets->n++] = k;
            close_group(sets);
        }
    }
    for (int s = 0; s < c->n_sectors; s++) {
        for (int k = 0; k < c->n_unions; k++) {
            if (votes(model, k) && !is_led(c, k) && sector_of(c, k) == s) {
                sets->voter[sets->n++] = k;
            }
        }
        close_group(sets);
    }
}

static bool rule_holds(const pb_ratification *model, int r, const pb_exact_sets *sets, size_t set)
{
    pb_tally tally = {.unions_voting = sets->n};
    for (int i = 0; i < sets->n; i++) {
        const int k = sets->voter[i];
        const int64_t approves = set >> i & 1;
        tally.approving |= (uint64_t)approves << k;
        tally.unions_approving += approves;
        tally.members_voting += model->members[k];
        tally.members_approving += approves * model->members[k];
    }
    return pb_rule_holds(&model->round[r].rule, &tally);
}

pb_status pb_exact_sets_ask(const pb_ratification *model, int r, pb_exact_sets *sets, pb_error *err)
{
    const size_t n = (size_t)1 << sets->n;
    sets->holds = malloc(n);
    sets->value = malloc(n * sizeof *sets->value);
    if (sets->holds == NULL || sets->value == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the sets of %d unions", sets->n);
    }
    for (size_t set = 0; set < n; set++) {
        sets->holds[set] = rule_holds(model, r, sets, set);
    }
    return PB_OK;
}

void pb_exact_sets_free(pb_exact_sets *sets)
{
    free(sets->holds);
    free(sets->value);
    memset(sets, 0, sizeof *sets);
}

/* The first group stands in the lowest bits: summing it out leaves the sets of the others. */
double pb_exact_sets_probability(const pb_exact_sets *sets, const double *const *group_p)
{
    double *value = sets->value;
    size_t left = (size_t)1 << sets->n;
    for (int g = 0; g < sets->n_groups; g++) {
        const size_t own = (size_t)1 << (sets->first[g + 1] - sets->first[g]);
        left /= own;
        for (size_t rest = 0; rest < left; rest++) {
            double sum = 0.0;
            for (size_t set = 0; set < own; set++) {
                const size_t at = rest * own + set;
                sum += group_p[g][set] * (g == 0 ? sets->holds[at] : value[at]);
            }
            value[rest] = sum;
        }
    }
    return value[0];
}
