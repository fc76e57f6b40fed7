/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_INPUT_H
#define PLANB_MODELS_INPUT_H

#include "models/error.h"
#include "models/kernels.h"
#include "models/quantity.h"
#include "models/uncertain.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What a random number is for. Each purpose has sequences of its own, so adding one leaves all
 * others as they were. Append only: the position is part of every result. The text names the
 * input in the result file.
 */
#define PB_PURPOSES(X)                            \
    X(COALITION, "coalition")                     \
    X(SECTOR, "sector")                           \
    X(UNION, "union")                             \
    X(UNIT, "unit")                               \
    X(LATE_SWING, "late_swing")                   \
    X(TURNOUT_COMMON, "turnout_common")           \
    X(TURNOUT_UNIT, "turnout_unit")               \
    X(BALLOTS, "ballots")                         \
    X(YES, "yes")                                 \
    X(CONTRACT, "contract")                       \
    X(CONTRACT_YES, "contract_yes")               \
    X(SHIFT, "shift")                             \
    X(ROUND_NOISE, "round_noise")                 \
    X(LEADERS, "leaders")                         \
    X(RULE_CHANGE, "rule_change")                 \
    X(REOPEN, "reopen")                           \
    X(DAYS_TO_RULE_CHANGE, "days_to_rule_change") \
    X(DAYS_TO_AGREEMENT, "days_to_agreement")     \
    X(DAYS_TO_VOTE, "days_to_vote")               \
    X(LEGISLATURE, "legislature")                 \
    X(RECESSION, "recession")                     \
    X(REVENUE_SCALE, "revenue_scale")             \
    X(REVENUE, "revenue")                         \
    X(SPENDING, "spending")                       \
    X(REALISATION_COMMON, "realisation_common")   \
    X(REALISATION, "realisation")                 \
    X(OPTION_COMMON, "option_common")             \
    X(OPTION_PASSAGE, "option_passage")           \
    X(OPTION_REALISATION, "option_realisation")   \
    X(NOTICE_WEEKS, "notice_weeks")               \
    X(BUMPING_DELAY, "bumping_delay")             \
    X(EVIDENCE_BIAS, "evidence_bias")             \
    X(EVIDENCE_NOISE, "evidence_noise")           \
    X(EVIDENCE_SAMPLING, "evidence_sampling")     \
    X(POLICY, "policy")                           \
    X(REVENUE_PATH, "revenue_path")               \
    X(VINTAGE, "vintage")                         \
    X(AGREEMENT, "agreement")                     \
    X(AGREEMENT_DAY, "agreement_day")             \
    X(MITIGATION, "mitigation")                   \
    X(PARAMETER, "parameter")

typedef enum pb_purpose {
#define X(name, text) PB_FOR_##name,
    PB_PURPOSES(X)
#undef X
} pb_purpose;

/** The distribution of a random input; each is a monotone function of one uniform number. */
typedef enum pb_distribution {
    PB_UNIFORM_01,  /**< the uniform number itself */
    PB_NORMAL_01,   /**< standard normal */
    PB_STUDENT,     /**< Student's t standardised to variance 1, a = df; normal if df is infinite */
    PB_TAIL_SCALE,  /**< sqrt((df - 2) / chi-square), a = df; 1 if df is infinite */
    PB_UNIFORM,     /**< between a and b */
    PB_NORMAL,      /**< mean a, sd b */
    PB_TRIANGULAR,  /**< from a over mode b to c */
    PB_EXPONENTIAL, /**< mean a */
} pb_distribution;

/** The distribution of a quantity that is random, of any kind but fixed. */
pb_distribution pb_distribution_of(pb_quantity_kind kind);

/** One named random number of a draw. Its bits depend on purpose, part, name and draw alone. */
typedef struct pb_input {
    pb_purpose purpose;
    unsigned part; /**< round or fiscal year where a purpose has several; else 0 */
    char name[PB_PARAMETER_NAME_SIZE]; /**< of the unit, union, ...; "" for one of a kind */
    pb_distribution distribution;
    double a, b, c;
    int table;              /**< which of pb_inputs.tables, -1: none */
    bool cut;               /**< nothing lies outside lowest .. highest */
    double lowest, highest; /**< if cut */
    double below, inside;   /**< if cut: probability of less than lowest, and of what is left */
} pb_input;

/** Room for an input's label: purpose, name and part. */
enum { PB_INPUT_LABEL_SIZE = PB_PARAMETER_NAME_SIZE + 48 };

enum { PB_MAX_TABLES = 8 };

/** The list a scenario compiles into. Row r of a batch's matrix belongs to item[r]. */
typedef struct pb_inputs {
    pb_input *item; /**< owned, grows */
    size_t n, capacity;
    struct {
        pb_distribution distribution;
        double df;
        pb_quantile_table *table; /**< owned */
    } tables[PB_MAX_TABLES];
    size_t n_tables;
    pb_uncertain *uncertain; /**< owned; NULL: no parameter is drawn */
    pb_status failed;        /**< out of memory or of tables, remembered: see pb_inputs_status */
} pb_inputs;

/**
 * Appends an input and returns its row. Never fails visibly: a failure is remembered in
 * `inputs` and reported by pb_inputs_status, so that models declare inputs in plain lines.
 */
size_t pb_inputs_add(pb_inputs *inputs, pb_purpose purpose, unsigned part, const char *name,
                     pb_distribution distribution, double a, double b, double c);

/** A quantity that may be random (SPEC K): a row of the matrix, or one number for all draws. */
typedef struct pb_value {
    size_t row; /**< PB_FIXED_ROW: `fixed` holds in every draw */
    double fixed;
} pb_value;
#define PB_FIXED_ROW SIZE_MAX

/** Declares `quantity` as an input if it is random. */
pb_value pb_inputs_add_quantity(pb_inputs *inputs, pb_purpose purpose, unsigned part,
                                const char *name, const pb_quantity *quantity);

/**
 * The table of Student's t with `df` degrees of freedom, for models that correlate normal scores
 * before they take the quantile; borrowed from `inputs`. NULL after a failure.
 */
const pb_quantile_table *pb_inputs_student(pb_inputs *inputs, double df);

/** The value in one lane. */
static inline double pb_value_at(const pb_value *value, pb_rows z, size_t lane)
{
    return value->row == PB_FIXED_ROW ? value->fixed : z[value->row][lane];
}

/** PB_OK, or why the list is incomplete: no memory, or two inputs with one Philox counter. */
PB_MUST_CHECK pb_status pb_inputs_check(const pb_inputs *inputs, pb_error *err);

/** The 32-bit name that goes into the Philox counter: FNV-1a of `name`. */
uint32_t pb_input_hash(const char *name);

/** "late_swing:AFSCME4", "ballots:NP-4:2" (round 2); always terminated. */
void pb_input_label(const pb_input *input, char *text, size_t size);

/**
 * Turns uniforms into the input's distribution: x[lane] from u[lane], both [PB_LANES]; may be
 * the same array.
 */
void pb_input_transform(const pb_inputs *inputs, const pb_input *input, const pb_kernels *kernels,
                        const double *u, double *x);

void pb_inputs_free(pb_inputs *inputs);

#endif
