/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/reader.h"

#include "models/calendar.h"

#define IN_REVENUE(member) offsetof(pb_revenue_params, member)
#define IN_STREAM(member) offsetof(pb_stream, member)
#define IN_POLICY(member) offsetof(pb_policy, member)
#define IN_REVISIONS(member) offsetof(pb_revision_params, member)
#define IN_OBSERVED(member) offsetof(pb_observed, member)
#define IN_BOOTSTRAP(member) offsetof(pb_bootstrap_params, member)
#define IN_VINTAGE(member) offsetof(pb_vintage, member)

static const char *const METHOD[] = {
    [PB_ERRORS_PARAMETRIC] = "parametric", [PB_ERRORS_BOOTSTRAP] = "bootstrap"};
static const char *const BIAS[] = {[PB_BIAS_NONE] = "none", [PB_BIAS_HISTORIC] = "historic"};
static const char *const BASELINE_IS[] = {
    [PB_BASELINE_MEDIAN] = "median", [PB_BASELINE_MEAN] = "mean"};

/* The deadline, then the dates on which the first year is looked at again. */
static const char *dates_of_year(const pb_reader *reader, const pb_node *map, char *text,
                                 size_t size)
{
    const pb_dates *dates = &reader->scenario->dates;
    pb_date date[PB_N_REVISIONS];
    pb_civil day[PB_REVISION_DATES] = {pb_civil_of_date(dates->deadline)};
    (void)map;
    pb_midyear_dates(dates->fy_start, date);
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        day[t + 1] = pb_civil_of_date(date[t]);
    }
    size_t length = 0;
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        length += (size_t)snprintf(text + length, size - length, "%s%04d-%02d-%02d",
                                   t == 0 ? "[" : ", ", day[t].year, day[t].month, day[t].day);
    }
    snprintf(text + length, size - length, "]");
    return text;
}

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

static const pb_field POLICY[] = {
    {"id", PB_FIELD_ID, IN_POLICY(id), NULL, 0, 0, NULL, .meaning = "name of the policy"},
    {"stream", PB_FIELD_ID, IN_POLICY(stream), NULL, 0, 0, NULL, .read = pb_read_stream,
     .meaning = "stream that it adds to, whose error it shares"},
    {"amount", PB_FIELD_YEARS, IN_POLICY(amount_musd), "million USD", -1e7, 1e7, NULL,
     .meaning = "estimated yield of the whole year"},
    {"lambda", PB_FIELD_YEARS, IN_POLICY(lambda), "log", 0, 2, "[0.20, 0.12]",
     .meaning = "standard deviation of ln(yield / estimate); a new base: [0.35, 0.25]"},
    {"phase", PB_FIELD_YEARS, IN_POLICY(phase), "1", 0, 1, "[1, 1]",
     .meaning = "share of the year's yield that comes in"},
    {"in_baseline", PB_FIELD_BOOLEAN, IN_POLICY(in_baseline), NULL, 0, 0, "true",
     .meaning = "the stream's baseline counts the whole amount already"},
};
static const pb_map POLICY_MAP = PB_MAP_OF(POLICY, sizeof(pb_policy));

static const pb_field OBSERVED[] = {
    {"stream", PB_FIELD_ID, IN_OBSERVED(stream), NULL, 0, 0, NULL, .read = pb_read_stream_or_all,
     .meaning = "stream whose estimate changed, or `all`: each by as much"},
    {"date", PB_FIELD_DATE, IN_OBSERVED(date), NULL, 0, 0, NULL,
     .meaning = "day of the new estimate, which the next of `dates` then holds"},
    {"change", PB_FIELD_REAL, IN_OBSERVED(change), "log", -2, 2, NULL,
     .never_uncertain = "an observed change is a fact",
     .meaning = "ln(new estimate / baseline): all changes up to then"},
};
static const pb_map OBSERVED_MAP = PB_MAP_OF(OBSERVED, sizeof(pb_observed));

static const pb_field REVISIONS[] = {
    {"dates", PB_FIELD_DATES, IN_REVISIONS(date), NULL, 0, 0,
     "the deadline; 10 November, 15 January and 30 April of a first year from 1 July",
     .length = PB_REVISION_DATES, .derive = dates_of_year,
     .meaning = "days of new official estimates, the first by the deadline, the others after it"},
    {"shares", PB_FIELD_REALS, IN_REVISIONS(share), "1", 0, 1, "[0.05, 0.10, 0.25, 0.40]",
     .above_lowest = true, .length = PB_REVISION_DATES,
     .meaning = "share of the first year's error variance that each reveals; the rest after the last"},
    {"observed", PB_FIELD_LIST, IN_REVISIONS(observed), NULL, 0, PB_MAX_OBSERVED, "[]",
     .map = &OBSERVED_MAP, .count = IN_REVISIONS(n_observed),
     .meaning = "new estimates that are known; one dated scenario.as_of or later is not used"},
};
static const pb_map REVISIONS_MAP = PB_MAP_OF(REVISIONS, sizeof(pb_revision_params));

