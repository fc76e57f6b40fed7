/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histograms of letters, two beside each other. */
#include "results/digits.h"
#include "results/page_parts.h"

#include <math.h>
#include <string.h>

enum { LABEL = 18, BAR = 22, SHARE = 6, GAP = 3, MOST_BINS = 64 };

/* What the summary has of one histogram. */
typedef struct drawn {
    char title[64];
    double from, width, share[MOST_BINS];
    int n, digits; /**< of a share, after the point */
} drawn;

static drawn read_drawn(const pb_summary *summary, const char *stem, const char *title)
{
    drawn h = {.n = 0};
    const pb_entry *from = pb_summary_find(summary, "%s/histogram/from", stem);
    const pb_entry *width = pb_summary_find(summary, "%s/histogram/width", stem);
    (void)snprintf(h.title, sizeof h.title, "%s", title);
    if (from == NULL || width == NULL) {
        return h;
    }
    double most = 0.0;
    h.from = from->value;
    h.width = width->value;
    for (const pb_entry *share; h.n < MOST_BINS; h.n++) {
        share = pb_summary_find(summary, "%s/histogram/share/[%d]", stem, h.n);
        if (share == NULL || !(share->value >= 0.0 && share->value <= 1.0)) {
            break;
        }
        h.share[h.n] = share->value;
        most = fmax(most, share->se);
    }
    h.digits = most < 0.0095 ? 3 : most < 0.095 ? 2 : 1; /* none beyond the largest error */
    return h;
}

static int decimals(double width)
{
    return width >= 1.0 ? 0 : width >= 0.1 ? 1 : width >= 0.01 ? 2 : 3;
}

/* "below -1,000", "-1,000 to -500", "2,000 and more". */
static void print_range(const drawn *h, int i, FILE *out)
{
    char low[PB_DIGITS_SIZE], high[PB_DIGITS_SIZE], text[2 * PB_DIGITS_SIZE + 8];
    pb_digits_fixed(h->from + i * h->width, decimals(h->width), low);
    pb_digits_fixed(h->from + (i + 1) * h->width, decimals(h->width), high);
    if (h->n == 1) {
        (void)snprintf(text, sizeof text, "about %s", low);
    } else if (i == 0) {
        (void)snprintf(text, sizeof text, "below %s", high);
    } else if (i + 1 == h->n) {
        (void)snprintf(text, sizeof text, "%s and more", low);
    } else {
        (void)snprintf(text, sizeof text, "%s to %s", low, high);
    }
    fprintf(out, "%*s ", LABEL - 1, text);
}

static double highest(const drawn *h)
{
    double most = 0.0;
    for (int i = 0; i < h->n; i++) {
        most = fmax(most, h->share[i]);
    }
    return most;
}

/* A bin below zero is drawn otherwise than one above it, so that colour is not needed. */
static void print_bin(const drawn *h, int i, FILE *out)
{
    if (i >= h->n) {
        fprintf(out, "%*s", LABEL + BAR + SHARE, "");
        return;
    }
    const double most = highest(h);
    const int length = most > 0.0 ? (int)round(BAR * h->share[i] / most) : 0;
    const bool deficit = h->from + (i + 0.5) * h->width < 0.0;
    print_range(h, i, out);
    for (int c = 0; c < BAR; c++) {
        fputc(c >= length ? ' ' : deficit ? '-' : '#', out);
    }
    fprintf(out, "%*.*f", SHARE, h->digits, h->share[i]);
}

static void print_pair(const drawn *left, const drawn *right, FILE *out)
{
    pb_page_column(out, left->title, LABEL + BAR + SHARE + GAP);
    fprintf(out, "%s\n", right->title);
    for (int i = 0; i < left->n || i < right->n; i++) {
        print_bin(left, i, out);
        fprintf(out, "%*s", GAP, "");
        print_bin(right, i, out);
        fputc('\n', out);
    }
}

void pb_page_histograms(const pb_summary *summary, FILE *out)
{
    char year[2][16], title[2][64];
    const bool two = pb_page_year(summary, 0, year[0], sizeof year[0])
                     && pb_page_year(summary, 1, year[1], sizeof year[1]);
    for (int y = 0; y < 2 && two; y++) {
        (void)snprintf(title[y], sizeof title[y], "balance at close of %s, million USD", year[y]);
    }
    const drawn first = read_drawn(summary, "balance/realised/[0]", two ? title[0] : "");
    const drawn second = read_drawn(summary, "balance/realised/[1]", two ? title[1] : "");
    const drawn layoffs = read_drawn(summary, "layoffs/realised", "layoffs");
    const drawn no_deal = read_drawn(summary, "layoffs/no_deal", "layoffs without a deal");
    if (first.n + second.n + layoffs.n == 0) {
        return;
    }
    pb_page_title(out, "THE SHAPE OF IT (share of draws; # surplus or nothing owed, - deficit)");
    print_pair(&first, &second, out);
    if (layoffs.n + no_deal.n > 0) {
        fputc('\n', out);
        print_pair(&layoffs, &no_deal, out);
    }
}
