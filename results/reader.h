/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_READER_H
#define PLANB_RESULTS_READER_H

#include "results/summary.h"

#include <stdbool.h>
#include <stdint.h>

/* For files that one trusts: damage is noticed, but HDF5 1.10 may crash over a heap of texts that
 * somebody has tampered with. External links, external storage and plug-ins are not followed. */

/**
 * Reads the summary stored in a result file, checking the format version and every type, rank
 * and size before it allocates. `summary` is owned by the caller after success.
 * Errors: PB_NO_INPUT (no such file), PB_DATA (not a planb result, damaged, a newer format).
 */
PB_MUST_CHECK pb_status pb_read_summary(const char *path, pb_summary *summary, pb_error *err);

/** Reads a text attribute of the root ("scenario_yaml", ...); *text is owned by the caller. */
PB_MUST_CHECK pb_status pb_read_attribute(const char *path, const char *attribute, char **text,
                                          pb_error *err);

/**
 * Reads draws [first, first + n) of a dataset of bytes with `items` values a draw, such as
 * union_vote; `values` has shape [n][items]. *stored is false, and nothing read, where the file
 * does not keep that dataset. Errors: as above, PB_DATA also for another type or shape.
 */
PB_MUST_CHECK pb_status pb_read_bytes(const char *path, const char *dataset, int64_t first,
                                      int64_t n, size_t items, uint8_t *values, bool *stored,
                                      pb_error *err);

#endif
