/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence must be about ballots, and about a round that there is. */
#include "params/check.h"

static int64_t members_of(const pb_coalition *coalition, const pb_observation *seen)
{
    int64_t members = 0;
    for (int i = 0; i < seen->n_units; i++) {
        members += coalition->unit[seen->first_unit + i].members;
    }
    return members;
}

static void check_observation(const pb_check *check, int i)
{
    const pb_observation *seen = &check->scenario->evidence.observation[i];
    const int64_t ballots = seen->yes_ballots + seen->no_ballots;
    const int64_t members = members_of(&check->scenario->coalition, seen);
    char path[48];
    snprintf(path, sizeof path, "evidence[%d].round", i);
    if (seen->round > check->scenario->n_rounds) {
        pb_check_message(check, PB_SEVERITY_ERROR, path, "there is no such round (%d given)",
                         check->scenario->n_rounds);
    }
    snprintf(path, sizeof path, "evidence[%d]", i);
    if (ballots == 0) {
        pb_check_message(check, PB_SEVERITY_ERROR, path,
                         "nothing observed (yes_ballots and no_ballots are both 0)");
    }
    if (ballots > members) {
        pb_check_message(check, PB_SEVERITY_WARNING, path,
                         "%lld ballots of %lld members: used as they are", (long long)ballots,
                         (long long)members);
    }
}

void pb_check_evidence(const pb_check *check)
{
    for (int i = 0; i < check->scenario->evidence.n_observations; i++) {
        check_observation(check, i);
    }
}
