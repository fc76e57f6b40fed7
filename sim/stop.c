/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/stop.h"

#include "sim/sampler.h"

#include <signal.h>
#include <unistd.h>

static void on_signal(int number)
{
    static volatile sig_atomic_t seen;
    const int insists = number == SIGINT || number == SIGTERM; /* SIGXCPU comes every second */
    if (seen && insists) {
        _exit(128 + number);
    }
    seen = seen || insists;
    pb_sample_stop();
}

void pb_catch_signals(void)
{
    static const int NUMBERS[] = {SIGINT, SIGTERM, SIGUSR1, SIGXCPU};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        (void)sigaction(NUMBERS[i], &action, NULL);
    }
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGXFSZ, &action, NULL);
}
