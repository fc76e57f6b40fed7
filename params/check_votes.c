/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of votes must fit the groups and rounds that there are. */
#include "params/check.h"

static void count_is_of_a_round(const pb_check *check, const pb_count *count)
{
    char path[160];
    if (count->round > check->scenario->n_rounds) {
        snprintf(path, sizeof path, "%s.round", count->path);
        pb_check_message(check, PB_SEVERITY_ERROR, path, "there is no such round (%d given)",
                         check->scenario->n_rounds);
    }
}

static void ballots_do_not_exceed_members(const pb_check *check, const pb_count *count,
                                          int64_t members)
{
    const int64_t ballots = count->value.yes_ballots + count->value.no_ballots;
    if (ballots > members) {
        pb_check_message(check, PB_SEVERITY_WARNING, count->path,
                         "%lld ballots of %lld members: used as they are", (long long)ballots,
                         (long long)members);
    }
}

/* The count of a group in a round, or NULL. */
static const pb_count *count_in(const pb_check *check, const pb_counted *target, int64_t round)
{
    for (int i = 0; i < check->counts->n; i++) {
        const pb_count *count = &check->counts->item[i];
        if (count->target == target && count->round == round) {
            return count;
        }
    }
    return NULL;
}

/* Whether a count of the union leaves room for counts of its units: it does if it is a result
 * without figures that they do not decide. */
static bool leaves_room(const pb_check *check, const pb_union *parent, const pb_count *whole)
{
    const pb_unit *unit = &check->scenario->coalition.unit[parent->first_unit];
    int n_counted = 0;
    for (int i = 0; i < parent->n_units; i++) {
        const pb_count *own = count_in(check, unit[i].counted, whole->round);
        n_counted += own != NULL && own->value.kind == PB_COUNTED_BALLOTS;
    }
    return whole->value.kind != PB_COUNTED_BALLOTS && parent->n_units > 1
           && n_counted < parent->n_units;
}

/* The counts of a unit or union; `parent` is the union above it, or NULL. */
static void check_group(const pb_check *check, const pb_counted *target, int64_t members,
                        const pb_union *parent)
{
    for (int i = 0; i < check->counts->n; i++) {
        const pb_count *count = &check->counts->item[i];
        if (count->target != target) {
            continue;
        }
        count_is_of_a_round(check, count);
        ballots_do_not_exceed_members(check, count, members);
        const pb_count *whole =
            parent == NULL ? NULL : count_in(check, parent->counted, count->round);
        if (count_in(check, target, count->round) != count) {
            pb_check_message(check, PB_SEVERITY_ERROR, count->path,
                             "counted twice in one round (one count for each round)");
        } else if (whole != NULL && !leaves_room(check, parent, whole)) {
            pb_check_message(check, PB_SEVERITY_ERROR, count->path,
                             "the union is counted too (give the union's count or its units')");
        }
    }
}

static int64_t members_of(const pb_coalition *coalition, const pb_union *parent)
{
    int64_t members = 0;
    for (int i = 0; i < parent->n_units; i++) {
        members += coalition->unit[parent->first_unit + i].members;
    }
    return members;
}

static void leaders_have_a_probability(const pb_check *check, const pb_union *parent, bool given)
{
    char path[96];
    const bool leaders = parent->aggregate == PB_AGGREGATE_LEADERS;
    if (leaders == given) {
        return;
    }
    snprintf(path, sizeof path, "unions[%s].%s", parent->id, given ? "p_approve" : "aggregate");
    pb_check_message(check, PB_SEVERITY_ERROR, path, "%s",
                     given ? "only with aggregate: leaders"
                           : "leaders decide (p_approve is needed)");
}

static void check_union(const pb_check *check, int u)
{
    const pb_coalition *coalition = &check->scenario->coalition;
    const pb_union *parent = &coalition->unions[u];
    const pb_node *node = pb_node_find(check->root, "unions")->item[u];

    leaders_have_a_probability(check, parent, pb_node_find(node, "p_approve") != NULL);
    check_group(check, parent->counted, members_of(coalition, parent), NULL);
    for (int i = 0; i < parent->n_units; i++) {
        const pb_unit *unit = &coalition->unit[parent->first_unit + i];
        check_group(check, unit->counted, unit->members, parent);
    }
}

static void some_union_votes(const pb_check *check)
{
    const pb_coalition *coalition = &check->scenario->coalition;
    for (int u = 0; u < coalition->n_unions; u++) {
        if (!coalition->unions[u].abstains) {
            return;
        }
    }
    pb_check_message(check, PB_SEVERITY_WARNING, "unions",
                     "every union abstains: no rule about unions can be satisfied");
}

void pb_check_votes(const pb_check *check)
{
    for (int u = 0; u < check->scenario->coalition.n_unions; u++) {
        check_union(check, u);
    }
    some_union_votes(check);
}
