/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_FACTS_H
#define PLANB_PARAMS_FACTS_H

#include "params/load.h"
#include "params/message.h"
#include "params/node.h"

/**
 * Takes out of the scenario every count dated `as_of` or later, with a note each, and lists them
 * in `loaded->ignored`. False: no memory.
 */
bool pb_leave_out_late_facts(pb_loaded *loaded, const pb_node *root, pb_messages *messages);

#endif
