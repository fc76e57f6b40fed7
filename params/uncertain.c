/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers that a scenario gives as distributions: its uncertain parameters. */
#include "params/reader.h"

#include <math.h>
#include <string.h>

/* The distribution's name if the node is a map with that one key, else NULL. */
static const char *distribution_of(const pb_node *node)
{
    const pb_words words = pb_quantity_words();
    const char *found = NULL;
    for (unsigned i = 0; node->kind == PB_NODE_MAP && i < node->n; i++) {
        const char *key = node->key[i]->text;
        if (pb_is_annotation(key)) {
            continue;
        }
        if (found != NULL || pb_word_find(&words, key) < 0) {
            return NULL;
        }
        found = key;
    }
    return found;
}

bool pb_holds_distribution(const pb_node *node)
{
    for (unsigned i = 0; node->kind == PB_NODE_LIST && i < node->n; i++) {
        if (distribution_of(node->item[i]) != NULL) {
            return true;
        }
    }
    return distribution_of(node) != NULL;
}

bool pb_read_refuses_distribution(pb_reader *reader, pb_node *node, const char *needed)
{
    const char *name = distribution_of(node);
    if (name != NULL) {
        pb_read_error(reader, node, "takes no distribution, '%s' (%s is needed)", name, needed);
    }
    return name != NULL;
}

static int find_parameter(const pb_reader *reader, const pb_node *node)
{
    for (int i = 0; i < reader->scenario->parameters.n; i++) {
        if (reader->parameter_node[i] == node) {
            return i;
        }
    }
    return -1;
}

/* Appends a parameter named by the path at work; -1 after an error. */
static int add_parameter(pb_reader *reader, const pb_field *field, pb_node *node)
{
    pb_parameters *parameters = &reader->scenario->parameters;
    pb_parameter *parameter = &parameters->item[parameters->n];
    pb_quantity quantity;
    if (parameters->n == PB_MAX_PARAMETERS) {
        pb_read_error(reader, node, "more than %d uncertain parameters", PB_MAX_PARAMETERS);
        return -1;
    }
    if (strlen(reader->path) >= sizeof parameter->name) {
        pb_read_error(reader, node, "an uncertain parameter's path is too long (at most %d bytes)",
                      PB_PARAMETER_NAME_SIZE - 1);
        return -1;
    }
    if (!pb_read_distribution(reader, field, node, &quantity)) {
        return -1;
    }
    *parameter = (pb_parameter){.quantity = quantity,
                                .lowest = field->above_lowest ? nextafter(field->lowest, INFINITY)
                                                              : field->lowest,
                                .highest = field->highest};
    strcpy(parameter->name, reader->path);
    reader->parameter_node[parameters->n] = node;
    return parameters->n++;
}

static bool add_use(pb_reader *reader, pb_node *node, int parameter, const double *target)
{
    pb_parameters *parameters = &reader->scenario->parameters;
    if (parameters->n_uses == PB_MAX_PARAMETER_USES) {
        pb_read_error(reader, node, "uncertain parameters stand in more than %d places",
                      PB_MAX_PARAMETER_USES);
        return false;
    }
    parameters->use[parameters->n_uses++] = (pb_parameter_use){
        .offset = (size_t)((const char *)target - (const char *)reader->scenario),
        .parameter = parameter};
    return true;
}

bool pb_read_number(pb_reader *reader, const pb_field *field, pb_node *node, double *target)
{
    if (node->kind != PB_NODE_MAP) {
        return pb_read_real(reader, field, node, target);
    }
    if (!pb_field_may_be_uncertain(field)) {
        const char *name = distribution_of(node);
        if (name != NULL && field->never_uncertain != NULL) {
            pb_read_error(reader, node, "takes no distribution, '%s' (%s)", name,
                          field->never_uncertain);
            return false;
        }
        return pb_read_real(reader, field, node, target);
    }
    int parameter = find_parameter(reader, node);
    if (parameter < 0) {
        parameter = add_parameter(reader, field, node);
    }
    if (parameter < 0 || !add_use(reader, node, parameter, target)) {
        return false;
    }
    *target = pb_quantity_mean(&reader->scenario->parameters.item[parameter].quantity);
    return true;
}
