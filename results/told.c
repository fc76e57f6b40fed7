/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/told.h"

#include "models/ballots.h"
#include "models/union_vote.h"

#include <math.h>
#include <string.h>

double pb_told_number(const pb_told *told, pb_column_id id, size_t item)
{
    const pb_column *column = &PB_COLUMNS[id];
    const char *values = pb_column_values(told->out, column);
    values += (item * PB_LANES + told->lane) * column->width;
    switch (column->kind) {
        case PB_U8:
            return *(const uint8_t *)values;
        case PB_I32:
            return *(const int32_t *)(const void *)values;
        case PB_F32:
            return (double)*(const float *)(const void *)values;
        case PB_F64:
            break;
    }
    return *(const double *)(const void *)values;
}

int pb_told_branch(const pb_told *told)
{
    return told->w->realised[told->lane];
}

bool pb_told_is_held(const pb_told *told, int r)
{
    const uint8_t outcome = told->out->outcome[told->lane];
    return outcome != PB_NO_AGREEMENT && (r == 0 || told->w->deal_round[told->lane] == 1);
}

/* ---- votes ---- */

static void add_unit_ballots(const pb_told *told, int r, const pb_union *voters, pb_told_vote *vote)
{
    for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
        vote->ballots += told->w->votes[r].ballots[u][told->lane];
        vote->yes += told->w->votes[r].yes[u][told->lane];
    }
}

pb_told_vote pb_told_union(const pb_told *told, int r, int k)
{
    const pb_coalition *c = &told->scenario->coalition;
    const pb_union *voters = &c->unions[k];
    const pb_counted *known = pb_union_known(c, k, r);
    pb_told_vote vote = {.members = pb_union_members(c, k)};
    vote.vote = (uint8_t)pb_told_number(told, PB_COLUMN_union_vote, (size_t)(r * c->n_unions + k));
    vote.how = known == NULL ? "" : "counted";
    if (known != NULL && known->kind == PB_COUNTED_BALLOTS) {
        vote.yes = (double)known->yes_ballots;
        vote.ballots = vote.yes + (double)known->no_ballots;
        return vote;
    }
    add_unit_ballots(told, r, voters, &vote);
    if (known != NULL) {
        vote.how = "counted*";
    } else if (voters->aggregate == PB_AGGREGATE_LEADERS) {
        vote.how = "by its leaders";
    } else if (voters->aggregate != PB_AGGREGATE_BALLOTS) {
        vote.how = "by its units";
    }
    return vote;
}

pb_tally pb_told_tally(const pb_told *told, int r)
{
    pb_tally tally = {0};
    for (int k = 0; k < told->scenario->coalition.n_unions; k++) {
        const pb_told_vote vote = pb_told_union(told, r, k);
        if (vote.vote != PB_ABSTAINS) {
            tally.approving |= (uint64_t)vote.vote << k;
            tally.unions_voting++;
            tally.unions_approving += vote.vote;
            tally.members_voting += (int64_t)vote.members;
            tally.members_approving += vote.vote * (int64_t)vote.members;
            tally.ballots += (int64_t)vote.ballots;
            tally.yes += (int64_t)vote.yes;
        }
    }
    tally.members = tally.members_voting;
    return tally;
}

/* ---- the ledger ---- */

/* The ledger at work, and the sum of its items so far. */
typedef struct ledger {
    const pb_told *told;
    pb_ledger_line *line;
    int n;
    double sum[PB_YEARS];
} ledger;

static void add_line(ledger *l, pb_line_kind kind, const char *key, const char *label,
                     const double *musd)
{
    const bool nothing = fabs(musd[0]) + fabs(musd[1]) == 0.0;
    if (l->n == PB_MAX_LEDGER || (nothing && kind != PB_LINE_TOTAL)) {
        return;
    }
    pb_ledger_line *line = &l->line[l->n++];
    *line = (pb_ledger_line){.kind = kind, .musd = {musd[0], musd[1]}};
    snprintf(line->key, sizeof line->key, "%s", key);
    snprintf(line->label, sizeof line->label, "%s", label);
    for (int y = 0; y < PB_YEARS && kind == PB_LINE_ITEM; y++) {
        l->sum[y] += musd[y];
    }
}

