/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_UNCERTAIN_H
#define PLANB_MODELS_UNCERTAIN_H

#include "models/kernels.h"
#include "models/quantity.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Uncertain parameters (SPEC K). Where a scenario gives a distribution for a number, the number is
 * one more input, and every draw is one of the scenario with the drawn values in place. Models
 * that go over all lanes of a batch at once read such a member through pb_param; those that go
 * lane by lane take their whole struct of parameters as it is in the draw, pb_params_in_draw.
 */

/** One row of values per input: a batch's random numbers, shape [n_inputs][PB_LANES]. */
typedef const double (*pb_rows)[PB_LANES];

/** Room for the place of a parameter in the scenario, the final NUL included. */
enum { PB_PARAMETER_NAME_SIZE = 128 };

/** A parameter that is drawn. The member in the scenario holds the mean of `quantity`. */
typedef struct pb_parameter {
    char name[PB_PARAMETER_NAME_SIZE]; /**< its place in the scenario, "savings[wage].amount[1]" */
    pb_quantity quantity;
    double lowest, highest; /**< what the key allows; the distribution is cut off there */
} pb_parameter;

enum { PB_MAX_PARAMETERS = 64, PB_MAX_PARAMETER_USES = 1024 };

/** A member of the scenario that takes a parameter's value; several may share one parameter. */
typedef struct pb_parameter_use {
    size_t offset; /**< of the double in the scenario, bytes */
    int parameter; /**< index into pb_parameters.item */
} pb_parameter_use;

/** All uncertain parameters of a scenario. */
typedef struct pb_parameters {
    int n, n_uses;
    pb_parameter item[PB_MAX_PARAMETERS];
    pb_parameter_use use[PB_MAX_PARAMETER_USES];
} pb_parameters;

/** Which doubles of a scenario are drawn, and where their values stand in a batch's matrix. */
typedef struct pb_uncertain {
    uintptr_t from; /**< address of the scenario's first byte */
    size_t n;       /**< doubles in it */
    uint32_t *row;  /**< owned, shape [n]: 1 + the row of the double's input; 0: it is a number */
    uint32_t *drawn_before; /**< shape [n + 1]: how many of the doubles before it are drawn */
} pb_uncertain;

/** Where a parameter is read: in one draw of a batch. */
typedef struct pb_lane {
    const pb_uncertain *uncertain; /**< NULL: every parameter is a number */
    pb_rows z;
    size_t lane;
} pb_lane;

#define PB_NO_ROW SIZE_MAX

/** The input's row of a member, or PB_NO_ROW where the member is a number. */
static inline size_t pb_param_row(const pb_uncertain *uncertain, const double *member)
{
    if (uncertain == NULL) {
        return PB_NO_ROW;
    }
    const size_t i = ((uintptr_t)member - uncertain->from) / sizeof(double);
    return i < uncertain->n && uncertain->row[i] > 0 ? uncertain->row[i] - 1 : PB_NO_ROW;
}

/** Whether a member is drawn. */
static inline int pb_is_uncertain(const pb_uncertain *uncertain, const double *member)
{
    return pb_param_row(uncertain, member) != PB_NO_ROW;
}

/** The value of a member of the parameters in one draw. */
static inline double pb_param(pb_lane at, const double *member)
{
    const size_t row = pb_param_row(at.uncertain, member);
    return row == PB_NO_ROW ? *member : at.z[row][at.lane];
}

/** A copy of `size` bytes of parameters with the values of one draw; returns `copy`. */
const void *pb_copy_in_draw(pb_lane at, const void *params, size_t size, void *copy);

/**
 * A struct of parameters as it is in one draw: itself where none of its members is drawn, else a
 * copy in `room`, which has `size` bytes too.
 */
static inline const void *pb_params_in_draw(pb_lane at, const void *params, size_t size, void *room)
{
    if (at.uncertain == NULL) {
        return params;
    }
    const size_t first = ((uintptr_t)params - at.uncertain->from) / sizeof(double);
    const size_t end = first + size / sizeof(double);
    if (end > at.uncertain->n
        || at.uncertain->drawn_before[first] == at.uncertain->drawn_before[end]) {
        return params;
    }
    return pb_copy_in_draw(at, params, size, room);
}

/**
 * Calls `loop`, an inline function whose first argument is the pb_uncertain, so that a loop over
 * lanes is compiled twice: without a test in it where every parameter is a number.
 */
#define PB_WITH_PARAMETERS(loop, uncertain, ...) \
    ((uncertain) == NULL ? loop(NULL, __VA_ARGS__) : loop((uncertain), __VA_ARGS__))
#define PB_LOOP static inline __attribute__((always_inline)) void

#endif
