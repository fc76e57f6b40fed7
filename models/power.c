/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/power.h"

#include <assert.h>
#include <stdlib.h>

/* Lanes of the one batch: a fair vote, then the points of the common probability. */
enum { FAIR = 0, FIRST_POINT = 1 };

/* Positive roots x of the Legendre polynomial P_32 and 2 / ((1 - x^2) P_32'(x)^2), computed to 50
 * digits by Newton's method (Abramowitz and Stegun 25.4.29). */
static const double ROOTS[PB_GAUSS_POINTS / 2][2] = {
    {0.0483076656877383162, 0.0965400885147278006}, {0.144471961582796493, 0.0956387200792748594},
    {0.239287362252137075, 0.0938443990808045656},  {0.331868602282127650, 0.0911738786957638847},
    {0.421351276130635345, 0.0876520930044038111},  {0.506899908932229390, 0.0833119242269467552},
    {0.587715757240762329, 0.0781938957870703065},  {0.663044266930215201, 0.0723457941088485062},
    {0.732182118740289680, 0.0658222227763618468},  {0.794483795967942407, 0.0586840934785355471},
    {0.849367613732569970, 0.0509980592623761762},  {0.896321155766052124, 0.0428358980222266807},
    {0.934906075937739689, 0.0342738629130214331},  {0.964762255587506431, 0.0253920653092620595},
    {0.985611511545268335, 0.0162743947309056706},  {0.997263861849481564, 0.00701861000947009660},
};

void pb_gauss_legendre(double *point, double *weight)
{
    enum { HALF = PB_GAUSS_POINTS / 2 };
    for (int i = 0; i < HALF; i++) {
        point[HALF - 1 - i] = 0.5 * (1.0 - ROOTS[i][0]);
        point[HALF + i] = 0.5 * (1.0 + ROOTS[i][0]);
        weight[HALF - 1 - i] = weight[HALF + i] = 0.5 * ROOTS[i][1];
    }
}

typedef struct batch {
    double pi[PB_MAX_UNIONS][PB_LANES], gradient[PB_MAX_UNIONS][PB_LANES], p[PB_LANES];
} batch;

static void set_probabilities(const double *point, batch *votes)
{
    for (int u = 0; u < PB_MAX_UNIONS; u++) {
        votes->pi[u][FAIR] = 0.5;
        for (int i = 0; i < PB_GAUSS_POINTS; i++) {
            votes->pi[u][FIRST_POINT + i] = point[i];
        }
    }
}

static void read_indices(const batch *votes, const double *weight, pb_power *power)
{
    double sum = 0.0;
    for (int u = 0; u < power->n_unions; u++) {
        const double *gradient = votes->gradient[u];
        power->banzhaf[u] = gradient[FAIR];
        sum += gradient[FAIR];
        for (int i = 0; i < PB_GAUSS_POINTS; i++) {
            power->shapley_shubik[u] += weight[i] * gradient[FIRST_POINT + i];
        }
    }
    for (int u = 0; u < power->n_unions; u++) {
        power->banzhaf_share[u] = sum == 0.0 ? 0.0 : power->banzhaf[u] / sum;
    }
}

static int count_bits(uint64_t set)
{
    int n = 0;
    for (; set != 0; set &= set - 1) {
        n++;
    }
    return n;
}

pb_status pb_power_indices(const pb_diagram *diagram, pb_power *power, pb_error *err)
{
    double point[PB_GAUSS_POINTS], weight[PB_GAUSS_POINTS];
    batch *votes = calloc(1, sizeof *votes);
    double *workspace = calloc(pb_diagram_workspace_doubles(diagram), sizeof *workspace);
    pb_status status = PB_OK;
    *power = (pb_power){.n_unions = diagram->n_unions, .n_voting = count_bits(diagram->voting)};
    if (votes == NULL || workspace == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the power of the unions");
        goto out;
    }
    pb_gauss_legendre(point, weight);
    set_probabilities(point, votes);
    pb_diagram_gradient(diagram, (const double(*)[PB_LANES])votes->pi, workspace, votes->p,
                        votes->gradient);
    read_indices(votes, weight, power);
out:
    free(votes);
    free(workspace);
    return status;
}

/* With every probability 1/2 all sums are multiples of 2^-n and at most 1: doubles hold them. */
int64_t pb_power_swings(const pb_power *power, int u)
{
    assert(power->n_voting >= 1 && power->n_voting <= 53);
    return (int64_t)(power->banzhaf[u] * (double)(INT64_C(1) << (power->n_voting - 1)));
}
