/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/stored_series.h"

#include <stdbool.h>

#define BIT(value) (UINT32_C(1) << (value))

/* The codes of `outcome` behind what the models give a probability of. */
static const uint32_t ANY_OUTCOME = BIT(PB_N_OUTCOMES) - 1;
static const uint32_t HELD[PB_ROUNDS] = {
    ANY_OUTCOME & ~BIT(PB_NO_AGREEMENT),
    BIT(PB_DEAL_ROUND_2) | BIT(PB_REJECTED_TWICE) | BIT(PB_REFUSED_ROUND_2),
};
static const uint32_t DEAL = BIT(PB_DEAL_ROUND_1) | BIT(PB_DEAL_ROUND_2);
static const uint32_t REFUSED = BIT(PB_REFUSED_ROUND_1) | BIT(PB_REFUSED_ROUND_2);

static pb_measure happens(pb_column_id column, size_t item, uint32_t values)
{
    return (pb_measure){.column = column, .item = item, .test = PB_TEST_ONE_OF, .values = values};
}

/* Puts what happens in a draw in the place of its probability; false if that is not stored. */
static bool count_instead(const pb_draws *draws, pb_measure *m)
{
    switch (m->column) {
        case PB_COLUMN_union_probability:
            *m = happens(PB_COLUMN_union_vote, m->item, BIT(1));
            break;
        case PB_COLUMN_ratify_probability:
            *m = happens(PB_COLUMN_rule_satisfied, m->item,
                         BIT(m->test == PB_TEST_COMPLEMENT ? 0 : 1));
            break;
        case PB_COLUMN_held_probability:
            *m = happens(PB_COLUMN_outcome, 0, HELD[m->item]);
            break;
        case PB_COLUMN_ratified_probability:
            *m = happens(PB_COLUMN_outcome, 0, DEAL | REFUSED);
            break;
        case PB_COLUMN_deal_probability:
            *m = happens(PB_COLUMN_outcome, 0, DEAL);
            break;
        case PB_COLUMN_outcome_probability:
            *m = happens(PB_COLUMN_outcome, 0, BIT(m->item));
            break;
        default:
            break;
    }
    return pb_draws_have(draws, m->column)
           && (!m->realised || pb_draws_have(draws, PB_COLUMN_outcome))
           && (!m->with_reserve_use || pb_draws_have(draws, PB_COLUMN_reserve_use));
}

static bool is_certain(const pb_series *series, const pb_entry *whole)
{
    return whole != NULL && whole->kind == PB_ENTRY_ESTIMATE && whole->method == PB_METHOD_EXACT
           && (!series->is_probability || whole->value <= 0.0 || whole->value >= 1.0);
}

/* Whether the stored columns have all that the series needs, which is put in its place. */
static bool take_stored(const pb_draws *draws, const pb_summary *whole, pb_series *series)
{
    if (!count_instead(draws, &series->what)
        || (series->given.test != PB_TEST_NONE && !count_instead(draws, &series->given))
        || (series->is_ratio && !count_instead(draws, &series->over))) {
        return false;
    }
    series->method = is_certain(series, pb_summary_find(whole, "%s", series->path))
                         ? PB_METHOD_EXACT
                         : PB_METHOD_PLAIN;
    return true;
}

pb_status pb_stored_series(const pb_scenario *scenario, const pb_draws *draws,
                           const pb_summary *whole, pb_series_list *list, pb_error *err)
{
    static const bool BY_COUNTING[PB_ROUNDS] = {false, false};
    const pb_status status = pb_series_list_make(scenario, BY_COUNTING, list, err);
    size_t n = 0;
    for (size_t i = 0; i < list->n && status == PB_OK; i++) {
        pb_series series = list->series[i];
        if (take_stored(draws, whole, &series)) {
            list->series[n++] = series;
        }
    }
    list->n = status == PB_OK ? n : 0;
    return status;
}
