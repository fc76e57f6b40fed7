/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Included by tests/lint.sh before every source: tells gcc's analyzer what it cannot see, that
 * pb_fail returns the status it is given, which is never PB_OK. */
#include "models/error.h"

#define pb_fail(err, status, ...) ((void)(pb_fail)(err, status, __VA_ARGS__), (status))
