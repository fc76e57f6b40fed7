/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_TEXT_H
#define PLANB_PARAMS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** At most this many bytes of a user's text are repeated in a message. */
enum { PB_SHOWN_BYTES = 80 };

/** A user's text made safe for a message: control characters escaped, a long text cut. */
typedef struct pb_shown {
    char text[4 * PB_SHOWN_BYTES + 4];
} pb_shown;

/** Use as `pb_show(text).text` inside one expression. */
pb_shown pb_show(const char *text);

/** Whether a text holds control characters, line breaks and tabs among them. */
bool pb_has_control(const char *text);

/** Bytes of `text` that are valid UTF-8 from its start: `size`, if all of it is. */
size_t pb_utf8_length(const char *text, size_t size);

/** Prints all [size] bytes with control characters escaped; tabs stay. */
void pb_print_escaped(FILE *out, const char *text, size_t size);

/** Words that stand in an array of anything, `stride` bytes apart. */
typedef struct pb_words {
    const char *const *first;
    size_t stride;
    int n; /**< 0: until a NULL */
} pb_words;

/** Word `i`, or NULL after the last. */
const char *pb_word(const pb_words *words, int i);

/** Index of `text` among the words, -1: none. */
int pb_word_find(const pb_words *words, const char *text);

/** The word that `text` looks like a misspelling of, or NULL. */
const char *pb_word_meant(const pb_words *words, const char *text);

/** "did you mean 'x'?" or "a, b, c": what to write instead; cut to `size`. */
const char *pb_words_hint(const pb_words *words, const char *text, char *hint, size_t size);

/** Whether `text` is an id: a letter or digit, then letters, digits, `_`, `.`, `-`. */
bool pb_is_id(const char *text);

#endif
