/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nanoseconds per draw of the probability and of the probability with its gradient, for both
 * SEBAC rules on the 15 unions of 2011: the best of 20 rounds of 400 batches, CPU time. Not a
 * test: it has no verdict.
 */
#define _POSIX_C_SOURCE 200809L
#include "models/diagram.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 20, BATCHES = 400, N_UNIONS = 15 };

/* Members of the coalition, rounded. */
static const int64_t MEMBERS[N_UNIONS] = {15600, 7700, 6800, 3900, 4500, 3000, 800, 1150,
                                          750,   2000, 1150, 1000, 250,  60,   50};

static const pb_rule RULES[] = {
    {.id = "sebac1996",
     .n_nodes = 3,
     .node = {{PB_CLAUSE_ALL, 3, PB_AT_LEAST, 0, 0, 0},
              {PB_CLAUSE_UNIONS_OPPOSED, 2, PB_AT_MOST, 1, 15, 0},
              {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_AT_LEAST, 4, 5, 0}}},
    {.id = "sebac2011jul",
     .n_nodes = 3,
     .node = {{PB_CLAUSE_ALL, 3, PB_AT_LEAST, 0, 0, 0},
              {PB_CLAUSE_UNIONS_APPROVING, 2, PB_MORE_THAN, 1, 2, 0},
              {PB_CLAUSE_MEMBERS_REPRESENTED, 3, PB_MORE_THAN, 1, 2, 0}}},
};

static double pi[N_UNIONS][PB_LANES], p[PB_LANES], gradient[N_UNIONS][PB_LANES];

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static void probability(const pb_diagram *diagram, double *workspace)
{
    pb_diagram_probability(diagram, (const double(*)[PB_LANES])pi, workspace, p);
}

static void probability_and_gradient(const pb_diagram *diagram, double *workspace)
{
    pb_diagram_gradient(diagram, (const double(*)[PB_LANES])pi, workspace, p, gradient);
}

static double best_ns_per_draw(const pb_diagram *diagram, double *workspace,
                               void (*run)(const pb_diagram *, double *))
{
    double best = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = cpu_ns();
        for (int batch = 0; batch < BATCHES; batch++) {
            run(diagram, workspace);
        }
        best = fmin(best, cpu_ns() - start);
    }
    return best / (BATCHES * PB_LANES);
}

static void time_rule(const pb_rule *rule)
{
    pb_diagram diagram;
    double *workspace = NULL;
    if (pb_diagram_build(rule, MEMBERS, N_UNIONS, (1u << N_UNIONS) - 1, &diagram)
        != PB_DIAGRAM_BUILT) {
        return;
    }
    workspace = calloc(pb_diagram_workspace_doubles(&diagram), sizeof *workspace);
    if (workspace != NULL) {
        printf("%-14s %5d nodes %8.2f ns probability %8.2f ns with gradient\n", rule->id,
               diagram.n_nodes, best_ns_per_draw(&diagram, workspace, probability),
               best_ns_per_draw(&diagram, workspace, probability_and_gradient));
    }
    free(workspace);
    pb_diagram_free(&diagram);
}

int main(void)
{
    for (int u = 0; u < N_UNIONS; u++) {
        for (int lane = 0; lane < PB_LANES; lane++) {
            pi[u][lane] = (u * PB_LANES + lane + 0.5) / (N_UNIONS * PB_LANES);
        }
    }
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
        time_rule(&RULES[i]);
    }
}
