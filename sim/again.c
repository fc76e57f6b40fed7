/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/again.h"

#include "sim/sampler.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Where the run in the work directory of `path` began; -1: there is none. */
static int64_t began_at(const char *path)
{
    char place[PB_OUTPUT_PATH_SIZE];
    pb_manifest manifest;
    pb_error ignored = {0};
    snprintf(place, sizeof place, "%s.part/manifest", path);
    const bool there =
        access(place, F_OK) == 0 && pb_manifest_read(place, &manifest, &ignored) == PB_OK;
    const int64_t first = there ? manifest.first : -1;
    if (there) {
        pb_manifest_free(&manifest);
    }
    return first;
}

pb_status pb_draws_to_extend(const char *path, pb_options *options, int64_t *base, pb_error *err)
{
    pb_part part;
    pb_status status = pb_part_open(path, PB_BLOCK, &part, err);
    if (status == PB_OK && !part.is_result) {
        status = pb_fail(err, PB_DATA, "%s is a part of a run, which --more cannot extend", path);
    }
    const int64_t draws = part.of.draws, began = options->resume ? began_at(path) : -1;
    /* killed between the new file's getting its name and the work directory's going */
    const bool extended = began >= 0 && began < pb_run_whole(draws);
    pb_part_close(&part);
    *base = draws;
    snprintf(options->more_text, PB_OVERRIDE_SIZE, "run.draws=%" PRId64,
             extended ? draws : draws + options->more_draws);
    return status;
}

static pb_status remove_work(const char *path, pb_error *err)
{
    pb_output output;
    const pb_status status =
        pb_output_open(path, PB_OUTPUT_REPLACE | PB_OUTPUT_DISCARD, &output, err);
    if (status == PB_OK) {
        pb_output_close(&output);
    }
    return status;
}

static pb_status compare(const pb_part *part, const char *path, const pb_run *run, pb_error *err)
{
    const pb_part_of *there = &part->of, *here = &run->part;
    pb_status status = pb_identity_check(&part->identity, path, &run->identity, err);
    if (status == PB_OK && there->draws != here->draws) {
        status = pb_fail(err, PB_CANNOT_CREATE,
                         "%s is finished with %" PRId64 " draws, and %" PRId64
                         " are wanted; --more N extends it by N, --overwrite replaces it",
                         path, there->draws, here->draws);
    }
    if (status == PB_OK && (there->shard != here->shard || there->n_shards != here->n_shards)) {
        status = pb_fail(err, PB_CANNOT_CREATE, "%s is another part of the run", path);
    }
    return status;
}

pb_status pb_is_finished(const char *path, const pb_options *options, const pb_run *run,
                         int64_t base, bool *finished, pb_error *err)
{
    pb_part part;
    const bool extending = options->more_draws > 0;
    *finished = false;
    if (access(path, F_OK) != 0 || (extending && base != run->part.draws)
        || (!extending && options->overwrite)) {
        return PB_OK;
    }
    pb_status status = pb_part_open(path, PB_BLOCK, &part, err);
    status = status == PB_OK ? compare(&part, path, run, err) : status;
    pb_part_close(&part);
    status = status == PB_OK ? remove_work(path, err) : status;
    *finished = status == PB_OK;
    return status;
}

static void print_word(const char *word, FILE *out)
{
    static const char PLAIN[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-=,:@%";
    if (*word != '\0' && word[strspn(word, PLAIN)] == '\0') {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word != '\0'; word++) {
        fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, out);
    }
    fputc('\'', out);
}

void pb_print_command(int argc, char **argv, const char *more, FILE *out)
{
    for (int i = 0; i < argc; i++) {
        fputs(i > 0 ? " " : "", out);
        print_word(argv[i], out);
    }
    if (more != NULL) {
        fputc(' ', out);
        print_word(more, out);
    }
    fputc('\n', out);
}
