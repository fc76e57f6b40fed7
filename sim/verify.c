/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/verify.h"

#include "models/exact.h"
#include "results/psis.h"
#include "sim/vote_draws.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What quadrature and rounding may leave: no difference is held against a smaller error. */
#define EXACT_ERROR 1e-8
#define ROUNDING_ERROR 1e-12

const char *const PB_ESTIMATOR_NAMES[PB_N_ESTIMATORS] = {
#define X(name, text, meaning) text,
    PB_ESTIMATORS(X)
#undef X
};

/* ---- estimates ---- */

/* Of n draws with the given sums; draws that all agree on yes or no leave Laplace's (k + 1) /
 * (n + 2). */
static pb_verified mean_estimate(double n, double sum, double squares, bool is_frequency)
{
    pb_verified estimate = {.available = n > 1.0, .value = sum / n};
    double variance = (squares / n - estimate.value * estimate.value) * n / (n - 1.0);
    if (is_frequency && (sum == 0.0 || sum == n)) {
        variance = (1.0 / (n + 2.0)) * (1.0 - 1.0 / (n + 2.0));
    }
    estimate.se = sqrt(fmax(variance, 0.0) / n);
    if (!estimate.available) {
        snprintf(estimate.reason, sizeof estimate.reason, "no draw comes to this round");
    }
    return estimate;
}

/* Whether draw i says something of round r. */
static bool counts(const pb_vote_draws *draws, int r, size_t i)
{
    return r == 0 || draws->holds[0][i] == 0.0;
}

static pb_verified mean_of(const pb_vote_draws *draws, int r, const double *x, bool is_frequency)
{
    double n = 0.0, sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < draws->n; i++) {
        if (counts(draws, r, i)) {
            n += 1.0;
            sum += x[i];
            squares += x[i] * x[i];
        }
    }
    return mean_estimate(n, sum, squares, is_frequency);
}

/* Standard error of the mean of holds - probability: given its conditional probability p, a draw's
 * outcome has variance p (1 - p). */
static double paired_error(const pb_vote_draws *draws, int r)
{
    double n = 0.0, sum = 0.0;
    for (size_t i = 0; i < draws->n; i++) {
        if (counts(draws, r, i)) {
            const double p = draws->probability[r][i];
            n += 1.0;
            sum += p * (1.0 - p);
        }
    }
    return sqrt(sum) / n;
}

static void compare(pb_verified_round *round, pb_estimator which, double se)
{
    pb_verified *estimate = &round->of[which];
    const pb_verified *reference = &round->of[round->reference];
    if (!estimate->available || !reference->available || which == round->reference) {
        estimate->difference = estimate->difference_se = estimate->z = NAN;
        return;
    }
    estimate->difference = estimate->value - reference->value;
    estimate->difference_se = se;
    estimate->z = estimate->difference / se;
    round->agrees = round->agrees && fabs(estimate->z) <= PB_VERIFY_LIMIT;
}

static void verify_draws(const pb_ratification *model, const pb_vote_draws *draws, int r,
                         pb_verified_round *round)
{
    pb_verified *conditional = &round->of[PB_ESTIMATOR_CONDITIONAL];
    round->agrees = true;
    round->reference = PB_ESTIMATOR_CONDITIONAL;
    round->of[PB_ESTIMATOR_PLAIN] = mean_of(draws, r, draws->holds[r], true);
    if (model->how[r] == PB_DIAGRAM_BUILT) {
        *conditional = mean_of(draws, r, draws->probability[r], false);
    } else {
        round->reference = PB_ESTIMATOR_PLAIN;
        snprintf(conditional->reason, sizeof conditional->reason, "%s",
                 pb_diagram_outcome_text(model->how[r]));
    }
    compare(round, PB_ESTIMATOR_PLAIN, fmax(paired_error(draws, r), ROUNDING_ERROR));
    compare(round, PB_ESTIMATOR_CONDITIONAL, NAN);
}

static pb_status verify_exact(const pb_ratification *model, int r, pb_verified_round *round,
                              pb_error *err)
{
    pb_exact exact;
    pb_verified *estimate = &round->of[PB_ESTIMATOR_EXACT];
    const pb_status status = pb_exact_probability(model, r, 1.0, &exact, err);
    estimate->available = exact.available;
    estimate->value = exact.probability;
    estimate->se = EXACT_ERROR;
    snprintf(estimate->reason, sizeof estimate->reason, "%s", exact.reason);
    compare(round, PB_ESTIMATOR_EXACT, hypot(round->of[round->reference].se, EXACT_ERROR));
    return status;
}

/* ---- importance ---- */

