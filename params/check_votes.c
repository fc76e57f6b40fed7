/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of votes must fit the groups and rounds that there are. */
#include "params/check.h"

/* A unit or union, for messages. */
typedef struct group {
    char path[128];
    const pb_counted *counted;
    int64_t members;
} group;

static void count_is_of_a_round(const pb_check *check, const group *g)
{
    char path[160];
    if (g->counted->kind != PB_NOT_COUNTED && g->counted->round > check->scenario->n_rounds) {
        snprintf(path, sizeof path, "%s.counted.round", g->path);
        pb_check_message(check, PB_SEVERITY_ERROR, path, "there is no such round (%d given)",
                         check->scenario->n_rounds);
    }
}

static void ballots_do_not_exceed_members(const pb_check *check, const group *g)
{
    const int64_t ballots = g->counted->yes_ballots + g->counted->no_ballots;
    char path[160];
    if (ballots > g->members) {
        snprintf(path, sizeof path, "%s.counted", g->path);
        pb_check_message(check, PB_SEVERITY_WARNING, path,
                         "%lld ballots of %lld members: used as they are", (long long)ballots,
                         (long long)g->members);
    }
}

static void check_group(const pb_check *check, const group *g)
{
    count_is_of_a_round(check, g);
    ballots_do_not_exceed_members(check, g);
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

static void is_counted_once(const pb_check *check, const pb_union *parent, const pb_unit *unit)
{
    char path[160];
    if (parent->counted.kind != PB_NOT_COUNTED && unit->counted.kind != PB_NOT_COUNTED
        && parent->counted.round == unit->counted.round) {
        snprintf(path, sizeof path, "unions[%s].units[%s].counted", parent->id, unit->id);
        pb_check_message(check, PB_SEVERITY_ERROR, path,
                         "the union is counted too (give the union's count or its units')");
    }
}

static void check_union(const pb_check *check, int u)
{
    const pb_coalition *coalition = &check->scenario->coalition;
    const pb_union *parent = &coalition->unions[u];
    const pb_node *node = pb_node_find(check->root, "unions")->item[u];
    group g = {.counted = &parent->counted, .members = members_of(coalition, parent)};

    leaders_have_a_probability(check, parent, pb_node_find(node, "p_approve") != NULL);
    snprintf(g.path, sizeof g.path, "unions[%s]", parent->id);
    check_group(check, &g);
    for (int i = 0; i < parent->n_units; i++) {
        const pb_unit *unit = &coalition->unit[parent->first_unit + i];
        g.counted = &unit->counted;
        g.members = unit->members;
        snprintf(g.path, sizeof g.path, "unions[%s].units[%s]", parent->id, unit->id);
        check_group(check, &g);
        is_counted_once(check, parent, unit);
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
