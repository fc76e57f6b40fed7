/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/kernels.h"

#include "models/kernel_elements.h"

#include <stddef.h>
#include <stdlib.h>

typedef struct isa_level {
    const pb_kernels *kernels;
    int (*can_run)(void);
} isa_level;

#if defined(__x86_64__)

extern const pb_kernels pb_kernels_v2, pb_kernels_v3, pb_kernels_v4;

/* The features that gcc and clang use at each level, by the x86-64 psABI; the ones left out
 * (lzcnt, movbe, f16c) came with the same processors, and clang 14 cannot ask for them. */
static int can_run_v2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}

static int can_run_v3(void)
{
    return can_run_v2() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
           && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

static int can_run_v4(void)
{
    return can_run_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl");
}

static const isa_level LEVELS[] = {
    {&pb_kernels_v4, can_run_v4},
    {&pb_kernels_v3, can_run_v3},
    {&pb_kernels_v2, can_run_v2},
};

#else

extern const pb_kernels pb_kernels_generic;

static int can_always_run(void)
{
    return 1;
}

static const isa_level LEVELS[] = {{&pb_kernels_generic, can_always_run}};

#endif

/* The best level that can run and is called `isa`, or any name if that is NULL. */
static const pb_kernels *best_level(const char *isa)
{
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        const int is_wanted = isa == NULL || strcmp(isa, LEVELS[i].kernels->isa) == 0;
        if (is_wanted && LEVELS[i].can_run()) {
            return LEVELS[i].kernels;
        }
    }
    return NULL;
}

/* Decided anew each time: no state, so any thread may ask; a caller keeps the answer. */
const pb_kernels *pb_kernels_get(void)
{
    const char *wanted = getenv("PLANB_ISA");
    return best_level(wanted != NULL && wanted[0] != '\0' ? wanted : NULL);
}

const pb_kernels *pb_kernels_of_level(const char *isa)
{
    return best_level(isa);
}

double pb_exp(double x)
{
    return exp_element(x);
}

double pb_log(double x)
{
    return log_element(x);
}

double pb_logit(double p)
{
    return logit_element(p);
}

double pb_logistic(double x)
{
    return logistic_element(x);
}

double pb_normal_quantile(double u)
{
    return distance_from_end(u) < NORMAL_OUTER ? normal_outer(u) : normal_central(u);
}

double pb_quantile(const pb_quantile_table *table, double z)
{
    return table_element(table, z);
}
