/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/page.h"

#include "results/given.h"
#include "results/page_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *text_at(const pb_summary *summary, const char *path)
{
    const pb_entry *entry = pb_summary_find(summary, "%s", path);
    return entry == NULL || entry->text == NULL ? "" : entry->text;
}

static void print_heading(const pb_summary *summary, FILE *out)
{
    const pb_entry *draws = pb_summary_find(summary, "draws");
    const char *title = text_at(summary, "title"), *scenario = text_at(summary, "scenario");
    fprintf(out, "%c%s%c\n", PB_BOLD, *title != '\0' ? title : scenario, PB_PLAIN);
    fprintf(out, "scenario %s", scenario);
    if (*text_at(summary, "as_of") != '\0') {
        fprintf(out, " as of %s", text_at(summary, "as_of"));
    }
    if (draws != NULL) {
        fputs(", ", out);
        pb_page_number(out, draws);
        fputs(" draws", out);
    }
    fprintf(out, "\nsampling %s, seed %s, planb %s\n", text_at(summary, "sampling"),
            text_at(summary, "seed"), text_at(summary, "planb"));
}

/* 0.41 is "about 4 in 10". Beyond 1 in 1,000 a run has too few such draws to tell how few. */
static void print_odds(FILE *out, double p)
{
    if (p <= 0.0) {
        fputs("in none of the draws", out);
    } else if (p >= 1.0) {
        fputs("in every draw", out);
    } else if (p < 0.001) {
        fputs("in fewer than 1 of 1,000 draws", out);
    } else if (p > 0.999) {
        fputs("in more than 999 of 1,000 draws", out);
    } else if (p < 0.05) {
        fprintf(out, "in about 1 in %.0f draws", 1.0 / p);
    } else if (p >= 0.95) {
        fprintf(out, "in all but about 1 in %.0f draws", 1.0 / (1.0 - p));
    } else {
        fprintf(out, "in about %.0f in 10 draws", fmin(fmax(round(10.0 * p), 1.0), 9.0));
    }
}

/* "START in about 6 in 10 draws: 0.614 +- 0.001" and END. */
static void print_chance(const pb_summary *summary, FILE *out, const char *start, const char *path,
                         const char *end)
{
    const pb_entry *chance = pb_summary_find(summary, "%s", path);
    if (chance == NULL || !isfinite(chance->value)) {
        return;
    }
    fputs(start, out);
    print_odds(out, chance->value);
    fputs(": ", out);
    pb_page_number(out, chance);
    fputs(end, out);
}

static void print_layoffs(const pb_summary *summary, FILE *out)
{
    const pb_entry *mean = pb_summary_find(summary, "layoffs/realised/mean");
    const pb_entry *low = pb_summary_find(summary, "layoffs/realised/quantiles/0.05");
    const pb_entry *high = pb_summary_find(summary, "layoffs/realised/quantiles/0.95");
    const pb_entry *none = pb_summary_find(summary, "layoffs/no_deal/mean");
    if (mean == NULL || low == NULL || high == NULL || none == NULL || !(none->value > 0.0)) {
        return;
    }
    fputs("Layoffs: ", out);
    pb_page_number(out, mean);
    fputs(" on average, ", out);
    pb_page_number(out, low);
    fputs(" to ", out);
    pb_page_number(out, high);
    fputs(" in 9 of 10 draws; without any deal ", out);
    pb_page_number(out, none);
    fputs(".\n", out);
}

/* Which draws the page is about, if not all. */
static void print_given(const pb_summary *summary, FILE *out)
{
    const pb_entry *draws = pb_summary_find(summary, "given/draws");
    const pb_entry *probability = pb_summary_find(summary, "given/probability");
    if (draws == NULL || probability == NULL) {
        return;
    }
    fprintf(out, "\n%cGIVEN THAT", PB_BOLD);
    const pb_entry *condition;
    for (int i = 0; (condition = pb_summary_find(summary, "given/conditions/[%d]", i)) != NULL;
         i++) {
        fprintf(out, "%s %s", i == 0 ? "" : "\n       and", condition->text);
    }
    fprintf(out, "%c\n", PB_PLAIN);
    pb_page_number(out, draws);
    fputs(" draws are left, a chance of ", out);
    pb_page_number(out, probability);
    fputs("; all below is counted among them.\n", out);
    if (draws->value < PB_GIVEN_FEW) {
        fputs("Few draws are left: mind the errors, or run the scenario with more draws.\n", out);
    }
}

