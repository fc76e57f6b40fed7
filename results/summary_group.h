/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SUMMARY_GROUP_H
#define PLANB_RESULTS_SUMMARY_GROUP_H

#include "results/summary.h"

/** Moves entries so that those of one object stand together, in the order of their first. */
void pb_summary_group(pb_summary *summary);

#endif
