/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/identity.h"

#include "params/parameters.h"
#include "results/draws_file.h"
#include "results/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

pb_status pb_identity_make(const char *scenario_yaml, pb_keep keep, const char *fingerprint,
                           pb_identity *identity, pb_error *err)
{
    static const char FORM[] = "%s--keep=%s\n";
    memset(identity, 0, sizeof *identity);
    char *parameters = pb_parameter_lines(scenario_yaml);
    const size_t size = parameters == NULL ? 0 : strlen(parameters) + sizeof FORM + PB_HASH_SIZE;
    char *lines = parameters == NULL ? NULL : malloc(size);
    if (lines == NULL) {
        free(parameters);
        return pb_fail(err, PB_INTERNAL, "out of memory for the list of parameters");
    }
    const int used = snprintf(lines, size, FORM, parameters, pb_keep_word(keep));
    (void)snprintf(lines + used, size - (size_t)used, "%s", fingerprint);
    pb_sha256_hex(lines, strlen(lines), identity->hash);
    lines[used] = '\0';
    identity->lines = lines;
    (void)snprintf(identity->fingerprint, sizeof identity->fingerprint, "%s", fingerprint);
    free(parameters);
    return PB_OK;
}

void pb_identity_free(pb_identity *identity)
{
    free(identity->lines);
    memset(identity, 0, sizeof *identity);
}

pb_status pb_identity_check(const pb_identity *there, const char *name, const pb_identity *here,
                            pb_error *err)
{
    char difference[900];
    if (pb_parameter_difference(there->lines, here->lines, difference, sizeof difference)) {
        return pb_fail(err, PB_DATA, "%s is of another run: %s", name, difference);
    }
    if (strcmp(there->fingerprint, here->fingerprint) != 0) {
        return pb_fail(err, PB_DATA,
                       "%s: its draws are not those that this planb computes: it is the work of "
                       "another version",
                       name);
    }
    return PB_OK;
}