static const pb_field VINTAGE[] = {
    {"year", PB_FIELD_WHOLE, IN_VINTAGE(year), NULL, 1900, 2200, NULL,
     .meaning = "year in which the forecasts were made"},
    {"errors", PB_FIELD_STREAM_YEARS, IN_VINTAGE(error), "log", -2, 2, NULL,
     .meaning = "ln(actual / forecast) of every stream"},
};
static const pb_map VINTAGE_MAP = PB_MAP_OF(VINTAGE, sizeof(pb_vintage));

static const pb_field BOOTSTRAP[] = {
    {"file", PB_FIELD_TEXT, IN_BOOTSTRAP(read_from), NULL, 0, 0, PB_ABSENT,
     .meaning = "CSV file of past forecasts, relative to this file: forecast_year, stream, lead (1, 2: first, second fiscal year), forecast, actual; becomes `vintages`"},
    {"read_from", PB_FIELD_TEXT, IN_BOOTSTRAP(read_from), NULL, 0, 0, PB_ABSENT,
     .meaning = "written by planb: the file that `vintages` were read from"},
    {"age_weight", PB_FIELD_REAL, IN_BOOTSTRAP(age_weight), "1", 0, 1, "0.97", .above_lowest = true,
     .never_uncertain = "the record is weighed before the first draw",
     .meaning = "weight of a vintage over that of the one a year younger"},
    {"smooth", PB_FIELD_BOOLEAN, IN_BOOTSTRAP(smooth), NULL, 0, 0, "true",
     .meaning = "add a small correlated normal error, so that draws do not repeat"},
    {"vintages", PB_FIELD_LIST, IN_BOOTSTRAP(vintage), NULL, PB_MIN_VINTAGES, PB_MAX_VINTAGES, PB_ABSENT,
     .map = &VINTAGE_MAP, .count = IN_BOOTSTRAP(n_vintages),
     .meaning = "past errors by year, the oldest first"},
};
static const pb_map BOOTSTRAP_MAP = PB_MAP_OF(BOOTSTRAP, sizeof(pb_bootstrap_params));

static const pb_field REVENUE[] = {
    {"method", PB_FIELD_WORD, IN_REVENUE(method), NULL, 0, 0, "parametric", .words = {METHOD, sizeof METHOD[0], 2},
     .meaning = "where errors come from: the model of regimes and tails, or whole vintages of a record"},
    {"df", PB_FIELD_DF, IN_REVENUE(df), "1", 2, 1000, "6", .above_lowest = true,
     .never_uncertain = "its tables are made before the first draw",
     .meaning = "degrees of freedom of the errors' joint tails"},
    {"bias", PB_FIELD_WORD, IN_REVENUE(bias), NULL, 0, 0, "none", .words = {BIAS, sizeof BIAS[0], 2},
     .meaning = "`historic` keeps the mean of the regimes' shifts or of the record, `none` takes it out"},
    {"baseline_is", PB_FIELD_WORD, IN_REVENUE(baseline_is), NULL, 0, 0, "median", .words = {BASELINE_IS, sizeof BASELINE_IS[0], 2},
     .meaning = "what a baseline is of the revenue that it forecasts"},
    {"error_cap", PB_FIELD_REAL, IN_REVENUE(error_cap), "log", 0, 5, "1.0", .above_lowest = true,
     .meaning = "an error never exceeds this"},
    {"recession", PB_FIELD_MAP, 0, NULL, 0, 0, "{}", .map = &RECESSION_MAP,
     .meaning = "the regimes"},
    {"streams", PB_FIELD_LIST, IN_REVENUE(stream), NULL, 1, PB_MAX_STREAMS, NULL, .map = &STREAM_MAP,
     .count = IN_REVENUE(n_streams), .meaning = "the revenue streams"},
    {"correlation", PB_FIELD_PAIRS, IN_REVENUE(correlation), "1", -1, 1, "{}",
     .meaning = "correlation of two streams' errors, `first/second: 0.5`; pairs not named: 0"},
    {"policies", PB_FIELD_LIST, IN_REVENUE(policy), NULL, 0, PB_MAX_POLICIES, "[]", .map = &POLICY_MAP,
     .count = IN_REVENUE(n_policies), .meaning = "new taxes whose yield is uncertain"},
    {"revisions", PB_FIELD_MAP, IN_REVENUE(revisions), NULL, 0, 0, PB_ABSENT, .map = &REVISIONS_MAP,
     .meaning = "new official estimates of the first year; without this block the adopted ones stand"},
    {"bootstrap", PB_FIELD_MAP, IN_REVENUE(bootstrap), NULL, 0, 0, PB_ABSENT, .map = &BOOTSTRAP_MAP,
     .read = pb_read_bootstrap, .meaning = "the record that `method: bootstrap` resamples"},
};
// clang-format on

const pb_map PB_REVENUE_MAP = PB_MAP_OF(REVENUE, sizeof(pb_revenue_params));
