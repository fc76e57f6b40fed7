/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_EMIT_H
#define PLANB_PARAMS_EMIT_H

#include "params/node.h"

/** Writes a tree as YAML that parses to the same tree; owned by the caller. NULL: no memory. */
char *pb_emit_yaml(const pb_node *root);

#endif
