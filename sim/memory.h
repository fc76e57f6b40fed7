/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_MEMORY_H
#define PLANB_SIM_MEMORY_H

#include "models/error.h"

#include <stdint.h>

/**
 * Memory that this process may still take [bytes]: the least of what the machine has available,
 * what its cgroup (version 2) leaves and what `ulimit -v` leaves. UINT64_MAX: nothing is known.
 */
uint64_t pb_memory_available(void);

/**
 * Whether `bytes` more would fit; Linux would promise them and end the process later.
 * Errors: PB_INTERNAL, which says what is needed and available, and `remedy`: what needs less.
 */
PB_MUST_CHECK pb_status pb_memory_check(uint64_t bytes, const char *remedy, pb_error *err);

#endif
