/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_STOP_H
#define PLANB_SIM_STOP_H

/**
 * From here on SIGTERM, SIGINT, SIGUSR1 and SIGXCPU stop a run in good order (pb_sample_stop); a
 * second SIGTERM or SIGINT ends the process at once. A limit on the size of files shows as an
 * error of the write that meets it.
 */
void pb_catch_signals(void);

#endif
