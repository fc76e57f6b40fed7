/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nanoseconds per value of each kernel at each level that runs here: the best of 20 rounds of
 * 400 batches, CPU time. Not a test: it has no verdict.
 */
#define _POSIX_C_SOURCE 200809L
#include "models/kernels.h"
#include "models/swing.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

enum { ROUNDS = 20, BATCHES = 400 };

static double u[PB_LANES], z[PB_LANES], n[PB_LANES], p[PB_LANES], k[PB_LANES], out[PB_LANES];
static pb_quantile_table student;
static pb_swing_table swing;

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static void uniform(const pb_kernels *kernels, unsigned batch)
{
    kernels->uniform(1, (uint64_t)batch * PB_LANES, 2, 3, u);
}

static void normal(const pb_kernels *kernels, unsigned batch)
{
    (void)batch;
    kernels->normal(u, z);
}

static void quantile(const pb_kernels *kernels, unsigned batch)
{
    (void)batch;
    kernels->quantile(&student, z, out);
}

static void swing_tail(const pb_kernels *kernels, unsigned batch)
{
    (void)batch;
    kernels->swing_tail(&swing, z, out);
}

static void swing_density(const pb_kernels *kernels, unsigned batch)
{
    (void)batch;
    kernels->swing_density(&swing, z, out);
}

static void exponential(const pb_kernels *kernels, unsigned batch)
{
    (void)batch;
    kernels->exp(z, out);
}

static void logistic(const pb_kernels *kernels, unsigned batch)
{
    (void)batch;
    kernels->logistic(z, out);
}

/* Fresh uniforms for each batch, so that the rare exact searches come as often as they should;
 * their cost, measured beside it, is to be taken off. */
static void uniform_normal_binomial(const pb_kernels *kernels, unsigned batch)
{
    uniform(kernels, batch);
    normal(kernels, batch);
    kernels->binomial(n, p, u, z, out);
}

/* The majority of each electorate; as above. */
static void uniform_normal_threshold(const pb_kernels *kernels, unsigned batch)
{
    uniform(kernels, batch);
    normal(kernels, batch);
    kernels->binomial_threshold(n, k, u, z, out);
}

static void time_kernel(const pb_kernels *kernels, const char *name,
                        void (*run)(const pb_kernels *, unsigned))
{
    double best = INFINITY;
    for (unsigned round = 0; round < ROUNDS; round++) {
        const double start = cpu_ns();
        for (unsigned batch = 0; batch < BATCHES; batch++) {
            run(kernels, round * BATCHES + batch);
        }
        best = fmin(best, cpu_ns() - start);
    }
    printf("%-8s %-44s %8.2f ns\n", kernels->isa, name, best / (BATCHES * PB_LANES));
}

static void set_electorates(double members, double support)
{
    for (int i = 0; i < PB_LANES; i++) {
        n[i] = members;
        p[i] = support;
        k[i] = floor(members / 2.0) + 1.0;
    }
}

static void time_thresholds(const pb_kernels *kernels)
{
    static const struct {
        double members;
        const char *name;
    } ELECTORATES[] = {
        {3000.0, "uniform + normal + threshold(3000)"},
        {200.0, "uniform + normal + threshold(200)"},
        {100.0, "uniform + normal + threshold(100)"},
        {20.0, "uniform + normal + threshold(20)"},
    };
    for (size_t i = 0; i < sizeof ELECTORATES / sizeof ELECTORATES[0]; i++) {
        set_electorates(ELECTORATES[i].members, 0.5);
        time_kernel(kernels, ELECTORATES[i].name, uniform_normal_threshold);
    }
}

static void time_level(const pb_kernels *kernels)
{
    static const struct {
        double members, support;
        const char *name;
    } ELECTORATES[] = {
        {3000.0, 0.6, "uniform + normal + binomial(3000, 0.6)"},
        {100.0, 0.6, "uniform + normal + binomial(100, 0.6)"},
        {20.0, 0.6, "uniform + normal + binomial(20, 0.6)"},
        {12.0, 0.6, "uniform + normal + binomial(12, 0.6)"},
    };
    time_kernel(kernels, "uniform", uniform);
    time_kernel(kernels, "normal", normal);
    time_kernel(kernels, "quantile", quantile);
    time_kernel(kernels, "swing tail", swing_tail);
    time_kernel(kernels, "swing density", swing_density);
    time_kernel(kernels, "exp", exponential);
    time_kernel(kernels, "logistic", logistic);
    for (size_t i = 0; i < sizeof ELECTORATES / sizeof ELECTORATES[0]; i++) {
        set_electorates(ELECTORATES[i].members, ELECTORATES[i].support);
        time_kernel(kernels, ELECTORATES[i].name, uniform_normal_binomial);
    }
    time_thresholds(kernels);
}

static void time_tables(void)
{
    static const double DF[] = {2.05, 6.0, 100.0, 1999.0, 19999.0, 1e6};
    static pb_quantile_table table;
    for (size_t i = 0; i < sizeof DF / sizeof DF[0]; i++) {
        const double start = cpu_ns();
        pb_table_student_t(DF[i], &table);
        const double between = cpu_ns();
        pb_table_tail_scale(DF[i], &table);
        printf("tables for df = %-8g student %.2f ms, tail scale %.2f ms\n", DF[i],
               1e-6 * (between - start), 1e-6 * (cpu_ns() - between));
    }
}

static void time_swings(void)
{
    static const double DF[] = {2.05, 2.5, 5.0, 30.0, 300.0, 1e5, INFINITY};
    for (size_t i = 0; i < sizeof DF / sizeof DF[0]; i++) {
        const double start = cpu_ns();
        pb_swing_table_build(0.3, 0.2, 0.0, DF[i], &swing);
        const double between = cpu_ns();
        pb_swing_table_build(0.3, 0.2, 0.4, DF[i], &swing);
        printf("swing tables for df = %-8g one t %.2f ms, two %.2f ms\n", DF[i],
               1e-6 * (between - start), 1e-6 * (cpu_ns() - between));
    }
}

int main(void)
{
    static const char *const LEVELS[] = {"v4", "v3", "v2", "generic"};
    time_tables();
    time_swings();
    pb_table_student_t(6.0, &student);
    pb_swing_table_build(0.3, 0.2, 0.4, 5.0, &swing);
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        const pb_kernels *kernels = pb_kernels_of_level(LEVELS[i]);
        if (kernels != NULL) {
            time_level(kernels);
        }
    }
    return 0;
}
