/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/calendar.h"
#include "tests/scenario_text.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

static pb_date date_of(int year, int month, int day)
{
    return pb_date_of_civil((pb_civil){year, month, day});
}

/* ---- values ---- */

Test(load, every_block_of_the_small_state_is_read)
{
    trial t = load_file(BASE, NULL, 0);
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    cr_expect_str_eq(t.messages, "");
    cr_expect_str_eq(s->name, "base");
    cr_expect_str_eq(s->title, "A small state");
    cr_expect_eq(s->as_of, date_of(2011, 6, 24));
    cr_expect_eq(s->run.draws, 4096);
    cr_expect_eq(s->run.seed, 7);
    cr_expect_eq(s->dates.budget_adopted, date_of(2011, 5, 4));
    cr_expect_eq(s->vote.df, 5.0);
    cr_expect_eq(s->n_rounds, 2);
    cr_expect_eq(s->timing[0].vote_end, date_of(2011, 6, 26));
    cr_expect_eq(s->legislature.p_approve, 0.9);
    cr_expect_eq(s->legislature.days, 30.0);
    cr_expect_eq(s->revenue.n_streams, 3);
    cr_expect_eq(s->revenue.stream[0].shift_recession, -0.082);
    cr_expect_eq(s->revenue.stream[1].made_on, date_of(2011, 5, 4));
    cr_expect_eq(s->revenue.stream[2].baseline_musd[0], -968.7);
    cr_expect_eq(s->budget.appropriations_musd[1], 18781.8);
    cr_expect_eq(s->savings.n_savings, 2);
    cr_expect_eq(s->savings.saving[0].question, PB_QUESTION_UNIT_CONTRACT);
    cr_expect_eq(s->savings.saving[1].phase, PB_PHASE_BEFORE_DATE);
    cr_expect_eq(s->plan_b.n_options, 3);
    cr_expect_eq(s->layoffs.notices, 4742);
    cr_expect_eq(s->layoffs.n_batches, 2);
    cr_expect_eq(s->layoffs.batch[1].share, 0.75);
    cr_expect_eq(s->layoffs.batch[1].after_days, 30.0);
    end(&t);
}

Test(load, units_stand_together_by_union)
{
    trial t = load_file(BASE, NULL, 0);
    expect_good(&t);
    const pb_coalition *c = &t.loaded.scenario->coalition;
    cr_expect_eq(c->n_unions, 3);
    cr_expect_eq(c->n_units, 5);
    cr_expect_eq(c->unions[1].first_unit, 2);
    cr_expect_eq(c->unions[1].n_units, 2);
    cr_expect_eq(c->unit[3].parent, 1);
    cr_expect_eq(c->unit[0].members, 4800);
    cr_expect_eq(c->unions[1].aggregate, PB_AGGREGATE_UNITS);
    cr_expect_eq(c->unions[2].aggregate, PB_AGGREGATE_LEADERS);
    cr_expect_eq(c->unions[2].p_approve, 0.5);
    cr_expect_eq(c->n_sectors, 2);
    cr_expect_str_eq(c->sector[c->unit[0].sector], "safety");
    cr_expect_str_eq(c->sector[c->unit[1].sector], "all", "the sector of a unit that names none");
    end(&t);
}

Test(load, the_least_scenario_has_every_other_mechanism_off)
{
    trial t = load_text(SMALL);
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    cr_expect_eq(s->legislature.p_approve, 1.0);
    cr_expect_eq(s->legislature.days, 0.0);
    cr_expect_eq(s->revenue.n_streams, 0);
    cr_expect_eq(s->savings.n_savings, 0);
    cr_expect_eq(s->plan_b.n_options, 0);
    cr_expect_not(s->plan_b.replace_with_layoffs);
    cr_expect_eq(s->layoffs.notices, 0);
    cr_expect_eq(s->layoffs.n_batches, 0);
    cr_expect_eq(s->dates.budget_adopted, PB_NO_DATE);
    cr_expect_eq(s->timing[0].vote_end, PB_NO_DATE);
    cr_expect_eq(s->timing[0].days_after_agreement.kind, PB_QUANTITY_TRIANGULAR);
    cr_expect_eq(s->timing[0].days_after_agreement.b, 27.0);
    end(&t);
}

