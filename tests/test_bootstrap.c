/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A record of past errors, resampled (SPEC D.4), and the CSV file that it comes from. Oracles: the
 * record's own weighted moments, computed here another way. Simulated moments are compared within
 * 4.9 standard errors at 2^20 draws.
 */
#include "tests/folder.h"
#include "tests/revenue_fixture.h"
#include "tests/scenario_text.h"

enum { N_VINTAGES = 14 };

static const double SHIFT[N_STREAMS] = {0.02, -0.01, 0.0};

/* A made-up record in which every error tells its vintage, stream and year. */
static double error_of(int v, int s, int year)
{
    return SHIFT[s] + 0.004 * (v - 6) * (s == 1 ? -1.0 : 1.0) + 0.03 * (v % 3 - 1) * (s == 2)
           + 0.011 * year * (v % 2);
}

static void add_record(bool smooth)
{
    pb_bootstrap_params *record = &params.bootstrap;
    three_streams();
    params.method = PB_ERRORS_BOOTSTRAP;
    params.bias = PB_BIAS_HISTORIC;
    *record = (pb_bootstrap_params){.n_vintages = N_VINTAGES, .age_weight = 0.9, .smooth = smooth};
    for (int v = 0; v < N_VINTAGES; v++) {
        record->vintage[v].year = 1995 + v + (v > 9); /* a year without a forecast */
        for (int s = 0; s < N_STREAMS; s++) {
            for (int year = 0; year < PB_YEARS; year++) {
                record->vintage[v].error[s][year] = error_of(v, s, year);
            }
        }
    }
}

/* 0.9^age with the youngest made in 2009, over the sum. */
static double weight_of(int v)
{
    double total = 0.0;
    for (int other = 0; other < N_VINTAGES; other++) {
        total += pow(0.9, 2009.0 - (1995 + other + (other > 9)));
    }
    return pow(0.9, 2009.0 - (1995 + v + (v > 9))) / total;
}

static double record_mean(int s, int year)
{
    double mean = 0.0;
    for (int v = 0; v < N_VINTAGES; v++) {
        mean += weight_of(v) * error_of(v, s, year);
    }
    return mean;
}

static double record_covariance(int s, int year, int t, int other_year)
{
    double sum = 0.0;
    for (int v = 0; v < N_VINTAGES; v++) {
        sum += weight_of(v) * (error_of(v, s, year) - record_mean(s, year))
               * (error_of(v, t, other_year) - record_mean(t, other_year));
    }
    return sum;
}

/* h sd_s of the smoothing, sd over the record with n - 1. */
static double smoothing(int s, int year)
{
    double mean = 0.0, squares = 0.0;
    for (int v = 0; v < N_VINTAGES; v++) {
        mean += error_of(v, s, year) / N_VINTAGES;
    }
    for (int v = 0; v < N_VINTAGES; v++) {
        squares += pow(error_of(v, s, year) - mean, 2.0);
    }
    return 0.3 * pow(N_VINTAGES, -0.2) * sqrt(squares / (N_VINTAGES - 1));
}

/* ---- draws ---- */

static bool is_vintage(int v, size_t i)
{
    bool is = true;
    for (int s = 0; s < N_STREAMS; s++) {
        for (int year = 0; year < PB_YEARS; year++) {
            is = is && fabs(e[year][s][i] - error_of(v, s, year)) < 1e-12;
        }
    }
    return is;
}

Test(bootstrap, whole_vintages_are_drawn_by_their_age)
{
    size_t hits[N_VINTAGES] = {0}, all = 0;
    add_record(false);
    simulate_errors();
    for (size_t i = 0; i < N; i++) {
        for (int v = 0; v < N_VINTAGES; v++) {
            hits[v] += is_vintage(v, i);
        }
    }
    for (int v = 0; v < N_VINTAGES; v++) {
        expect_probability("vintage", hits[v], N, weight_of(v));
        all += hits[v];
    }
    cr_expect_eq(all, N, "every draw is a vintage, streams and years together");
}

