/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/page.h"

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
    fprintf(out, "%s\n", *title != '\0' ? title : scenario);
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

/* 0.41 is "about 4 in 10". */
static void print_odds(FILE *out, double p)
{
    if (p <= 0.0) {
        fputs("in none of the draws", out);
    } else if (p >= 1.0) {
        fputs("in every draw", out);
    } else if (p < 0.05) {
        fprintf(out, "in about 1 in %.0f draws", 1.0 / p);
    } else if (p >= 0.95) {
        fprintf(out, "in all but about 1 in %.0f draws", 1.0 / (1.0 - p));
    } else {
        fprintf(out, "in about %.0f in 10 draws", fmin(fmax(round(10.0 * p), 1.0), 9.0));
    }
}

static void print_sentence(const pb_summary *summary, FILE *out, const char *start,
                           const char *path)
{
    const pb_entry *chance = pb_summary_find(summary, "%s", path);
    if (chance == NULL || !isfinite(chance->value)) {
        return;
    }
    fprintf(out, "%s ", start);
    print_odds(out, chance->value);
    fputs(": ", out);
    pb_page_number(out, chance);
    fputs(".\n", out);
}

static void print_answer(const pb_summary *summary, FILE *out)
{
    fputc('\n', out);
    print_sentence(summary, out, "The deal is ratified", "ratified");
    print_sentence(summary, out, "Both years close in balance",
                   "balanced_at_close/realised/both_years");
    print_sentence(summary, out, "Without a deal they do", "balanced_at_close/no_deal/both_years");
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
    const pb_entry *ratified = pb_summary_find(summary, "ratified");
    const pb_entry *deal = pb_summary_find(summary, "deal");
    if (agreement == NULL || ratified == NULL || deal == NULL) {
        return;
    }
    pb_entry given = *ratified; /* of all draws, so far */
    given.value /= agreement->value;
    given.se /= agreement->value;
    const bool possible = agreement->value > 0.0;
    pb_page_title(out, "THE CHAIN");
    print_link(out, "    P(agreement)", agreement);
    print_link(out, "  x P(ratified | agreement)", possible ? &given : NULL);
    print_link(out, "  x P(approved by the legislature | ratified)",
               pb_summary_find(summary, "legislature"));
    print_link(out, "  = P(deal)", deal);
}

/* The texts below `path`, with commas between. */
static void print_list(const pb_summary *summary, FILE *out, const char *start, const char *path)
{
    const size_t length = strlen(path);
    const char *before = start;
    char *text = NULL;
    size_t size = 0;
    FILE *line = open_memstream(&text, &size);
    for (size_t i = 0; line != NULL && i < summary->n; i++) {
        const pb_entry *entry = &summary->entry[i];
        if (strncmp(entry->path, path, length) == 0 && entry->text != NULL) {
            fprintf(line, "%s%s", before, entry->text);
            before = ", ";
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
    print_answer(summary, out);
    print_chain(summary, out);
    pb_page_votes(summary, out);
    pb_page_budget(summary, out);
    pb_page_jobs(summary, out);
    pb_page_measures(summary, out);
    pb_page_parameters(summary, out);
    fputc('\n', out);
    print_list(summary, out, "Counted votes used: ", "evidence/used/");
    print_list(summary, out, "Not used, dated as_of or later: ", "evidence/ignored/");
    fputs("+- is the standard error of the simulation, and no digit goes beyond it; how far the\n"
          "scenario itself may be wrong is not in it. Without +-: no sampling error.\n",
          out);
}

/* Table cells end in blanks, lines need not. */
static void print_trimmed(const char *text, FILE *out)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        size_t used = length;
        while (used > 0 && text[used - 1] == ' ') {
            used--;
        }
        fwrite(text, 1, used, out);
        fputc('\n', out);
        text += length + (text[length] == '\n' ? 1 : 0);
    }
}

void pb_page(const pb_summary *summary, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *page = open_memstream(&text, &size);
    if (page == NULL) {
        print_page(summary, out);
        return;
    }
    print_page(summary, page);
    if (fclose(page) == 0) {
        print_trimmed(text, out);
    }
    free(text);
}
