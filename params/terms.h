/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_TERMS_H
#define PLANB_PARAMS_TERMS_H

#include "params/node.h"
#include "params/scenario.h"

/** Booked savings of an average year per member, all funds, thousand USD (SPEC C.5). */
double pb_cost_per_member(const pb_scenario *scenario);

/**
 * Gives each unit that has none of its own the average cost per member, and its share of
 * layoffs.notices by members.
 * @param root the tree the scenario was read from, which tells 0 from absent
 */
void pb_fill_terms(const pb_node *root, pb_scenario *scenario);

#endif
