/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_PLAN_B_H
#define PLANB_MODELS_PLAN_B_H

#include "models/layoffs.h"
#include "models/municipal.h"

#include <stdbool.h>

enum { PB_MAX_OPTIONS = 64 };

typedef enum pb_owner { PB_OWNER_EXECUTIVE, PB_OWNER_LEGISLATURE, PB_OWNER_BOTH } pb_owner;

/** One row of the Plan B menu (SPEC E.4). Sets of options are bit masks. */
typedef struct pb_option {
    char id[PB_ID_SIZE], title[PB_TITLE_SIZE];
    int option_class;             /**< index into PB_OPTION_CLASSES */
    double amount_musd[PB_YEARS]; /**< booked; all funds if fund_share is below 1 */
    double fund_share[PB_YEARS];
    double p_pass;
    pb_mean_sd realised; /**< share of the booked amount: T_5 in [0, 1.5] */
    pb_date earliest;    /**< PB_NO_DATE: at once */
    uint64_t needs, excludes;
    int64_t priority; /**< lower is taken first; ties in list order */
    pb_owner owner;
} pb_option;

/** What an option's class implies where the row does not say (SPEC E.4). */
typedef struct pb_option_class {
    const char *name;
    double p_pass;
    pb_mean_sd realised;
    const char *source;
} pb_option_class;
enum { PB_CLASS_MUNICIPAL_AID = 2, PB_N_OPTION_CLASSES = 6 };
extern const pb_option_class PB_OPTION_CLASSES[PB_N_OPTION_CLASSES];

/** Which of two quantities the menu has to cover. */
typedef enum pb_needs { PB_NEEDS_LARGER, PB_NEEDS_TARGET, PB_NEEDS_SHORTFALL } pb_needs;

typedef struct pb_plan_b_params {
    int n_options;
    pb_option option[PB_MAX_OPTIONS];
    pb_needs needs;
    double overshoot;   /**< stop at this multiple of what is needed */
    double correlation; /**< Gaussian copula across the legislature's options */
    bool replace_with_layoffs;
    int64_t notices_cap;
} pb_plan_b_params;

/** The Plan B menu compiled for a scenario. */
typedef struct pb_plan_b {
    const pb_plan_b_params *params; /**< borrowed */
    const pb_uncertain *uncertain;  /**< borrowed from the inputs */
    const pb_layoffs *layoffs;      /**< borrowed */
    const pb_municipal *municipal;  /**< borrowed */
    pb_fiscal_years years;
    int order[PB_MAX_OPTIONS];        /**< options by priority */
    double threshold[PB_MAX_OPTIONS]; /**< an option passes if its normal score is below this */
    size_t common_row, passage_row[PB_MAX_OPTIONS], realised_row[PB_MAX_OPTIONS];
} pb_plan_b;

void pb_plan_b_compile(const pb_plan_b_params *params, const pb_layoffs *layoffs,
                       const pb_municipal *municipal, const pb_fiscal_years *years,
                       pb_inputs *inputs, pb_plan_b *plan);

/**
 * Which options are taken in each draw if the deal fails, and how many notices (SPEC E.4): the
 * planned layoffs count first, then options by priority until both years are covered; if the
 * list ends short, notices rise up to the cap. An option that would cut aid to towns by more than
 * its cap is not taken.
 *
 * @param shortfall official gap of each year without any measure, shape [PB_YEARS][PB_LANES]
 * @param[in,out] w   reads failed_day; writes notices, booked_layoffs, booked_plan_b, town_cut,
 *                    town_staff
 * @param[in,out] out reads target; writes option_passed, plan_b_by_option, plan_b (none with a
 * deal)
 */
void pb_plan_b_simulate(const pb_plan_b *plan, pb_rows z, const double (*shortfall)[PB_LANES],
                        pb_workings *w, pb_outcomes *out);

#endif
