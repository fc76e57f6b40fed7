/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pb_status cannot_open(pb_error *err)
{
    const bool refused = errno == EACCES || errno == EPERM;
    return pb_fail(err, refused ? PB_PERMISSION : PB_NO_INPUT, "cannot be opened: %s",
                   strerror(errno));
}

/* Whether the open file is one that can be read to its end. */
static pb_status check_file(int file, pb_source *source, pb_error *err)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return pb_fail(err, PB_NO_INPUT, "cannot be read: %s", strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return pb_fail(err, PB_DATA, "not a regular file");
    }
    if (status.st_size > PB_MAX_SOURCE_SIZE) {
        return pb_fail(err, PB_DATA, "larger than 8 MiB");
    }
    source->device = status.st_dev;
    source->number = status.st_ino;
    source->size = (size_t)status.st_size;
    return PB_OK;
}

/* A file that shrinks while it is read ends early; one that grows is cut. */
static pb_status read_all(int file, pb_source *source, char *text, pb_error *err)
{
    size_t have = 0;
    while (have < source->size) {
        const ssize_t n = read(file, text + have, source->size - have);
        if (n < 0 && errno != EINTR) {
            return pb_fail(err, PB_IO, "cannot be read: %s", strerror(errno));
        }
        if (n == 0) {
            break;
        }
        have += n > 0 ? (size_t)n : 0;
    }
    source->text = text;
    source->size = have;
    return PB_OK;
}

static pb_status read_open_file(int file, pb_arena *arena, pb_source *source, pb_error *err)
{
    pb_status status = check_file(file, source, err);
    if (status != PB_OK) {
        return status;
    }
    char *text = pb_arena_take(arena, source->size + 1);
    if (text == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory");
    }
    status = read_all(file, source, text, err);
    return status == PB_OK ? pb_source_check(source, err) : status;
}

pb_status pb_source_read(pb_arena *arena, const char *path, pb_source *source, pb_error *err)
{
    source->name = path;
    source->has_lines = true;
    /* O_NONBLOCK: opening a FIFO without a writer would wait for ever */
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return cannot_open(err);
    }
    const pb_status status = read_open_file(file, arena, source, err);
    close(file);
    source->read_before = arena->last_read;
    arena->last_read = source;
    return status;
}

const char *pb_source_beside(pb_arena *arena, const char *from, const char *path)
{
    const char *slash = strrchr(from, '/');
    const size_t directory = slash == NULL || path[0] == '/' ? 0 : (size_t)(slash - from) + 1;
    char *joined = pb_arena_take(arena, directory + strlen(path) + 1);
    if (joined != NULL) {
        memcpy(joined, from, directory);
        strcpy(joined + directory, path);
    }
    return joined;
}

pb_status pb_source_check(pb_source *source, pb_error *err)
{
    if (source->size > PB_MAX_SOURCE_SIZE) {
        return pb_fail(err, PB_DATA, "larger than 8 MiB");
    }
    if (source->size >= 2
        && (memcmp(source->text, "\xFF\xFE", 2) == 0 || memcmp(source->text, "\xFE\xFF", 2) == 0)) {
        return pb_fail(err, PB_DATA, "UTF-16 text (save it as UTF-8)");
    }
    if (memchr(source->text, '\0', source->size) != NULL) {
        return pb_fail(err, PB_DATA, "holds a NUL byte (a text in UTF-8 is needed)");
    }
    if (source->size >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0) {
        source->text += 3;
        source->size -= 3;
    }
    return PB_OK;
}

size_t pb_line_break_at(const char *text, size_t size)
{
    if (text[0] == '\r') {
        return size > 1 && text[1] == '\n' ? 2 : 1;
    }
    if (text[0] == '\n') {
        return 1;
    }
    if (size > 1 && memcmp(text, "\xC2\x85", 2) == 0) {
        return 2;
    }
    return size > 2
                   && (memcmp(text, "\xE2\x80\xA8", 3) == 0 || memcmp(text, "\xE2\x80\xA9", 3) == 0)
               ? 3
               : 0;
}

const char *pb_source_line(const pb_source *source, unsigned line, size_t *size)
{
    const char *const end = source->text + source->size;
    const char *start = source->text, *p = source->text;
    for (unsigned at = 1; p < end; p++) {
        const size_t broken = pb_line_break_at(p, (size_t)(end - p));
        if (broken > 0 && at == line) {
            break;
        }
        if (broken > 0) {
            p += broken - 1;
            start = p + 1;
            at++;
        }
    }
    *size = (size_t)(p - start);
    return start;
}

pb_place pb_source_place(const pb_source *source, size_t offset)
{
    pb_place place = {.source = source, .line = 1, .column = 1, .width = 1};
    for (size_t i = 0; i < offset && i < source->size; i++) {
        const size_t broken = pb_line_break_at(source->text + i, source->size - i);
        if (broken > 0) {
            i += broken - 1;
            place.line++;
            place.column = 1;
        } else {
            place.column += ((unsigned char)source->text[i] & 0xC0) != 0x80;
        }
    }
    return place;
}
