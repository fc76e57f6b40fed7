/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/fields.h"
#include "params/number.h"
#include "params/reader.h"

#define IN_OPTION(member) offsetof(pb_option, member)
#define IN_SELECTION(member) offsetof(pb_plan_b_params, member)
#define IN_LAYOFFS(member) offsetof(pb_layoff_params, member)

#define MUSD "million USD"
#define USD "USD"

static const char *const OWNER[] = {
    [PB_OWNER_EXECUTIVE] = "executive",
    [PB_OWNER_LEGISLATURE] = "legislature",
    [PB_OWNER_BOTH] = "both",
};
static const char *const NEEDS[] = {
    [PB_NEEDS_LARGER] = "larger",
    [PB_NEEDS_TARGET] = "target",
    [PB_NEEDS_SHORTFALL] = "shortfall",
};
#define CLASS_WORDS                                                                  \
    {                                                                                \
        &PB_OPTION_CLASSES[0].name, sizeof PB_OPTION_CLASSES[0], PB_N_OPTION_CLASSES \
    }

/* The class of the option at `map`, or NULL where it is missing or unknown. */
static const pb_option_class *class_of(const pb_node *map)
{
    const pb_words words = CLASS_WORDS;
    const pb_node *name = pb_node_find(map, "class");
    const int i =
        name != NULL && name->kind == PB_NODE_SCALAR ? pb_word_find(&words, name->text) : -1;
    return i < 0 ? NULL : &PB_OPTION_CLASSES[i];
}

static const char *p_pass_of_class(const pb_reader *reader, const pb_node *map, char *text,
                                   size_t size)
{
    const pb_option_class *option_class = class_of(map);
    (void)reader;
    if (option_class == NULL) {
        return NULL;
    }
    return pb_format_real(option_class->p_pass, text, size);
}

static const char *realised_of_class(const pb_reader *reader, const pb_node *map, char *text,
                                     size_t size)
{
    const pb_option_class *option_class = class_of(map);
    (void)reader;
    if (option_class == NULL) {
        return NULL;
    }
    char mean[32], sd[32];
    pb_format_real(option_class->realised.mean, mean, sizeof mean);
    pb_format_real(option_class->realised.sd, sd, sizeof sd);
    snprintf(text, size, "{mean: %s, sd: %s}", mean, sd);
    return text;
}

static const char *replace_if_layoffs(const pb_reader *reader, const pb_node *map, char *text,
                                      size_t size)
{
    (void)map;
    (void)text;
    (void)size;
    return pb_node_find(reader->root, "layoffs") != NULL ? "true" : "false";
}

// clang-format off
static const pb_field OPTION[] = {
    {"id", PB_FIELD_ID, IN_OPTION(id), NULL, 0, 0, NULL, .meaning = "name of the option"},
    {"title", PB_FIELD_TEXT, IN_OPTION(title), NULL, 0, 0, NULL, .same_as = ".id",
     .meaning = "one line for the reader"},
    {"class", PB_FIELD_WORD, IN_OPTION(option_class), NULL, 0, 0, NULL, .words = CLASS_WORDS,
     .meaning = "what kind of measure it is; gives the defaults of `p_pass` and `realised`"},
    {"amount", PB_FIELD_YEARS, IN_OPTION(amount_musd), MUSD, -1e7, 1e7, NULL,
     .meaning = "booked amount, all funds where `fund_share` is below 1"},
    {"fund_share", PB_FIELD_YEARS, IN_OPTION(fund_share), "1", 0, 1, "[1, 1]", .above_lowest = true,
     .meaning = "the fund's part of the amount"},
    {"p_pass", PB_FIELD_REAL, IN_OPTION(p_pass), "1", 0, 1, "by class", .derive = p_pass_of_class,
     .meaning = "probability that it passes if it is tried"},
    {"realised", PB_FIELD_MAP, IN_OPTION(realised), NULL, 0, 0, "by class", .map = &PB_REALISED_MAP, .derive = realised_of_class,
     .meaning = "share of the amount that is realised"},
    {"earliest", PB_FIELD_DATE, IN_OPTION(earliest), NULL, 0, 0, PB_ABSENT,
     .meaning = "in force from this day at the earliest; absent: at once"},
    {"needs", PB_FIELD_IDS, IN_OPTION(needs), NULL, 0, 0, "[]",
     .meaning = "options that must have passed before"},
    {"excludes", PB_FIELD_IDS, IN_OPTION(excludes), NULL, 0, 0, "[]",
     .meaning = "options that do not go with it, whichever of the two comes first"},
    {"priority", PB_FIELD_WHOLE, IN_OPTION(priority), "1", 0, 1e6, "1",
     .meaning = "lower is taken first; equal ones as listed"},
    {"owner", PB_FIELD_WORD, IN_OPTION(owner), NULL, 0, 0, "legislature", .words = {OWNER, sizeof OWNER[0], 3},
     .meaning = "who decides"},
};

