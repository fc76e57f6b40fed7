/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts from outside, byte by byte; each stands in memory of its exact size. */
#include "params/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static size_t valid_bytes(const char *text)
{
    const size_t size = strlen(text);
    char *exact = malloc(size > 0 ? size : 1);
    memcpy(exact, text, size);
    const size_t valid = pb_utf8_length(exact, size);
    free(exact);
    return valid;
}

/* RFC 3629, section 3 and its table of octet sequences. */
Test(text, utf8_is_that_of_the_standard)
{
    static const struct {
        const char *text;
        size_t valid;
        const char *why;
    } CASES[] = {
        {"", 0, "nothing"},
        {"plain", 5, "one byte each"},
        {"\x7F", 1, "the last of one byte"},
        {"\xC2\x80", 2, "the first of two"},
        {"\xC1\xBF", 0, "overlong"},
        {"\xDF\xBF", 2, "the last of two"},
        {"\xE0\xA0\x80", 3, "the first of three"},
        {"\xE0\x9F\xBF", 0, "overlong"},
        {"\xED\x9F\xBF", 3, "below the surrogates"},
        {"\xED\xA0\x80", 0, "the first surrogate"},
        {"\xED\xBF\xBF", 0, "the last surrogate"},
        {"\xEE\x80\x80", 3, "above the surrogates"},
        {"\xF0\x90\x80\x80", 4, "the first of four"},
        {"\xF0\x8F\xBF\xBF", 0, "overlong"},
        {"\xF4\x8F\xBF\xBF", 4, "the last of all"},
        {"\xF4\x90\x80\x80", 0, "beyond"},
        {"\xF8\x88\x80\x80\x80", 0, "five bytes"},
        {"\xFF", 0, "no first byte"},
        {"ab\x80", 2, "begins with a later byte"},
        {"ab\xC3", 2, "cut off after one of two"},
        {"ab\xE2\x82", 2, "cut off after two of three"},
        {"ab\xF0\x9F\x98", 2, "cut off after three of four"},
        {"\xC3(", 0, "followed by another first byte"},
        {"\xE2\x82(", 0, "the last one missing"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        cr_expect_eq(valid_bytes(CASES[i].text), CASES[i].valid, "%zu: %s", i, CASES[i].why);
    }
}

Test(text, control_characters_are_printed_as_escapes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    pb_print_escaped(out, "a\tb\x1b[31m\x7F", 9);
    cr_assert_eq(fclose(out), 0);
    cr_expect_str_eq(text, "a\tb\\x1b[31m\\x7f");
    free(text);
}
