/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_FUZZ_FUZZ_H
#define PLANB_TESTS_FUZZ_FUZZ_H

/**
 * What the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput: linked with
 * libFuzzer it searches (make fuzz), linked with replay.c it runs the files named (the tests).
 * No target opens a file or keeps anything from one input to the next.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Called by libFuzzer and by replay.c; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Ends the process, which is what a fuzzer takes for a finding. */
#define FUZZ_REQUIRE(condition) fuzz_require(condition, #condition)
void fuzz_require(bool condition, const char *text);

/** Where messages go, so that their making is tested too. */
FILE *fuzz_nowhere(void);

#endif
