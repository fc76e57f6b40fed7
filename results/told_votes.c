/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The talks, the votes and how they end, of one draw. */
#include "models/ballots.h"
#include "models/union_vote.h"
#include "results/date_text.h"
#include "results/digits.h"
#include "results/page_parts.h"
#include "results/rule_text.h"
#include "results/told.h"

#include <string.h>

enum { NAME = 38, NUMBER = 9, SHARE = 10 };

static void print_date(FILE *out, pb_date date)
{
    char text[PB_DATE_TEXT_SIZE];
    pb_date_text(date, text);
    fputs(text, out);
}

static void print_count(FILE *out, double count, int width)
{
    char text[PB_DIGITS_SIZE];
    pb_digits_fixed(count, 0, text);
    fprintf(out, "%*s", width, text);
}

static void print_talks(const pb_told *told, FILE *out)
{
    const pb_dates *dates = &told->scenario->dates;
    pb_page_title(out, "THE TALKS");
    if (dates->agreement != PB_NO_DATE) {
        fputs("The negotiators' agreement is of ", out);
        print_date(out, dates->agreement);
    } else if (told->agreement.in_time) {
        fputs("The negotiators agree on ", out);
        print_date(out, (pb_date)told->agreement.day);
    } else {
        fputs("The negotiators do not agree by the deadline, ", out);
        print_date(out, dates->deadline);
    }
    fputs(".\n", out);
}

/* ---- the table of a round ---- */

static void print_figures(FILE *out, double members, double ballots, double yes)
{
    print_count(out, members, NUMBER);
    print_count(out, ballots, NUMBER);
    print_count(out, yes, NUMBER);
    print_count(out, ballots - yes, NUMBER);
    if (ballots > 0.0) {
        fprintf(out, "%*.1f%%", SHARE - 1, 100.0 * yes / ballots);
    } else {
        fprintf(out, "%*s", SHARE, "-");
    }
}

static void print_unit(const pb_told *told, int r, int u, FILE *out)
{
    const pb_coalition *c = &told->scenario->coalition;
    const pb_unit *unit = &c->unit[u];
    const size_t item = (size_t)(r * c->n_units + u);
    fputs("  ", out);
    pb_page_column(out, *unit->title != '\0' ? unit->title : unit->id, NAME - 2);
    print_figures(out, (double)unit->members, told->w->votes[r].ballots[u][told->lane],
                  told->w->votes[r].yes[u][told->lane]);
    fprintf(out, "  (%s)%s\n", pb_told_number(told, PB_COLUMN_unit_vote, item) > 0.0 ? "yes" : "no",
            pb_unit_known(c, u, r) != NULL ? " counted" : "");
}

/* Whether the table shows the union's units. */
static bool shows_units(const pb_told *told, int r, int k)
{
    const pb_coalition *c = &told->scenario->coalition;
    return c->unions[k].n_units > 1 && pb_union_known(c, k, r) == NULL;
}

static void print_union(const pb_told *told, int r, int k, FILE *out)
{
    static const char *const WORDS[] = {"NO", "YES", "abstains"};
    const pb_union *voters = &told->scenario->coalition.unions[k];
    const pb_told_vote vote = pb_told_union(told, r, k);
    pb_page_column(out, *voters->title != '\0' ? voters->title : voters->id, NAME);
    print_figures(out, vote.members, vote.ballots, vote.yes);
    fprintf(out, "  %s%s%s\n", WORDS[vote.vote], *vote.how != '\0' ? " " : "", vote.how);
    for (int u = 0; u < voters->n_units && shows_units(told, r, k); u++) {
        print_unit(told, r, voters->first_unit + u, out);
    }
}

static void print_table(const pb_told *told, int r, FILE *out)
{
    static const char *const HEADS[] = {"members", "ballots", "yes", "no"};
    bool some_units = false, some_results = false;
    pb_page_column(out, "union", NAME);
    for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++) {
        fprintf(out, "%*s", NUMBER, HEADS[i]);
    }
    fprintf(out, "%*s  vote\n", SHARE, "yes share");
    for (int k = 0; k < told->scenario->coalition.n_unions; k++) {
        print_union(told, r, k, out);
        some_units = some_units || shows_units(told, r, k);
        some_results = some_results || strchr(pb_told_union(told, r, k).how, '*') != NULL;
    }
    if (some_results) {
        fputs("* Counted, but only the result is known: the figures are drawn.\n", out);
    }
    if (some_units) {
        fputs("In brackets: what a unit says for itself, inside its union.\n", out);
    }
}

/* ---- the rule ---- */

/* Node `i` of a rule, which has no children, as a rule of its own. */
static pb_rule clause_of(const pb_rule *rule, int i)
{
    pb_rule clause = {.n_nodes = 1, .node = {rule->node[i]}};
    clause.node[0].next = 1;
    return clause;
}

