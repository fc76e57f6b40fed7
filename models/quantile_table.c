/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table's nodes lie at the ends of its cells. At each node the quantile is solved from its
 * tail, and its first two derivatives follow from the densities; the quintic of a cell is the
 * Hermite interpolant of its two nodes. (Integrating the differential equation of the quantile
 * from the centre outwards would be cheaper, but its errors grow like 1 / density.)
 */
#include "models/quantile_table.h"

#include "models/kernel_elements.h"
#include "models/special.h"

/* Newton's method converges quadratically: after a step this small the next would be nothing. */
#define SMALL_STEP 1e-8

/* From here on the asymptotic expansions are better than 1e-10 over the whole table. */
#define STUDENT_ASYMPTOTIC_DF 2000.0
#define GAMMA_ASYMPTOTIC_SHAPE 10000.0

enum { CELLS_OF_HALF = PB_TABLE_CELLS / 2, MAX_NEWTON_STEPS = 50 };

static const double CELL_WIDTH = 1.0 / PB_TABLE_CELLS_PER_UNIT;

/** x and its derivatives by the distance from z = 0, at one node. */
typedef struct node {
    double x, slope, curvature;
} node;

/* Taylor's prediction of the next node's x. */
static double predict(node n)
{
    return n.x + CELL_WIDTH * (n.slope + 0.5 * CELL_WIDTH * n.curvature);
}

/* The quintic in t with the values, slopes and curvatures of both nodes, cell `cell`. */
static void set_cell(pb_quantile_table *table, int cell, node from, node to)
{
    const double rise = to.x - from.x;
    const double slope0 = CELL_WIDTH * from.slope, slope1 = CELL_WIDTH * to.slope;
    const double half0 = 0.5 * CELL_WIDTH * CELL_WIDTH * from.curvature;
    const double half1 = 0.5 * CELL_WIDTH * CELL_WIDTH * to.curvature;
    const double quintic[PB_TABLE_COEFFICIENTS] = {
        from.x,
        slope0,
        half0,
        10.0 * rise - 6.0 * slope0 - 4.0 * slope1 - 3.0 * half0 + half1,
        -15.0 * rise + 8.0 * slope0 + 7.0 * slope1 + 3.0 * half0 - 2.0 * half1,
        6.0 * rise - 3.0 * slope0 - 3.0 * slope1 - half0 + half1,
    };
    for (int j = 0; j < PB_TABLE_COEFFICIENTS; j++) {
        table->coefficient[j][cell] = quintic[j];
    }
}

/* ---- Student's t ---- */

/*
 * The quantile for large df: z + g1/df + g2/df^2 + g3/df^3 + g4/df^4.
 * Source: A&S 26.7.5; at df = 2000 and z = 9 the next term is below 1e-11 relative.
 */
static double student_asymptotic(double df, double z)
{
    const double y = z * z, e = 1.0 / df;
    const double g1 = (y + 1.0) / 4.0;
    const double g2 = ((5.0 * y + 16.0) * y + 3.0) / 96.0;
    const double g3 = (((3.0 * y + 19.0) * y + 17.0) * y - 15.0) / 384.0;
    const double g4 = ((((79.0 * y + 776.0) * y + 1482.0) * y - 1920.0) * y - 945.0) / 92160.0;
    return z * (1.0 + e * (g1 + e * (g2 + e * (g3 + e * g4))));
}

/* t with P(T > t) = P(Z > z), z > 0: Newton's method on the logarithm of the tail, in which the
 * far tail is nearly straight. */
static double student_solve(const pb_student *student, double z, double guess)
{
    const double log_tail = log_element(pb_normal_tail_ratio(z)) + pb_normal_log_density(z);
    double t = guess;
    for (int i = 0; i < MAX_NEWTON_STEPS; i++) {
        const double ratio = pb_student_tail_ratio(student, t);
        const double excess = log_element(ratio) + pb_student_log_density(student, t) - log_tail;
        const double step = ratio * excess;
        t += step;
        if (fabs(step) <= SMALL_STEP * t) {
            break;
        }
    }
    return t;
}

/* F(t(z)) = Phi(z), so t' = phi(z) / f(t) and t'' = t' (-z - (log f)'(t) t'). */
static node student_node(const pb_student *student, double z, double t)
{
    const double log_slope = pb_normal_log_density(z) - pb_student_log_density(student, t);
    const double log_density_slope = -(student->df + 1.0) * t / (student->df + t * t);
    node n = {.x = t, .slope = exp_element(log_slope)};
    n.curvature = n.slope * (-z - log_density_slope * n.slope);
    return n;
}

static node scaled(node n, double factor)
{
    return (node){n.x * factor, n.slope * factor, n.curvature * factor};
}

static void mirror_right_half(pb_quantile_table *table)
{
    for (int j = 0; j < PB_TABLE_COEFFICIENTS; j++) {
        for (int c = 0; c < CELLS_OF_HALF; c++) {
            table->coefficient[j][CELLS_OF_HALF + c] = -table->coefficient[j][c];
        }
    }
}

