/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_SCHEMA_H
#define PLANB_PARAMS_SCHEMA_H

#include <stdio.h>

/** The member `$defs` of the JSON Schema: distributions, clauses, comparisons. */
void pb_schema_definitions(FILE *out);

#endif
