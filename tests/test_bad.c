/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every scenario in tests/bad must be refused, with the status and message that it states:
 *     # expect 65: FILE:LINE:COLUMN: path: what is wrong ...
 *     # counts: FILE.csv
 *     # set: PATH=VALUE
 * on its first lines, or in NAME.expect where the file cannot hold them. */
#include "params/load.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FOLDER PLANB_SOURCE "/tests/bad/"

/* The classes of bad input, by the first word of a case's name. Command lines, files, results and
 * the environment are in tests/bad/commands.txt. */
typedef enum bad_class {
    NOT_A_SCENARIO,
    YAML,
    NUMBERS,
    RANGES,
    STRUCTURE,
    RULES,
    SET,
    N_CLASSES
} bad_class;

static const char *const CLASSES[N_CLASSES] = {
    [NOT_A_SCENARIO] = "not a scenario",
    [YAML] = "YAML",
    [NUMBERS] = "numbers",
    [RANGES] = "ranges",
    [STRUCTURE] = "structure",
    [RULES] = "rules",
    [SET] = "--set",
};

static const struct {
    const char *word;
    bad_class of;
} WORDS[] = {
    {"not", NOT_A_SCENARIO},
    {"yaml", YAML},
    {"key", YAML},
    {"kind", YAML},
    {"text", YAML},
    {"number", NUMBERS},
    {"boolean", NUMBERS},
    {"date", NUMBERS},
    {"word", NUMBERS},
    {"quantity", NUMBERS},
    {"range", RANGES},
    {"structure", STRUCTURE},
    {"dates", STRUCTURE},
    {"id", STRUCTURE},
    {"extends", STRUCTURE},
    {"evidence", STRUCTURE},
    {"counts", STRUCTURE},
    {"revenue", STRUCTURE},
    {"talks", STRUCTURE},
    {"layoffs", RANGES},
    {"municipal", STRUCTURE},
    {"rescission", STRUCTURE},
    {"uncertain", STRUCTURE},
    {"rule", RULES},
    {"set", SET},
};

/* The class of a case, or N_CLASSES. */
static bad_class class_of(const char *name)
{
    const size_t length = strcspn(name, "_.");
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strlen(WORDS[i].word) == length && strncmp(WORDS[i].word, name, length) == 0) {
            return WORDS[i].of;
        }
    }
    return N_CLASSES;
}

enum { MAX_SETS = 4, MAX_TEXT = 1024 };

/* What a case's file says about itself. */
typedef struct expectation {
    int status;
    char message[MAX_TEXT];
    char counts[MAX_TEXT]; /* "": none */
    int n_sets;
    char set[MAX_SETS][MAX_TEXT];
} expectation;

static void read_expectation(const char *path, expectation *expected)
{
    char line[MAX_TEXT];
    int at = 0;
    FILE *file = fopen(path, "rb");
    memset(expected, 0, sizeof *expected);
    cr_assert_not_null(file, "%s", path);
    cr_assert_not_null(fgets(line, sizeof line, file), "%s", path);
    cr_assert_eq(sscanf(line, "# expect %d: %n", &expected->status, &at), 1, "%s: %s", path, line);
    line[strcspn(line, "\n")] = '\0';
    strcpy(expected->message, line + at);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "# counts: ", 10) == 0) {
            snprintf(expected->counts, sizeof expected->counts, FOLDER "%.200s", line + 10);
        } else if (strncmp(line, "# set: ", 7) == 0) {
            strcpy(expected->set[expected->n_sets++], line + 7);
        } else {
            break;
        }
    }
    fclose(file);
}

/* The first line of the messages, with the folder's name taken out wherever it stands. */
static void first_line(const char *messages, char *line, size_t size)
{
    snprintf(line, size, "%.*s", (int)strcspn(messages, "\n"), messages);
    for (char *at = strstr(line, FOLDER); at != NULL; at = strstr(line, FOLDER)) {
        memmove(at, at + strlen(FOLDER), strlen(at + strlen(FOLDER)) + 1);
    }
}

static void check_case(const char *path, const expectation *expected)
{
    const char *sets[MAX_SETS];
    char line[MAX_TEXT], *messages = NULL;
    size_t size = 0;
    pb_loaded loaded;
    FILE *out = open_memstream(&messages, &size);
    for (int i = 0; i < expected->n_sets; i++) {
        sets[i] = expected->set[i];
    }
    const pb_load_options options = {.path = path,
                                     .counts = expected->counts[0] ? expected->counts : NULL,
                                     .overrides = sets,
                                     .n_overrides = (size_t)expected->n_sets};
    const clock_t before = clock();
    const pb_status status = pb_load_scenario_with(&options, out, &loaded);
    fclose(out);
    cr_expect_lt((double)(clock() - before) / CLOCKS_PER_SEC, 5.0, "%s: 1 s without sanitizers",
                 path);
    first_line(messages, line, sizeof line);
    cr_expect_eq((int)status, expected->status, "%s: status %d", path, (int)status);
    cr_expect_eq(strncmp(line, expected->message, strlen(expected->message)), 0,
                 "%s:\n  says     %s\n  expected %s", path, line, expected->message);
    cr_expect_null(loaded.scenario, "%s: nothing is loaded", path);
    pb_loaded_free(&loaded);
    free(messages);
}

static bool is_case(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && strcmp(dot, ".yaml") == 0 && strcmp(name, "base.yaml") != 0;
}

static bool exists(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

Test(bad, each_scenario_is_refused_with_its_message)
{
    int n[N_CLASSES] = {0};
    DIR *folder = opendir(FOLDER);
    cr_assert_not_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[MAX_TEXT], beside[MAX_TEXT];
        expectation expected;
        if (!is_case(entry->d_name)) {
            continue;
        }
        snprintf(path, sizeof path, FOLDER "%s", entry->d_name);
        snprintf(beside, sizeof beside, "%.*s.expect", (int)(strlen(path) - 5), path);
        read_expectation(exists(beside) ? beside : path, &expected);
        check_case(path, &expected);
        const bad_class class = class_of(entry->d_name);
        cr_assert_neq(class, N_CLASSES, "%s: name its class in WORDS", entry->d_name);
        n[class]++;
    }
    closedir(folder);
    for (int class = 0; class < N_CLASSES; class ++) {
        cr_expect_geq(n[class], 8, "%s: only %d cases", CLASSES[class], n[class]);
    }
}
