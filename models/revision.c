/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/revision.h"

#include <math.h>
#include <string.h>

enum { WHOLE = PB_REVISION_DATES }; /* the place of the whole error after those of the dates */

/* ---- set-up ---- */

/*
 * A standard Brownian bridge from 0 at share 0 to 0 at share 1, at the shares known: given
 * b(c'), b(c) is normal with mean b(c') (1 - c) / (1 - c') and variance
 * (c - c') (1 - c) / (1 - c').
 */
static void set_bridge(const pb_revision_params *params, pb_revisions *r)
{
    double before = 0.0;
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        const double sum = before + params->share[t], after = sum < 1.0 ? sum : 1.0;
        r->known[t] = after;
        r->keep[t] = (1.0 - after) / (1.0 - before);
        r->step[t] = sqrt((after - before) * r->keep[t]);
        before = after;
    }
}

static void declare(const pb_revised *revised, pb_inputs *inputs, pb_revisions *r)
{
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        for (int s = 0; s < revised->n_streams; s++) {
            r->row[t][s] = pb_inputs_add(inputs, PB_FOR_REVENUE_PATH, (unsigned)t + 1,
                                         revised->stream[s].id, PB_NORMAL_01, 0.0, 0.0, 0.0);
        }
    }
}

/* The latest change of a stream that the estimate of date t was the first to hold, or NULL. */
static const pb_observed *find_observed(const pb_revision_params *params, int t, int s)
{
    const pb_observed *latest = NULL;
    for (int i = 0; i < params->n_observed; i++) {
        const pb_observed *o = &params->observed[i];
        const bool of_date =
            o->date <= params->date[t] && (t == 0 || o->date > params->date[t - 1]);
        const bool of_stream = o->stream == s || o->stream == PB_ALL_STREAMS;
        if (of_date && of_stream && (latest == NULL || o->date > latest->date)) {
            latest = o;
        }
    }
    return latest;
}

static void set_pins(const pb_revision_params *params, pb_revisions *r)
{
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        for (int s = 0; s < r->n_streams; s++) {
            const pb_observed *o = find_observed(params, t, s);
            if (o != NULL) {
                r->pin[r->n_pins++] = (pb_pin){.at = t, .stream = s, .change = o->change};
            }
        }
    }
}

static double known_at(const pb_revisions *r, int t)
{
    return t == WHOLE ? 1.0 : r->known[t];
}

/* Covariance of two streams' errors known at two dates, for errors of sd 1. A stream without
 * error moves by its own pins alone. */
static double covariance(const pb_revised *revised, const pb_revisions *r, const pb_pin *a,
                         const pb_pin *b)
{
    const double both = fmin(known_at(r, a->at), known_at(r, b->at));
    const bool random = revised->spread[a->stream] > 0.0 && revised->spread[b->stream] > 0.0;
    return a->stream == b->stream ? both
           : random               ? both * revised->correlation[a->stream][b->stream]
                                  : 0.0;
}

/* The unit in which a stream's errors are normalised. */
static double unit_of(const pb_revised *revised, int s)
{
    return revised->spread[s] > 0.0 ? revised->spread[s] : 1.0;
}

/* Lower triangular L with L L' = the pins' covariance. */
static void factor_pins(const pb_revised *revised, const pb_revisions *r,
                        double (*lower)[PB_MAX_PINS])
{
    for (int i = 0; i < r->n_pins; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = covariance(revised, r, &r->pin[i], &r->pin[j]);
            for (int k = 0; k < j; k++) {
                sum -= lower[i][k] * lower[j][k];
            }
            lower[i][j] = i == j ? sqrt(sum) : sum / lower[j][j];
        }
    }
}

/* x L L' = x, in place. */
static void solve(const double (*lower)[PB_MAX_PINS], int n, double *x)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) {
            x[i] -= lower[i][k] * x[k];
        }
        x[i] /= lower[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) {
            x[i] -= lower[k][i] * x[k];
        }
        x[i] /= lower[i][i];
    }
}

/* Row of the regression of one error on all pins: its covariance with them times the inverse of
 * theirs, from units back to logs. */
