/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/axes.h"

#include "models/calendar.h"
#include "results/chunked.h"
#include "results/shape.h"

/** Names of an axis's places. */
typedef const char *id_of(const pb_scenario *scenario, size_t place);

static const char *round_id(const pb_scenario *scenario, size_t place)
{
    return scenario->round[place].id;
}

static const char *union_id(const pb_scenario *scenario, size_t place)
{
    return scenario->coalition.unions[place].id;
}

static const char *union_title(const pb_scenario *scenario, size_t place)
{
    return scenario->coalition.unions[place].title;
}

static const char *unit_id(const pb_scenario *scenario, size_t place)
{
    return scenario->coalition.unit[place].id;
}

static const char *unit_title(const pb_scenario *scenario, size_t place)
{
    return scenario->coalition.unit[place].title;
}

static const char *stream_id(const pb_scenario *scenario, size_t place)
{
    return scenario->revenue.stream[place].id;
}

static const char *stream_title(const pb_scenario *scenario, size_t place)
{
    return scenario->revenue.stream[place].title;
}

static const char *branch_id(const pb_scenario *scenario, size_t place)
{
    (void)scenario;
    return place == PB_BRANCH_DEAL ? "deal" : "no_deal";
}

static const char *option_id(const pb_scenario *scenario, size_t place)
{
    return scenario->plan_b.option[place].id;
}

static const char *option_title(const pb_scenario *scenario, size_t place)
{
    return scenario->plan_b.option[place].title;
}

static const char *saving_id(const pb_scenario *scenario, size_t place)
{
    return scenario->savings.saving[place].id;
}

static const char *saving_title(const pb_scenario *scenario, size_t place)
{
    return scenario->savings.saving[place].title;
}

static const char *parameter_name(const pb_scenario *scenario, size_t place)
{
    return scenario->parameters.item[place].name;
}

/* The axes whose places have names. A new axis is one row here and a line in shape.c. */
static const struct text_axis {
    const char *name, *long_name;
    id_of *id;
    const char *label, *label_long_name;
    id_of *title;
} TEXT_AXES[PB_N_AXES] = {
    [PB_AXIS_ROUND] = {"round", "ratification round", round_id, NULL, NULL, NULL},
    [PB_AXIS_UNION] = {"union", "union", union_id, "union_title", "name of the union", union_title},
    [PB_AXIS_UNIT] = {"unit", "bargaining unit", unit_id, "unit_title",
                      "name of the bargaining unit", unit_title},
    [PB_AXIS_STREAM] = {"stream", "revenue stream", stream_id, "stream_title",
                        "name of the revenue stream", stream_title},
    [PB_AXIS_BRANCH] = {"branch", "with the deal or without it", branch_id, NULL, NULL, NULL},
    [PB_AXIS_OPTION] = {"option", "Plan B option", option_id, "option_title",
                        "name of the Plan B option", option_title},
    [PB_AXIS_SAVING] = {"saving", "component of the deal's savings", saving_id, "saving_title",
                        "name of the component", saving_title},
    [PB_AXIS_PARAMETER] = {"parameter", "uncertain parameter, by its place in the scenario",
                           parameter_name, NULL, NULL, NULL},
};

const char *pb_axis_label(pb_axis axis)
{
    return TEXT_AXES[axis].label;
}

/* A scale of texts, and over it their titles. */
static herr_t create_text_axis(hid_t file, const pb_scenario *scenario, pb_axis axis, size_t n,
                               hid_t text, pb_axes *axes)
{
    const struct text_axis *row = &TEXT_AXES[axis];
    const char *words[PB_MAX_UNITS]; /* the longest axis */
    for (size_t i = 0; i < n; i++) {
        words[i] = row->id(scenario, i);
    }
    axes->scale[axis] = pb_h5_put_scale(
        file, &(pb_h5_about){.name = row->name, .long_name = row->long_name, .units = "1"}, text, n,
        words);
    if (axes->scale[axis] < 0 || row->label == NULL) {
        return axes->scale[axis] < 0 ? -1 : 0;
    }
    for (size_t i = 0; i < n; i++) {
        words[i] = row->title(scenario, i);
    }
    return pb_h5_put_set(
        file, &(pb_h5_about){.name = row->label, .long_name = row->label_long_name, .units = "1"},
        text, 1, &axes->scale[axis], words);
}

static herr_t create_text_axes(hid_t file, const pb_scenario *scenario, hid_t text, pb_axes *axes)
{
    const pb_shape shape = pb_shape_of(scenario);
    for (pb_axis axis = 0; axis < PB_N_AXES; axis++) {
        if (TEXT_AXES[axis].name != NULL && shape.extent[axis] > 0
            && create_text_axis(file, scenario, axis, shape.extent[axis], text, axes) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The calendar years in which the fiscal years end. */
static herr_t create_years(hid_t file, const pb_scenario *scenario, pb_axes *axes)
{
    const pb_fiscal_years years = pb_fiscal_years_from(scenario->dates.fy_start);
    int32_t ends_in[PB_YEARS];
    for (int y = 0; y < PB_YEARS; y++) {
        ends_in[y] = pb_civil_of_date(years.start[y + 1] - 1).year;
    }
    const pb_h5_about about = {
        .name = "fiscal_year",
        .long_name = "fiscal year, by the calendar year in which it ends",
        .units = "1",
    };
    axes->scale[PB_AXIS_YEAR] = pb_h5_put_scale(file, &about, H5T_NATIVE_INT32, PB_YEARS, ends_in);
    return axes->scale[PB_AXIS_YEAR] < 0 ? -1 : 0;
}

static herr_t create_draws(hid_t file, hsize_t n_draws, pb_axes *axes)
{
    const pb_h5_about about = {.name = "draw", .long_name = "Monte Carlo draw", .units = "1"};
    axes->draw = pb_h5_create_scale(file, &about, H5T_NATIVE_INT64, n_draws,
                                    pb_chunk_draws(n_draws, sizeof(int64_t)));
    return axes->draw < 0 ? -1 : 0;
}

static herr_t create_inputs(hid_t file, hid_t text, const char *const *labels, size_t n_inputs,
                            pb_axes *axes)
{
    const pb_h5_about about = {.name = "input", .long_name = "random input", .units = "1"};
    axes->input = pb_h5_put_scale(file, &about, text, n_inputs, labels);
    return axes->input < 0 ? -1 : 0;
}

herr_t pb_axes_create(hid_t file, const pb_scenario *scenario, hsize_t n_draws,
                      const char *const *input_labels, size_t n_inputs, pb_axes *axes)
{
    axes->draw = axes->input = H5I_INVALID_HID;
    for (int axis = 0; axis < PB_N_AXES; axis++) {
        axes->scale[axis] = H5I_INVALID_HID;
    }
    hid_t text = pb_h5_text_type();
    herr_t result = text < 0 ? -1 : 0;
    if (result >= 0 && n_draws > 0) {
        result = create_draws(file, n_draws, axes);
    }
    if (result >= 0) {
        result = create_text_axes(file, scenario, text, axes);
    }
    if (result >= 0) {
        result = create_years(file, scenario, axes);
    }
    if (result >= 0 && n_inputs > 0) {
        result = create_inputs(file, text, input_labels, n_inputs, axes);
    }
    return pb_h5_close(text, result);
}

herr_t pb_axes_close(pb_axes *axes, herr_t result)
{
    for (int axis = 0; axis < PB_N_AXES; axis++) {
        result = pb_h5_close(axes->scale[axis], result);
    }
    result = pb_h5_close(axes->input, result);
    return pb_h5_close(axes->draw, result);
}