Test(load, a_missing_key_takes_the_default_of_its_row)
{
    trial t = load_text(SMALL);
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    cr_expect_eq(s->run.draws, 65536);
    cr_expect_eq(s->vote.mu0, 0.75);
    cr_expect_eq(s->vote.sd_unit, 0.40);
    cr_expect_eq(s->vote.turnout_correlation, 0.0);
    cr_expect_eq(s->coalition.unit[0].turnout, 0.75);
    cr_expect_str_eq(s->title, "small", "a title is the name");
    cr_expect_str_eq(s->coalition.unit[0].title, "A-1");
    end(&t);
}

Test(load, a_default_may_be_copied_from_another_key)
{
    trial t = load_base_with("vote.turnout=0.48");
    expect_good(&t);
    const pb_scenario *s = t.loaded.scenario;
    cr_expect_eq(s->coalition.unit[0].turnout, 0.8, "its own");
    cr_expect_eq(s->coalition.unit[1].turnout, 0.48, "the default of a unit");
    cr_expect_eq(s->savings.saving[0].fund_share[1], 0.8662, "the budget's");
    cr_expect_eq(s->savings.saving[0].from, date_of(2011, 7, 1), "the first fiscal year's start");
    end(&t);
}

Test(load, an_options_class_gives_its_defaults)
{
    trial t = load_base_with("plan_b[law].realised={mean: 0.7, sd: 0}");
    expect_good(&t);
    const pb_option *option = t.loaded.scenario->plan_b.option;
    cr_expect_eq(option[0].p_pass, 0.10, "municipal aid");
    cr_expect_eq(option[1].p_pass, 0.90, "rescission power");
    cr_expect_eq(option[1].realised.sd, 0.05);
    cr_expect_eq(option[2].realised.mean, 0.7, "given");
    cr_expect_eq(option[0].fund_share[0], 1.0);
    end(&t);
}

Test(load, options_refer_to_each_other_by_bits)
{
    trial t = load_file(BASE, NULL, 0);
    expect_good(&t);
    const pb_option *option = t.loaded.scenario->plan_b.option;
    cr_expect_eq(option[1].excludes, UINT64_C(1) << 0, "a later option names an earlier one");
    cr_expect_eq(option[2].needs, UINT64_C(1) << 1);
    cr_expect_eq(option[0].needs, 0);
    end(&t);
}

Test(load, correlations_are_symmetric_with_ones_on_the_diagonal)
{
    trial t = load_file(BASE, NULL, 0);
    expect_good(&t);
    const double(*r)[PB_MAX_STREAMS] =
        (const double(*)[PB_MAX_STREAMS])t.loaded.scenario->revenue.correlation;
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(r[i][i], 1.0);
    }
    cr_expect_eq(r[0][1], 0.5);
    cr_expect_eq(r[1][0], 0.5);
    cr_expect_eq(r[2][1], -0.1);
    cr_expect_eq(r[0][2], 0.0, "a pair that is not named");
    end(&t);
}

Test(load, streams_without_correlation_are_independent)
{
    trial t = load_text(SMALL "revenue: {df: normal, streams: [{id: s, baseline: [1, 2], sd: 0.1},"
                              " {id: q, baseline: [1, 2], sd: 0.1}]}\n"
                              "budget: {appropriations: [1, 2]}\n");
    expect_good(&t);
    const pb_revenue_params *revenue = &t.loaded.scenario->revenue;
    cr_expect_eq(revenue->correlation[0][0], 1.0);
    cr_expect_eq(revenue->correlation[0][1], 0.0);
    cr_expect(isinf(revenue->df), "normal means infinite df");
    cr_expect_eq(revenue->stream[0].made_on, PB_NO_DATE);
    end(&t);
}

