/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/chunked.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CHUNK_DRAWS = 65536, MAX_CHUNK_BYTES = 4 << 20, CHECKSUM_BYTES = 4 };

hsize_t pb_chunk_draws(hsize_t n_draws, size_t row_bytes)
{
    hsize_t most = MAX_CHUNK_DRAWS;
    while (most > 1 && most * row_bytes > MAX_CHUNK_BYTES) {
        most /= 2;
    }
    const hsize_t n_chunks = (n_draws + most - 1) / most;
    return (n_draws + n_chunks - 1) / n_chunks;
}

/*
 * With words d of 16 bits, high byte first, HDF5 keeps sum1 = d_1 + ... + d_n and sum2 = n d_1 +
 * ... + d_n modulo 65535, where only the sum of nothing but zeros is 0 and other multiples are
 * 65535. In blocks the inner loop carries no dependency, and compilers vectorise it. Words are
 * taken as the processor reads them: exchanging the bytes of all words multiplies the sums by
 * 256, since 256 x 256 = 1 modulo 65535.
 */
enum { BLOCK_WORDS = 256 };

static uint32_t fold(uint64_t sum)
{
    return sum == 0 ? 0 : (uint32_t)((sum - 1) % 65535 + 1);
}

/* The two sums go on over a block. */
static void add_block(const unsigned char *bytes, uint64_t *sum1, uint64_t *sum2)
{
    uint16_t word[BLOCK_WORDS];
    uint32_t plain = 0, weighted = 0; /* at most 256 x 257 / 2 x 65535 < 2^32 */
    memcpy(word, bytes, sizeof word);
    for (uint32_t i = 0; i < BLOCK_WORDS; i++) {
        plain += word[i];
        weighted += (BLOCK_WORDS - i) * word[i];
    }
    *sum2 = fold(*sum2 + BLOCK_WORDS * *sum1 + weighted);
    *sum1 = fold(*sum1 + plain);
}

static uint32_t high_byte_first(uint64_t sum)
{
    const uint16_t one = 1;
    unsigned char low_byte_first;
    memcpy(&low_byte_first, &one, 1);
    return fold(low_byte_first ? 256 * sum : sum);
}

uint32_t pb_fletcher32(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t sum1 = 0, sum2 = 0;
    for (; size >= 2 * BLOCK_WORDS; size -= 2 * BLOCK_WORDS, at += 2 * BLOCK_WORDS) {
        add_block(at, &sum1, &sum2);
    }
    sum1 = high_byte_first(sum1);
    sum2 = high_byte_first(sum2);
    for (size_t i = 0; i < size; i += 2) { /* an odd last byte is the high byte of a word */
        sum1 += (uint64_t)at[i] << 8 | (i + 1 < size ? at[i + 1] : 0u);
        sum2 += sum1;
    }
    return fold(sum2) << 16 | fold(sum1);
}

herr_t pb_chunked_open(pb_chunked *column, hid_t set, size_t row_bytes, hsize_t chunk)
{
    *column = (pb_chunked){.set = set, .row_bytes = row_bytes, .chunk = chunk};
    hid_t space = H5Dget_space(set);
    column->rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    column->buffer = malloc((size_t)chunk * row_bytes + CHECKSUM_BYTES);
    return pb_h5_close(space, column->rank < 1 || column->buffer == NULL ? -1 : 0);
}

herr_t pb_chunked_view(pb_chunked *column, hid_t set, size_t row_bytes, hsize_t chunk,
                       hsize_t n_draws)
{
    *column = (pb_chunked){.set = set, .row_bytes = row_bytes, .chunk = chunk, .written = n_draws};
    hid_t space = H5Dget_space(set);
    column->rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    return pb_h5_close(space, column->rank < 1 || chunk == 0 ? -1 : 0);
}

static size_t chunk_bytes(const pb_chunked *column)
{
    return (size_t)column->chunk * column->row_bytes;
}

static void put_checksum(char *place, uint32_t checksum)
{
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
        place[i] = (char)(unsigned char)(checksum >> 8 * i & 0xff);
    }
}

static uint64_t digest_with(uint64_t digest, uint32_t checksum)
{
    return (digest ^ checksum) * 0x100000001b3; /* FNV-1a's prime */
}

