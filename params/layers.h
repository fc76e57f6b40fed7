/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_LAYERS_H
#define PLANB_PARAMS_LAYERS_H

#include "params/message.h"
#include "params/node.h"

/**
 * Reads a scenario file and what it extends, merged into one tree without `extends`.
 * @param path borrowed as long as the arena
 * @return the root, or NULL after an error
 */
pb_node *pb_layers_read(pb_arena *arena, const char *path, pb_messages *messages);

#endif
