/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SHAPE_H
#define PLANB_RESULTS_SHAPE_H

#include "params/scenario.h"

/** How long the axes of a scenario are. */
pb_shape pb_shape_of(const pb_scenario *scenario);

#endif
