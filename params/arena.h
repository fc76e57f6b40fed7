/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_ARENA_H
#define PLANB_PARAMS_ARENA_H

#include <stddef.h>

/** Memory that lives as long as one load: taken piece by piece, given back at once. */
typedef struct pb_arena {
    struct pb_arena_block *newest;     /**< NULL: nothing taken yet */
    const struct pb_source *last_read; /**< the newest of the files in it, NULL: none */
} pb_arena;

/** `size` zeroed bytes, aligned for anything; borrowed from the arena. NULL: no memory. */
void *pb_arena_take(pb_arena *arena, size_t size);

/** A copy of `text`, [size] bytes and a NUL. NULL: no memory. */
char *pb_arena_text(pb_arena *arena, const char *text, size_t size);

/** Gives everything back; legal on a zeroed arena, and twice. */
void pb_arena_free(pb_arena *arena);

#endif
