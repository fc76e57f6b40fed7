/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/page_parts.h"

enum { YEAR_SIZE = 16, LABEL = 42 };

static const struct {
    const char *label, *path;
} ROWS[] = {
    {"before any measure", "opening_gap/[%d]/before_measures"},
    {"- new taxes and other revenue measures", "opening_gap/[%d]/policies"},
    {"- labor savings that are counted on", "opening_gap/[%d]/labor_savings"},
    {"- other items", "opening_gap/[%d]/other"},
    {"= left open (negative: a surplus)", "opening_gap/[%d]/left"},
};

void pb_page_opening(const pb_summary *summary, FILE *out)
{
    char year[YEAR_SIZE];
    if (pb_summary_find(summary, "opening_gap/[0]/before_measures") == NULL) {
        return;
    }
    pb_page_title(out, "THE GAP THE BUDGET CLOSES (million USD, on the estimates it was made on)");
    pb_page_column(out, "fiscal year", LABEL);
    for (int y = 0; pb_page_year(summary, y, year, sizeof year); y++) {
        pb_page_head(out, year);
    }
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        fputc('\n', out);
        pb_page_column(out, ROWS[i].label, LABEL);
        for (int y = 0; pb_page_year(summary, y, year, sizeof year); y++) {
            pb_page_cell(out, pb_summary_find(summary, ROWS[i].path, y));
        }
    }
    fputc('\n', out);
}
