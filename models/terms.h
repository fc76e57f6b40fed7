/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_TERMS_H
#define PLANB_MODELS_TERMS_H

#include "models/ratification.h"
#include "models/uncertain.h"

/**
 * What the terms of the agreement and the threat of layoffs do to a unit's mean support (SPEC
 * C.5), logit: cost_effect (c - c0) + threat_effect log2(max(a, 0.01) / a0) + health_plan_effect h
 * with c the cost per member-year in thousand USD, a the share of the unit's members under notice
 * and h 1 where the health plan is contested. A unit without notices has no threat term. None of
 * the effects is identified by data: they are 0 unless a scenario sets them.
 */
double pb_unit_terms(pb_lane at, const pb_vote_params *vote, const pb_unit *unit);

/** The same for the unit's contract beyond `contract_shift`: layoff protection it would lose. */
double pb_unit_contract_terms(pb_lane at, const pb_vote_params *vote, const pb_unit *unit);

#endif
