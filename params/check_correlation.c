/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/check.h"

#include <gsl/gsl_eigen.h>
#include <math.h>

/* A smallest eigenvalue below this leaves no room for the rounding of a Cholesky factor. */
static const double LEAST_EIGENVALUE = 1e-9;

typedef struct eigen {
    int n;
    gsl_matrix *matrix;             /* owned */
    gsl_vector *values;             /* owned */
    gsl_eigen_symm_workspace *work; /* owned */
} eigen;

static void eigen_free(eigen *e)
{
    gsl_eigen_symm_free(e->work);
    gsl_vector_free(e->values);
    gsl_matrix_free(e->matrix);
}

static bool eigen_alloc(eigen *e, int n)
{
    *e = (eigen){.n = n,
                 .matrix = gsl_matrix_alloc((size_t)n, (size_t)n),
                 .values = gsl_vector_alloc((size_t)n),
                 .work = gsl_eigen_symm_alloc((size_t)n)};
    return e->matrix != NULL && e->values != NULL && e->work != NULL;
}

/* Smallest eigenvalue of the correlations, with those of pair (a, b) taken as 0. */
static double smallest(eigen *e, const pb_revenue_params *revenue, int a, int b)
{
    for (int i = 0; i < e->n; i++) {
        for (int j = 0; j < e->n; j++) {
            const bool left_out = (i == a && j == b) || (i == b && j == a);
            gsl_matrix_set(e->matrix, (size_t)i, (size_t)j,
                           left_out ? 0.0 : revenue->correlation[i][j]);
        }
    }
    gsl_eigen_symm(e->matrix, e->values, e->work);
    return gsl_vector_min(e->values);
}

/* The pair whose correlation does most harm. */
static void worst_pair(eigen *e, const pb_revenue_params *revenue, int *worst_a, int *worst_b)
{
    double best = -HUGE_VAL;
    for (int a = 0; a < e->n; a++) {
        for (int b = a + 1; b < e->n; b++) {
            const double without =
                revenue->correlation[a][b] == 0.0 ? -HUGE_VAL : smallest(e, revenue, a, b);
            if (without > best) {
                best = without;
                *worst_a = a;
                *worst_b = b;
            }
        }
    }
}

static void check_definite(const pb_check *check, eigen *e)
{
    const pb_revenue_params *revenue = &check->scenario->revenue;
    const double least = smallest(e, revenue, -1, -1);
    int a = 0, b = 0;
    if (least > LEAST_EIGENVALUE) {
        return;
    }
    worst_pair(e, revenue, &a, &b);
    pb_check_message(check, PB_SEVERITY_ERROR, "revenue.correlation",
                     "not positive definite: smallest eigenvalue %.4g (most harm is done by "
                     "%s/%s: %g)",
                     least, revenue->stream[a].id, revenue->stream[b].id,
                     revenue->correlation[a][b]);
}

void pb_check_correlation(const pb_check *check)
{
    eigen e;
    const int n = check->scenario->revenue.n_streams;
    if (n == 0) {
        return;
    }
    if (eigen_alloc(&e, n)) {
        check_definite(check, &e);
    } else {
        pb_message_no_memory(check->messages);
    }
    eigen_free(&e);
}
