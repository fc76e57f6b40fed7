/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The model of models/MODEL.md as one would write it in C with GSL: one draw after the other,
 * gsl_rng_taus2, normals by ziggurat, gsl_ran_binomial, plain Monte Carlo. bench.py times it
 * against planb and holds the results together.
 *
 *   plain_gsl SCENARIO.yaml DRAWS SEED [PATH=VALUE ...]
 *
 * Scenarios are read by planb's loader, and what the evidence comes to before the first draw (the
 * steps of conditioning) is planb's; all that is drawn, and all that follows from it, is written
 * here again. It knows what the scenarios of Connecticut 2011 use.
 */
#define _POSIX_C_SOURCE 200809L
#include "models/calendar.h"
#include "models/evidence_steps.h"
#include "params/load.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- headline numbers ---- */

#define HEADLINES(X)                                                                              \
    X(RATIFIED_1, "rounds/0/ratified")                                                            \
    X(RATIFIED_2, "rounds/1/ratified")                                                            \
    X(AFSCME_1, "rounds/0/AFSCME4")                                                               \
    X(AFSCME_2, "rounds/1/AFSCME4")                                                               \
    X(UNIONS, "rounds/0/unions_approving")                                                        \
    X(TURNOUT, "rounds/0/turnout")                                                                \
    X(SHARE_1, "rounds/0/ballots_approving") X(SHARE_2, "rounds/1/ballots_approving")             \
        X(RATIFIED, "ratified") X(DEAL, "deal") X(DEADLINE_DEAL, "balanced_at_deadline/deal") X(  \
            DEADLINE_REALISED, "balanced_at_deadline/realised")                                   \
            X(CLOSE_DEAL, "balanced_at_close/deal") X(CLOSE_NO_DEAL, "balanced_at_close/no_deal") \
                X(DEAL_1, "balance/deal/0") X(DEAL_2, "balance/deal/1")                           \
                    X(NO_DEAL_1, "balance/no_deal/0") X(NO_DEAL_2, "balance/no_deal/1") X(        \
                        REALISED_2, "balance/realised/1") X(GAP, "gap/no_deal/0")                 \
                        X(TARGET, "target/1") X(REVENUE_1, "revenue/0") X(REVENUE_2, "revenue/1") \
                            X(LAYOFFS, "layoffs/realised") X(LAYOFFS_NO_DEAL, "layoffs/no_deal")  \
                                X(NOTICES, "notices/realised") X(LABOR_1, "labor_savings/0")      \
                                    X(LABOR_2, "labor_savings/1") X(PLAN_B, "plan_b_savings/1")   \
                                        X(RESCISSION, "rescission/realised")                      \
                                            X(MITIGATION, "mitigation/realised")                  \
                                                X(TRIGGERED, "mitigation_triggered/deal")         \
                                                    X(TOWNS, "municipal_cut")                     \
                                                        X(LOCAL, "local_layoffs")

#define X(name, text) H_##name,
enum { HEADLINES(X) N_HEADLINES };
#undef X
#define X(name, text) text,
static const char *const NAMES[] = {HEADLINES(X)};
#undef X

static double n_of[N_HEADLINES], sum[N_HEADLINES], squares[N_HEADLINES];

static void add(int headline, double x)
{
    n_of[headline] += 1.0;
    sum[headline] += x;
    squares[headline] += x * x;
}

/* ---- the scenario, and what is the same in every draw ---- */

enum { TABLE = 4000 };

static const pb_scenario *s;
static const pb_coalition *c;
static pb_ratification ratification; /* for its effects and the steps of the evidence */
static gsl_rng *rng;
static pb_fiscal_years years;
static double turnout_logit[PB_MAX_UNITS], mean_support, members[PB_MAX_UNIONS], all_members;
static double cholesky[PB_MAX_STREAMS][PB_MAX_STREAMS], sd[PB_YEARS][PB_MAX_STREAMS];
static double shift[PB_YEARS][2][PB_MAX_STREAMS], part[PB_REVISION_DATES + 1];
static double appropriations[PB_YEARS], threshold[PB_MAX_OPTIONS], student_5[TABLE + 1];
static bool is_student[PB_MAX_EFFECTS];
static int order[PB_MAX_OPTIONS], afscme;

static void refuse(bool wrong, const char *what)
{
    if (wrong) {
        fprintf(stderr, "plain_gsl does not know %s\n", what);
        exit(EXIT_FAILURE);
    }
}

