/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_RESULTS_DATE_TEXT_H
#define PLANB_RESULTS_DATE_TEXT_H

#include "models/calendar.h"

enum { PB_DATE_TEXT_SIZE = 16 };

/** A date as in a scenario, "2011-06-24"; `text` has PB_DATE_TEXT_SIZE. */
void pb_date_text(pb_date date, char *text);

#endif
