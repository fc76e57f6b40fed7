/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SPREADSHEET_H
#define PLANB_RESULTS_SPREADSHEET_H

#include "results/summary.h"

#include <stdio.h>

/** Prints a field of CSV (RFC 4180): in quotes where it must be. */
void pb_csv_field(const char *text, FILE *out);

/** Prints a number as JSON does, and nothing for one that is none. */
void pb_csv_number(double value, FILE *out);

/**
 * Prints the summary as CSV with the columns entry, value, se, method, draws: one row an entry,
 * named by its path as in the group `summary` of the file. What has no error has that cell empty.
 */
void pb_csv_summary(const pb_summary *summary, FILE *out);

#endif