static void print_clause(const pb_told *told, const pb_rule *rule, int i, const pb_tally *tally,
                         FILE *out)
{
    const pb_rule clause = clause_of(rule, i);
    const pb_clause *row = &PB_CLAUSES[rule->node[i].kind];
    char text[1024], found[2 * PB_DIGITS_SIZE + 16] = "", line[1200];
    pb_rule_text(&clause, &told->scenario->coalition, text, sizeof text);
    if (row->measure != NULL) {
        char part_text[PB_DIGITS_SIZE], whole_text[PB_DIGITS_SIZE];
        int64_t part, whole;
        row->measure(tally, &part, &whole);
        pb_digits_fixed((double)part, 0, part_text);
        pb_digits_fixed((double)whole, 0, whole_text);
        (void)snprintf(found, sizeof found, "it is %s of %s, ", part_text, whole_text);
    }
    (void)snprintf(line, sizeof line, "- %s: %s%s", text, found,
                   pb_rule_holds(&clause, tally) ? "met" : "NOT met");
    pb_page_wrap(out, line, 2);
}

static void print_rule(const pb_told *told, int r, FILE *out)
{
    const pb_rule *rule = &told->scenario->round[r].rule;
    const pb_tally tally = pb_told_tally(told, r);
    fprintf(out, "The rule (%s) asks for\n", rule->id);
    for (int i = 0; i < rule->n_nodes; i++) {
        const pb_clause_kind kind = rule->node[i].kind;
        if (kind != PB_CLAUSE_ALL && kind != PB_CLAUSE_ANY && kind != PB_CLAUSE_NOT) {
            print_clause(told, rule, i, &tally, out);
        }
    }
    const bool simple = rule->n_nodes == 1 || rule->node[0].kind == PB_CLAUSE_ALL;
    if (!simple) { /* how the clauses hang together is not seen from a list */
        char text[1024], line[1200];
        pb_rule_text(rule, &told->scenario->coalition, text, sizeof text);
        snprintf(line, sizeof line, "Together: %s.", text);
        pb_page_wrap(out, line, 2);
    }
    char yes[PB_DIGITS_SIZE], ballots[PB_DIGITS_SIZE];
    pb_digits_fixed((double)tally.yes, 0, yes);
    pb_digits_fixed((double)tally.ballots, 0, ballots);
    fprintf(out, "In all %s of %s ballots say yes", yes, ballots);
    if (tally.ballots > 0) {
        fprintf(out, " (%.1f%%)", 100.0 * (double)tally.yes / (double)tally.ballots);
    }
    fprintf(out, ". The deal is %s.\n", pb_rule_holds(rule, &tally) ? "RATIFIED" : "REJECTED");
}

static void print_round(const pb_told *told, int r, FILE *out)
{
    char title[PB_ID_SIZE + 64];
    snprintf(title, sizeof title, "THE %s VOTE (round %s)", r == 0 ? "FIRST" : "SECOND",
             told->scenario->round[r].id);
    pb_page_title(out, title);
    const bool last = told->w->deal_round[told->lane] == r;
    const pb_date day =
        last ? (pb_date)told->w->ratified_day[told->lane] : told->scenario->timing[r].vote_end;
    if (day != PB_NO_DATE) {
        fputs("It ends on ", out);
        print_date(out, day);
        fputs(".\n", out);
    }
    print_table(told, r, out);
    print_rule(told, r, out);
}

/* ---- how it ends ---- */

static void print_end(const pb_told *told, FILE *out)
{
    static const char *const SENTENCES[PB_N_OUTCOMES] = {
        [PB_NO_AGREEMENT] = "There is nothing to vote on, and no deal.",
        [PB_DEAL_ROUND_1] = "The legislature approves: there is a deal.",
        [PB_DEAL_ROUND_2] = "The legislature approves: there is a deal.",
        [PB_REJECTED] = "No second vote is held: there is no deal.",
        [PB_REJECTED_TWICE] = "It is rejected twice: there is no deal.",
        [PB_REFUSED_ROUND_1] = "The legislature refuses what was ratified: there is no deal.",
        [PB_REFUSED_ROUND_2] = "The legislature refuses what was ratified: there is no deal.",
    };
    pb_page_title(out, "HOW IT ENDS");
    fprintf(out, "%s Settled on ", SENTENCES[told->out->outcome[told->lane]]);
    print_date(out, told->out->result_date[told->lane]);
    fputs(".\n", out);
    if (pb_told_branch(told) == PB_BRANCH_DEAL) {
        fputs("The deal is in force from ", out);
        print_date(out, (pb_date)told->w->in_force_day[told->lane]);
        fprintf(out, "; units with %.1f%% of the members accept their own contracts.\n",
                100.0 * pb_told_number(told, PB_COLUMN_contract_coverage, 0));
    } else {
        fputs("Plan B begins on ", out);
        print_date(out, (pb_date)told->w->failed_day[told->lane]);
        fputs(".\n", out);
    }
}

void pb_told_votes(const pb_told *told, FILE *out)
{
    print_talks(told, out);
    for (int r = 0; r < told->scenario->n_rounds; r++) {
        if (pb_told_is_held(told, r)) {
            print_round(told, r, out);
        }
    }
    print_end(told, out);
}
