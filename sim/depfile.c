/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/depfile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A name as make and ninja read it: blanks and # behind a backslash, $ doubled. */
static void put_name(const char *name, size_t size, FILE *out)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr(" #$", name[i]) != NULL) {
            fputc(name[i] == '$' ? '$' : '\\', out);
        }
        fputc(name[i], out);
    }
}

static void put_rule(const char *target, const char *files, FILE *out)
{
    put_name(target, strlen(target), out);
    fputc(':', out);
    for (size_t size; (size = strcspn(files, "\n")) > 0; files += size + 1) {
        fputs(" \\\n  ", out);
        put_name(files, size, out);
    }
    fputc('\n', out);
}

pb_status pb_depfile_write(const char *path, const char *target, const char *files, pb_error *err)
{
    errno = 0;
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        return pb_fail(err, PB_CANNOT_CREATE, "cannot create %s: %s", path, strerror(errno));
    }
    put_rule(target, files, out);
    const bool written = ferror(out) == 0;
    return fclose(out) == 0 && written
               ? PB_OK
               : pb_fail(err, PB_IO, "cannot write %s: %s", path, strerror(errno));
}
