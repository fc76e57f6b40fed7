/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page's table of uncertain parameters: which part of the spread comes from each. */
#include "results/page_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 40, N_COLUMNS = 3 };

static const char *const OUTCOMES[N_COLUMNS] = {"ratified", "balance/[0]", "balance/[1]"};

static void print_heads(const pb_summary *summary, FILE *out)
{
    char year[16], head[N_COLUMNS][32] = {"ratified", "", ""};
    for (int y = 0; y + 1 < N_COLUMNS && pb_page_year(summary, y, year, sizeof year); y++) {
        (void)snprintf(head[y + 1], sizeof head[y + 1], "balance %s", year);
    }
    pb_page_column(out, "", LABEL);
    for (int i = 0; i < N_COLUMNS; i++) {
        pb_page_head(out, head[i]);
    }
    fputc('\n', out);
}

/* Nobody wants more than three digits of a share: known better than that, it stands alone. */
static void print_share(FILE *out, const pb_entry *entry)
{
    const double digits = 1000.0;
    if (entry == NULL || !(entry->se * digits < 1.0)) {
        pb_page_cell(out, entry);
        return;
    }
    pb_entry rounded = *entry;
    rounded.value = fmax(0.0, round(entry->value * digits) / digits);
    rounded.se = 0.0;
    rounded.method = PB_METHOD_EXACT;
    pb_page_cell(out, &rounded);
}

static void print_row(const pb_summary *summary, FILE *out, const char *label, const char *key,
                      const char *parameter)
{
    pb_page_column(out, label, LABEL);
    for (int i = 0; i < N_COLUMNS; i++) {
        print_share(
            out, pb_summary_find(summary, "parameter_share/%s/%s%s", OUTCOMES[i], key, parameter));
    }
    fputc('\n', out);
}

/* Under conditions nothing is split. */
static bool has_shares(const pb_summary *summary)
{
    static const char PREFIX[] = "parameter_share/";
    for (size_t i = 0; i < summary->n; i++) {
        if (strncmp(summary->entry[i].path, PREFIX, sizeof PREFIX - 1) == 0) {
            return true;
        }
    }
    return false;
}

void pb_page_parameters(const pb_summary *summary, FILE *out)
{
    static const char PREFIX[] = "uncertain/";
    const bool shares = has_shares(summary);
    bool titled = false;
    for (size_t i = 0; i < summary->n && shares; i++) {
        const pb_entry *entry = &summary->entry[i];
        const char *name = entry->path + sizeof PREFIX - 1;
        if (strncmp(entry->path, PREFIX, sizeof PREFIX - 1) != 0) {
            continue;
        }
        if (!titled) {
            pb_page_title(out, "UNCERTAIN PARAMETERS (share of the variance that comes from each "
                               "alone)");
            print_heads(summary, out);
            titled = true;
        }
        print_row(summary, out, name, "by_parameter/", name);
        fprintf(out, "    %s\n", entry->text);
    }
    if (titled) {
        print_row(summary, out, "together", "share", "");
        print_row(summary, out, "standard deviation from them", "sd", "");
    }
}
