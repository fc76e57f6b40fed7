/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * binomial: the kernel against an inversion in 128 bits, at 30.7 million points: 1,500 pairs of
 * n, from 1 to 10^6, and p, from 1e-6 to 1 - 1e-6, with 20,480 uniforms each, a quarter of them far
 * in the tails. Exits 1 at a single mismatch. tests/test_binomial.c is the small grid of the suite.
 *
 * The oracle knows no approximation: probabilities relative to the likeliest count by their exact
 * ratios, summed from both ends and divided by their total, in IEEE quadruple precision. A uniform
 * within 1e-11 of the smaller tail, or 3 x 2^-52 where n p q < 4, of a boundary decides nothing
 * (models/kernels.h); such points are counted.
 */
#include "models/kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 1500, BATCHES = 80, MOST = 1000001, SEED = 20110624 };

__extension__ typedef __float128 quad;

/* P(X <= first + i) and P(X > first + i) of the counts that are not all but impossible. */
static quad lower[MOST], upper[MOST];
static int first, length;

/* P(X = k + 1) / P(X = k) */
static quad ratio(int n, quad odds, int k)
{
    return (quad)(n - k) / (quad)(k + 1) * odds;
}

static void tabulate(int n, double p)
{
    const quad odds = (quad)p / (1 - (quad)p), negligible = 1e-40;
    const int mode = (int)floor((n + 1.0) * p) > n ? n : (int)floor((n + 1.0) * p);
    static quad weight[MOST];
    quad total = 0;
    int last = mode;
    weight[mode] = 1;
    for (first = mode; first > 0 && weight[first] > negligible; first--) {
        weight[first - 1] = weight[first] / ratio(n, odds, first - 1);
    }
    for (; last < n && weight[last] > negligible; last++) {
        weight[last + 1] = weight[last] * ratio(n, odds, last);
    }
    length = last - first + 1;
    for (int i = 0; i < length; i++) {
        total += weight[first + i];
        lower[i] = total;
    }
    quad above = 0;
    for (int i = length - 1; i >= 0; i--) {
        upper[i] = above / total;
        lower[i] /= total;
        above += weight[first + i];
    }
}

/* Whether P(X <= first + i) >= u, by the smaller of the two tails. */
static int reaches(int i, double u)
{
    return u <= 0.5 ? lower[i] >= (quad)u : upper[i] <= 1 - (quad)u;
}

/* Index of the smallest count that reaches u. */
static int invert(double u)
{
    int below = -1, at = length - 1;
    while (at - below > 1) {
        const int middle = below + (at - below) / 2;
        if (reaches(middle, u)) {
            at = middle;
        } else {
            below = middle;
        }
    }
    return at;
}

/* Whether u lies within the kernel's stated error of the boundary at P(X <= first + i). */
static int is_close(int i, double u, double variance)
{
    const quad target = u <= 0.5 ? (quad)u : 1 - (quad)u;
    const quad tail = i < 0 ? (u <= 0.5 ? 0 : 1) : u <= 0.5 ? lower[i] : upper[i];
    const quad slack = 1e-11 * target + (variance < 4.0 ? 3 * 0x1p-52 : 0);
    return tail - target <= slack && target - tail <= slack;
}

/* Of every four uniforms one far in the lower tail, one in the upper on odd places. */
static void fill(const pb_kernels *kernels, uint64_t batch, double *u)
{
    double size[PB_LANES];
    kernels->uniform(SEED, batch * PB_LANES, 1, 1, u);
    kernels->uniform(SEED, batch * PB_LANES, 1, 2, size);
    for (int i = 0; i < PB_LANES; i += 4) {
        const double tail = fmax(u[i] * exp(-30.0 * size[i]), 0x1p-53);
        u[i] = i % 8 == 0 ? tail : 1.0 - tail;
    }
}

int main(void)
{
    const pb_kernels *kernels = pb_kernels_get();
    double where[PB_LANES], n[PB_LANES], p[PB_LANES], u[PB_LANES], z[PB_LANES], k[PB_LANES];
    long tested = 0, wrong = 0, close = 0;
    if (kernels == NULL) {
        return EXIT_FAILURE;
    }
    for (int pair = 0; pair < PAIRS; pair++) {
        kernels->uniform(SEED, (uint64_t)pair * PB_LANES, 2, 0, where);
        const double members = floor(pow(10.0, 6.0 * where[0]) + 0.5);
        const double logit = (2.0 * where[1] - 1.0) * log(1e6 - 1.0);
        const double share = 1.0 / (1.0 + exp(pair % 3 == 0 ? logit : 0.15 * logit));
        tabulate((int)members, share);
        for (int i = 0; i < PB_LANES; i++) {
            n[i] = members;
            p[i] = share;
        }
        for (int batch = 0; batch < BATCHES; batch++) {
            fill(kernels, (uint64_t)(pair * BATCHES + batch), u);
            kernels->normal(u, z);
            kernels->binomial(n, p, u, z, k);
            for (int i = 0; i < PB_LANES; i++) {
                const int at = invert(u[i]);
                tested++;
                if (k[i] != first + at) {
                    const double variance = members * share * (1.0 - share);
                    const int undecided =
                        is_close(at, u[i], variance) || is_close(at - 1, u[i], variance);
                    close += undecided;
                    wrong += !undecided;
                    if (!undecided && wrong < 10) {
                        printf("n = %.0f, p = %.17g, u = %.17g: %.0f, not %d\n", members, share,
                               u[i], k[i], first + at);
                    }
                }
            }
        }
    }
    printf("%ld points, kernels %s: %ld mismatches (%ld at a boundary)\n", tested, kernels->isa,
           wrong, close);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
