/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_FACTS_H
#define PLANB_PARAMS_FACTS_H

#include "params/counts.h"
#include "params/load.h"
#include "params/message.h"

/**
 * Gives the scenario the counts dated before `as_of`, and takes out of it the evidence that is
 * not, or that a count it uses contains. What is left out has a note each and is listed in
 * `loaded->ignored`. Revenue estimates that are not are taken out with a note alone. A second vote
 * that is counted but may not be held has a warning. False: no memory.
 */
bool pb_use_facts(pb_loaded *loaded, const pb_counts *counts, pb_node *root, pb_messages *messages);

#endif
