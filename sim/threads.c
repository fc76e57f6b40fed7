/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* sched_getaffinity */
#include "sim/threads.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

/* The number in an environment variable, 0 if there is none. OpenMP allows a list, one number
 * a nesting level: the first one counts. */
static int from_environment(const char *name)
{
    const char *text = getenv(name);
    char *end;
    if (text == NULL || *text == '\0') {
        return 0;
    }
    const long threads = strtol(text, &end, 10);
    if (end == text || (*end != '\0' && *end != ',') || threads < 1 || threads > 4096) {
        fprintf(stderr, "planb: warning: %s=%.40s is not a number of threads, ignored\n", name,
                text);
        return 0;
    }
    return (int)threads;
}

static int processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

/* cgroup v2: "QUOTA PERIOD" in microseconds, or "max PERIOD". */
static int cgroup_quota(void)
{
    long quota, period;
    FILE *file = fopen("/sys/fs/cgroup/cpu.max", "r");
    if (file == NULL) {
        return 0;
    }
    const int n = fscanf(file, "%ld %ld", &quota, &period);
    fclose(file);
    return n == 2 && quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

int pb_default_threads(void)
{
    const int asked = from_environment("OMP_NUM_THREADS");
    if (asked > 0) {
        return asked;
    }
    const int slurm = from_environment("SLURM_CPUS_PER_TASK");
    if (slurm > 0) {
        return slurm;
    }
    const int all = processors(), quota = cgroup_quota();
    return quota > 0 && quota < all ? quota : all;
}
