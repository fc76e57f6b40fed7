/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/digits.h"
#include "results/page_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNION_LABEL = 34, OUTCOME_LABEL = 50, MAX_ROUNDS = 2 };

static int count_rounds(const pb_summary *summary)
{
    int n = 0;
    while (n < MAX_ROUNDS && pb_summary_find(summary, "rounds/[%d]/id", n) != NULL) {
        n++;
    }
    return n;
}

/* "Round 1 (2011-06): at most 1/15 of the unions opposed ..." */
static void print_rule(const pb_summary *summary, int r, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    const pb_entry *rule = pb_summary_find(summary, "rounds/[%d]/rule_text", r);
    const pb_entry *id = pb_summary_find(summary, "rounds/[%d]/id", r);
    FILE *line = rule == NULL || rule->text == NULL ? NULL : open_memstream(&text, &size);
    if (line != NULL) {
        fprintf(line, "Round %d (%s): %s.", r + 1, id->text == NULL ? "" : id->text, rule->text);
        if (fclose(line) == 0) {
            pb_page_wrap(out, text, 2);
        }
    }
    free(text);
}

static void print_round_line(const pb_summary *summary, FILE *out, const char *label, int r,
                             const char *key)
{
    const pb_entry *entry = pb_summary_find(summary, "rounds/[%d]/%s", r, key);
    if (entry != NULL) {
        pb_page_column(out, label, UNION_LABEL);
        fprintf(out, "%7s", "");
        pb_page_cell(out, entry);
        fputc('\n', out);
    }
}

/* What the table says of each union beside its size. */
static const struct {
    const char *key, *head;
} UNION_COLUMNS[] = {
    {"approves", "approves"},
    {"pivotal", "decides"},
    {"lost_deal_share", "lost-deal share"},
};
enum { N_UNION_COLUMNS = sizeof UNION_COLUMNS / sizeof UNION_COLUMNS[0] };

/* The id, which options ask for, and what fits of the title. */
static void print_name(FILE *out, const char *id, const char *title)
{
    char name[PB_PATH_SIZE];
    const bool once = strncmp(title, id, strlen(id)) == 0;
    snprintf(name, sizeof name, "%s%s%s", once ? "" : id, once ? "" : " ", title);
    pb_page_column(out, name, UNION_LABEL);
}

/* A vote that is the same in every draw. */
static bool is_known(const pb_entry *entry)
{
    return entry != NULL && entry->kind == PB_ENTRY_ESTIMATE && entry->method == PB_METHOD_EXACT
           && (entry->value <= 0.0 || entry->value >= 1.0);
}

/* Whether the summary has the column for some union of the round: not all do under a condition. */
static bool has_column(const pb_summary *summary, int r, int c)
{
    char id[PB_ID_COPY_SIZE], unions[PB_PATH_SIZE];
    size_t at = 0;
    snprintf(unions, sizeof unions, "rounds/[%d]/unions", r);
    return pb_page_next_id(summary, unions, UNION_COLUMNS[c].key, &at, id);
}

static void print_union(const pb_summary *summary, FILE *out, int r, const char *id)
{
    const pb_entry *title = pb_summary_find(summary, "rounds/[%d]/unions/%s/title", r, id);
    const pb_entry *members = pb_summary_find(summary, "rounds/[%d]/unions/%s/members", r, id);
    print_name(out, id, title == NULL || title->text == NULL ? "" : title->text);
    if (members == NULL) {
        fprintf(out, "%7s", "");
    } else {
        char text[PB_DIGITS_SIZE];
        pb_digits_fixed(members->value, 0, text);
        fprintf(out, "%7s", text);
    }
    for (int c = 0; c < N_UNION_COLUMNS; c++) {
        const pb_entry *entry =
            pb_summary_find(summary, "rounds/[%d]/unions/%s/%s", r, id, UNION_COLUMNS[c].key);
        if (c == 0 && is_known(entry)) {
            pb_page_head(out, entry->value > 0.0 ? "yes" : "no");
        } else if (has_column(summary, r, c)) {
            pb_page_cell(out, entry);
        }
    }
    fputc('\n', out);
}

