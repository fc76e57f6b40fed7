/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/parameters.h"
#include "results/identity.h"
#include "results/manifest.h"
#include "results/seal.h"
#include "results/statistics_pack.h"
#include "tests/folder.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- packed sums ---- */

static pb_series SERIES[3];
static const pb_series_list LIST = {.series = SERIES, .n = 3, .n_histograms = 2};

static pb_statistics new_sums(void)
{
    pb_statistics s;
    pb_error err = {0};
    cr_assert_eq(pb_statistics_init(&LIST, &s, &err), PB_OK);
    return s;
}

/* Sums and histograms of values that reach every branch of the packing. */
static pb_statistics some_sums(int seed)
{
    static const double VALUES[16] = {0.0,  -0.0,  1.0,   1.0,    -1e9,  1e30, -1e30, 1e-9,
                                      -0.5, 100.0, 100.1, 100.25, 12345, -7,   3.5,   0.0625};
    pb_statistics s = new_sums();
    double x[16], kept[16];
    for (int i = 0; i < 16; i++) {
        x[i] = VALUES[(i + seed) % 16] * (seed % 3 + 1);
        kept[i] = (i + seed) % 5 != 0;
    }
    for (int h = 0; h < 2; h++) {
        pb_histogram_add(&s.histogram[h], x, kept, (size_t)(8 + 8 * h));
    }
    for (int i = 0; i < 3; i++) {
        for (int r = 0; r < PB_REPLICATES; r++) {
            s.sums[i].n[r] = r * (int64_t)1 << (seed % 40);
            for (int k = 0; k < PB_N_SUMS; k++) {
                const pb_int128 big = (pb_int128)(i + 1) << (seed % 90);
                s.sums[i].of[k][r] = (r + k) % 2 == 0 ? -big - r : big + k;
            }
        }
    }
    return s;
}

static uint8_t *pack(const pb_statistics *s, size_t *size)
{
    uint8_t *bytes = NULL;
    pb_error err = {0};
    cr_assert_eq(pb_statistics_pack(s, &bytes, size, &err), PB_OK);
    return bytes;
}

static void expect_same_bytes(const pb_statistics *a, const pb_statistics *b, const char *why)
{
    size_t n_a, n_b;
    uint8_t *x = pack(a, &n_a), *y = pack(b, &n_b);
    cr_expect(n_a == n_b && memcmp(x, y, n_a) == 0, "%s", why);
    free(x), free(y);
}

Test(parts, packed_sums_add_up_as_the_sums_themselves)
{
    pb_statistics direct = new_sums(), joined = new_sums();
    pb_error err = {0};
    for (int seed = 0; seed < 100; seed++) {
        pb_statistics part = some_sums(seed);
        size_t size;
        uint8_t *bytes = pack(&part, &size);
        pb_statistics_merge(&direct, &part);
        cr_assert_eq(pb_statistics_unpack(bytes, size, &joined, &err), PB_OK, "%s", err.text);
        free(bytes);
        pb_statistics_free(&part);
    }
    for (int i = 0; i < 3; i++) {
        cr_expect_arr_eq(&direct.sums[i], &joined.sums[i], sizeof direct.sums[i]);
    }
    for (int h = 0; h < 2; h++) {
        cr_expect_eq(direct.histogram[h].n, joined.histogram[h].n);
        cr_expect_arr_eq(direct.histogram[h].used, joined.histogram[h].used,
                         sizeof direct.histogram[h].used);
        for (size_t c = 0; (c = pb_histogram_next_coarse(&direct.histogram[h], c)) < PB_COARSE_BINS;
             c++) {
            cr_expect_arr_eq(direct.histogram[h].coarse[c], joined.histogram[h].coarse[c],
                             sizeof direct.histogram[h].coarse[c]);
        }
        for (double q = 0.01; q < 1.0; q += 0.01) {
            cr_expect_eq(pb_histogram_quantile(&direct.histogram[h], q),
                         pb_histogram_quantile(&joined.histogram[h], q));
        }
    }
    expect_same_bytes(&direct, &joined, "the same sums pack to the same bytes");
    pb_statistics_free(&direct), pb_statistics_free(&joined);
}

Test(parts, the_order_of_parts_and_the_sign_of_zero_do_not_show)
{
    pb_statistics a = new_sums(), b = new_sums();
    for (int seed = 0; seed < 20; seed++) {
        pb_statistics first = some_sums(seed), last = some_sums(19 - seed);
        pb_statistics_merge(&a, &first);
        pb_statistics_merge(&b, &last);
        pb_statistics_free(&first), pb_statistics_free(&last);
    }
    expect_same_bytes(&a, &b, "parts in the opposite order");
    pb_statistics_free(&a), pb_statistics_free(&b);
}

