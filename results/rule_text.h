/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_RULE_TEXT_H
#define PLANB_RESULTS_RULE_TEXT_H

#include "models/ratification.h"

/**
 * A rule in words with the head-counts that its fractions imply for this coalition:
 * "at most 1/15 of the unions opposed (1 of 15) and at least 4/5 of the members represented
 * (36,000 of 45,000 or more)". Always terminated; cut if `size` is too small.
 */
void pb_rule_text(const pb_rule *rule, const pb_coalition *coalition, char *text, size_t size);

/**
 * The smallest number of approving unions with which the rule can hold, if those that approve
 * have all the members and ballots that it may ask for; -1 if no number is enough.
 */
int pb_rule_implied_unions(const pb_rule *rule, const pb_coalition *coalition);

#endif
