/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoil_result FILE.h5 HOW: makes of a good result one that must be refused. */
#include "results/h5.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Puts an empty dataset of `n` values in the place of another. */
static bool replace(hid_t file, const char *name, hid_t type, hsize_t n)
{
    if (H5Ldelete(file, name, H5P_DEFAULT) < 0) {
        return false;
    }
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    return pb_h5_close(set, pb_h5_close(space, set < 0 ? -1 : 0)) >= 0;
}

static bool renumber(hid_t file, const char *name, int32_t value)
{
    return H5Adelete(file, name) >= 0
           && pb_h5_put_number(file, name, H5T_NATIVE_INT32, &value) >= 0;
}

static bool newer(hid_t file)
{
    return renumber(file, "planb_format", 99);
}

static bool format_zero(hid_t file)
{
    return renumber(file, "planb_format", 0);
}

static bool format_text(hid_t file)
{
    return H5Adelete(file, "planb_format") >= 0 && pb_h5_put_text(file, "planb_format", "1") >= 0;
}

static bool incomplete(hid_t file)
{
    return renumber(file, "complete", 0);
}

static bool unfinished(hid_t file)
{
    return H5Adelete(file, "complete") >= 0;
}

static bool no_summary(hid_t file)
{
    return H5Ldelete(file, "summary", H5P_DEFAULT) >= 0;
}

static bool summary_is_a_dataset(hid_t file)
{
    return replace(file, "summary", H5T_NATIVE_DOUBLE, 3);
}

static bool summary_lacks_values(hid_t file)
{
    return H5Ldelete(file, "summary/value", H5P_DEFAULT) >= 0;
}

static bool summary_of_other_type(hid_t file)
{
    return replace(file, "summary/kind", H5T_NATIVE_DOUBLE, 3);
}

static bool summary_too_short(hid_t file)
{
    return replace(file, "summary/n", H5T_NATIVE_INT64, 3);
}

static bool votes_of_other_type(hid_t file)
{
    return replace(file, "union_vote", H5T_NATIVE_DOUBLE, 2000);
}

static bool votes_of_other_shape(hid_t file)
{
    return replace(file, "union_vote", H5T_STD_U8LE, 2000);
}

static bool no_scenario(hid_t file)
{
    return H5Adelete(file, "scenario_yaml") >= 0;
}

static bool other_scenario(hid_t file)
{
    return H5Adelete(file, "scenario_yaml") >= 0
           && pb_h5_put_text(file, "scenario_yaml", "scenario: {name: other}") >= 0;
}

static bool scenario_is_a_number(hid_t file)
{
    const double value = 1.0;
    return H5Adelete(file, "scenario_yaml") >= 0
           && pb_h5_put_number(file, "scenario_yaml", H5T_NATIVE_DOUBLE, &value) >= 0;
}

static bool foreign(hid_t file)
{
    return H5Adelete(file, "planb_format") >= 0;
}

static const struct {
    const char *name;
    bool (*spoil)(hid_t file);
} WAYS[] = {
#define WAY(name)   \
    {               \
#name, name \
    }
    WAY(newer),
    WAY(format_zero),
    WAY(format_text),
    WAY(incomplete),
    WAY(unfinished),
    WAY(no_summary),
    WAY(summary_is_a_dataset),
    WAY(summary_lacks_values),
    WAY(summary_of_other_type),
    WAY(summary_too_short),
    WAY(votes_of_other_type),
    WAY(votes_of_other_shape),
    WAY(no_scenario),
    WAY(other_scenario),
    WAY(scenario_is_a_number),
    WAY(foreign),
#undef WAY
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 3 && i < sizeof WAYS / sizeof WAYS[0]; i++) {
        if (strcmp(argv[2], WAYS[i].name) == 0) {
            const hid_t file = H5Fopen(argv[1], H5F_ACC_RDWR, H5P_DEFAULT);
            const bool spoilt = file >= 0 && WAYS[i].spoil(file);
            return spoilt && H5Fclose(file) >= 0 ? 0 : 1;
        }
    }
    fprintf(stderr, "usage: spoil_result FILE.h5 HOW\n");
    return 2;
}
