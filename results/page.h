/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_PAGE_H
#define PLANB_RESULTS_PAGE_H

#include "results/summary.h"

#include <stdio.h>

/** Prints the one-page answer for a person, from the summary alone. */
void pb_page(const pb_summary *summary, FILE *out);

#endif