static void set_gain(const pb_revised *revised, const double (*lower)[PB_MAX_PINS], int t, int s,
                     pb_revisions *r)
{
    const pb_pin moved = {.at = t, .stream = s};
    double *gain = r->gain[t][s];
    for (int o = 0; o < r->n_pins; o++) {
        gain[o] = covariance(revised, r, &moved, &r->pin[o]);
    }
    solve(lower, r->n_pins, gain);
    for (int o = 0; o < r->n_pins; o++) {
        gain[o] *= unit_of(revised, s) / unit_of(revised, r->pin[o].stream);
    }
}

static void set_gains(const pb_revised *revised, pb_revisions *r)
{
    double lower[PB_MAX_PINS][PB_MAX_PINS];
    factor_pins(revised, r, lower);
    for (int t = 0; t <= WHOLE; t++) {
        for (int s = 0; s < r->n_streams; s++) {
            set_gain(revised, (const double(*)[PB_MAX_PINS])lower, t, s, r);
        }
    }
}

void pb_revisions_compile(const pb_revision_params *params, const pb_revised *revised,
                          pb_inputs *inputs, pb_revisions *revisions)
{
    memset(revisions, 0, sizeof *revisions);
    revisions->on = params->share[0] > 0.0;
    if (!revisions->on) {
        return;
    }
    revisions->n_streams = revised->n_streams;
    revisions->cholesky = revised->cholesky;
    revisions->spread_is_drawn = revised->spread_is_drawn;
    memcpy(revisions->spread, revised->spread, (size_t)revised->n_streams * sizeof(double));
    set_bridge(params, revisions);
    declare(revised, inputs, revisions);
    set_pins(params, revisions);
    set_gains(revised, revisions);
}

/* ---- per batch ---- */

static void step_bridges(const pb_revisions *r, pb_rows z, int t, double (*bridge)[PB_LANES])
{
    for (int k = 0; k < r->n_streams; k++) {
        const double *x = z[r->row[t][k]];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            bridge[k][lane] = r->keep[t] * bridge[k][lane] + r->step[t] * x[lane];
        }
    }
}

static void add_known(const pb_revisions *r, int t, int s, pb_workings *w)
{
    const double *scale = w->tail_scale[0];
    double sum[PB_LANES] = {0.0};
    for (int k = 0; k <= s; k++) {
        const double weight = r->cholesky[s][k];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sum[lane] += weight * w->bridge[k][lane];
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const double spread = r->spread_is_drawn ? w->error_sd[0][s][lane] : r->spread[s];
        w->known_error[t][s][lane] +=
            r->known[t] * w->own_error[s][lane] + spread * sum[lane] * scale[lane];
    }
}

static void add_gain(const double *surprise, double gain, double *error)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        error[lane] += gain * surprise[lane];
    }
}

/* All surprises are taken before anything moves. */
static void take_in_pins(const pb_revisions *r, pb_workings *w)
{
    for (int o = 0; o < r->n_pins; o++) {
        const pb_pin *pin = &r->pin[o];
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            w->surprise[o][lane] = pin->change - w->known_error[pin->at][pin->stream][lane];
        }
    }
    for (int s = 0; s < r->n_streams; s++) {
        for (int o = 0; o < r->n_pins; o++) {
            for (int t = 0; t < PB_REVISION_DATES; t++) {
                add_gain(w->surprise[o], r->gain[t][s][o], w->known_error[t][s]);
            }
            for (int year = 0; year < PB_YEARS; year++) {
                add_gain(w->surprise[o], r->gain[WHOLE][s][o], w->log_error[year][s]);
            }
        }
    }
}

void pb_revisions_simulate(const pb_revisions *revisions, pb_rows z, pb_workings *w)
{
    memset(w->bridge, 0, (size_t)revisions->n_streams * sizeof w->bridge[0]);
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        step_bridges(revisions, z, t, w->bridge);
        for (int s = 0; s < revisions->n_streams; s++) {
            add_known(revisions, t, s, w);
        }
    }
    take_in_pins(revisions, w);
}
