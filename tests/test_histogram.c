/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/bins.h"
#include "results/histogram.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Counts all of x. */
static void add(pb_histogram *h, const double *x, size_t n)
{
    const double kept = 1.0;
    for (size_t i = 0; i < n; i++) {
        pb_histogram_add(h, &x[i], &kept, 1);
    }
}

static pb_histogram *empty(void)
{
    pb_histogram *h = malloc(sizeof *h);
    cr_assert_not_null(h);
    memset(h, 0xA5, sizeof *h); /* what is not used is not looked at */
    pb_histogram_clear(h);
    return h;
}

Test(histogram, bins_do_not_decrease_with_x)
{
    size_t last = 0;
    for (double x = -3e6; x < 3e6; x += 97.3) {
        const size_t bin = pb_bin_of(x);
        cr_assert(bin >= last && bin < PB_BINS, "x = %g", x);
        last = bin;
    }
    cr_expect(last == PB_BINS - 1, "values beyond the range go to the last bin");
    const size_t zero = PB_BINS_A_SIDE + 1;
    cr_expect(pb_bin_of(0.0) == zero && pb_bin_of(-0.0) == zero && pb_bin_of(1e-300) == zero);
    cr_expect(pb_bin_of(-1e-300) == zero - 1 && pb_bin_of(-0.06) == zero - 1, "the sign shows");
    cr_expect(pb_bin_of(0.0625) == zero + 1, "2^-4 opens the first bin");
    cr_expect(pb_bin_of(2.0) - pb_bin_of(1.0) == PB_BINS_PER_OCTAVE);
    cr_expect(zero - 1 - pb_bin_of(-5.0) == pb_bin_of(5.0) - zero, "mirrored");
}

Test(histogram, quantiles_of_a_point_mass_are_exact)
{
    pb_histogram *h = empty();
    double x[1000];
    for (int i = 0; i < 1000; i++) {
        x[i] = 4742.0;
    }
    add(h, x, 1000);
    cr_expect(pb_histogram_quantile(h, 0.05) == 4742.0);
    cr_expect(pb_histogram_quantile(h, 0.95) == 4742.0);
    free(h);
}

Test(histogram, a_point_mass_below_others_of_its_bin_is_exact)
{
    pb_histogram *h = empty();
    for (int i = 0; i < 1000; i++) { /* 4,742 and the 9 next to it share the bin 4,736-4,752 */
        const double x = i < 300 ? 4742.0 : 4742.0 + i % 9 + 1;
        add(h, &x, 1);
    }
    cr_expect(pb_histogram_quantile(h, 0.05) == 4742.0);
    cr_expect(pb_histogram_quantile(h, 0.25) == 4742.0);
    cr_expect(fabs(pb_histogram_quantile(h, 0.65) - 4747.0) < 1.0, "half of the rest");
    free(h);
}

