/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_SWING_H
#define PLANB_MODELS_SWING_H

/**
 * The tail of an effect that is integrated, not drawn (SPEC C.8): I = sd_normal Z + sd_t1 T +
 * sd_t2 T', all independent, Z standard normal, T and T' Student's t standardised to variance 1.
 *
 * Tabulated is log P(I > |w|) over asinh(|w| / sd), sd that of I: quintics over equal cells, with
 * exact values, slopes and curvatures at their ends. On these scales it is smooth in the centre as
 * in the tails, normal or t; beyond the last cell the line goes on, which is a power of |w|.
 * Built by arithmetic of our own, so that the bits are the same on any machine.
 */
enum { PB_SWING_CELLS_PER_UNIT = 56, PB_SWING_CELLS = 272, PB_SWING_COEFFICIENTS = 6 };

typedef struct pb_swing_table {
    /** coefficient[j][c] of t^j in cell c, t in [0, 1) the distance from its inner end in cells */
    double coefficient[PB_SWING_COEFFICIENTS][PB_SWING_CELLS];
    double slope_beyond; /**< of log P(I > |w|) by cell, beyond the last one at 64 sd */
    double per_sd;       /**< 1 / sd; 1 if the sd is 0 */
} pb_swing_table;

/**
 * The table of I, sds >= 0, any of them 0; df > 2, or INFINITY: then T and T' are normal. Where
 * every sd is 0 the tail is a step. Takes a few milliseconds.
 */
void pb_swing_table_build(double sd_normal, double sd_t1, double sd_t2, double df,
                          pb_swing_table *table);

/**
 * tail = P(I >= w); w and tail have shape [PB_LANES], may be the same, w may be infinite.
 * Error below 1e-12 for df >= 2.5, 1e-9 for df >= 2.05; the relative error stays below 1e-7 in any
 * tail. Never rises with w; tail(-w) = 1 - tail(w) to the bit for w > 0; tail(0) is one half, but
 * one for a step, because an effect that just reaches the w an approval needs is enough.
 */
void pb_swing_tail(const pb_swing_table *table, const double *w, double *tail);

/**
 * density = -d tail / d w, the slope of the same quintics; 0 for a step. Relative error below 1e-6
 * for df >= 2.05.
 */
void pb_swing_density(const pb_swing_table *table, const double *w, double *density);

#endif
