/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the options of the Plan B menu refer to each other. */
#include "params/check.h"

static void option_message(const pb_check *check, pb_severity severity, const pb_option *option,
                           const char *key, const char *why)
{
    char path[96];
    snprintf(path, sizeof path, "plan_b[%s].%s", option->id, key);
    pb_check_message(check, severity, path, "%s", why);
}

static void refers_to_others(const pb_check *check, const pb_option *option, uint64_t self)
{
    if (option->needs & self) {
        option_message(check, PB_SEVERITY_ERROR, option, "needs", "an option needs itself");
    }
    if (option->excludes & self) {
        option_message(check, PB_SEVERITY_ERROR, option, "excludes", "an option excludes itself");
    }
    if (option->needs & option->excludes) {
        option_message(check, PB_SEVERITY_ERROR, option, "excludes",
                       "an option both needs and excludes another");
    }
}

/* Whether option `a` is visited before option `b`: by priority, ties as listed. */
static bool visited_before(const pb_plan_b_params *plan_b, int a, int b)
{
    const int64_t first = plan_b->option[a].priority, second = plan_b->option[b].priority;
    return first < second || (first == second && a < b);
}

static void needed_options_come_first(const pb_check *check, int o)
{
    const pb_plan_b_params *plan_b = &check->scenario->plan_b;
    for (int other = 0; other < plan_b->n_options; other++) {
        const bool needed = plan_b->option[o].needs >> other & 1;
        if (needed && other != o && !visited_before(plan_b, other, o)) {
            option_message(check, PB_SEVERITY_WARNING, &plan_b->option[o], "needs",
                           "an option needed is tried later: this one never passes");
        }
    }
}

void pb_check_options(const pb_check *check)
{
    const pb_plan_b_params *plan_b = &check->scenario->plan_b;
    for (int o = 0; o < plan_b->n_options; o++) {
        refers_to_others(check, &plan_b->option[o], UINT64_C(1) << o);
        needed_options_come_first(check, o);
    }
}