Test(bootstrap, smoothing_adds_its_variance_and_no_mean)
{
    add_record(true);
    simulate_errors();
    for (int year = 0; year < PB_YEARS; year++) {
        for (int s = 0; s < N_STREAMS; s++) {
            const double mean = record_mean(s, year);
            expect_mean("mean", e[year][s], N, mean);
            expect_variance("variance", e[year][s], mean, N,
                            record_covariance(s, year, s, year)
                                + smoothing(s, year) * smoothing(s, year));
        }
        expect_covariance(
            "income, sales", e[year][0], record_mean(0, year), e[year][1], record_mean(1, year), N,
            record_covariance(0, year, 1, year) + 0.5 * smoothing(0, year) * smoothing(1, year));
    }
    expect_covariance("years", e[0][0], record_mean(0, 0), e[1][0], record_mean(0, 1), N,
                      record_covariance(0, 0, 0, 1));
}

Test(bootstrap, smoothing_is_a_share_of_the_sample_sd)
{
    add_record(true);
    open_revenue();
    for (int year = 0; year < PB_YEARS; year++) {
        for (int s = 0; s < N_STREAMS; s++) {
            cr_expect_float_eq(revenue.bootstrap.smooth[year][s], smoothing(s, year), 1e-15);
        }
    }
    batch_close(&b);
}

Test(bootstrap, without_bias_the_records_mean_is_taken_out)
{
    add_record(true);
    params.bias = PB_BIAS_NONE;
    simulate_errors();
    for (int s = 0; s < N_STREAMS; s++) {
        expect_mean("year 1", e[0][s], N, 0.0);
        expect_mean("year 2", e[1][s], N, 0.0);
        expect_variance("year 1", e[0][s], 0.0, N,
                        record_covariance(s, 0, s, 0) + smoothing(s, 0) * smoothing(s, 0));
    }
}

Test(bootstrap, a_record_has_no_recessions_of_its_own)
{
    add_record(true);
    add_regimes();
    params.p_recession_first = 1.0;
    simulate_errors();
    for (size_t i = 0; i < N; i++) {
        cr_assert(regime[0][i] == 0 && regime[1][i] == 0);
    }
    expect_mean("no shift", e[0][0], N, record_mean(0, 0));
}

Test(bootstrap, a_mean_baseline_is_the_mean)
{
    static double ratio[N];
    add_record(true);
    params.baseline_is = PB_BASELINE_MEAN;
    simulate_errors();
    for (int year = 0; year < PB_YEARS; year++) {
        for (int s = 0; s < N_STREAMS; s++) {
            for (size_t i = 0; i < N; i++) {
                ratio[i] = exp(e[year][s][i]);
            }
            expect_mean("actual over baseline", ratio, N, 1.0);
        }
    }
}

/* The path to the year's error is a bridge of the record's variance: changes of the estimate are
 * uncorrelated with what was known. */
Test(bootstrap, changes_of_the_estimate_do_not_follow_from_what_is_known)
{
    static double known[PB_REVISION_DATES][N], change[N];
    const double share[] = {0.05, 0.15, 0.40, 0.80}, mean = record_mean(0, 0);
    add_record(true);
    const double variance = record_covariance(0, 0, 0, 0) + smoothing(0, 0) * smoothing(0, 0);
    params.revisions = (pb_revision_params){.share = {0.05, 0.10, 0.25, 0.40}};
    open_revenue();
    for (size_t i = 0; i < N_BATCHES; i++) {
        simulate(i);
        for (int t = 0; t < PB_REVISION_DATES; t++) {
            memcpy(&known[t][i * PB_LANES], b.w->known_error[t][0], sizeof(double[PB_LANES]));
        }
    }
    batch_close(&b);
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        expect_mean("known", known[t], N, mean);
        expect_variance("known", known[t], mean, N, share[t] * variance);
    }
    for (int t = 1; t < PB_REVISION_DATES; t++) {
        for (size_t i = 0; i < N; i++) {
            change[i] = known[t][i] - known[t - 1][i];
        }
        expect_covariance("change", change, 0.0, known[t - 1], mean, N, 0.0);
    }
}