herr_t pb_chunked_flush(pb_chunked *column)
{
    const hsize_t offset[PB_H5_MAX_RANK] = {column->written};
    const size_t used = (size_t)column->filled * column->row_bytes, size = chunk_bytes(column);
    if (column->filled == 0) {
        return 0;
    }
    memset(column->buffer + used, 0, size - used);
    const uint32_t checksum = pb_fletcher32(column->buffer, size);
    put_checksum(column->buffer + size, checksum);
    column->digest = digest_with(column->digest, checksum);
    column->written += column->filled;
    column->filled = 0;
    return H5Dwrite_chunk(column->set, H5P_DEFAULT, 0, offset, size + CHECKSUM_BYTES,
                          column->buffer);
}

herr_t pb_chunked_append(pb_chunked *column, const void *rows, hsize_t n_draws)
{
    const char *from = rows;
    while (n_draws > 0) {
        const hsize_t room = column->chunk - column->filled;
        const hsize_t n = n_draws < room ? n_draws : room;
        memcpy(column->buffer + column->filled * column->row_bytes, from, n * column->row_bytes);
        column->filled += n;
        from += n * column->row_bytes;
        n_draws -= n;
        if (column->filled == column->chunk && pb_chunked_flush(column) < 0) {
            return -1;
        }
    }
    return 0;
}

static herr_t read_rows(const pb_chunked *column, hsize_t first, hsize_t n, void *rows)
{
    hsize_t start[PB_H5_MAX_RANK] = {0}, count[PB_H5_MAX_RANK];
    const hid_t type = H5Dget_type(column->set), space = H5Dget_space(column->set);
    const hid_t native = type < 0 ? type : H5Tget_native_type(type, H5T_DIR_ASCEND);
    herr_t result = -1;
    if (native >= 0 && space >= 0
        && H5Sget_simple_extent_dims(space, count, NULL) == column->rank) {
        start[0] = first;
        count[0] = n;
        const hid_t memory = H5Screate_simple(column->rank, count, NULL);
        if (memory >= 0
            && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0) {
            result = H5Dread(column->set, native, memory, space, H5P_DEFAULT, rows);
        }
        result = pb_h5_close(memory, result);
    }
    result = pb_h5_close(native, result);
    result = pb_h5_close(space, result);
    return pb_h5_close(type, result);
}

herr_t pb_chunked_read(const pb_chunked *column, hsize_t first, hsize_t n, void *rows)
{
    const hsize_t written = column->written;
    const hsize_t stored = first >= written ? 0 : n < written - first ? n : written - first;
    if (first + n > written + column->filled
        || (stored > 0 && read_rows(column, first, stored, rows) < 0)) {
        return -1;
    }
    if (stored < n) {
        memcpy((char *)rows + stored * column->row_bytes,
               column->buffer + (first + stored - written) * column->row_bytes,
               (n - stored) * column->row_bytes);
    }
    return 0;
}

/* Reads the chunk that begins at `draw` as it stands in the file; gives its checksum. */
static herr_t read_chunk(const pb_chunked *column, hid_t set, hsize_t draw, char *buffer,
                         uint32_t *checksum)
{
    const hsize_t offset[PB_H5_MAX_RANK] = {draw};
    hsize_t stored = 0;
    uint32_t filters = 0;
    char expected[CHECKSUM_BYTES];
    const size_t size = chunk_bytes(column);
    if (H5Dget_chunk_storage_size(set, offset, &stored) < 0 || stored != size + CHECKSUM_BYTES
        || H5Dread_chunk(set, H5P_DEFAULT, offset, &filters, buffer) < 0 || filters != 0) {
        return -1;
    }
    *checksum = pb_fletcher32(buffer, size);
    put_checksum(expected, *checksum);
    return memcmp(buffer + size, expected, CHECKSUM_BYTES) == 0 ? 0 : -1;
}

herr_t pb_chunked_verify(const pb_chunked *column, hid_t set)
{
    uint64_t digest = 0;
    uint32_t checksum = 0;
    char *buffer = malloc(chunk_bytes(column) + CHECKSUM_BYTES);
    herr_t result = buffer == NULL ? -1 : 0;
    for (hsize_t draw = 0; result >= 0 && draw < column->written; draw += column->chunk) {
        result = read_chunk(column, set, draw, buffer, &checksum);
        digest = digest_with(digest, checksum);
    }
    free(buffer);
    return result >= 0 && digest == column->digest ? 0 : -1;
}

herr_t pb_chunked_close(pb_chunked *column, herr_t result)
{
    result = pb_h5_close(column->set, result);
    free(column->buffer);
    column->buffer = NULL;
    column->set = H5I_INVALID_HID;
    return result;
}