static const pb_field SELECTION[] = {
    {"needs", PB_FIELD_WORD, IN_SELECTION(needs), NULL, 0, 0, "larger", .words = {NEEDS, sizeof NEEDS[0], 3},
     .meaning = "what the menu has to cover: the target, the official shortfall, or the larger of the two"},
    {"overshoot", PB_FIELD_REAL, IN_SELECTION(overshoot), "1", 0, 10, "1.0",
     .meaning = "stop when booked savings reach this multiple of what is needed"},
    {"correlation", PB_FIELD_REAL, IN_SELECTION(correlation), "1", 0, 1, "0.40",
     .meaning = "Gaussian copula correlation of the legislature's decisions"},
    {"replace_with_layoffs", PB_FIELD_BOOLEAN, IN_SELECTION(replace_with_layoffs), NULL, 0, 0,
     "`true` with `layoffs`, else `false`", .derive = replace_if_layoffs,
     .meaning = "what the menu does not cover becomes more layoff notices"},
    {"notices_cap", PB_FIELD_WHOLE, IN_SELECTION(notices_cap), "notice", 0, 1e7, "7500",
     .meaning = "notices in all never exceed this"},
};

static const pb_field BATCH[] = {
    {"share", PB_FIELD_REAL, 0, "1", 0, 1, NULL,
     .never_uncertain = "the batches' shares sum to 1",
     .meaning = "share of the notices; the shares sum to 1"},
    {"after_days", PB_FIELD_REAL, sizeof(double), "day", 0, 730, NULL,
     .meaning = "days after the first notices"},
};
static const pb_map BATCH_MAP = PB_MAP_OF(BATCH, sizeof ((pb_layoff_params *)0)->batch[0]);
_Static_assert(sizeof ((pb_layoff_params *)0)->batch[0] == 2 * sizeof(double),
               "a batch is its share and its days");

static const pb_field LAYOFFS[] = {
    {"notices", PB_FIELD_WHOLE, IN_LAYOFFS(notices), "notice", 0, 1e7, NULL,
     .meaning = "layoff notices planned if there is no deal"},
    {"decided", PB_FIELD_DATE, IN_LAYOFFS(decided), NULL, 0, 0, PB_ABSENT,
     .meaning = "day of the decision, also while talks or votes go on; absent: the day after the deal fails"},
    {"lead_days", PB_FIELD_REAL, IN_LAYOFFS(lead_days), "day", 0, 730, "14",
     .meaning = "from the decision to the first notices"},
    {"notice_weeks", PB_FIELD_QUANTITY, IN_LAYOFFS(notice_weeks), "week", 0, 104, "{triangular: [2, 6, 8]}",
     .meaning = "from a notice to the separation"},
    {"bumping_delay_weeks", PB_FIELD_QUANTITY, IN_LAYOFFS(bumping_delay_weeks), "week", 0, 104, "{exponential: 2}",
     .meaning = "further delay while seniority is sorted out"},
    {"batches", PB_FIELD_LIST, IN_LAYOFFS(batch), NULL, 1, PB_MAX_BATCHES, "[{share: 1.0, after_days: 0}]",
     .map = &BATCH_MAP, .count = IN_LAYOFFS(n_batches), .meaning = "the notices in portions"},
    {"rescinded_share", PB_FIELD_REAL, IN_LAYOFFS(rescinded_share), "1", 0, 1, "0.05",
     .meaning = "notices withdrawn for other reasons"},
    {"voluntary_share", PB_FIELD_REAL, IN_LAYOFFS(voluntary_share), "1", 0, 1, "0.15",
     .meaning = "positions vacated by retirement or resignation: no unemployment benefits"},
    {"withdrawn_by_deal", PB_FIELD_REAL, IN_LAYOFFS(withdrawn_by_deal), "1", 0, 1, "0.98",
     .meaning = "share of notices not yet effective that a deal withdraws"},
    {"rehired_by_deal", PB_FIELD_REAL, IN_LAYOFFS(rehired_by_deal), "1", 0, 1, "0.90",
     .meaning = "share of the separated that a deal brings back"},
    {"gross_per_position", PB_FIELD_REAL, IN_LAYOFFS(gross_per_position_usd), USD, 0, 1e7, "95500",
     .meaning = "pay and fringe benefits of a position in a year"},
    {"bumping", PB_FIELD_REAL, IN_LAYOFFS(bumping), "1", 0, 1, "0.88",
     .meaning = "share of the gross that is saved: juniors are displaced"},
    {"payout", PB_FIELD_REAL, IN_LAYOFFS(payout_usd), USD, 0, 1e7, "4500",
     .meaning = "accrued leave paid out per position"},
    {"unemployment", PB_FIELD_REAL, IN_LAYOFFS(unemployment_usd), USD, 0, 1e7, "7500",
     .meaning = "unemployment benefits per person laid off"},
    {"income_tax_loss", PB_FIELD_REAL, IN_LAYOFFS(income_tax_loss), "1", 0, 1, "0.0",
     .meaning = "income tax lost, as a share of the pay saved; pay is taken to be two thirds of the gross"},
};
// clang-format on

const pb_map PB_OPTION_MAP = PB_MAP_OF(OPTION, sizeof(pb_option));
const pb_map PB_SELECTION_MAP = PB_MAP_OF(SELECTION, sizeof(pb_plan_b_params));
const pb_map PB_LAYOFFS_MAP = PB_MAP_OF(LAYOFFS, sizeof(pb_layoff_params));
