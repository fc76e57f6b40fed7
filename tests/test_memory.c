/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A limit set by `ulimit -v`: tests/bad/commands.txt. */
#include "sim/memory.h"

#include <criterion/criterion.h>
#include <string.h>

enum { MEGABYTE = 1000000 };

Test(memory, some_is_available_and_that_much_may_be_asked_for)
{
    pb_error err = {0};
    const uint64_t available = pb_memory_available();
    cr_assert_gt(available, MEGABYTE);
    cr_expect_eq(pb_memory_check(MEGABYTE, "", &err), PB_OK, "%s", err.text);
}

Test(memory, more_than_there_is_is_refused_with_both_numbers)
{
    pb_error err = {0};
    cr_expect_eq(pb_memory_check(UINT64_MAX / 2, "take less", &err), PB_INTERNAL);
    cr_expect_not_null(strstr(err.text, "needs 9223372036855 MB of memory"), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "MB are available: take less"), "%s", err.text);
}
