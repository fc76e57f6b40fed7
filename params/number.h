/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_NUMBER_H
#define PLANB_PARAMS_NUMBER_H

#include "models/quantity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Strict readings of a scalar's whole text. What YAML 1.1 would guess at (010, 0x10, 1:30, 1_000,
 * .inf) is refused; each function returns false and leaves its output alone then.
 */

/** A finite decimal number. Expects the "C" locale, which planb never leaves. */
bool pb_parse_real(const char *text, double *value);

/** A whole number in digits. */
bool pb_parse_whole(const char *text, int64_t *value);

/** A whole number from 0 to 2^64 - 1. */
bool pb_parse_seed(const char *text, uint64_t *value);

/** A day YYYY-MM-DD of the years 1900 to 2200. */
bool pb_parse_date(const char *text, pb_date *date);

/** An exact share: `4/5` or a decimal `0.8`, reduced; parts up to 10^9. */
bool pb_parse_fraction(const char *text, int64_t *numerator, int64_t *denominator);

/** The shortest decimal that reads back as `value`. */
const char *pb_format_real(double value, char *text, size_t size);

/** What to write instead of a text that is no number, "write 0.005"; `hint` may be static. */
const char *pb_number_hint(const char *text, char *hint, size_t size);

#endif
