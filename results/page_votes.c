/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/page_parts.h"

#include <stdlib.h>
#include <string.h>

enum { UNION_ID = 16, UNION_TITLE = 36, OUTCOME_LABEL = 50, MAX_ROUNDS = 2 };

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

static void print_round_row(const pb_summary *summary, FILE *out, const char *label, int n_rounds,
                            const char *key)
{
    if (pb_summary_find(summary, "rounds/[0]/%s", key) == NULL) {
        return;
    }
    pb_page_column(out, label, UNION_ID + UNION_TITLE);
    fprintf(out, "%7s", "");
    for (int r = 0; r < n_rounds; r++) {
        pb_page_cell(out, pb_summary_find(summary, "rounds/[%d]/%s", r, key));
    }
    fputc('\n', out);
}

static void print_union(const pb_summary *summary, FILE *out, const char *id, int n_rounds)
{
    const pb_entry *title = pb_summary_find(summary, "rounds/[0]/unions/%s/title", id);
    const pb_entry *members = pb_summary_find(summary, "rounds/[0]/unions/%s/members", id);
    pb_page_column(out, id, UNION_ID);
    pb_page_column(out, title == NULL || title->text == NULL ? "" : title->text, UNION_TITLE);
    if (members == NULL) {
        fprintf(out, "%7s", "");
    } else {
        fprintf(out, "%7.0f", members->value);
    }
    for (int r = 0; r < n_rounds; r++) {
        pb_page_cell(out, pb_summary_find(summary, "rounds/[%d]/unions/%s/approves", r, id));
    }
    fputc('\n', out);
}

static void print_unions(const pb_summary *summary, FILE *out, int n_rounds)
{
    char id[PB_ID_COPY_SIZE];
    size_t at = 0;
    pb_page_column(out, "", UNION_ID + UNION_TITLE);
    fprintf(out, "%7s", "members");
    for (int r = 0; r < n_rounds; r++) {
        pb_page_head(out, r == 0 ? "round 1" : "round 2");
    }
    fputc('\n', out);
    print_round_row(summary, out, "the round is held", n_rounds, "held");
    print_round_row(summary, out, "ratified, if held", n_rounds, "ratified");
    while (pb_page_next_id(summary, "rounds/[0]/unions", "approves", &at, id)) {
        print_union(summary, out, id, n_rounds);
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
            pb_page_title(out, "HOW IT ENDS (share of the draws)");
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
        pb_page_title(out, "THE VOTE (chance that a union approves, if the round is held)");
        for (int r = 0; r < n_rounds; r++) {
            print_rule(summary, r, out);
        }
        print_unions(summary, out, n_rounds);
    }
    print_outcomes(summary, out);
}