Test(load, pairs_that_share_one_stream_are_no_pair_twice)
{
    trial t = load_text(SMALL "revenue: {correlation: {b/ax: 0.1, a/b: 0.2, ax/a: 0.3}, streams: ["
                              "{id: a, baseline: [1, 2], sd: 0.1}, {id: b, baseline: [1, 2], "
                              "sd: 0.1}, {id: ax, baseline: [1, 2], sd: 0.1}]}\n"
                              "budget: {appropriations: [1, 2]}\n");
    expect_good(&t);
    const double(*r)[PB_MAX_STREAMS] =
        (const double(*)[PB_MAX_STREAMS])t.loaded.scenario->revenue.correlation;
    cr_expect(r[1][2] == 0.1 && r[0][1] == 0.2 && r[0][2] == 0.3);
    end(&t);
}

/* Signs and points may begin a text that is written without quotes. */
Test(load, a_number_that_begins_with_its_point_is_read_back)
{
    const char *sets[] = {"vote.mu0=-.5"};
    trial t = load_file(BASE, sets, 1);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->vote.mu0, -0.5);
    cr_expect_not_null(strstr(t.loaded.yaml, "mu0: -.5\n"), "without quotes");
    trial again = load_text(t.loaded.yaml);
    expect_good(&again);
    cr_expect_eq(again.loaded.scenario->vote.mu0, -0.5);
    end(&again);
    end(&t);
}

/* A case is plain bytes: Criterion copies it to another process. */
struct quantity_case {
    char text[48];
    pb_quantity quantity;
};

ParameterizedTestParameters(load, quantities)
{
    static struct quantity_case cases[] = {
        {"6", {PB_QUANTITY_FIXED, 6.0, 0.0, 0.0}},
        {"{normal: {mean: 6, sd: 1.5}}", {PB_QUANTITY_NORMAL, 6.0, 1.5, 0.0}},
        {"{triangular: [2, 6, 8]}", {PB_QUANTITY_TRIANGULAR, 2.0, 6.0, 8.0}},
        {"{triangular: [2, 2, 8]}", {PB_QUANTITY_TRIANGULAR, 2.0, 2.0, 8.0}},
        {"{triangular: [2, 8, 8]}", {PB_QUANTITY_TRIANGULAR, 2.0, 8.0, 8.0}},
        {"{uniform: [2, 8], source: x}", {PB_QUANTITY_UNIFORM, 2.0, 8.0, 0.0}},
        {"{exponential: 2}", {PB_QUANTITY_EXPONENTIAL, 2.0, 0.0, 0.0}},
    };
    return cr_make_param_array(struct quantity_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct quantity_case *c, load, quantities)
{
    char set[96];
    snprintf(set, sizeof set, "layoffs.notice_weeks=%s", c->text);
    trial t = load_base_with(set);
    expect_good(&t);
    const pb_quantity *q = &t.loaded.scenario->layoffs.notice_weeks;
    cr_expect_eq(q->kind, c->quantity.kind, "%s", c->text);
    cr_expect(q->a == c->quantity.a && q->b == c->quantity.b && q->c == c->quantity.c, "%s",
              c->text);
    end(&t);
}

struct number_case {
    char text[32];
    double value;
};

ParameterizedTestParameters(load, numbers)
{
    static struct number_case cases[] = {
        {"0", 0.0},
        {"-0.5", -0.5},
        {"+0.5", 0.5},
        {".5", 0.5},
        {"5.", 5.0},
        {"1e0", 1.0},
        {"2E-3", 0.002},
        {"0.1", 0.1},
        {"-10", -10.0},
        {"1e-400", 0.0},
        {"0.30000000000000004", 0.30000000000000004},
    };
    return cr_make_param_array(struct number_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct number_case *c, load, numbers)
{
    char set[64];
    snprintf(set, sizeof set, "vote.mu0=%s", c->text);
    trial t = load_base_with(set);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->vote.mu0, c->value, "%s", c->text);
    end(&t);
}

struct date_case {
    char text[16];
    int days; /* since 1970-01-01, from `date -d TEXT +%s` / 86400 */
};

ParameterizedTestParameters(load, dates)
{
    static struct date_case cases[] = {
        {"1970-01-01", 0},     {"1969-12-31", -1},     {"2000-02-29", 11016}, {"2011-06-24", 15149},
        {"2012-02-29", 15399}, {"1900-01-01", -25567}, {"2200-12-31", 84370},
    };
    return cr_make_param_array(struct date_case, cases, sizeof cases / sizeof cases[0]);
}

ParameterizedTest(struct date_case *c, load, dates)
{
    char set[64];
    snprintf(set, sizeof set, "scenario.as_of=%s", c->text);
    trial t = load_base_with(set);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->as_of, c->days, "%s", c->text);
    end(&t);
}

