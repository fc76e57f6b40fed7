/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/text.h"

#include "models/quantity.h"

#include <stdint.h>
#include <string.h>

/* Bytes of the control character at `text`, 0 if there is none: C0, DEL, or C1 in UTF-8. */
static size_t control_at(const char *text, size_t size)
{
    const unsigned char c = (unsigned char)text[0];
    if (c < 0x20 || c == 0x7F) {
        return 1;
    }
    return size > 1 && c == 0xC2 && (unsigned char)text[1] < 0xA0 ? 2 : 0;
}

/* The end of the cut text must not split a UTF-8 character. */
static size_t cut(const char *text, size_t size)
{
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
        size--;
    }
    return size;
}

pb_shown pb_show(const char *text)
{
    pb_shown shown = {{0}};
    const size_t whole = strlen(text);
    const size_t size = whole > PB_SHOWN_BYTES ? cut(text, PB_SHOWN_BYTES) : whole;
    char *to = shown.text;
    for (size_t i = 0; i < size; i++) {
        if (control_at(text + i, size - i) == 0) {
            *to++ = text[i];
        } else {
            to += sprintf(to, "\\x%02x", (unsigned char)text[i]);
        }
    }
    if (size < whole) {
        strcpy(to, "...");
    }
    return shown;
}

bool pb_has_control(const char *text)
{
    const char *const end = text + strlen(text);
    for (const char *p = text; p < end; p++) {
        if (control_at(p, (size_t)(end - p)) > 0) {
            return true;
        }
    }
    return false;
}

/* Bytes that follow a first byte in UTF-8, and the lowest character so written; -1: none. */
static int bytes_behind(unsigned char first, unsigned long *lowest)
{
    static const unsigned long LOWEST[] = {0, 0x80, 0x800, 0x10000};
    const int n = first < 0x80 ? 0 : first < 0xC0 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    *lowest = n < 0 ? 0 : LOWEST[n];
    return first < 0xF8 ? n : -1;
}

/* Bytes of the character at `text`; 0: it is not valid (cut off, overlong, a surrogate). */
static size_t character_at(const unsigned char *text, size_t size)
{
    unsigned long lowest, code;
    const int behind = bytes_behind(text[0], &lowest);
    if (behind < 0 || (size_t)behind >= size) {
        return 0;
    }
    code = behind == 0 ? text[0] : text[0] & (0x3FU >> behind);
    for (int i = 1; i <= behind; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3F);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < lowest || code > 0x10FFFF || surrogate ? 0 : (size_t)behind + 1;
}

size_t pb_utf8_length(const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        const size_t n = character_at((const unsigned char *)text + at, size - at);
        if (n == 0) {
            break;
        }
        at += n;
    }
    return at;
}

void pb_print_escaped(FILE *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\t' || control_at(text + i, size - i) == 0) {
            fputc(text[i], out);
        } else {
            fprintf(out, "\\x%02x", (unsigned char)text[i]);
        }
    }
}

const char *pb_word(const pb_words *words, int i)
{
    if (words->n > 0 && i >= words->n) {
        return NULL;
    }
    return *(const char *const *)(const void *)((const char *)words->first
                                                + words->stride * (size_t)i);
}

int pb_word_find(const pb_words *words, const char *text)
{
    for (int i = 0; pb_word(words, i) != NULL; i++) {
        if (strcmp(pb_word(words, i), text) == 0) {
            return i;
        }
    }
    return -1;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time; texts over PB_ID_SIZE are far from everything. */
static size_t distance(const char *a, const char *b)
{
    const size_t n = strlen(a), m = strlen(b);
    size_t row[PB_ID_SIZE + 1];
    if (n > PB_ID_SIZE || m > PB_ID_SIZE) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= m; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(replaced, 1 + smaller(row[j], row[j - 1]));
        }
    }
    return row[m];
}

const char *pb_word_meant(const pb_words *words, const char *text)
{
    const char *meant = NULL;
    size_t nearest = strlen(text) < 5 ? 2 : 3; /* fewer than this many letters differ */
    for (int i = 0; pb_word(words, i) != NULL; i++) {
        const size_t apart = distance(pb_word(words, i), text);
        if (apart < nearest) {
            nearest = apart;
            meant = pb_word(words, i);
        }
    }
    return meant;
}

static void append(char *text, size_t size, const char *more)
{
    const size_t used = strlen(text);
    snprintf(text + used, size - used, "%s", more);
}

const char *pb_words_hint(const pb_words *words, const char *text, char *hint, size_t size)
{
    const char *meant = pb_word_meant(words, text);
    hint[0] = '\0';
    if (meant != NULL) {
        snprintf(hint, size, "did you mean '%s'?", meant);
        return hint;
    }
    for (int i = 0; pb_word(words, i) != NULL; i++) {
        append(hint, size, i == 0 ? "" : ", ");
        append(hint, size, pb_word(words, i));
    }
    return hint;
}

bool pb_is_id(const char *text)
{
    static const char FIRST[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return text[0] != '\0' && strchr(FIRST, text[0]) != NULL
           && text[strspn(text,
                          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")]
                  == '\0';
}
