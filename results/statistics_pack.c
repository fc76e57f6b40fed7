/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/statistics_pack.h"

#include <stdlib.h>
#include <string.h>

/*
 * Whole numbers in groups of seven bits, lowest first, the eighth bit saying that more follow;
 * signed ones as 0, -1, 1, -2, ... first. Of a list of counts only those that are not 0 stand
 * here, each behind its distance from the one before, and a distance of 0 ends the list.
 */
enum { PACK_VERSION = 1 };

__extension__ typedef unsigned __int128 uint128;

/* ---- writing ---- */

typedef struct packer {
    uint8_t *bytes;
    size_t size, capacity;
    bool failed;
} packer;

/* The longest number has 19 bytes. */
enum { LONGEST = 32 };

static bool has_room(packer *p)
{
    if (p->capacity - p->size >= LONGEST) {
        return true;
    }
    const size_t capacity = p->capacity == 0 ? 1 << 20 : 2 * p->capacity;
    uint8_t *grown = p->failed ? NULL : realloc(p->bytes, capacity);
    p->failed = grown == NULL;
    p->bytes = p->failed ? p->bytes : grown;
    p->capacity = p->failed ? p->capacity : capacity;
    return !p->failed;
}

static void put_whole(packer *p, uint128 value)
{
    if (!has_room(p)) {
        return;
    }
    for (; value >= 128; value >>= 7) {
        p->bytes[p->size++] = (uint8_t)(value & 127) | 128;
    }
    p->bytes[p->size++] = (uint8_t)value;
}

static void put_signed(packer *p, pb_int128 value)
{
    put_whole(p, value < 0 ? 2 * (uint128)(-(value + 1)) + 1 : 2 * (uint128)value);
}

/* Minus zero goes as zero: which of the two came first depends on the threads. */
static void put_double(packer *p, double value)
{
    const double positive = value == 0.0 ? 0.0 : value;
    uint64_t bits;
    memcpy(&bits, &positive, sizeof bits);
    for (int i = 0; i < 64 && has_room(p); i += 8) {
        p->bytes[p->size++] = (uint8_t)(bits >> i & 255);
    }
}

static void put_sums(packer *p, const pb_sums *sums)
{
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        put_whole(p, (uint128)sums->n[r]);
    }
    for (size_t s = 0; s < PB_N_SUMS; s++) {
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            put_signed(p, sums->of[s][r]);
        }
    }
}

static void put_bin(packer *p, const pb_bin *bin)
{
    put_whole(p, (uint128)bin->count);
    put_whole(p, (uint128)bin->n_lowest);
    put_double(p, bin->lowest);
    if (bin->n_lowest < bin->count) { /* else all are alike */
        put_whole(p, (uint128)bin->n_highest);
        put_double(p, bin->highest);
    }
}

static void put_histogram(packer *p, const pb_histogram *histogram)
{
    size_t last = 0;
    put_whole(p, (uint128)histogram->n);
    for (size_t b = 0; (b = pb_histogram_next(histogram, b)) < PB_BINS; b++) {
        put_whole(p, b + 1 - last);
        put_bin(p, &histogram->bin[b]);
        last = b + 1;
    }
    put_whole(p, 0);
    last = 0;
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        for (size_t c = 0; (c = pb_histogram_next_coarse(histogram, c)) < PB_COARSE_BINS; c++) {
            const size_t place = r * PB_COARSE_BINS + c + 1;
            if (histogram->coarse[c][r] > 0) {
                put_whole(p, place - last);
                put_whole(p, histogram->coarse[c][r]);
                last = place;
            }
        }
    }
    put_whole(p, 0);
}

pb_status pb_statistics_pack(const pb_statistics *statistics, uint8_t **bytes, size_t *size,
                             pb_error *err)
{
    packer p = {0};
    put_whole(&p, PACK_VERSION);
    put_whole(&p, statistics->list->n);
    put_whole(&p, statistics->list->n_histograms);
    for (size_t i = 0; i < statistics->list->n; i++) {
        put_sums(&p, &statistics->sums[i]);
    }
    for (size_t h = 0; h < statistics->list->n_histograms; h++) {
        put_histogram(&p, &statistics->histogram[h]);
    }
    if (p.failed) {
        free(p.bytes);
        return pb_fail(err, PB_INTERNAL, "out of memory for the sums so far");
    }
    *bytes = p.bytes;
    *size = p.size;
    return PB_OK;
}

/* ---- reading ---- */

typedef struct unpacker {
    const uint8_t *at, *end;
    bool bad; /**< something was not as it is written here */
} unpacker;

static uint8_t get_byte(unpacker *u)
{
    u->bad = u->bad || u->at == u->end;
    return u->bad ? 0 : *u->at++;
}

