/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_WORKINGS_H
#define PLANB_MODELS_WORKINGS_H

#include "models/kernels.h"
#include "models/outcomes.h"
#include "models/rule.h"
#include "models/stream.h"

#include <stdint.h>

enum { PB_MAX_UNITS = 400, PB_MAX_SECTORS = 16, PB_ROUNDS = 2 };
enum { PB_N_REVISIONS = 3 }; /**< official estimates made after the deadline, SPEC D.7 */
enum { PB_MAX_EFFECTS = 1 + PB_MAX_SECTORS + 3 * PB_MAX_UNIONS + 1 + 2 * PB_MAX_UNITS };

/** The vote of every unit in one round of a batch. */
typedef struct pb_unit_votes {
    double support[PB_MAX_UNITS][PB_LANES]; /**< eta, logit */
    double ballots[PB_MAX_UNITS][PB_LANES];
    double yes[PB_MAX_UNITS][PB_LANES];
    double score[PB_MAX_UNITS][PB_LANES]; /**< normal score of the uniform behind `yes` */
} pb_unit_votes;

/** Sums over a union's units. */
typedef struct pb_union_sum {
    double ballots[PB_LANES], yes[PB_LANES]; /**< pooled; as counted where the union is counted */
    double units_accepting[PB_LANES];
} pb_union_sum;

/** The chance that a union approves, see models/chance.h. */
typedef struct pb_union_chance {
    double probability[PB_LANES]; /**< of approving */
    double threshold[PB_LANES];   /**< the integrated effect at which it approves, logit */
    double density[PB_LANES];     /**< of that effect at the threshold; 0: nothing integrated */
} pb_union_chance;

/** A round's votes, union by union. */
typedef struct pb_round_votes {
    pb_union_sum sum[PB_MAX_UNIONS];
    double favour[PB_MAX_UNIONS][PB_LANES]; /**< member-weighted support of a union, logit */
    pb_union_chance chance[PB_MAX_UNIONS];
} pb_round_votes;

/**
 * What one model hands to the next within a batch and no column stores: every array per lane.
 * Days are days since 1970-01-01, in fractions.
 */
typedef struct pb_workings {
    /* ratification */
    double effects[PB_MAX_EFFECTS][PB_LANES]; /**< behind support, see models/effects.h */
    pb_unit_votes votes[PB_ROUNDS];
    pb_round_votes unions;                     /**< of the round at work */
    double base[PB_MAX_UNITS][PB_LANES];       /**< support without the effects integrated out */
    double pooled_yes[PB_MAX_UNITS][PB_LANES]; /**< at a threshold that is being searched */
    double unit_threshold[PB_MAX_UNITS][PB_LANES]; /**< integrated effect at which a unit accepts */
    double smallest[PB_LANES][PB_MAX_UNITS];       /**< thresholds of units, ascending */
    uint8_t contract_vote[PB_ROUNDS][PB_MAX_UNITS][PB_LANES];
    double coverage[PB_ROUNDS][PB_LANES]; /**< member share of units accepting their contract */
    double exposed[PB_ROUNDS][PB_LANES];  /**< share of notices in units that refuse protection */
    double *diagram; /**< workspace of the decision diagrams, see pb_ratification_workspace */

    /* timeline */
    uint8_t deal_round[PB_LANES];  /**< 0 or 1: the round whose deal the deal branch has */
    uint8_t realised[PB_LANES];    /**< the branch that happens */
    double ratified_day[PB_LANES]; /**< end of that round's vote */
    double in_force_day[PB_LANES]; /**< that deal approved by the legislature */
    double failed_day[PB_LANES];   /**< no-deal branch: Plan B begins */

    /* revenue: what differs by draw because parameters are uncertain, else not used */
    double error_sd[PB_YEARS][PB_MAX_STREAMS][PB_LANES];
    double error_shift[PB_YEARS][2][PB_MAX_STREAMS][PB_LANES];
    double error_mean[PB_YEARS][PB_MAX_STREAMS][PB_LANES];
    double expected_musd[PB_YEARS][PB_MAX_STREAMS][PB_LANES]; /**< baseline and policies */

    /* logarithms of actual over baseline */
    double log_error[PB_YEARS][PB_MAX_STREAMS][PB_LANES];
    double tail_scale[PB_YEARS][PB_LANES];
    double own_error[PB_MAX_STREAMS][PB_LANES]; /**< the first year's less its mean */
    double known_error[1 + PB_N_REVISIONS][PB_MAX_STREAMS][PB_LANES]; /**< at each revision */
    double bridge[PB_MAX_STREAMS][PB_LANES];
    double surprise[(1 + PB_N_REVISIONS) * PB_MAX_STREAMS][PB_LANES];
    int vintage[PB_LANES]; /**< of the record's, where errors are resampled */

    /* the official estimate of the first year's revenue at each revision after the
     * deadline (10 November, 15 January, 30 April in Connecticut), $ million */
    double official_revenue[PB_N_REVISIONS][PB_LANES];

    /* budget */
    double booked_savings[PB_LANES];           /**< first year, of a deal as and when in force */
    double notices[PB_LANES];                  /**< no-deal branch, replacements included */
    double booked_layoffs[PB_YEARS][PB_LANES]; /**< planned net saving of those notices */
    double booked_plan_b[PB_YEARS][PB_LANES];  /**< scored value of the options taken */
    double town_cut[PB_BRANCHES][PB_LANES];    /**< in aid to towns, first year, all funds */
    double town_staff[PB_BRANCHES][PB_LANES];  /**< part of it that towns save on staff */
} pb_workings;

#endif
