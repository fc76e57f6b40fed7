/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/page_parts.h"

#include <stdlib.h>

enum { YEAR_SIZE = 16, CHANCE_LABEL = 28, ITEM_LABEL = 28 };

/* Rows of the budget table, in each year: the part of the path before the year. */
static const struct {
    const char *label, *stem;
} BUDGET_ROWS[] = {
    {"revenue", "revenue"},
    {"  official estimate", "revenue_official"},
    {"balance, as it happens", "balance/realised"},
    {"  with the deal", "balance/deal"},
    {"  without it", "balance/no_deal"},
    {"gap, with the deal", "gap/deal"},
    {"  without it", "gap/no_deal"},
    {"target of the savings", "target"},
    {"savings of the deal", "labor_savings"},
    {"savings of Plan B", "plan_b_savings"},
    {"cut during the year", "rescission/realised"},
    {"mitigation plan", "mitigation/realised"},
};

static void print_year(const pb_summary *summary, FILE *out, int y, const char *year)
{
    char label[YEAR_SIZE + 16], prefix[PB_PATH_SIZE];
    (void)snprintf(label, sizeof label, "fiscal year %s", year);
    pb_page_spread_heads(out, label);
    for (size_t i = 0; i < sizeof BUDGET_ROWS / sizeof *BUDGET_ROWS; i++) {
        (void)snprintf(prefix, sizeof prefix, "%s/[%d]", BUDGET_ROWS[i].stem, y);
        pb_page_spread(summary, out, BUDGET_ROWS[i].label, prefix);
    }
}

static const char *const BRANCHES[] = {"deal", "no_deal", "realised"};
static const char *const BRANCH_HEADS[] = {"deal", "no deal", "realised"};
enum { N_BRANCHES = 3 };

static void print_chance_row(const pb_summary *summary, FILE *out, const char *label,
                             const char *when, const char *what)
{
    pb_page_column(out, label, CHANCE_LABEL);
    for (int b = 0; b < N_BRANCHES; b++) {
        pb_page_cell(out, pb_summary_find(summary, "%s/%s/%s", when, BRANCHES[b], what));
    }
    fputc('\n', out);
}

static void print_chances(const pb_summary *summary, FILE *out, const char *title, const char *when)
{
    char year[YEAR_SIZE], what[32], label[YEAR_SIZE + 16];
    if (pb_summary_find(summary, "%s/realised/both_years", when) == NULL
        && pb_summary_find(summary, "%s/no_deal/both_years", when) == NULL) {
        return;
    }
    pb_page_column(out, title, CHANCE_LABEL);
    for (int b = 0; b < N_BRANCHES; b++) {
        pb_page_head(out, BRANCH_HEADS[b]);
    }
    fputc('\n', out);
    for (int y = 0; pb_page_year(summary, y, year, sizeof year); y++) {
        (void)snprintf(label, sizeof label, "  %s", year);
        (void)snprintf(what, sizeof what, "by_year/[%d]", y);
        print_chance_row(summary, out, label, when, what);
    }
    print_chance_row(summary, out, "  both years", when, "both_years");
}

static void print_triggered(const pb_summary *summary, FILE *out)
{
    if (pb_summary_find(summary, "mitigation_triggered/realised") == NULL) {
        return;
    }
    pb_page_column(out, "mitigation plan asked for", CHANCE_LABEL);
    for (int b = 0; b < N_BRANCHES; b++) {
        pb_page_cell(out, pb_summary_find(summary, "mitigation_triggered/%s", BRANCHES[b]));
    }
    fputc('\n', out);
}

void pb_page_budget(const pb_summary *summary, FILE *out)
{
    char year[YEAR_SIZE];
    if (pb_page_year(summary, 0, year, sizeof year)) {
        pb_page_title(out, "THE BUDGET (million USD; balance at close, after use of the reserve; "
                           "gap at the deadline)");
    }
    for (int y = 0; pb_page_year(summary, y, year, sizeof year); y++) {
        print_year(summary, out, y, year);
    }
    if (pb_summary_find(summary, "balanced_at_close/realised/both_years") != NULL
        || pb_summary_find(summary, "balanced_at_deadline/realised/both_years") != NULL) {
        pb_page_title(out, "CHANCE OF BALANCE");
        fputs("deal, no deal: that branch, worked out in every draw, also where it does not "
              "happen\n",
              out);
    }
    print_chances(summary, out, "at the deadline", "balanced_at_deadline");
    print_chances(summary, out, "at close", "balanced_at_close");
    print_triggered(summary, out);
}

void pb_page_jobs(const pb_summary *summary, FILE *out)
{
    if (pb_summary_find(summary, "notices/realised/mean") == NULL
        && pb_summary_find(summary, "layoffs/realised/mean") == NULL) {
        return;
    }
    pb_page_title(out, "JOBS");
    if (pb_summary_find(summary, "notices/no_deal/mean") != NULL
        || pb_summary_find(summary, "layoffs/no_deal/mean") != NULL) {
        fputs("without a deal: worked out in every draw, also where a deal happens\n", out);
    }
    pb_page_spread_heads(out, "");
    pb_page_spread(summary, out, "notices", "notices/realised");
    pb_page_spread(summary, out, "  without a deal", "notices/no_deal");
    pb_page_spread(summary, out, "layoffs", "layoffs/realised");
    pb_page_spread(summary, out, "  without a deal", "layoffs/no_deal");
    pb_page_spread(summary, out, "local layoffs", "local_layoffs");
    pb_page_spread(summary, out, "  by cuts of (m USD)", "municipal_cut");
}

static void print_item_heads(const pb_summary *summary, FILE *out, const char *title,
                             const char *first)
{
    char year[YEAR_SIZE];
    fputc('\n', out);
    pb_page_column(out, title, ITEM_LABEL);
    if (first != NULL) {
        pb_page_head(out, first);
    }
    for (int y = 0; pb_page_year(summary, y, year, sizeof year); y++) {
        pb_page_head(out, year);
    }
    fputc('\n', out);
}

/* A saving: "savings/ID/[y]"; an option: "plan_b/ID/passed" and "plan_b/ID/mean/[y]". */
static void print_item(const pb_summary *summary, FILE *out, const char *prefix, const char *id,
                       const char *first, const char *values)
{
    char year[YEAR_SIZE];
    pb_page_column(out, id, ITEM_LABEL);
    if (first != NULL) {
        pb_page_cell(out, pb_summary_find(summary, "%s/%s/%s", prefix, id, first));
    }
    for (int y = 0; pb_page_year(summary, y, year, sizeof year); y++) {
        pb_page_cell(out, pb_summary_find(summary, "%s/%s/%s[%d]", prefix, id, values, y));
    }
    fputc('\n', out);
}

static void print_items(const pb_summary *summary, FILE *out, const char *title, const char *prefix,
                        const char *first, const char *values)
{
    char id[PB_ID_COPY_SIZE], sign[32];
    size_t at = 0;
    (void)snprintf(sign, sizeof sign, "%s", first != NULL ? first : "[0]");
    for (bool titled = false; pb_page_next_id(summary, prefix, sign, &at, id); titled = true) {
        if (!titled) {
            print_item_heads(summary, out, title, first);
        }
        print_item(summary, out, prefix, id, first, values);
    }
}

void pb_page_measures(const pb_summary *summary, FILE *out)
{
    print_items(summary, out, "SAVINGS OF THE DEAL", "savings", NULL, "");
    print_items(summary, out, "PLAN B, WITHOUT A DEAL", "plan_b", "passed", "mean/");
}
