/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_OVERRIDE_H
#define PLANB_PARAMS_OVERRIDE_H

#include "params/message.h"
#include "params/node.h"

/**
 * Lays one override over a scenario: `unions[AFSCME4].units[0].members=5000`. The value is YAML;
 * maps on the way to it are made where there are none. Messages call its place "--set ...".
 * @param argument borrowed as long as the arena
 */
void pb_override(pb_arena *arena, pb_node *root, const char *argument, pb_messages *messages);

#endif
