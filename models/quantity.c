/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/quantity.h"

double pb_quantity_mean(const pb_quantity *quantity)
{
    switch (quantity->kind) {
        case PB_QUANTITY_TRIANGULAR:
            return (quantity->a + quantity->b + quantity->c) / 3.0;
        case PB_QUANTITY_UNIFORM:
            return 0.5 * (quantity->a + quantity->b);
        case PB_QUANTITY_FIXED:
        case PB_QUANTITY_NORMAL:
        case PB_QUANTITY_EXPONENTIAL:
            break;
    }
    return quantity->a;
}

double pb_quantity_modal(const pb_quantity *quantity)
{
    switch (quantity->kind) {
        case PB_QUANTITY_TRIANGULAR:
            return quantity->b;
        case PB_QUANTITY_UNIFORM:
            return 0.5 * (quantity->a + quantity->b);
        case PB_QUANTITY_FIXED:
        case PB_QUANTITY_NORMAL:
        case PB_QUANTITY_EXPONENTIAL:
            break;
    }
    return quantity->a;
}