static void print_answer(const pb_summary *summary, FILE *out)
{
    fputc('\n', out);
    print_chance(summary, out, "The deal is ratified ", "ratified", ".\n");
    print_chance(summary, out, "Both years close in balance ",
                 "balanced_at_close/realised/both_years", ";\n");
    print_chance(summary, out, "  if every draw had a deal, ", "balanced_at_close/deal/both_years",
                 ",\n");
    print_chance(summary, out, "  if no draw had one, ", "balanced_at_close/no_deal/both_years",
                 ".\n");
    print_layoffs(summary, out);
}

static void print_link(FILE *out, const char *label, const pb_entry *entry)
{
    pb_page_column(out, label, 48);
    pb_page_cell(out, entry);
    fputc('\n', out);
}

/* One overall number would hide which link is weak. */
static void print_chain(const pb_summary *summary, FILE *out)
{
    const pb_entry *agreement = pb_summary_find(summary, "agreement");
    const pb_entry *given = pb_summary_find(summary, "ratified_given_agreement");
    const pb_entry *deal = pb_summary_find(summary, "deal");
    if (agreement == NULL || given == NULL || deal == NULL) {
        return;
    }
    const bool possible = agreement->value > 0.0;
    pb_page_title(out, "THE CHAIN");
    print_link(out, "    P(agreement)", agreement);
    print_link(out, "  x P(ratified | agreement)", possible ? given : NULL);
    print_link(out, "  x P(approved by the legislature | ratified)",
               pb_summary_find(summary, "legislature"));
    print_link(out, "  = P(deal)", deal);
}

static bool is_text_below(const pb_entry *entry, const char *path)
{
    return strncmp(entry->path, path, strlen(path)) == 0 && entry->text != NULL;
}

/* How many entries below `path` from `i` on hold the same text. */
static size_t run_of(const pb_summary *summary, size_t i, const char *path)
{
    size_t n = 1;
    while (i + n < summary->n && is_text_below(&summary->entry[i + n], path)
           && strcmp(summary->entry[i + n].text, summary->entry[i].text) == 0) {
        n++;
    }
    return n;
}

/* The texts below `path`, with commas between; repeated ones once, with their number. */
static void print_list(const pb_summary *summary, FILE *out, const char *start, const char *path)
{
    const char *before = start;
    char *text = NULL;
    size_t size = 0;
    FILE *line = open_memstream(&text, &size);
    for (size_t i = 0; line != NULL && i < summary->n; i++) {
        const pb_entry *entry = &summary->entry[i];
        if (is_text_below(entry, path)) {
            const size_t n = run_of(summary, i, path);
            fprintf(line, "%s%s", before, entry->text);
            if (n > 1) {
                fprintf(line, " (%zu)", n);
            }
            before = ", ";
            i += n - 1;
        }
    }
    if (line != NULL && fclose(line) == 0) {
        pb_page_wrap(out, text, 2);
    }
    free(text);
}

static void print_page(const pb_summary *summary, FILE *out)
{
    print_heading(summary, out);
    print_given(summary, out);
    print_answer(summary, out);
    print_chain(summary, out);
    pb_page_votes(summary, out);
    pb_page_opening(summary, out);
    pb_page_budget(summary, out);
    pb_page_jobs(summary, out);
    pb_page_histograms(summary, out);
    pb_page_measures(summary, out);
    pb_page_parameters(summary, out);
    fputc('\n', out);
    print_list(summary, out, "Counted votes used: ", "evidence/used/");
    print_list(summary, out, "Not used, dated as_of or later: ", "evidence/ignored/");
    fputs("+- is the standard error of the simulation, and no digit goes beyond it; how far the\n"
          "scenario itself may be wrong is not in it. Without +-: no sampling error.\n",
          out);
}

static void write_page(const void *summary, FILE *out)
{
    print_page(summary, out);
}

void pb_page(const pb_summary *summary, FILE *out)
{
    pb_page_show(write_page, summary, out);
}
