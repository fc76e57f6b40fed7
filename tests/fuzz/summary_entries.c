/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary_entries FILE.h5: the stored summary in the form that fuzz_summary.c reads. */
#include "results/reader.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    pb_summary summary;
    pb_error err = {0};
    if (argc != 2 || pb_read_summary(argv[1], &summary, &err) != PB_OK) {
        fprintf(stderr, "summary_entries: %s\n", err.text);
        return 1;
    }
    for (size_t i = 0; i < summary.n; i++) {
        const pb_entry *e = &summary.entry[i];
        printf("%d%d%s=%s\n", (int)e->kind, (int)e->method, e->path,
               e->text == NULL ? "" : e->text);
    }
    pb_summary_free(&summary);
    return 0;
}
