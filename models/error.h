/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_ERROR_H
#define PLANB_MODELS_ERROR_H

#include <stddef.h>

/** Every way planb can fail, with the process's exit code (sysexits.h). Codes are a promise. */
#define PB_STATUSES(X)                               \
    X(OK, 0, "success")                              \
    X(USAGE, 64, "bad command line")                 \
    X(DATA, 65, "bad scenario or data")              \
    X(NO_INPUT, 66, "input cannot be read")          \
    X(INTERNAL, 70, "internal error")                \
    X(CANNOT_CREATE, 73, "output cannot be created") \
    X(IO, 74, "reading or writing failed")           \
    X(STOPPED, 75, "stopped before the end")         \
    X(PERMISSION, 77, "permission denied")

typedef enum pb_status {
#define X(name, code, meaning) PB_##name = code,
    PB_STATUSES(X)
#undef X
} pb_status;

/** One failure, complete where it happened; whoever receives it only prints or passes it on. */
typedef struct pb_error {
    pb_status status;
    char text[1024]; /**< one line, without a newline at its end */
} pb_error;

#define PB_MUST_CHECK __attribute__((warn_unused_result))

/**
 * Records a failure and returns its status, so that callers write `return pb_fail(...)`.
 * The first failure is kept: a later one in the same `err` does not hide the cause.
 */
__attribute__((format(printf, 3, 4))) pb_status pb_fail(pb_error *err, pb_status status,
                                                        const char *format, ...);

#endif
