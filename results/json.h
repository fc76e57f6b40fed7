/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_JSON_H
#define PLANB_RESULTS_JSON_H

#include "results/summary.h"

#include <stdio.h>

/**
 * Prints the summary as one JSON object (RFC 8259, UTF-8, two-space indentation), nested by the
 * entries' paths. An estimate is {"value": x, "se": x, "method": "..."}; numbers are printed
 * with the fewest digits that read back to the same double.
 */
void pb_json_summary(const pb_summary *summary, FILE *out);

/**
 * Prints a number with the fewest digits that read back to the same double, a whole number without
 * an exponent; null for one that is none.
 */
void pb_json_number(double value, FILE *out);

/** Prints `text` as a JSON string with its quotes. */
void pb_json_string(const char *text, FILE *out);

#endif
