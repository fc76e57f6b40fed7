/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_REFERENCE_H
#define PLANB_PARAMS_REFERENCE_H

#include <stdio.h>

/** params/REFERENCE.md: every scenario key with unit, range, default and meaning. */
void pb_reference_fields(FILE *out);

/** The JSON Schema (draft 2020-12) of a scenario. */
void pb_reference_schema(FILE *out);

/** The output columns as a Markdown table: name, axes, type, unit, meaning. */
void pb_reference_columns(FILE *out);

#endif
