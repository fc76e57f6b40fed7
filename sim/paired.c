/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/paired.h"

#include "sim/batch.h"
#include "sim/paired_error.h"
#include "sim/sampler.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* One of the two results, ready to be simulated. */
typedef struct side {
    const pb_scenario *scenario;
    pb_model *model;
    pb_series_list list;
} side;

typedef struct comparing {
    side side[SIDES];
    pb_pair *pair;
    size_t n;
    pb_pair_sums *total;
    const pb_kernels *kernels;
    int threads;
} comparing;

/* ---- which estimates are the same thing ---- */

static const pb_series *find_series(const pb_series_list *list, const char *path, size_t length)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strncmp(list->series[i].path, path, length) == 0
            && list->series[i].path[length] == '\0') {
            return &list->series[i];
        }
    }
    return NULL;
}

/* "balance/deal/[0]/quantiles/0.05" is measured by the series "balance/deal/[0]/mean". */
static pb_measured measure_of(const side *s, const pb_entry *entry)
{
    static const char KEY[] = "/quantiles/";
    const char *key = strstr(entry->path, KEY);
    pb_measured m = {.entry = entry, .quantile = NAN, .centre = entry->value};
    if (key == NULL) {
        m.series = find_series(&s->list, entry->path, strlen(entry->path));
    } else {
        char mean[PB_PATH_SIZE];
        snprintf(mean, sizeof mean, "%.*s/mean", (int)(key - entry->path), entry->path);
        m.series = find_series(&s->list, mean, strlen(mean));
        m.quantile = m.centre = strtod(key + strlen(KEY), NULL);
    }
    return m;
}

/* The bins of two histograms need not be the same. */
static bool is_comparable(const pb_entry *entry)
{
    return entry->kind == PB_ENTRY_ESTIMATE && strstr(entry->path, "/histogram/") == NULL;
}

/* Every estimate that both summaries have, but for drawn histograms. */
static pb_status make_pairs(comparing *c, const pb_summary *a, const pb_summary *b, pb_error *err)
{
    c->pair = calloc(a->n + 1, sizeof *c->pair);
    c->total = calloc(a->n + 1, sizeof *c->total);
    if (c->pair == NULL || c->total == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the comparison");
    }
    for (size_t i = 0; i < a->n; i++) {
        const pb_entry *x = &a->entry[i];
        const pb_entry *y = is_comparable(x) ? pb_summary_find(b, "%s", x->path) : NULL;
        if (y != NULL && is_comparable(y)) {
            c->pair[c->n++] = (pb_pair){{measure_of(&c->side[A], x), measure_of(&c->side[B], y)}};
        }
    }
    return PB_OK;
}

static bool is_simulated(const pb_pair *p)
{
    return p->of[A].series != NULL && p->of[B].series != NULL;
}

/* ---- the draws of both ---- */

typedef struct worker {
    pb_batch batch[SIDES];
    pb_pair_sums *block;
} worker;

static pb_status worker_init(const comparing *c, worker *w, pb_error *err)
{
    w->block = calloc(c->n + 1, sizeof *w->block);
    pb_status status =
        w->block == NULL ? pb_fail(err, PB_INTERNAL, "out of memory for the comparison") : PB_OK;
    for (int s = 0; s < SIDES && status == PB_OK; s++) {
        const pb_model *m = c->side[s].model;
        status = pb_batch_init(&m->inputs, &m->ratification, &m->shape, &w->batch[s], err);
    }
    return status;
}

static void worker_free(worker *w)
{
    free(w->block);
    for (int s = 0; s < SIDES; s++) {
        pb_batch_free(&w->batch[s]);
    }
}

/* Values and weights of a batch; of a quantile, whether the draw is not above it. */
static void measure(const pb_measured *m, const pb_outcomes *out, size_t n_lanes, double *value,
                    double *weight)
{
    pb_series_values(out, m->series, n_lanes, value, weight);
    for (size_t lane = 0; lane < PB_LANES && !isnan(m->quantile); lane++) {
        value[lane] = weight[lane] > 0.0 && value[lane] <= m->entry->value ? 1.0 : 0.0;
    }
}

static void add_batch(const pb_pair *p, const worker *w, size_t n_lanes, pb_pair_sums *sums)
{
    double value[SIDES][PB_LANES], weight[SIDES][PB_LANES];
    for (int s = 0; s < SIDES; s++) {
        measure(&p->of[s], &w->batch[s].out, n_lanes, value[s], weight[s]);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            sums->value[s][lane % PB_REPLICATES] += value[s][lane];
            sums->weight[s][lane % PB_REPLICATES] += weight[s][lane];
            value[s][lane] -= p->of[s].centre * weight[s][lane];
        }
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        sums->product[A][A] += value[A][lane] * value[A][lane];
        sums->product[A][B] += value[A][lane] * value[B][lane];
        sums->product[B][B] += value[B][lane] * value[B][lane];
    }
}

static void run_block(const comparing *c, worker *w, int64_t first, int64_t n)
{
    memset(w->block, 0, c->n * sizeof *w->block);
    for (int64_t done = 0; done < n; done += PB_LANES) {
        const size_t n_lanes = (size_t)(n - done < PB_LANES ? n - done : PB_LANES);
        for (int s = 0; s < SIDES; s++) {
            pb_batch_simulate(c->side[s].model, c->kernels, c->side[s].scenario->run.seed,
                              first + done, &w->batch[s]);
        }
        for (size_t i = 0; i < c->n; i++) {
            if (is_simulated(&c->pair[i])) {
                add_batch(&c->pair[i], w, n_lanes, &w->block[i]);
            }
        }
    }
}

