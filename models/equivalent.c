/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/equivalent.h"

#include "models/special.h"

#include <math.h>

/* ---- ballots ---- */

/* The log posterior's slope falls everywhere, so its one zero lies between `low` and `high`. */
typedef struct bracket {
    double low, high;
} bracket;

static double within(bracket b, double z)
{
    return z < b.low ? b.low : z > b.high ? b.high : z;
}

/* Slope of the log likelihood: yes - n p, written so that nothing cancels at p near 0 or 1. */
static double pull_of_ballots(double yes, double no, double z)
{
    return yes * pb_logistic(-z) - no * pb_logistic(z);
}

/* From the prior mean the mode lies where the ballots pull, at most as far as they pull there. */
static bracket bracket_of_mode(pb_moments prior, double yes, double no)
{
    const double reach = prior.variance * pull_of_ballots(yes, no, prior.mean);
    return reach < 0.0 ? (bracket){prior.mean + reach, prior.mean}
                       : (bracket){prior.mean, prior.mean + reach};
}

/* Sample logit and prior mean, each with its precision: near the mode if there are many ballots. */
static double first_guess(pb_moments prior, double yes, double no)
{
    const double share = (yes + 0.5) / (yes + no + 1.0);
    const double precision = (yes + no) * share * (1.0 - share) * prior.variance;
    return (prior.mean + precision * pb_logit(share)) / (1.0 + precision);
}

/* Newton's method, by halves where a step would leave the bracket: 3 to 5 steps as a rule. */
static double posterior_mode(pb_moments prior, double yes, double no)
{
    enum { MAX_STEPS = 200 };
    bracket b = bracket_of_mode(prior, yes, no);
    double z = within(b, first_guess(prior, yes, no));

    for (int i = 0; i < MAX_STEPS; i++) {
        const double slope = pull_of_ballots(yes, no, z) - (z - prior.mean) / prior.variance;
        const double curvature =
            (yes + no) * pb_logistic(z) * pb_logistic(-z) + 1.0 / prior.variance;
        b.low = slope > 0.0 ? z : b.low;
        b.high = slope < 0.0 ? z : b.high;
        double next = z + slope / curvature;
        if (!(next >= b.low && next <= b.high)) {
            next = 0.5 * (b.low + b.high);
        }
        const double change = fabs(next - z);
        z = next;
        if (change <= 1e-13 * (1.0 + fabs(z))) {
            break;
        }
    }
    return z;
}

/* z* + (z* - mean) R / variance of the SPEC, in which (z* - mean) / variance = yes - n p* since
 * the slope is 0 at the mode. */
pb_equivalent pb_equivalent_of_ballots(pb_moments prior, int64_t yes, int64_t no)
{
    const double n = (double)(yes + no);
    const double mode = posterior_mode(prior, (double)yes, (double)no);
    const double p = pb_logistic(mode), q = pb_logistic(-mode);
    return (pb_equivalent){.value = mode + (double)yes / (n * p) - (double)no / (n * q),
                           .variance = 1.0 / (n * p * q)};
}

/* ---- a result ---- */

/*
 * A standard normal given that it exceeds `cut`: its mean is cut + excess, its variance 1 - loss.
 * With the hazard density / tail: mean = hazard, loss = hazard (hazard - cut).
 */
typedef struct cut_normal {
    double hazard, excess, rest; /* rest = 1 - loss */
} cut_normal;

/* Expansion of Mills' ratio, DLMF 7.12.1; where the formulas lose digits. Error below 1e-9. */
static cut_normal cut_far_above(double cut)
{
    const double y = 1.0 / (cut * cut);
    const double excess = (1.0 - y * (2.0 - y * (10.0 - y * (74.0 - y * 706.0)))) / cut;
    const double rest = y * (1.0 - y * (6.0 - y * (50.0 - y * (518.0 - y * 6354.0))));
    return (cut_normal){cut + excess, excess, rest};
}

static cut_normal cut_at(double cut)
{
    double hazard;
    if (cut > 30.0) {
        return cut_far_above(cut);
    }
    if (cut >= 0.0) {
        hazard = 1.0 / pb_normal_tail_ratio(cut);
    } else {
        const double density = pb_exp(pb_normal_log_density(cut));
        hazard = density / (1.0 - density * pb_normal_tail_ratio(-cut));
    }
    return (cut_normal){hazard, hazard - cut, 1.0 - hazard * (hazard - cut)};
}

/*
 * With v' = v rest and m' - mean = sd hazard: R = v v' / (v - v') = v rest / loss and
 * y = mean + (m' - mean) (v + R) / v = mean + sd hazard / loss = mean + sd / excess.
 */
pb_equivalent pb_equivalent_of_result(pb_moments prior, pb_counted_kind result)
{
    const double sign = result == PB_COUNTED_REJECTED ? -1.0 : 1.0;
    const double sd = sqrt(prior.variance), cut = -sign * prior.mean / sd;
    if (cut < -37.0) { /* never in doubt; beyond, the tail ratio is out of its range */
        return (pb_equivalent){.value = prior.mean, .variance = INFINITY};
    }
    const cut_normal c = cut_at(cut);
    const double loss = c.hazard * c.excess;
    return (pb_equivalent){.value = prior.mean + sign * sd / c.excess,
                           .variance = prior.variance * c.rest / loss};
}
