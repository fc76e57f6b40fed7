/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_FUZZ_FUZZ_LOAD_H
#define PLANB_TESTS_FUZZ_FUZZ_LOAD_H

/** A scenario half way through its loading, for targets that fuzz what is laid over it. */

#include "tests/fuzz/fuzz.h"

#include "params/reader.h"

/** A small complete scenario: unions A and B (aggregate units) and C, two rounds, a budget. */
extern const char FUZZ_SCENARIO[];

/** A load of that scenario up to the point where something fuzzed is laid over it. */
typedef struct fuzz_load {
    pb_arena arena;
    pb_messages messages;
    pb_reader reader; /**< `root`: a copy of the tree of FUZZ_SCENARIO */
} fuzz_load;

void fuzz_load_start(fuzz_load *load);

/** Reads and checks the tree as it now is; whether it is a valid scenario. */
bool fuzz_load_interpret(fuzz_load *load);

void fuzz_load_end(fuzz_load *load);

/** The input as a file that has been read; false: pb_source_check refuses it. */
bool fuzz_source(const uint8_t *data, size_t size, pb_source *source);

#endif
