/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

typedef struct pb_arena_block {
    struct pb_arena_block *older;
    size_t used, size; /* of `bytes` */
    alignas(max_align_t) unsigned char bytes[];
} block;

static block *add_block(pb_arena *arena, size_t size)
{
    block *added = calloc(1, sizeof *added + size);
    if (added != NULL) {
        added->older = arena->newest;
        added->size = size;
        arena->newest = added;
    }
    return added;
}

void *pb_arena_take(pb_arena *arena, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    const size_t rounded = (size + alignment - 1) / alignment * alignment;
    block *from = arena->newest;
    if (from == NULL || from->size - from->used < rounded) {
        from = add_block(arena, rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE);
    }
    if (from == NULL) {
        return NULL;
    }
    void *taken = from->bytes + from->used;
    from->used += rounded;
    return taken;
}

char *pb_arena_text(pb_arena *arena, const char *text, size_t size)
{
    char *copy = pb_arena_take(arena, size + 1);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

void pb_arena_free(pb_arena *arena)
{
    while (arena->newest != NULL) {
        block *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    arena->last_read = NULL;
}
