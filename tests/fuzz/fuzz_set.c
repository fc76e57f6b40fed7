/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to four --set PATH=VALUE, one a line, laid over a small scenario, which is then read. */
#include "tests/fuzz/fuzz_load.h"

#include "params/override.h"

#include <string.h>

enum { MAX_OVERRIDES = 4, MAX_SIZE = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_load load;
    char text[MAX_SIZE + 1], *next = text;
    const size_t used = size < MAX_SIZE ? size : MAX_SIZE;
    memcpy(text, data, used);
    text[used] = '\0';
    fuzz_load_start(&load);
    for (int i = 0; i < MAX_OVERRIDES && next != NULL; i++) {
        char *line = next;
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        pb_override(&load.arena, load.reader.root, line, &load.messages);
    }
    if (load.messages.n[PB_SEVERITY_ERROR] == 0) {
        (void)fuzz_load_interpret(&load);
    }
    fuzz_load_end(&load);
    return 0;
}
