/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_CHUNKED_H
#define PLANB_RESULTS_CHUNKED_H

#include "results/h5.h"

#include <stdint.h>

/**
 * A dataset over the draws that is filled from front to back. Draws are gathered until a chunk
 * is full; the chunk gets its checksum here and goes to the file at once, past HDF5's filters
 * and cache: a failing disk shows in the call that meets it, and it takes half the time.
 */
typedef struct pb_chunked {
    hid_t set;
    size_t row_bytes; /**< of one draw */
    int rank;
    hsize_t chunk;   /**< draws in a chunk */
    hsize_t filled;  /**< draws in `buffer` */
    hsize_t written; /**< draws in the file */
    uint64_t digest; /**< of all checksums so far, in order */
    char *buffer;    /**< owned: one chunk and its checksum */
} pb_chunked;

/**
 * How many of `n_draws` go into one chunk: 65,536, less where that would exceed 4 MiB, which is
 * what readers cache; and such that the last chunk is nearly full.
 */
hsize_t pb_chunk_draws(hsize_t n_draws, size_t row_bytes);

/** Takes `set`, open, empty and chunked by `chunk` draws. Closed by pb_chunked_close. */
herr_t pb_chunked_open(pb_chunked *column, hid_t set, size_t row_bytes, hsize_t chunk);

/** Appends draws: `rows` has shape [n_draws][row_bytes]. */
herr_t pb_chunked_append(pb_chunked *column, const void *rows, hsize_t n_draws);

/** Writes what has been gathered since the last full chunk. Nothing is appended after it. */
herr_t pb_chunked_flush(pb_chunked *column);

/** Takes `set`, open and filled, only for pb_chunked_read and pb_chunked_close. */
herr_t pb_chunked_view(pb_chunked *column, hid_t set, size_t row_bytes, hsize_t chunk,
                       hsize_t n_draws);

/** Reads draws [first, first + n), whether they are in the file or still gathered. */
herr_t pb_chunked_read(const pb_chunked *column, hsize_t first, hsize_t n, void *rows);

/** Reads every chunk of `set`, opened again, and compares it with what `column` wrote. */
herr_t pb_chunked_verify(const pb_chunked *column, hid_t set);

/** Closes the dataset, so that only the memory of what was written remains. */
herr_t pb_chunked_close(pb_chunked *column, herr_t result);

/** HDF5's Fletcher-32 of `size` bytes. */
uint32_t pb_fletcher32(const void *bytes, size_t size);

#endif
