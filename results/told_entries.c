/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/told.h"

#include "results/date_text.h"
#include "results/digits.h"
#include "results/page_parts.h"

#include <stdio.h>

static const char *const OUTCOME_NAMES[PB_N_OUTCOMES] = {
#define X(name, code, text) [code] = text,
    PB_OUTCOMES(X)
#undef X
};

/* ---- for a person ---- */

static void write_page(const void *what, FILE *out)
{
    const pb_told *told = what;
    char all[PB_DIGITS_SIZE], line[512];
    pb_digits_fixed((double)told->scenario->run.draws, 0, all);
    if (told->chosen != NULL) {
        (void)snprintf(line, sizeof line, "Draw %lld of scenario %s: the first of %s with the %s.",
                       (long long)told->draw, told->scenario->name, all, told->chosen);
    } else {
        (void)snprintf(line, sizeof line, "Draw %lld of scenario %s, one of %s.",
                       (long long)told->draw, told->scenario->name, all);
    }
    pb_page_wrap(out, line, 2);
    fputs(
        "This is one way in which it may go, not the likeliest one; every number below is of this "
        "draw.\n",
        out);
    if (!told->checked) {
        fputs("The file keeps no draws; this one was simulated again.\n", out);
    }
    pb_told_votes(told, out);
    pb_told_budget(told, out);
}

void pb_told_page(const pb_told *told, FILE *out)
{
    pb_page_show(write_page, told, out);
}

/* ---- for a program ---- */

static void add_union(const pb_told *told, int r, int k, pb_summary *summary)
{
    static const char *const WORDS[] = {"no", "yes", "abstains"};
    const char *id = told->scenario->coalition.unions[k].id;
    const pb_told_vote vote = pb_told_union(told, r, k);
    pb_summary_text(summary, WORDS[vote.vote], "rounds/[%d]/unions/%s/vote", r, id);
    pb_summary_number(summary, vote.members, "rounds/[%d]/unions/%s/members", r, id);
    pb_summary_number(summary, vote.ballots, "rounds/[%d]/unions/%s/ballots", r, id);
    pb_summary_number(summary, vote.yes, "rounds/[%d]/unions/%s/yes", r, id);
}

static void add_round(const pb_told *told, int r, pb_summary *summary)
{
    const pb_tally tally = pb_told_tally(told, r);
    pb_summary_text(summary, told->scenario->round[r].id, "rounds/[%d]/id", r);
    pb_summary_text(summary, pb_told_is_held(told, r) ? "yes" : "no", "rounds/[%d]/held", r);
    pb_summary_text(summary, pb_rule_holds(&told->scenario->round[r].rule, &tally) ? "yes" : "no",
                    "rounds/[%d]/rule_satisfied", r);
    pb_summary_number(summary, (double)tally.unions_approving, "rounds/[%d]/unions_approving", r);
    pb_summary_number(summary, (double)tally.members_approving, "rounds/[%d]/members_approving", r);
    pb_summary_number(summary, (double)tally.ballots, "rounds/[%d]/ballots", r);
    pb_summary_number(summary, (double)tally.yes, "rounds/[%d]/yes", r);
    for (int k = 0; k < told->scenario->coalition.n_unions; k++) {
        add_union(told, r, k, summary);
    }
}

static void add_ledger(const pb_told *told, pb_summary *summary)
{
    pb_ledger_line line[PB_MAX_LEDGER];
    const int n = pb_told_ledger(told, line);
    const pb_fiscal_years years = pb_fiscal_years_from(told->scenario->dates.fy_start);
    for (int y = 0; y < PB_YEARS; y++) {
        pb_summary_number(summary, pb_civil_of_date(years.start[y + 1] - 1).year,
                          "ledger/[%d]/fiscal_year", y);
        for (int i = 0; i < n; i++) {
            if (line[i].kind != PB_LINE_PART) {
                pb_summary_number(summary, line[i].musd[y], "ledger/[%d]/%s", y, line[i].key);
            }
        }
        for (int i = 0; i < n; i++) {
            if (line[i].kind == PB_LINE_PART) {
                pb_summary_number(summary, line[i].musd[y], "ledger/[%d]/parts/%s", y, line[i].key);
            }
        }
    }
}

static void add_branches(const pb_told *told, pb_summary *summary)
{
    static const char *const BRANCHES[PB_BRANCHES] = {"deal", "no_deal"};
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        for (size_t y = 0; y < PB_YEARS; y++) {
            const size_t at = b * PB_YEARS + y;
            pb_summary_number(summary,
                              pb_told_number(told, PB_COLUMN_balance_by_branch, at)
                                  + pb_told_number(told, PB_COLUMN_reserve_use, at),
                              "balance/%s/[%zu]", BRANCHES[b], y);
        }
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        for (size_t y = 0; y < PB_YEARS; y++) {
            pb_summary_number(summary,
                              pb_told_number(told, PB_COLUMN_gap_at_deadline, b * PB_YEARS + y),
                              "gap/%s/[%zu]", BRANCHES[b], y);
        }
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        pb_summary_number(summary, pb_told_number(told, PB_COLUMN_notices, b), "notices/%s",
                          BRANCHES[b]);
    }
    for (size_t b = 0; b < PB_BRANCHES; b++) {
        pb_summary_number(summary, pb_told_number(told, PB_COLUMN_layoffs, b), "layoffs/%s",
                          BRANCHES[b]);
    }
}

void pb_told_entries(const pb_told *told, pb_summary *summary)
{
    char date[PB_DATE_TEXT_SIZE];
    pb_date_text(told->out->result_date[told->lane], date);
    pb_summary_text(summary, told->scenario->name, "scenario");
    pb_summary_integer(summary, (uint64_t)told->scenario->run.draws, "draws");
    pb_summary_integer(summary, told->scenario->run.seed, "seed");
    pb_summary_integer(summary, (uint64_t)told->draw, "draw");
    pb_summary_text(summary, told->checked ? "equal to the file's" : "not stored in the file",
                    "check");
    pb_summary_text(summary, OUTCOME_NAMES[told->out->outcome[told->lane]], "outcome");
    pb_summary_text(summary, date, "result_date");
    pb_summary_text(summary, pb_told_branch(told) == PB_BRANCH_DEAL ? "deal" : "no_deal", "branch");
    for (int r = 0; r < told->scenario->n_rounds; r++) {
        add_round(told, r, summary);
    }
    add_ledger(told, summary);
    add_branches(told, summary);
    pb_summary_number(summary, pb_told_number(told, PB_COLUMN_municipal_cut, 0), "municipal_cut");
    pb_summary_number(summary, pb_told_number(told, PB_COLUMN_local_layoffs, 0), "local_layoffs");
}
