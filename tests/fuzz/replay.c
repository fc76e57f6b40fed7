/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay FILE|FOLDER...: runs one fuzz target on files, without a fuzzer. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void run_file(const char *path, off_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc((size_t)size + (size == 0)); /* exact: a byte too far is seen */
    FUZZ_REQUIRE(file != NULL && data != NULL);
    FUZZ_REQUIRE(fread(data, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
}

/* Runs what is at a path; returns how many inputs that were. */
static int run(const char *path)
{
    struct stat status;
    FUZZ_REQUIRE(stat(path, &status) == 0);
    if (!S_ISDIR(status.st_mode)) {
        run_file(path, status.st_size);
        return 1;
    }
    int n = 0;
    DIR *folder = opendir(path);
    FUZZ_REQUIRE(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inside[4096];
        if (entry->d_name[0] != '.') {
            snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
            n += run(inside);
        }
    }
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;
    for (int i = 1; i < argc; i++) {
        n += run(argv[i]);
    }
    printf("%d inputs\n", n);
    return n > 0 ? 0 : 1;
}