static void set_votes(void)
{
    double weighted = 0.0;
    for (int k = 0; k < c->n_unions; k++) {
        refuse(c->unions[k].aggregate != PB_AGGREGATE_BALLOTS || c->unions[k].abstains
                   || c->unions[k].accepts != 0,
               "this kind of union");
        refuse(c->unions[k].counted[0].kind == PB_COUNTED_BALLOTS && c->unions[k].n_units > 1,
               "pooled counts");
        members[k] = 0.0;
        afscme = strcmp(c->unions[k].id, "AFSCME4") == 0 ? k : afscme;
    }
    for (int u = 0; u < c->n_units; u++) {
        const pb_unit *unit = &c->unit[u];
        refuse(!(unit->turnout < 1.0), "units in which everybody votes");
        turnout_logit[u] = log(unit->turnout / (1.0 - unit->turnout));
        members[unit->parent] += (double)unit->members;
        all_members += (double)unit->members;
        weighted += (double)unit->members * (s->vote.mu0 + unit->offset);
    }
    mean_support = weighted / all_members;
    const pb_effects *e = &ratification.effects;
    is_student[e->coalition] = is_student[e->shift] = true;
    for (int u = 0; u < c->n_units; u++) {
        is_student[e->unit[u]] = true;
    }
    for (int k = 0; k < c->n_unions; k++) {
        is_student[e->late_swing[0][k]] = is_student[e->late_swing[1][k]] = true;
    }
}

static void set_cholesky(void)
{
    for (int i = 0; i < s->revenue.n_streams; i++) {
        for (int j = 0; j <= i; j++) {
            double rest = s->revenue.correlation[i][j];
            for (int k = 0; k < j; k++) {
                rest -= cholesky[i][k] * cholesky[j][k];
            }
            cholesky[i][j] = i == j ? sqrt(rest) : rest / cholesky[j][j];
        }
    }
}

static void set_revenue(void)
{
    const pb_revenue_params *r = &s->revenue;
    const double p1 = r->p_recession_first;
    const double p2 = p1 * r->p_recession_persists + (1.0 - p1) * r->p_recession_enters;
    double rest = 1.0;
    refuse(r->method != PB_ERRORS_PARAMETRIC || r->n_policies > 0 || r->revisions.n_observed > 0
               || r->baseline_is != PB_BASELINE_MEDIAN || r->bias != PB_BIAS_NONE,
           "this revenue");
    set_cholesky();
    for (int i = 0; i < r->n_streams; i++) {
        const pb_stream *stream = &r->stream[i];
        const double months = stream->made_on == PB_NO_DATE
                                  ? 12.0
                                  : (years.start[1] - stream->made_on) / (365.25 / 12.0);
        const double jump = stream->shift_recession - stream->shift_normal;
        sd[0][i] = stream->sd * pow(fmax(months, 6.0) / 12.0, 0.55);
        sd[1][i] = stream->sd * stream->second_year_ratio;
        shift[0][0][i] = -p1 * jump;
        shift[0][1][i] = (1.0 - p1) * jump;
        shift[1][0][i] = -p2 * jump;
        shift[1][1][i] = (1.0 - p2) * jump;
    }
    for (int t = 0; t < PB_REVISION_DATES; t++) {
        part[t] = sqrt(r->revisions.share[t]);
        rest -= r->revisions.share[t];
    }
    part[PB_REVISION_DATES] = sqrt(rest);
}

static void set_budget(void)
{
    const pb_plan_b_params *p = &s->plan_b;
    for (int y = 0; y < PB_YEARS; y++) {
        appropriations[y] =
            s->budget.appropriations_musd[y]
            + (s->budget.labor_in_appropriations
                   ? s->budget.labor_savings_assumed_musd[y] * s->budget.fund_share[y]
                   : 0.0);
    }
    for (int o = 0; o < p->n_options; o++) {
        const double pass = p->option[o].p_pass;
        int at = o;
        threshold[o] = pass <= 0.0   ? -INFINITY
                       : pass >= 1.0 ? INFINITY
                                     : gsl_cdf_ugaussian_Pinv(pass);
        for (; at > 0 && p->option[order[at - 1]].priority > p->option[o].priority; at--) {
            order[at] = order[at - 1];
        }
        order[at] = o;
    }
    for (int i = 0; i <= TABLE; i++) {
        const double z = 14.0 * i / TABLE - 7.0, tail = gsl_cdf_ugaussian_Q(fabs(z));
        student_5[i] = copysign(gsl_cdf_tdist_Qinv(tail, 5.0) * sqrt(3.0 / 5.0), z);
    }
    refuse(p->needs != PB_NEEDS_LARGER || s->rescission.municipal_aid
               || s->dates.notice_first != PB_NO_DATE,
           "this Plan B");
    refuse(s->n_rounds != 2 || s->dates.agreement == PB_NO_DATE
               || s->run.timeline != PB_TIMELINE_FIXED || s->timing[1].vote_end != PB_NO_DATE,
           "talks that are still open, or one round");
}

