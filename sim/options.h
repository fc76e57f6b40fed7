/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_OPTIONS_H
#define PLANB_SIM_OPTIONS_H

#include "models/error.h"
#include "models/outcomes.h"
#include "params/load.h"
#include "results/given.h"
#include "sim/progress.h"

#include <stdbool.h>

enum { PB_MAX_OVERRIDES = 256, PB_OVERRIDE_SIZE = 512, PB_MAX_AXES = 16, PB_MAX_SHARDS = 100000 };

/** What a command line may set; each command takes the options that its bits name. */
typedef struct pb_options {
    const char *operand; /**< the first argument that is not an option; borrowed from argv */
    const char *second;  /**< the other one, of a command that takes two */
    char **more;         /**< further ones, of a command that takes any number; borrowed */
    size_t n_more;
    const char *output;  /**< NULL: the default */
    const char *counts;  /**< CSV of counts; NULL: none */
    const char *rule;    /**< name or expression; NULL: not given */
    const char *depfile; /**< where to say which files a run depends on; NULL: nowhere */
    const char *overrides[PB_MAX_OVERRIDES]; /**< PATH=VALUE: from --set, --draws, --seed, ... */
    size_t n_overrides;
    const char *axes[PB_MAX_AXES], *wheres[PB_MAX_AXES]; /**< of a sweep, as given */
    size_t n_axes, n_wheres;
    char made[8][PB_OVERRIDE_SIZE]; /**< overrides made of --draws and the like */
    size_t n_made;
    char targets[1024];                   /**< the override made of all --target-se */
    const char *given[PB_MAX_CONDITIONS]; /**< --given, unread */
    size_t n_given;
    int64_t draw;        /**< -1: not given */
    const char *worst;   /**< NULL: not given */
    int threads;         /**< 0: not given */
    int shard, n_shards; /**< --shard K/N; 0: the whole run */
    int64_t more_draws;  /**< --more; 0: not given */
    char *more_text;     /**< its override, for whoever knows the sum; one of `made` */
    double checkpoint;   /**< seconds */
    pb_keep keep;
    pb_progress_style progress;
    bool overwrite, resume, json, csv, quiet;
    bool help; /**< --help was printed: there is nothing more to do */
} pb_options;

/** Which command is asking; a bit for each in the table of options. */
typedef enum pb_asking {
    PB_ASKING_RUN = 1,
    PB_ASKING_CHECK = 2,
    PB_ASKING_SUMMARY = 4,
    PB_ASKING_REFERENCE = 8,
    PB_ASKING_RULE = 16,
    PB_ASKING_VERIFY = 32,
    PB_ASKING_COMPARE = 64,
    PB_ASKING_EXPLAIN = 128,
    PB_ASKING_COLLECT = 256,
    PB_ASKING_MERGE = 512
} pb_asking;

/**
 * Parses argv[1..] of a command (argv[0] is its name). `usage` is its line for --help.
 * Errors: PB_USAGE.
 */
PB_MUST_CHECK pb_status pb_options_parse(int argc, char **argv, pb_asking asking, const char *usage,
                                         pb_options *options, pb_error *err);

/**
 * Loads the scenario that a command line names, with its counts and overrides, and tells on
 * `messages` (NULL: nowhere) what is wrong with it. `loaded` and the errors are those of
 * pb_load_scenario_with.
 */
PB_MUST_CHECK pb_status pb_options_load(const pb_options *options, FILE *messages,
                                        pb_loaded *loaded);

#endif
