/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/groups.h"
#include "params/reader.h"

#include <string.h>

#define IN_OBSERVATION(member) offsetof(pb_observation, member)
#define IN_SD(member) offsetof(pb_evidence_sd, member)

static const char *const KIND[] = {
#define X(name, text) [PB_EVIDENCE_##name] = text,
    PB_EVIDENCE_KINDS(X)
#undef X
};

/* Finds the units of the group that an observation names. False: there is no such group. */
static bool find_units(const pb_coalition *coalition, pb_observation *seen)
{
    if (strcmp(seen->group, PB_GROUP_OF_ALL) == 0) {
        seen->n_units = coalition->n_units;
        return true;
    }
    for (int k = 0; k < coalition->n_unions; k++) {
        if (strcmp(seen->group, coalition->unions[k].id) == 0) {
            seen->first_unit = coalition->unions[k].first_unit;
            seen->n_units = coalition->unions[k].n_units;
            return true;
        }
    }
    for (int u = 0; u < coalition->n_units; u++) {
        if (strcmp(seen->group, coalition->unit[u].id) == 0) {
            seen->first_unit = u;
            seen->n_units = 1;
            return true;
        }
    }
    return false;
}

/* `group:` [pb_observation: group, first_unit, n_units] */
static void read_group(pb_reader *reader, const pb_field *field, pb_node *node, void *target)
{
    pb_observation *seen = (void *)((char *)target - field->offset);
    char hint[400];
    pb_read_id(reader, field, node, seen->group);
    if (seen->group[0] == '\0' || find_units(&reader->scenario->coalition, seen)) {
        return;
    }
    if (pb_group_find(reader->root, seen->group) == NULL) { /* else it is faulty itself */
        pb_read_error(reader, node, "no unit or union with this id, '%s' (%s)", node->text,
                      pb_group_hint(reader->root, node->text, PB_GROUP_OF_ALL, hint, sizeof hint));
    }
}

// clang-format off
static const pb_field OBSERVATION[] = {
    {"group", PB_FIELD_ID, IN_OBSERVATION(group), NULL, 0, 0, NULL, .read = read_group,
     .meaning = "whose ballots: id of a unit or union (an abstaining one too), or `" PB_GROUP_OF_ALL "`"},
    {"kind", PB_FIELD_WORD, IN_OBSERVATION(kind), NULL, 0, 0, NULL, .words = {KIND, sizeof KIND[0], PB_N_EVIDENCE_KINDS},
     .meaning = "what kind of figure it is: see `evidence_sd`"},
    {"round", PB_FIELD_WHOLE, IN_OBSERVATION(round), "1", 1, PB_ROUNDS, "1",
     .meaning = "which round's support it tells of"},
    {"yes_ballots", PB_FIELD_WHOLE, IN_OBSERVATION(yes_ballots), "ballot", 0, 1e7, NULL,
     .meaning = "ballots or answers for the agreement"},
    {"no_ballots", PB_FIELD_WHOLE, IN_OBSERVATION(no_ballots), "ballot", 0, 1e7, NULL,
     .meaning = "ballots or answers against it"},
    {"date", PB_FIELD_DATE, IN_OBSERVATION(date), NULL, 0, 0, NULL,
     .meaning = "day it became known"},
};

#define SD_FIELDS(bias_sd, noise_sd) \
    {"bias", PB_FIELD_REAL, IN_SD(bias), "logit", 0, 5, bias_sd, \
     .never_uncertain = "evidence is weighed before the first draw", \
     .meaning = "standard deviation of the bias that all evidence of this kind shares"}, \
    {"noise", PB_FIELD_REAL, IN_SD(noise), "logit", 0, 5, noise_sd, \
     .never_uncertain = "evidence is weighed before the first draw", \
     .meaning = "standard deviation of each one's own error, beside the sampling of its ballots"}

/* SPEC C.4 */
static const pb_field PROFESSIONAL_POLL[] = {SD_FIELDS("0.10", "0.10")};
static const pb_field STRAW_POLL[] = {SD_FIELDS("0.30", "0.30")};
static const pb_field OFFICIAL_PARTIAL[] = {SD_FIELDS("0.0", "0.10")};
static const pb_field EARLIER_RATIFICATION[] = {SD_FIELDS("0.0", "0.45")};
// clang-format on

static const pb_map KIND_MAP[] = {
    [PB_EVIDENCE_PROFESSIONAL_POLL] = PB_MAP_OF(PROFESSIONAL_POLL, sizeof(pb_evidence_sd)),
    [PB_EVIDENCE_STRAW_POLL] = PB_MAP_OF(STRAW_POLL, sizeof(pb_evidence_sd)),
    [PB_EVIDENCE_OFFICIAL_PARTIAL] = PB_MAP_OF(OFFICIAL_PARTIAL, sizeof(pb_evidence_sd)),
    [PB_EVIDENCE_EARLIER_RATIFICATION] = PB_MAP_OF(EARLIER_RATIFICATION, sizeof(pb_evidence_sd)),
};

// clang-format off
#define KIND_FIELD(name, text, what) \
    {text, PB_FIELD_MAP, PB_EVIDENCE_##name * sizeof(pb_evidence_sd), NULL, 0, 0, "{}", \
     .map = &KIND_MAP[PB_EVIDENCE_##name], .meaning = what}

static const pb_field EVIDENCE_SD[] = {
    KIND_FIELD(PROFESSIONAL_POLL, "professional_poll", "a professional poll of members"),
    KIND_FIELD(STRAW_POLL, "straw_poll", "a straw poll, a show of hands, a poll on the web: those who answer choose themselves"),
    KIND_FIELD(OFFICIAL_PARTIAL, "official_partial", "the official count of a part of the group; left out where the group's own count is used, which contains it"),
    KIND_FIELD(EARLIER_RATIFICATION, "earlier_ratification", "the group's final count in an earlier ratification of another deal"),
};
// clang-format on

const pb_map PB_OBSERVATION_MAP = PB_MAP_OF(OBSERVATION, sizeof(pb_observation));
const pb_map PB_EVIDENCE_SD_MAP = PB_MAP_OF(EVIDENCE_SD, 0);
