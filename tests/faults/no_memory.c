/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * no_memory SCENARIO.yaml N: loads a scenario and makes ready to simulate it, with one allocation
 * after the other failing (at most N of them, evenly chosen), those inside libyaml and GSL
 * included. Each must end in an error without a crash, and without losing what was allocated
 * before.
 */
#define _GNU_SOURCE
#include "params/load.h"
#include "results/identity.h"
#include "results/statistics.h"
#include "sim/fingerprint.h"

#include <dlfcn.h>
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc's own, beneath the ones below */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static long calls, fail_at, held;
static void *failed_in; /* whose call failed */

static int fails(void *caller)
{
    if (++calls == fail_at) {
        failed_in = caller;
        errno = ENOMEM;
        return 1;
    }
    return 0;
}

static void *counted(void *memory)
{
    held += memory != NULL;
    return memory;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(n, size));
}

void *realloc(void *old, size_t size)
{
    if (fails(__builtin_return_address(0))) {
        return NULL;
    }
    void *memory = __libc_realloc(old, size);
    held += old == NULL && memory != NULL;
    return memory;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
}

void free(void *memory)
{
    held -= memory != NULL;
    __libc_free(memory);
}

/* GSL 2.7 itself loses the head of a matrix when there is no memory for the rest. */
static int failed_in_gsl(void)
{
    Dl_info where;
    return failed_in != NULL && dladdr(failed_in, &where) != 0 && where.dli_fname != NULL
           && strstr(where.dli_fname, "libgsl") != NULL;
}

/* All that comes before the first draw. */
static pb_status make_ready(const char *path, pb_error *err)
{
    pb_loaded loaded;
    pb_model *model = NULL;
    pb_series_list series = {0};
    pb_statistics statistics = {0};
    pb_identity identity = {0};
    char fingerprint[PB_HASH_SIZE];
    pb_status status = pb_load_scenario(path, NULL, 0, NULL, &loaded);
    if (status == PB_OK) {
        status = pb_model_make(loaded.scenario, &model, err);
    }
    if (status == PB_OK) {
        status = pb_model_series(model, loaded.scenario, &series, err);
    }
    if (status == PB_OK) {
        status = pb_statistics_init(&series, &statistics, err);
    }
    if (status == PB_OK) {
        status =
            pb_fingerprint(model, pb_kernels_get(), loaded.scenario->run.seed, fingerprint, err);
    }
    if (status == PB_OK) {
        status = pb_identity_make(loaded.yaml, PB_KEEP_DRAWS, fingerprint, &identity, err);
    }
    pb_identity_free(&identity);
    pb_statistics_free(&statistics);
    pb_series_list_free(&series);
    pb_model_free(model);
    pb_loaded_free(&loaded);
    return status;
}

/* One try with the k-th allocation failing, 0: none; how many there were. */
static long try_one(const char *path, long k, pb_status *status, long *lost)
{
    pb_error err = {0};
    const long before = held;
    calls = 0;
    fail_at = k;
    *status = make_ready(path, &err);
    fail_at = 0;
    *lost = held - before;
    return calls;
}

int main(int argc, char **argv)
{
    pb_status status;
    long lost, failures = 0, tried = 0, survived = 0;
    if (argc != 3) {
        return 64;
    }
    gsl_set_error_handler_off();
    (void)try_one(argv[1], 0, &status, &lost); /* what libraries keep for ever they take now */
    const long n = try_one(argv[1], 0, &status, &lost), most = atol(argv[2]);
    if (status != PB_OK || lost != 0) {
        printf("FAILED: undisturbed: status %d, %ld allocations lost\n", (int)status, lost);
        return 1;
    }
    const long step = n > most ? n / most : 1;
    for (long k = 1; k <= n; k += step) {
        (void)try_one(argv[1], k, &status, &lost);
        tried++;
        survived += status == PB_OK;
        if ((status != PB_OK && status != PB_INTERNAL) || (lost != 0 && !failed_in_gsl())) {
            printf("FAILED: allocation %ld of %ld: status %d, %ld lost\n", k, n, (int)status, lost);
            failures++;
        }
    }
    printf("%ld failing allocations of %ld, %ld of them without consequence, %ld failures\n", tried,
           n, survived, failures);
    return failures > 0 || 2 * survived > tried;
}
