/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_CUBE_H
#define PLANB_RESULTS_CUBE_H

#include "results/summary.h"

#include <stdbool.h>

enum { PB_CUBE_AXES = 4 };

/** A swept parameter. Numbers become a scale of numbers, other values one of texts. */
typedef struct pb_cube_axis {
    const char *name;        /**< of the axis */
    const char *meaning;     /**< what is set: PATH=VALUE with {} for the value */
    const char *const *text; /**< the values as they were set, shape [n] */
    size_t n;
} pb_cube_axis;

/** One run of a sweep. */
typedef struct pb_cube_point {
    pb_summary summary;
    char *command, *scenario_sha256; /**< the file's attributes */
} pb_cube_point;

/** A sweep: one run for each place of the grid. All borrowed. */
typedef struct pb_cube {
    int n_axes; /**< 1 .. PB_CUBE_AXES */
    pb_cube_axis axis[PB_CUBE_AXES];
    const pb_cube_point *point; /**< shape [axis[0].n][axis[1].n]..., the last axis fastest */
    size_t n_points;
    const char *planb_version, *git_revision;
} pb_cube;

/** Whether an axis's values are all decimal numbers. */
bool pb_cube_axis_is_numeric(const pb_cube_axis *axis);

/**
 * Writes the sweep as one file (FORMAT.md, "A sweep"): the axes and `entry` as scales; over them
 * every number and estimate of the summaries, NaN where a point has no such entry. Its bytes
 * depend on the points alone. An existing file is refused unless `overwrite`.
 * Errors: PB_CANNOT_CREATE, PB_PERMISSION, PB_IO, PB_INTERNAL.
 */
PB_MUST_CHECK pb_status pb_cube_write(const char *path, bool overwrite, const pb_cube *cube,
                                      pb_error *err);

#endif
