/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_SUMMARY_H
#define PLANB_RESULTS_SUMMARY_H

#include "models/error.h"

#include <stddef.h>
#include <stdint.h>

/** How an estimate was made; the value is stored, the word is in the JSON. Append only. */
#define PB_METHODS(X)                                                                \
    X(PLAIN, "plain")             /* mean of the draws */                            \
    X(CONDITIONAL, "conditional") /* mean of exact conditional probabilities */      \
    X(RQMC, "rqmc")               /* mean of replicates of a randomised point set */ \
    X(EXACT, "exact")             /* no sampling error */

typedef enum pb_method {
#define X(name, text) PB_METHOD_##name,
    PB_METHODS(X)
#undef X
        PB_N_METHODS
} pb_method;

extern const char *const PB_METHOD_NAMES[PB_N_METHODS];

/** What an entry is; the value is stored. Append only. */
#define PB_ENTRY_KINDS(X)                                                  \
    X(ESTIMATE, "estimate")                                                \
    X(NUMBER, "number")                                                    \
    X(TEXT, "text")                                                        \
    X(INTEGER, "integer") /* exact beyond 2^53: its digits are the text */ \
    X(EMPTY_LIST, "empty_list")

typedef enum pb_entry_kind {
#define X(name, text) PB_ENTRY_##name,
    PB_ENTRY_KINDS(X)
#undef X
        PB_N_ENTRY_KINDS
} pb_entry_kind;

enum { PB_PATH_SIZE = 192 };

/**
 * One number or text of a summary. The path is its place in the JSON object: keys and list
 * positions separated by '/', "rounds/[0]/unions/AFSCME4/approves", "balance/deal/[1]/mean",
 * "balance/realised/[0]/quantiles/0.05". Entries of one object stand together.
 */
typedef struct pb_entry {
    char path[PB_PATH_SIZE];
    pb_entry_kind kind;
    pb_method method; /**< of an estimate */
    double value;     /**< of an estimate, number or integer; NaN is printed as null */
    double se;        /**< standard error of an estimate, in the units of value */
    int64_t n;        /**< draws an estimate rests on */
    char *text;       /**< of a text or integer; owned */
} pb_entry;

/** All that a run says in summary, in the order in which it is printed. */
typedef struct pb_summary {
    pb_entry *entry; /**< owned */
    size_t n, capacity;
    pb_status failed; /**< why the list is incomplete, remembered: see pb_summary_check */
} pb_summary;

/** Appenders: printf-like path last. A failure is remembered and reported by pb_summary_check. */
__attribute__((format(printf, 6, 7))) void pb_summary_estimate(pb_summary *summary, double value,
                                                               double se, pb_method method,
                                                               int64_t n, const char *path, ...);
__attribute__((format(printf, 3, 4))) void pb_summary_number(pb_summary *summary, double value,
                                                             const char *path, ...);
/** A whole number that a double may not hold, such as a seed. */
__attribute__((format(printf, 3, 4))) void pb_summary_integer(pb_summary *summary, uint64_t value,
                                                              const char *path, ...);
__attribute__((format(printf, 3, 4))) void pb_summary_text(pb_summary *summary, const char *text,
                                                           const char *path, ...);
/** A list without elements; others come about by their elements' paths. */
__attribute__((format(printf, 2, 3))) void pb_summary_empty_list(pb_summary *summary,
                                                                 const char *path, ...);

/** PB_OK, or PB_INTERNAL: out of memory, or a path that is too long. */
PB_MUST_CHECK pb_status pb_summary_check(const pb_summary *summary, pb_error *err);

/** The entry at `path`, or NULL. */
__attribute__((format(printf, 2, 3))) const pb_entry *pb_summary_find(const pb_summary *summary,
                                                                      const char *path, ...);

void pb_summary_free(pb_summary *summary);

#endif
