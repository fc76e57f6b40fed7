/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/facts.h"

#include "params/path.h"

#include <stdlib.h>
#include <string.h>

static void ignore(pb_loaded *loaded, const char *group, pb_date date)
{
    pb_ignored *ignored = &loaded->ignored[loaded->n_ignored++];
    strcpy(ignored->group, group);
    ignored->date = date;
}

static const char *date_text(const pb_node *fact)
{
    return pb_node_find(fact, "date")->text;
}

static bool is_late(const pb_loaded *loaded, pb_date date)
{
    return date >= loaded->scenario->as_of;
}

static void use_count(pb_loaded *loaded, const pb_count *count, pb_messages *messages)
{
    if (is_late(loaded, count->value.date)) {
        ignore(loaded, count->group, count->value.date);
        pb_message(messages, PB_SEVERITY_NOTE, count->node->place, count->group,
                   "the count of %s is not used: it is not dated before scenario.as_of",
                   date_text(count->node));
    } else {
        count->target[count->round - 1] = count->value;
    }
}

/* The used count of the group that a partial one was a part of, or NULL. */
static const pb_count *containing(const pb_loaded *loaded, const pb_counts *counts,
                                  const pb_observation *seen)
{
    for (int i = 0; i < counts->n && seen->kind == PB_EVIDENCE_OFFICIAL_PARTIAL; i++) {
        const pb_count *count = &counts->item[i];
        if (strcmp(count->group, seen->group) == 0 && count->round == seen->round
            && !is_late(loaded, count->value.date)) {
            return count;
        }
    }
    return NULL;
}

static bool use_observation(pb_loaded *loaded, const pb_counts *counts, const pb_node *node,
                            const pb_observation *seen, pb_messages *messages)
{
    const pb_count *whole = containing(loaded, counts, seen);
    const char *kind = pb_node_find(node, "kind")->text;
    if (is_late(loaded, seen->date)) {
        pb_message(messages, PB_SEVERITY_NOTE, node->place, seen->group,
                   "the %s of %s is not used: it is not dated before scenario.as_of", kind,
                   date_text(node));
    } else if (whole != NULL) {
        pb_message(messages, PB_SEVERITY_NOTE, node->place, seen->group,
                   "the %s of %s is not used: the count of %s contains it", kind, date_text(node),
                   date_text(whole->node));
    } else {
        return true;
    }
    ignore(loaded, seen->group, seen->date);
    return false;
}

/* Closes up over what is left out, so that the rest stays zero. */
static void use_evidence(pb_loaded *loaded, const pb_counts *counts, const pb_node *list,
                         pb_messages *messages)
{
    pb_evidence_params *evidence = &loaded->scenario->evidence;
    const int n = evidence->n_observations;
    evidence->n_observations = 0;
    for (int i = 0; i < n; i++) {
        const pb_observation *seen = &evidence->observation[i];
        if (use_observation(loaded, counts, list->item[i], seen, messages)) {
            memmove(&evidence->observation[evidence->n_observations++], seen, sizeof *seen);
        }
    }
    memset(&evidence->observation[evidence->n_observations], 0,
           (size_t)(n - evidence->n_observations) * sizeof *evidence->observation);
}

static bool use_observed(const pb_loaded *loaded, const pb_observed *observed, const pb_node *node,
                         pb_messages *messages)
{
    if (!is_late(loaded, observed->date)) {
        return true;
    }
    pb_message(messages, PB_SEVERITY_NOTE, node->place, "revenue.revisions.observed",
               "the estimate of %s is not used: it is not dated before scenario.as_of",
               date_text(node));
    return false;
}

/* Closes up over what is left out, as with evidence. */
static void use_revisions(pb_loaded *loaded, pb_node *root, pb_messages *messages)
{
    pb_revision_params *revisions = &loaded->scenario->revenue.revisions;
    const pb_node *list = pb_path_find(root, "revenue.revisions.observed");
    const int n = revisions->n_observed;
    revisions->n_observed = 0;
    for (int i = 0; i < n; i++) {
        const pb_observed *observed = &revisions->observed[i];
        if (use_observed(loaded, observed, list->item[i], messages)) {
            memmove(&revisions->observed[revisions->n_observed++], observed, sizeof *observed);
        }
    }
    memset(&revisions->observed[revisions->n_observed], 0,
           (size_t)(n - revisions->n_observed) * sizeof *revisions->observed);
}

/* Where a second vote has been counted it was held. */
static void second_vote_is_certain(const pb_loaded *loaded, const pb_counts *counts,
                                   pb_messages *messages)
{
    const pb_round_timing *timing = &loaded->scenario->timing[1];
    const double held = timing->p_rule_change * timing->p_reopen;
    for (int i = 0; i < counts->n && held < 1.0; i++) {
        const pb_count *count = &counts->item[i];
        if (count->round == 2 && !is_late(loaded, count->value.date)) {
            pb_message(messages, PB_SEVERITY_WARNING, count->node->place, count->path,
                       "round 2 is counted, but p_rule_change and p_reopen say that it is held "
                       "with probability %g",
                       held);
            return;
        }
    }
}

bool pb_use_facts(pb_loaded *loaded, const pb_counts *counts, pb_node *root, pb_messages *messages)
{
    const size_t n = (size_t)(counts->n + loaded->scenario->evidence.n_observations);
    loaded->ignored = calloc(n + 1, sizeof *loaded->ignored);
    if (loaded->ignored == NULL) {
        return false;
    }
    for (int i = 0; i < counts->n; i++) {
        use_count(loaded, &counts->item[i], messages);
    }
    second_vote_is_certain(loaded, counts, messages);
    use_evidence(loaded, counts, pb_node_find(root, "evidence"), messages);
    use_revisions(loaded, root, messages);
    return true;
}
