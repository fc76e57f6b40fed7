/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SUMMARY_SET_H
#define PLANB_RESULTS_SUMMARY_SET_H

#include "results/h5.h"
#include "results/summary.h"

/** Stores the summary, which is not empty, as the group `summary`: one dataset a member. */
herr_t pb_summary_write(hid_t file, const pb_summary *summary);

/**
 * Reads that group, checking types, ranks and sizes before it allocates, and the content against
 * its SHA-256. `summary` is owned by the caller after success, empty after a failure.
 */
herr_t pb_summary_read(hid_t file, pb_summary *summary);

/** The words for a flag of estimates' methods, with blanks between. */
extern const char PB_METHOD_WORDS[];

#endif
