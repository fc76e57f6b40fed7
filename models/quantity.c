/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/quantity.h"

#include <stdio.h>

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

const char *pb_quantity_text(const pb_quantity *quantity, char *text, size_t size)
{
    const double a = quantity->a, b = quantity->b, c = quantity->c;
    switch (quantity->kind) {
        case PB_QUANTITY_NORMAL:
            (void)snprintf(text, size, "normal, mean %g, sd %g", a, b);
            break;
        case PB_QUANTITY_TRIANGULAR:
            (void)snprintf(text, size, "triangular, %g to %g, mode %g", a, c, b);
            break;
        case PB_QUANTITY_UNIFORM:
            (void)snprintf(text, size, "uniform, %g to %g", a, b);
            break;
        case PB_QUANTITY_EXPONENTIAL:
            (void)snprintf(text, size, "exponential, mean %g", a);
            break;
        case PB_QUANTITY_FIXED:
            (void)snprintf(text, size, "%g", a);
            break;
    }
    return text;
}
