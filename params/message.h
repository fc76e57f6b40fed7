/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_MESSAGE_H
#define PLANB_PARAMS_MESSAGE_H

#include "params/source.h"

#include <stdarg.h>
#include <stdio.h>

typedef enum pb_severity {
    PB_SEVERITY_ERROR,   /**< the scenario is refused */
    PB_SEVERITY_WARNING, /**< legal but odd */
    PB_SEVERITY_NOTE,    /**< something the user should know */
    PB_N_SEVERITIES
} pb_severity;

/** Messages of one load: `PLACE: path: what is wrong`, the source line and a caret. */
typedef struct pb_messages {
    FILE *out;                 /**< borrowed; NULL: nothing is printed */
    size_t n[PB_N_SEVERITIES]; /**< of each severity; only the first 20 are printed */
    pb_status status;          /**< of the first error */
} pb_messages;

/** One message; `path` may be "". `place.source` NULL: no place. Errors here are PB_DATA. */
__attribute__((format(printf, 5, 6))) void pb_message(pb_messages *messages, pb_severity severity,
                                                      pb_place place, const char *path,
                                                      const char *format, ...);
__attribute__((format(printf, 5, 0))) void pb_message_v(pb_messages *messages, pb_severity severity,
                                                        pb_place place, const char *path,
                                                        const char *format, va_list args);

/** An error about a whole source, with the status that the load returns. */
void pb_message_failure(pb_messages *messages, pb_place place, const pb_error *err);

/** An error whose status is PB_INTERNAL. */
void pb_message_no_memory(pb_messages *messages);

/** Says how many messages were not printed. */
void pb_messages_finish(pb_messages *messages);

#endif