/* ---- the file ---- */

#define VINTAGES PLANB_SOURCE "/tests/vintages.csv"
#define METHOD "revenue.method=bootstrap"

static trial load_with_file(const char *path)
{
    char set[512];
    const char *sets[] = {METHOD, set};
    snprintf(set, sizeof set, "revenue.bootstrap.file=%s", path);
    return load_file(BASE, sets, 2);
}

Test(bootstrap, the_files_forecasts_become_log_errors)
{
    trial t = load_with_file(VINTAGES);
    expect_good(&t);
    const pb_bootstrap_params *record = &t.loaded.scenario->revenue.bootstrap;
    cr_expect_eq(t.loaded.scenario->revenue.method, PB_ERRORS_BOOTSTRAP);
    cr_expect_eq(record->n_vintages, 16);
    cr_expect_eq(record->vintage[0].year, 1995);
    cr_expect_eq(record->vintage[15].year, 2010);
    cr_expect_eq(record->age_weight, 0.97);
    cr_expect(record->smooth);
    /* 1995,income,1,5200.0,5185.5 and 1995,refunds,2,-621.0,-609.7: the file's own rows */
    cr_expect_float_eq(record->vintage[0].error[0][0], log(5185.5 / 5200.0), 1e-15);
    cr_expect_float_eq(record->vintage[0].error[2][1], log(609.7 / 621.0), 1e-15);
    end(&t);
}

Test(bootstrap, the_resolved_scenario_holds_the_record_itself)
{
    trial t = load_with_file(VINTAGES);
    expect_good(&t);
    trial again = load_text(t.loaded.yaml);
    expect_good(&again);
    cr_expect_arr_eq(&again.loaded.scenario->revenue, &t.loaded.scenario->revenue,
                     sizeof t.loaded.scenario->revenue);
    cr_expect_str_eq(again.loaded.yaml, t.loaded.yaml);
    cr_expect_not_null(strstr(t.loaded.yaml, "read_from:"));
    cr_expect_null(strstr(t.loaded.yaml, "file:"));
    end(&again);
    end(&t);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

/* The record with its lines after the first in reverse order. */
static void write_reversed(const char *path)
{
    static char line[200][200];
    int n = 0;
    FILE *from = fopen(VINTAGES, "r"), *to = fopen(path, "w");
    cr_assert(from != NULL && to != NULL);
    while (n < 200 && fgets(line[n], sizeof line[n], from) != NULL) {
        n++;
    }
    fputs(line[0], to);
    for (int i = n - 1; i > 0; i--) {
        fputs(line[i], to);
    }
    fclose(from);
    fclose(to);
}

Test(bootstrap, a_path_is_relative_to_the_file_that_gives_it_and_rows_have_any_order)
{
    char folder[FOLDER_SIZE], csv[IN_FOLDER_SIZE], yaml[IN_FOLDER_SIZE];
    folder_make(folder);
    snprintf(csv, sizeof csv, "%s/record.csv", folder);
    snprintf(yaml, sizeof yaml, "%s/scenario.yaml", folder);
    write_reversed(csv);
    write_text(yaml, "scenario: {name: near, extends: " BASE "}\n"
                     "revenue: {method: bootstrap, bootstrap: {file: record.csv}}\n");
    trial near = load_file(yaml, NULL, 0), far = load_with_file(VINTAGES);
    expect_good(&near);
    expect_good(&far);
    cr_expect_arr_eq(near.loaded.scenario->revenue.bootstrap.vintage,
                     far.loaded.scenario->revenue.bootstrap.vintage,
                     sizeof far.loaded.scenario->revenue.bootstrap.vintage);
    end(&near);
    end(&far);
    folder_remove(folder);
}
