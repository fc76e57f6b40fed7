/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_MODELS_QUANTITY_H
#define PLANB_MODELS_QUANTITY_H

#include <stddef.h>

/** Sizes of texts in a scenario, the final NUL included. */
enum { PB_ID_SIZE = 48, PB_TITLE_SIZE = 160 };

/** The two fiscal years of the biennium. */
enum { PB_YEARS = 2 };

/** How a quantity is given in a scenario: `21`, `{triangular: [21, 27, 40]}`, ... */
typedef enum pb_quantity_kind {
    PB_QUANTITY_FIXED,       /**< a */
    PB_QUANTITY_NORMAL,      /**< mean a, sd b */
    PB_QUANTITY_TRIANGULAR,  /**< from a over mode b to c */
    PB_QUANTITY_UNIFORM,     /**< from a to b */
    PB_QUANTITY_EXPONENTIAL, /**< mean a */
} pb_quantity_kind;

typedef struct pb_quantity {
    pb_quantity_kind kind;
    double a, b, c;
} pb_quantity;

/** Mean and standard deviation of something random by nature; its section names the family. */
typedef struct pb_mean_sd {
    double mean, sd;
} pb_mean_sd;

/** The mean, not cut off anywhere. */
double pb_quantity_mean(const pb_quantity *quantity);

/** The value to plan with: the number itself, the mode, or the mean where there is no mode. */
double pb_quantity_modal(const pb_quantity *quantity);

/** "normal, mean 0.75, sd 0.2", always terminated; returns `text`. */
const char *pb_quantity_text(const pb_quantity *quantity, char *text, size_t size);

/** Days since 1970-01-01; PB_NO_DATE where a scenario gives none. */
typedef int pb_date;
enum { PB_NO_DATE = -2147483647 };

#endif
