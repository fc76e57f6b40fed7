/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/union_vote.h"

#include "models/acceptance.h"
#include "models/ballots.h"

#include <string.h>

double pb_union_members(const pb_coalition *coalition, int k)
{
    const pb_union *voters = &coalition->unions[k];
    double members = 0.0;
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        members += (double)coalition->unit[u].members;
    }
    return members;
}

int pb_units_needed(const pb_union *voters)
{
    return voters->aggregate == PB_AGGREGATE_ALL_UNITS ? voters->n_units : voters->n_units / 2 + 1;
}

const pb_counted *pb_union_known(const pb_coalition *coalition, int k, int r)
{
    const pb_union *voters = &coalition->unions[k];
    const pb_counted *own = &voters->counted[r];
    const pb_counted *of_unit = &coalition->unit[voters->first_unit].counted[r];
    return own->kind != PB_NOT_COUNTED                               ? own
           : voters->n_units == 1 && of_unit->kind != PB_NOT_COUNTED ? of_unit
                                                                     : NULL;
}

static void add_units(const pb_union *voters, const pb_unit_votes *votes, const uint8_t *unit_vote,
                      pb_union_sum *sum)
{
    memset(sum, 0, sizeof *sum);
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sum->ballots[lane] += votes->ballots[u][lane];
            sum->yes[lane] += votes->yes[u][lane];
            sum->units_accepting[lane] += unit_vote[(size_t)u * PB_LANES + lane];
        }
    }
}

static void set_ballots(pb_union_sum *sum, double ballots, double yes)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        sum->ballots[lane] = ballots;
        sum->yes[lane] = yes;
    }
}

static void decide(const pb_ratification *model, pb_rows z, int r, int k, pb_union_sum *sum,
                   uint8_t *vote)
{
    const pb_union *voters = &model->coalition->unions[k];
    switch (voters->aggregate) {
        case PB_AGGREGATE_BALLOTS:
            pb_accept(model->coalition, voters->accepts, pb_union_members(model->coalition, k),
                      sum->ballots, sum->yes, vote);
            break;
        case PB_AGGREGATE_UNITS:
        case PB_AGGREGATE_ALL_UNITS:
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                vote[lane] = sum->units_accepting[lane] >= pb_units_needed(voters);
            }
            break;
        case PB_AGGREGATE_LEADERS:
            for (size_t lane = 0; lane < PB_LANES; lane++) {
                const pb_lane at = {model->uncertain, z, lane};
                vote[lane] = z[model->leaders_row[r][k]][lane] < pb_param(at, &voters->p_approve);
            }
            set_ballots(sum, 0.0, 0.0); /* its members are not polled */
            break;
    }
}

void pb_union_decide(const pb_ratification *model, pb_rows z, int r, int k,
                     const pb_unit_votes *votes, const uint8_t *unit_vote, pb_union_sum *sum,
                     uint8_t *vote)
{
    const pb_union *voters = &model->coalition->unions[k];
    add_units(voters, votes, unit_vote, sum);
    const pb_counted *known = pb_union_known(model->coalition, k, r);
    if (known != NULL && known->kind == PB_COUNTED_BALLOTS) {
        const double yes = (double)known->yes_ballots;
        set_ballots(sum, yes + (double)known->no_ballots, yes);
    }
    decide(model, z, r, k, sum, vote);
    pb_override_vote(known, vote);
}