Test(parts, packed_sums_that_are_cut_or_changed_do_no_harm)
{
    pb_statistics s = some_sums(7), into = new_sums();
    size_t size;
    uint8_t *bytes = pack(&s, &size);
    for (size_t n = 0; n < size;
         n++) { /* of its exact size, so that valgrind sees a step too far */
        pb_error err = {0};
        uint8_t *cut = malloc(n + 1);
        memcpy(cut, bytes, n);
        cr_expect_eq(pb_statistics_unpack(cut, n, &into, &err), PB_DATA, "%zu of %zu", n, size);
        free(cut);
    }
    for (size_t at = 0; at < size; at++) {
        pb_error err = {0};
        bytes[at] ^= 0xff;
        const pb_status status = pb_statistics_unpack(bytes, size, &into, &err);
        cr_expect(status == PB_DATA || status == PB_OK);
        bytes[at] ^= 0xff;
    }
    free(bytes);
    pb_statistics_free(&s), pb_statistics_free(&into);
}

/* ---- what makes two runs one ---- */

static const char YAML[] =
    "scenario: {name: a}\nrun: {draws: 10, seed: 3, target_se: {ratified: 1}}\n"
    "vote: {mu0: 0.5}\nunions:\n  - {id: X, units: [{id: U, members: 5}]}\n";

Test(parts, parameters_are_lines_without_the_number_of_draws)
{
    char *lines = pb_parameter_lines(YAML);
    cr_assert_not_null(lines);
    cr_expect_str_eq(lines, "scenario.name=a\nrun.seed=3\nvote.mu0=0.5\nunions[X].id=X\n"
                            "unions[X].units[U].id=U\nunions[X].units[U].members=5\n");
    free(lines);
    cr_expect_null(pb_parameter_lines("{"));
}

static void expect_difference(const char *there, const char *here, const char *expected)
{
    char text[512] = "";
    const bool differ = pb_parameter_difference(there, here, text, sizeof text);
    cr_expect_eq(differ, expected != NULL, "%s", text);
    if (expected != NULL) {
        cr_expect_str_eq(text, expected);
    }
}

Test(parts, a_difference_is_named)
{
    expect_difference("a=1\nb=2\n", "a=1\nb=2\n", NULL);
    expect_difference("a=1\nb=2\n", "a=1\nb=3\n", "b is 2 there and 3 here");
    expect_difference("a=1\nb=2\n", "a=1\n", "b = 2 stands only there");
    expect_difference("a=1\n", "a=1\nb=2\n", "b = 2 stands only here");
    expect_difference("b=2\n", "a=1\nb=2\n", "a = 1 stands only here");
    expect_difference("a=1\nb=2\n", "b=2\n", "a = 1 stands only there");
    expect_difference("ab=1\n", "a=1\n", "ab = 1 stands only there");
}

