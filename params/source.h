/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_SOURCE_H
#define PLANB_PARAMS_SOURCE_H

#include "models/error.h"
#include "params/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** A text that values come from: a scenario file, an override, a default. */
typedef struct pb_source {
    const char *name;                    /**< "base.yaml", "--set run.draws=1" */
    const char *text;                    /**< UTF-8 without a byte order mark */
    size_t size;                         /**< of `text` */
    bool has_lines;                      /**< messages give line and column */
    dev_t device;                        /**< of a file, with `number` which file it is */
    ino_t number;                        /**< */
    const struct pb_source *asked_by;    /**< the file that extends this one, or NULL */
    const struct pb_source *read_before; /**< the file read into the arena before it, or NULL */
} pb_source;

/** Where something stands; line and column count from 1, 0: not known. */
typedef struct pb_place {
    const pb_source *source;
    unsigned line, column, width; /**< in characters */
} pb_place;

/** The size of the largest scenario that is read. */
enum { PB_MAX_SOURCE_SIZE = 8 << 20 };

/**
 * Reads a whole file. It must be a regular file of UTF-8 without NUL.
 * @param[out] source text in `arena`; `name` is `path`, not copied; it joins arena->last_read
 * Errors: PB_NO_INPUT, PB_PERMISSION, PB_DATA, PB_INTERNAL; `err->text` does not name the file.
 */
PB_MUST_CHECK pb_status pb_source_read(pb_arena *arena, const char *path, pb_source *source,
                                       pb_error *err);

/** `path` as seen from the directory of the file `from`; NULL: no memory. */
const char *pb_source_beside(pb_arena *arena, const char *from, const char *path);

/** What cannot be a scenario whatever it says: NUL bytes, UTF-16. Skips a byte order mark. */
PB_MUST_CHECK pb_status pb_source_check(pb_source *source, pb_error *err);

/** Bytes of the line break at `text`, 0: none. These are the breaks that libyaml counts. */
size_t pb_line_break_at(const char *text, size_t size);

/** Line `line` (from 1) without its break; `*size` is its length in bytes. */
const char *pb_source_line(const pb_source *source, unsigned line, size_t *size);

/** Line and column of a byte. */
pb_place pb_source_place(const pb_source *source, size_t offset);

#endif
