/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_READER_H
#define PLANB_RESULTS_READER_H

#include "results/summary.h"

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

#endif