static void add_block(comparing *c, const pb_pair_sums *block)
{
    double *to = (double *)c->total;
    const double *from = (const double *)block;
    for (size_t i = 0; i < c->n * (sizeof *block / sizeof(double)); i++) {
        to[i] += from[i];
    }
}

/* Blocks are simulated by whoever is free and added in their order, so that the sums do not depend
 * on the number of threads. */
static pb_status run(comparing *c, pb_error *err)
{
    const int64_t draws = c->side[A].scenario->run.draws;
    worker *workers = calloc((size_t)c->threads, sizeof *workers);
    pb_status status = workers == NULL ? pb_fail(err, PB_INTERNAL, "out of memory") : PB_OK;
    for (int t = 0; t < c->threads && status == PB_OK; t++) {
        status = worker_init(c, &workers[t], err);
    }
    if (status == PB_OK) {
#pragma omp parallel for ordered schedule(dynamic) num_threads(c->threads)
        for (int64_t first = 0; first < draws; first += PB_BLOCK) {
            worker *w = &workers[omp_get_thread_num()];
            run_block(c, w, first, draws - first < PB_BLOCK ? draws - first : PB_BLOCK);
#pragma omp ordered
            add_block(c, w->block);
        }
    }
    for (int t = 0; t < c->threads && workers != NULL; t++) {
        worker_free(&workers[t]);
    }
    free(workers);
    return status;
}

/* ---- the comparison ---- */

/* The file's estimates must be what the simulation gives. */
static pb_status check(const comparing *c, const pb_pair *p, const pb_pair_sums *sums,
                       pb_error *err)
{
    for (int s = 0; s < SIDES && isnan(p->of[s].quantile); s++) {
        const double stored = p->of[s].entry->value;
        const double value =
            pb_sum_of_replicates(sums->value[s]) / pb_sum_of_replicates(sums->weight[s]);
        if (!(fabs(value - stored) <= 1e-7 * (1.0 + fabs(stored))) && !isnan(stored)) {
            return pb_fail(err, PB_DATA,
                           "%s: %s is %.9g in the file, and %.9g by this planb: the file was made "
                           "by another version",
                           c->side[s].scenario->name, p->of[s].entry->path, stored, value);
        }
    }
    return PB_OK;
}

static bool both_exact(const pb_pair *p)
{
    return p->of[A].entry->method == PB_METHOD_EXACT && p->of[B].entry->method == PB_METHOD_EXACT;
}

static double independent_error(const pb_pair *p)
{
    return hypot(p->of[A].entry->se, p->of[B].entry->se);
}

static pb_status fill(const comparing *c, pb_differences *differences, pb_error *err)
{
    differences->of = calloc(c->n + 1, sizeof *differences->of);
    if (differences->of == NULL) {
        return pb_fail(err, PB_INTERNAL, "out of memory for the comparison");
    }
    for (size_t i = 0; i < c->n; i++) {
        const pb_pair *p = &c->pair[i];
        const bool simulated = differences->paired && is_simulated(p);
        if (simulated) {
            const pb_status status = check(c, p, &c->total[i], err);
            if (status != PB_OK) {
                return status;
            }
        }
        differences->of[differences->n++] = (pb_difference){
            .a = p->of[A].entry,
            .b = p->of[B].entry,
            .value = pb_without_rounding(p, p->of[B].entry->value - p->of[A].entry->value),
            .se = both_exact(p) ? 0.0
                  : simulated   ? pb_paired_error(&c->side[A].scenario->run, p, &c->total[i])
                                : independent_error(p)};
    }
    return PB_OK;
}

/* Whether draw i of both has the same random numbers, or why not. */
static bool share_numbers(const pb_run_params *a, const pb_run_params *b, char *reason, size_t size)
{
    if (a->sampling != b->sampling) {
        snprintf(reason, size, "they are sampled in different ways (run.sampling)");
    } else if (a->seed != b->seed) {
        snprintf(reason, size, "their seeds differ: %llu and %llu", (unsigned long long)a->seed,
                 (unsigned long long)b->seed);
    } else if (a->draws != b->draws) {
        snprintf(reason, size, "their numbers of draws differ: %lld and %lld", (long long)a->draws,
                 (long long)b->draws);
    } else {
        return true;
    }
    return false;
}

static pb_status prepare(side *s, const pb_reloaded *file, pb_error *err)
{
    s->scenario = file->loaded.scenario;
    const pb_status status = pb_model_make(s->scenario, &s->model, err);
    return status == PB_OK ? pb_model_series(s->model, s->scenario, &s->list, err) : status;
}

pb_status pb_compare(const pb_reloaded *a, const pb_reloaded *b, int threads,
                     pb_differences *differences, pb_error *err)
{
    comparing c = {.threads = threads};
    memset(differences, 0, sizeof *differences);
    pb_status status = pb_model_kernels(&c.kernels, err);
    if (status != PB_OK) {
        return status;
    }
    differences->paired = share_numbers(&a->loaded.scenario->run, &b->loaded.scenario->run,
                                        differences->reason, sizeof differences->reason);
    status = prepare(&c.side[A], a, err);
    if (status == PB_OK) {
        status = prepare(&c.side[B], b, err);
    }
    if (status == PB_OK) {
        status = make_pairs(&c, &a->whole, &b->whole, err);
    }
    if (status == PB_OK && differences->paired) {
        status = run(&c, err);
    }
    if (status == PB_OK) {
        status = fill(&c, differences, err);
    }
    for (int s = 0; s < SIDES; s++) {
        pb_series_list_free(&c.side[s].list);
        pb_model_free(c.side[s].model);
    }
    free(c.pair);
    free(c.total);
    if (status != PB_OK) {
        pb_differences_free(differences);
    }
    return status;
}

void pb_differences_free(pb_differences *differences)
{
    free(differences->of);
    memset(differences, 0, sizeof *differences);
}
