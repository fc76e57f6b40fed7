/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/error.h"

#include <stdarg.h>
#include <stdio.h>

pb_status pb_fail(pb_error *err, pb_status status, const char *format, ...)
{
    if (err == NULL || err->status != PB_OK) {
        return status;
    }
    va_list args;
    va_start(args, format);
    err->status = status;
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}
