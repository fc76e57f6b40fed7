/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/date_text.h"

#include <stdio.h>

void pb_date_text(pb_date date, char *text)
{
    const pb_civil civil = pb_civil_of_date(date);
    snprintf(text, PB_DATE_TEXT_SIZE, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}
