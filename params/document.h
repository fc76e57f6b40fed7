/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_DOCUMENT_H
#define PLANB_PARAMS_DOCUMENT_H

#include "params/message.h"
#include "params/node.h"

/** What a document may hold at most; a biennium of 400 units stays far below. */
enum { PB_MAX_DEPTH = 64, PB_MAX_EVENTS = 500000, PB_MAX_KEYS = 512 };

/**
 * Parses a source as one YAML document of plain maps, lists and scalars: no anchors, aliases,
 * tags, merge keys; no key twice in a map.
 * @return the root, in `arena`; NULL after an error, which stands in `messages`
 */
pb_node *pb_document_parse(pb_arena *arena, const pb_source *source, pb_messages *messages);

#endif
