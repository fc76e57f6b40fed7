/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/measure.h"

#include <string.h>

bool pb_measure_is_flag(const pb_measure *measure)
{
    return measure->test != PB_TEST_NONE && measure->test != PB_TEST_COMPLEMENT;
}

/* The column's values at one item of its axes. */
static const void *values_at(const pb_measure *measure, const pb_outcomes *out, size_t item)
{
    const pb_column *column = &PB_COLUMNS[measure->column];
    return (const char *)pb_column_values(out, column) + item * PB_LANES * column->width;
}

/* 1 where the deal branch happens. */
static void set_deal(const pb_outcomes *out, uint8_t *deal)
{
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        const uint8_t outcome = out->outcome[lane];
        deal[lane] = (outcome == PB_DEAL_ROUND_1) | (outcome == PB_DEAL_ROUND_2);
    }
}

/* ---- numbers ---- */

static void convert(pb_kind kind, const void *values, double *x)
{
    switch (kind) {
#define CONVERT(KIND, type)                           \
    case KIND:                                        \
        for (size_t i = 0; i < PB_LANES; i++) {       \
            x[i] = (double)((const type *)values)[i]; \
        }                                             \
        break;
        CONVERT(PB_U8, uint8_t)
        CONVERT(PB_I32, int32_t)
        CONVERT(PB_F32, float)
        CONVERT(PB_F64, double)
#undef CONVERT
    }
}

static const double *read_item(const pb_measure *measure, const pb_outcomes *out, size_t item,
                               double *room)
{
    const pb_kind kind = PB_COLUMNS[measure->column].kind;
    const void *values = values_at(measure, out, item);
    if (kind == PB_F64 && !measure->with_reserve_use) {
        return values;
    }
    convert(kind, values, room);
    for (size_t lane = 0; lane < PB_LANES && measure->with_reserve_use; lane++) {
        room[lane] += out->reserve_use[item * PB_LANES + lane];
    }
    return room;
}

/* The value before its test. */
static const double *read(const pb_measure *measure, const pb_outcomes *out, double *room)
{
    double with_room[PB_LANES], without_room[PB_LANES];
    uint8_t deal[PB_LANES];
    if (!measure->realised) {
        return read_item(measure, out, measure->item, room);
    }
    const double *with = read_item(measure, out, measure->item, with_room);
    const double *without = read_item(measure, out, measure->item + measure->stride, without_room);
    set_deal(out, deal);
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        room[lane] = deal[lane] ? with[lane] : without[lane];
    }
    return room;
}

const double *pb_measure_numbers(const pb_measure *measure, const pb_outcomes *out, double *room)
{
    if (pb_measure_is_flag(measure)) {
        uint8_t flag[PB_LANES];
        pb_measure_flags(measure, out, flag);
        convert(PB_U8, flag, room);
        return room;
    }
    const double *x = read(measure, out, room);
    if (measure->test == PB_TEST_NONE) {
        return x;
    }
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        room[lane] = 1.0 - x[lane];
    }
    return room;
}

/* ---- flags ---- */

/* Which of the values, small whole numbers, are among those whose bits are set in `wanted`. */
static void find(const uint8_t *value, uint32_t wanted, uint8_t *flag)
{
    memset(flag, 0, PB_LANES);
    for (unsigned code = 0; code < 32; code++) {
        for (size_t lane = 0; lane < PB_LANES && (wanted >> code & 1); lane++) {
            flag[lane] |= value[lane] == code;
        }
    }
}

static void test_code(const pb_measure *measure, const uint8_t *value, uint8_t *flag)
{
    if (measure->test == PB_TEST_ONE_OF) {
        find(value, measure->values, flag);
        return;
    }
    const uint8_t wanted = (uint8_t)measure->values;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        flag[lane] = value[lane] == wanted;
    }
}

static void flags_of_code(const pb_measure *measure, const pb_outcomes *out, uint8_t *flag)
{
    uint8_t deal[PB_LANES], without[PB_LANES];
    test_code(measure, values_at(measure, out, measure->item), flag);
    if (measure->realised) {
        set_deal(out, deal);
        test_code(measure, values_at(measure, out, measure->item + measure->stride), without);
        for (size_t lane = 0; lane < PB_LANES; lane++) {
            flag[lane] = deal[lane] ? flag[lane] : without[lane];
        }
    }
}

static void flags_of_sign(const pb_measure *measure, const pb_outcomes *out, uint8_t *flag)
{
    double room[PB_LANES];
    const double *x = read(measure, out, room);
    const double sign = measure->test == PB_TEST_NOT_NEGATIVE ? 1.0 : -1.0;
    for (size_t lane = 0; lane < PB_LANES; lane++) {
        flag[lane] = sign * x[lane] >= 0.0;
    }
}

void pb_measure_flags(const pb_measure *measure, const pb_outcomes *out, uint8_t *flag)
{
    const bool of_sign =
        measure->test == PB_TEST_NOT_POSITIVE || measure->test == PB_TEST_NOT_NEGATIVE;
    (of_sign ? flags_of_sign : flags_of_code)(measure, out, flag);
}
