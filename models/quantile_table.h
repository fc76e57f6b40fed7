/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_QUANTILE_TABLE_H
#define PLANB_MODELS_QUANTILE_TABLE_H

/**
 * A quantile function on the scale of normal scores: x(z) = Q(Phi(z)), piecewise quintic over
 * equal cells. Built once per distribution by arithmetic of our own, so that its bits are the
 * same on any machine; evaluated by the `quantile` kernel. Beyond |z| = PB_TABLE_REACH (no
 * uniform of 52 bits comes past 8.21) x stays at its last value.
 */
enum { PB_TABLE_CELLS_PER_UNIT = 32, PB_TABLE_REACH = 9, PB_TABLE_COEFFICIENTS = 6 };
enum { PB_TABLE_CELLS = 2 * PB_TABLE_REACH * PB_TABLE_CELLS_PER_UNIT };

typedef struct pb_quantile_table {
    /**
     * coefficient[j][c] of t^j in cell c. Both halves run outwards from z = 0: the first
     * PB_TABLE_CELLS / 2 cells are those of z >= 0, the others those of z < 0, and t in [0, 1)
     * is the distance from the cell's inner end, in cells.
     */
    double coefficient[PB_TABLE_COEFFICIENTS][PB_TABLE_CELLS];
} pb_quantile_table;

/**
 * Student's t with `df` > 2 degrees of freedom, standardised to variance 1 (SPEC 0: T_nu).
 * Relative error below 1e-9 over |z| <= 8.3 for df >= 2.05; odd in z to the bit.
 */
void pb_table_student_t(double df, pb_quantile_table *table);

/**
 * The common scale of a multivariate t: sqrt((df - 2) / Q), Q chi-square with `df` > 2
 * degrees of freedom whose quantile has normal score -z, so that x grows with z (SPEC D.1).
 * Relative error below 1e-9 over |z| <= 8.3 for df >= 2.05.
 */
void pb_table_tail_scale(double df, pb_quantile_table *table);

#endif
