/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/reader.h"

#define IN_REVENUE(member) offsetof(pb_revenue_params, member)
#define IN_STREAM(member) offsetof(pb_stream, member)

static const char *const BIAS[] = {[PB_BIAS_NONE] = "none", [PB_BIAS_HISTORIC] = "historic"};

// clang-format off
static const pb_field RECESSION[] = {
    {"first_year", PB_FIELD_REAL, IN_REVENUE(p_recession_first), "1", 0, 1, "0.11",
     .meaning = "probability that the first year is a recession"},
    {"persist", PB_FIELD_REAL, IN_REVENUE(p_recession_persists), "1", 0, 1, "0.30",
     .meaning = "probability that a recession lasts into the second year"},
    {"enter", PB_FIELD_REAL, IN_REVENUE(p_recession_enters), "1", 0, 1, "0.09",
     .meaning = "probability that one begins in the second year"},
};
static const pb_map RECESSION_MAP = PB_MAP_OF(RECESSION, 0);

static const pb_field SHIFT[] = {
    {"normal", PB_FIELD_REAL, IN_STREAM(shift_normal), "log", -2, 2, "0.0",
     .meaning = "mean error outside recessions"},
    {"recession", PB_FIELD_REAL, IN_STREAM(shift_recession), "log", -2, 2, "0.0",
     .meaning = "mean error in a recession"},
};
static const pb_map SHIFT_MAP = PB_MAP_OF(SHIFT, 0);

static const pb_field STREAM[] = {
    {"id", PB_FIELD_ID, IN_STREAM(id), NULL, 0, 0, NULL, .meaning = "name of the stream"},
    {"title", PB_FIELD_TEXT, IN_STREAM(title), NULL, 0, 0, NULL, .same_as = ".id",
     .meaning = "one line for the reader"},
    {"baseline", PB_FIELD_YEARS, IN_STREAM(baseline_musd), "million USD", -1e7, 1e7, NULL,
     .meaning = "official estimate for each year; negative: refunds"},
    {"made_on", PB_FIELD_DATE, IN_STREAM(made_on), NULL, 0, 0, PB_ABSENT,
     .meaning = "day of the estimate; absent: 12 months before the first year ends"},
    {"sd", PB_FIELD_REAL, IN_STREAM(sd), "log", 0, 2, NULL,
     .meaning = "standard deviation of ln(actual / estimate) within a regime, 12 months ahead"},
    {"second_year_ratio", PB_FIELD_REAL, IN_STREAM(second_year_ratio), "1", 0, 10, "1.0",
     .meaning = "standard deviation of the second year's growth error over `sd`"},
    {"shift", PB_FIELD_MAP, 0, NULL, 0, 0, "{}", .map = &SHIFT_MAP,
     .meaning = "mean error by regime"},
    {"prior_error", PB_FIELD_REAL, IN_STREAM(prior_error), "log", -2, 2, "0.0",
     .meaning = "error of the year before, where it is known"},
};
static const pb_map STREAM_MAP = PB_MAP_OF(STREAM, sizeof(pb_stream));

static const pb_field REVENUE[] = {
    {"df", PB_FIELD_DF, IN_REVENUE(df), "1", 2, 1000, "6", .above_lowest = true,
     .meaning = "degrees of freedom of the errors' joint tails"},
    {"bias", PB_FIELD_WORD, IN_REVENUE(bias), NULL, 0, 0, "none", .words = {BIAS, sizeof BIAS[0], 2},
     .meaning = "`historic` keeps the mean of the regimes' shifts, `none` takes it out"},
    {"error_cap", PB_FIELD_REAL, IN_REVENUE(error_cap), "log", 0, 5, "1.0", .above_lowest = true,
     .meaning = "an error never exceeds this"},
    {"recession", PB_FIELD_MAP, 0, NULL, 0, 0, "{}", .map = &RECESSION_MAP,
     .meaning = "the regimes"},
    {"streams", PB_FIELD_LIST, IN_REVENUE(stream), NULL, 1, PB_MAX_STREAMS, NULL, .map = &STREAM_MAP,
     .count = IN_REVENUE(n_streams), .meaning = "the revenue streams"},
    {"correlation", PB_FIELD_PAIRS, IN_REVENUE(correlation), "1", -1, 1, "{}",
     .meaning = "correlation of two streams' errors, `first/second: 0.5`; pairs not named: 0"},
};
// clang-format on

const pb_map PB_REVENUE_MAP = PB_MAP_OF(REVENUE, sizeof(pb_revenue_params));