/* The weighted draws that come to round r. */
static pb_weighted weighted_mean(const pb_vote_draws *draws, const double *w, int r, double *own_w)
{
    for (size_t i = 0; i < draws->n; i++) {
        own_w[i] = counts(draws, r, i) ? w[i] : 0.0;
    }
    return pb_weighted_mean(own_w, draws->probability[r], draws->n);
}

/* Only what the weights can bear is reported. */
static void report_importance(const pb_weighted *mean, double k, pb_verified_round *round)
{
    pb_verified *estimate = &round->of[PB_ESTIMATOR_IMPORTANCE];
    round->size = mean->size > 0.0 ? mean->size : 0.0;
    estimate->available = k <= PB_PSIS_LARGEST_K && round->size >= PB_PSIS_LEAST_SIZE;
    estimate->value = mean->value;
    estimate->se = mean->se;
    if (!estimate->available) {
        snprintf(estimate->reason, sizeof estimate->reason,
                 "refused: khat %.2f, %.0f effective draws (wanted: at most %.1f, at least %.0f)",
                 k, round->size, PB_PSIS_LARGEST_K, PB_PSIS_LEAST_SIZE);
    }
    compare(round, PB_ESTIMATOR_IMPORTANCE,
            fmax(hypot(round->of[round->reference].se, mean->se), ROUNDING_ERROR));
}

static pb_status weigh(const pb_vote_draws *draws, pb_verification *v, pb_error *err)
{
    double *w = malloc(draws->n * sizeof *w), *own_w = malloc(draws->n * sizeof *own_w);
    pb_status status;
    if (w == NULL || own_w == NULL) {
        status = pb_fail(err, PB_INTERNAL, "out of memory for %zu weights", draws->n);
        goto out;
    }
    status = pb_psis_smooth(draws->log_w, draws->n, w, &v->k, err);
    for (int r = 0; r < v->n_rounds && status == PB_OK; r++) {
        const pb_weighted mean = weighted_mean(draws, w, r, own_w);
        report_importance(&mean, v->k, &v->round[r]);
    }
out:
    free(w);
    free(own_w);
    return status;
}

static pb_status verify_importance(const pb_scenario *scenario, const pb_vote_job *as_simulated,
                                   pb_verification *v, pb_error *err)
{
    pb_likelihoods likelihoods;
    pb_vote_draws draws;
    pb_vote_job job = *as_simulated;
    pb_status status =
        pb_likelihoods_compile(&scenario->evidence, job.model, job.inputs, &likelihoods, err);
    if (status != PB_OK) {
        return status;
    }
    job.likelihoods = &likelihoods;
    job.first_draw = (job.n_draws + PB_LANES - 1) / PB_LANES * PB_LANES;
    status = pb_vote_draws_make(&job, &draws, err);
    if (status == PB_OK) {
        status = weigh(&draws, v, err);
        pb_vote_draws_free(&draws);
    }
    pb_likelihoods_free(&likelihoods);
    return status;
}

static void no_importance(pb_verification *v)
{
    v->k = NAN;
    for (int r = 0; r < v->n_rounds; r++) {
        pb_verified *estimate = &v->round[r].of[PB_ESTIMATOR_IMPORTANCE];
        snprintf(estimate->reason, sizeof estimate->reason, "there is no evidence");
        compare(&v->round[r], PB_ESTIMATOR_IMPORTANCE, NAN);
        v->round[r].size = NAN;
    }
}

/* ---- all of it ---- */

static pb_status verify_rounds(const pb_vote_job *job, pb_verification *v, pb_error *err)
{
    pb_vote_draws draws;
    pb_status status = pb_vote_draws_make(job, &draws, err);
    if (status != PB_OK) {
        return status;
    }
    for (int r = 0; r < v->n_rounds && status == PB_OK; r++) {
        verify_draws(job->model, &draws, r, &v->round[r]);
        status = verify_exact(job->model, r, &v->round[r], err);
    }
    pb_vote_draws_free(&draws);
    return status;
}

pb_status pb_verify(const pb_scenario *scenario, const pb_model *model, const pb_kernels *kernels,
                    int threads, pb_verification *v, pb_error *err)
{
    const pb_vote_job job = {.inputs = &model->inputs,
                             .model = &model->ratification,
                             .kernels = kernels,
                             .seed = scenario->run.seed,
                             .n_draws = (size_t)scenario->run.draws,
                             .threads = threads};
    memset(v, 0, sizeof *v);
    v->n_rounds = scenario->n_rounds;
    v->draws = scenario->run.draws;
    v->has_evidence = model->ratification.evidence != NULL;
    pb_status status = verify_rounds(&job, v, err);
    if (status == PB_OK && v->has_evidence) {
        status = verify_importance(scenario, &job, v, err);
    } else {
        no_importance(v);
    }
    v->agrees = true;
    for (int r = 0; r < v->n_rounds; r++) {
        v->agrees = v->agrees && v->round[r].agrees;
    }
    return status;
}
