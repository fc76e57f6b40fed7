/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/axes.h"

/* One value per fiscal year. */
static herr_t put_years(hid_t file, const pb_axes *axes, const char *name, const char *long_name,
                        const double *musd)
{
    const pb_h5_about about = {.name = name, .long_name = long_name, .units = "million USD"};
    return pb_h5_put_set(file, &about, H5T_NATIVE_DOUBLE, 1, &axes->scale[PB_AXIS_YEAR], musd);
}

static herr_t put_budget(hid_t file, const pb_budget_params *budget, const pb_axes *axes)
{
    double appropriations[PB_YEARS];
    for (int y = 0; y < PB_YEARS; y++) {
        appropriations[y] = pb_appropriations_musd(budget, y);
    }
    const bool written =
        put_years(file, axes, "appropriations",
                  "appropriations (a cost), before any labor savings they count on", appropriations)
            >= 0
        && put_years(file, axes, "lapse", "appropriations expected to go unspent",
                     budget->lapse_musd)
               >= 0
        && put_years(file, axes, "other", "other items, positive: improve the balance",
                     budget->other_musd)
               >= 0;
    return written ? 0 : -1;
}

static herr_t put_baseline(hid_t file, const pb_revenue_params *revenue, const pb_axes *axes)
{
    const pb_h5_about about = {.name = "stream_baseline",
                               .long_name = "baseline of the revenue stream",
                               .units = "million USD",
                               .coordinates = pb_axis_label(PB_AXIS_STREAM)};
    const hid_t scale[2] = {axes->scale[PB_AXIS_STREAM], axes->scale[PB_AXIS_YEAR]};
    double baseline[PB_MAX_STREAMS][PB_YEARS];
    if (revenue->n_streams == 0) {
        return 0;
    }
    for (int s = 0; s < revenue->n_streams; s++) {
        for (int y = 0; y < PB_YEARS; y++) {
            baseline[s][y] = revenue->stream[s].baseline_musd[y];
        }
    }
    return pb_h5_put_set(file, &about, H5T_NATIVE_DOUBLE, 2, scale, baseline);
}

static herr_t put_members(hid_t file, const pb_coalition *coalition, const pb_axes *axes)
{
    const pb_h5_about about = {.name = "members",
                               .long_name = "members of the union, all its units",
                               .units = "1",
                               .coordinates = pb_axis_label(PB_AXIS_UNION)};
    int64_t members[PB_MAX_UNIONS] = {0};
    if (coalition->n_unions == 0) {
        return 0;
    }
    for (int i = 0; i < coalition->n_units; i++) {
        members[coalition->unit[i].parent] += coalition->unit[i].members;
    }
    return pb_h5_put_set(file, &about, H5T_NATIVE_INT64, 1, &axes->scale[PB_AXIS_UNION], members);
}

static herr_t put_units(hid_t file, const pb_coalition *coalition, const pb_axes *axes)
{
    const pb_h5_about about_members = {.name = "unit_members",
                                       .long_name = "members of the bargaining unit",
                                       .units = "1",
                                       .coordinates = pb_axis_label(PB_AXIS_UNIT)};
    const pb_h5_about about_union = {.name = "unit_union",
                                     .long_name = "position of the unit's union in `union`, from 0",
                                     .units = "1",
                                     .coordinates = pb_axis_label(PB_AXIS_UNIT)};
    int64_t members[PB_MAX_UNITS];
    int32_t parent[PB_MAX_UNITS];
    if (coalition->n_units == 0) {
        return 0;
    }
    for (int i = 0; i < coalition->n_units; i++) {
        members[i] = coalition->unit[i].members;
        parent[i] = coalition->unit[i].parent;
    }
    const hid_t *scale = &axes->scale[PB_AXIS_UNIT];
    const bool written =
        pb_h5_put_set(file, &about_members, H5T_NATIVE_INT64, 1, scale, members) >= 0
        && pb_h5_put_set(file, &about_union, H5T_NATIVE_INT32, 1, scale, parent) >= 0;
    return written ? 0 : -1;
}

herr_t pb_constants_write(hid_t file, const pb_scenario *scenario, const pb_axes *axes)
{
    const bool written = put_budget(file, &scenario->budget, axes) >= 0
                         && put_baseline(file, &scenario->revenue, axes) >= 0
                         && put_members(file, &scenario->coalition, axes) >= 0
                         && put_units(file, &scenario->coalition, axes) >= 0;
    return written ? 0 : -1;
}
