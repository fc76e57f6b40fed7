/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/shape.h"

#include "models/parameter.h"

pb_shape pb_shape_of(const pb_scenario *scenario)
{
    return (pb_shape){{
        [PB_AXIS_NONE] = 1,
        [PB_AXIS_ROUND] = (size_t)scenario->n_rounds,
        [PB_AXIS_UNION] = (size_t)scenario->coalition.n_unions,
        [PB_AXIS_UNIT] = (size_t)scenario->coalition.n_units,
        [PB_AXIS_STREAM] = (size_t)scenario->revenue.n_streams,
        [PB_AXIS_YEAR] = PB_YEARS,
        [PB_AXIS_BRANCH] = PB_BRANCHES,
        [PB_AXIS_OPTION] = (size_t)scenario->plan_b.n_options,
        [PB_AXIS_SAVING] = (size_t)scenario->savings.n_savings,
        [PB_AXIS_OUTCOME] = PB_N_OUTCOMES,
        [PB_AXIS_PARAMETER] = (size_t)scenario->parameters.n,
        [PB_AXIS_DEGREE] = PB_PARAMETER_DEGREES,
    }};
}
