/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EFFECTS_H
#define PLANB_MODELS_EFFECTS_H

#include "models/ratification.h"

/*
 * The effects behind support (SPEC C.1, C.6), one by one: coalition C, sectors S, unions W, units
 * V, late swings D of each round, and of round 2 the shift and a unit's noise. Every effect is a
 * named input times its sd, on the logit scale, with mean 0.
 */

/** Appends the effects of a scenario to `effects` and declares their inputs. */
void pb_effects_compile(const pb_vote_params *vote, const pb_coalition *coalition,
                        const pb_round *round, int n_rounds, pb_inputs *inputs,
                        pb_effects *effects);

/** x[e] = sd_e times the effect's input, shape [n][PB_LANES]. */
void pb_effects_draw(const pb_effects *effects, pb_rows z, double (*x)[PB_LANES]);

#endif