Test(load, a_seed_goes_up_to_2_64_minus_1)
{
    trial t = load_base_with("run.seed=18446744073709551615");
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->run.seed, UINT64_MAX);
    end(&t);
}

/* ---- facts ---- */

#define COUNTED(text) "unions[A].units[A-1].counted=" text

Test(load, a_count_before_as_of_is_used)
{
    trial t = load_base_with(COUNTED("{yes_ballots: 5, no_ballots: 6, date: 2011-06-23}"));
    expect_good(&t);
    const pb_counted *counted = &t.loaded.scenario->coalition.unit[0].counted[0];
    cr_expect_eq(counted->kind, PB_COUNTED_BALLOTS);
    cr_expect_eq(counted->yes_ballots, 5);
    cr_expect_eq(counted->no_ballots, 6);
    cr_expect_eq(t.loaded.n_ignored, 0);
    end(&t);
}

Test(load, a_count_dated_as_of_is_left_out_with_a_note)
{
    trial t = load_base_with(COUNTED("{result: rejected, round: 2, date: 2011-06-24}"));
    expect_good(&t);
    const pb_counted *counted = &t.loaded.scenario->coalition.unit[0].counted[0];
    cr_expect_eq(counted->kind, PB_NOT_COUNTED);
    cr_assert_eq(t.loaded.n_ignored, 1);
    cr_expect_str_eq(t.loaded.ignored[0].group, "A-1");
    cr_expect_eq(t.loaded.ignored[0].date, date_of(2011, 6, 24));
    cr_expect_not_null(strstr(t.messages, "note: A-1: the count of 2011-06-24 is not used"));
    end(&t);
}

Test(load, a_result_without_figures_is_known)
{
    trial t = load_base_with("unions[A].counted={result: rejected, date: 2011-06-20}");
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->coalition.unions[0].counted[0].kind, PB_COUNTED_REJECTED);
    end(&t);
}

Test(load, votes_without_chance_get_a_warning)
{
    static const char *const SDS[] = {"sd_coalition", "sd_sector", "sd_union", "sd_late_swing",
                                      "sd_unit"};
    for (int given = -1; given < 5; given++) { /* none of them, then each alone */
        char text[2048] = SMALL "vote: {df: 5";
        for (int i = 0; i < 5; i++) {
            snprintf(text + strlen(text), 64, ", %s: %s", SDS[i], i == given ? "0.1" : "0");
        }
        strcat(text, "}\n");
        trial t = load_text(text);
        expect_good(&t);
        const char *said = "text:6:7: warning: vote: every standard deviation of support is 0";
        cr_expect_eq(strstr(t.messages, said) != NULL, given < 0, "%s", t.messages);
        end(&t);
    }
}

Test(load, the_last_sector_there_is_room_for_is_taken_and_the_first_used_again)
{
    char text[4096] = SMALL;
    char *units = strstr(text, "[{id: A-1, members: 5}]");
    char rest[1024], *to = units + 1;
    strcpy(rest, units + strlen("[{id: A-1, members: 5}]"));
    for (int i = 0; i <= PB_MAX_SECTORS; i++) {
        to += sprintf(to, "{id: A-%d, members: 5, sector: s%d}, ", i, i % PB_MAX_SECTORS);
    }
    sprintf(to, "]%s", rest);
    trial t = load_text(text);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->coalition.n_sectors, PB_MAX_SECTORS);
    cr_expect_eq(t.loaded.scenario->coalition.unit[PB_MAX_SECTORS].sector, 0);
    end(&t);
}

