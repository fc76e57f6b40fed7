/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SEAL_H
#define PLANB_RESULTS_SEAL_H

/**
 * A line behind the end of an HDF5 file, which HDF5 does not read: the SHA-256 of all before it.
 * It is checked before HDF5 opens the file, since HDF5 1.10 may crash or never come back over a
 * damaged heap of texts.
 */

/** Appends the seal to a closed file. 0, or -1 with errno set. */
int pb_seal(const char *path);

typedef enum pb_sealed { PB_SEAL_NONE, PB_SEAL_INTACT, PB_SEAL_BROKEN } pb_sealed;

/** What a file's seal says; PB_SEAL_NONE also where it cannot be read. */
pb_sealed pb_seal_check(const char *path);

#endif
