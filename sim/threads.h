/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANB_SIM_THREADS_H
#define PLANB_SIM_THREADS_H

/**
 * How many threads to use unless the user says: OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else
 * the processors this process may run on, but no more than its cgroup's quota. A value of a
 * variable that is no positive number is passed over with a warning on stderr.
 */
int pb_default_threads(void);

#endif
