/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

void fuzz_require(bool condition, const char *text)
{
    if (!condition) {
        fprintf(stderr, "does not hold: %s\n", text);
        abort();
    }
}

FILE *fuzz_nowhere(void)
{
    static FILE *nowhere;
    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "w");
        FUZZ_REQUIRE(nowhere != NULL);
        gsl_set_error_handler_off();
    }
    return nowhere;
}
