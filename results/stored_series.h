/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_STORED_SERIES_H
#define PLANB_RESULTS_STORED_SERIES_H

#include "results/draws.h"
#include "results/series.h"

/**
 * The series of a scenario that its stored draws give by counting: what was estimated from a
 * conditional probability is the share of draws in which it happens; what needs a column that is
 * not stored is left out.
 *
 * @param whole the file's summary: what it says without an error, and is a certainty or no
 *              probability, is without one in any part of the draws
 */
PB_MUST_CHECK pb_status pb_stored_series(const pb_scenario *scenario, const pb_draws *draws,
                                         const pb_summary *whole, pb_series_list *list,
                                         pb_error *err);

#endif
