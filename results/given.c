/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/given.h"

#include "params/text.h"
#include "results/shape.h"
#include "results/statistics.h"
#include "results/stored_series.h"
#include "results/summary_group.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- conditions ---- */

static pb_status find_word(const char *text, const char *what, const char *word,
                           const pb_words *words, int *index, pb_error *err)
{
    char hint[1024];
    *index = pb_word_find(words, word);
    return *index >= 0 ? PB_OK
                       : pb_fail(err, PB_USAGE, "--given %s: %s '%s': %s", pb_show(text).text, what,
                                 pb_show(word).text, pb_words_hint(words, word, hint, sizeof hint));
}

pb_status pb_condition_read(const pb_scenario *scenario, const char *text, pb_condition *condition,
                            pb_error *err)
{
    static const char *const VOTES[] = {"rejected", "approved", NULL};
    const char *ids[PB_MAX_UNIONS + 1] = {NULL}, *rounds[PB_ROUNDS + 1] = {NULL};
    char voters[PB_ID_SIZE] = "", round[PB_ID_SIZE] = "";
    const char *equals = strrchr(text, '='), *at = strrchr(text, '@');
    int vote = 0;
    if (equals == NULL || equals - text >= PB_ID_SIZE) {
        return pb_fail(err, PB_USAGE,
                       "--given %s: wanted UNION=approved, UNION=rejected or UNION@ROUND=approved",
                       pb_show(text).text);
    }
    at = at != NULL && at < equals ? at : equals;
    memcpy(voters, text, (size_t)(at - text));
    if (at < equals) {
        memcpy(round, at + 1, (size_t)(equals - at - 1));
    }
    for (int k = 0; k < scenario->coalition.n_unions; k++) {
        ids[k] = scenario->coalition.unions[k].id;
    }
    for (int r = 0; r < scenario->n_rounds; r++) {
        rounds[r] = scenario->round[r].id;
    }
    const pb_words unions = {ids, sizeof *ids, 0}, names = {rounds, sizeof *rounds, 0},
                   votes = {VOTES, sizeof *VOTES, 0};
    *condition = (pb_condition){0};
    pb_status status = find_word(text, "no union", voters, &unions, &condition->voters, err);
    if (status == PB_OK && at < equals) {
        status = find_word(text, "no round", round, &names, &condition->round, err);
    }
    if (status == PB_OK) {
        status = find_word(text, "no vote", equals + 1, &votes, &vote, err);
    }
    condition->approves = vote == 1;
    return status;
}

/* Whether the round is held in a draw that ends so. */
static bool is_held(int round, uint8_t outcome)
{
    return round == 0 ? outcome != PB_NO_AGREEMENT
                      : outcome == PB_DEAL_ROUND_2 || outcome == PB_REJECTED_TWICE
                            || outcome == PB_REFUSED_ROUND_2;
}

/* Marks the draws of a batch in which all conditions hold. */
static void mark(const pb_scenario *scenario, const pb_outcomes *out, const pb_condition *condition,
                 int n, double *where)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        where[lane] = 1.0;
        for (int i = 0; i < n; i++) {
            const int item =
                condition[i].round * scenario->coalition.n_unions + condition[i].voters;
            const uint8_t vote = out->union_vote[(size_t)item * PB_LANES + lane];
            if (vote != condition[i].approves || !is_held(condition[i].round, out->outcome[lane])) {
                where[lane] = 0.0;
            }
        }
    }
}

/* ---- counting ---- */

/* How many draws there are, and in how many the conditions hold, by replicate. */
typedef struct counts {
    int64_t all[PB_REPLICATES], kept[PB_REPLICATES], n, n_kept;
} counts;