Test(histogram, quantiles_of_a_normal_are_within_a_bin)
{
    enum { N = 200000 };
    pb_histogram *h = empty();
    for (int i = 0; i < N; i++) { /* the exact quantiles at the midpoints: no sampling error */
        const double x = 18700.0 + 800.0 * gsl_cdf_ugaussian_Pinv((i + 0.5) / N);
        add(h, &x, 1);
    }
    const double q[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    for (int i = 0; i < 5; i++) {
        const double exact = 18700.0 + 800.0 * gsl_cdf_ugaussian_Pinv(q[i]);
        /* a bin is 64 wide here and the density inside it nearly linear */
        cr_expect(fabs(pb_histogram_quantile(h, q[i]) - exact) < 2.56, "q = %g: %g, not %g", q[i],
                  pb_histogram_quantile(h, q[i]), exact);
    }
    free(h);
}

Test(histogram, parts_in_any_order_add_up_to_the_whole)
{
    pb_histogram *whole = empty(), *left = empty(), *right = empty(), *sum = empty();
    for (int i = 0; i < 5000; i++) {
        const double x = 1e6 * sin(i * 1.7) * cos(i * 0.3);
        add(whole, &x, 1);
        add(i % 3 ? left : right, &x, 1);
    }
    pb_histogram_merge(sum, right);
    pb_histogram_merge(sum, left);
    cr_expect_arr_eq(sum, whole, sizeof *sum, "bins not in use are filled alike");
    free(whole), free(left), free(right), free(sum);
}

Test(histogram, nothing_counted_has_no_quantile)
{
    pb_histogram *h = empty();
    cr_expect(isnan(pb_histogram_quantile(h, 0.5)));
    cr_expect(isnan(pb_histogram_replicate_error(h, 0.5)));
    free(h);
}

Test(histogram, the_error_of_a_median_is_that_of_the_textbook)
{
    /* sd 100 about 18,000: sqrt(q (1 - q) / n) / density, the density of a normal */
    enum { N = 65536 };
    pb_histogram *h = empty();
    for (int i = 0; i < N; i++) {
        const double x = 18000.0 + 100.0 * gsl_cdf_ugaussian_Pinv((i + 0.5) / N);
        add(h, &x, 1);
    }
    const double expected = 100.0 * sqrt(2.0 * acos(-1.0)) * 0.5 / sqrt(N);
    cr_expect_float_eq(pb_histogram_quantile_error(h, 0.5), expected, 0.05 * expected);
    free(h);
}

Test(histogram, the_error_from_replicates_is_their_spread)
{
    /* One half of the replicates has 40 of 100 draws below a thousand, the other half 60; the rest
     * of each lies as evenly from there on. Shares 0.4 and 0.6 have the standard error
     * 0.1 / sqrt(15), times dx / dq at the median. */
    pb_histogram *h = empty();
    const double kept[PB_REPLICATES] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    for (int i = 0; i < 100; i++) {
        double x[PB_REPLICATES];
        for (int r = 0; r < PB_REPLICATES; r++) {
            const int below = r % 2 == 0 ? 40 : 60;
            x[r] = i < below ? 1000.0 - (below - i) * 400.0 / below
                             : 1000.0 + (i - below + 1) * 400.0 / (100 - below);
        }
        pb_histogram_add(h, x, kept, PB_REPLICATES);
    }
    const double half = sqrt(0.25 / 1600.0);
    const double slope =
        (pb_histogram_quantile(h, 0.5 + half) - pb_histogram_quantile(h, 0.5 - half))
        / (2.0 * half);
    const double expected = slope * 0.1 / sqrt(15.0), error = pb_histogram_replicate_error(h, 0.5);
    cr_expect_float_eq(error, expected, 0.03 * expected, "%g, not %g", error, expected);
    free(h);
}

Test(histogram, a_replicate_without_a_draw_leaves_no_spread)
{
    pb_histogram *h = empty();
    const double x[PB_REPLICATES] = {1, 2, 3, 4, 5, 6, 7, 8};
    const double kept[PB_REPLICATES] = {1, 1, 1, 1, 1, 1, 1, 1};
    pb_histogram_add(h, x, kept, PB_REPLICATES);
    cr_expect(isnan(pb_histogram_replicate_error(h, 0.5)), "%g",
              pb_histogram_replicate_error(h, 0.5));
    cr_expect_gt(pb_histogram_quantile_error(h, 0.5), 0.1);
    free(h);
}

Test(histogram, what_lies_below_all_bins_counts)
{
    pb_histogram *h = empty();
    const double x[] = {-1e9, -1e9, -1e9, 5.0};
    add(h, x, 4);
    cr_expect_eq(pb_bin_of(-1e9), 0);
    cr_expect(pb_histogram_quantile(h, 0.5) == -1e9);
    cr_expect(pb_histogram_below(h, 0.0) == 3.0);
    free(h);
}

Test(histogram, zero_is_not_below_zero)
{
    static double x[100];
    pb_histogram *h = empty();
    for (int i = 0; i < 100; i++) {
        x[i] = i < 20 ? -0.03 : i < 50 ? 0.0 : 0.05;
    }
    add(h, x, 100);
    cr_expect_eq(pb_histogram_below(h, 0.0), 20.0);
    cr_expect_eq(pb_histogram_below(h, 0.05), 50.0);
    cr_expect_eq(pb_histogram_below(h, 0.06), 100.0);
    cr_expect_eq(pb_histogram_below(h, -0.03), 0.0);
    cr_expect_eq(pb_histogram_quantile(h, 0.3), 0.0, "exact, as any point mass at an edge");
    free(h);
}

Test(histogram, values_inside_a_bin_are_taken_as_spread_evenly)
{
    pb_histogram *h = empty();
    for (int i = 0; i < 9; i++) { /* 4,737 to 4,745: all in the bin 4,736-4,752 */
        const double x = 4737.0 + i;
        add(h, &x, 1);
    }
    cr_expect_float_eq(pb_histogram_below(h, 4741.0), 1.0 + 7.0 * 4.0 / 8.0, 1e-12);
    cr_expect_eq(pb_histogram_below(h, 4746.0), 9.0);
    free(h);
}

/* ---- to look at ---- */

Test(bins, are_round_and_hold_what_a_count_finds)
{
    enum { N = 20000 };
    static double x[N];
    pb_histogram *h = empty();
    for (int i = 0; i < N; i++) {
        x[i] = 900.0 * gsl_cdf_ugaussian_Pinv((i + 0.5) / N) + 300.0;
    }
    add(h, x, N);
    const pb_bins bins = pb_bins_of(h);
    cr_expect_eq(bins.width, 500.0, "4,187 between the outer percents in at most 14 bins");
    cr_expect_eq(bins.from, -2000.0, "below the 1%% quantile, -1,794");
    cr_expect_eq(bins.n, 9);
    double sum = 0.0;
    for (int i = 0; i < bins.n; i++) {
        const double low = i == 0 ? -INFINITY : bins.from + i * bins.width;
        const double high = i + 1 == bins.n ? INFINITY : bins.from + (i + 1) * bins.width;
        int n = 0;
        for (int j = 0; j < N; j++) {
            n += x[j] >= low && x[j] < high;
        }
        cr_expect(fabs(bins.share[i] - n / (double)N) < 1e-3, "bin %d: %g, not %g", i,
                  bins.share[i], n / (double)N);
        sum += bins.share[i];
    }
    cr_expect(fabs(sum - 1.0) < 1e-12);
    free(h);
}

Test(bins, one_value_is_one_bin_and_nothing_is_none)
{
    double x[] = {4742.0, 4742.0, 4742.0};
    pb_histogram *h = empty();
    cr_expect_eq(pb_bins_of(h).n, 0);
    add(h, x, 3);
    const pb_bins bins = pb_bins_of(h);
    cr_expect(bins.n == 1 && bins.from == 4742.0 && bins.share[0] == 1.0);
    free(h);
}
