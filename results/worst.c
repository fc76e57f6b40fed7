/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/worst.h"

#include "params/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const NAMES[PB_N_WORSTS + 1] = {
#define X(name, column, meaning) #name,
    PB_WORSTS(X)
#undef X
};

const char *const PB_WORST_MEANINGS[PB_N_WORSTS] = {
#define X(name, column, meaning) meaning,
    PB_WORSTS(X)
#undef X
};

static const pb_column_id COLUMNS[PB_N_WORSTS] = {
#define X(name, column, meaning) PB_COLUMN_##column,
    PB_WORSTS(X)
#undef X
};

pb_status pb_worst_find(const char *name, pb_worst *worst, pb_error *err)
{
    const pb_words words = {NAMES, sizeof *NAMES, 0};
    char hint[256];
    const int index = pb_word_find(&words, name);
    *worst = index < 0 ? PB_WORST_balance : (pb_worst)index;
    return index >= 0 ? PB_OK
                      : pb_fail(err, PB_USAGE, "--worst %s: %s", pb_show(name).text,
                                pb_words_hint(&words, name, hint, sizeof hint));
}

/* The larger the worse. `row` holds the column's values of one draw. */
static double badness(pb_worst worst, const void *row, int branch)
{
    const double *money = row;
    const int32_t *jobs = row;
    switch (worst) {
        case PB_WORST_balance:
            return -money[1];
        case PB_WORST_revenue:
            return -(money[0] + money[1]);
        case PB_WORST_gap:
            return fmax(money[branch * PB_YEARS], money[branch * PB_YEARS + 1]);
        case PB_WORST_local_layoffs:
            return jobs[0];
        case PB_WORST_layoffs:
        case PB_WORST_notices:
        case PB_N_WORSTS:
            break;
    }
    return jobs[branch];
}

pb_status pb_worst_draw(const pb_draws *draws, pb_worst worst, int64_t *draw, pb_error *err)
{
    enum { SPAN = 65536, MOST_BYTES = 4 * sizeof(double) };
    const pb_column *column = &PB_COLUMNS[COLUMNS[worst]];
    const size_t width = pb_draws_items(draws, COLUMNS[worst]) * column->width;
    assert(width <= MOST_BYTES);
    char *rows = malloc((size_t)SPAN * MOST_BYTES);
    uint8_t *outcome = malloc(SPAN);
    double most = -INFINITY;
    pb_status status = pb_draws_needed(draws, "--worst", err);
    if (rows == NULL || outcome == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for the draws");
    }
    for (int64_t first = 0; first < pb_draws_count(draws) && status == PB_OK; first += SPAN) {
        const int64_t left = pb_draws_count(draws) - first, n = left < SPAN ? left : SPAN;
        status = pb_draws_read(draws, PB_COLUMN_outcome, first, n, outcome, err);
        if (status == PB_OK) {
            status = pb_draws_read(draws, COLUMNS[worst], first, n, rows, err);
        }
        for (int64_t i = 0; i < n && status == PB_OK; i++) {
            const bool deal = outcome[i] == PB_DEAL_ROUND_1 || outcome[i] == PB_DEAL_ROUND_2;
            const double bad =
                badness(worst, rows + (size_t)i * width, deal ? PB_BRANCH_DEAL : PB_BRANCH_NO_DEAL);
            if (bad > most) {
                most = bad;
                *draw = first + i;
            }
        }
    }
    free(outcome);
    free(rows);
    return status;
}