static pb_status count_draws(const pb_scenario *scenario, pb_draws *draws,
                             const pb_condition *condition, int n_conditions,
                             pb_statistics *statistics, counts *counted, pb_error *err)
{
    enum { BATCHES_A_BLOCK = 16 };
    pb_outcomes out;
    double where[PB_LANES];
    const int64_t n = pb_draws_count(draws);
    const pb_shape shape = pb_shape_of(scenario);
    pb_status status = pb_outcomes_alloc(&shape, &out, err);
    if (status != PB_OK) {
        return status;
    }
    for (int64_t first = 0; first < n && status == PB_OK; first += PB_LANES) {
        size_t n_lanes = 0;
        status = pb_draws_batch(draws, first, &out, &n_lanes, err);
        if (status != PB_OK) {
            break;
        }
        mark(scenario, &out, condition, n_conditions, where);
        pb_statistics_add_where(statistics, &out, n_lanes, where);
        for (size_t lane = 0; lane < n_lanes; lane++) {
            counted->all[lane % PB_REPLICATES]++;
            counted->kept[lane % PB_REPLICATES] += where[lane] != 0.0;
            counted->n_kept += where[lane] != 0.0;
        }
        counted->n += (int64_t)n_lanes;
        if (first / PB_LANES % BATCHES_A_BLOCK == BATCHES_A_BLOCK - 1 || first + PB_LANES >= n) {
            status = pb_statistics_end_block(statistics, err);
        }
    }
    pb_outcomes_free(&out);
    return status;
}

static pb_status enough_draws(const pb_scenario *scenario, const pb_condition *last,
                              const counts *counted, pb_error *err)
{
    const pb_coalition *c = &scenario->coalition;
    if (counted->n_kept >= PB_GIVEN_FEWEST) {
        return PB_OK;
    }
    if (counted->n_kept == 0) {
        return pb_fail(err, PB_DATA,
                       "no draw is left in which %s %s in round %s as given; another round is "
                       "named as in %s@%s=%s",
                       c->unions[last->voters].id, last->approves ? "approves" : "rejects",
                       scenario->round[last->round].id, c->unions[last->voters].id,
                       scenario->round[scenario->n_rounds - 1].id,
                       last->approves ? "approved" : "rejected");
    }
    return pb_fail(err, PB_DATA,
                   "only %lld of %lld draws are left, too few for an answer; run the scenario with "
                   "about %.0f times as many draws",
                   (long long)counted->n_kept, (long long)counted->n,
                   ceil((double)PB_GIVEN_FEW / (double)counted->n_kept));
}

/* ---- the summary ---- */

/* Standard error of the share of draws that are left. */
static double share_error(const pb_scenario *scenario, const counts *counted)
{
    const double p = (double)counted->n_kept / (double)counted->n;
    double squares = 0.0;
    for (int r = 0; r < PB_REPLICATES; r++) {
        const double share =
            counted->all[r] > 0 ? (double)counted->kept[r] / (double)counted->all[r] : p;
        squares += (share - p) * (share - p);
    }
    return scenario->run.sampling == PB_SAMPLING_SOBOL && counted->n >= PB_REPLICATES
               ? sqrt(squares / (PB_REPLICATES - 1) / PB_REPLICATES)
               : sqrt(p * (1.0 - p) / (double)counted->n);
}

static void add_given(const pb_scenario *scenario, const pb_condition *condition, int n,
                      const counts *counted, pb_summary *summary)
{
    const double p = (double)counted->n_kept / (double)counted->n;
    for (int i = 0; i < n; i++) {
        const char *voters = scenario->coalition.unions[condition[i].voters].id;
        const char *round = scenario->round[condition[i].round].id;
        const char *vote = condition[i].approves ? "approved" : "rejected";
        char text[3 * PB_ID_SIZE];
        (void)snprintf(text, sizeof text, "%s@%s=%s", voters, round, vote);
        pb_summary_text(summary, text, "given/conditions/[%d]", i);
    }
    pb_summary_integer(summary, (uint64_t)counted->n_kept, "given/draws");
    pb_summary_estimate(summary, p, share_error(scenario, counted),
                        scenario->run.sampling == PB_SAMPLING_SOBOL ? PB_METHOD_RQMC
                                                                    : PB_METHOD_PLAIN,
                        counted->n, "given/probability");
}

/* What no condition on votes changes: texts, counts, power under the rule, the legislature. The
 * bins of a histogram are numbers too, but those of the draws that are left. */