/* A column over the years, or over branch and years; `sign` -1 for a cost. */
static void add_column(ledger *l, pb_column_id column, double sign, const char *label)
{
    const bool by_branch = PB_COLUMNS[column].axis[0] == PB_AXIS_BRANCH;
    const size_t at = by_branch ? (size_t)pb_told_branch(l->told) * PB_YEARS : 0;
    double musd[PB_YEARS];
    for (size_t y = 0; y < PB_YEARS; y++) {
        musd[y] = sign * pb_told_number(l->told, column, at + y);
    }
    add_line(l, PB_LINE_ITEM, PB_COLUMNS[column].name, label, musd);
}

/* Item `i` of a column over items and years, as part `id` of the line of `whole`. */
static void add_part(ledger *l, pb_column_id whole, pb_column_id column, int i, const char *id,
                     const char *title)
{
    char key[PB_ID_SIZE + 32];
    double musd[PB_YEARS];
    for (size_t y = 0; y < PB_YEARS; y++) {
        musd[y] = pb_told_number(l->told, column, (size_t)i * PB_YEARS + y);
    }
    snprintf(key, sizeof key, "%s/%s", PB_COLUMNS[whole].name, id);
    add_line(l, PB_LINE_PART, key, *title != '\0' ? title : id, musd);
}

static void add_total(ledger *l, const char *key, const char *label)
{
    add_line(l, PB_LINE_TOTAL, key, label, l->sum);
}

static void add_revenue(ledger *l)
{
    const pb_revenue_params *revenue = &l->told->scenario->revenue;
    add_column(l, PB_COLUMN_revenue, 1.0, "revenue");
    for (int s = 0; s < revenue->n_streams && revenue->n_streams > 1; s++) {
        add_part(l, PB_COLUMN_revenue, PB_COLUMN_stream_revenue, s, revenue->stream[s].id,
                 revenue->stream[s].title);
    }
}

static void add_measures(ledger *l)
{
    const pb_scenario *s = l->told->scenario;
    if (pb_told_branch(l->told) == PB_BRANCH_DEAL) {
        add_column(l, PB_COLUMN_labor_savings, 1.0, "savings of the deal");
        for (int j = 0; j < s->savings.n_savings; j++) {
            add_part(l, PB_COLUMN_labor_savings, PB_COLUMN_savings_by_component, j,
                     s->savings.saving[j].id, s->savings.saving[j].title);
        }
    } else {
        add_column(l, PB_COLUMN_plan_b, 1.0, "savings of Plan B");
        for (int o = 0; o < s->plan_b.n_options; o++) {
            add_part(l, PB_COLUMN_plan_b, PB_COLUMN_plan_b_by_option, o, s->plan_b.option[o].id,
                     s->plan_b.option[o].title);
        }
    }
    add_column(l, PB_COLUMN_layoff_savings, 1.0, "pay saved by layoffs");
    add_column(l, PB_COLUMN_rescission, 1.0, "cut by the executive during the year");
    add_column(l, PB_COLUMN_mitigation, 1.0, "brought by mitigation plans");
}

int pb_told_ledger(const pb_told *told, pb_ledger_line line[PB_MAX_LEDGER])
{
    const pb_budget_params *b = &told->scenario->budget;
    ledger l = {.told = told, .line = line};
    double spent[PB_YEARS];
    bool added_back = false;
    for (int y = 0; y < PB_YEARS; y++) {
        spent[y] = -pb_appropriations_musd(b, y);
        added_back = added_back || -spent[y] > b->appropriations_musd[y];
    }
    add_revenue(&l);
    add_measures(&l);
    add_line(&l, PB_LINE_ITEM, "lapse", "appropriations expected to go unspent", b->lapse_musd);
    add_line(&l, PB_LINE_ITEM, "other", "other items", b->other_musd);
    add_line(&l, PB_LINE_ITEM, "appropriations",
             added_back ? "appropriations, without the labor savings they count on"
                        : "appropriations",
             spent);
    add_column(&l, PB_COLUMN_separation_cost, -1.0, "payouts and unemployment of the laid off");
    add_column(&l, PB_COLUMN_spending_error, -1.0, "spending above (-) or below appropriations");
    add_column(&l, PB_COLUMN_carry, -1.0, "deficit carried in from the year before");
    add_total(&l, "balance_by_branch", "balance before use of the reserve");
    add_column(&l, PB_COLUMN_reserve_use, 1.0, "from the reserve fund");
    add_total(&l, "balance", "balance at close");
    return l.n;
}