/* ---- distributions ---- */

static double normal(void)
{
    return gsl_ran_gaussian_ziggurat(rng, 1.0);
}

/* Of variance 1. */
static double student(double df)
{
    return normal() * sqrt((df - 2.0) / gsl_ran_chisq(rng, df));
}

static double clipped(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The standardised t_5 quantile whose normal score is z. */
static double student_5_of(double z)
{
    const double place = clipped((z + 7.0) * (TABLE / 14.0), 0.0, TABLE - 1e-9);
    const int i = (int)place;
    return student_5[i] + (place - i) * (student_5[i + 1] - student_5[i]);
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double triangular(double low, double mode, double high)
{
    const double u = gsl_rng_uniform(rng), split = (mode - low) / (high - low);
    return u < split ? low + sqrt(u * (high - low) * (mode - low))
                     : high - sqrt((1.0 - u) * (high - low) * (high - mode));
}

static double drawn(const pb_quantity *q)
{
    switch (q->kind) {
        case PB_QUANTITY_TRIANGULAR:
            return triangular(q->a, q->b, q->c);
        case PB_QUANTITY_EXPONENTIAL:
            return gsl_ran_exponential(rng, q->a);
        case PB_QUANTITY_UNIFORM:
            return gsl_ran_flat(rng, q->a, q->b);
        case PB_QUANTITY_NORMAL:
            return q->a + q->b * normal();
        case PB_QUANTITY_FIXED:
            break;
    }
    return q->a;
}

/* ---- votes ---- */

typedef struct votes {
    uint64_t approving;
    int n_approving;
    double cast, yes, coverage;
    bool holds;
} votes;

static void draw_effects(double *x)
{
    const pb_effects *e = &ratification.effects;
    for (int i = 0; i < e->n; i++) {
        x[i] = e->sd[i] * (is_student[i] ? student(s->vote.df) : normal());
    }
    if (ratification.evidence == NULL) {
        return;
    }
    const pb_evidence *evidence = ratification.evidence;
    for (int i = evidence->n_effects; i < evidence->n_states; i++) {
        x[i] = evidence->bias[i - evidence->n_effects].sd * normal();
    }
    for (int i = 0; i < evidence->n_steps; i++) {
        const pb_evidence_step *step = &evidence->step[i];
        double residual = step->surprise - step->sampling.sd * normal();
        residual -= step->noise.sd > 0.0 ? step->noise.sd * normal() : 0.0;
        for (int t = 0; t < step->h.n; t++) {
            residual -= step->h.term[t].value * x[step->h.term[t].state];
        }
        for (int t = 0; t < step->gain.n; t++) {
            x[step->gain.term[t].state] += step->gain.term[t].value * residual;
        }
    }
}

static double support(const double *x, int r, int u)
{
    const pb_effects *e = &ratification.effects;
    const pb_unit *unit = &c->unit[u];
    const double first = s->vote.mu0 + unit->offset + x[e->coalition] + x[e->sector[unit->sector]]
                         + x[e->in_union[unit->parent]] + x[e->unit[u]]
                         + x[e->late_swing[0][unit->parent]];
    if (r == 0) {
        return first;
    }
    const pb_round *round = &s->round[1];
    const double centre = mean_support + x[e->coalition];
    return centre + round->shift.mean - round->backlash + x[e->shift]
           + round->persistence * (first - centre) + x[e->noise[u]]
           + x[e->late_swing[1][unit->parent]];
}

static const pb_counted *counted(const pb_counted *by_round, int r)
{
    return by_round[r].kind != PB_NOT_COUNTED ? &by_round[r] : NULL;
}

static void vote_unit(int r, int u, double eta, double common, unsigned *cast, unsigned *yes,
                      bool *contract)
{
    const pb_unit *unit = &c->unit[u];
    const pb_union *parent = &c->unions[unit->parent];
    const pb_counted *known = counted(unit->counted, r);
    if (known == NULL && parent->n_units == 1) {
        known = counted(parent->counted, r);
    }
    if (known != NULL && known->kind == PB_COUNTED_BALLOTS) {
        *yes = (unsigned)known->yes_ballots;
        *cast = *yes + (unsigned)known->no_ballots;
    } else {
        const double own = s->vote.turnout_sd_unit * normal();
        *cast = gsl_ran_binomial(rng, logistic(turnout_logit[u] + common + own),
                                 (unsigned)unit->members);
        *yes = gsl_ran_binomial(rng, logistic(eta), *cast);
    }
    const double on_contract = eta + s->vote.contract_shift + s->vote.contract_sd * normal();
    *contract = 2 * gsl_ran_binomial(rng, logistic(on_contract), *cast) > *cast;
}

static bool rule_holds(const pb_rule *rule, const votes *v)
{
    pb_tally tally = {.approving = v->approving,
                      .unions_voting = c->n_unions,
                      .unions_approving = v->n_approving,
                      .members_voting = (int64_t)all_members,
                      .members = (int64_t)all_members,
                      .ballots = (int64_t)v->cast,
                      .yes = (int64_t)v->yes};
    for (int k = 0; k < c->n_unions; k++) {
        tally.members_approving += v->approving >> k & 1 ? (int64_t)members[k] : 0;
    }
    return pb_rule_holds(rule, &tally);
}

static votes vote(int r, const double *x)
{
    votes v = {0};
    const double common = s->vote.turnout_sd_common * normal();
    for (int k = 0; k < c->n_unions; k++) {
        const pb_union *voters = &c->unions[k];
        double cast = 0.0, yes = 0.0;
        for (int u = voters->first_unit; u < voters->first_unit + voters->n_units; u++) {
            unsigned own_cast, own_yes;
            bool contract;
            vote_unit(r, u, support(x, r, u), common, &own_cast, &own_yes, &contract);
            cast += own_cast;
            yes += own_yes;
            v.coverage += contract ? (double)c->unit[u].members / all_members : 0.0;
        }
        const pb_counted *known = counted(voters->counted, r);
        const bool approves = known != NULL && known->kind != PB_COUNTED_BALLOTS
                                  ? known->kind == PB_COUNTED_APPROVED
                                  : 2.0 * yes > cast;
        v.approving |= (uint64_t)approves << k;
        v.n_approving += approves;
        v.cast += cast;
        v.yes += yes;
    }
    v.holds = rule_holds(&s->round[r].rule, &v);
    return v;
}

/* ---- revenue ---- */

typedef struct revenue {
    double actual[PB_YEARS], official[PB_YEARS], later[PB_N_REVISIONS];
} revenue;

static void correlated(double scale, double *z)
{
    double x[PB_MAX_STREAMS];
    for (int i = 0; i < s->revenue.n_streams; i++) {
        x[i] = normal();
        z[i] = 0.0;
        for (int j = 0; j <= i; j++) {
            z[i] += cholesky[i][j] * x[j];
        }
        z[i] *= scale;
    }
}

static double money(double base, double e)
{
    return base * exp(clipped(e, -s->revenue.error_cap, s->revenue.error_cap));
}

static revenue draw_revenue(void)
{
    const pb_revenue_params *p = &s->revenue;
    const bool first = gsl_rng_uniform(rng) < p->p_recession_first;
    const bool second =
        gsl_rng_uniform(rng) < (first ? p->p_recession_persists : p->p_recession_enters);
    const double scale1 = sqrt((p->df - 2.0) / gsl_ran_chisq(rng, p->df));
    const double scale2 = sqrt((p->df - 2.0) / gsl_ran_chisq(rng, p->df));
    double path[PB_MAX_STREAMS] = {0.0}, z[PB_MAX_STREAMS];
    revenue rev = {{0.0}, {0.0}, {0.0}};
    for (int t = 0; t <= PB_REVISION_DATES; t++) {
        correlated(scale1 * part[t], z);
        for (int i = 0; i < p->n_streams; i++) {
            path[i] += sd[0][i] * z[i];
            const double known = path[i] + (t == PB_REVISION_DATES - 1 ? shift[0][first][i] : 0.0);
            if (t == 0) {
                rev.official[0] += money(p->stream[i].baseline_musd[0], known);
                rev.official[1] += money(p->stream[i].baseline_musd[1], known);
            } else if (t < PB_REVISION_DATES) {
                rev.later[t - 1] += money(p->stream[i].baseline_musd[0], known);
            }
        }
    }
    correlated(scale2, z);
    for (int i = 0; i < p->n_streams; i++) {
        const double e = path[i] + shift[0][first][i];
        rev.actual[0] += money(p->stream[i].baseline_musd[0], e);
        rev.actual[1] +=
            money(p->stream[i].baseline_musd[1], e + shift[1][second][i] + sd[1][i] * z[i]);
    }
    return rev;
}

/* ---- the budget ---- */

static double year_left(int y, double day)
{
    return clipped((years.start[y + 1] - day) / (years.start[y + 1] - years.start[y]), 0.0, 1.0);
}

typedef struct course { /* how a draw goes */
    bool again, ratified, deal;
    double end, in_force, failed, decided, coverage;
} course;

static course take_course(const votes *first, const votes *second)
{
    const pb_round_timing *t = s->timing;
    const double agreement = s->dates.agreement;
    course w = {.again = !first->holds && gsl_rng_uniform(rng) < t[1].p_rule_change
                         && gsl_rng_uniform(rng) < t[1].p_reopen};
    const double vote_end =
        t[0].vote_end != PB_NO_DATE ? t[0].vote_end : agreement + drawn(&t[0].days_after_agreement);
    w.end = vote_end;
    if (w.again) {
        w.end += drawn(&t[1].days_to_rule_change) + drawn(&t[1].days_to_agreement)
                 + drawn(&t[1].days_after_agreement);
    }
    w.ratified = w.again ? second->holds : first->holds;
    w.coverage = w.again ? second->coverage : first->coverage;
    w.deal = w.ratified && gsl_rng_uniform(rng) < s->legislature.p_approve;
    w.in_force = w.end + s->legislature.days;
    w.failed = w.ratified && !w.again && !w.deal ? w.in_force : vote_end;
    w.decided = s->layoffs.decided == PB_NO_DATE ? w.failed + 1.0 : s->layoffs.decided;
    return w;
}

static void save(const course *w, double *saved, double *booked, double *booked_late)
{
    const pb_savings_params *p = &s->savings;
    const double common = sqrt(p->correlation) * normal(), own = sqrt(1.0 - p->correlation);
    *booked_late = 0.0;
    for (int j = 0; j < p->n_savings; j++) {
        const pb_saving *saving = &p->saving[j];
        const double from = saving->from == PB_NO_DATE ? years.start[0] : saving->from;
        const double realised = clipped(
            saving->realised.mean + saving->realised.sd * student_5_of(common + own * normal()),
            0.0, 1.5);
        for (int y = 0; y < PB_YEARS; y++) {
            double amount = saving->amount_musd[y] * saving->fund_share[y];
            booked[y] += amount;
            amount *= saving->question == PB_QUESTION_UNIT_CONTRACT ? w->coverage : 1.0;
            amount *= saving->phase == PB_PHASE_LINEAR ? year_left(y, fmax(w->in_force, from))
                      : saving->phase == PB_PHASE_BEFORE_DATE
                          ? w->in_force <= from + years.start[y] - years.start[0]
                          : 1.0;
            saved[y] += amount * realised;
            *booked_late += y == 0 ? amount : 0.0;
        }
    }
}

static double pay_saved(int y, double positions, double day)
{
    const pb_layoff_params *p = &s->layoffs;
    return 1e-6 * positions * p->gross_per_position_usd * p->bumping
           * (1.0 - p->income_tax_loss * 2.0 / 3.0) * year_left(y, day);
}

static double layoff(int y, double positions, double day)
{
    const pb_layoff_params *p = &s->layoffs;
    const bool in_year = day < years.start[y + 1] && (y == 0 || day >= years.start[y]);
    const double each = p->payout_usd + (1.0 - p->voluntary_share) * p->unemployment_usd;
    return pay_saved(y, positions, day) - (in_year ? 1e-6 * positions * each : 0.0);
}

typedef struct plan {
    double notices, booked_layoffs[PB_YEARS], booked[PB_YEARS], realised[PB_YEARS];
    double town_cut, town_staff;
} plan;

static void set_per_notice(const course *w, double *each)
{
    const pb_layoff_params *p = &s->layoffs;
    const double delay =
        7.0 * (pb_quantity_modal(&p->notice_weeks) + pb_quantity_modal(&p->bumping_delay_weeks));
    for (int y = 0; y < PB_YEARS; y++) {
        each[y] = 0.0;
        for (int b = 0; b < p->n_batches; b++) {
            each[y] += layoff(y, p->batch[b].share * (1.0 - p->rescinded_share),
                              w->decided + p->lead_days + p->batch[b].after_days + delay);
        }
    }
}

static plan choose(const course *w, const double *target, const double *bare)
{
    const pb_plan_b_params *p = &s->plan_b;
    const pb_municipal_params *towns = &s->municipal;
    const double common = normal(), now = (double)s->layoffs.notices;
    double each[PB_YEARS], needed[PB_YEARS], covered[PB_YEARS], town_booked[PB_YEARS] = {0.0};
    uint64_t passed = 0;
    plan out = {0};
    set_per_notice(w, each);
    for (int y = 0; y < PB_YEARS; y++) {
        needed[y] = p->overshoot * fmax(0.0, fmax(target[y], bare[y]));
        covered[y] = now * each[y];
    }
    for (int i = 0; i < p->n_options && (covered[0] < needed[0] || covered[1] < needed[1]); i++) {
        const int o = order[i];
        const pb_option *option = &p->option[o];
        const double rho = option->owner == PB_OWNER_EXECUTIVE ? 0.0 : p->correlation;
        const double day =
            option->earliest == PB_NO_DATE ? w->failed : fmax(w->failed, option->earliest);
        const double cut[PB_YEARS] = {option->amount_musd[0] * year_left(0, day),
                                      option->amount_musd[1] * year_left(1, day)};
        const bool of_towns = option->option_class == PB_CLASS_MUNICIPAL_AID;
        const bool open = (option->needs & ~passed) == 0 && (option->excludes & passed) == 0
                          && !(of_towns
                               && (town_booked[0] + cut[0] > towns->cap_musd + 1e-6
                                   || town_booked[1] + cut[1] > towns->cap_musd + 1e-6));
        if (!open || sqrt(rho) * common + sqrt(1.0 - rho) * normal() >= threshold[o]) {
            continue;
        }
        const double share =
            clipped(option->realised.mean + option->realised.sd * student(5.0), 0.0, 1.5);
        passed |= UINT64_C(1) << o;
        for (int y = 0; y < PB_YEARS; y++) {
            const double booked = cut[y] * option->fund_share[y];
            covered[y] += booked;
            out.booked[y] += booked;
            out.realised[y] += booked * share;
            town_booked[y] += of_towns ? cut[y] : 0.0;
        }
        if (of_towns) {
            const bool late =
                s->dates.local_budgets_set != PB_NO_DATE && day > s->dates.local_budgets_set;
            out.town_cut += cut[0] * share;
            out.town_staff +=
                cut[0] * share * (towns->pass_through + (late ? towns->late_pass_through : 0.0));
        }
    }
    double more = 0.0;
    for (int y = 0; y < PB_YEARS && p->replace_with_layoffs; y++) {
        if (needed[y] > covered[y] && each[y] > 0.0) {
            more = fmax(more, ceil((needed[y] - covered[y]) / each[y]));
        }
    }
    out.notices = now + fmax(0.0, fmin(more, (double)p->notices_cap - now));
    out.booked_layoffs[0] = out.notices * each[0];
    out.booked_layoffs[1] = out.notices * each[1];
    out.town_staff *= out.town_cut > towns->cap_musd ? towns->cap_musd / out.town_cut : 1.0;
    out.town_cut = fmin(out.town_cut, towns->cap_musd);
    return out;
}

typedef struct jobs {
    double notices[PB_BRANCHES], positions[PB_BRANCHES], net[PB_BRANCHES][PB_YEARS];
} jobs;

static jobs lay_off(const course *w, double notices)
{
    const pb_layoff_params *p = &s->layoffs;
    const double delay = 7.0 * (drawn(&p->notice_weeks) + drawn(&p->bumping_delay_weeks));
    jobs j = {{0.0}, {0.0}, {{0.0}}};
    for (int b = 0; b < p->n_batches; b++) {
        const double issued = w->decided + p->lead_days + p->batch[b].after_days,
                     day = issued + delay;
        const bool in_time = day < years.start[PB_YEARS];
        for (int branch = 0; branch < PB_BRANCHES; branch++) {
            double sent = p->batch[b].share * notices, back = 0.0, refused = 0.0;
            if (branch == PB_BRANCH_DEAL) { /* by members: all units need their contract */
                const bool ordered = w->again || p->decided != PB_NO_DATE;
                sent = w->again ? sent : p->batch[b].share * (double)p->notices;
                refused = ordered ? sent * (1.0 - w->coverage) : 0.0;
                sent = ordered && issued < w->in_force ? sent * w->coverage : 0.0;
            }
            double out = sent * (1.0 - p->rescinded_share);
            if (branch == PB_BRANCH_DEAL) {
                out *= day >= w->in_force ? 1.0 - p->withdrawn_by_deal : 1.0;
                back = day < w->in_force ? out * p->rehired_by_deal : 0.0;
                sent += refused;
                out += refused * (1.0 - p->rescinded_share);
            }
            j.notices[branch] += sent;
            j.positions[branch] += in_time ? out : 0.0;
            for (int y = 0; y < PB_YEARS; y++) {
                j.net[branch][y] += layoff(y, out, day) - pay_saved(y, back, w->in_force);
            }
        }
    }
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        j.notices[branch] = floor(j.notices[branch] + 0.5);
        j.positions[branch] = floor(j.positions[branch] + 0.5);
    }
    return j;
}

typedef struct controls {
    double rescission, mitigation;
    bool triggered;
} controls;

static controls control(const double *bare, double booked, double in_force, double net,
                        double decided, const double *passage)
{
    const pb_rescission_params *p = &s->rescission;
    const double app = s->budget.appropriations_musd[0];
    const double cap = fmin(p->per_appropriation * p->discretionary_share, p->per_fund) * app;
    controls m = {0.0, 0.0, false};
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        const double day = s->revenue.revisions.date[t + 1];
        const double deficit = bare[t] - (in_force <= day ? booked : 0.0)
                               - (decided <= day ? net : 0.0) - m.rescission - m.mitigation;
        if (deficit > 0.0) {
            const double room = cap * fmin(1.0, 2.0 * year_left(0, day)) - m.rescission;
            const double cut = fmax(0.0, fmin(p->response * deficit, room));
            m.rescission += cut;
            if (deficit > p->mitigation_trigger * app) {
                m.triggered = true;
                m.mitigation += passage[t] < p->p_mitigation
                                    ? fmin(p->mitigation_share * deficit, deficit - cut)
                                    : 0.0;
            }
        }
    }
    return m;
}

