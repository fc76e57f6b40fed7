/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "params/terms.h"

static int64_t all_members(const pb_coalition *coalition)
{
    int64_t members = 0;
    for (int u = 0; u < coalition->n_units; u++) {
        members += coalition->unit[u].members;
    }
    return members;
}

double pb_cost_per_member(const pb_scenario *scenario)
{
    const double thousand_in_a_million = 1000.0;
    double booked_musd = 0.0;
    for (int j = 0; j < scenario->savings.n_savings; j++) {
        for (int y = 0; y < PB_YEARS; y++) {
            booked_musd += scenario->savings.saving[j].amount_musd[y];
        }
    }
    return booked_musd * thousand_in_a_million
           / (PB_YEARS * (double)all_members(&scenario->coalition));
}

void pb_fill_terms(const pb_node *root, pb_scenario *scenario)
{
    const double cost = pb_cost_per_member(scenario);
    const double notices_per_member =
        (double)scenario->layoffs.notices / (double)all_members(&scenario->coalition);
    const pb_node *unions = pb_node_find(root, "unions");
    pb_unit *unit = scenario->coalition.unit; /* in the order of the file */
    for (unsigned k = 0; k < unions->n; k++) {
        const pb_node *units = pb_node_find(unions->item[k], "units");
        for (unsigned i = 0; i < units->n; i++, unit++) {
            if (pb_node_find(units->item[i], "cost_per_member") == NULL) {
                unit->cost_per_member = cost;
            }
            if (pb_node_find(units->item[i], "notices") == NULL) {
                unit->notices = notices_per_member * (double)unit->members;
            }
        }
    }
}
