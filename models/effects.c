/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/effects.h"

#include <string.h>

static int append(pb_effects *effects, pb_inputs *inputs, pb_purpose purpose, unsigned part,
                  const char *name, pb_distribution distribution, double df, const double *sd)
{
    const int e = effects->n++;
    effects->row[e] = pb_inputs_add(inputs, purpose, part, name, distribution, df, 0.0, 0.0);
    effects->sd[e] = *sd;
    effects->sd_from[e] = sd;
    return e;
}

static void append_lasting(const pb_vote_params *vote, const pb_coalition *c, pb_inputs *inputs,
                           pb_effects *effects)
{
    effects->coalition =
        append(effects, inputs, PB_FOR_COALITION, 0, "", PB_STUDENT, vote->df, &vote->sd_coalition);
    for (int s = 0; s < c->n_sectors; s++) {
        effects->sector[s] = append(effects, inputs, PB_FOR_SECTOR, 0, c->sector[s], PB_NORMAL_01,
                                    0.0, &vote->sd_sector);
    }
    for (int k = 0; k < c->n_unions; k++) {
        effects->in_union[k] = append(effects, inputs, PB_FOR_UNION, 0, c->unions[k].id,
                                      PB_NORMAL_01, 0.0, &vote->sd_union);
    }
    for (int u = 0; u < c->n_units; u++) {
        effects->unit[u] = append(effects, inputs, PB_FOR_UNIT, 0, c->unit[u].id, PB_STUDENT,
                                  vote->df, &vote->sd_unit);
    }
}

static void append_second_round(const pb_vote_params *vote, const pb_coalition *c,
                                const pb_round *round, pb_inputs *inputs, pb_effects *effects)
{
    effects->shift =
        append(effects, inputs, PB_FOR_SHIFT, 2, "", PB_STUDENT, vote->df, &round->shift.sd);
    for (int u = 0; u < c->n_units; u++) {
        effects->noise[u] = append(effects, inputs, PB_FOR_ROUND_NOISE, 2, c->unit[u].id,
                                   PB_NORMAL_01, 0.0, &round->noise);
    }
}

void pb_effects_compile(const pb_vote_params *vote, const pb_coalition *coalition,
                        const pb_round *round, int n_rounds, pb_inputs *inputs, pb_effects *effects)
{
    memset(effects, 0, sizeof *effects);
    effects->uncertain = inputs->uncertain;
    append_lasting(vote, coalition, inputs, effects);
    for (int r = 0; r < n_rounds; r++) {
        for (int k = 0; k < coalition->n_unions; k++) {
            effects->late_swing[r][k] =
                append(effects, inputs, PB_FOR_LATE_SWING, (unsigned)r + 1, coalition->unions[k].id,
                       PB_STUDENT, vote->df, &vote->sd_late_swing);
        }
    }
    if (n_rounds > 1) {
        append_second_round(vote, coalition, &round[1], inputs, effects);
    }
}

PB_LOOP scale(const pb_uncertain *uncertain, const double *sd, pb_rows z, const double *row,
              double *x)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        x[lane] = pb_param((pb_lane){uncertain, z, lane}, sd) * row[lane];
    }
}

void pb_effects_draw(const pb_effects *effects, pb_rows z, double (*x)[PB_LANES])
{
    for (int e = 0; e < effects->n; e++) {
        PB_WITH_PARAMETERS(scale, effects->uncertain, effects->sd_from[e], z, z[effects->row[e]],
                           x[e]);
    }
}
