/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_TESTS_FOLDER_H
#define PLANB_TESTS_FOLDER_H

/** Places for what a test writes: under TMPDIR, or /tmp if that is not set. */

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_SIZE = 192, IN_FOLDER_SIZE = 512 }; /* of a folder's name; of a name inside one */

static inline const char *folder_parent(void)
{
    const char *parent = getenv("TMPDIR");
    return parent != NULL && *parent != '\0' ? parent : "/tmp";
}

/** A new empty folder. */
static inline void folder_make(char folder[FOLDER_SIZE])
{
    const int n = snprintf(folder, FOLDER_SIZE, "%s/planb-test-XXXXXX", folder_parent());
    cr_assert(n < FOLDER_SIZE, "TMPDIR is too long");
    cr_assert_not_null(mkdtemp(folder), "%s", folder);
}

/** Removes a folder with all that is in it. */
static inline void folder_remove(const char *folder)
{
    DIR *files = opendir(folder);
    char name[IN_FOLDER_SIZE];
    for (struct dirent *file; files != NULL && (file = readdir(files)) != NULL;) {
        if (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0) {
            continue;
        }
        const int n = snprintf(name, sizeof name, "%s/%s", folder, file->d_name);
        if (n < IN_FOLDER_SIZE && remove(name) != 0) {
            folder_remove(name);
        }
    }
    if (files != NULL) {
        closedir(files);
    }
    (void)rmdir(folder);
}

#endif
