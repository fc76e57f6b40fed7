/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_DIGITS_H
#define PLANB_RESULTS_DIGITS_H

#include <stddef.h>

/** Room for a printed number or error. */
enum { PB_DIGITS_SIZE = 40 };

/**
 * Prints a number with no digit beyond its standard error, and the error to one digit:
 * 0.41237 and 0.0021 give "0.412" and "0.002", 18719.6 and 34 give "18,720" and "30".
 * An error of 0 gives six digits and an empty `error`; one that is unknown (NaN) gives three and
 * "?"; a number that is none gives "-". Both texts have PB_DIGITS_SIZE.
 */
void pb_digits(double value, double se, char *text, char *error);

/** Prints a number that has no error with `decimals` digits after the point: "18,719.6". */
void pb_digits_fixed(double value, int decimals, char *text);

#endif
