/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/kernels.h"
#include "params/text.h"
#include "results/h5.h"
#include "sim/commands.h"
#include "sim/version.h"

#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct command {
    const char *name, *operand, *purpose;
    pb_status (*run)(int argc, char **argv, pb_error *err);
} command;

static const command COMMANDS[] = {
#define X(name, operand, purpose) {#name, operand, purpose, pb_cmd_##name},
    PB_COMMANDS(X)
#undef X
};
enum { N_COMMANDS = sizeof COMMANDS / sizeof COMMANDS[0] };

static void print_help(FILE *out)
{
    fputs("planb forecasts whether a labor deal is ratified and what follows for the budget.\n\n"
          "usage: planb COMMAND ... ; planb COMMAND --help for its options\n\n",
          out);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        char left[48];
        snprintf(left, sizeof left, "%s %s", COMMANDS[i].name, COMMANDS[i].operand);
        fprintf(out, "  %-32s %s\n", left, COMMANDS[i].purpose);
    }
}

static void print_version(void)
{
    const pb_kernels *kernels = pb_kernels_get();
    printf("planb %s (%s), kernels %s\n", PLANB_VERSION, PLANB_GIT_REVISION,
           kernels != NULL ? kernels->isa : "not available: see PLANB_ISA");
}

static pb_status unknown_command(const char *given, pb_error *err)
{
    const pb_words words = {&COMMANDS[0].name, sizeof COMMANDS[0], N_COMMANDS};
    char hint[256];
    return pb_fail(err, PB_USAGE, "unknown command '%s': %s", pb_show(given).text,
                   pb_words_hint(&words, given, hint, sizeof hint));
}

static pb_status dispatch(int argc, char **argv, pb_error *err)
{
    if (argc < 2) {
        print_help(stderr);
        return pb_fail(err, PB_USAGE, "which command?");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return PB_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        print_version();
        return PB_OK;
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) {
            return COMMANDS[i].run(argc - 1, argv + 1, err);
        }
    }
    return unknown_command(argv[1], err);
}

/* A standard stream that the caller has closed: a file opened later would get its number, and
 * messages would go into it. Opened for reading, so that writing to it still fails. */
static void occupy_closed_streams(void)
{
    int file;
    do {
        file = open("/dev/null", O_RDONLY);
    } while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0) {
        (void)close(file);
    }
}

int main(int argc, char **argv)
{
    pb_error err = {0};
    occupy_closed_streams();
    pb_h5_init();
    gsl_set_error_handler_off();
    pb_status status = dispatch(argc, argv, &err);
    if (status == PB_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        status = pb_fail(&err, PB_IO, "cannot write to the standard output");
    }
    if (status != PB_OK && err.text[0] != '\0') {
        fprintf(stderr, "planb: error: %s\n", err.text);
    }
    return (int)status;
}