/* The limit is on the units of all unions together. */
Test(load, units_are_counted_over_all_unions)
{
    for (int n = PB_MAX_UNITS; n <= PB_MAX_UNITS + 1; n++) {
        char text[32768] = SMALL;
        char *to = strstr(text, "[{id: A-1, members: 5}]}]"), rest[1024];
        strcpy(rest, to + strlen("[{id: A-1, members: 5}]}]"));
        to += sprintf(to, "[");
        for (int i = 0; i < n; i++) {
            to += sprintf(to, "%s{id: U-%d, members: 5}",
                          i == n / 2 ? "]}, {id: B, units: ["
                          : i > 0    ? ", "
                                     : "",
                          i);
        }
        sprintf(to, "]}]%s", rest);
        trial t = load_text(text);
        cr_expect_eq(t.status, n > PB_MAX_UNITS ? PB_DATA : PB_OK, "%d: %s", n, t.messages);
        cr_expect_eq(strstr(t.messages, "more than 400 units in all") != NULL, n > PB_MAX_UNITS);
        end(&t);
    }
}

Test(load, events_may_fall_on_one_day)
{
    trial t = load_base_with("rounds[first].vote_end=2011-05-27"); /* the day of the agreement */
    expect_good(&t);
    end(&t);
    t = load_base_with("rounds[second].vote_end=2011-06-26"); /* the day of the first vote */
    expect_good(&t);
    end(&t);
    t = load_base_with("dates.budget_adopted=2011-07-01"); /* the deadline */
    expect_good(&t);
    end(&t);
    t = load_base_with("dates.deadline=2013-06-30"); /* the last day */
    expect_good(&t);
    end(&t);
}

Test(load, a_vote_from_which_all_unions_abstain_gets_a_warning)
{
    const char *set = "unions[A].abstains=true";
    trial t = load_text(SMALL);
    expect_good(&t);
    cr_expect_null(strstr(t.messages, "abstains"), "%s", t.messages);
    end(&t);
    const pb_load_options options = {
        .path = "text", .text = SMALL, .overrides = &set, .n_overrides = 1};
    size_t size = 0;
    FILE *out = open_memstream(&t.messages, &size);
    t.status = pb_load_scenario_with(&options, out, &t.loaded);
    fclose(out);
    expect_good(&t);
    cr_expect_not_null(strstr(t.messages, "warning: unions: every union abstains"), "%s",
                       t.messages);
    end(&t);
}

Test(load, more_ballots_than_members_are_used_with_a_warning)
{
    trial t = load_base_with(COUNTED("{yes_ballots: 4801, no_ballots: 0, date: 2011-06-23}"));
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->coalition.unit[0].counted[0].yes_ballots, 4801);
    cr_expect_not_null(strstr(t.messages, "warning: unions[A].units[A-1].counted: 4801 ballots of "
                                          "4800 members"));
    end(&t);
}

Test(load, a_message_shows_the_line_and_marks_the_value)
{
    trial t = load_text(SMALL "run: {draw: 5}\n");
    expect_refused(&t, "text:6:7: run: unknown key, 'draw' (did you mean 'draws'?)\n"
                       "    6 | run: {draw: 5}\n"
                       "      |       ^~~~\n");
    end(&t);
}

/* ---- overrides ---- */

Test(load, a_path_needs_its_brackets_closed_and_its_keys_whole)
{
    static const char *const PATHS[] = {"unions[]=1",  "run..draws=1",     "run.=1",
                                        "run]draws=1", "unions[A]units=1", "unions[A]]=1"};
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        trial t = load_base_with(PATHS[i]);
        expect_refused(&t, "not a path (such as unions[AFSCME4].units[0].members=5000)");
        end(&t);
    }
}

