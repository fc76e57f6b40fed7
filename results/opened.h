/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_OPENED_H
#define PLANB_RESULTS_OPENED_H

#include "models/error.h"
#include "results/h5.h"

/**
 * Opens a complete file of planb whose format this program knows, be it a result or a part of one;
 * to be closed by the caller.
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA (not a planb file, damaged, a newer format).
 */
PB_MUST_CHECK pb_status pb_open_file(const char *path, hid_t *file, pb_error *err);

/**
 * Opens a complete result whose format this program knows; to be closed by the caller.
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA (not a planb result, damaged, a newer
 * format, a part).
 */
PB_MUST_CHECK pb_status pb_open_result(const char *path, hid_t *file, pb_error *err);

#endif