void pb_table_student_t(double df, pb_quantile_table *table)
{
    const pb_student student = pb_student_of(df);
    const double to_variance_1 = sqrt((df - 2.0) / df);
    node from = student_node(&student, 0.0, 0.0);
    for (int c = 0; c < CELLS_OF_HALF; c++) {
        const double z = (c + 1) * CELL_WIDTH;
        const double t = df > STUDENT_ASYMPTOTIC_DF ? student_asymptotic(df, z)
                                                    : student_solve(&student, z, predict(from));
        const node to = student_node(&student, z, t);
        set_cell(table, c, scaled(from, to_variance_1), scaled(to, to_variance_1));
        from = to;
    }
    mirror_right_half(table);
}

/* ---- The scale of a multivariate t ---- */

/* The two halves: where z > 0, Q = 2 X is in the lower tail of its gamma X, else in the upper. */
typedef enum gamma_tail { GAMMA_LOWER, GAMMA_UPPER } gamma_tail;

/*
 * X / a for large a, w the normal score of X: Cornish and Fisher's expansion of chi-square 2 X,
 * its terms divided by df = 2 a.
 * Source: H. Goldberg and H. Levine, Ann. Math. Statist. 17 (1946); at a = 10^4 and |w| = 9 the
 * next term is below 1e-10 relative.
 */
static double gamma_asymptotic(double a, double w)
{
    const double y = w * w, e = 1.0 / sqrt(2.0 * a), root_2 = 1.4142135623730951;
    const double g1 = root_2 * w;
    const double g2 = 2.0 / 3.0 * (y - 1.0);
    const double g3 = w * (y - 7.0) / (9.0 * root_2);
    const double g4 = -((6.0 * y + 14.0) * y - 32.0) / 405.0;
    const double g5 = w * ((9.0 * y + 256.0) * y - 433.0) / (4860.0 * root_2);
    return 1.0 + e * (g1 + e * (g2 + e * (g3 + e * (g4 + e * g5))));
}

/* x with P(X <= x) (or P(X > x)) = P(Z > distance), Newton's method on the log of the tail as a
 * function of log x. */
static double gamma_solve(const pb_gamma *gamma, gamma_tail tail, double distance, double guess)
{
    const double log_tail =
        log_element(pb_normal_tail_ratio(distance)) + pb_normal_log_density(distance);
    double x = guess;
    for (int i = 0; i < MAX_NEWTON_STEPS; i++) {
        const double ratio =
            tail == GAMMA_LOWER ? pb_gamma_lower_ratio(gamma, x) : pb_gamma_upper_ratio(gamma, x);
        const double excess = log_element(ratio) + pb_gamma_log_density(gamma, x) - log_tail;
        const double step = (tail == GAMMA_LOWER ? -ratio : ratio) * excess;
        x *= exp_element(step);
        if (fabs(step) <= SMALL_STEP) {
            break;
        }
    }
    return x;
}

/*
 * log x as a function of the distance d from z = 0. With h the density of log X:
 * (log x)' = -+phi(d) / h and (log x)'' = (log x)' (-d - (a - x) (log x)'), since
 * d log h / d log x = a - x.
 */
static node gamma_log_node(const pb_gamma *gamma, gamma_tail tail, double distance, double x)
{
    const double size =
        exp_element(pb_normal_log_density(distance) - pb_gamma_log_density(gamma, x));
    node n = {.x = log_element(x), .slope = tail == GAMMA_LOWER ? -size : size};
    n.curvature = n.slope * (-distance - (gamma->shape - x) * n.slope);
    return n;
}

/* s = sqrt((df - 2) / (2 x)) = sqrt((a - 1) / x): s'/s = -(log x)' / 2. */
static node scale_node(const pb_gamma *gamma, node log_node, double x)
{
    const double s = sqrt((gamma->shape - 1.0) / x), rate = -0.5 * log_node.slope;
    return (node){s, s * rate, s * (rate * rate - 0.5 * log_node.curvature)};
}

static double gamma_quantile(const pb_gamma *gamma, gamma_tail tail, double distance, double guess)
{
    if (gamma->shape > GAMMA_ASYMPTOTIC_SHAPE) {
        const double score = tail == GAMMA_LOWER ? -distance : distance;
        return gamma->shape * gamma_asymptotic(gamma->shape, score);
    }
    return gamma_solve(gamma, tail, distance, guess);
}

static void set_half(pb_quantile_table *table, int first_cell, const pb_gamma *gamma,
                     gamma_tail tail)
{
    const double third = 1.0 - 1.0 / (9.0 * gamma->shape); /* Wilson and Hilferty's median */
    double x = gamma_quantile(gamma, tail, 0.0, gamma->shape * third * third * third);
    node log_from = gamma_log_node(gamma, tail, 0.0, x);
    node from = scale_node(gamma, log_from, x);
    for (int c = 0; c < CELLS_OF_HALF; c++) {
        const double distance = (c + 1) * CELL_WIDTH;
        x = gamma_quantile(gamma, tail, distance, exp_element(predict(log_from)));
        log_from = gamma_log_node(gamma, tail, distance, x);
        const node to = scale_node(gamma, log_from, x);
        set_cell(table, first_cell + c, from, to);
        from = to;
    }
}

void pb_table_tail_scale(double df, pb_quantile_table *table)
{
    const pb_gamma gamma = pb_gamma_of(0.5 * df);
    set_half(table, 0, &gamma, GAMMA_LOWER);
    set_half(table, CELLS_OF_HALF, &gamma, GAMMA_UPPER);
}