static bool stays(const pb_entry *entry)
{
    const char *key = strrchr(entry->path, '/');
    key = key == NULL ? entry->path : key + 1;
    if (strstr(entry->path, "/histogram/") != NULL) {
        return false;
    }
    return entry->kind != PB_ENTRY_ESTIMATE
           || (entry->method == PB_METHOD_EXACT
               && (strcmp(key, "banzhaf") == 0 || strcmp(key, "shapley_shubik") == 0
                   || strcmp(key, "legislature") == 0));
}

static void copy_entry(const pb_entry *entry, pb_summary *summary)
{
    switch (entry->kind) {
        case PB_ENTRY_ESTIMATE:
            pb_summary_estimate(summary, entry->value, entry->se, entry->method, entry->n, "%s",
                                entry->path);
            break;
        case PB_ENTRY_NUMBER:
            pb_summary_number(summary, entry->value, "%s", entry->path);
            break;
        case PB_ENTRY_INTEGER:
            pb_summary_integer(summary, strtoull(entry->text, NULL, 10), "%s", entry->path);
            break;
        case PB_ENTRY_TEXT:
            pb_summary_text(summary, entry->text, "%s", entry->path);
            break;
        case PB_ENTRY_EMPTY_LIST:
        case PB_N_ENTRY_KINDS:
            pb_summary_empty_list(summary, "%s", entry->path);
            break;
    }
}

/* The legislature's share, where it is without error, must not be counted again. */
static void drop_what_stays(const pb_summary *whole, pb_series_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const pb_entry *entry = pb_summary_find(whole, "%s", list->series[i].path);
        if (entry == NULL || !stays(entry)) {
            list->series[n++] = list->series[i];
        }
    }
    list->n = n;
}

/* What the conditions themselves say is certain. */
static void mark_given(const pb_scenario *scenario, const pb_condition *condition, int n,
                       pb_series_list *list)
{
    for (int i = 0; i < n; i++) {
        char approves[PB_PATH_SIZE], held[PB_PATH_SIZE];
        (void)snprintf(approves, sizeof approves, "rounds/[%d]/unions/%s/approves",
                       condition[i].round, scenario->coalition.unions[condition[i].voters].id);
        (void)snprintf(held, sizeof held, "rounds/[%d]/held", condition[i].round);
        for (size_t s = 0; s < list->n; s++) {
            const char *path = list->series[s].path;
            if (strcmp(path, approves) == 0 || strcmp(path, held) == 0
                || strcmp(path, "agreement") == 0) {
                list->series[s].method = PB_METHOD_EXACT;
            }
        }
    }
}

pb_status pb_given_summary(const pb_scenario *scenario, pb_draws *draws, const pb_summary *whole,
                           const pb_condition *condition, int n_conditions, pb_summary *summary,
                           pb_error *err)
{
    pb_series_list list = {0};
    pb_statistics statistics = {0};
    counts counted = {0};
    memset(summary, 0, sizeof *summary);
    pb_status status = pb_draws_needed(draws, "--given", err);
    if (status == PB_OK
        && !(pb_draws_have(draws, PB_COLUMN_union_vote)
             && pb_draws_have(draws, PB_COLUMN_outcome))) {
        status = pb_fail(err, PB_DATA, "the file has not the columns union_vote and outcome");
    }
    if (status == PB_OK) {
        status = pb_stored_series(scenario, draws, whole, &list, err);
    }
    if (status == PB_OK) {
        drop_what_stays(whole, &list);
        mark_given(scenario, condition, n_conditions, &list);
        status = pb_statistics_init(&list, &statistics, err);
    }
    if (status == PB_OK) {
        status = count_draws(scenario, draws, condition, n_conditions, &statistics, &counted, err);
    }
    if (status == PB_OK) {
        status = enough_draws(scenario, &condition[n_conditions - 1], &counted, err);
    }
    if (status == PB_OK) {
        for (size_t i = 0; i < whole->n; i++) {
            if (stays(&whole->entry[i])) {
                copy_entry(&whole->entry[i], summary);
            }
        }
        add_given(scenario, condition, n_conditions, &counted, summary);
        pb_statistics_summarise(&statistics, scenario->run.sampling, summary);
        pb_summary_group(summary);
        status = pb_summary_check(summary, err);
    }
    pb_statistics_free(&statistics);
    pb_series_list_free(&list);
    if (status != PB_OK) {
        pb_summary_free(summary);
    }
    return status;
}