Test(load, an_override_in_utf_16_is_refused)
{
    trial t = load_base_with("run.draws=\xFF\xFE\x35");
    expect_refused(&t, "UTF-16 text (save it as UTF-8)");
    end(&t);
}

Test(load, an_override_replaces_by_id_and_by_index)
{
    const char *sets[] = {"unions[B].units[B-2].members=46", "unions[0].units[1].members=121"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->coalition.unit[3].members, 46);
    cr_expect_eq(t.loaded.scenario->coalition.unit[1].members, 121);
    end(&t);
}

Test(load, an_override_adds_keys_and_blocks)
{
    const char *sets[] = {"vote.contract_sd=0.1", "rounds[second].shift.mean=1"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->vote.contract_sd, 0.1);
    cr_expect_eq(t.loaded.scenario->round[1].shift.mean, 1.0, "its block was made");
    cr_expect_eq(t.loaded.scenario->round[1].shift.sd, 0.4, "the rest is default");
    end(&t);
}

Test(load, an_overrides_value_is_yaml)
{
    const char *sets[] = {"budget.target=[1, 2]", "revenue.correlation[sales/refunds]=0.2",
                          "unions[A].title='x = [y]'"};
    trial t = load_file(BASE, sets, 3);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->budget.target_musd[1], 2.0);
    cr_expect_eq(t.loaded.scenario->revenue.correlation[1][2], 0.2);
    cr_expect_str_eq(t.loaded.scenario->coalition.unions[0].title, "x = [y]");
    end(&t);
}

Test(load, the_last_override_of_a_key_holds)
{
    const char *sets[] = {"run.draws=1", "run.draws=2"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    cr_expect_eq(t.loaded.scenario->run.draws, 2);
    end(&t);
}

Test(load, an_override_cannot_send_control_characters_to_the_terminal)
{
    trial t = load_base_with("run.\x1b[31mdraws=5");
    cr_expect_eq(t.status, PB_DATA);
    cr_expect_null(strchr(t.messages, '\x1b'), "%s", t.messages);
    end(&t);
}

/* ---- messages ---- */

Test(load, a_bad_value_that_others_inherit_is_named_once)
{
    trial t = load_base_with("vote.turnout=75");
    expect_refused(&t, "vote.turnout: out of range, '75' (above 0, at most 1; did you mean 0.75?)");
    cr_expect_eq(occurrences(t.messages, "out of range"), 1, "%s", t.messages);
    end(&t);
}

Test(load, all_errors_are_named_at_once)
{
    trial t = load_text(SMALL "run: {draws: 0, seed: -1}\nvote: {df: 1}\n");
    expect_refused(&t, "text:6:14: run.draws: out of range");
    expect_refused(&t, "text:6:23: run.seed: not a seed");
    expect_refused(&t, "text:7:12: vote.df: out of range");
    end(&t);
}

Test(load, a_message_shows_the_line_with_a_caret)
{
    trial t = load_text("run: {draws: abc}\n" SMALL);
    expect_refused(&t, "text:1:14: run.draws: not a whole number, 'abc' (digits only, below 2^63)\n"
                       "    1 | run: {draws: abc}\n"
                       "      |              ^~~\n");
    end(&t);
}

Test(load, a_caret_counts_characters_not_bytes)
{
    trial t = load_text("run: {note: \"\xC3\xA9t\xC3\xA9\", draws: x}\r\n" SMALL);
    expect_refused(&t, "text:1:27: run.draws");
    expect_refused(&t, "\n      |                           ^\n");
    end(&t);
}

Test(load, at_most_twenty_errors_are_printed)
{
    char text[2048] = SMALL "vote: {";
    for (int i = 0; i < 25; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "key%d: 1, ", i);
    }
    strcat(text, "}\n");
    trial t = load_text(text);
    expect_refused(&t, "... and 5 more errors\n");
    cr_expect_eq(occurrences(t.messages, "unknown key"), 20);
    end(&t);
}

