/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/progress.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a progress says on the standard error when `done` of 1,000 draws are finished, `seconds`
 * after its start. */
static const char *told(pb_progress_style style, bool terminal, int64_t done, int seconds)
{
    static char text[512];
    pb_progress progress;
    int ends[2];
    const int kept = dup(STDERR_FILENO);
    cr_assert(kept >= 0 && pipe(ends) == 0 && dup2(ends[1], STDERR_FILENO) >= 0);
    pb_progress_start(&progress, 0, 1000, style);
    progress.terminal = terminal;
    progress.start.tv_sec -= seconds;
    progress.last.tv_sec -= seconds;
    pb_progress_add(&progress, done);
    pb_progress_tell(&progress);
    pb_progress_tell(&progress); /* at once: the second time says nothing */
    pb_progress_end(&progress);
    cr_assert(dup2(kept, STDERR_FILENO) >= 0 && close(ends[1]) == 0);
    const ssize_t n = read(ends[0], text, sizeof text - 1);
    cr_assert_geq(n, 0);
    text[n] = '\0';
    close(ends[0]), close(kept);
    return text;
}

static void expect_told(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "not said: %s\nbut: %s", part, text);
}

Test(progress, to_a_log_it_is_a_line_every_ten_seconds)
{
    const char *text = told(PB_PROGRESS_AUTO, false, 250, 20);
    expect_told(text, "planb: 250 of 1000 draws, 1"); /* 12.5 a second if at once */
    expect_told(text, " a second, 1:0");
    cr_expect_eq(strchr(text, '\n')[1], '\0', "once");
    cr_expect_str_eq(told(PB_PROGRESS_AUTO, false, 250, 9), "");
}

Test(progress, on_a_terminal_the_line_is_renewed_and_cleared)
{
    const char *text = told(PB_PROGRESS_AUTO, true, 500, 20);
    expect_told(text, "\r\033[Kplanb: 500 of 1000 draws, 2"); /* 25 a second */
    expect_told(text, " s left");
    cr_expect_str_eq(text + strlen(text) - 4, "\r\033[K");
}

Test(progress, hours_are_told_as_hours)
{
    expect_told(told(PB_PROGRESS_AUTO, false, 10, 74), "2 h 0");
    expect_told(told(PB_PROGRESS_AUTO, false, 0, 74), "0 of 1000 draws, 0 a second, 0 s left");
}

Test(progress, json_is_one_object_a_line)
{
    const char *text = told(PB_PROGRESS_JSON, false, 250, 20);
    expect_told(text, "{\"done\": 250, \"total\": 1000, \"draws_per_second\": 1");
    cr_expect_str_eq(text + strlen(text) - 2, "}\n");
}

Test(progress, none_says_nothing)
{
    cr_expect_str_eq(told(PB_PROGRESS_NONE, true, 250, 20), "");
}
