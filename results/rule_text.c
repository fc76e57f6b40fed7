/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/rule_text.h"

#include "results/digits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that grows up to its room. */
typedef struct words {
    char *text;
    size_t size, used;
} words;

__attribute__((format(printf, 2, 3))) static void say(words *out, const char *format, ...)
{
    if (out->used + 1 >= out->size) {
        return;
    }
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(out->text + out->used, out->size - out->used, format, args);
    va_end(args);
    out->used += n > 0 ? (size_t)n : 0;
}

/* The tally if every union that votes approved with all its members' ballots. */
static pb_tally everybody(const pb_coalition *coalition)
{
    pb_tally tally = {0};
    for (int k = 0; k < coalition->n_unions; k++) {
        const pb_union *voters = &coalition->unions[k];
        tally.unions_voting += !voters->abstains;
        for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
            tally.members += voters->abstains ? 0 : coalition->unit[u].members;
        }
    }
    tally.approving = UINT64_MAX;
    tally.unions_approving = tally.unions_voting;
    tally.members_voting = tally.members_approving = tally.members;
    tally.ballots = tally.yes = tally.members;
    return tally;
}

int pb_rule_implied_unions(const pb_rule *rule, const pb_coalition *coalition)
{
    pb_tally tally = everybody(coalition);
    for (int n = 0; n <= (int)tally.unions_voting; n++) {
        tally.unions_approving = n;
        if (pb_rule_holds(rule, &tally)) {
            return n;
        }
    }
    return -1;
}

/* The head-count at which a comparison with a share of `whole` turns: 14 of 15 for at least
 * 9/10, 8 of 15 for more than 1/2, 1 of 15 for at most 1/15. */
static int64_t turning_count(const pb_rule_node *node, int64_t whole)
{
    const int64_t product = node->numerator * whole, d = node->denominator;
    switch (node->comparison) {
        case PB_AT_LEAST:
            return (product + d - 1) / d;
        case PB_MORE_THAN:
            return product / d + 1;
        case PB_LESS_THAN:
            return (product + d - 1) / d - 1;
        case PB_AT_MOST:
        case PB_N_COMPARISONS:
            break;
    }
    return product / d;
}

static const char *subject(pb_clause_kind kind)
{
    switch (kind) {
        case PB_CLAUSE_UNIONS_APPROVING:
            return "unions approving";
        case PB_CLAUSE_UNIONS_OPPOSED:
            return "unions opposed";
        case PB_CLAUSE_MEMBERS_REPRESENTED:
            return "members represented by approving unions";
        case PB_CLAUSE_BALLOTS_APPROVING:
            return "ballots yes";
        case PB_CLAUSE_BALLOTS_OPPOSED:
            return "ballots no";
        default:
            return "members voting";
    }
}

static void say_comparison(const pb_rule_node *node, const pb_tally *all, words *out)
{
    static const char *const WORDS[PB_N_COMPARISONS] = {
        [PB_AT_LEAST] = "at least",
        [PB_MORE_THAN] = "more than",
        [PB_AT_MOST] = "at most",
        [PB_LESS_THAN] = "less than",
    };
    const char *comparison = WORDS[node->comparison];
    int64_t part, whole;
    PB_CLAUSES[node->kind].measure(all, &part, &whole);

    if (node->denominator == 0) {
        say(out, "%s %" PRId64 " of %" PRId64 " %s", comparison, node->numerator, whole,
            subject(node->kind));
        return;
    }
    say(out, "%s %" PRId64 "/%" PRId64 " of %s", comparison, node->numerator, node->denominator,
        subject(node->kind));
    if (PB_CLAUSES[node->kind].counts_unions || node->kind == PB_CLAUSE_MEMBERS_REPRESENTED) {
        const bool floor = node->comparison == PB_AT_LEAST || node->comparison == PB_MORE_THAN;
        char turning[PB_DIGITS_SIZE], of[PB_DIGITS_SIZE];
        pb_digits_fixed((double)turning_count(node, whole), 0, turning);
        pb_digits_fixed((double)whole, 0, of);
        say(out, " (%s of %s or %s)", turning, of, floor ? "more" : "fewer");
    }
}

static void say_veto(const pb_rule_node *node, const pb_coalition *coalition, words *out)
{
    const char *separator = "";
    for (int k = 0; k < coalition->n_unions; k++) {
        if (node->veto >> k & 1) {
            say(out, "%s%s", separator, coalition->unions[k].id);
            separator = " and ";
        }
    }
    say(out, " approving");
}

static void say_node(const pb_rule *rule, int i, const pb_coalition *coalition, const pb_tally *all,
                     words *out)
{
    const pb_rule_node *node = &rule->node[i];
    if (node->kind == PB_CLAUSE_VETO) {
        say_veto(node, coalition, out);
    } else if (node->kind == PB_CLAUSE_NOT) {
        say(out, "not (");
        say_node(rule, i + 1, coalition, all, out);
        say(out, ")");
    } else if (node->kind == PB_CLAUSE_ALL || node->kind == PB_CLAUSE_ANY) {
        say(out, "%s", i > 0 ? "(" : "");
        for (int child = i + 1; child < node->next; child = rule->node[child].next) {
            say(out, "%s", child == i + 1 ? "" : node->kind == PB_CLAUSE_ALL ? " and " : " or ");
            say_node(rule, child, coalition, all, out);
        }
        say(out, "%s", i > 0 ? ")" : "");
    } else {
        say_comparison(node, all, out);
    }
}

void pb_rule_text(const pb_rule *rule, const pb_coalition *coalition, char *text, size_t size)
{
    const pb_tally all = everybody(coalition);
    words out = {text, size, 0};
    text[0] = '\0';
    say_node(rule, 0, coalition, &all, &out);
}
