/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t left_of(uint64_t limit, uint64_t used)
{
    return limit > used ? limit - used : 0;
}

/* The number behind `name` in a file of lines "NAME NUMBER"; UINT64_MAX: none, or "max". */
static uint64_t number_in(const char *path, const char *name)
{
    char line[128];
    uint64_t number = UINT64_MAX;
    const size_t length = strlen(name);
    FILE *file = fopen(path, "r");
    while (file != NULL && number == UINT64_MAX && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, length) == 0 && sscanf(line + length, "%" SCNu64, &number) != 1) {
            number = UINT64_MAX;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return number;
}

/* What is free, and what caches would give back. */
static uint64_t of_machine(void)
{
    const uint64_t kilobytes = number_in("/proc/meminfo", "MemAvailable:");
    return kilobytes == UINT64_MAX ? UINT64_MAX : kilobytes * 1024;
}

/* Of what a cgroup uses only its processes' own memory counts: its caches give way. */
static uint64_t of_cgroup(void)
{
    const uint64_t limit = number_in("/sys/fs/cgroup/memory.max", "");
    const uint64_t used = number_in("/sys/fs/cgroup/memory.stat", "anon ");
    return limit == UINT64_MAX || used == UINT64_MAX ? UINT64_MAX : left_of(limit, used);
}

static uint64_t of_address_space(void)
{
    struct rlimit limit;
    const uint64_t pages = number_in("/proc/self/statm", "");
    const long page = sysconf(_SC_PAGESIZE);
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || pages == UINT64_MAX
        || page < 0) {
        return UINT64_MAX;
    }
    return left_of(limit.rlim_cur, pages * (uint64_t)page);
}

uint64_t pb_memory_available(void)
{
    return smaller(of_machine(), smaller(of_cgroup(), of_address_space()));
}

pb_status pb_memory_check(uint64_t bytes, const char *remedy, pb_error *err)
{
    const uint64_t available = pb_memory_available();
    if (bytes <= available) {
        return PB_OK;
    }
    return pb_fail(err, PB_INTERNAL, "this needs %.0f MB of memory, and %.0f MB are available: %s",
                   1e-6 * (double)bytes, 1e-6 * (double)available, remedy);
}
