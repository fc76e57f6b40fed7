/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number in `{at_least: 4/5}`: an exact share, or a whole number of unions. */
#include "params/number.h"
#include "params/reader.h"

#include <string.h>

static int n_unions(const pb_reader *reader)
{
    const pb_node *unions = pb_node_find(reader->root, "unions");
    return unions == NULL || unions->kind != PB_NODE_LIST ? 0 : (int)unions->n;
}

/* A whole number counts unions where the clause allows it; else it is the share 0 or 1. */
static bool read_whole(pb_reader *reader, pb_node *node, pb_rule_node *clause, int64_t whole)
{
    const int unions = n_unions(reader);
    const bool count = PB_CLAUSES[clause->kind].counts_unions;
    if (whole < 0 || whole > (count ? unions : 1)) {
        if (count) {
            pb_read_error(reader, node, "out of range, '%s' (0 to %d unions, or a share)",
                          pb_show(node->text).text, unions);
        } else {
            pb_read_error(reader, node, "out of range, '%s' (a share from 0 to 1)",
                          pb_show(node->text).text);
        }
        return false;
    }
    clause->numerator = whole;
    clause->denominator = count ? 0 : 1;
    return true;
}

bool pb_read_threshold(pb_reader *reader, pb_node *node, pb_rule_node *clause)
{
    int64_t whole;
    double real;
    char hint[64];
    const char *text = pb_read_plain(reader, node, "a share");
    if (text == NULL) {
        return false;
    }
    if (pb_parse_whole(text, &whole)) {
        return read_whole(reader, node, clause, whole);
    }
    if (!pb_parse_fraction(text, &clause->numerator, &clause->denominator)) {
        const bool exact = strchr(text, '/') != NULL || pb_parse_real(text, &real);
        pb_read_error(reader, node, "not a share, '%s' (%s)", pb_show(text).text,
                      exact ? "from 0 to 1, 0.8 or 4/5, of at most 9 digits"
                            : pb_number_hint(text, hint, sizeof hint));
        return false;
    }
    if (clause->numerator > clause->denominator) {
        pb_read_error(reader, node, "out of range, '%s' (a share from 0 to 1)", pb_show(text).text);
        return false;
    }
    return true;
}
