/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_TOLD_H
#define PLANB_RESULTS_TOLD_H

#include "models/workings.h"
#include "params/scenario.h"
#include "results/summary.h"

#include <stdio.h>

/** One draw, to be told from the ballots to the balance. Everything is borrowed. */
typedef struct pb_told {
    const pb_scenario *scenario;
    const pb_outcomes *out; /**< of the draw's batch, every column */
    const pb_workings *w;   /**< of the same batch */
    size_t lane;            /**< the draw's place in the batch */
    int64_t draw;
    pb_agreement agreement;
    const char *chosen; /**< why this draw: "the worst ...", or NULL */
    bool checked;       /**< it is equal to what the file has stored */
} pb_told;

/** The draw's number in `item` of a column. */
double pb_told_number(const pb_told *told, pb_column_id column, size_t item);

/** The branch that happens. */
int pb_told_branch(const pb_told *told);

/** Whether round `r` is held. */
bool pb_told_is_held(const pb_told *told, int r);

/** How a union voted. */
typedef struct pb_told_vote {
    double members, ballots, yes; /**< ballots and yes as the rule sees them, pooled */
    uint8_t vote;                 /**< 0, 1 or PB_ABSTAINS */
    const char *how; /**< "counted", "counted*" (only the result is known), "by its leaders",
                        "by its units"; "": by its ballots */
} pb_told_vote;

pb_told_vote pb_told_union(const pb_told *told, int r, int k);

/** What the unions' votes of a round add up to. */
pb_tally pb_told_tally(const pb_told *told, int r);

/** What a line of the ledger is; a part is of the item before it. */
typedef enum pb_line_kind { PB_LINE_ITEM, PB_LINE_PART, PB_LINE_TOTAL } pb_line_kind;

/** One line of the ledger. */
typedef struct pb_ledger_line {
    char key[PB_ID_SIZE + 32]; /**< "revenue", "revenue/sales" */
    char label[PB_TITLE_SIZE];
    pb_line_kind kind;
    double musd[PB_YEARS]; /**< positive: improves the balance; a total: the sum so far */
} pb_ledger_line;

enum { PB_MAX_LEDGER = 160 };

/**
 * The ledger of the branch that happens (SPEC E.1): items that add up, those made of parts
 * followed by them, and the totals on the way. Items that are 0 in both years are left out.
 */
int pb_told_ledger(const pb_told *told, pb_ledger_line line[PB_MAX_LEDGER]);

/**
 * Prints the draw for a person. Money is rounded so that what is printed adds up: each figure is
 * the difference of two rounded running totals.
 */
void pb_told_page(const pb_told *told, FILE *out);

/** The sections of that page. */
void pb_told_votes(const pb_told *told, FILE *out);
void pb_told_budget(const pb_told *told, FILE *out);

/** The same for a program, as entries of a summary (owned by the caller). */
void pb_told_entries(const pb_told *told, pb_summary *summary);

#endif