static bool close_books(const double *flow, double *closing)
{
    const pb_budget_params *b = &s->budget;
    double reserve = b->reserve_fund_musd, carry = b->opening_deficit_musd;
    bool balanced = true;
    for (int y = 0; y < PB_YEARS; y++) {
        const double balance = flow[y] - carry, use = fmin(reserve, fmax(0.0, -balance));
        reserve +=
            fmin(b->reserve_deposit * fmax(0.0, balance), fmax(0.0, b->reserve_cap_musd - reserve))
            - use;
        closing[y] = balance + use;
        carry = fmax(0.0, -closing[y]) * b->carry_share;
        balanced = balanced && closing[y] >= 0.0;
    }
    return balanced;
}

static void set_targets(const revenue *rev, double *target, double *bare)
{
    const pb_budget_params *b = &s->budget;
    const double total = rev->official[0] + rev->official[1];
    const double improved =
        b->target_estimate_musd > 0.0 ? fmax(0.0, total - b->target_estimate_musd) : 0.0;
    for (int y = 0; y < PB_YEARS; y++) {
        const double own = b->psi * improved * rev->official[y] / total;
        target[y] = b->fund_share[y] * fmax(b->target_floor_musd[y], b->target_musd[y] - own);
        bare[y] = appropriations[y] + (y == 0 ? b->opening_deficit_musd : 0.0) - b->lapse_musd[y]
                  - b->other_musd[y] - rev->official[y];
    }
}

