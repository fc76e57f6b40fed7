/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/revenue_in_draw.h"

pb_recession_odds pb_recession_odds_in_draw(const pb_revenue *revenue, pb_lane at)
{
    const pb_revenue_params *params = revenue->params;
    return (pb_recession_odds){pb_param(at, &params->p_recession_first),
                               pb_param(at, &params->p_recession_persists),
                               pb_param(at, &params->p_recession_enters)};
}

/* A record's errors have no parameter but the error of the year before. */
static void set_record_in_draw(const pb_revenue *revenue, const pb_stream *own, int s, size_t lane,
                               pb_workings *w)
{
    const bool keep_bias = revenue->params->bias == PB_BIAS_HISTORIC;
    for (int year = 0; year < PB_YEARS; year++) {
        w->error_mean[year][s][lane] =
            (keep_bias ? revenue->bootstrap.mean[year][s] : 0.0) + pb_inherited_error(own);
    }
}

static void set_stream_in_draw(const pb_revenue *revenue, pb_lane at, int s, pb_workings *w)
{
    const bool keep_bias = revenue->params->bias == PB_BIAS_HISTORIC;
    const pb_recession_odds odds = pb_recession_odds_in_draw(revenue, at);
    pb_stream room;
    const pb_stream *own = pb_params_in_draw(at, &revenue->params->stream[s], sizeof room, &room);
    const pb_stream_errors errors =
        pb_stream_errors_of(own, revenue->horizon_factor[s], &odds, keep_bias);
    for (int year = 0; year < PB_YEARS; year++) {
        w->error_sd[year][s][at.lane] = errors.sd[year];
        w->error_shift[year][0][s][at.lane] = errors.shift[year][0];
        w->error_shift[year][1][s][at.lane] = errors.shift[year][1];
        w->error_mean[year][s][at.lane] = errors.mean[year];
        w->expected_musd[year][s][at.lane] = own->baseline_musd[year];
    }
    if (pb_is_resampled(revenue)) {
        set_record_in_draw(revenue, own, s, at.lane, w);
    }
}

void pb_revenue_set_parameters(const pb_revenue *revenue, pb_rows z, pb_workings *w)
{
    const pb_revenue_params *params = revenue->params;
    for (size_t lane = 0; lane < PB_LANES && revenue->uncertain != NULL; lane++) {
        const pb_lane at = {revenue->uncertain, z, lane};
        for (int s = 0; s < params->n_streams; s++) {
            set_stream_in_draw(revenue, at, s, w);
        }
        for (int p = 0; p < params->n_policies; p++) {
            for (int year = 0; year < PB_YEARS; year++) {
                w->expected_musd[year][params->policy[p].stream][lane] +=
                    pb_policy_expected_in_draw(&params->policy[p], at, year);
            }
        }
    }
}
