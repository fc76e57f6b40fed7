/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_CHANCE_H
#define PLANB_MODELS_CHANCE_H

#include "models/evidence.h"
#include "models/ratification.h"
#include "models/swing.h"

/*
 * The exact probability that a union approves, given everything in the draw except the effects
 * that bear on it alone (SPEC C.8): given the other effects, turnout and the uniforms behind the
 * ballots, so that its mean over draws is the frequency of the simulated vote.
 */

/** How a union's probability is had. */
typedef enum pb_chance_kind {
    PB_CHANCE_SIMULATED, /**< the vote itself: known, or nothing is free to be integrated */
    PB_CHANCE_LEADERS,   /**< the given probability */
    PB_CHANCE_POOLED,    /**< shared effects of a union that pools ballots */
    PB_CHANCE_UNITS,     /**< shared effects of a union that counts its units */
    PB_CHANCE_ONE_UNIT   /**< the own effect of one unit, the others' votes as they are */
} pb_chance_kind;

enum { PB_MAX_FREE_EFFECTS = 3, PB_MAX_SWING_TABLES = 8 };

/** One union in one round. */
typedef struct pb_chance {
    pb_chance_kind kind;
    int n_free, free[PB_MAX_FREE_EFFECTS]; /**< effects integrated out */
    int swing;                             /**< index of the table of their sum */
    const double *scale; /**< borrowed: the uncertain sd of the only one, whose table has sd 1 */
    int unit;            /**< PB_CHANCE_ONE_UNIT: which */
} pb_chance;

/** All unions in all rounds. */
struct pb_chances {
    pb_chance union_in[PB_ROUNDS][PB_MAX_UNIONS];
    int n_swings;
    struct {
        double sd[PB_MAX_FREE_EFFECTS]; /**< normal, first t, second t */
        pb_swing_table *table;          /**< owned */
    } swings[PB_MAX_SWING_TABLES];
};

/** Decides for every union and round what is integrated out. Errors: PB_INTERNAL (memory). */
PB_MUST_CHECK pb_status pb_chances_compile(const pb_ratification *model,
                                           const pb_evidence *evidence, pb_chances *chances,
                                           pb_error *err);
void pb_chances_free(pb_chances *chances);

/**
 * Whether unit u's votes move with the effects integrated out of its union: not if they are
 * counted, nor beside the one unit whose own effect is integrated.
 */
bool pb_chance_moves(const pb_ratification *model, const pb_chance *chance, int r, int u);

/**
 * The chance of union k in round r.
 *
 * @param unit_votes accepted or not, shape [n_units][PB_LANES]
 * @param vote       the union's own simulated vote, shape [PB_LANES]
 * @param w          reads the effects, after conditioning, and votes; writes `base` of units that
 * move and, where units are counted, `unit_threshold`
 */
void pb_chance_of_union(const pb_ratification *model, const pb_kernels *kernels, pb_rows z, int r,
                        int k, const uint8_t *unit_votes, const uint8_t *vote, pb_workings *w,
                        pb_union_chance *chance);

#endif
