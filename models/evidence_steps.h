/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_EVIDENCE_STEPS_H
#define PLANB_MODELS_EVIDENCE_STEPS_H

/** What the evidence compiles into: for evidence.c and evidence_compile.c alone. */

#include "models/evidence.h"
#include "models/gaussian.h"

#include <stdbool.h>

/** A normal error of known sd: a row of the inputs; none if the sd is 0. */
typedef struct pb_error_term {
    size_t row;
    double sd;
} pb_error_term;

/** One figure taken in: x += K (surprise - h'x - noise - sampling). */
typedef struct pb_evidence_step {
    pb_terms h, gain; /**< of the state, the figure's own bias included */
    double surprise;  /**< the equivalent normal value, less the mean of z where x is 0 */
    pb_error_term noise, sampling;
} pb_evidence_step;

/** The state is the effects and, behind them, the bias of each evidence kind that has one. */
struct pb_evidence {
    int n_effects, n_states;
    pb_error_term bias[PB_N_EVIDENCE_KINDS]; /**< bias[i] is state n_effects + i */
    int n_steps;
    pb_evidence_step *step; /**< owned, shape [n_steps] */
    bool informed[PB_MAX_EFFECTS];
    pb_moments posterior[PB_MAX_EFFECTS];
};

#endif
