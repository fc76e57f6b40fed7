/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_CHECK_H
#define PLANB_PARAMS_CHECK_H

#include "params/counts.h"
#include "params/message.h"
#include "params/node.h"
#include "params/scenario.h"

/** A scenario whose single values have been read, to be checked for how they fit together. */
typedef struct pb_check {
    const pb_scenario *scenario;
    const pb_counts *counts; /**< every count, used or not */
    pb_node *root;           /**< its tree, for the places in messages */
    pb_messages *messages;
} pb_check;

/** Checks everything that concerns more than one value; errors and warnings go to `messages`. */
void pb_check_scenario(const pb_scenario *scenario, const pb_counts *counts, pb_node *root,
                       pb_messages *messages);

/**
 * Checks the uncertain parameters against the facts that are used, once these are chosen: errors
 * go to `messages`.
 */
void pb_check_parameters(const pb_scenario *scenario, pb_node *root, pb_messages *messages);

/** A message about the value at `path`, such as "layoffs.batches". */
__attribute__((format(printf, 4, 5))) void pb_check_message(const pb_check *check,
                                                            pb_severity severity, const char *path,
                                                            const char *format, ...);

/** Whether the scenario has a value at `path`, given or by default. */
bool pb_check_has(const pb_check *check, const char *path);

/* The checks that have a file of their own. */
void pb_check_dates(const pb_check *check);
void pb_check_ids(const pb_check *check);
void pb_check_votes(const pb_check *check);
void pb_check_evidence(const pb_check *check);
void pb_check_rules(const pb_check *check);
void pb_check_options(const pb_check *check);
void pb_check_correlation(const pb_check *check);
void pb_check_revenue(const pb_check *check);

#endif
