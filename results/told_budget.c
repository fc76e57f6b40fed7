/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The budget and the jobs of one draw. */
#include "results/date_text.h"
#include "results/digits.h"
#include "results/page_parts.h"
#include "results/told.h"

#include <math.h>

enum { LABEL = 60, MONEY = 14 };

/* ---- the ledger, so that what is printed adds up ---- */

/* A running total that is rounded where it is printed. */
typedef struct running {
    double sum[PB_YEARS];
} running;

static double rounded(double musd)
{
    return round(musd * 10.0) / 10.0;
}

static void print_money(FILE *out, double musd)
{
    char text[PB_DIGITS_SIZE];
    pb_digits_fixed(musd, 1, text);
    fprintf(out, "%*s", MONEY, text);
}

/* The rounded total after the line less the one before it. */
static void print_step(FILE *out, running *total, const double *musd)
{
    for (int y = 0; y < PB_YEARS; y++) {
        print_money(out, rounded(total->sum[y] + musd[y]) - rounded(total->sum[y]));
        total->sum[y] += musd[y];
    }
}

static void print_line(FILE *out, const pb_ledger_line *line, running *items, running *parts)
{
    static const char *const INDENT[] = {"", "    of it ", "= "};
    char label[PB_TITLE_SIZE + 16];
    (void)snprintf(label, sizeof label, "%s%s", INDENT[line->kind], line->label);
    pb_page_column(out, label, LABEL);
    switch (line->kind) {
        case PB_LINE_ITEM:
            *parts = *items;
            print_step(out, items, line->musd);
            break;
        case PB_LINE_PART:
            print_step(out, parts, line->musd);
            break;
        case PB_LINE_TOTAL:
            for (int y = 0; y < PB_YEARS; y++) {
                print_money(out, rounded(items->sum[y]));
            }
            break;
    }
    fputc('\n', out);
}

static void print_years(const pb_told *told, FILE *out, const char *label)
{
    const pb_fiscal_years years = pb_fiscal_years_from(told->scenario->dates.fy_start);
    pb_page_column(out, label, LABEL);
    for (int y = 0; y < PB_YEARS; y++) {
        fprintf(out, "%*d", MONEY, pb_civil_of_date(years.start[y + 1] - 1).year);
    }
    fputc('\n', out);
}

static void print_ledger(const pb_told *told, FILE *out)
{
    pb_ledger_line line[PB_MAX_LEDGER];
    running items = {0}, parts = {0};
    const int n = pb_told_ledger(told, line);
    print_years(told, out, "million USD, fiscal year ending in");
    for (int i = 0; i < n; i++) {
        print_line(out, &line[i], &items, &parts);
    }
}

/* ---- the deadline, the other branch, the jobs ---- */

static size_t at(int branch, int year)
{
    return (size_t)(branch * PB_YEARS + year);
}

static const char *yes_no(double flag)
{
    return flag > 0.0 ? "yes" : "no";
}

static void print_deadline(const pb_told *told, FILE *out)
{
    const int branch = pb_told_branch(told);
    char text[PB_DATE_TEXT_SIZE], title[64];
    pb_date_text(told->scenario->dates.deadline, text);
    (void)snprintf(title, sizeof title, "ON PAPER, AT THE DEADLINE (%s)", text);
    pb_page_title(out, title);
    print_years(told, out, "million USD, fiscal year ending in");
    pb_page_column(out, "official estimate of revenue", LABEL);
    for (int y = 0; y < PB_YEARS; y++) {
        print_money(out, pb_told_number(told, PB_COLUMN_revenue_official, (size_t)y));
    }
    fputc('\n', out);
    pb_page_column(out, "surplus (+) or gap (-) with the measures in force", LABEL);
    for (int y = 0; y < PB_YEARS; y++) {
        print_money(out, -pb_told_number(told, PB_COLUMN_gap_at_deadline, at(branch, y)));
    }
    fprintf(out, "\nBalanced on paper in both years: %s.\n",
            yes_no(pb_told_number(told, PB_COLUMN_balanced_at_deadline, (size_t)branch)));
}

static void print_other_branch(const pb_told *told, FILE *out)
{
    const int other = 1 - pb_told_branch(told);
    char text[PB_DIGITS_SIZE];
    fprintf(out, "%s the balance at close would have been",
            other == PB_BRANCH_DEAL ? "With a deal" : "Without the deal");
    for (int y = 0; y < PB_YEARS; y++) {
        pb_digits_fixed(pb_told_number(told, PB_COLUMN_balance_by_branch, at(other, y))
                            + pb_told_number(told, PB_COLUMN_reserve_use, at(other, y)),
                        1, text);
        fprintf(out, "%s %s", y > 0 ? " and" : "", text);
    }
    pb_digits_fixed(pb_told_number(told, PB_COLUMN_layoffs, (size_t)other), 0, text);
    fprintf(out, ", with %s layoffs.\n", text);
}

static void print_job(const pb_told *told, FILE *out, const char *label, pb_column_id column,
                      size_t item, int decimals, const char *remark)
{
    char text[PB_DIGITS_SIZE];
    pb_digits_fixed(pb_told_number(told, column, item), decimals, text);
    pb_page_column(out, label, LABEL);
    fprintf(out, "%*s%s\n", MONEY, text, remark);
}

/* Notices that were given before the deal came, and that led to no layoff. Where some did, the
 * columns do not say which of the others the deal has withdrawn. */
static bool are_withdrawn(const pb_told *told, size_t branch)
{
    return branch == PB_BRANCH_DEAL && told->scenario->layoffs.withdrawn_by_deal > 0.0
           && pb_told_number(told, PB_COLUMN_notices, branch) > 0.0
           && !(pb_told_number(told, PB_COLUMN_layoffs, branch) > 0.0);
}

static void print_jobs(const pb_told *told, FILE *out)
{
    const size_t branch = (size_t)pb_told_branch(told);
    pb_page_title(out, "THE JOBS");
    print_job(told, out, "layoff notices", PB_COLUMN_notices, branch, 0,
              are_withdrawn(told, branch) ? " (withdrawn by the deal)" : "");
    print_job(told, out, "layoffs", PB_COLUMN_layoffs, branch, 0, "");
    if (told->scenario->municipal.cost_per_job_usd > 0.0) {
        print_job(told, out, "cut in aid to towns, first year, million USD",
                  PB_COLUMN_municipal_cut, 0, 1, "");
        print_job(told, out, "layoffs in towns", PB_COLUMN_local_layoffs, 0, 0, "");
    }
}

static void print_recessions(const pb_told *told, FILE *out)
{
    const bool first = pb_told_number(told, PB_COLUMN_recession, 0) > 0.0;
    const bool second = pb_told_number(told, PB_COLUMN_recession, 1) > 0.0;
    if (first || second) {
        fprintf(out, "There is a recession in %s.\n",
                first && second ? "both years"
                : first         ? "the first year"
                                : "the second year");
    }
}

void pb_told_budget(const pb_told *told, FILE *out)
{
    print_deadline(told, out);
    pb_page_title(out, "THE MONEY, AS IT COMES IN");
    print_recessions(told, out);
    print_ledger(told, out);
    const double balanced =
        pb_told_number(told, PB_COLUMN_balanced_at_close, (size_t)pb_told_branch(told));
    fprintf(out, "Both years close in balance: %s.\n", yes_no(balanced));
    print_other_branch(told, out);
    print_jobs(told, out);
}
