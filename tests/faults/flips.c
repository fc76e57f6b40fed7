/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flips PART.h5 N: turns one bit of one byte after the other (at most N bytes, evenly chosen) of
 * what `planb run --shard` made, and reads it as `planb merge` does. Either it is refused, or it
 * reads as if nothing had happened: some bytes of an HDF5 file are never read. PART.h5 itself
 * stays as it is.
 */
#define _GNU_SOURCE
#include "params/load.h"
#include "results/part.h"
#include "sim/model.h"
#include "sim/sampler.h"

#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REFUSED = 1, AS_BEFORE = 2, ANOTHER = 3 };

typedef struct reading {
    pb_loaded loaded;
    pb_model *model;
} reading;

static void append(FILE *out, const void *bytes, size_t n)
{
    if (fwrite(bytes, 1, n, out) != n) {
        abort();
    }
}

/* All rows of the part into `out`. */
static int put_rows(const pb_part *part, FILE *out)
{
    for (int i = 0; i < PB_N_STORED; i++) {
        const pb_chunked *stored = &part->columns.stored[i];
        const hsize_t n = stored->set < 0 ? 0 : stored->written;
        char *rows = malloc(n * stored->row_bytes + 1);
        const int bad = rows == NULL || (n > 0 && pb_chunked_read(stored, 0, n, rows) < 0);
        if (!bad) {
            append(out, rows, n * stored->row_bytes);
        }
        free(rows);
        if (bad) {
            return -1;
        }
    }
    return 0;
}

/* SHA-256 of all that a merge takes from the part; -1: refused. */
static int read_all(const char *path, reading *r, char *hex)
{
    pb_error err = {0};
    pb_part part;
    char *text = NULL;
    uint8_t *sums = NULL;
    size_t size = 0, sums_size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        abort();
    }
    pb_status status = pb_part_open(path, PB_BLOCK, &part, &err);
    if (status == PB_OK && r->loaded.scenario == NULL) { /* the first time, nothing is damaged */
        status = pb_load_scenario_text(part.yaml, path, NULL, &r->loaded);
        status = status == PB_OK ? pb_model_make(r->loaded.scenario, &r->model, &err) : status;
    }
    if (status == PB_OK) {
        status = pb_part_columns(&part, r->loaded.scenario, r->model->inputs.n, &err);
    }
    if (status == PB_OK
        && (put_rows(&part, out) != 0
            || pb_draws_file_read_sums(part.file, &sums, &sums_size) < 0)) {
        status = PB_DATA;
    }
    if (status == PB_OK) {
        append(out, sums, sums_size);
        append(out, &part.of, sizeof part.of);
        fprintf(out, "%d %s %s %s", (int)part.keep, part.identity.hash, part.yaml, part.command);
    }
    fclose(out);
    if (status == PB_OK) {
        pb_sha256_hex(text, size, hex);
    }
    free(sums);
    free(text);
    pb_part_close(&part);
    return status == PB_OK ? 0 : -1;
}

static void turn(int file, off_t at, int bit)
{
    unsigned char byte;
    if (pread(file, &byte, 1, at) != 1) {
        abort();
    }
    byte ^= (unsigned char)(1 << bit);
    if (pwrite(file, &byte, 1, at) != 1) {
        abort();
    }
}

/* A child reads on from place `first`; what it found is in `found`, so that a crash loses only the
 * place at which it happened. */
static int read_on(const char *path, int file, long first, long n, long step, reading *r,
                   const char *expected, unsigned char *found)
{
    const pid_t child = fork();
    if (child == 0) {
        for (long at = first; at < n; at += step) {
            char hex[PB_HASH_SIZE];
            const int bit = (int)(at * 5 % 8);
            turn(file, at, bit);
            const int refused = read_all(path, r, hex);
            turn(file, at, bit);
            found[at] = refused ? REFUSED : strcmp(hex, expected) == 0 ? AS_BEFORE : ANOTHER;
        }
        _exit(0);
    }
    int how = 0;
    return waitpid(child, &how, 0) == child && WIFEXITED(how) ? 0 : -1;
}

static long copy_of(const char *path, const char *copy)
{
    char command[2048];
    snprintf(command, sizeof command, "cp '%s' '%s'", path, copy);
    if (system(command) != 0) {
        return -1;
    }
    const int file = open(copy, O_RDWR);
    const long size = lseek(file, 0, SEEK_END);
    close(file);
    return size;
}

int main(int argc, char **argv)
{
    static reading r;
    char copy[1024], expected[PB_HASH_SIZE];
    if (argc != 3) {
        return 64;
    }
    gsl_set_error_handler_off();
    snprintf(copy, sizeof copy, "%s.flipped", argv[1]);
    const long n = copy_of(argv[1], copy), step = 1 + n / atol(argv[2]);
    const int file = open(copy, O_RDWR);
    unsigned char *found = mmap(NULL, (size_t)n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                                -1, 0);
    if (n < 0 || file < 0 || found == MAP_FAILED || read_all(copy, &r, expected) != 0) {
        printf("FAILED: %s cannot be read\n", argv[1]);
        return 1;
    }
    long crashes = 0, refused = 0, other = 0, tried = 0, next = 0;
    while (next < n && read_on(copy, file, next, n, step, &r, expected, found) != 0) {
        while (next < n && found[next] != 0) {
            next += step;
        }
        printf("a crash at byte %ld\n", next);
        turn(file, next, (int)(next * 5 % 8));
        crashes++;
        next += step;
    }
    for (long at = 0; at < n; at += step) {
        tried++;
        refused += found[at] == REFUSED;
        other += found[at] == ANOTHER;
        if (found[at] == ANOTHER) {
            printf("FAILED: accepted with another content: bit %ld of byte %ld\n", at * 5 % 8, at);
        }
    }
    printf("%ld single bits of %ld bytes turned, %ld refused, %ld without effect, %ld crashes of "
           "HDF5, %ld accepted\n",
           tried, n, refused, tried - refused - other - crashes, crashes, other);
    unlink(copy);
    return other > 0 || 2 * refused < tried;
}