static void draw(void)
{
    const pb_budget_params *b = &s->budget;
    double x[PB_MAX_EFFECTS + PB_N_EVIDENCE_KINDS], target[PB_YEARS], bare[PB_YEARS];
    double savings[PB_YEARS] = {0.0}, booked[PB_YEARS] = {0.0}, booked_late, later[PB_N_REVISIONS];
    double passage[PB_N_REVISIONS], closing[PB_BRANCHES][PB_YEARS], spending[PB_YEARS];
    controls year[PB_BRANCHES];
    bool closed[PB_BRANCHES], in_time[PB_BRANCHES] = {true, true};

    draw_effects(x);
    const votes first = vote(0, x), second = vote(1, x);
    const course w = take_course(&first, &second);
    const revenue rev = draw_revenue();
    set_targets(&rev, target, bare);
    save(&w, savings, booked, &booked_late);
    const plan p = choose(&w, target, bare);
    const jobs j = lay_off(&w, p.notices);
    for (int t = 0; t < PB_N_REVISIONS; t++) {
        later[t] = bare[0] + rev.official[0] - rev.later[t];
        passage[t] = gsl_rng_uniform(rng);
    }
    year[PB_BRANCH_DEAL] =
        control(later, booked_late, w.end, j.net[PB_BRANCH_DEAL][0], w.decided, passage);
    year[PB_BRANCH_NO_DEAL] =
        control(later, p.booked[0], w.failed, j.net[PB_BRANCH_NO_DEAL][0], w.decided, passage);
    for (int y = 0; y < PB_YEARS; y++) {
        spending[y] = b->spending_error_sd * appropriations[y] * normal();
        const double gap[PB_BRANCHES] = {
            bare[y] - (w.end <= s->dates.deadline ? booked[y] : 0.0),
            bare[y] - (w.failed <= s->dates.deadline ? p.booked[y] + p.booked_layoffs[y] : 0.0)};
        in_time[0] = in_time[0] && gap[0] <= 0.0;
        in_time[1] = in_time[1] && gap[1] <= 0.0;
        if (y == 0) {
            add(H_GAP, gap[PB_BRANCH_NO_DEAL]);
        }
    }
    for (int branch = 0; branch < PB_BRANCHES; branch++) {
        double flow[PB_YEARS];
        for (int y = 0; y < PB_YEARS; y++) {
            flow[y] = rev.actual[y] + (branch == PB_BRANCH_DEAL ? savings[y] : p.realised[y])
                      + j.net[branch][y] + b->lapse_musd[y] + b->other_musd[y] - appropriations[y]
                      - spending[y];
        }
        flow[0] += year[branch].rescission + year[branch].mitigation;
        closed[branch] = close_books(flow, closing[branch]);
    }
    const int is = w.deal ? PB_BRANCH_DEAL : PB_BRANCH_NO_DEAL;
    add(H_RATIFIED_1, first.holds);
    add(H_AFSCME_1, first.approving >> afscme & 1);
    add(H_UNIONS, first.n_approving);
    add(H_TURNOUT, first.cast / all_members);
    add(H_SHARE_1, first.yes / first.cast);
    if (!first.holds) {
        add(H_RATIFIED_2, second.holds);
        add(H_AFSCME_2, second.approving >> afscme & 1);
        add(H_SHARE_2, second.yes / second.cast);
    }
    add(H_RATIFIED, w.ratified);
    add(H_DEAL, w.deal);
    add(H_DEADLINE_DEAL, in_time[PB_BRANCH_DEAL]);
    add(H_DEADLINE_REALISED, in_time[is]);
    add(H_CLOSE_DEAL, closed[PB_BRANCH_DEAL]);
    add(H_CLOSE_NO_DEAL, closed[PB_BRANCH_NO_DEAL]);
    add(H_DEAL_1, closing[PB_BRANCH_DEAL][0]);
    add(H_DEAL_2, closing[PB_BRANCH_DEAL][1]);
    add(H_NO_DEAL_1, closing[PB_BRANCH_NO_DEAL][0]);
    add(H_NO_DEAL_2, closing[PB_BRANCH_NO_DEAL][1]);
    add(H_REALISED_2, closing[is][1]);
    add(H_TARGET, target[1]);
    add(H_REVENUE_1, rev.actual[0]);
    add(H_REVENUE_2, rev.actual[1]);
    add(H_LAYOFFS, j.positions[is]);
    add(H_LAYOFFS_NO_DEAL, j.positions[PB_BRANCH_NO_DEAL]);
    add(H_NOTICES, j.notices[is]);
    add(H_LABOR_1, savings[0]);
    add(H_LABOR_2, savings[1]);
    add(H_PLAN_B, p.realised[1]);
    add(H_RESCISSION, year[is].rescission);
    add(H_MITIGATION, year[is].mitigation);
    add(H_TRIGGERED, year[PB_BRANCH_DEAL].triggered);
    add(H_TOWNS, w.deal ? 0.0 : p.town_cut);
    add(H_LOCAL, w.deal ? 0.0 : floor(p.town_staff * 1e6 / s->municipal.cost_per_job_usd + 0.5));
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_results(long draws, double seconds)
{
    printf("{\"draws\": %ld, \"cpu\": %.6f, \"estimates\": {", draws, seconds);
    for (int h = 0; h < N_HEADLINES; h++) {
        const double n = n_of[h], mean = n > 0.0 ? sum[h] / n : 0.0;
        const double se = n > 0.0 ? sqrt(fmax(0.0, squares[h] / n - mean * mean) / n) : 0.0;
        printf("%s\"%s\": [%.17g, %.17g]", h > 0 ? ", " : "", NAMES[h], mean, se);
    }
    printf("}}\n");
}

int main(int argc, char **argv)
{
    pb_loaded loaded;
    pb_inputs inputs = {0};
    pb_error err = {0};
    refuse(argc < 4, "what to do: plain_gsl SCENARIO.yaml DRAWS SEED [PATH=VALUE ...]");
    gsl_set_error_handler_off();
    if (pb_load_scenario(argv[1], (const char *const *)argv + 4, (size_t)argc - 4, NULL, &loaded)
        != PB_OK) {
        refuse(true, argv[1]);
    }
    s = loaded.scenario;
    c = &s->coalition;
    years = pb_fiscal_years_from(s->dates.fy_start);
    if (pb_ratification_compile(&s->vote, c, s->round, s->n_rounds, &s->evidence, &inputs,
                                &ratification, &err)
        != PB_OK) {
        refuse(true, err.text);
    }
    set_votes();
    set_revenue();
    set_budget();
    rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, strtoul(argv[3], NULL, 10));
    const long draws = strtol(argv[2], NULL, 10);
    const double start = cpu_seconds();
    for (long i = 0; i < draws; i++) {
        draw();
    }
    print_results(draws, cpu_seconds() - start);
    gsl_rng_free(rng);
    pb_ratification_free(&ratification);
    pb_inputs_free(&inputs);
    pb_loaded_free(&loaded);
    return 0;
}
