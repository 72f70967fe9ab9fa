/* Reading a schema, and a payload against it. */
#include "rpa/queue/payload.h"
#include "rpa/ipc/cbor.h"
#include "rules.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH = 32 };

struct rpa_payload_schema {
    json_t *root;
};

static int check_schema(const json_t *schema, int depth, struct rpa_err *err);

static bool is_type_name(const json_t *name)
{
    static const char *const names[] = { "object", "array", "string",
                                         "integer", "number", "boolean",
                                         "null" };
    for (size_t i = 0; json_is_string(name) && i < 7; i++)
        if (!strcmp(json_string_value(name), names[i]))
            return true;
    return false;
}

static bool is_text(const json_t *value)
{
    return json_is_string(value);
}

static bool all_of(const json_t *list, bool (*good)(const json_t *element))
{
    bool all = json_is_array(list);
    for (size_t i = 0; all && i < json_array_size(list); i++)
        all = good(json_array_get(list, i));
    return all;
}

static int check_parts(const json_t *rule, enum shape shape, int depth,
                       struct rpa_err *err)
{
    const char *key;
    json_t *part;
    int r = 0;
    if (json_is_array(rule)) {
        for (size_t i = 0; r == 0 && i < json_array_size(rule); i++)
            r = check_schema(json_array_get(rule, i), depth + 1, err);
        return r;
    }
    if (shape == SCHEMA || shape == ITEMS)
        return check_schema(rule, depth + 1, err);
    json_object_foreach((json_t *)rule, key, part) {
        if (r == 0 && shape == PATTERNS && !pattern_ok(key))
            r = rpa_fail(err, RPA_EINVAL, "the schema has a bad pattern: %s",
                         key);
        if (r == 0)
            r = check_schema(part, depth + 1, err);
    }
    return r;
}

static bool shaped(const json_t *rule, enum shape shape)
{
    switch (shape) {
    case ANY:
        return true;
    case TYPES:
        return is_type_name(rule) || all_of(rule, is_type_name);
    case NUMBER:
        return json_is_number(rule);
    case POSITIVE:
        return json_number_value(rule) > 0;
    case PATTERN:
        return json_is_string(rule) && pattern_ok(json_string_value(rule));
    case LIST:
        return json_is_array(rule);
    case STRINGS:
        return all_of(rule, is_text);
    case BOOL:
        return json_is_boolean(rule);
    case SCHEMA:
        return json_is_object(rule) || json_is_boolean(rule);
    case SCHEMAS:
        return json_array_size(rule) > 0;
    case MEMBERS:
    case PATTERNS:
        return json_is_object(rule);
    case ITEMS:
        return json_is_object(rule) || json_is_boolean(rule) ||
               json_is_array(rule);
    }
    return false;
}

static int check_rule(const char *name, const json_t *rule, int depth,
                      struct rpa_err *err)
{
    const struct keyword *k = rule_keywords;
    while (k->name && strcmp(k->name, name) != 0)
        k++;
    if (k->name && !shaped(rule, k->shape))
        return rpa_fail(err, RPA_EINVAL,
                        "the schema's '%s' is not what it must be", name);
    if (k->name)
        return k->shape >= SCHEMA ? check_parts(rule, k->shape, depth, err) : 0;
    rpa_fail(err, RPA_EINVAL, "the schema's '%.60s' is not understood here",
             name);
    return rpa_err_hint(err, "leave it out, or say it with pattern, enum or "
                             "required: nothing is left unchecked");
}

static int check_schema(const json_t *schema, int depth, struct rpa_err *err)
{
    const char *name;
    json_t *rule;
    if (json_is_boolean(schema))
        return 0;
    if (!json_is_object(schema) || depth > DEPTH)
        return rpa_fail(err, RPA_EINVAL,
                        depth > DEPTH ? "the schema is nested too deep"
                                      : "a schema is an object");
    int r = 0;
    json_object_foreach((json_t *)schema, name, rule) {
        if (r == 0)
            r = check_rule(name, rule, depth, err);
    }
    return r;
}

int rpa_payload_schema_new(const char *text,
                           struct rpa_payload_schema **ret_schema,
                           struct rpa_err *err)
{
    json_error_t where;
    struct rpa_payload_schema *schema = calloc(1, sizeof *schema);
    if (!schema)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a schema");
    schema->root = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                              &where);
    int r = schema->root ? check_schema(schema->root, 0, err)
                         : rpa_fail(err, RPA_EINVAL,
                                    "the schema is not JSON: line %d: %.120s",
                                    where.line, where.text);
    if (r == 0)
        *ret_schema = schema;
    else
        rpa_payload_schema_free(schema);
    return r;
}

void rpa_payload_schema_free(struct rpa_payload_schema *schema)
{
    if (!schema)
        return;
    json_decref(schema->root);
    free(schema);
}

/* Is @value, @depth deep itself, deeper than a bot can read? */
static bool too_deep(const json_t *value, int depth)
{
    const char *key;
    json_t *part;
    size_t i;
    if (depth > RPA_CBOR_DEPTH)
        return true;
    json_array_foreach((json_t *)value, i, part)
        if (too_deep(part, depth + 1))
            return true;
    json_object_foreach((json_t *)value, key, part)
        if (too_deep(part, depth + 1))
            return true;
    return false;
}

int rpa_payload_check(const struct rpa_payload_schema *schema, const char *text,
                      size_t len, struct rpa_buf *faults, struct rpa_err *err)
{
    json_error_t where;
    size_t mark = faults->len;
    struct probe probe = { .faults = faults };
    json_t *value = json_loadb(text, len,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                               &where);
    if (value && too_deep(value, 1))
        rule_fault(&probe, "nested more than %d deep", RPA_CBOR_DEPTH);
    else if (value && schema)
        rules_check(&probe, schema->root, value);
    else if (!value)
        rule_fault(&probe, "not JSON: line %d, column %d", where.line, where.column);
    if (probe.unproved) /* nothing passes for want of an answer */
        rule_fault(&probe, "%s", probe.unproved);
    json_decref(value);
    rpa_buf_clear(&probe.path);
    if (faults->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for what is wrong");
    if (!probe.bad)
        return 0;
    const char *first = faults->data + mark;
    return rpa_fail(err, RPA_EINVAL, "the payload does not fit: %.*s%s",
                    (int)strcspn(first, "\n"), first,
                    probe.bad > 1 ? " (and more)" : "");
}
