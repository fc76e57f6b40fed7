/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_PAGE_PARTS_H
#define PLANB_RESULTS_PAGE_PARTS_H

#include "results/summary.h"

#include <stdbool.h>
#include <stdio.h>

/** The sections of the page; each prints nothing where the summary has nothing for it. */
void pb_page_votes(const pb_summary *summary, FILE *out);
void pb_page_opening(const pb_summary *summary, FILE *out);
void pb_page_budget(const pb_summary *summary, FILE *out);
void pb_page_jobs(const pb_summary *summary, FILE *out);
void pb_page_histograms(const pb_summary *summary, FILE *out);
void pb_page_measures(const pb_summary *summary, FILE *out);
void pb_page_parameters(const pb_summary *summary, FILE *out);

/** What a page is written with: marks in its text. */
enum { PB_BOLD = 1, PB_PLAIN = 2 };

/** Writes a page with marks. */
typedef void pb_page_writer(const void *what, FILE *out);

/**
 * Prints what `write` writes of `what`, without blanks at the ends of lines. Marks become bold
 * letters where `out` is a terminal and NO_COLOR is not set, and nothing elsewhere.
 */
void pb_page_show(pb_page_writer *write, const void *what, FILE *out);

/** Characters of a line, of a table's cell, and of a cell's number before its error. */
enum { PB_PAGE_WIDTH = 98, PB_CELL_WIDTH = 19, PB_CELL_NUMBER = 9, PB_ID_COPY_SIZE = 96 };

/** An empty line, then the title of a section. */
void pb_page_title(FILE *out, const char *title);

/** `text` in a column of `width` characters, UTF-8 counted as characters, cut if too long. */
void pb_page_column(FILE *out, const char *text, int width);

/** `text` in lines of the page's width, each but the first indented. */
void pb_page_wrap(FILE *out, const char *text, int indent);

/** A number with its error, "0.412 +- 0.002", as a table's cell; blank for NULL. */
void pb_page_cell(FILE *out, const pb_entry *entry);

/** The heading of such a cell, right above the number. */
void pb_page_head(FILE *out, const char *text);

/** The same number in running text. */
void pb_page_number(FILE *out, const pb_entry *entry);

/** A row of mean and quantiles below `prefix`, if the summary has it. */
void pb_page_spread(const pb_summary *summary, FILE *out, const char *label, const char *prefix);

/** The headings of such rows. */
void pb_page_spread_heads(FILE *out, const char *label);

/** Calendar year in which fiscal year `y` ends; false if the summary has no such year. */
bool pb_page_year(const pb_summary *summary, int y, char *text, size_t size);

/**
 * Walks over the things that have an entry "PREFIX/ID/SUFFIX": copies the ID of the next one
 * from *at on, and moves *at behind it; false at the end.
 */
bool pb_page_next_id(const pb_summary *summary, const char *prefix, const char *suffix, size_t *at,
                     char *id);

#endif
