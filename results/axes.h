/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_AXES_H
#define PLANB_RESULTS_AXES_H

#include "params/scenario.h"
#include "results/h5.h"

/** The open axes of a result file; H5I_INVALID_HID where an axis has no places. */
typedef struct pb_axes {
    hid_t draw, input;
    hid_t scale[PB_N_AXES]; /**< [PB_AXIS_NONE] is never open */
} pb_axes;

/**
 * Creates the axes with their values, and the datasets that label them. Without draws or inputs
 * (0) those axes are left out; `draw` is created empty. To be ended by pb_axes_close also after
 * a failure.
 */
herr_t pb_axes_create(hid_t file, const pb_scenario *scenario, hsize_t n_draws,
                      const char *const *input_labels, size_t n_inputs, pb_axes *axes);

/** The dataset that says an axis's places in words, or NULL. */
const char *pb_axis_label(pb_axis axis);

herr_t pb_axes_close(pb_axes *axes, herr_t result);

/**
 * Writes what is the same in every draw and needed to add up the ledger: appropriations, lapse,
 * other items; and who belongs to whom: members, the union of each unit.
 */
herr_t pb_constants_write(hid_t file, const pb_scenario *scenario, const pb_axes *axes);

#endif
