/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_COMMANDS_H
#define PLANB_SIM_COMMANDS_H

#include "models/error.h"

/** Every subcommand; a new one is a line here and its file cmd_NAME.c. */
#define PB_COMMANDS(X)                                                                            \
    X(run, "SCENARIO.yaml", "simulate a scenario, store the draws, print the answer")             \
    X(check, "SCENARIO.yaml", "validate a scenario and say what a run would do")                  \
    X(summary, "FILE.h5", "print the answer stored in a result file")                             \
    X(merge, "OUT.h5 PART.h5...", "join what run --shard has made")                               \
    X(rule, "FILE.h5 --rule NAME|EXPR", "the same votes under another rule")                      \
    X(compare, "A.h5 B.h5", "what differs between two results, with the error of it")             \
    X(explain, "FILE.h5 --draw N", "tell one draw, or the worst one, from ballots to balance")    \
    X(verify, "SCENARIO.yaml", "hold the estimates against others made independently")            \
    X(collect, "OUT.h5 --axis NAME=V1,V2 .. POINT.h5 ..", "join the runs of a sweep to one file") \
    X(reference, "fields|columns|schema",                                                         \
      "print the scenario keys, the output columns or the "                                       \
      "JSON Schema")

#define X(name, operand, purpose) pb_status pb_cmd_##name(int argc, char **argv, pb_error *err);
PB_COMMANDS(X)
#undef X

#endif
