/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_PARAMETER_H
#define PLANB_MODELS_PARAMETER_H

#include "models/input.h"
#include "models/outcomes.h"

/** Degrees of the polynomials by which an outcome's mean may follow a parameter. */
enum { PB_PARAMETER_DEGREES = 5 };

/**
 * Declares the uncertain parameters of a scenario, an input each, so that models compiled from
 * these inputs read the draws' values. Before any model is compiled; nothing where there are none.
 * Normal and exponential distributions are cut off at what the key allows.
 *
 * @param scenario its first byte, borrowed for as long as the inputs; `size` bytes
 */
void pb_inputs_add_parameters(pb_inputs *inputs, const pb_parameters *parameters,
                              const void *scenario, size_t size);

/** Puts the values of one draw, of pb_outcomes.parameter_value, into the scenario's members. */
void pb_parameters_put(const pb_parameters *parameters, const double *value, size_t lane,
                       void *scenario);

/**
 * The normal score of a parameter's values, what a standard normal would be in their place:
 * score[lane] from x[lane], both [PB_LANES].
 */
void pb_parameter_score(const pb_input *input, const pb_kernels *kernels, const double *x,
                        double *score);

/**
 * What the outcomes hold of the parameters: their values, and Hermite polynomials of degree 1, 2,
 * ... of their scores, with mean 0, variance 1 and no correlation, by which the part of a
 * parameter in an outcome's variance is estimated.
 *
 * @param[out] out parameter_value, parameter_polynomial
 */
void pb_parameters_store(const pb_inputs *inputs, const pb_kernels *kernels, pb_rows z,
                         pb_outcomes *out);

#endif