/* A whole number of at most `bits` bits. */
static uint128 get_whole(unpacker *u, unsigned bits)
{
    uint128 value = 0;
    for (unsigned shift = 0; !u->bad; shift += 7) {
        const uint8_t byte = get_byte(u);
        const uint128 part = byte & 127;
        const unsigned room = shift < bits ? bits - shift : 0;
        u->bad = u->bad || (room < 7 && part >> room != 0) || (room == 0);
        value |= u->bad ? 0 : part << shift;
        if (byte < 128) {
            break;
        }
    }
    return value;
}

static int64_t get_count(unpacker *u)
{
    return (int64_t)get_whole(u, 63);
}

static pb_int128 get_signed(unpacker *u)
{
    const uint128 value = get_whole(u, 127);
    return value & 1 ? -(pb_int128)(value / 2) - 1 : (pb_int128)(value / 2);
}

static double get_double(unpacker *u)
{
    uint64_t bits = 0;
    double value;
    for (int i = 0; i < 64; i += 8) {
        bits |= (uint64_t)get_byte(u) << i;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void get_sums(unpacker *u, pb_sums *sums)
{
    for (size_t r = 0; r < PB_REPLICATES; r++) {
        sums->n[r] += get_count(u);
    }
    for (size_t s = 0; s < PB_N_SUMS; s++) {
        for (size_t r = 0; r < PB_REPLICATES; r++) {
            sums->of[s][r] += get_signed(u);
        }
    }
}

static void get_bin(unpacker *u, pb_bin *bin)
{
    bin->count = get_count(u);
    bin->n_lowest = get_count(u);
    bin->lowest = bin->highest = get_double(u);
    bin->n_highest = bin->n_lowest;
    if (bin->n_lowest < bin->count) {
        bin->n_highest = get_count(u);
        bin->highest = get_double(u);
    }
    u->bad = u->bad || bin->count < 1 || bin->n_lowest < 1 || bin->n_highest < 1
             || bin->n_lowest > bin->count || bin->n_highest > bin->count
             || !(bin->lowest <= bin->highest);
}

/* The next place of a list, or `n` at its end. */
static size_t next_place(unpacker *u, size_t *last, size_t n)
{
    const size_t distance = (size_t)get_whole(u, 32);
    if (distance == 0) {
        return n;
    }
    *last += distance;
    u->bad = u->bad || *last > n;
    return u->bad ? n : *last - 1;
}

/* Bins and coarse bins have counted the same draws, each of them once. */
static void get_histogram(unpacker *u, pb_histogram *histogram)
{
    const size_t n_coarse = (size_t)PB_REPLICATES * PB_COARSE_BINS;
    pb_int128 in_bins = 0, in_coarse = 0;
    size_t last = 0;
    pb_histogram_clear(histogram);
    histogram->n = get_count(u);
    for (size_t b; (b = next_place(u, &last, PB_BINS)) < PB_BINS;) {
        pb_bin bin;
        get_bin(u, &bin);
        pb_histogram_add_bin(histogram, b, &bin);
        in_bins += bin.count;
    }
    last = 0;
    for (size_t place; (place = next_place(u, &last, n_coarse)) < n_coarse;) {
        const size_t c = place % PB_COARSE_BINS;
        u->bad = u->bad || pb_histogram_next_coarse(histogram, c) != c;
        histogram->coarse[c][place / PB_COARSE_BINS] = (uint32_t)get_whole(u, 32);
        in_coarse += histogram->coarse[c][place / PB_COARSE_BINS];
    }
    u->bad = u->bad || in_bins != histogram->n || in_coarse != histogram->n;
}

pb_status pb_statistics_unpack(const uint8_t *bytes, size_t size, pb_statistics *statistics,
                               pb_error *err)
{
    unpacker u = {.at = bytes, .end = bytes + size};
    pb_histogram *part = malloc(sizeof *part);
    if (part == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the sums of a part");
    }
    u.bad = get_whole(&u, 32) != PACK_VERSION || get_whole(&u, 32) != statistics->list->n
            || get_whole(&u, 32) != statistics->list->n_histograms || u.bad;
    for (size_t i = 0; i < statistics->list->n && !u.bad; i++) {
        get_sums(&u, &statistics->sums[i]);
    }
    for (size_t h = 0; h < statistics->list->n_histograms && !u.bad; h++) {
        get_histogram(&u, part);
        if (!u.bad) {
            pb_histogram_merge(&statistics->histogram[h], part);
        }
    }
    free(part);
    return !u.bad && u.at == u.end
               ? PB_OK
               : pb_fail(err, PB_DATA, "the sums are damaged, or of another version of planb");
}
