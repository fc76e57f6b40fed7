/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_PARAMS_VINTAGES_FILE_H
#define PLANB_PARAMS_VINTAGES_FILE_H

#include "params/reader.h"

/**
 * Reads a CSV file of past forecasts into a list of vintages, the oldest first, as it may stand
 * under `revenue.bootstrap.vintages`. The first row names the columns: forecast_year (in which
 * the forecast was made), stream, lead (1 or 2: for the first or second fiscal year), forecast,
 * actual, and any of source and note. Nodes of the list have their places in the file. NULL after
 * an error.
 *
 * @param streams `revenue.streams`: every vintage needs all of them, with both leads
 * @param asked   the node that names the file, whose path is relative to the file it stands in
 */
pb_node *pb_vintages_read(pb_reader *reader, const pb_node *streams, pb_node *asked);

/** The same from a source that has been read (pb_source_check). */
pb_node *pb_vintages_of(pb_reader *reader, const pb_node *streams, const pb_source *source);

#endif