Test(load, thresholds_that_decide_nothing_are_warned_of)
{
    trial t = load_base_with("rules.odd={all: [{unions_opposed: {at_most: 3}}, "
                             "{turnout: {more_than: 1}}]}");
    expect_good(&t);
    cr_expect_not_null(
        strstr(t.messages, "warning: rules.odd: the clause unions_opposed holds always"));
    cr_expect_not_null(strstr(t.messages, "warning: rules.odd: the clause turnout never holds"));
    end(&t);
}

Test(load, a_number_of_unions_that_only_abstainers_could_reach_is_warned_of)
{
    const char *sets[] = {"unions[C].abstains=true", "rules.odd={unions_approving: {at_least: 3}}"};
    trial t = load_file(BASE, sets, 2);
    expect_good(&t);
    cr_expect_not_null(strstr(t.messages, "rules.odd: the clause unions_approving never holds"));
    end(&t);
}

Test(load, a_vote_without_spread_is_warned_of)
{
    const char *sets[] = {"vote={sd_coalition: 0, sd_sector: 0, sd_union: 0, sd_late_swing: 0, "
                          "sd_unit: 0}"};
    trial t = load_file(BASE, sets, 1);
    expect_good(&t);
    cr_expect_not_null(strstr(t.messages, "every standard deviation of support is 0"));
    end(&t);
}

/* ---- the resolved scenario ---- */

static void expect_round_trip(const char *path)
{
    trial first = load_file(path, NULL, 0);
    expect_good(&first);
    trial second = load_text(first.loaded.yaml);
    expect_good(&second);
    cr_expect_eq(memcmp(first.loaded.scenario, second.loaded.scenario, sizeof(pb_scenario)), 0,
                 "%s: the same bytes", path);
    cr_expect_str_eq(first.loaded.yaml, second.loaded.yaml, "%s: the same text", path);
    cr_expect_eq(first.loaded.n_ignored, second.loaded.n_ignored);
    cr_expect_null(strstr(first.loaded.yaml, "extends"));
    end(&first);
    end(&second);
}

Test(load, the_resolved_scenario_loads_to_the_same_bytes)
{
    expect_round_trip(BASE);
    expect_round_trip(PLANB_SOURCE "/params/ct2011.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2011-06-24.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2011-08-17.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2011-03-02.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2011-05-04.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2011-05-11.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2011-06-28.yaml");
    expect_round_trip(PLANB_SOURCE "/params/ct2017-05-12.yaml");
    expect_round_trip(PLANB_SOURCE "/params/generic.yaml");
}

Test(load, the_resolved_scenario_holds_overrides_defaults_and_sources)
{
    trial t = load_base_with("run.seed=99");
    expect_good(&t);
    cr_expect_not_null(strstr(t.loaded.yaml, "seed: 99\n"));
    cr_expect_not_null(strstr(t.loaded.yaml, "days_to_agreement: {triangular: [3, 5, 21]}\n"));
    cr_expect_not_null(strstr(t.loaded.yaml, "source: roll\n"));
    end(&t);
}

Test(load, odd_characters_survive_the_round_trip)
{
    trial first = load_text(SMALL "run: {note: \"\\L\\P\\N\\uFEFF\\x01\\\"\\\\ \\u20ac\"}\n");
    expect_good(&first);
    trial second = load_text(first.loaded.yaml);
    expect_good(&second);
    cr_expect_str_eq(first.loaded.yaml, second.loaded.yaml);
    end(&first);
    end(&second);
}

Test(load, the_order_of_keys_in_a_file_does_not_matter)
{
    trial first = load_text(SMALL "run: {seed: 5, draws: 7}\nvote: {df: 6}\n");
    trial second = load_text("vote: {df: 6}\nrun: {draws: 7, seed: 5}\n" SMALL);
    expect_good(&first);
    expect_good(&second);
    cr_expect_str_eq(first.loaded.yaml, second.loaded.yaml);
    end(&first);
    end(&second);
}

Test(load, freeing_twice_is_legal)
{
    trial t = load_text(SMALL);
    pb_loaded_free(&t.loaded);
    pb_loaded_free(&t.loaded);
    free(t.messages);
}