static void expect_changes(const char *a, const char *b, const char *expected)
{
    char *text = pb_parameter_changes(a, b);
    cr_assert_not_null(text);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(parts, all_changes_are_listed)
{
    expect_changes("a=1\nb.c=2\n", "a=1\nb.c=3\n", "b.c: 2 in A, 3 in B\n");
    expect_changes("a=1\n", "a=1\nb=5\n", "b: 5 only in B\n");
    expect_changes("a=1\nb.c=2\n", "a=1\nb.d=4\n", "b.c: 2 only in A\nb.d: 4 only in B\n");
    expect_changes("a=1\nb.c=2\nb.d=3\n", "a=1\n", "b only in A\n");
    expect_changes("u[X.y].id=1\nu[Z].id=2\n", "u[Z].id=2\n", "u[X.y] only in A\n");
    expect_changes("u[X.y].id=1\nu[X.y].n=2\n", "u[X.y].id=1\n", "u[X.y].n: 2 only in A\n");
    expect_changes("scenario.name=a\nv.source=x\nm=1\n",
                   "scenario.name=b\nv.source=y\nm=2\n", "m: 1 in A, 2 in B\n");
    expect_changes("scenario.name=a\nscenario.as_of=1\n", "scenario.name=b\nscenario.as_of=2\n",
                   "scenario.as_of: 1 in A, 2 in B\n");
}

Test(parts, another_version_has_another_identity)
{
    pb_identity a, b;
    pb_error err = {0};
    cr_assert_eq(pb_identity_make(YAML, PB_KEEP_DRAWS, "11", &a, &err), PB_OK);
    cr_assert_eq(pb_identity_make(YAML, PB_KEEP_DRAWS, "22", &b, &err), PB_OK);
    cr_expect_str_neq(a.hash, b.hash);
    cr_expect_eq(pb_identity_check(&a, "f.h5", &a, &err), PB_OK);
    cr_expect_eq(pb_identity_check(&a, "f.h5", &b, &err), PB_DATA);
    cr_expect_not_null(strstr(err.text, "f.h5: its draws are not those that this planb computes"));
    pb_identity_free(&a), pb_identity_free(&b);
}

/* ---- manifest and seal ---- */

static char folder[FOLDER_SIZE], file[IN_FOLDER_SIZE];

static void enter(void)
{
    folder_make(folder);
    snprintf(file, sizeof file, "%s/manifest", folder);
}

static void leave(void)
{
    folder_remove(folder);
}

static char *slurp(size_t *size)
{
    char *text = calloc(1, 4096);
    FILE *in = fopen(file, "rb");
    cr_assert_not_null(in);
    *size = fread(text, 1, 4095, in);
    fclose(in);
    return text;
}

static void spill(const char *text, size_t size)
{
    FILE *out = fopen(file, "wb");
    cr_assert(out != NULL && fwrite(text, 1, size, out) == size && fclose(out) == 0);
}

static void write_manifest(int64_t second_first)
{
    pb_manifest m = {.seed = UINT64_MAX, .first = 4096, .next = 7};
    pb_error err = {0};
    pb_shard shard = {.name = "shard-000003.h5", .first = 4096, .end = 8192};
    memset(m.parameters, 'a', PB_HASH_SIZE - 1);
    memset(shard.sha256, 'b', PB_HASH_SIZE - 1);
    cr_assert_eq(pb_manifest_add(&m, &shard, &err), PB_OK);
    shard.first = second_first, shard.end = 16384;
    cr_assert_eq(pb_manifest_add(&m, &shard, &err), PB_OK);
    cr_assert_eq(pb_manifest_write(&m, folder, &err), PB_OK, "%s", err.text);
    pb_manifest_free(&m);
}

Test(parts, a_manifest_reads_back, .init = enter, .fini = leave)
{
    pb_manifest m;
    pb_error err = {0};
    write_manifest(8192);
    cr_assert_eq(pb_manifest_read(file, &m, &err), PB_OK, "%s", err.text);
    cr_expect(m.seed == UINT64_MAX && m.first == 4096 && m.next == 7 && m.n == 2);
    cr_expect_str_eq(m.shard[1].name, "shard-000003.h5");
    cr_expect(m.shard[1].first == 8192 && m.shard[1].end == 16384 && m.shard[1].sha256[63] == 'b');
    pb_manifest_free(&m);
}

Test(parts, a_manifest_with_a_gap_an_overlap_or_a_changed_byte_is_refused, .init = enter,
     .fini = leave)
{
    pb_manifest m;
    size_t size;
    for (int64_t second = 8191; second <= 8193; second += 2) {
        pb_error err = {0};
        write_manifest(second);
        cr_expect_eq(pb_manifest_read(file, &m, &err), PB_DATA);
    }
    write_manifest(8192);
    char *text = slurp(&size);
    for (size_t at = 0; at < size; at++) {
        pb_error err = {0};
        text[at] ^= 1;
        spill(text, size);
        cr_expect_eq(pb_manifest_read(file, &m, &err), PB_DATA, "byte %zu", at);
        text[at] ^= 1;
        spill(text, at);
        err = (pb_error){0};
        cr_expect_eq(pb_manifest_read(file, &m, &err), PB_DATA, "cut at %zu", at);
    }
    free(text);
}

Test(parts, a_seal_breaks_with_any_byte, .init = enter, .fini = leave)
{
    size_t size;
    cr_expect_eq(pb_seal_check(file), PB_SEAL_NONE, "no such file");
    spill("some bytes", 10);
    cr_expect_eq(pb_seal_check(file), PB_SEAL_NONE);
    cr_assert_eq(pb_seal(file), 0);
    cr_expect_eq(pb_seal_check(file), PB_SEAL_INTACT);
    char *text = slurp(&size);
    for (size_t at = 0; at < size; at++) {
        text[at] ^= 4;
        spill(text, size);
        cr_expect_neq(pb_seal_check(file), PB_SEAL_INTACT, "byte %zu", at);
        text[at] ^= 4;
        spill(text, at);
        cr_expect_neq(pb_seal_check(file), PB_SEAL_INTACT, "cut at %zu", at);
    }
    free(text);
}
