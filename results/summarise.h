/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SUMMARISE_H
#define PLANB_RESULTS_SUMMARISE_H

#include "params/load.h"
#include "results/provenance.h"
#include "results/statistics.h"

/**
 * The whole summary of a run: what was run, every estimate, and the labels that a page needs.
 * `summary` is owned by the caller after success, pb_summary_free.
 */
PB_MUST_CHECK pb_status pb_summarise(const pb_loaded *loaded, const pb_ratification *ratification,
                                     const pb_provenance *provenance,
                                     const pb_statistics *statistics, pb_summary *summary,
                                     pb_error *err);

#endif