/* Whether every vote of a round is known and none could have decided it: nothing for a table. */
static bool is_settled(const pb_summary *summary, int r, const char *unions)
{
    char id[PB_ID_COPY_SIZE];
    for (size_t at = 0; pb_page_next_id(summary, unions, "approves", &at, id);) {
        const pb_entry *pivotal = pb_summary_find(summary, "rounds/[%d]/unions/%s/pivotal", r, id);
        if (!is_known(pb_summary_find(summary, "rounds/[%d]/unions/%s/approves", r, id))
            || (pivotal != NULL && pivotal->value > 0.0)) {
            return false;
        }
    }
    return true;
}

/* "All votes are known. Yes: A, B. No: C." */
static void print_settled(const pb_summary *summary, FILE *out, int r, const char *unions)
{
    char id[PB_ID_COPY_SIZE], *text = NULL;
    size_t size = 0;
    FILE *line = open_memstream(&text, &size);
    for (int vote = 1; line != NULL && vote >= 0; vote--) {
        const char *before = vote ? "All votes are known. Yes: " : ". No: ";
        for (size_t at = 0; pb_page_next_id(summary, unions, "approves", &at, id);) {
            const pb_entry *e = pb_summary_find(summary, "rounds/[%d]/unions/%s/approves", r, id);
            if ((e->value > 0.0) == (vote == 1)) {
                fprintf(line, "%s%s", before, id);
                before = ", ";
            }
        }
    }
    if (line != NULL && fputs(".", line) >= 0 && fclose(line) == 0) {
        pb_page_wrap(out, text, 2);
    }
    free(text);
}

static void print_round(const pb_summary *summary, FILE *out, int r)
{
    char id[PB_ID_COPY_SIZE], unions[PB_PATH_SIZE];
    size_t at = 0;
    snprintf(unions, sizeof unions, "rounds/[%d]/unions", r);
    fputs(r > 0 ? "\n" : "", out);
    print_rule(summary, r, out);
    print_round_line(summary, out, "the round is held", r, "held");
    print_round_line(summary, out, "ratified, if it is held", r, "ratified");
    if (is_settled(summary, r, unions)) {
        print_settled(summary, out, r, unions);
        return;
    }
    pb_page_column(out, "union", UNION_LABEL);
    fprintf(out, "%7s", "members");
    for (int c = 0; c < N_UNION_COLUMNS; c++) {
        if (has_column(summary, r, c)) {
            pb_page_head(out, UNION_COLUMNS[c].head);
        }
    }
    fputc('\n', out);
    while (pb_page_next_id(summary, unions, "approves", &at, id)) {
        print_union(summary, out, r, id);
    }
}

static void print_outcomes(const pb_summary *summary, FILE *out)
{
    char label[PB_PATH_SIZE];
    bool titled = false;
    for (size_t i = 0; i < summary->n; i++) {
        const pb_entry *entry = &summary->entry[i];
        if (strncmp(entry->path, "outcomes/", 9) != 0) {
            continue;
        }
        if (!titled) {
            pb_page_title(out, "HOW IT ENDS (probability)");
            titled = true;
        }
        strcpy(label, entry->path + 9);
        for (char *c = label; *c != '\0'; c++) {
            *c = *c == '_' ? ' ' : *c;
        }
        pb_page_column(out, label, OUTCOME_LABEL);
        pb_page_cell(out, entry);
        fputc('\n', out);
    }
}

void pb_page_votes(const pb_summary *summary, FILE *out)
{
    const int n_rounds = count_rounds(summary);
    if (n_rounds > 0) {
        pb_page_title(out,
                      "THE VOTE (if the round is held: chance that a union approves, yes or no "
                      "where it is known)");
        for (int r = 0; r < n_rounds; r++) {
            print_round(summary, out, r);
        }
    }
    print_outcomes(summary, out);
}
