/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_IDENTITIES_H
#define PLANB_MODELS_IDENTITIES_H

#include "models/budget.h"

/**
 * What must hold in every draw of the ledger (SPEC E): the first rule that lane `lane` breaks, in
 * words, or NULL. Builds without NDEBUG assert it after every batch.
 *
 * @param out, w after pb_budget_simulate
 */
const char *pb_broken_identity(const pb_budget *budget, const pb_outcomes *out,
                               const pb_workings *w, size_t lane);

#endif
