/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_RATIFICATION_H
#define PLANB_MODELS_RATIFICATION_H

#include "models/diagram.h"
#include "models/input.h"
#include "models/outcomes.h"
#include "models/rule.h"
#include "models/workings.h"

enum { PB_MAX_ACCEPTANCE = 32 };

/** Support and turnout (SPEC C.1-C.3). Logit scale unless a unit is given. */
typedef struct pb_vote_params {
    double mu0; /**< mean support */
    double sd_coalition, sd_sector, sd_union, sd_late_swing, sd_unit;
    double df;      /**< of coalition, unit and late-swing effects; INFINITY: normal */
    double turnout; /**< default share of members who vote */
    double turnout_sd_common, turnout_sd_unit;
    double turnout_correlation;         /**< of common turnout with the coalition effect */
    double contract_shift, contract_sd; /**< question unit_contract against question coalition */
    double cost_effect, cost_reference; /**< per thousand USD a member-year; thousand USD */
    double threat_effect, threat_reference; /**< per doubling of notices; share of members */
    double health_plan_effect, contract_security_effect;
} pb_vote_params;

/** What is known of a group's vote in one round. */
typedef enum pb_counted_kind {
    PB_NOT_COUNTED,
    PB_COUNTED_APPROVED, /**< the result without figures */
    PB_COUNTED_REJECTED,
    PB_COUNTED_BALLOTS, /**< yes and no ballots */
} pb_counted_kind;

typedef struct pb_counted {
    pb_counted_kind kind;
    int64_t yes_ballots, no_ballots;
    pb_date date;
} pb_counted;

typedef struct pb_unit {
    char id[PB_ID_SIZE], title[PB_TITLE_SIZE];
    int sector; /**< index into pb_coalition.sector */
    int parent; /**< index of its union */
    int64_t members;
    double turnout;         /**< share of members who vote, (0, 1]; 1: everybody in every draw */
    double offset;          /**< logit */
    double cost_per_member; /**< of the agreement, thousand USD a year */
    double notices;         /**< layoff notices announced to the unit */
    bool health_contested;  /**< the health plan is disputed among its members */
    bool contract_security; /**< it keeps layoff protection only if it accepts its contract */
    int accepts;            /**< index into pb_coalition.acceptance */
    pb_counted counted[PB_ROUNDS];
} pb_unit;

typedef enum pb_aggregate {
    PB_AGGREGATE_BALLOTS,
    PB_AGGREGATE_UNITS,
    PB_AGGREGATE_ALL_UNITS,
    PB_AGGREGATE_LEADERS
} pb_aggregate;

typedef struct pb_union {
    char id[PB_ID_SIZE], title[PB_TITLE_SIZE];
    pb_aggregate aggregate;
    int accepts; /**< index into pb_coalition.acceptance */
    bool abstains;
    double p_approve; /**< aggregate leaders */
    pb_counted counted[PB_ROUNDS];
    int first_unit, n_units; /**< its units stand together in pb_coalition.unit */
} pb_union;

typedef struct pb_coalition {
    int n_unions, n_units, n_sectors;
    pb_union unions[PB_MAX_UNIONS];
    pb_unit unit[PB_MAX_UNITS];
    char sector[PB_MAX_SECTORS][PB_ID_SIZE];
    int n_acceptance; /**< at least 1: [0] is the simple majority of ballots */
    pb_rule acceptance[PB_MAX_ACCEPTANCE];
} pb_coalition;

/** A ratification round: its rule, and how support moves from the round before (SPEC C.6). */
typedef struct pb_round {
    char id[PB_ID_SIZE];
    pb_rule rule;
    pb_mean_sd shift;   /**< round 2: T_df */
    double persistence; /**< round 2: of a unit's distance from the mean */
    double noise;       /**< round 2: sd of a unit */
    double backlash;    /**< round 2: logit, subtracted */
} pb_round;

/** Where each effect behind support stands in a batch's effects (models/effects.h). */
typedef struct pb_effects {
    int n;
    size_t row[PB_MAX_EFFECTS]; /**< its input */
    double sd[PB_MAX_EFFECTS];
    const double *sd_from[PB_MAX_EFFECTS]; /**< borrowed: the parameter that sd is */
    const pb_uncertain *uncertain;         /**< borrowed */
    int coalition, sector[PB_MAX_SECTORS], in_union[PB_MAX_UNIONS], unit[PB_MAX_UNITS];
    int late_swing[PB_ROUNDS][PB_MAX_UNIONS];
    int shift, noise[PB_MAX_UNITS]; /**< round 2 */
} pb_effects;

/** The effects of a batch, shape [n_effects][PB_LANES]. */
typedef const double (*pb_effect_rows)[PB_LANES];

typedef struct pb_chances pb_chances;   /* models/chance.h */
typedef struct pb_evidence pb_evidence; /* models/evidence.h */

/** The model compiled for a scenario: which rows it reads, and what does not change by draw. */
typedef struct pb_ratification {
    const pb_vote_params *vote;    /**< borrowed */
    const pb_coalition *coalition; /**< borrowed */
    const pb_round *round;         /**< borrowed, shape [n_rounds] */
    const pb_uncertain *uncertain; /**< borrowed from the inputs */
    int n_rounds;
    double mean_support;                /**< member-weighted mean of m_u, logit */
    double turnout_logit[PB_MAX_UNITS]; /**< not used where turnout is 1 */
    int64_t members[PB_MAX_UNIONS];
    uint64_t voting; /**< unions that do not abstain */
    pb_effects effects;
    pb_evidence *evidence;             /**< owned; NULL: nothing is known */
    pb_chances *chances;               /**< owned */
    pb_diagram diagram[PB_ROUNDS];     /**< owned; empty where the rule has none */
    pb_diagram_outcome how[PB_ROUNDS]; /**< PB_DIAGRAM_BUILT, or why the rule has none */
    size_t leaders_row[PB_ROUNDS][PB_MAX_UNIONS];
    size_t turnout_common_row[PB_ROUNDS], turnout_unit_row[PB_ROUNDS][PB_MAX_UNITS];
    size_t ballots_row[PB_ROUNDS][PB_MAX_UNITS], yes_row[PB_ROUNDS][PB_MAX_UNITS];
    size_t contract_row[PB_ROUNDS][PB_MAX_UNITS], contract_yes_row[PB_ROUNDS][PB_MAX_UNITS];
} pb_ratification;

struct pb_evidence_params;

/**
 * Declares the inputs of the votes and computes what is the same in every draw. On success
 * `model` owns memory: pb_ratification_free. `evidence` may be NULL: none.
 * Errors: PB_INTERNAL (memory).
 */
PB_MUST_CHECK pb_status pb_ratification_compile(const pb_vote_params *vote,
                                                const pb_coalition *coalition,
                                                const pb_round *round, int n_rounds,
                                                const struct pb_evidence_params *evidence,
                                                pb_inputs *inputs, pb_ratification *model,
                                                pb_error *err);
void pb_ratification_free(pb_ratification *model);

/** Doubles that pb_workings.diagram must have room for. */
size_t pb_ratification_workspace(const pb_ratification *model);

/**
 * The votes of a batch (SPEC C): both rounds in every lane, held or not.
 *
 * @param z        the batch's inputs, shape [n_inputs][PB_LANES]
 * @param[out] out every column with an axis `round`
 * @param[out] w   effects, votes, contract_vote, coverage, exposed
 */
void pb_ratification_simulate(const pb_ratification *model, const pb_kernels *kernels, pb_rows z,
                              pb_outcomes *out, pb_workings *w);

#endif
